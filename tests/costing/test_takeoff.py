"""Lines: rounding, exact amounts, totals, the bill."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import bill_of_quantities, make_line, share_assumed, total_cents
from costing.takeoff import amounts_cents, to_hundredths
from tests.costing.samples import price

EUR = st.integers(1, 10**9).map(lambda ten_thousandths: ten_thousandths / 10_000)
QUANTITY = st.floats(0, 1e7)


@pytest.mark.parametrize(
    ("quantity", "unit_price", "hundredths", "cents"),
    [
        (1, 1500, 100, 150_000),
        (12.345, 70, 1235, 86_450),
        (0.125, 1, 13, 13),  # half a hundredth goes up
        (0.1249, 1, 12, 12),
        (0.5, 0.01, 50, 1),  # half a cent goes up
        (0.49, 0.01, 49, 0),
        (3, 0.3333, 300, 100),
        (0, 70, 0, 0),
        (1e7, 1e9, 10**9, 10**18),
    ],
)
def test_known_lines(quantity: float, unit_price: float, hundredths: int, cents: int):
    line = make_line("w", "route", price("p", unit_price), quantity)
    assert (line.quantity_hundredths, line.amount_cents) == (hundredths, cents)


@pytest.mark.parametrize("quantity", [-0.01, float("nan"), float("inf"), 1.1e7])
def test_a_quantity_that_cannot_be_is_refused(quantity: float):
    with pytest.raises(ValueError, match="quantity should be from 0"):
        make_line("w", "route", price("p", 1), quantity)


def test_a_price_of_seven_decimals_is_refused():
    with pytest.raises(ValueError, match="at most six decimals"):
        make_line("w", "route", price("p", 0.1234567), 1)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(QUANTITY, EUR)
def test_an_amount_is_the_exact_product_of_its_line_rounded_half_up(quantity: float, unit_price: float):
    line = make_line("w", "route", price("p", unit_price), quantity)
    exact = Decimal(line.quantity_hundredths) * Decimal(str(unit_price))
    assert line.amount_cents == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert abs(line.quantity_hundredths - quantity * 100) <= 0.5 + 1e-6


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(QUANTITY, max_size=20), EUR)
def test_arrays_and_single_lines_agree(quantities: list[float], unit_price: float):
    row = price("p", unit_price)
    amounts = amounts_cents(to_hundredths(np.array(quantities, dtype=float)), Decimal(str(unit_price)))
    assert amounts.tolist() == [make_line("w", "route", row, quantity).amount_cents for quantity in quantities]


LINES = st.lists(
    st.builds(
        lambda key, quantity, unit_price: make_line("w", "site", price(key, unit_price, assumed=key == "a"), quantity),
        st.sampled_from("ab"),
        st.floats(0, 1e4),
        st.integers(1, 10**7).map(lambda cents: cents / 100),
    ),
    max_size=20,
)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(LINES)
def test_the_bill_sums_to_the_total_to_the_cent(lines):
    bill = bill_of_quantities(lines)
    assert len(bill) == len(lines)
    assert sum(round(amount * 100) for amount in bill["amount_eur"]) == total_cents(lines)
    assumed = total_cents(line for line in lines if line.price.assumed)
    assert share_assumed(lines) == (assumed / total_cents(lines) if total_cents(lines) else 0)


def test_the_bill_has_one_row_a_line():
    bill = bill_of_quantities([make_line("streets/3", "route", price("trench", 70, assumed=True), 12.345)])
    assert bill.iloc[0].to_dict() == {
        "work_id": "streets/3",
        "kind": "route",
        "price_key": "trench",
        "label": "Label of trench",
        "unit": "m",
        "quantity": 12.35,
        "unit_price_eur": 70,
        "amount_eur": 864.5,
        "assumed": True,
        "source": "a source",
        "lot": "works",
    }


def test_lot_of_a_price_row_goes_before_that_of_its_kind_of_work():
    own = replace(price("meter", 4700, "each"), lot="parking")
    lines = [make_line("meter@posts/1", "site", row, 1) for row in (own, price("box", 800, "each"))]
    lines += [make_line("fibre/south", "connection", price("drop", 2), 30)]
    assert bill_of_quantities(lines)["lot"].tolist() == ["parking", "equipment", "connections"]


def test_an_empty_bill_keeps_its_columns():
    assert list(bill_of_quantities([]).columns)[:3] == ["work_id", "kind", "price_key"]
    assert share_assumed([]) == 0


@settings(derandomize=True, deadline=None, max_examples=300)
@given(QUANTITY, EUR)
def test_a_line_rounds_as_the_arrays_of_the_program_do(quantity, unit_price):
    line = make_line("work", "route", price("key", unit_price), quantity)
    hundredths = to_hundredths(np.array([quantity]))
    amounts = amounts_cents(hundredths, Decimal(str(unit_price)))
    assert (line.quantity_hundredths, line.amount_cents) == (hundredths[0], amounts[0])


@pytest.mark.parametrize("quantity", [-0.01, 1.1e7, float("nan"), float("inf")])
def test_a_line_and_the_arrays_refuse_the_same_quantities(quantity):
    with pytest.raises(ValueError, match="quantity should be from 0 to 1e\\+07"):
        make_line("work", "route", price("key", 1), quantity)
    with pytest.raises(ValueError, match="quantity should be from 0 to 1e\\+07"):
        to_hundredths(np.array([1.0, quantity]))
