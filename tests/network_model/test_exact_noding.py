"""Noding against exact rational arithmetic, and what must not change when the graph is noded again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from network_model import Crossings, SpatialGraph, build_graph
from network_model.loose_ends import MOST_NEAR
from tests.network_model.exact_noding import node_exactly
from tests.network_model.layers import layer

Path = Sequence[tuple[float, float]]
BY_LEVEL = Crossings(level="level")

spot = st.tuples(st.integers(0, 4), st.integers(0, 4))
lattice = st.lists(st.lists(spot, min_size=2, max_size=4), min_size=1, max_size=7)
few = st.lists(st.lists(spot, min_size=2, max_size=4), min_size=1, max_size=4)
fine = st.tuples(st.integers(0, 14), st.integers(0, 14)).map(lambda p: (650000.123456 + p[0] / 4, 6e6 + p[1] / 4))
sketch = st.lists(st.lists(fine, min_size=2, max_size=4), min_size=1, max_size=8)


def long_paths(paths: list[Path]) -> list[Path]:
    return [path for path in paths if len(set(path)) > 1] or [[(0, 0), (1, 0)]]


def node(paths: Sequence[Path], level: Sequence[int], close_gaps_m: float = 0.0) -> SpatialGraph:
    streets = layer("streets", "street", [shapely.LineString(path) for path in paths], level=list(level))
    return build_graph([streets], close_gaps_m=close_gaps_m, crossings=BY_LEVEL)[0]


def levels_of(graph: SpatialGraph) -> list[int]:
    return [int(level) for level in graph.attributes["level"]]


def outline(graph: SpatialGraph) -> list[tuple[int, list[list[float]]]]:
    """Return level and course of the edges whatever their order and direction."""
    edges = [shapely.get_coordinates(line).round(6).tolist() for line in graph.geometry]
    return sorted((level, min(edge, edge[::-1])) for level, edge in zip(levels_of(graph), edges, strict=True))


def edges_of(graph: SpatialGraph) -> Counter[tuple[frozenset[tuple[object, ...]], int]]:
    """Count the edges, as pieces between rounded points and the source row."""
    found: Counter[tuple[frozenset[tuple[object, ...]], int]] = Counter()
    for line, row in zip(graph.geometry, graph.attributes["source_row"].tolist(), strict=True):
        points = [tuple(point) for point in shapely.get_coordinates(line).round(5).tolist()]
        found[frozenset(tuple(sorted(step)) for step in pairwise(points)), row] += 1
    return found


def expected_edges(paths: Sequence[Path], level: Sequence[int]) -> Counter[tuple[frozenset[tuple[object, ...]], int]]:
    return Counter(
        (
            frozenset(tuple(tuple(round(float(x), 5) + 0.0 for x in point) for point in piece) for piece in pieces),
            row,
        )
        for pieces, row in node_exactly(paths, level)
    )


# ---- against exact arithmetic


@settings(derandomize=True, deadline=None, max_examples=100)
@given(paths=lattice.map(long_paths))
def test_edges_and_their_rows_are_those_of_exact_arithmetic(paths: list[Path]) -> None:
    level = [0] * len(paths)
    assert edges_of(node(paths, level)) == expected_edges(paths, level)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(paths=lattice.map(long_paths), data=st.data())
def test_edges_of_several_levels_are_those_of_exact_arithmetic(paths: list[Path], data: st.DataObject) -> None:
    level = data.draw(st.lists(st.integers(0, 2), min_size=len(paths), max_size=len(paths)))
    assert edges_of(node(paths, level)) == expected_edges(paths, level)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(roads=few.map(long_paths), ducts=few.map(long_paths))
def test_two_layers_are_noded_together_as_one_and_apart_each_alone(roads: list[Path], ducts: list[Path]) -> None:
    streets, network = (
        layer(name, kind, [shapely.LineString(path) for path in paths])
        for name, kind, paths in (("streets", "street", roads), ("ducts", "duct", ducts))
    )
    together, _ = build_graph([streets, network], close_gaps_m=0)
    rows = together.attributes["source_row"] + len(roads) * (together.attributes["layer"] == "ducts")
    together.attributes["source_row"] = rows
    assert edges_of(together) == expected_edges([*roads, *ducts], [0] * (len(roads) + len(ducts)))
    assert edges_of(build_graph([network], close_gaps_m=0)[0]) == expected_edges(ducts, [0] * len(ducts))


# ---- noded again


@settings(derandomize=True, deadline=None, max_examples=150)
@given(paths=(lattice | sketch).map(long_paths), gap_m=st.sampled_from([0.0, 0.15, 0.3, 0.5, 1.0, 2.0]), data=st.data())
def test_noding_a_graph_of_several_levels_again_changes_nothing(
    paths: list[Path], gap_m: float, data: st.DataObject
) -> None:
    level = data.draw(st.lists(st.integers(0, 2), min_size=len(paths), max_size=len(paths)))
    graph = node(paths, level, gap_m)
    again = node([line.coords for line in graph.geometry], levels_of(graph), gap_m)
    assert outline(again) == outline(graph)


def test_a_line_that_turns_back_on_a_line_of_another_level_joins_it_where_it_turns() -> None:
    graph = node([[(0, 0), (0, 2)], [(0, 0), (0, 1), (0, 0)]], [0, 1])
    assert outline(graph) == [(0, [[0, 0], [0, 1]]), (0, [[0, 1], [0, 2]])]


def test_a_junction_of_bridges_on_a_street_joins_it_and_a_bend_of_one_does_not() -> None:
    street = [(0, 0), (10, 0)]
    bend = node([street, [(2, -5), (5, 0), (8, -5)]], [0, 1])
    fork = node([street, [(2, -5), (5, 0), (8, -5)], [(5, 9), (5, 4), (5, 0)]], [0, 1, 1])
    assert (bend.component.max(), len(bend.u)) == (1, 2)
    assert (fork.component.max(), len(fork.u)) == (0, 5)


def test_of_lines_on_each_other_the_lowest_level_gives_the_attributes() -> None:
    graph = node([[(0, 0), (9, 0)], [(0, 0), (9, 0)], [(5, -5), (5, 5)]], [1, 0, 0])
    assert graph.attributes["source_row"].tolist() == [1, 1, 2, 2]
    assert levels_of(graph) == [0] * 4


# ---- wide gaps


def dashes(count: int) -> SpatialGraph:
    """Return a graph of short lines strewn over a square, with a gap width far beyond it."""
    rng = np.random.default_rng(3)
    start = rng.random((count, 2)) * 10 * np.sqrt(count)
    ends = np.stack([start, start + rng.normal(0, 2, (count, 2))], axis=1)
    return node(list(ends), [0] * count, close_gaps_m=1e5)


def test_a_gap_width_beyond_the_town_joins_every_end_to_the_vertex_nearest_to_it() -> None:
    graph = dashes(3 * MOST_NEAR)
    assert graph.degree.min() >= 2


@pytest.mark.parametrize(("rungs", "narrowed"), [(200, False), (500, True)])
def test_an_end_with_very_many_pieces_within_the_gap_width_looks_at_the_nearest(rungs: int, narrowed: bool) -> None:
    spine: list[Path] = [[(x, 0.0), (x + 1.0, 0.0)] for x in range(rungs)]
    teeth: list[Path] = [[(float(x), 0.0), (x + 0.5, 1.0), (x + 1.0, 0.0)] for x in range(rungs)]
    lines = [shapely.LineString(path) for path in [[(-1.0, 0.0), (0.0, 0.0)], *spine, *teeth]]
    graph, findings = build_graph([layer("streets", "street", lines)], close_gaps_m=5000.0)
    told = [finding for finding in findings if finding.code == "gap-search-narrowed"]
    assert len(told) == narrowed
    assert all("1 line ends have more than 1000 pieces" in finding.message for finding in told)
    assert len(graph.u) == len(lines)
