"""Line ends that stop just short of another line: extend them onto it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from network_model.graph import Bools, Floats, Ints, Objects
from network_model.pieces import Pieces, Splits, Traces, make_boxes, split_pieces
from network_model.vertices import CELL_M, add_vertices


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
    """

    line: Ints
    xy: Floats
    width_m: Floats


@dataclass(frozen=True)
class Near:
    """Pairs of a loose end and a piece near it. K pairs."""

    end: Ints
    piece: Ints
    share: Floats
    distance_m: Floats

    def only(self, mask: Bools) -> Near:
        """Return the pairs of a (K,) mask."""
        return Near(self.end[mask], self.piece[mask], self.share[mask], self.distance_m[mask])


def find_loose_ends(pieces: Pieces) -> Ints:
    """Return the vertices where one piece ends and nothing else does."""
    degree = np.bincount(np.concatenate([pieces.low, pieces.high]), minlength=len(pieces.xy))
    return np.flatnonzero(degree == 1).astype(np.int64)


def keep_near(pieces: Pieces, end: Ints, box: Objects, within_m: float) -> Ints:
    """Return the ends that lie within reach of some box."""
    tree = shapely.STRtree(make_boxes(pieces.xy[end], pieces.xy[end], within_m))
    kept: Ints = end[np.unique(tree.query(box)[1])]
    return kept


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
    near = drop_connected(pieces, find_near(pieces, end, within_m), within_m)
    end, piece, share, vertex = _choose_targets(pieces, near, within_m)
    if not len(end):
        return pieces, Gaps(line=end, xy=pieces.xy[end], width_m=share)
    foot = pieces.xy[pieces.low[piece]] + share[:, None] * (
        pieces.xy[pieces.high[piece]] - pieces.xy[pieces.low[piece]]
    )
    onto_piece = vertex < 0
    xy, found = add_vertices(pieces.xy, foot[onto_piece])
    vertex[onto_piece] = found
    # two ends that reach for each other are one gap
    pair = np.stack([np.minimum(end, vertex), np.maximum(end, vertex)], axis=1)
    once = np.sort(np.unique(pair, axis=0, return_index=True)[1])
    return _extend(pieces, xy, Splits(piece, vertex, share), onto_piece, end, once)


def find_near(pieces: Pieces, end: Ints, within_m: float) -> Near:
    """Return the pieces within reach of each loose end, its own among them."""
    low_xy, high_xy = pieces.xy[pieces.low], pieces.xy[pieces.high]
    tree = shapely.STRtree(make_boxes(pieces.xy[end], pieces.xy[end], within_m))
    piece, near = tree.query(pieces.box)
    origin, way, to_end = low_xy[piece], (high_xy - low_xy)[piece], pieces.xy[end[near]] - low_xy[piece]
    share = np.clip((to_end * way).sum(axis=1) / (way**2).sum(axis=1), 0.0, 1.0)
    distance_m = np.hypot(*(origin + share[:, None] * way - pieces.xy[end[near]]).T)
    return Near(end[near], piece, share, distance_m).only(distance_m <= within_m)


def drop_connected(pieces: Pieces, near: Near, within_m: float) -> Near:
    """Drop pieces that hang together with their loose end by vertices within reach of it."""
    vertex = np.concatenate([near.end, pieces.low[near.piece], pieces.high[near.piece]])
    end = np.tile(near.end, 3)
    # a target is led to the vertex in its cell, which may lie that much beyond
    within = np.hypot(*(pieces.xy[vertex] - pieces.xy[end]).T) <= within_m + 2 * CELL_M
    place = np.unique(end * np.int64(len(pieces.xy)) + vertex, return_inverse=True)[1]
    itself, low, high = place.reshape(3, -1)
    near_low, near_high = within.reshape(3, -1)[1:]
    both = near_low & near_high
    size = len(place)
    links = coo_array((np.ones(int(both.sum()), dtype=np.bool_), (low[both], high[both])), shape=(size, size))
    group = connected_components(links, directed=False)[1]
    joined = (near_low & (group[low] == group[itself])) | (near_high & (group[high] == group[itself]))
    return near.only(~joined)


def _choose_targets(pieces: Pieces, near: Near, within_m: float) -> tuple[Ints, Ints, Floats, Ints]:
    """Return end, piece, share of the way and vertex (-1: a place on the piece) for each end that has a target."""
    low, high = pieces.low[near.piece], pieces.high[near.piece]
    vertex = np.concatenate([low, high, np.full(len(low), -1, dtype=np.int64)])
    distance_m = np.concatenate(
        [np.hypot(*(pieces.xy[target] - pieces.xy[near.end]).T) for target in (low, high)] + [near.distance_m]
    )
    end, piece, share = np.tile(near.end, 3), np.tile(near.piece, 3), np.tile(near.share, 3)
    order = np.lexsort((piece, vertex, distance_m, vertex < 0, end))
    order = order[distance_m[order] <= within_m]
    best = order[np.unique(end[order], return_index=True)[1]]
    return end[best], piece[best], share[best], vertex[best]


def _extend(
    pieces: Pieces, xy: Floats, targets: Splits, onto_piece: Bools, end: Ints, once: Ints
) -> tuple[Pieces, Gaps]:
    """Add a piece from each end to its target vertex, and put the vertices that are new into their pieces."""
    own_piece = np.full(len(pieces.xy), -1, dtype=np.int64)
    own_piece[pieces.low] = np.arange(len(pieces.low))
    own_piece[pieces.high] = np.arange(len(pieces.high))
    line_of_piece = np.full(len(pieces.low), np.iinfo(np.int64).max)
    np.minimum.at(line_of_piece, pieces.traces.piece, pieces.traces.line)
    line = line_of_piece[own_piece[end]]
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
        fresh=np.concatenate([pieces.fresh, np.ones(len(once), dtype=np.bool_)]),
        box=np.concatenate([pieces.box, np.empty(len(once), dtype=object)]),
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
    gaps = Gaps(line[once], pieces.xy[end[once]], np.hypot(*(foot - pieces.xy[end[once]]).T))
    return split_pieces(extended, splits), gaps
