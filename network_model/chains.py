"""Put straight pieces together to edges between nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from network_model.graph import Floats, Ints
from network_model.pieces import Pieces, lead_traces
from network_model.ragged import concatenated_ranges


@dataclass(frozen=True)
class Chains:
    """Edges as runs of vertices, in the order and direction of the lines. E edges.

    Attributes
    ----------
    vertex : (C,) int
        Vertices of all edges behind one another, the first and last of each included.
    begin : (E + 1,) int
        Where each edge begins.
    line : (E,) int
        Line from which the edge takes its direction and attributes.
    length_m : (E,) float
    """

    vertex: Ints
    begin: Ints
    line: Ints
    length_m: Floats


def chain_pieces(pieces: Pieces, row_of_line: Ints) -> Chains:
    """Dissolve every vertex where two pieces of the same source rows meet and nothing else does.

    A closed ring without any other vertex keeps its first one in west-east order. Where rows lie on each other the
    first line of the lowest level gives direction and attributes.
    """
    lead = lead_traces(pieces)
    vertex, dart, other = _find_links(pieces, row_of_line)
    chain, linked = _open_rings(len(pieces.low), vertex, dart >> 1, other >> 1)
    last, after = _rank_darts(len(pieces.low), dart[linked], other[linked])

    # of the two ways through a chain, take that of the trace that comes first
    first_of_chain = np.full(int(chain.max()) + 1, len(pieces.traces.piece))
    np.minimum.at(first_of_chain, chain, lead)
    trace = pieces.traces
    lead_dart = 2 * trace.piece[first_of_chain] + ~trace.forward[first_of_chain]
    piece = np.arange(len(pieces.low))
    backward = last[2 * piece] != last[lead_dart][chain]
    order = np.lexsort((-after[2 * piece + backward], first_of_chain[chain]))
    return _lay_out(pieces, order, backward[order], chain[order], first_of_chain)


def _find_links(pieces: Pieces, row_of_line: Ints) -> tuple[Ints, Ints, Ints]:
    """Return vertices to dissolve and, for each, the darts that leave it over its two pieces.

    Dart 2 s runs over piece s from low to high, dart 2 s + 1 from high to low.
    """
    piece = np.arange(len(pieces.low), dtype=np.int64)
    vertex = np.concatenate([pieces.low, pieces.high])
    leaving = np.concatenate([2 * piece, 2 * piece + 1])
    degree = np.bincount(vertex, minlength=len(pieces.xy))
    one = np.zeros(len(pieces.xy), dtype=np.int64)
    one[vertex] = leaving
    both = np.bincount(vertex, weights=leaving, minlength=len(pieces.xy)).astype(np.int64)
    two = both - one
    through = np.flatnonzero(degree == 2)
    rows = _row_sets(pieces, row_of_line)
    through = through[rows[one[through] >> 1] == rows[two[through] >> 1]]
    return through, one[through], two[through]


def _row_sets(pieces: Pieces, row_of_line: Ints) -> Ints:
    """Return (S,) int: equal where the same set of source rows runs over the piece (Zobrist hashing of the rows)."""
    token = np.random.default_rng(0).integers(np.iinfo(np.int64).max, size=int(row_of_line.max()) + 1)
    trace = pieces.traces
    row = row_of_line[trace.line]
    sums = np.zeros(len(pieces.low), dtype=np.int64)
    sums[trace.piece] = token[row]
    # only where a piece is passed more than once, a set is more than one row
    again = np.flatnonzero((np.bincount(trace.piece) > 1)[trace.piece])
    piece, row = np.unique(np.stack([trace.piece[again], row[again]]), axis=1)
    sums[piece] = 0
    np.add.at(sums, piece, token[row])
    return sums


def _open_rings(size: int, vertex: Ints, piece: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return the chain of each piece, and which links hold: in a ring all but that at its lowest vertex."""
    links = coo_array((np.ones(len(piece), dtype=np.bool_), (piece, other)), shape=(size, size))
    count, chain = connected_components(links, directed=False)
    is_ring = np.bincount(chain, minlength=count) == np.bincount(chain[piece], minlength=count)
    lowest = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(lowest, chain[piece], vertex)
    opened = is_ring[chain[piece]] & (vertex == lowest[chain[piece]])
    return chain.astype(np.int64), np.flatnonzero(~opened)


def _rank_darts(size: int, dart: Ints, other: Ints) -> tuple[Ints, Ints]:
    """Return for each dart the last one on its way and how many come after it (list ranking by pointer jumping)."""
    last = np.arange(2 * size, dtype=np.int64)
    # what arrives over one piece leaves over the other
    last[dart ^ 1] = other
    last[other ^ 1] = dart
    after = (last != np.arange(2 * size)).astype(np.int64)
    moving = np.flatnonzero(after)
    while len(moving):
        following = last[moving]
        after[moving], last[moving] = after[moving] + after[following], last[following]
        moving = moving[last[last[moving]] != last[moving]]
    return last, after


def _lay_out(pieces: Pieces, piece: Ints, backward: Ints, chain: Ints, first_of_chain: Ints) -> Chains:
    start = np.flatnonzero(np.concatenate([[True], chain[1:] != chain[:-1]]))
    count = np.diff(np.append(start, len(piece)))
    tail = np.where(backward, pieces.high[piece], pieces.low[piece])
    head = np.where(backward, pieces.low[piece], pieces.high[piece])
    begin = np.concatenate([[0], np.cumsum(count + 1)])
    vertex = np.empty(begin[-1], dtype=np.int64)
    vertex[concatenated_ranges(begin[:-1], count)] = tail
    vertex[begin[1:] - 1] = head[start + count - 1]
    piece_m = np.hypot(*(pieces.xy[head] - pieces.xy[tail]).T)
    return Chains(
        vertex=vertex,
        begin=begin,
        line=pieces.traces.line[first_of_chain[chain[start]]],
        length_m=np.add.reduceat(piece_m, start),
    )
