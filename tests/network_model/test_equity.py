from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network_model import TargetScope, measure_equity


def zones_of(weights: list[list[float]]) -> list[TargetScope]:
    """One zone a list, holding demand points of these weights, numbered through."""
    first = np.cumsum([0, *(len(each) for each in weights)])
    return [
        TargetScope("t", "s", f"Z{n}", f"Zone {n}", 0.5, 1, np.arange(first[n], first[n + 1]), np.array(each, float))
        for n, each in enumerate(weights)
    ]


def test_known_figures_of_two_zones() -> None:
    # shares 1/4 and 1 of weights 4 and 6: mean 0.7, so Gini = 0.4 * 0.6 * 0.75 * 2 / (2 * 0.7)
    found = measure_equity(zones_of([[1.0, 3.0], [6.0]]), np.array([1, 0, 2]))
    assert (found.zones, found.worst_zone, found.worst_zone_name) == (2, "Z0", "Zone 0")
    assert (found.worst_share, found.worst_decile) == pytest.approx((0.25, 0.25))
    assert found.gini == pytest.approx(0.18 / 0.7)


def test_the_worst_decile_takes_a_part_of_the_next_zone() -> None:
    # 4 of 100 live in a zone without service, the next 6 in one that is served by half
    found = measure_equity(zones_of([[40.0], [4.0], [28.0, 28.0]]), np.array([1, 0, 0, 1]))
    assert found.worst_zone == "Z1"
    assert found.worst_decile == pytest.approx(6 * 0.5 / 10)


def test_zones_alike_have_no_inequality_and_where_nobody_is_served_there_is_none_to_measure() -> None:
    alike = measure_equity(zones_of([[1.0, 1.0], [5.0, 5.0]]), np.array([1, 0, 1, 0]))
    assert (alike.gini, alike.worst_share, alike.worst_decile, alike.worst_zone) == (
        0.0,
        0.5,
        0.5,
        "Z1",
    )  # the heavier of equal ones
    nobody = measure_equity(zones_of([[1.0], [5.0]]), np.array([0, 0]))
    assert (nobody.gini, nobody.worst_share, nobody.worst_decile) == (None, 0.0, 0.0)


def test_zones_without_demand_are_left_out_and_none_at_all_gives_nothing() -> None:
    found = measure_equity(zones_of([[], [0.0], [2.0]]), np.array([0, 1]))
    assert (found.zones, found.worst_zone, found.worst_share) == (1, "Z2", 1.0)
    assert measure_equity(zones_of([[], [0.0]]), np.array([0])) is None
    assert measure_equity([], np.empty(0, np.int64)) is None


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_figures_equal_their_definition(held: list[tuple[int, int]]) -> None:
    served, lacking = np.array(held, dtype=float).T
    found = measure_equity(zones_of([list(pair) for pair in held]), np.tile([1, 0], len(held)))
    weight = served + lacking
    if weight.sum() == 0:
        assert found is None
        return
    share, part = (served / np.where(weight, weight, 1))[weight > 0], (weight / weight.sum())[weight > 0]
    assert found.worst_share == share.min()
    mean = float(part @ share)
    if mean:
        apart = np.abs(share[:, None] - share[None])
        assert found.gini == pytest.approx(float(part @ apart @ part) / (2 * mean), abs=1e-12)
    # a tenth of the demand, one ten-thousandth after the other
    order = np.argsort(share)
    ranked = share[order][np.searchsorted(np.cumsum(part[order]), (np.arange(1000) + 0.5) / 10_000)]
    assert found.worst_decile == pytest.approx(ranked.mean(), abs=2e-2)
    assert found.worst_share <= found.worst_decile <= mean + 1e-12
    assert 0 <= (found.gini or 0) < 1
