"""Cut a graph at exact points along its edges: places where works can start, end or change price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network_model.graph import Floats, Ints, Objects, SpatialGraph
from network_model.ragged import build_lines, concatenated_ranges, flatten_lines

MERGE_M = 1e-6
"""Cuts nearer than this to one another, to a vertex or to an end of their edge are the same point, m."""


@dataclass(frozen=True)
class CutGraph:
    """A spatial graph whose edges are cut into pieces. N nodes, S pieces.

    Attributes
    ----------
    node_xy : (N, 2) float
        m; the nodes of the graph come first and keep their numbers, then the cuts by edge and offset.
    u, v : (S,) int
        End nodes; the geometry runs from u to v, as that of the source edge does.
    length_m : (S,) float
        ``to_m - from_m``; over an edge they add up to its length.
    geometry : (S,) object
        shapely LineStrings.
    edge : (S,) int
        Source edge, increasing.
    from_m, to_m : (S,) float
        Where the piece begins and ends along its source edge, m.
    node_of_cut : (C,) int
        Node of each cut asked for, in the order asked.
    """

    node_xy: Floats
    u: Ints
    v: Ints
    length_m: Floats
    geometry: Objects
    edge: Ints
    from_m: Floats
    to_m: Floats
    node_of_cut: Ints


@dataclass(frozen=True)
class _Track:
    """Vertices of all edges behind one another. C vertices.

    ``node`` is the node at a vertex, -1 for shape points; ``along_m`` runs from the start of its edge.
    """

    xy: Floats
    edge: Ints
    along_m: Floats
    node: Ints


def cut_edges(graph: SpatialGraph, edge: Ints, offset_m: Floats) -> CutGraph:
    """Cut edges at (edge, offset) points; several cuts an edge are fine.

    Parameters
    ----------
    graph : SpatialGraph
    edge : (C,) int
        Edge to cut.
    offset_m : (C,) float
        Distance from the edge's u end along it, m. Cuts within 1e-6 m of each other share a node, those within
        1e-6 m of an end of the edge take that end's node.

    Returns
    -------
    CutGraph
        Edges without a cut are there as one piece.

    Raises
    ------
    ValueError
        An edge that is not in the graph, or an offset that is not on its edge.
    """
    edge = np.asarray(edge, dtype=np.int64)
    offset_m = np.asarray(offset_m, dtype=np.float64)
    _check_cuts(graph, edge, offset_m)
    xy, begin = flatten_lines(graph.geometry)
    track = _lay_track(graph, xy, begin)
    vertex, share = _locate(track, begin, edge, offset_m, graph.length_m)
    track, node_of_cut, node_xy = _insert_cuts(graph.node_xy, track, vertex, share)
    return _collect_pieces(track, node_xy, node_of_cut)


def _check_cuts(graph: SpatialGraph, edge: Ints, offset_m: Floats) -> None:
    if len(edge) and (edge.min() < 0 or edge.max() >= len(graph.u)):
        raise ValueError(f"cut asked on edge {edge.min()} or {edge.max()} of a graph with {len(graph.u)} edges")
    on_edge = (offset_m >= -MERGE_M) & (offset_m <= graph.length_m[edge] + MERGE_M)
    if not on_edge.all():
        bad = int(np.flatnonzero(~on_edge)[0])
        raise ValueError(f"cut at {offset_m[bad]} m of edge {edge[bad]}, which is {graph.length_m[edge[bad]]} m long")


def _lay_track(graph: SpatialGraph, xy: Floats, begin: Ints) -> _Track:
    edge = np.repeat(np.arange(len(graph.u), dtype=np.int64), np.diff(begin))
    step_m = np.zeros(len(xy))
    step_m[1:] = np.hypot(*np.diff(xy, axis=0).T)
    step_m[begin[:-1]] = 0.0
    run_m = np.cumsum(step_m)
    along_m = run_m - run_m[begin[:-1]][edge]
    along_m[begin[1:] - 1] = graph.length_m
    node = np.full(len(xy), -1, dtype=np.int64)
    node[begin[:-1]] = graph.u
    node[begin[1:] - 1] = graph.v
    return _Track(xy=xy, edge=edge, along_m=along_m, node=node)


def _locate(track: _Track, begin: Ints, edge: Ints, offset_m: Floats, length_m: Floats) -> tuple[Ints, Floats]:
    """Return for each cut the vertex before it and the share of the way to the next vertex, 0 when on the vertex."""
    offset_m = np.clip(offset_m, 0.0, length_m[edge])
    # edges behind one another, so that one search serves all cuts
    base_m = np.cumsum(length_m) - length_m
    vertex = np.searchsorted(base_m[track.edge] + track.along_m, base_m[edge] + offset_m, side="right") - 1
    vertex = np.clip(vertex, begin[edge], begin[edge + 1] - 2).astype(np.int64)
    before_m = offset_m - track.along_m[vertex]
    after_m = track.along_m[vertex + 1] - offset_m
    share = np.clip(before_m / (before_m + after_m), 0.0, 1.0)
    on_next = after_m <= MERGE_M
    share[on_next | (before_m <= MERGE_M)] = 0.0
    return np.where(on_next, vertex + 1, vertex), share


def _insert_cuts(node_xy: Floats, track: _Track, vertex: Ints, share: Floats) -> tuple[_Track, Ints, Floats]:
    """Make a node of every cut, and a vertex where there is none."""
    following = np.minimum(vertex + 1, len(track.xy) - 1)
    span_m = track.along_m[following] - track.along_m[vertex]
    order = np.lexsort((share, vertex))
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(vertex[order]) != 0) | (np.diff(share[order]) * span_m[order][1:] > MERGE_M)
    first = order[new]
    at, t = vertex[first], share[first]
    is_end = (t == 0) & (track.node[at] >= 0)
    node = np.where(is_end, track.node[at], len(node_xy) - 1 + np.cumsum(~is_end))
    node_of_cut = np.empty(len(vertex), dtype=np.int64)
    node_of_cut[order] = node[np.cumsum(new) - 1]

    xy = track.xy[at] + t[:, None] * (track.xy[following[first]] - track.xy[at])
    along_m = track.along_m[at] + t * span_m[first]
    on_vertex = t == 0
    at_vertex = track.node.copy()
    at_vertex[at[on_vertex]] = node[on_vertex]
    free = ~on_vertex
    where = at[free] + 1
    cut_track = _Track(
        xy=np.insert(track.xy, where, xy[free], axis=0),
        edge=np.insert(track.edge, where, track.edge[at[free]]),
        along_m=np.insert(track.along_m, where, along_m[free]),
        node=np.insert(at_vertex, where, node[free]),
    )
    return cut_track, node_of_cut, np.concatenate([node_xy, xy[~is_end]])


def _collect_pieces(track: _Track, node_xy: Floats, node_of_cut: Ints) -> CutGraph:
    stop = np.flatnonzero(track.node >= 0)
    inside = track.edge[stop[1:]] == track.edge[stop[:-1]]
    start, end = stop[:-1][inside], stop[1:][inside]
    count = end - start + 1
    vertex = concatenated_ranges(start, count)
    begin = np.concatenate([[0], np.cumsum(count)])
    return CutGraph(
        node_xy=node_xy,
        u=track.node[start],
        v=track.node[end],
        length_m=track.along_m[end] - track.along_m[start],
        geometry=build_lines(track.xy[vertex], begin),
        edge=track.edge[start],
        from_m=track.along_m[start],
        to_m=track.along_m[end],
        node_of_cut=node_of_cut,
    )
