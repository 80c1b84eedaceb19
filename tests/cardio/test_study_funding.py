"""What a study says about who pays: defaults, and complaints with file and line."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from cardio.figures import choose_figure
from cardio.study import Study, load_study
from costing import Capex, Fctva, Funding, Grant
from gis_layers import StudyError
from tests.cardio.study_samples import EVERY_KEY, write_study
from tests.costing.samples import price


def study_with(
    folder: Path, finance: dict[str, Any] | None, funding: dict[str, Any] | None, plan: Any = None, date: str = ""
) -> Study:
    """The sample study, with these sections about money and no others."""
    data = {
        name: section
        for name, section in EVERY_KEY.items()
        if name not in ("finance", "funding", "scenarios", "report")
    }
    data |= {"prices": {"list": "prices.yaml", **({"date": date} if date else {})}, "plan": plan or {}}
    data |= {name: section for name, section in (("finance", finance), ("funding", funding)) if section is not None}
    return load_study(write_study(folder, data))


def complaints(folder: Path, finance: dict[str, Any] | None, funding: dict[str, Any] | None, **more: Any) -> str:
    with pytest.raises(StudyError) as caught:
        study_with(folder, finance, funding, **more)
    assert f"{folder / 'study.yaml'}:" in caught.value.message
    return caught.value.message


DATED = "2026-01-01"


def test_a_study_that_states_neither_vat_nor_funding_asks_nothing(tmp_path: Path):
    assert study_with(tmp_path, None, None).funding is None


def test_the_start_of_the_contract(tmp_path: Path):
    grants = {"dsil": {"rate": 0.4, "cap": 300000}}
    funding = {"fctva": True, "grants": grants, "own_share_at_least": 0.20}
    study = study_with(tmp_path, {"vat": 0.20}, funding, date=DATED)
    assert study.funding == Funding(0.2, "fctva", Fctva(), (Grant("dsil", 0.4, 300000),), own_share_at_least=0.2)
    assert study.funding.fctva is not None
    assert (study.funding.fctva.rate(2026), study.funding.fctva.lag_years) == (0.16404, 2)
    assert study.spending_year == 2026


def test_a_town_abroad_names_a_grant_and_no_vat(tmp_path: Path):
    study = study_with(tmp_path, None, {"grants": {"canton": {"rate": 0.3}}}, date=DATED)
    assert study.funding == Funding(grants=(Grant("canton", 0.3),))


def test_fctva_may_be_switched_off_by_a_scenario(tmp_path: Path):
    assert study_with(tmp_path, {"vat": 0.2}, {"fctva": False}, date=DATED).funding == Funding(0.2, "fctva")


def test_the_year_of_the_finances_goes_before_that_of_the_prices(tmp_path: Path):
    assert study_with(tmp_path, {"vat": 0.2, "base_year": 2028}, None, date=DATED).spending_year == 2028


def test_phases_give_the_years(tmp_path: Path):
    assert study_with(tmp_path, {"vat": 0.2}, None, plan={"phases": {"2027": {}}}).funding == Funding(0.2, "fctva")


def test_numbers_out_of_range_are_told_with_their_lines(tmp_path: Path):
    grants = {"dsil": {"rate": 1.4, "cap": -1, "accounts": ["21*"]}, "detr": {"rate": -0.1, "until": "soon"}}
    loan = {"share": 2, "rate": 0.03}
    message = complaints(tmp_path, {"vat": 20}, {"fctva": {"lag_years": -1}, "grants": grants, "loan": loan})
    for wrong in (
        "finance.vat: should be from 0 to 1: 20 % is 0.2 (is 20)",
        "funding.fctva.lag_years: should be greater than or equal to 0",
        "funding.grants.dsil.rate: should be from 0 to 1: 1.4 % is 0.014 (is 1.4)",
        "funding.grants.dsil.cap: should be greater than or equal to 0 (is -1)",
        "funding.grants.dsil.accounts[1]: an account has letters, digits and dots; its beginning is enough: no * or %",
        "funding.grants.detr.rate: should be greater than or equal to 0",
        "funding.grants.detr.until: ",
        "funding.loan.share: should be from 0 to 1: 2 % is 0.02",
        "funding.loan.years: missing",
    ):
        assert wrong in message


def test_a_ceiling_of_aid_above_what_the_own_share_leaves_is_a_contradiction(tmp_path: Path):
    message = complaints(tmp_path, {"vat": 0.2}, {"own_share_at_least": 0.3, "public_aid_at_most": 0.8}, date=DATED)
    assert "public_aid_at_most: 0.8 and own_share_at_least: 0.3 contradict each other" in message
    study_with(tmp_path, {"vat": 0.2}, {"own_share_at_least": 0.3, "public_aid_at_most": 0.7}, date=DATED)


def test_what_is_compensated_was_paid(tmp_path: Path):
    assert "funding.fctva: compensates VAT: give finance.vat" in complaints(tmp_path, None, {"fctva": True}, date=DATED)
    assert "funding.fctva: compensates VAT" in complaints(
        tmp_path, {"vat": 0.2, "vat_regime": "none"}, {"fctva": True}, date=DATED
    )
    assert "finance.vat_regime: deductible needs finance.vat" in complaints(
        tmp_path, {"vat_regime": "deductible"}, None, date=DATED
    )


def test_who_pays_in_which_year_needs_a_year(tmp_path: Path):
    assert "give plan.phases, finance.base_year or prices.date" in complaints(tmp_path, {"vat": 0.2}, None)


def test_years_of_rates_increase_and_have_four_digits(tmp_path: Path):
    message = complaints(tmp_path, {"vat": 0.2}, {"fctva": {"rates": {"2016": 0.1, "2015": 0.2}}}, date=DATED)
    assert "funding.fctva.rates: years must increase" in message
    assert "a year has four digits" in complaints(tmp_path, {"vat": 0.2}, {"fctva": {"rates": {"15": 0.2}}}, date=DATED)


@pytest.mark.parametrize(
    ("until", "day", "takes_2027"),
    [
        ("2027", datetime.date(2027, 12, 31), True),
        ("2026-12", datetime.date(2026, 12, 31), False),
        ("2027-01-01", datetime.date(2027, 1, 1), False),
    ],
)
def test_a_grant_until_a_month_or_a_year_lasts_to_its_last_day(
    tmp_path: Path, until: str, day: datetime.date, takes_2027: bool
):
    study = study_with(tmp_path, {"vat": 0.2}, {"grants": {"detr": {"rate": 0.3, "until": until}}}, date=DATED)
    assert study.funding is not None
    (grant,) = study.funding.grants
    assert grant.until == day
    assert grant.takes(price("closure", 800), 2027) is takes_2027


def test_a_year_without_fctva_rate_is_told_before_anything_is_solved(tmp_path: Path):
    study = study_with(tmp_path, {"vat": 0.2}, {"fctva": True}, plan={"phases": {"2013": {}, "2015": {}}})
    with pytest.raises(StudyError, match="no FCTVA rate is known for spending of 2013"):
        choose_figure(study)


@pytest.mark.parametrize(("base_year", "refused"), [(1926, False), (1925, True), (2126, False), (2127, True)])
def test_a_base_year_far_from_the_years_of_the_plan_is_refused(tmp_path: Path, base_year: int, refused: bool):
    finance = {"base_year": base_year, "horizon_years": 10, "discount_rate": 0.03}
    study = study_with(tmp_path, finance, None, plan={"phases": {"2026": {}}})
    if not refused:
        assert choose_figure(study) == Capex()
        return
    with pytest.raises(StudyError, match=f"discounted to {base_year}, more than 100 years from 2026"):
        choose_figure(study)


def test_advice_to_give_a_base_year_is_met_by_giving_one(tmp_path: Path):
    grants = {"grants": {"dsil": {"rate": 0.4}}}
    assert "finance.base_year" in complaints(tmp_path, None, grants)
    assert study_with(tmp_path, {"base_year": 2026}, grants).spending_year == 2026


def test_a_base_year_without_anything_that_counts_from_it_is_refused(tmp_path: Path):
    assert "finance: base_year need horizon_years" in complaints(tmp_path, {"base_year": 2026}, None)


def test_percentages_are_told_as_the_shares_they_stand_for(tmp_path: Path):
    message = complaints(tmp_path, {"vat": "20 %", "fees": {"moe": "8,5%"}}, {"grants": {"dsil": {"rate": 40}}})
    assert "finance.vat: should be a number from 0 to 1: write 0.2 (is 20 %)" in message
    assert "finance.fees.moe: should be a number from 0 to 1: write 0.085 (is 8,5%)" in message
    assert "funding.grants.dsil.rate: should be from 0 to 1: 40 % is 0.4 (is 40)" in message


def test_a_fee_without_a_name_is_told_how_to_write_it(tmp_path: Path):
    assert "finance.fees: should be a mapping of names and rates, such as {design: 0.08} (is 12)" in complaints(
        tmp_path, {"fees": 12}, None
    )


@pytest.mark.parametrize("rate", [0.5, 1, 1.0])
def test_rates_a_year_of_a_half_and_more_are_taken_for_mistyped(rate: float, tmp_path: Path):
    finance = {"base_year": 2026, "horizon_years": 10, "discount_rate": rate, "terms": "nominal", "inflation": rate}
    message = complaints(tmp_path, finance, {"loan": {"share": 0.5, "rate": rate, "years": 10}})
    for key in ("finance.discount_rate", "finance.inflation", "funding.loan.rate"):
        assert f"{key}: is taken for mistyped: 50 % a year or more; write 4 % as 0.04 (is {rate:g})" in message
