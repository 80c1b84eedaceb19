from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import SurveyError
from network_model import attach
from tests.network_model.plain_graph import plain_graph

STREET = [(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)]


def test_offset_runs_along_the_line_and_access_is_straight() -> None:
    found = attach(plain_graph([STREET]), np.array([[30.0, 4.0], [103.0, 20.0]]), within_m=10.0)
    assert found.edge.tolist() == [0, 0]
    assert found.offset_m.tolist() == [30.0, 120.0]
    assert found.access_m.tolist() == [4.0, 3.0]


def test_a_reversed_line_measures_from_its_own_start() -> None:
    found = attach(plain_graph([STREET[::-1]]), np.array([[30.0, 4.0]]), within_m=10.0)
    assert found.offset_m.tolist() == [120.0]


def test_a_point_too_far_stays_unattached_and_one_just_at_the_limit_does_not() -> None:
    found = attach(plain_graph([STREET]), np.array([[50.0, 10.0], [50.0, -10.001]]), within_m=10.0)
    assert found.edge.tolist() == [0, -1]
    assert np.isnan(found.offset_m[1])
    assert np.isinf(found.access_m[1])


def test_of_equally_near_edges_the_lowest_is_taken() -> None:
    lines = [[(0.0, 2.0), (10.0, 2.0)], [(0.0, -2.0), (10.0, -2.0)], [(10.0, 2.0), (20.0, 2.0)]]
    found = attach(plain_graph(lines), np.array([[5.0, 0.0], [10.0, 3.0]]), within_m=10.0)
    assert found.edge.tolist() == [0, 0]


def test_a_place_without_coordinates_is_refused() -> None:
    with pytest.raises(SurveyError, match="position 1"):
        attach(plain_graph([STREET]), np.array([[0.0, 0.0], [np.nan, 0.0]]), within_m=10.0)


def test_no_points_give_no_attachments() -> None:
    found = attach(plain_graph([STREET]), np.empty((0, 2)), within_m=10.0)
    assert found.edge.shape == found.offset_m.shape == found.access_m.shape == (0,)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_attachment_equals_brute_force(data: st.DataObject) -> None:
    place = st.tuples(st.integers(0, 30), st.integers(0, 30))
    lines = data.draw(st.lists(st.lists(place, min_size=2, max_size=5, unique=True), min_size=1, max_size=8))
    xy = np.array(data.draw(st.lists(place, min_size=1, max_size=10)), dtype=float)
    graph = plain_graph(lines)

    found = attach(graph, xy, within_m=6.0)

    every = shapely.distance(shapely.points(xy)[:, None], graph.geometry[None, :])
    near = every.min(axis=1) <= 6.0
    np.testing.assert_array_equal(found.edge >= 0, near)
    np.testing.assert_array_equal(found.edge[near], every.argmin(axis=1)[near])
    np.testing.assert_array_equal(found.access_m[near], every.min(axis=1)[near])
    foot = shapely.line_interpolate_point(graph.geometry[found.edge[near]], found.offset_m[near])
    np.testing.assert_allclose(shapely.distance(foot, shapely.points(xy[near])), found.access_m[near], atol=1e-9)
