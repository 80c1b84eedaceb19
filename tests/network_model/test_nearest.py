from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from network_model import Places, nearest_places, nth_distance_m
from tests.network_model.plain_graph import plain_graph
from tests.network_model.test_reach import demand_at, places_at, split_distances

STREET = plain_graph([[(0.0, 0.0), (100.0, 0.0)], [(100.0, 0.0), (100.0, 50.0)]])


def nearest_by_label(apart_m: np.ndarray, label: np.ndarray, count: int) -> list[list[float]]:
    """The plain way: of each demand point (row) the distances to its nearest labels, in order."""
    return [
        sorted(row[label == each].min() for each in np.unique(label) if np.isfinite(row[label == each].min()))[:count]
        for row in apart_m
    ]


def rows_of(matrix, label: np.ndarray) -> list[list[float]]:
    """Sorted distances of each row, after a look that no label is twice in it."""
    rows = np.split(np.arange(matrix.nnz), matrix.indptr[1:-1])
    assert all(len(np.unique(label[matrix.indices[row]])) == len(row) for row in rows)
    return [sorted(matrix.data[row].tolist()) for row in rows]


def test_along_the_street_it_may_be_another_place_than_in_a_straight_line() -> None:
    places, demand = places_at(STREET, [(0, 0), (100, 45)]), demand_at(STREET, [(70, 0)])
    label = np.arange(2)
    along = nearest_places(STREET, places, demand, label)
    straight = nearest_places(STREET, places, demand, label, along_network=False)
    assert (along.indices.tolist(), along.data.tolist()) == ([0], [70.0])
    assert (straight.indices.tolist(), straight.data.tolist()) == ([1], [pytest.approx(np.hypot(30, 45))])


def test_both_access_legs_count_and_places_on_the_same_edge_need_no_node() -> None:
    places, demand = places_at(STREET, [(40, 3)]), demand_at(STREET, [(60, 4), (40, 0)])
    assert nearest_places(STREET, places, demand, np.zeros(1, np.int64)).data.tolist() == [27.0, 3.0]


def test_fewer_places_than_asked_give_fewer_entries_and_the_unattached_none() -> None:
    places, demand = places_at(STREET, [(0, 0), (50, 49), (50, 60)]), demand_at(STREET, [(0, 0), (10, 60)])
    found = nearest_places(STREET, places, demand, np.arange(3), count=5)
    assert found.indptr.tolist() == [0, 2, 2]
    assert found.data.tolist() == [1e-9, 99.0]  # a shared spot is an entry too
    straight = nearest_places(STREET, places, demand, np.arange(3), count=5, along_network=False)
    assert np.diff(straight.indptr).tolist() == [3, 3]


@pytest.mark.parametrize("along", [True, False])
def test_nothing_is_near_to_nothing(along: bool) -> None:
    none, some = np.empty(0, np.int64), np.zeros(1, np.int64)
    found = nearest_places(STREET, places_at(STREET, []), demand_at(STREET, [(1, 1)]), none, along_network=along)
    assert (found.shape, found.nnz) == ((1, 0), 0)
    assert np.isnan(nth_distance_m(found, 1)).tolist() == [True]
    found = nearest_places(STREET, places_at(STREET, [(1, 1)]), demand_at(STREET, []), some, along_network=along)
    assert (found.shape, len(nth_distance_m(found, 1))) == ((0, 1), 0)


def test_the_nth_distance_is_by_rank_whatever_the_order_of_the_columns() -> None:
    places, demand = places_at(STREET, [(90, 0), (10, 0), (50, 0)]), demand_at(STREET, [(0, 0), (100, 0)])
    found = nearest_places(STREET, places, demand, np.arange(3), count=3)
    assert [nth_distance_m(found, number).tolist() for number in (1, 2, 3)] == [[10, 10], [50, 50], [90, 90]]
    assert np.isnan(nth_distance_m(found, 4)).all()


@settings(derandomize=True, deadline=None, max_examples=120)
@given(st.data())
def test_the_nearest_along_the_network_are_those_of_a_split_graph(data: st.DataObject) -> None:
    # on a coarse lattice, parallel edges, loops, dead ends, parts apart, shared spots and equal distances all come up
    corner = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (at[0] * 10.0, at[1] * 10.0))
    lines = data.draw(st.lists(st.lists(corner, min_size=2, max_size=4), min_size=1, max_size=9))
    graph = plain_graph([line for line in lines if shapely.LineString(line).length > 0] or [[(0, 0), (10, 0)]])
    spot = st.tuples(st.integers(0, 40), st.integers(0, 40))
    places = places_at(graph, data.draw(st.lists(spot, min_size=1, max_size=8)))
    demand = demand_at(graph, data.draw(st.lists(spot, min_size=1, max_size=8)))
    label = np.array(data.draw(st.lists(st.integers(0, 5), min_size=len(places.xy), max_size=len(places.xy))))
    count = data.draw(st.integers(1, 5))
    found = nearest_places(graph, places, demand, label, count=count)
    expected = nearest_by_label(split_distances(graph, places, demand), label, count)
    for row, plain in zip(rows_of(found, label), expected, strict=True):
        assert row == pytest.approx(plain, abs=1e-6)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_the_nearest_in_a_straight_line_are_those_of_all_distances(data: st.DataObject) -> None:
    spot = st.tuples(st.integers(0, 12), st.integers(0, 12))
    places = places_at(STREET, data.draw(st.lists(spot, min_size=1, max_size=9)))
    demand = demand_at(STREET, data.draw(st.lists(spot, min_size=1, max_size=6)))
    label = np.array(data.draw(st.lists(st.integers(0, 4), min_size=len(places.xy), max_size=len(places.xy))))
    count = data.draw(st.integers(1, 5))
    found = nearest_places(STREET, places, demand, label, count=count, along_network=False)
    apart_m = np.hypot(*(demand.xy[:, None] - places.xy[None]).transpose(2, 0, 1))
    for row, plain in zip(rows_of(found, label), nearest_by_label(apart_m, label, count), strict=True):
        assert row == pytest.approx(plain, abs=1e-8)


def test_the_order_of_places_changes_no_distance() -> None:
    rng = np.random.default_rng(3)
    places, demand = places_at(STREET, rng.uniform(0, 100, (30, 2))), demand_at(STREET, rng.uniform(0, 100, (20, 2)))
    back = places_at(STREET, places.xy[::-1])
    assert isinstance(back, Places)
    one, other = (nearest_places(STREET, each, demand, np.arange(30), count=4) for each in (places, back))
    for number in range(1, 5):
        np.testing.assert_allclose(nth_distance_m(one, number), nth_distance_m(other, number))
