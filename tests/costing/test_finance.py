"""Formulas of money over time against worked examples of others, and the present value of a unit by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import Capex, Finance, PresentValue, Price
from costing.annuity import (
    annuity_factor,
    equivalent_annual_cost,
    present_factor,
    purchase_factor,
    real_rate,
    renewal_years,
    residual_share,
)
from gis_layers import StudyError
from tests.costing.samples import price

FIVE_PERCENT = Decimal("0.05")
TEN_PERCENT = Decimal("0.1")


@pytest.mark.parametrize(
    ("investment", "maintenance", "years", "factor", "annual"),
    [(50_000, 13_000, 3, "2.723", 31_360), (150_000, 7_500, 8, "6.463", 30_708)],
)
def test_two_machines_of_the_textbook_example(investment: int, maintenance: int, years: int, factor: str, annual: int):
    """Article "Equivalent annual cost", practical example: machines of 3 and 8 years at 5 %, the second preferred."""
    assert round(annuity_factor(FIVE_PERCENT, years), 3) == Decimal(factor)
    present = investment + maintenance * annuity_factor(FIVE_PERCENT, years)
    assert round(equivalent_annual_cost(present, FIVE_PERCENT, years)) == annual


def test_chained_machines_cost_the_same_a_year_as_one():
    """The same example by its chain method: 8 machines of 3 years, 24 years in all, cost as much a year as one."""
    chain = 50_000 * purchase_factor(FIVE_PERCENT, 24, 3) + 13_000 * annuity_factor(FIVE_PERCENT, 24)
    assert round(equivalent_annual_cost(chain, FIVE_PERCENT, 24)) == 31_360


def test_annuity_of_a_machine_bought_for_400_000():
    """Exercise "equivalent uniform annual cost": 400,000 over 10 years at 10 % is 65,098.16 a year."""
    assert round(equivalent_annual_cost(Decimal(400_000), TEN_PERCENT, 10), 2) == Decimal("65098.16")


def test_fisher_relation_of_the_textbook_example():
    """A bank offers 7 % at 2.5 % inflation: 4.39 % in real terms, against 4.5 % by subtraction."""
    assert round(real_rate(Decimal("0.07"), Decimal("0.025")), 4) == Decimal("0.0439")


def test_single_and_uniform_present_value_factors_of_tables():
    """Factors at 3 % as tables print them: 0.701 after 12 years, 0.554 after 20, 14.88 for 20 equal years."""
    rate = Decimal("0.03")
    assert round(present_factor(rate, 12), 3) == Decimal("0.701")
    assert round(present_factor(rate, 20), 3) == Decimal("0.554")
    assert round(annuity_factor(rate, 20), 2) == Decimal("14.88")


@pytest.mark.parametrize(
    ("life", "horizon", "renewed", "left"),
    [
        (10, 15, (10,), "0.5"),
        (5, 15, (5, 10), "0"),
        (15, 15, (), "0"),
        (20, 15, (), "0.25"),
        (1, 3, (1, 2), "0"),
        (4, 10, (4, 8), "0.5"),
        (None, 15, (), "0"),
    ],
)
def test_renewals_and_what_is_left(life: int | None, horizon: int, renewed: tuple[int, ...], left: str):
    assert renewal_years(life, horizon) == renewed
    assert residual_share(life, horizon) == Decimal(left)


def test_zero_rate_adds_amounts_up():
    assert annuity_factor(Decimal(0), 7) == 7
    assert purchase_factor(Decimal(0), 15, 10) == Decimal("1.5")  # bought twice, half of the second left
    assert equivalent_annual_cost(Decimal(70), Decimal(0), 7) == 10


def running(row: Price, opex_eur: float, life: int | None = None) -> Price:
    run = price(f"{row.key}_run", opex_eur, "each/year" if row.unit == "each" else "m/year")
    return replace(row, opex=(run,), lifetime_years=life)


def test_unit_value_by_hand():
    """2 years at 10 %: 100 now, renewed for 100 after 1 year, 5 a year: 100 + 100/1.1 + 5/1.1 + 5/1.21 = 199.586777."""
    row = running(price("meter", 100, "each"), 5, life=1)
    value = PresentValue(Finance(2026, 2, 0.1)).unit_value(row)
    assert value == Decimal("199.586777")


def test_unit_value_with_residual_by_hand():
    """3 years at 10 %, lasting 4: 100 - 25/1.331 = 81.217130."""
    row = replace(price("box", 100, "each"), lifetime_years=4)
    assert PresentValue(Finance(2026, 3, 0.1)).unit_value(row) == Decimal("81.217130")


def test_the_example_of_the_documentation():
    """docs/money.md: a meter that lasts 10 years over 15 at 3.2 %."""
    figure = PresentValue(Finance(2026, 15, 0.032))
    value = figure.unit_value(running(price("meter", 1000, "each"), 100, life=10))
    assert round(value, 2) == Decimal("2594.78") == sum(map(Decimal, ("1000.00", "1176.71", "729.80", "-311.73")))
    assert round(equivalent_annual_cost(value, Decimal("0.032"), 15), 2) == Decimal("220.51")
    assert round(float(value) * figure.year_factors([2028])[0], 2) == 2436.36
    assert round(figure.unit_value(running(price("lease", 5), 2)), 2) == Decimal("28.53")


def test_a_row_that_states_nothing_is_worth_its_price():
    row = price("trench", 15.5)
    finance = Finance(2026, 15, 0.032)
    assert PresentValue(finance).unit_value(row) == Capex().unit_value(row) == Decimal("15.5")


def test_later_years_count_less_and_earlier_ones_more():
    assert PresentValue(Finance(2026, 15, 0.25)).year_factors([2026, 2028, 2025]) == (1.0, 0.64, 1.25)
    assert PresentValue(Finance(2026, 15, 0.0)).year_factors([2026, 2050]) == (1.0, 1.0)


def test_nominal_terms_grow_and_discount():
    """10 % with 10 % inflation is nothing in real terms: later work counts in full."""
    figure = PresentValue(Finance(2026, 4, 0.1, "nominal", 0.1))
    assert figure.year_factors([2026, 2030]) == (1.0, 1.0)
    assert figure.unit_value(running(price("meter", 100, "each"), 5)) == 120


@settings(derandomize=True, deadline=None, max_examples=100)
@given(
    real=st.decimals("0", "0.3", places=3),
    inflation=st.decimals("0", "0.2", places=3),
    horizon=st.integers(1, 40),
    life=st.none() | st.integers(1, 60),
)
def test_nominal_terms_by_fisher_give_the_same_value_as_real_ones(
    real: Decimal, inflation: Decimal, horizon: int, life: int | None
):
    row = running(price("meter", 937.5, "each"), 61.25, life)
    nominal = float((1 + real) * (1 + inflation) - 1)
    one = PresentValue(Finance(2026, horizon, float(real)))
    other = PresentValue(Finance(2026, horizon, nominal, "nominal", float(inflation)))
    assert abs(one.unit_value(row) - other.unit_value(row)) <= Decimal("0.000001")


@settings(derandomize=True, deadline=None, max_examples=100)
@given(rate=st.decimals("0", "1", places=3), horizon=st.integers(1, 100), life=st.none() | st.integers(1, 120))
def test_buying_never_costs_nothing_and_renewing_never_costs_less(rate: Decimal, horizon: int, life: int | None):
    factor = purchase_factor(rate, horizon, life)
    assert factor > 0
    assert factor <= 1 + len(renewal_years(life, horizon))
    never = purchase_factor(rate, horizon, None)
    assert never == 1
    if life is not None and horizon % life == 0:
        bought = sum((present_factor(rate, year) for year in range(0, horizon, life)), Decimal(0))
        assert abs(factor - bought) < Decimal("1e-20")


def test_the_basis_names_horizon_rate_and_terms():
    real = PresentValue(Finance(2026, 15, 0.032)).basis
    assert "15 years in service, 3.2 % a year, real terms, at the beginning of 2026" in real
    nominal = PresentValue(Finance(2027, 20, 0.05, "nominal", 0.02)).basis
    assert "20 years in service, 5 % a year, nominal terms, prices growing 2 % a year" in nominal
    assert "excl. tax" in nominal


def test_amounts_that_cannot_be_counted_are_refused():
    row = running(price("dear", 1e9, "each"), 1e9)
    with pytest.raises(StudyError, match=r"'dear': .* over 100 years is more than can be counted"):
        PresentValue(Finance(2026, 100, 0.0)).unit_value(row)
