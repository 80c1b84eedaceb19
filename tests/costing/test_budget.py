"""The budget of an operation: worked by hand, exact to the cent."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import BudgetRules, Investigation, Price, make_budget
from costing.budget import share_of

INVESTIGATION = Investigation("classe", ("B", "C"), "investigation")
PRICE = Price("investigation", "Investigation", "m", 7.35, 7.35, 7.35, "no source", True, "A")


def test_a_budget_worked_by_hand():
    """17,300 of works; 123.45 m at 7.35 are 907.3575; 8 % are 1,384, 1.25 % 216.25; 5 % 865; 2.2 % 380.60."""
    rules = BudgetRules({"project_management": 0.08, "safety": 0.0125}, "AVP", 0.05, 0.022, INVESTIGATION)
    budget = make_budget(1_730_000, rules, unverified_m=123.45, investigation=PRICE)
    assert [(line.kind, line.name, line.rate, line.amount_cents) for line in budget.lines] == [
        ("works", "", None, 1_730_000),
        ("investigation", "Investigation", None, 90_736),
        ("fees", "project_management", 0.08, 138_400),
        ("fees", "safety", 0.0125, 21_625),
        ("contingency", "AVP", 0.05, 86_500),
        ("revision", "", 0.022, 38_060),
    ]
    assert budget.total_cents == 1_730_000 + 90_736 + 138_400 + 21_625 + 86_500 + 38_060
    assert (budget.unverified_m, budget.investigation) == (123.45, PRICE)


def test_without_rules_the_budget_is_the_works():
    budget = make_budget(12_345, BudgetRules())
    assert (budget.total_cents, budget.unverified_m, len(budget.lines)) == (12_345, None, 1)


def test_metres_are_whole_centimetres():
    budget = make_budget(0, BudgetRules(investigation=INVESTIGATION), unverified_m=10.004, investigation=PRICE)
    assert (budget.unverified_m, budget.lines[1].amount_cents) == (10.0, 7_350)


def test_rates_of_nothing_and_a_rate_of_zero_are_lines_of_nothing():
    budget = make_budget(0, BudgetRules({"fees": 0.1}, contingency=0.05))
    assert [line.amount_cents for line in budget.lines] == [0, 0, 0]
    assert make_budget(100, BudgetRules(contingency=0.0)).lines[1].amount_cents == 0


def test_an_investigation_without_a_price_is_refused():
    with pytest.raises(ValueError, match="needs a price"):
        make_budget(100, BudgetRules(investigation=INVESTIGATION))
    with pytest.raises(ValueError, match="quantity"):
        make_budget(100, BudgetRules(investigation=INVESTIGATION), unverified_m=-1, investigation=PRICE)


@pytest.mark.parametrize("rate", [-0.01, float("nan"), float("inf")])
def test_a_wrong_rate_is_refused(rate):
    with pytest.raises(ValueError, match="rate"):
        share_of(100, rate)


def test_half_a_cent_is_rounded_up_as_it_is_written():
    """1.005 has no exact double: 100 EUR at 1.005 % are 100.5 cents, which is 101."""
    assert share_of(10_000, 0.01005) == 101
    assert share_of(50, 0.15) == 8  # 7.5


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_share_is_within_half_a_cent_of_the_exact_one(cents, per_ten_thousand):
    exact = Fraction(cents * per_ten_thousand, 10_000)
    assert -Fraction(1, 2) < share_of(cents, per_ten_thousand / 10_000) - exact <= Fraction(1, 2)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.integers(0, 10**10), st.lists(st.integers(0, 100), max_size=5), st.integers(0, 100))
def test_more_works_never_cost_less(cents, fees, contingency):
    rules = BudgetRules({f"fee_{n}": rate / 100 for n, rate in enumerate(fees)}, "", contingency / 100)
    assert cents <= make_budget(cents, rules).total_cents <= make_budget(cents + 1, rules).total_cents
