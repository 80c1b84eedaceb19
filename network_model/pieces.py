"""Straight pieces between vertices, each once, and the lines that were drawn over them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from network_model.graph import Bools, Floats, Ints
from network_model.lines import RouteLines
from network_model.piece_tree import NO_TREE, PieceTree, plant_tree
from network_model.ragged import concatenated_ranges
from network_model.vertices import merge_vertices

TOUCH_M = 1e-6
"""A vertex nearer than this to a piece lies on it, m: far above rounding, far below a cell of the vertex grid."""


@dataclass(frozen=True)
class Traces:
    """Passages of lines over pieces, in the order and direction drawn. T passages.

    Attributes
    ----------
    line, piece : (T,) int
    forward : (T,) bool
        From the piece's low vertex to its high one.
    """

    line: Ints
    piece: Ints
    forward: Bools


@dataclass(frozen=True)
class Pieces:
    """Straight pieces, each there once whatever lines run over it. V vertices, S pieces.

    Nothing here depends on the order or direction of the lines but ``traces``: pieces are sorted, and vertices are
    numbered by place.

    Attributes
    ----------
    xy : (V, 2) float
        m.
    line_end : (V,) bool
        A line ends here.
    low, high : (S,) int
        End vertices, low < high.
    level : (S,) int
        Level at which the piece runs, the least of its lines.
    level_of_line : (L,) int
    fresh : (S,) bool
        New or changed since contacts were last looked for.
    traces : Traces
    tree : PieceTree
        For searches; only of tidy pieces.
    """

    xy: Floats
    line_end: Bools
    low: Ints
    high: Ints
    level: Ints
    level_of_line: Ints
    fresh: Bools
    traces: Traces
    tree: PieceTree = NO_TREE


@dataclass(frozen=True)
class Splits:
    """Vertices to put into pieces: piece, vertex and the share of the way from low to high."""

    piece: Ints
    vertex: Ints
    share: Floats


def trace_lines(lines: RouteLines) -> Pieces:
    """Return the pieces that lines are drawn with; pieces without length are dropped."""
    vertex, xy = merge_vertices(lines.xy)
    first, last = lines.begin[:-1], lines.begin[1:] - 1
    starts = np.ones(len(vertex), dtype=np.bool_)
    starts[last] = False
    start = np.flatnonzero(starts)
    line = np.repeat(np.arange(len(first), dtype=np.int64), last - first)
    line_end = np.zeros(len(xy), dtype=np.bool_)
    line_end[vertex[first]] = True
    line_end[vertex[last]] = True
    raw = Pieces(
        xy=xy,
        line_end=line_end,
        low=vertex[start],
        high=vertex[start + 1],
        level=lines.level[line],
        level_of_line=lines.level,
        fresh=np.ones(len(start), dtype=np.bool_),
        traces=Traces(line, np.arange(len(start), dtype=np.int64), np.ones(len(start), dtype=np.bool_)),
    )
    return _tidy(raw)


def _tidy(pieces: Pieces) -> Pieces:
    """Turn every piece low to high, drop those without length and keep equal ones once, sorted."""
    swapped = pieces.low > pieces.high
    low, high = np.minimum(pieces.low, pieces.high), np.maximum(pieces.low, pieces.high)
    key = low * np.int64(len(pieces.xy)) + high
    long = low != high
    kept, new = np.unique(key[long], return_inverse=True)
    number = np.full(len(low), -1, dtype=np.int64)
    number[long] = new
    level = np.full(len(kept), np.iinfo(np.int64).max)
    np.minimum.at(level, new, pieces.level[long])
    fresh = np.zeros(len(kept), dtype=np.bool_)
    fresh[new[pieces.fresh[long]]] = True
    traces = pieces.traces
    stays = long[traces.piece]
    tidy = Traces(
        line=traces.line[stays],
        piece=number[traces.piece[stays]],
        forward=(traces.forward ^ swapped[traces.piece])[stays],
    )
    low, high = np.divmod(kept, np.int64(len(pieces.xy)))
    tree = plant_tree(pieces.xy, low, high)
    return replace(pieces, low=low, high=high, level=level, fresh=fresh, traces=tidy, tree=tree)


def lead_traces(pieces: Pieces) -> Ints:
    """Return (S,) int: the first passage over each piece of the first of its lines that run at its level."""
    trace = pieces.traces
    count = np.int64(len(trace.line))
    own = np.flatnonzero(pieces.level_of_line[trace.line] == pieces.level[trace.piece])
    least = np.full(len(pieces.low), np.iinfo(np.int64).max)
    np.minimum.at(least, trace.piece[own], trace.line[own] * count + own)
    return least % count


def split_pieces(pieces: Pieces, splits: Splits, same: Ints | None = None) -> Pieces:
    """Put vertices into pieces and replace vertices by the one they are the same as.

    Parameters
    ----------
    pieces : Pieces
    splits : Splits
        The same vertex may be there several times for a piece.
    same : (V,) int, optional
        For each vertex the one that takes its place.

    Returns
    -------
    Pieces
        Those that are new count as fresh, those that were fresh still do.
    """
    same = np.arange(len(pieces.xy), dtype=np.int64) if same is None else same
    low, high = same[pieces.low], same[pieces.high]
    fresh = pieces.fresh | (low != pieces.low) | (high != pieces.high)
    line_end = pieces.line_end.copy()
    line_end[same[pieces.line_end]] = True

    order = np.lexsort((splits.share, splits.piece))
    at, inner = splits.piece[order], same[splits.vertex[order]]
    count = np.bincount(at, minlength=len(low)) + 1
    first = np.cumsum(count) - count
    start = np.empty(int(count.sum()), dtype=np.int64)
    start[first] = low
    rest = np.ones(len(start), dtype=np.bool_)
    rest[first] = False
    start[rest] = inner
    end = np.empty_like(start)
    end[:-1] = start[1:]
    end[first + count - 1] = high
    parent = np.repeat(np.arange(len(low)), count)
    raw = Pieces(
        xy=pieces.xy,
        line_end=line_end,
        low=start,
        high=end,
        level=pieces.level[parent],
        level_of_line=pieces.level_of_line,
        fresh=(fresh | (count > 1))[parent],
        traces=_follow(pieces.traces, first, count),
    )
    return _tidy(raw)


def _follow(traces: Traces, first: Ints, count: Ints) -> Traces:
    """Lead each passage over all parts of its piece, in the direction drawn."""
    parts = count[traces.piece]
    forward = np.repeat(traces.forward, parts)
    upwards = concatenated_ranges(first[traces.piece], parts)
    whole = np.repeat(2 * first[traces.piece] + parts - 1, parts)
    return Traces(
        line=np.repeat(traces.line, parts),
        piece=np.where(forward, upwards, whole - upwards),
        forward=forward,
    )
