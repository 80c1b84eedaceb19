"""Node lines: cut them where they meet, so that what is joined on the ground is joined in the graph."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from network_model.chains import chain_pieces
from network_model.contacts import Contacts, find_contacts
from network_model.graph import Floats, Ints
from network_model.lines import RouteLines
from network_model.loose_ends import Gaps, close_gaps, find_loose_ends
from network_model.pieces import Pieces, Splits, split_pieces, trace_lines
from network_model.vertices import add_vertices, identify_vertices


@dataclass(frozen=True)
class Noded:
    """Lines cut into pieces that meet at vertices only.

    Attributes
    ----------
    pieces : Pieces
    gaps : Gaps
        Line ends that were extended.
    unjoined_xy : (D, 2) float
        Places where lines cross at different levels, m.
    """

    pieces: Pieces
    gaps: Gaps
    unjoined_xy: Floats


def node_lines(lines: RouteLines, *, close_gaps_m: float) -> Noded:
    """Join lines at shared vertices, at ends that lie on a line, at crossings of one level and over small gaps.

    Every round looks for contacts only where the round before has changed something, until nothing is left to join:
    cutting at a rounded place bends a piece by less than a cell of the vertex grid, which may make it touch something
    new.
    """
    pieces = trace_lines(lines)
    gaps: list[Gaps] = []
    unjoined: list[Floats] = []
    passed: list[Ints] = []
    while True:
        contacts = find_contacts(pieces)
        unjoined.append(contacts.unjoined_xy)
        passed.append(contacts.unjoined_vertex)
        joined = _make_joins(pieces, contacts)
        pieces, closed = close_gaps(joined, find_loose_ends(joined), close_gaps_m)
        gaps.append(closed)
        if not pieces.fresh.any():
            pieces = _end_edges(pieces, lines.row, np.concatenate(passed))
        if not pieces.fresh.any():
            vertex = np.concatenate(passed)
            unjoined.append(pieces.xy[vertex[~pieces.line_end[vertex]]])
            return Noded(pieces, _concatenate(gaps), _distinct(np.concatenate(unjoined)))


def _end_edges(pieces: Pieces, row_of_line: Ints, passed: Ints) -> Pieces:
    """Make line ends of vertices on a line of another level at which edges end, so that they join it.

    Read back from the graph these are ends of lines like any other.
    """
    if not len(passed):
        return pieces
    chains = chain_pieces(pieces, row_of_line)
    ends = np.zeros(len(pieces.xy), dtype=np.bool_)
    ends[passed] = True
    ended = np.zeros_like(ends)
    ended[chains.vertex[chains.begin[:-1]]] = True
    ended[chains.vertex[chains.begin[1:] - 1]] = True
    ends &= ended & ~pieces.line_end
    return replace(pieces, line_end=pieces.line_end | ends, fresh=ends[pieces.low] | ends[pieces.high])


def _make_joins(pieces: Pieces, contacts: Contacts) -> Pieces:
    seen = replace(pieces, fresh=np.zeros_like(pieces.fresh))
    if not len(contacts):
        return seen
    xy, crossing = add_vertices(pieces.xy, contacts.cross_xy)
    line_end = np.zeros(len(xy), dtype=np.bool_)
    line_end[: len(pieces.xy)] = pieces.line_end
    splits = Splits(
        piece=np.concatenate([contacts.on.piece, contacts.cross.T.ravel()]),
        vertex=np.concatenate([contacts.on.vertex, crossing, crossing]),
        share=np.concatenate([contacts.on.share, contacts.cross_share.T.ravel()]),
    )
    same = _lowest_of_same(contacts.same, len(xy))
    return split_pieces(replace(seen, xy=xy, line_end=line_end), splits, same)


def _lowest_of_same(same: Ints, size: int) -> Ints:
    """Return for each vertex the lowest of those that are the same, itself when there is no other."""
    pairs = coo_array((np.ones(len(same), dtype=np.bool_), (same[:, 0], same[:, 1])), shape=(size, size))
    count, group = connected_components(pairs, directed=False)
    lowest = np.full(count, size, dtype=np.int64)
    np.minimum.at(lowest, group, np.arange(size))
    merged: Ints = lowest[group]
    return merged


def _concatenate(gaps: list[Gaps]) -> Gaps:
    return Gaps(
        line=np.concatenate([gap.line for gap in gaps]),
        xy=np.concatenate([gap.xy for gap in gaps]),
        width_m=np.concatenate([gap.width_m for gap in gaps]),
        # of the last round, in which nothing was left to close
        narrowed_xy=gaps[-1].narrowed_xy,
    )


def _distinct(xy: Floats) -> Floats:
    """Return places once, whatever rounds saw them."""
    return xy[np.unique(identify_vertices(xy), return_index=True)[1]]
