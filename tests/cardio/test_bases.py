"""Every amount in the entry ``cost`` of summary.json says what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cardio.run import run_study
from tests.cardio.tiny_town import STUDY, write_tiny_town

FINANCE = "finance: {base_year: 2026, horizon_years: 15, discount_rate: 0.032, vat: 0.2}\nfunding: {fctva: true}\n"


def cost_of(folder: Path, sections: str = "", scenario: str | None = None) -> dict[str, Any]:
    path = write_tiny_town(folder, study=STUDY.replace("plan: {", f"{sections}plan: {{"))
    return run_study(path, scenario=scenario).summary["cost"]


def test_amounts_with_and_without_tax_name_their_basis(tmp_path: Path):
    cost = cost_of(tmp_path, FINANCE)
    bases = cost["bases"]
    assert bases["capex"] == bases["by_service"] == "capex excl. tax"
    assert bases["incl_tax"] == "capex incl. all VAT, that which is got back too; undiscounted"
    assert bases["net_city_cost"].startswith("net city cost: capex incl. tax, less VAT got back, FCTVA and grants")
    assert bases["present_value"].startswith("present value excl. tax of investment, renewals and running costs")
    assert "15 years in service, 3.2 % a year" in bases["equivalent_annual_cost"]
    assert cost["incl_tax"] == 17_300 * 1.2
    assert cost["basis"] == "excl. tax"


def test_every_amount_that_is_there_has_a_basis_and_no_other(tmp_path: Path):
    cost = cost_of(tmp_path, FINANCE)
    no_amounts = {"basis", "bases", "currency", "finance", "share_from_assumed_prices"}
    amounts = {name for name, value in cost.items() if value is not None and name not in no_amounts}
    assert amounts - {"opex_not_stated", "lifetime_not_stated"} == set(cost["bases"])
    assert {"do_nothing", "with_existing"}.isdisjoint(cost["bases"])


def test_what_the_study_does_not_ask_and_what_has_no_plan_has_no_basis(tmp_path: Path):
    plain = cost_of(tmp_path / "plain")["bases"]
    assert set(plain) == {"capex", "range", "by_service", "opex_per_year"}
    assert cost_of(tmp_path / "none", scenario="too_much")["bases"] == {}
