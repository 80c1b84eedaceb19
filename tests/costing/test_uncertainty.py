"""How sure a total is: ranges, draws and tornado, against values worked by hand."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import Bracket, Line, Price, Uncertainty, draw_price_lists, make_line, price_range_cents, spread_prices
from costing.price_draws import draw_prices, draw_ranks, triangular_quantile

ALONE = Uncertainty(draws=2000, correlation=0.0)


def row(key: str, low: float, typical: float, high: float, *, family: str = "", opex: tuple[Price, ...] = ()) -> Price:
    return Price(key, key, "each", typical, low, high, "test", False, "S", family=family, opex=opex)


def lines(*prices: Price, quantity: float = 1.0) -> list[Line]:
    return [make_line(f"w{number}", "site", price, quantity) for number, price in enumerate(prices)]


def test_quantiles_of_a_triangle_by_hand():
    # 0, 3, 10: F(3) = 0.3; u = 0.3 -> 3; u = 0.075 -> sqrt(0.075 * 30) = 1.5; u = 0.825 -> 10 - sqrt(0.175 * 70) = 6.5
    at = triangular_quantile(np.array([[0.0], [0.075], [0.3], [0.825], [1.0]]), *np.array([[0.0], [3.0], [10.0]]))
    assert at[:, 0] == pytest.approx([0.0, 1.5, 3.0, 6.5, 10.0])


@pytest.mark.parametrize(("low", "mode", "high"), [(2.0, 2.0, 2.0), (0.0, 0.0, 1.0), (0.0, 1.0, 1.0)])
def test_ranges_without_one_side_or_width(low, mode, high):
    ranks = np.linspace(0, 1, 5)[:, None]
    at = triangular_quantile(ranks, *np.array([[low], [mode], [high]]))[:, 0]
    assert at[0] == low and at[-1] == high
    assert (np.diff(at) >= 0).all()
    if mode == 0.0:
        assert at[2] == pytest.approx(1 - np.sqrt(0.5))


def test_one_row_has_the_quantiles_of_its_triangle():
    # 100, 100, 200: P10 = 200 - sqrt(0.9) * 100 and so on; mean 400 / 3
    spread = spread_prices(lines(row("a", 100.0, 100.0, 200.0)), Uncertainty(), 7)
    for percent in (10, 50, 80, 90):
        by_hand = 200 - 100 * np.sqrt(1 - percent / 100)
        assert spread.percentile_eur(percent) == pytest.approx(by_hand, abs=0.05)
    assert spread.mean_eur == pytest.approx(400 / 3, abs=0.01)
    assert spread.share_above_typical == 1.0


def test_within_a_family_that_moves_as_one_percentiles_add_up():
    one, other = row("a", 10.0, 20.0, 60.0, family="cables"), row("b", 1.0, 9.0, 10.0, family="cables")
    moved = Uncertainty(correlation=1.0)
    both = spread_prices(lines(one, other), moved, 1)
    alone = [spread_prices(lines(price), moved, 1) for price in (one, other)]
    for percent in (10, 50, 80, 90):
        assert both.percentile_eur(percent) == pytest.approx(sum(each.percentile_eur(percent) for each in alone))


def test_without_correlation_variances_add_up():
    prices = [row(f"p{number}", 10.0, 20.0, 60.0, family="cables") for number in range(12)]
    spread = spread_prices(lines(*prices), ALONE, 3)
    # variance of a triangle: (a2 + b2 + c2 - ab - ac - bc) / 18
    of_one = (10**2 + 60**2 + 20**2 - 10 * 60 - 10 * 20 - 60 * 20) / 18
    assert spread.totals_eur.var() == pytest.approx(12 * of_one, rel=0.06)
    assert spread.mean_eur == pytest.approx(12 * 30, rel=1e-4)


def test_correlation_widens_within_a_family_and_not_between():
    same = [row(f"p{number}", 10.0, 20.0, 60.0, family="cables") for number in range(12)]
    apart = [row(f"p{number}", 10.0, 20.0, 60.0, family=f"f{number}") for number in range(12)]
    unnamed = [row(f"p{number}", 10.0, 20.0, 60.0) for number in range(12)]
    half = Uncertainty(correlation=0.5)
    deviations = [spread_prices(lines(*prices), half, 3).totals_eur.std() for prices in (same, apart, unnamed)]
    # n rows of correlation about r: n (1 + (n - 1) r) against n
    assert deviations[0] / deviations[1] == pytest.approx(np.sqrt(1 + 11 * 0.49), rel=0.06)
    assert deviations[1] == pytest.approx(deviations[2], rel=0.06)


def test_the_rank_correlation_is_that_of_the_copula():
    ranks = draw_ranks(["a", "a", "b", ""], Uncertainty(draws=20_000, correlation=0.5), 11)
    found = np.corrcoef(ranks.T)
    # Spearman of a Gaussian copula: 6 / pi asin(r / 2)
    assert found[0, 1] == pytest.approx(6 / np.pi * np.arcsin(0.25), abs=0.02)
    assert np.abs(found[[0, 0, 1, 1, 2], [2, 3, 2, 3, 3]]).max() < 0.03


def test_tornado_by_hand():
    prices = [row("a", 8.0, 10.0, 20.0), row("b", 90.0, 100.0, 101.0), row("c", 5.0, 5.0, 5.0)]
    spread = spread_prices([*lines(*prices), *lines(prices[0], quantity=2.5)], Uncertainty(draws=100), 0)
    assert (spread.low_cents, spread.typical_cents, spread.high_cents) == (12300, 14000, 17600)
    shown = [(swing.price.key, swing.low_cents, swing.high_cents, swing.swing_cents) for swing in spread.swings]
    assert shown == [("a", 13300, 17500, 4200), ("b", 13000, 14100, 1100)]


def test_lines_are_rounded_to_the_cent_one_by_one():
    price = row("a", 0.003, 0.005, 0.015)
    spread = spread_prices(lines(price, price, price), Uncertainty(draws=10), 0)
    assert (spread.low_cents, spread.typical_cents, spread.high_cents) == (0, 3, 6)  # halves go up
    assert price_range_cents(lines(price, price, price)) == (0, 6)


def test_without_ranges_nothing_varies():
    spread = spread_prices(lines(row("a", 3.0, 3.0, 3.0)), Uncertainty(), 0)
    assert spread.percentile_eur(10) == spread.percentile_eur(90) == spread.mean_eur == 3.0
    assert spread.share_above_typical == 0.0 and spread.swings == ()
    edges, counts = spread.histogram()
    assert edges.tolist() == [3.0, 3.0] and counts.tolist() == [2000]


def test_the_share_that_counts_as_exact_by_hand():
    prices = [row("a", 5.0, 5.0, 5.0), row("b", 1.0, 10.0, 20.0), row("c", 1.0, 25.0, 30.0, family="cables")]
    spread = spread_prices(lines(*prices), Uncertainty(draws=10), 0)
    # 5 of 40 EUR without a range, 10 of 40 with a range and no family
    assert (spread.without_range_cents, spread.without_family_cents) == (500, 1000)
    assert (spread.share_without_range, spread.share_without_family) == (0.125, 0.25)


def test_a_plan_without_lines_costs_nothing_for_sure():
    spread = spread_prices([], Uncertainty(), 0)
    assert (spread.share_without_range, spread.share_without_family) == (0.0, 0.0)
    assert (spread.low_cents, spread.high_cents, spread.mean_eur) == (0, 0, 0.0)


def test_histogram_counts_every_draw():
    edges, counts = spread_prices(lines(row("a", 1.0, 2.0, 5.0)), Uncertainty(draws=500), 0).histogram(10)
    assert counts.sum() == 500 and len(edges) == 11
    assert edges[0] >= 1.0 and edges[-1] <= 5.0


def test_the_seed_decides_the_draws_and_the_order_of_lines_does_not():
    prices = [row("a", 1.0, 2.0, 5.0, family="f"), row("b", 1.0, 2.0, 5.0, family="f"), row("c", 1.0, 3.0, 5.0)]
    first = spread_prices(lines(*prices), Uncertainty(), 5)
    assert np.allclose(first.totals_eur, spread_prices(lines(*prices[::-1]), Uncertainty(), 5).totals_eur, atol=1e-9)
    assert not np.allclose(first.totals_eur, spread_prices(lines(*prices), Uncertainty(), 6).totals_eur, atol=1e-3)


def test_stratified_draws_pin_the_mean_far_better_than_plain_ones():
    prices = [row(f"p{number}", 10.0, 20.0, 60.0, family="f") for number in range(10)]
    means = [spread_prices(lines(*prices), Uncertainty(draws=200), seed).mean_eur for seed in range(30)]
    plain = np.sqrt(10 * (1 + 9 * 0.49) * 116.7 / 200)  # standard error of the mean of 200 independent draws
    assert np.std(means) < plain / 50


def test_drawn_lists_keep_sources_and_draw_running_costs_and_brackets_alike():
    running = row("care", 1.0, 2.0, 4.0)
    price = row("box", 10.0, 20.0, 40.0, opex=(running,))
    price = dataclasses.replace(price, brackets=(_bracket(0, 10.0, 20.0, 40.0), _bracket(100, 5.0, 10.0, 20.0)))
    drawn = draw_price_lists({"box": price, "care": running}, Uncertainty(draws=5), 1)
    assert len({prices["box"].typical_eur for prices in drawn}) == 5
    for prices in drawn:
        box = prices["box"]
        assert box.opex[0].typical_eur == prices["care"].typical_eur
        assert box.brackets[0].typical_eur == box.typical_eur
        assert box.brackets[1].typical_eur == pytest.approx(box.typical_eur / 2, abs=1e-6)
        assert (box.low_eur, box.high_eur, box.source) == (10.0, 40.0, "test")


def _bracket(start: float, low: float, typical: float, high: float):
    return Bracket(start, low, typical, high)


def test_ten_draws_cover_the_whole_range():
    drawn = draw_price_lists({"a": row("a", 0.0, 0.0, 1.0)}, Uncertainty(draws=10), 4)
    ranks = sorted(1 - (1 - prices["a"].typical_eur) ** 2 for prices in drawn)
    assert ranks == pytest.approx([0.05 + 0.1 * number for number in range(10)], abs=1e-5)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(*[st.integers(1, 10**6)] * 3).map(sorted), min_size=1, max_size=6),
    st.floats(0, 1),
    st.integers(0, 2**31 - 1),
)
def test_draws_never_leave_their_range_and_totals_never_leave_theirs(ranges, correlation, seed):
    prices = [
        row(f"p{number}", low / 1000, typical / 1000, high / 1000, family="abc"[number % 3])
        for number, (low, typical, high) in enumerate(ranges)
    ]
    asked = Uncertainty(draws=40, correlation=correlation)
    drawn = draw_prices(prices, asked, seed)
    for column, price in enumerate(prices):
        assert (drawn[:, column] >= price.low_eur - 1e-9).all() and (drawn[:, column] <= price.high_eur + 1e-9).all()
    spread = spread_prices(lines(*prices), asked, seed)
    slack = 1e-6 + 0.01 * len(prices)  # lines round to the cent, draws do not
    assert spread.low_cents / 100 - slack <= spread.totals_eur[0] <= spread.totals_eur[-1]
    assert spread.totals_eur[-1] <= spread.high_cents / 100 + slack
    assert spread.low_cents + sum(swing.swing_cents for swing in spread.swings) == spread.high_cents
    for list_of_draw in draw_price_lists({price.key: price for price in prices}, asked, seed):
        assert all(p.low_eur <= p.typical_eur <= p.high_eur for p in list_of_draw.values())


def test_a_city_plan_takes_milliseconds():
    prices = [row(f"p{number}", 10.0, 20.0, 60.0, family="abcdef"[number % 6]) for number in range(50)]
    plan = [make_line(f"w{number}", "route", prices[number % 50], number / 7) for number in range(10_000)]
    took = []
    for _ in range(3):
        started = time.process_time()
        spread_prices(plan, Uncertainty(), 0)
        took.append(time.process_time() - started)
    assert min(took) < 0.2  # about 0.02 s
