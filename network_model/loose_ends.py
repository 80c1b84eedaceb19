"""Line ends that stop just short of another line: extend them onto it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network_model.graph import Bools, Floats, Ints
from network_model.piece_tree import find_missed
from network_model.pieces import Pieces, Splits, Traces, lead_traces, split_pieces
from network_model.vertices import CELL_M, add_vertices

MOST_NEAR = 1000
"""Pieces looked at around a loose end: a gap far wider than the streets between would cost their square."""


@dataclass(frozen=True)
class Gaps:
    """Gaps that were closed. G gaps.

    Attributes
    ----------
    line : (G,) int
        Line whose end was extended.
    xy : (G, 2) float
        Where it ended, m.
    width_m : (G,) float
        Length of the piece added.
    narrowed_xy : (M, 2) float
        Ends, closed or not, around which more than `MOST_NEAR` pieces are within reach, so that only the nearest of
        them were looked at, m.
    """

    line: Ints
    xy: Floats
    width_m: Floats
    narrowed_xy: Floats


@dataclass(frozen=True)
class Near:
    """Pairs of a loose end and a piece near it. K pairs.

    Attributes
    ----------
    end, piece : (K,) int
    share, distance_m : (K,) float
        Where the piece is nearest, as a share of the way from low to high, and how near.
    reach_m : (K,) float
        How far it was looked from the end.
    narrowed : (M,) int
        Ends, with or without pairs, from which it was looked less far than asked.
    """

    end: Ints
    piece: Ints
    share: Floats
    distance_m: Floats
    reach_m: Floats
    narrowed: Ints

    def only(self, mask: Bools) -> Near:
        """Return the pairs of a (K,) mask."""
        return Near(
            self.end[mask],
            self.piece[mask],
            self.share[mask],
            self.distance_m[mask],
            self.reach_m[mask],
            self.narrowed,
        )


def find_loose_ends(pieces: Pieces) -> Ints:
    """Return the vertices where one piece ends and nothing else does."""
    degree = np.bincount(np.concatenate([pieces.low, pieces.high]), minlength=len(pieces.xy))
    return np.flatnonzero(degree == 1).astype(np.int64)


def close_gaps(pieces: Pieces, end: Ints, within_m: float) -> tuple[Pieces, Gaps]:
    """Extend loose ends to the nearest vertex within reach, else to the nearest place on a piece.

    The line keeps its course, a straight piece is added to it. Pieces that hang together with the end within its
    reach are no targets: an end that overshoots a junction is not led back to it.

    Parameters
    ----------
    pieces : Pieces
    end : (N,) int
        Loose ends to look at.
    within_m : float
        Widest gap to close, m.

    Returns
    -------
    pieces : Pieces
        New ones count as fresh.
    gaps : Gaps
    """
    near = find_missed_pieces(pieces, end, within_m, nearest_only=True)
    end, piece, share, vertex = _choose_targets(pieces, near)
    if not len(end):
        return pieces, Gaps(end, pieces.xy[end], share, pieces.xy[near.narrowed])
    foot = pieces.xy[pieces.low[piece]] + share[:, None] * (
        pieces.xy[pieces.high[piece]] - pieces.xy[pieces.low[piece]]
    )
    onto_piece = vertex < 0
    xy, found = add_vertices(pieces.xy, foot[onto_piece])
    vertex[onto_piece] = found
    # two ends that reach for each other are one gap
    pair = np.stack([np.minimum(end, vertex), np.maximum(end, vertex)], axis=1)
    once = np.sort(np.unique(pair, axis=0, return_index=True)[1])
    extended, line, width_m = _extend(pieces, xy, Splits(piece, vertex, share), onto_piece, end, once)
    return extended, Gaps(line, pieces.xy[end[once]], width_m, pieces.xy[near.narrowed])


def find_missed_pieces(pieces: Pieces, end: Ints, within_m: float, *, nearest_only: bool) -> Near:
    """Return pieces within reach of each loose end that do not hang together with it by vertices within its reach.

    Parameters
    ----------
    pieces : Pieces
    end : (N,) int
        Loose ends to look at.
    within_m : float
        Reach, m; less where more than `MOST_NEAR` pieces are within it.
    nearest_only : bool
        Only what has the nearest vertex or the nearest place.
    """
    xy, low, high = pieces.xy, pieces.low, pieces.high
    # a target is led to the vertex in its cell, which may lie that much beyond
    slack_m = 2 * CELL_M
    position, piece, reach_m = find_missed(xy, low, high, pieces.tree, end, within_m, slack_m, MOST_NEAR, nearest_only)
    low_xy, near_xy = xy[low[piece]], xy[end[position]]
    way = xy[high[piece]] - low_xy
    share = np.clip(((near_xy - low_xy) * way).sum(axis=1) / (way**2).sum(axis=1), 0.0, 1.0)
    distance_m = np.hypot(*(low_xy + share[:, None] * way - near_xy).T)
    narrowed = end[reach_m < within_m]
    return Near(end[position], piece, share, distance_m, reach_m[position], narrowed)


def _choose_targets(pieces: Pieces, near: Near) -> tuple[Ints, Ints, Floats, Ints]:
    """Return end, piece, share of the way and vertex (-1: a place on the piece) for each end that has a target."""
    low, high = pieces.low[near.piece], pieces.high[near.piece]
    vertex = np.concatenate([low, high, np.full(len(low), -1, dtype=np.int64)])
    distance_m = np.concatenate(
        [np.hypot(*(pieces.xy[target] - pieces.xy[near.end]).T) for target in (low, high)] + [near.distance_m]
    )
    end, piece, share = np.tile(near.end, 3), np.tile(near.piece, 3), np.tile(near.share, 3)
    order = np.lexsort((piece, vertex, distance_m, vertex < 0, end))
    order = order[distance_m[order] <= np.tile(near.reach_m, 3)[order]]
    best = order[np.unique(end[order], return_index=True)[1]]
    return end[best], piece[best], share[best], vertex[best]


def _extend(
    pieces: Pieces, xy: Floats, targets: Splits, onto_piece: Bools, end: Ints, once: Ints
) -> tuple[Pieces, Ints, Floats]:
    """Add a piece from each end to its target vertex, and put the vertices that are new into their pieces.

    Returns also the line and the length, m, of each piece added.
    """
    own_piece = np.full(len(pieces.xy), -1, dtype=np.int64)
    own_piece[pieces.low] = np.arange(len(pieces.low))
    own_piece[pieces.high] = np.arange(len(pieces.high))
    line = pieces.traces.line[lead_traces(pieces)[own_piece[end]]]
    line_end = np.zeros(len(xy), dtype=np.bool_)
    line_end[: len(pieces.xy)] = pieces.line_end
    line_end[targets.vertex] = True
    number = len(pieces.low) + np.arange(len(once), dtype=np.int64)
    extended = Pieces(
        xy=xy,
        line_end=line_end,
        low=np.concatenate([pieces.low, end[once]]),
        high=np.concatenate([pieces.high, targets.vertex[once]]),
        level=np.concatenate([pieces.level, pieces.level[own_piece[end[once]]]]),
        level_of_line=pieces.level_of_line,
        fresh=np.concatenate([pieces.fresh, np.ones(len(once), dtype=np.bool_)]),
        traces=Traces(
            line=np.concatenate([pieces.traces.line, line[once]]),
            piece=np.concatenate([pieces.traces.piece, number]),
            forward=np.concatenate([pieces.traces.forward, np.ones(len(once), dtype=np.bool_)]),
        ),
    )
    splits = Splits(targets.piece[onto_piece], targets.vertex[onto_piece], targets.share[onto_piece])
    foot = pieces.xy[pieces.low[targets.piece]]
    foot = foot + targets.share[:, None] * (pieces.xy[pieces.high[targets.piece]] - foot)
    foot = np.where(onto_piece[:, None], foot, xy[targets.vertex])[once]
    return split_pieces(extended, splits), line[once], np.hypot(*(foot - pieces.xy[end[once]]).T)
