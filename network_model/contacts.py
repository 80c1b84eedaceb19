"""Where straight pieces touch or cross each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from network_model.graph import Floats, Ints
from network_model.piece_tree import find_meeting
from network_model.pieces import TOUCH_M, Pieces, Splits


@dataclass(frozen=True)
class Contacts:
    """Where pieces meet without a common vertex.

    Attributes
    ----------
    same : (A, 2) int
        Vertices that lie on each other.
    on : Splits
        Vertices that lie inside a piece.
    cross : (C, 2) int
        Pairs of pieces that cross inside both.
    cross_share : (C, 2) float
        Share of the way along each.
    cross_xy : (C, 2) float
        m.
    unjoined_xy : (D, 2) float
        Places where pieces of different levels cross inside both, so that they do not join, m.
    unjoined_vertex : (U,) int
        Vertices inside a piece of another level, at which no line ends, so that they do not join it.
    """

    same: Ints
    on: Splits
    cross: Ints
    cross_share: Floats
    cross_xy: Floats
    unjoined_xy: Floats
    unjoined_vertex: Ints

    def __len__(self) -> int:
        """Return how many joins there are to make."""
        return len(self.same) + len(self.on.piece) + len(self.cross)


def find_contacts(pieces: Pieces) -> Contacts:
    """Find where fresh pieces meet any other.

    Pieces of one level join wherever they meet, of different levels only at a vertex where a line ends.
    """
    i, j = _near_pairs(pieces)
    p, p2, q, q2 = (pieces.xy[vertex] for vertex in (pieces.low[i], pieces.high[i], pieces.low[j], pieces.high[j]))
    side_q, side_q2 = _sides(p, p2, q, q2)
    side_p, side_p2 = _sides(q, q2, p, p2)
    host, guest, vertex = _touching(pieces, i, j, (side_q, side_q2), (side_p, side_p2))
    same, on, unjoined_on = _sort_touches(pieces, host, guest, vertex)

    crossing = np.flatnonzero((side_q * side_q2 < 0) & (side_p * side_p2 < 0))
    share_i = side_p[crossing] / (side_p[crossing] - side_p2[crossing])
    share_j = side_q[crossing] / (side_q[crossing] - side_q2[crossing])
    x = p[crossing] + share_i[:, None] * (p2[crossing] - p[crossing])
    # nearer to an end, it is that end which touches
    inside = np.logical_and.reduce([_distance(x, end[crossing]) > TOUCH_M for end in (p, p2, q, q2)])
    joins = pieces.level[i[crossing]] == pieces.level[j[crossing]]
    pair = np.stack([i[crossing], j[crossing]], axis=1)
    share = np.stack([share_i, share_j], axis=1)
    made = inside & joins
    return Contacts(same, on, pair[made], share[made], x[made], x[inside & ~joins], unjoined_on)


def _near_pairs(pieces: Pieces) -> tuple[Ints, Ints]:
    """Return pairs of pieces, low number first and sorted, that may meet and of which at least one is fresh."""
    # the margin is wider than the touch, so that the figures below decide
    i, j = find_meeting(pieces.xy, pieces.low, pieces.high, pieces.fresh, pieces.tree, 2 * TOUCH_M)
    order = np.lexsort((j, i))
    return i[order], j[order]


def _sides(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Return the signed distances, m, of points c and d from the lines through a and b."""
    way = b - a
    length_m = np.hypot(way[:, 0], way[:, 1])
    to_c, to_d = c - a, d - a
    return (
        (way[:, 0] * to_c[:, 1] - way[:, 1] * to_c[:, 0]) / length_m,
        (way[:, 0] * to_d[:, 1] - way[:, 1] * to_d[:, 0]) / length_m,
    )


def _distance(a: Floats, b: Floats) -> Floats:
    return cast(Floats, np.hypot(a[:, 0] - b[:, 0], a[:, 1] - b[:, 1]))


def _touching(
    pieces: Pieces, i: Ints, j: Ints, side_of_j: tuple[Floats, Floats], side_of_i: tuple[Floats, Floats]
) -> tuple[Ints, Ints, Ints]:
    """Return (host piece, other piece, its vertex) where the vertex is on the line through the host, not its end."""
    ends = (pieces.low, pieces.high)
    hosts, guests, vertices = [], [], []
    for host, guest, sides in ((i, j, side_of_j), (j, i, side_of_i)):
        for end, side_m in zip(ends, sides, strict=True):
            near = np.flatnonzero(np.abs(side_m) <= TOUCH_M)
            vertex = end[guest[near]]
            strange = (vertex != pieces.low[host[near]]) & (vertex != pieces.high[host[near]])
            hosts.append(host[near[strange]])
            guests.append(guest[near[strange]])
            vertices.append(vertex[strange])
    return np.concatenate(hosts), np.concatenate(guests), np.concatenate(vertices)


def _sort_touches(pieces: Pieces, host: Ints, guest: Ints, vertex: Ints) -> tuple[Ints, Splits, Ints]:
    """Tell vertices on a vertex from vertices inside a piece; return also those that stay unjoined there."""
    xy, low_xy, high_xy = pieces.xy[vertex], pieces.xy[pieces.low[host]], pieces.xy[pieces.high[host]]
    way = high_xy - low_xy
    share = np.clip(((xy - low_xy) * way).sum(axis=1) / (way**2).sum(axis=1), 0.0, 1.0)
    on_low, on_high = _distance(xy, low_xy) <= TOUCH_M, _distance(xy, high_xy) <= TOUCH_M
    inside = (_distance(xy, low_xy + share[:, None] * way) <= TOUCH_M) & ~on_low & ~on_high
    same = np.concatenate(
        [
            np.stack([vertex[on_low], pieces.low[host[on_low]]], axis=1),
            np.stack([vertex[on_high], pieces.high[host[on_high]]], axis=1),
        ]
    )
    joins = pieces.line_end[vertex] | (pieces.level[host] == pieces.level[guest])
    made = inside & joins
    return same, Splits(host[made], vertex[made], share[made]), vertex[inside & ~joins]
