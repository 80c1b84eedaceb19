"""Sheets of how sure a plan is, what it buys, its prices and the summary: formulas, and what they link to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cardio.run import run_study
from tests.cardio.office import differences, recalculate
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

pytestmark = pytest.mark.office
RULES = """
finance:
  {base_year: 2026, horizon_years: 15, discount_rate: 0.032, vat: 0.2, fees: {design: 0.1}, uncertainty: {draws: 200}}
funding: {fctva: true, grants: {dsil: {rate: 0.4, cap: 5000}}}
"""
TRENCH = """
trench_soil:
  {label: Trench in soil, unit: m, typical: 15, low: 12, high: 20.125, source: quote of 2019, dated: 2019-05-01,
   account: "2315", family: digging, lot: Lot 1, lifetime_years: 40, vat_rate: 0.1, vat_regime: fctva}
meter:
  {label: Meter, unit: each, typical: 4700, source: quote of 2026, opex: [upkeep], lifetime_years: 10}
upkeep: {label: Upkeep of a meter, unit: each/year, typical: 300, source: quote of 2026}
box:
  label: Box
  unit: each
  opex: none
  source: quote of 2026
  brackets: [{from: 0, typical: 900, low: 850, high: 1000}, {from: 10, typical: 700}]
"""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, Path]:
    """Summary, plan.xlsx and its recalculated copy, of a tiny town that states all there is."""
    folder = tmp_path_factory.mktemp("money")
    study = STUDY.replace("price: parking_meter", "price: meter").replace("price: closure", "price: box")
    study = study.replace("prices: {list: prices.yaml}", "prices: {list: prices.yaml, date: 2026-01-01}")
    run_study(write_tiny_town(folder / "town", study=study + RULES, prices=PRICES + TRENCH), out=folder / "plan")
    book = folder / "plan" / "plan.xlsx"
    [again] = recalculate([book], folder)
    return json.loads((folder / "plan" / "summary.json").read_text("utf-8")), book, again


def table(book: Path, sheet: str, *, formulas: bool = False) -> list[dict[str, Any]]:
    head, *rows = openpyxl.load_workbook(book, data_only=not formulas)[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def entries(book: Path) -> dict[str, Any]:
    return {row["Entry"]: row["Value"] for row in table(book, "Summary")}


def test_every_formula_gives_what_is_stored(books: tuple[dict[str, Any], Path, Path]) -> None:
    _, book, again = books
    assert differences(book, again) == []


def test_the_summary_names_the_figure_and_links_each_total(books: tuple[dict[str, Any], Path, Path]) -> None:
    summary, book, again = books
    cost, told = summary["cost"], entries(again)
    assert told["What the plan minimises, and its basis"] == "capital cost, excl. tax"
    wanted = {
        "Amount of the plan on that basis (€)": cost["capex"],
        "Net city cost (€)": cost["net_city_cost"],
        "Capex incl. tax (€)": cost["incl_tax"],
        "Present value (€ excl. tax)": cost["present_value"],
        "Equivalent annual cost (€ excl. tax)": cost["equivalent_annual_cost"],
        "Budget of the operation (€ excl. tax)": summary["budget"]["total"],
        "Capex, all prices low (€ excl. tax)": cost["range"]["low"],
        "Capex, all prices high (€ excl. tax)": cost["range"]["high"],
    }
    assert {name: round(told[name] * 100) for name in wanted} == {name: round(v * 100) for name, v in wanted.items()}
    texts = {row["Entry"]: row["Value"] for row in table(book, "Summary", formulas=True)}
    sheets = ["Bill", "Funding", "Funding", "'Cash flows'", "'Cash flows'", "Budget", "Sensitivity", "Sensitivity"]
    assert [texts[name].split("!")[0] for name in wanted] == [f"={sheet}" for sheet in sheets]


def test_prices_tell_all_that_a_row_states_and_list_running_costs(books: tuple[dict[str, Any], Path, Path]) -> None:
    _, book, _ = books
    rows = {row["Price row"]: row for row in table(book, "Prices")}
    trench = rows["trench_soil"]
    assert (trench["Dated"], trench["Obsolete"], trench["Lifetime (years)"]) == ("2019-05-01", "yes", 40)
    assert (trench["VAT regime"], trench["VAT rate"], trench["Account"]) == ("VAT borne", 0.1, "2315")
    assert (trench["Family"], trench["Lot"], trench["Running costs"]) == ("digging", "Lot 1", "not stated")
    assert (rows["meter"]["Running costs"], rows["box"]["Running costs"]) == ("upkeep", "none")
    assert (
        rows["box"]["Prices by quantity (€ excl. tax)"]
        == "from 0: 900.00 (850.00 to 1,000.00) ; from 10: 700.00 (700.00 to 700.00)"
    )
    assert (rows["upkeep"]["Unit"], rows["upkeep"]["Typical (€ excl. tax)"]) == ("each/year", 300)
    assert list(rows)[-1] == "upkeep"


def test_swings_are_those_of_the_summary_and_the_simulated_are_values(books: tuple[dict[str, Any], Path, Path]) -> None:
    summary, book, again = books
    rows = [row for row in table(again, "Sensitivity") if row["Swing (€ excl. tax)"]]
    wanted = [(row["price_key"], row["low"], row["high"], row["swing"]) for row in summary["uncertainty"]["tornado"]]
    names = (
        "Price row",
        "Total, this price low (€ excl. tax)",
        "Total, this price high (€ excl. tax)",
        "Swing (€ excl. tax)",
    )
    assert [tuple(row[name] for name in names) for row in rows] == wanted and len(wanted) == 2
    stored = {row["Label"]: row["Quantity"] for row in table(book, "Sensitivity", formulas=True)}
    spread = summary["uncertainty"]
    assert (stored["Draws of the prices"], stored["Seed"]) == (200, spread["seed"])
    assert stored["80 % of the draws stay below (€ excl. tax)"] == spread["p80"]
    sheet = openpyxl.load_workbook(book, data_only=True)["Sensitivity"]
    counts = [row[5] for row in sheet.iter_rows(values_only=True)][-len(spread["histogram"]["counts"]) :]
    assert counts == spread["histogram"]["counts"]


def test_benefits_are_those_of_the_summary(books: tuple[dict[str, Any], Path, Path]) -> None:
    summary, book, again = books
    rows = {row["Service"]: row for row in table(again, "Benefits")}
    for wanted in summary["benefits"]["reached"]:
        row = rows[wanted["service"].replace("_", " ").capitalize()]
        assert row["Newly served"] == wanted["newly_served"] > 0
        assert row["Capex of the service (€ excl. tax)"] == wanted["capex"]
        assert row["€ excl. tax per unit newly served"] == pytest.approx(wanted["capex_per_newly_served"], abs=0.005)
    texts = table(book, "Benefits", formulas=True)[0]
    assert texts["€ excl. tax per unit newly served"] == "=F2/E2"


def test_a_price_changed_by_hand_changes_net_cost_swings_and_benefits(
    books: tuple[dict[str, Any], Path, Path], tmp_path: Path
) -> None:
    """Boxes at 1,000 instead of 900: two of them, 200 EUR more; the grant is at its cap, the FCTVA 16.404 % of 240."""
    summary, book, _ = books
    changed = openpyxl.load_workbook(book)
    for row in changed["Prices"].iter_rows(min_row=2):
        if row[0].value == "box":
            row[4].value = 1000
    changed.save(tmp_path / "changed.xlsx")
    [again] = recalculate([tmp_path / "changed.xlsx"], tmp_path)
    told = entries(again)
    assert told["Net city cost (€)"] == pytest.approx(summary["cost"]["net_city_cost"] + 240 - 39.37, abs=0.011)
    assert told["Present value (€ excl. tax)"] == pytest.approx(summary["cost"]["present_value"] + 200, abs=0.001)
    before = sum(row["capex"] for row in summary["benefits"]["reached"])
    after = [row["Capex of the service (€ excl. tax)"] for row in table(again, "Benefits")[:2]]
    assert sum(after) == pytest.approx(before + 200, abs=0.001)
