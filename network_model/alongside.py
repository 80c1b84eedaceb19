"""Where routes run along other lines (ducts, the backbone), and where they only cross them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from network_model.graph import Bools, Floats, Ints, Objects, SpatialGraph

#: A route that stays near a line for less than this many times the tolerance crosses it, and does not run along it.
CROSSING_FACTOR = 4.0
#: Rounding allowed when intervals are compared, m.
ROUNDING_M = 1e-4


class Stretches(NamedTuple):
    """Stretches of edges, apart from each other, ordered by edge and offset. S stretches.

    Attributes
    ----------
    edge : (S,) int
    from_m, to_m : (S,) float
        Offsets along the edge from its u end.
    """

    edge: Ints
    from_m: Floats
    to_m: Floats

    def hold(self, edge: Ints, at_m: Floats) -> Bools:
        """Tell which (edge, offset) positions lie on a stretch, its ends included."""
        if not len(self.edge):
            return np.zeros(len(edge), dtype=np.bool_)
        span_m = 2 + max(self.to_m.max(), at_m.max(initial=0.0))
        before = np.searchsorted(self.edge * span_m + self.from_m, edge * span_m + at_m + ROUNDING_M, "right") - 1
        held: Bools = (before >= 0) & (self.edge[before] == edge) & (at_m <= self.to_m[before] + ROUNDING_M)
        return held


def stretches_along(graph: SpatialGraph, lines: Objects, within_m: float) -> tuple[Stretches, Bools]:
    """Find where routes run along lines.

    A route runs along the lines where it stays within `within_m` of any of them over its full edge or over more than
    `CROSSING_FACTOR` times that distance; a shorter stretch is a crossing.

    Parameters
    ----------
    graph : SpatialGraph
    lines : (R,) object
        shapely lines.
    within_m : float
        m.

    Returns
    -------
    Stretches
    (R,) bool
        Lines along which some route runs.
    """
    edge, row, from_m, to_m = _near_intervals(graph, lines, within_m)
    merged = _merge(edge, from_m, to_m)
    run_m = merged.to_m - merged.from_m
    full = run_m >= graph.length_m[merged.edge] - ROUNDING_M
    kept = full | (run_m > CROSSING_FACTOR * within_m)
    stretches = Stretches(merged.edge[kept], merged.from_m[kept], merged.to_m[kept])
    followed = np.zeros(len(lines), dtype=np.bool_)
    followed[row[stretches.hold(edge, (from_m + to_m) / 2)]] = True
    return stretches, followed


def crossings_of(graph: SpatialGraph, lines: Objects) -> tuple[Ints, Floats, Ints]:
    """Find the points where routes meet lines.

    Returns
    -------
    edge : (C,) int
    offset_m : (C,) float
    line : (C,) int
        Row of `lines`.
    """
    line, edge = shapely.STRtree(graph.geometry).query(lines, predicate="intersects")
    shared, pair = shapely.get_parts(shapely.intersection(graph.geometry[edge], lines[line]), return_index=True)
    points = shapely.get_type_id(shared) == shapely.GeometryType.POINT
    shared, pair = shared[points], pair[points]
    return edge[pair], shapely.line_locate_point(graph.geometry[edge[pair]], shared), line[pair]


def _near_intervals(graph: SpatialGraph, lines: Objects, within_m: float) -> tuple[Ints, Ints, Floats, Floats]:
    """(edge, line, from, to) of each stretch of an edge within the distance of one line."""
    row, edge = shapely.STRtree(graph.geometry).query(lines, predicate="dwithin", distance=within_m)
    around = shapely.buffer(lines, within_m)
    shared, pair = shapely.get_parts(shapely.intersection(graph.geometry[edge], around[row]), return_index=True)
    run = shapely.get_dimensions(shared) == 1
    shared, pair = shared[run], pair[run]
    run_m = shapely.length(shared)
    # located by the middle: the ends of a stretch may lie where a closed edge meets itself
    middle = shapely.line_interpolate_point(shared, run_m / 2)
    middle_m = shapely.line_locate_point(graph.geometry[edge[pair]], middle)
    return edge[pair], row[pair], middle_m - run_m / 2, middle_m + run_m / 2


def _merge(edge: Ints, from_m: Floats, to_m: Floats) -> Stretches:
    """Unite intervals of one edge that overlap or touch."""
    order = np.lexsort([from_m, edge])
    edge, from_m, to_m = edge[order], from_m[order], to_m[order]
    # the furthest end so far on the same edge: offsets of later edges are lifted above all earlier ones
    lift_m = edge * (to_m.max(initial=0.0) + 1)
    furthest_m = np.maximum.accumulate(to_m + lift_m) - lift_m
    starts = np.ones(len(edge), dtype=np.bool_)
    starts[1:] = (edge[1:] != edge[:-1]) | (from_m[1:] > furthest_m[:-1] + ROUNDING_M)
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(edge))[: len(first)] - 1
    return Stretches(edge[first], from_m[first], furthest_m[last])
