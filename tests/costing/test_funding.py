"""Who pays: hand-worked VAT, FCTVA, grants, ceilings and loans, and what holds for any of them."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import (
    Fctva,
    Funding,
    Grant,
    Line,
    Loan,
    NetCost,
    Weights,
    amortise,
    grants_as_weighed,
    net_city_cost,
    refuse_changing_years,
)
from gis_layers import StudyError
from tests.costing.samples import price

FRANCE = Funding(vat_rate=0.2, vat_regime="fctva", fctva=Fctva(lag_years=2))
WORKS = price("trench", 100.0)


def spend(eur: float, **changes: Any) -> Line:
    """A line of so many euros excl. tax."""
    row = replace(WORKS, **changes)
    return Line("work", "route", row, round(eur * 100), round(eur * 100))


def test_vat_is_paid_and_partly_compensated_two_years_later():
    # 100,000.00 excl. tax, VAT 20,000.00, of 120,000.00 incl. tax 16.404 % come back: 19,684.80
    cost = net_city_cost([spend(100_000)], [2026], FRANCE)
    assert (cost.excl_tax, cost.incl_tax) == (10_000_000, 12_000_000)
    assert cost.fctva == {2028: 1_968_480}
    assert cost.total == 10_031_520
    assert cost.years == (2026, 2027, 2028)


def test_deductible_rows_get_all_their_vat_back_and_no_fctva():
    lines = [spend(100_000), spend(50_000, vat_regime="deductible"), spend(10_000, vat_regime="none")]
    cost = net_city_cost(lines, [2026, 2026, 2026], FRANCE)
    assert cost.incl_tax == 12_000_000 + 6_000_000 + 1_000_000
    assert cost.fctva == {2028: 1_968_480}
    assert cost.total == 10_031_520 + 5_000_000 + 1_000_000


def test_a_row_with_its_own_vat_rate_is_taxed_at_that_rate():
    # 1,000.00 at 5.5 %: 55.00; FCTVA is the same part of what is paid: 16.404 % of 1,055.00 = 173.0622
    cost = net_city_cost([spend(1000, vat_rate=0.055)], [2026], FRANCE)
    assert cost.incl_tax == 105_500
    assert cost.fctva == {2028: 17_306}


def test_the_year_of_the_spending_decides_the_rate():
    # 2014: 120.00 x 15.761 % = 18.9132; 2015: 120.00 x 16.404 % = 19.6848
    cost = net_city_cost([spend(100), spend(100)], [2014, 2015], FRANCE)
    assert cost.fctva == {2016: 1891, 2017: 1968}


def test_a_year_before_the_first_rate_is_an_error():
    with pytest.raises(StudyError, match="no FCTVA rate is known for spending of 2013"):
        net_city_cost([spend(100)], [2013], FRANCE)


def test_only_eligible_accounts_are_compensated():
    some = replace(FRANCE, fctva=Fctva(accounts=("21", "231")))
    lines = [spend(100, account=account) for account in ("2153", "6156", "", "2315", "238")]
    cost = net_city_cost(lines, [2026] * 5, some)
    # 2153, the row without account and 2315: 360.00 x 16.404 % = 59.0544
    assert cost.fctva == {2028: 5905}


def test_vat_is_rounded_half_up_on_the_total_of_a_year_and_rate():
    # three lines of 0.13: VAT of each is 0.026, of the total 0.078 -> 0.08, not 3 x 0.03
    assert net_city_cost([spend(0.13)] * 3, [2026] * 3, FRANCE).incl_tax == 47
    # 2.50 at 5 %: 0.125 -> 0.13
    assert net_city_cost([spend(2.5)], [2026], replace(FRANCE, vat_rate=0.05)).incl_tax == 263


def test_a_row_whose_vat_rate_nobody_states_is_an_error():
    with pytest.raises(StudyError, match="'trench' is in VAT regime fctva, but nothing states its rate"):
        net_city_cost([spend(100)], [2026], replace(FRANCE, vat_rate=None))


def test_a_town_abroad_pays_what_its_lines_say():
    cost = net_city_cost([spend(100)], [2026], Funding())
    assert (cost.incl_tax, cost.total, cost.fctva, cost.years) == (10_000, 10_000, {}, (2026,))


def test_a_capped_grant_pays_its_cap_in_proportion_to_the_years():
    # 40 % of 1,000,000 = 400,000, capped at 300,000; a quarter is spent in 2026
    grant = Grant("dsil", 0.4, cap_eur=300_000, lag_years=1)
    cost = net_city_cost([spend(250_000), spend(750_000)], [2026, 2027], Funding(grants=(grant,)))
    (row,) = cost.grants
    assert (row.asked, row.capped, row.awarded) == (40_000_000, 30_000_000, 30_000_000)
    assert row.paid == {2027: 7_500_000, 2028: 22_500_000}
    assert cost.total == 70_000_000


def test_a_grant_takes_spending_until_its_day_and_on_its_accounts():
    grant = Grant("detr", 0.5, until=datetime.date(2027, 6, 30), accounts=("2153",))
    lines = [
        spend(100, account="2153"),
        spend(100, account="2153"),
        spend(100, account="2153"),
        spend(100, account="6"),
    ]
    cost = net_city_cost(lines, [2026, 2027, 2028, 2026], Funding(grants=(grant,)))
    assert cost.grants[0].eligible == {2026: 10_000, 2027: 10_000}
    assert cost.grants[0].awarded == 10_000


def test_the_ceiling_of_public_aid_cuts_the_last_grant_first():
    # of 1,000 excl. tax: 400 + 300 + 200 asked, at most 60 %: the last gets nothing, the second 200
    grants = (Grant("a", 0.4), Grant("b", 0.3), Grant("c", 0.2))
    cost = net_city_cost([spend(1000)], [2026], Funding(grants=grants, public_aid_at_most=0.6))
    assert [row.awarded for row in cost.grants] == [40_000, 20_000, 0]
    assert (cost.ceiling, cost.total) == (60_000, 40_000)


def test_the_own_share_binds_where_it_is_stricter_than_the_ceiling():
    funding = Funding(grants=(Grant("a", 0.9),), own_share_at_least=0.2, public_aid_at_most=1.0)
    cost = net_city_cost([spend(1000.01)], [2026], funding)
    # 80 % of 1,000.01 is 800.008: rounded down, so that the town bears no less than its share
    assert (cost.ceiling, cost.total) == (80_000, 20_001)


def test_nothing_spent_costs_nothing():
    cost = net_city_cost([], [], replace(FRANCE, grants=(Grant("a", 0.5, cap_eur=10),)))
    assert (cost.total, cost.years, cost.grants[0].paid) == (0, (), {})


def test_a_loan_of_constant_annuities_is_the_published_table():
    # 20,000 over 4 years at 5 %: 5,640.24 a year (http://experts-univers.com/mathematique-financiere.html)
    rows = amortise(Loan(share=0.5, rate=0.05, years=4), 4_000_000, 2026)
    assert [(row.interest, row.repayment, row.owed) for row in rows[1:]] == [
        (100_000, 464_024, 1_535_976),
        (76_799, 487_225, 1_048_751),
        (52_438, 511_586, 537_165),
        (26_858, 537_165, 0),
    ]
    assert (rows[0].drawn, rows[0].year, rows[-1].year) == (2_000_000, 2026, 2030)


def test_a_loan_without_interest_is_paid_back_in_equal_parts_but_for_the_last_cent():
    rows = amortise(Loan(share=1.0, rate=0.0, years=3), 10_000, 2026)
    assert [row.repayment for row in rows] == [0, 3333, 3333, 3334]
    assert sum(row.interest for row in rows) == 0


shares = st.integers(0, 100).map(lambda percent: percent / 100)
grant_rules = st.builds(
    Grant,
    st.just("grant"),
    shares,
    st.none() | st.integers(0, 2000).map(float),
    st.none() | st.just(datetime.date(2027, 1, 1)),
    st.sampled_from([(), ("21",)]),
    st.integers(0, 2),
)
fundings = st.builds(
    Funding,
    st.just(0.2),
    st.sampled_from(["fctva", "deductible", "none"]),
    st.none() | st.just(Fctva()),
    st.lists(grant_rules, max_size=3).map(tuple),
    shares,
    shares,
)
spendings = st.lists(
    st.tuples(st.integers(0, 200_000), st.sampled_from(["", "2153", "6156"]), st.integers(2026, 2028)), max_size=8
)


def lines_of(spending: list[tuple[int, str, int]]) -> tuple[list[Line], list[int]]:
    lines = [Line("work", "route", replace(WORKS, account=account), cents, cents) for cents, account, _ in spending]
    return lines, [year for _, _, year in spending]


@settings(derandomize=True, deadline=None, max_examples=150)
@given(fundings, spendings)
def test_years_add_up_and_grants_leave_the_town_its_share(funding: Funding, spending: list[tuple[int, str, int]]):
    lines, years = lines_of(spending)
    cost = net_city_cost(lines, years, funding)
    assert cost.excl_tax == sum(line.amount_cents for line in lines)
    awarded = sum(row.awarded for row in cost.grants)
    assert awarded <= cost.ceiling <= cost.excl_tax * funding.public_aid_at_most + 1
    assert cost.excl_tax - awarded >= cost.excl_tax * funding.own_share_at_least - 1e-6
    assert all(sum(row.paid.values()) == row.awarded and min(row.paid.values(), default=0) >= 0 for row in cost.grants)
    # at 20 % VAT the fund gives back less than was paid, so no aid of at most all spending leaves a gain
    assert cost.total >= 0


@settings(derandomize=True, deadline=None, max_examples=150)
@given(fundings, spendings, st.integers(0, 10), st.integers(0, 10))
def test_no_weights_take_off_less_than_the_grants_and_the_best_ones_take_off_just_that(
    funding: Funding, spending: list[tuple[int, str, int]], tenths: int, part: int
):
    lines, years = lines_of(spending)
    cost = net_city_cost(lines, years, funding)
    awarded = sum(row.awarded for row in cost.grants)
    bounded = [grant.cap_eur is not None for grant in funding.grants]
    some = Weights(tenths / 10, tuple(tenths * part / 100 if cap else tenths / 10 for cap in bounded))
    rounding = len(cost.grants) / 2 + 1
    assert grants_as_weighed(cost, funding, some) >= awarded - rounding
    below = tuple(0.0 if cap and row.capped < row.asked else 1.0 for cap, row in zip(bounded, cost.grants, strict=True))
    pieces = [Weights(0.0, (0.0,) * len(bounded)), Weights(1.0, below)]
    best = min(grants_as_weighed(cost, funding, piece) for piece in pieces)
    assert abs(best - awarded) <= rounding


def test_the_figure_of_a_unit_is_what_a_line_of_one_unit_costs_the_town():
    funding = replace(FRANCE, grants=(Grant("dsil", 0.4, cap_eur=1000), Grant("detr", 0.1)), own_share_at_least=0.2)
    uncapped, capped = (
        NetCost(funding, Weights(1.0, (1.0, 1.0)), 2026),
        NetCost(funding, Weights(1.0, (0.0, 1.0)), 2026),
    )
    # 1.2 x (1 - 0.16404) = 1.003152, less 0.4 and 0.1
    assert uncapped.unit_value(price("x", 1.0)) == Decimal("0.503152")
    assert capped.unit_value(price("x", 1.0)) == Decimal("0.903152")
    assert (uncapped.constant_eur, capped.constant_eur) == (0, 1000)
    # the ceiling: 80 % of spending excl. tax
    assert NetCost(funding, Weights(0.0, (0.0, 0.0)), 2026).unit_value(price("x", 1.0)) == Decimal("0.203152")


def test_weights_that_make_a_row_pay_the_town_are_refused():
    greedy = NetCost(Funding(grants=(Grant("a", 0.7), Grant("b", 0.7))), Weights(1.0, (1.0, 1.0)), 2026)
    with pytest.raises(StudyError, match=r"pay for more than price .trench. costs"):
        greedy.unit_value(WORKS)


def test_rates_that_change_within_the_plan_cannot_be_minimised():
    grant = Grant("dsil", 0.4, until=datetime.date(2027, 1, 1))
    for years in ([2026], [2027, 2028], [2025, 2026]):
        refuse_changing_years(Funding(grants=(grant,)), years)
    with pytest.raises(StudyError, match="grant dsil ends on 2027-01-01"):
        refuse_changing_years(Funding(grants=(grant,)), [2026, 2027])
    refuse_changing_years(Funding(grants=(replace(grant, until=datetime.date(2027, 1, 2)),)), [2026, 2027])
    with pytest.raises(StudyError, match="the FCTVA rate changes between 2014 and 2015"):
        refuse_changing_years(FRANCE, [2014, 2015])
