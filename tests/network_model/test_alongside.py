from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from network_model.alongside import Stretches, crossings_of, stretches_along
from tests.network_model.plain_graph import plain_graph

STREETS = plain_graph([[(0.0, 0.0), (100.0, 0.0)], [(100.0, 0.0), (200.0, 0.0)]])


def lines(*paths: list[tuple[float, float]]) -> np.ndarray:
    return np.array([shapely.LineString(path) for path in paths], dtype=object)


def stretches(found: Stretches) -> list[tuple[int, float, float]]:
    return list(zip(found.edge.tolist(), found.from_m.tolist(), found.to_m.tolist(), strict=True))


def test_a_route_runs_along_a_duct_where_it_stays_near_it() -> None:
    found, followed = stretches_along(STREETS, lines([(20, 2), (60, 2)]), 3.0)
    ((edge, from_m, to_m),) = stretches(found)
    # 2 m aside, the duct is within 3 m until sqrt(9 - 4) m past its ends
    assert (edge, from_m, to_m) == (0, pytest.approx(20 - 5**0.5, abs=0.05), pytest.approx(60 + 5**0.5, abs=0.05))
    assert followed.tolist() == [True]


def test_a_crossing_is_not_a_stretch_and_neither_is_a_duct_too_far_aside() -> None:
    found, followed = stretches_along(STREETS, lines([(50, -40), (50, 40)], [(0, 3.1), (90, 3.1)]), 3.0)
    assert stretches(found) == []
    assert followed.tolist() == [False, False]


def test_ducts_one_behind_the_other_make_one_stretch() -> None:
    found, followed = stretches_along(STREETS, lines([(10, 0), (30, 0)], [(30, 0), (33, 0)], [(33, 0), (70, 0)]), 2.0)
    assert stretches(found) == [(0, pytest.approx(8), pytest.approx(72))]
    assert followed.all()


def test_a_short_edge_near_its_duct_over_its_whole_length_counts() -> None:
    short = plain_graph([[(0, 0), (5, 0)], [(5, 0), (100, 0)]])
    found, _ = stretches_along(short, lines([(-3, 1), (8, 1)]), 3.0)
    assert stretches(found) == [(0, 0, pytest.approx(5))]


def test_a_ring_is_followed_over_the_point_where_it_closes() -> None:
    ring = plain_graph([[(0, 0), (40, 0), (40, 40), (0, 40), (0, 0)]])
    found, _ = stretches_along(ring, lines([(0, 30), (0, 0), (30, 0)]), 1.0)
    assert stretches(found) == [(0, 0, pytest.approx(31)), (0, pytest.approx(129), pytest.approx(160))]


def test_positions_on_a_stretch_are_held_ends_included() -> None:
    found = Stretches(np.array([0, 0, 3]), np.array([0.0, 50.0, 10.0]), np.array([20.0, 60.0, 30.0]))
    edge = np.array([0, 0, 0, 0, 1, 3, 3, 4])
    at_m = np.array([0.0, 20.0, 35.0, 55.0, 15.0, 9.9, 30.0, 15.0])
    assert found.hold(edge, at_m).tolist() == [True, True, False, True, False, False, True, False]


def test_crossings_are_located_along_the_route() -> None:
    edge, offset_m, line = crossings_of(STREETS, lines([(30, -5), (30, 5)], [(150, -5), (160, 5)], [(0, 9), (9, 9)]))
    assert (edge.tolist(), line.tolist()) == ([0, 1], [0, 1])
    assert offset_m.tolist() == pytest.approx([30, 55])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_stretches_equal_the_ground_shared_with_all_ducts_at_once(data: st.DataObject) -> None:
    corner = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(lambda at: (at[0] * 10.0, at[1] * 10.0))
    path = st.lists(corner, min_size=2, max_size=4, unique=True)
    straight = st.lists(corner, min_size=2, max_size=2, unique=True)
    graph = plain_graph(data.draw(st.lists(straight, min_size=1, max_size=4)))
    ducts = lines(*data.draw(st.lists(path, min_size=1, max_size=4)))
    found, _ = stretches_along(graph, ducts, 2.0)
    near = shapely.union_all(shapely.buffer(ducts, 2.0))
    for edge, route in enumerate(graph.geometry):
        runs = shapely.get_parts(shapely.line_merge(shapely.intersection(route, near)))
        runs = [run for run in runs if run.length > 8.0 or run.length > route.length - 1e-6]
        runs.sort(key=lambda run: route.project(run.centroid))
        own = found.edge == edge
        assert (found.to_m - found.from_m)[own].tolist() == pytest.approx([run.length for run in runs], abs=1e-3)
        middle_m = (found.from_m + found.to_m)[own] / 2
        assert middle_m.tolist() == pytest.approx([route.project(run.centroid) for run in runs], abs=1e-3)
