from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from network_model import CutGraph, SpatialGraph, cut_edges
from tests.network_model.plain_graph import plain_graph

BENT = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]


def cut(graph: SpatialGraph, *cuts: tuple[int, float]) -> CutGraph:
    return cut_edges(graph, np.array([c[0] for c in cuts], dtype=np.int64), np.array([c[1] for c in cuts]))


def test_a_cut_makes_two_pieces_in_the_direction_of_the_edge() -> None:
    pieces = cut(plain_graph([BENT]), (0, 4.0))
    assert [g.wkt for g in pieces.geometry] == ["LINESTRING (0 0, 4 0)", "LINESTRING (4 0, 10 0, 10 10)"]
    assert pieces.from_m.tolist() == [0.0, 4.0]
    assert pieces.to_m.tolist() == [4.0, 20.0]
    assert pieces.node_xy[pieces.node_of_cut[0]].tolist() == [4.0, 0.0]


def test_cuts_are_answered_in_the_order_asked_and_equal_ones_share_a_node() -> None:
    pieces = cut(plain_graph([BENT]), (0, 15.0), (0, 4.0), (0, 15.0 + 5e-7))
    assert len(pieces.u) == 3
    assert pieces.node_of_cut[0] == pieces.node_of_cut[2] != pieces.node_of_cut[1]
    assert pieces.node_xy[pieces.node_of_cut].round(6).tolist() == [[10.0, 5.0], [4.0, 0.0], [10.0, 5.0]]


def test_a_cut_on_a_shape_point_does_not_double_it() -> None:
    pieces = cut(plain_graph([BENT]), (0, 10.0), (0, 10.0 + 9e-7), (0, 10.0 - 9e-7))
    assert [g.wkt for g in pieces.geometry] == ["LINESTRING (0 0, 10 0)", "LINESTRING (10 0, 10 10)"]
    assert len(set(pieces.node_of_cut)) == 1


def test_cuts_at_the_ends_take_the_nodes_that_are_there() -> None:
    graph = plain_graph([BENT, [(10.0, 10.0), (20.0, 10.0)]])
    pieces = cut(graph, (0, 0.0), (0, 20.0), (1, 0.0), (1, 10.0 - 1e-7))
    assert len(pieces.u) == 2
    assert pieces.node_of_cut.tolist() == [graph.u[0], graph.v[0], graph.u[1], graph.v[1]]
    assert len(pieces.node_xy) == len(graph.node_xy)


def test_a_loop_is_cut_like_any_edge() -> None:
    ring = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]
    pieces = cut(plain_graph([ring]), (0, 20.0), (0, 5.0), (0, 40.0))
    assert pieces.length_m.tolist() == [5.0, 15.0, 20.0]
    assert pieces.v[-1] == pieces.u[0] == 0


def test_no_cut_leaves_every_edge_whole() -> None:
    graph = plain_graph([BENT, [(10.0, 10.0), (20.0, 10.0)]])
    pieces = cut(graph)
    assert pieces.edge.tolist() == [0, 1]
    assert shapely.equals_exact(pieces.geometry, graph.geometry).all()
    assert pieces.node_of_cut.shape == (0,)


@pytest.mark.parametrize(("edge", "offset_m"), [(1, 0.0), (-1, 0.0), (0, 20.1), (0, -0.1), (0, np.nan)])
def test_a_cut_that_is_not_on_an_edge_is_refused(edge: int, offset_m: float) -> None:
    with pytest.raises(ValueError, match="edge"):
        cut(plain_graph([BENT]), (edge, offset_m))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_pieces_add_up_and_lie_where_asked(data: st.DataObject) -> None:
    point = st.tuples(st.integers(0, 50), st.integers(0, 50))
    path = st.lists(point, min_size=2, max_size=6, unique=True)
    lines = data.draw(st.lists(path, min_size=1, max_size=5))
    graph = plain_graph(lines)
    wanted = data.draw(st.lists(st.tuples(st.integers(0, len(lines) - 1), st.floats(0, 1)), max_size=12))
    edge = np.array([w[0] for w in wanted], dtype=np.int64)
    offset_m = np.array([w[1] for w in wanted]) * graph.length_m[edge]

    pieces = cut_edges(graph, edge, offset_m)

    total_m = np.bincount(pieces.edge, weights=pieces.length_m, minlength=len(lines))
    np.testing.assert_allclose(total_m, graph.length_m, rtol=1e-12)
    np.testing.assert_allclose(pieces.length_m, shapely.length(pieces.geometry), atol=1e-7)
    assert (pieces.length_m > 0).all()
    np.testing.assert_array_equal(pieces.node_xy[: len(graph.node_xy)], graph.node_xy)
    expected = shapely.get_coordinates(shapely.line_interpolate_point(graph.geometry[edge], offset_m))
    np.testing.assert_allclose(pieces.node_xy[pieces.node_of_cut], expected.reshape(-1, 2), atol=3e-6)
    ends = shapely.get_coordinates(shapely.get_point(pieces.geometry, [[0], [-1]])).reshape(2, -1, 2)
    np.testing.assert_array_equal(ends[0], pieces.node_xy[pieces.u])
    np.testing.assert_array_equal(ends[1], pieces.node_xy[pieces.v])
