"""Straight pieces between vertices, each once, and the lines that were drawn over them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from network_model.graph import Bools, Floats, Ints
from network_model.lines import RouteLines
from network_model.ragged import concatenated_ranges
from network_model.vertices import merge_vertices


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
    traces : Traces
    """

    xy: Floats
    line_end: Bools
    low: Ints
    high: Ints
    level: Ints
    traces: Traces


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
        traces=Traces(line, np.arange(len(start), dtype=np.int64), np.ones(len(start), dtype=np.bool_)),
    )
    return tidy_pieces(raw, np.zeros(len(start), dtype=np.bool_))[0]


def tidy_pieces(pieces: Pieces, marked: Bools) -> tuple[Pieces, Bools]:
    """Turn every piece low to high, drop those without length and keep equal ones once, sorted; carry marks along."""
    swapped = pieces.low > pieces.high
    low, high = np.minimum(pieces.low, pieces.high), np.maximum(pieces.low, pieces.high)
    key = low * np.int64(len(pieces.xy)) + high
    long = low != high
    kept, new = np.unique(key[long], return_inverse=True)
    number = np.full(len(low), -1, dtype=np.int64)
    number[long] = new
    level = np.full(len(kept), np.iinfo(np.int64).max)
    np.minimum.at(level, new, pieces.level[long])
    mark = np.zeros(len(kept), dtype=np.bool_)
    mark[new[marked[long]]] = True
    traces = pieces.traces
    stays = long[traces.piece]
    tidy = Traces(
        line=traces.line[stays],
        piece=number[traces.piece[stays]],
        forward=(traces.forward ^ swapped[traces.piece])[stays],
    )
    low, high = np.divmod(kept, np.int64(len(pieces.xy)))
    return replace(pieces, low=low, high=high, level=level, traces=tidy), mark


def split_pieces(
    pieces: Pieces, splits: Splits, *, same: Ints | None = None, changed: Bools | None = None
) -> tuple[Pieces, Bools]:
    """Put vertices into pieces and replace vertices by the one they are the same as.

    Parameters
    ----------
    pieces : Pieces
    splits : Splits
        The same vertex may be there several times for a piece.
    same : (V,) int, optional
        For each vertex the one that takes its place.
    changed : (S,) bool, optional
        Pieces that count as changed already.

    Returns
    -------
    pieces : Pieces
    changed : (S,) bool
        Pieces that were not there before.
    """
    same = np.arange(len(pieces.xy), dtype=np.int64) if same is None else same
    low, high = same[pieces.low], same[pieces.high]
    changed = np.zeros(len(low), dtype=np.bool_) if changed is None else changed
    changed = changed | (low != pieces.low) | (high != pieces.high)
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
        traces=_follow(pieces.traces, first, count),
    )
    return tidy_pieces(raw, (changed | (count > 1))[parent])


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
