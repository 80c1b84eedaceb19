"""Cash flows by year against hand-worked cases, and against the figure that the program minimises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import (
    Finance,
    Line,
    PresentValue,
    Price,
    Stock,
    cash_flows,
    do_nothing,
    figure_cents,
    make_line,
    opex_cents,
    opex_not_stated,
    total_cents,
    value_cents,
)
from tests.costing.samples import price

METER = replace(
    price("meter", 1000, "each"), opex=(price("care", 60, "each/year"), price("sim", 40, "each/year")), lifetime_years=2
)
TRENCH = price("trench", 15.55)


def rows(frame: pd.DataFrame) -> list[tuple[int, str, str, float, float]]:
    shown = frame[["year", "section", "item", "amount_eur", "present_eur"]]
    return [tuple(row) for row in shown.itertuples(index=False)]


def test_one_meter_over_three_years_by_hand():
    """Bought in 2026, renewed in 2028, half of that left at the end of 2028; 10 % a year."""
    flows = cash_flows([make_line("m", "site", METER, 1)], [2026], Finance(2026, 3, 0.1))
    assert (
        rows(flows.frame)
        == [
            (2026, "investment", "capex", 1000.0, 1000.0),
            (2026, "operation", "opex", 100.0, 90.91),
            (2027, "operation", "opex", 100.0, 82.64),
            (2028, "operation", "opex", 100.0, 75.13),
            (2028, "investment", "renewal", 1000.0, 826.45),
            (2028, "investment", "residual", -500.0, -375.66),
        ]
        or rows(flows.frame)[-1][2] == "rounding"
    )
    # 1000 + 1000/1.21 - 500/1.331 + 100 (1/1.1 + 1/1.21 + 1/1.331) = 1699.474...
    assert flows.present_value_cents == 169947
    assert round(flows.frame["present_eur"].sum(), 2) == 1699.47
    assert flows.opex_per_year_cents == 10_000
    # annuity factor of 3 years at 10 %: 2.486852
    assert flows.equivalent_annual_cents == 68338


def test_a_later_work_has_the_same_flows_later():
    line = make_line("m", "site", METER, 1)
    first, later = (cash_flows([line], [year], Finance(2026, 3, 0.1)) for year in (2026, 2028))
    without = [flows.frame[flows.frame["item"] != "rounding"].reset_index(drop=True) for flows in (first, later)]
    assert (without[1]["year"] - without[0]["year"] == 2).all()
    assert (without[1]["amount_eur"] == without[0]["amount_eur"]).all()
    assert later.present_value_cents == round(first.present_value_cents / 1.21)


def test_nominal_amounts_grow_and_the_present_value_is_that_of_real_terms():
    line = make_line("m", "site", METER, 1)
    real = cash_flows([line], [2026], Finance(2026, 3, 0.1))
    nominal = cash_flows([line], [2026], Finance(2026, 3, 0.21, "nominal", 0.1))
    amount = nominal.frame.set_index(["year", "item"])["amount_eur"]
    assert amount[2026, "opex"] == 110.0  # at the end of the first year
    assert amount[2028, "renewal"] == 1210.0
    assert amount[2028, "residual"] == -665.5
    assert nominal.present_value_cents == real.present_value_cents
    assert nominal.opex_per_year_cents == real.opex_per_year_cents
    assert nominal.equivalent_annual_cents == real.equivalent_annual_cents


def test_zero_rate_adds_up_undiscounted():
    flows = cash_flows([make_line("m", "site", METER, 3)], [2026], Finance(2026, 4, 0.0))
    assert flows.present_value_cents == 3 * (1000 + 1000 + 4 * 100) * 100
    assert flows.frame["amount_eur"].sum() == flows.frame["present_eur"].sum() == 7200
    assert "residual" not in set(flows.frame["item"])


def test_horizon_shorter_than_the_lifetime_leaves_a_rest():
    flows = cash_flows([make_line("m", "site", replace(METER, lifetime_years=8), 1)], [2026], Finance(2026, 2, 0.0))
    assert set(flows.frame["item"]) == {"capex", "opex", "residual"}
    assert flows.frame.set_index("item")["amount_eur"]["residual"] == -750.0


def test_rows_without_lifetime_or_running_costs_are_paid_once():
    line = make_line("r", "route", TRENCH, 12.34)
    flows = cash_flows([line], [2026], Finance(2026, 15, 0.032))
    assert rows(flows.frame) == [(2026, "investment", "capex", 191.89, 191.89)]
    assert flows.opex_per_year_cents == 0
    assert opex_not_stated([line, make_line("m", "site", METER, 1)]) == ("trench",)


def test_running_costs_are_rounded_line_by_line():
    cable = replace(price("cable", 1), opex=(price("upkeep", 0.333, "m/year"),))
    lines = [make_line("a", "route", cable, 0.5), make_line("b", "route", cable, 0.5)]
    assert opex_cents(lines) == 34  # twice 16.65 cents
    assert opex_cents([]) == 0


def test_an_empty_plan_costs_nothing():
    flows = cash_flows([], [], Finance(2026, 15, 0.032))
    assert (flows.present_value_cents, flows.opex_per_year_cents, flows.equivalent_annual_cents) == (0, 0, 0)
    assert flows.frame.empty


PRICES = st.builds(
    lambda unit, opex, life, key: replace(
        price(f"row{key}", float(unit)),
        opex=(price("run", float(opex), "m/year"),) if opex else (),
        lifetime_years=life,
    ),
    st.decimals("0.01", "5000", places=2),
    st.decimals("0", "300", places=2),
    st.none() | st.integers(1, 50),
    st.integers(0, 10**6),
)
FINANCES = st.builds(
    lambda horizon, real, inflation: Finance(
        2026, horizon, float((1 + real) * (1 + inflation) - 1), "nominal" if inflation else "real", float(inflation)
    ),
    st.integers(1, 40),
    st.decimals("0", "0.2", places=3),
    st.sampled_from([Decimal(0), Decimal("0.02")]),
)
QUANTITIES = st.lists(st.tuples(st.floats(0, 5000), st.integers(2026, 2032)), min_size=1, max_size=12)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(rows=st.lists(PRICES, min_size=1, max_size=3, unique_by=lambda row: row.key), finance=FINANCES, works=QUANTITIES)
def test_discounted_flows_are_the_figure_within_rounding(
    rows: Sequence[Price], finance: Finance, works: Sequence[tuple[float, int]]
):
    """The difference stays below what rounding explains, and is stated as an item of its own."""
    lines = [make_line("w", "route", rows[k % len(rows)], metres) for k, (metres, _) in enumerate(works)]
    years = [year for _, year in works]
    flows = cash_flows(lines, years, finance)
    figure = PresentValue(finance)
    factors = figure.year_factors(years)
    value = sum(factor * cents for factor, cents in zip(factors, value_cents(lines, figure), strict=True))
    assert abs(flows.present_value_cents - value) <= 0.5 + 1e-3
    assert round(flows.frame["present_eur"].sum() * 100) == flows.present_value_cents
    rounding = round(flows.frame.loc[flows.frame["item"] == "rounding", "present_eur"].sum() * 100)
    assert abs(rounding) <= most_rounding_cents(lines, finance, len(flows.frame))
    invested = flows.frame.loc[flows.frame["item"] == "capex", "amount_eur"].sum()
    if finance.terms == "real":
        assert round(invested * 100) == total_cents(lines)


def most_rounding_cents(lines: Sequence[Line], finance: Finance, rows: int) -> float:
    """Half a cent for each amount that is rounded, discounted or not, and half a millionth for each unit."""
    bought = 2 + finance.horizon_years  # capex and renewals carry the rounding of the line's capex, opex its own
    by_line = 0.5 * (1 + bought + finance.horizon_years)
    quantity = sum(line.quantity_hundredths for line in lines)
    return by_line * len(lines) + 0.5 * rows + quantity * 0.5e-6 + 1


@settings(derandomize=True, deadline=None, max_examples=60)
@given(row=PRICES, finance=FINANCES, works=QUANTITIES)
def test_figure_of_a_plan_is_exact(row: Price, finance: Finance, works: Sequence[tuple[float, int]]):
    lines, years = [make_line("w", "route", row, metres) for metres, _ in works], [year for _, year in works]
    figure = PresentValue(finance)
    exact = sum(
        Fraction(figure.year_factors([year])[0]) * cents
        for year, cents in zip(years, value_cents(lines, figure), strict=True)
    )
    assert abs(figure_cents(lines, years, figure) - exact) <= Fraction(1, 2) + Fraction(1, 10**6)


EXISTING = replace(price("meter", 9400, "each"), opex=(price("care", 100, "each/year"),), lifetime_years=10)


@pytest.mark.parametrize(
    ("built", "renewed", "left"),
    [
        (2020, [2030], -1880.0),  # of 2030 + 10, 2 years lie behind the end of 2037
        (2017, [2027, 2037], -8460.0),
        (2000, [2026, 2036], -7520.0),  # overdue: renewed at once
        (2026, [2036], -7520.0),
        (None, [], 0.0),
    ],
)
def test_what_exists_is_renewed_after_each_lifetime(built: int | None, renewed: list[int], left: float):
    flows = do_nothing([Stock(EXISTING, {built: 100})], Finance(2026, 12, 0.0))
    items = dict(list(flows.frame.groupby("item")))
    assert items["opex"]["amount_eur"].tolist() == [100.0] * 12
    assert (items["renewal"]["year"].tolist() if "renewal" in items else []) == renewed
    assert sum(frame["amount_eur"].sum() for item, frame in items.items() if item == "residual") == left
    assert flows.opex_per_year_cents == 10_000
    assert flows.present_value_cents == round(100 * (1200 + 9400 * len(renewed) + left))


def test_doing_nothing_by_hand():
    """Two meters of 2018, 3 years at 10 %: 200 a year, renewed in 2028 for 18,800, of which 9/10 are left."""
    flows = do_nothing([Stock(EXISTING, {2018: 200})], Finance(2026, 3, 0.1))
    discounted = [round(200 / 1.1**k, 2) for k in (1, 2, 3)] + [round(18800 / 1.21, 2), -round(16920 / 1.331, 2)]
    assert flows.present_value_cents == round(100 * sum(discounted))
    assert flows.present_value_cents == 332231
    assert "rounding" not in set(flows.frame["item"])


def test_nothing_exists():
    flows = do_nothing([], Finance(2026, 15, 0.032))
    assert (flows.present_value_cents, len(flows.frame)) == (0, 0)


def test_the_greatest_growth_that_a_study_can_state_is_told_in_amounts_of_its_years():
    """A hundred years at 100 % inflation: 100 EUR of the first year are 100 x 2^100 in the last."""
    finance = Finance(2026, 100, 1.0, terms="nominal", inflation=1.0)
    flows = cash_flows([make_line("w", "site", METER, 1)], [2026], finance)
    run = flows.frame[(flows.frame["item"] == "opex") & (flows.frame["year"] == 2125)]
    assert run["amount_eur"].tolist() == [pytest.approx(100 * 2.0**100)]
    assert flows.present_value_cents == 100 * (1000 * 50 + 100 * 100)
