"""A search tree over straight pieces, and the two searches that noding is made of, compiled.

The tree is packed: every node holds the next `FANOUT` boxes of the level below it. Its cost is that of sorting,
whatever the extent of the survey, the lengths of the pieces and how unevenly they lie.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from network_model.arrays import Bools, Floats, Ints
from network_model.compiled import compiled

FANOUT = 8
STACK = 128
"""Boxes that wait to be opened, at most 7 a level: 18 levels of eight are more than any memory holds."""

ROUNDING_M = 1e-9
"""Distances this near are not told apart, m."""


class PieceTree(NamedTuple):
    """Boxes of pieces and of their groups. S pieces, B boxes.

    Attributes
    ----------
    piece : (S,) int
        Pieces in the order of the lowest boxes.
    box : (B, 4) float
        West, south, east and north, m: those of the pieces, then level by level up to the root.
    level : (levels + 1,) int
        Where the boxes of each level begin, the last one being B.
    """

    piece: Ints
    box: Floats
    level: Ints


NO_TREE = PieceTree(np.empty(0, np.int64), np.empty((0, 4)), np.zeros(2, np.int64))


def plant_tree(xy: Floats, low: Ints, high: Ints) -> PieceTree:
    """Return the tree of pieces.

    Parameters
    ----------
    xy : (V, 2) float
        m.
    low, high : (S,) int
        End vertices of the pieces, sorted roughly from west to east: what is not makes it slower, no more.
    """
    # strips from west to east, of about as many groups as each holds, are sorted from south to north
    groups = max(-(-len(low) // FANOUT), 1)
    strip = FANOUT * int(np.ceil(np.sqrt(groups)))
    count, level = len(low), [0]
    while True:
        level.append(level[-1] + count)
        if count <= 1:
            break
        count = -(-count // FANOUT)
    return _fill_tree(xy, low, high, strip, np.array(level, dtype=np.int64))


@compiled
def _fill_tree(xy: Floats, low: Ints, high: Ints, strip: int, level: Ints) -> PieceTree:
    ordered = np.empty_like(low)
    middle = np.empty(len(low))
    for n in range(len(low)):
        middle[n] = xy[low[n], 1] + xy[high[n], 1]
    for begin in range(0, len(low), strip):
        ordered[begin : begin + strip] = begin + np.argsort(middle[begin : begin + strip])
    box = np.empty((level[-1], 4))
    for n in range(len(ordered)):
        a, b = low[ordered[n]], high[ordered[n]]
        box[n, 0], box[n, 2] = min(xy[a, 0], xy[b, 0]), max(xy[a, 0], xy[b, 0])
        box[n, 1], box[n, 3] = min(xy[a, 1], xy[b, 1]), max(xy[a, 1], xy[b, 1])
    for up in range(1, len(level) - 1):
        for n in range(level[up + 1] - level[up]):
            first = level[up - 1] + FANOUT * n
            west, south, east, north = box[first]
            for child in range(first + 1, min(first + FANOUT, level[up])):
                west, south = min(west, box[child, 0]), min(south, box[child, 1])
                east, north = max(east, box[child, 2]), max(north, box[child, 3])
            box[level[up] + n] = west, south, east, north
    return PieceTree(ordered, box, level)


@compiled
def find_meeting(xy: Floats, low: Ints, high: Ints, fresh: Bools, tree: PieceTree, touch_m: float) -> tuple[Ints, Ints]:
    """Return pairs of pieces, low number first, that may meet elsewhere than at a vertex they share.

    Parameters
    ----------
    xy : (V, 2) float
        m.
    low, high : (S,) int
        End vertices.
    fresh : (S,) bool
        Each pair has at least one of these.
    tree : PieceTree
        Of all pieces.
    touch_m : float
        Pairs that come this near are among those returned, m.
    """
    first, second = [np.int64(0)], [np.int64(0)]
    waiting = np.empty(STACK, dtype=np.int64)
    height = np.empty(STACK, dtype=np.int64)
    own = np.empty(FANOUT, dtype=np.int64)
    box, top = tree.box, len(tree.level) - 2
    # neighbours go through the tree together
    for begin in range(0, len(low), FANOUT):
        count = 0
        west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
        for slot in range(begin, min(begin + FANOUT, len(low))):
            if fresh[tree.piece[slot]]:
                own[count], count = slot, count + 1
                west, south = min(west, box[slot, 0] - touch_m), min(south, box[slot, 1] - touch_m)
                east, north = max(east, box[slot, 2] + touch_m), max(north, box[slot, 3] + touch_m)
        waiting[0], height[0], left = tree.level[top], top, min(count, 1)
        while left > 0:
            left -= 1
            node, up = waiting[left], height[left]
            if box[node, 0] > east or box[node, 2] < west or box[node, 1] > north or box[node, 3] < south:
                continue
            if up > 0:
                child = tree.level[up - 1] + FANOUT * (node - tree.level[up])
                for below in range(child, min(child + FANOUT, tree.level[up])):
                    waiting[left], height[left], left = below, up - 1, left + 1
                continue
            b = tree.piece[node]
            for n in range(count):
                slot = own[n]
                if (
                    box[node, 0] - touch_m > box[slot, 2]
                    or box[node, 2] + touch_m < box[slot, 0]
                    or box[node, 1] - touch_m > box[slot, 3]
                    or box[node, 3] + touch_m < box[slot, 1]
                ):
                    continue
                a = tree.piece[slot]
                if (a < b or (a > b and not fresh[b])) and _may_meet(xy, low, high, a, b, touch_m):
                    first.append(min(a, b))
                    second.append(max(a, b))
    return np.array(first)[1:], np.array(second)[1:]


@compiled
def _may_meet(xy: Floats, low: Ints, high: Ints, a: int, b: int, touch_m: float) -> bool:
    """Whether two pieces come near each other, but for a vertex that they share."""
    if low[a] == low[b] or low[a] == high[b] or high[a] == low[b] or high[a] == high[b]:
        # only the end that is not shared can lie on the other piece
        end_a = high[a] if low[a] == low[b] or low[a] == high[b] else low[a]
        end_b = high[b] if low[b] == low[a] or low[b] == high[a] else low[b]
        return (
            _squared_distance(xy, low[a], high[a], end_b)[1] <= touch_m**2
            or _squared_distance(xy, low[b], high[b], end_a)[1] <= touch_m**2
        )
    return not (_is_beside(xy, low, high, a, b, touch_m) or _is_beside(xy, low, high, b, a, touch_m))


@compiled
def _is_beside(xy: Floats, low: Ints, high: Ints, a: int, b: int, touch_m: float) -> bool:
    """Whether piece `b` lies on one side of the line through `a`, further from it than `touch_m`."""
    from_x, from_y = xy[low[a], 0], xy[low[a], 1]
    x, y = xy[high[a], 0] - from_x, xy[high[a], 1] - from_y
    margin = touch_m * math.sqrt(x * x + y * y)
    side = x * (xy[low[b], 1] - from_y) - y * (xy[low[b], 0] - from_x)
    other = x * (xy[high[b], 1] - from_y) - y * (xy[high[b], 0] - from_x)
    return bool((side > margin and other > margin) or (side < -margin and other < -margin))


@compiled
def _squared_distance(xy: Floats, low: int, high: int, vertex: int) -> tuple[float, float]:
    """Return the share of the way from low to high that is nearest to a vertex, and its squared distance, m2."""
    x, y = xy[high, 0] - xy[low, 0], xy[high, 1] - xy[low, 1]
    to_x, to_y = xy[vertex, 0] - xy[low, 0], xy[vertex, 1] - xy[low, 1]
    share = min(max((to_x * x + to_y * y) / (x * x + y * y), 0.0), 1.0)
    return share, (share * x - to_x) ** 2 + (share * y - to_y) ** 2


@compiled
def find_missed(
    xy: Floats,
    low: Ints,
    high: Ints,
    tree: PieceTree,
    end: Ints,
    within_m: float,
    slack_m: float,
    most: int,
    nearest_only: bool,
) -> tuple[Ints, Ints, Floats]:
    """Return pairs of a loose end and a piece near it to which it is not joined by pieces within its reach.

    Parameters
    ----------
    xy : (V, 2) float
        m.
    low, high : (S,) int
        End vertices.
    tree : PieceTree
        Of all pieces.
    end : (N,) int
        Vertices.
    within_m, slack_m : float
        Reach of an end, and how much further the vertices lie by which it may be joined, m.
    most : int
        Where more pieces than this are within reach, the reach is halved, as often as it takes: the work for each end
        is bounded, however wide the reach.
    nearest_only : bool
        Return no pieces but those at the nearest vertex and those with the nearest place.

    Returns
    -------
    position : (K,) int
        Position of the end.
    piece : (K,) int
    reach_m : (N,) float
        How far it was looked from each end, m.
    """
    position, missed = [np.int64(0)], [np.int64(0)]
    reaches_m = np.empty(len(end))
    leader = np.arange(len(xy))
    hits = np.empty(len(low), dtype=np.int64)
    for n in range(len(end)):
        vertex = end[n]
        found, reach_m = _look_around(xy, low, high, tree, vertex, within_m, slack_m, most, hits)
        near, reaches_m[n] = hits[:found], reach_m
        _join_within(xy, low, high, near, vertex, reach_m + slack_m, leader)
        missing = _not_joined(xy, low, high, near, vertex, reach_m + slack_m, leader)
        vertex_m = place_m = np.inf
        if nearest_only:
            vertex_m, place_m = _nearest(xy, low, high, missing, vertex)
        for piece in missing:
            to_vertex_m, to_place_m = _to_piece(xy, low, high, piece, vertex)
            if to_vertex_m <= vertex_m + ROUNDING_M or to_place_m <= place_m + ROUNDING_M:
                position.append(np.int64(n))
                missed.append(np.int64(piece))
        for piece in near:
            leader[low[piece]], leader[high[piece]] = low[piece], high[piece]
    return np.array(position)[1:], np.array(missed)[1:], reaches_m


@compiled
def _look_around(
    xy: Floats,
    low: Ints,
    high: Ints,
    tree: PieceTree,
    vertex: int,
    within_m: float,
    slack_m: float,
    most: int,
    hits: Ints,
) -> tuple[int, float]:
    """Write the pieces within reach of a vertex into `hits`; return how many there are and the reach, m."""
    reach_m = within_m
    found = _collect_near(xy, low, high, tree, vertex, reach_m, most, hits)
    while found > most:
        reach_m /= 2
        # what is nearer than vertices can be told apart is looked at in full
        limit = most if reach_m > slack_m else len(low)
        found = _collect_near(xy, low, high, tree, vertex, reach_m, limit, hits)
        if reach_m <= slack_m:
            break
    return found, reach_m


@compiled
def _collect_near(
    xy: Floats, low: Ints, high: Ints, tree: PieceTree, vertex: int, within_m: float, most: int, hits: Ints
) -> int:
    """Write the pieces within reach of a vertex into `hits`; stop where they are more than `most`."""
    x, y = xy[vertex, 0], xy[vertex, 1]
    reach_m = within_m + ROUNDING_M
    waiting = np.empty(STACK, dtype=np.int64)
    height = np.empty(STACK, dtype=np.int64)
    box, top = tree.box, len(tree.level) - 2
    waiting[0], height[0], left, found = tree.level[top], top, 1, 0
    while left > 0:
        left -= 1
        node, up = waiting[left], height[left]
        if box[node, 0] > x + reach_m or box[node, 2] < x - reach_m:
            continue
        if box[node, 1] > y + reach_m or box[node, 3] < y - reach_m:
            continue
        if up > 0:
            child = tree.level[up - 1] + FANOUT * (node - tree.level[up])
            for below in range(child, min(child + FANOUT, tree.level[up])):
                waiting[left], height[left], left = below, up - 1, left + 1
            continue
        piece = tree.piece[node]
        if math.sqrt(_squared_distance(xy, low[piece], high[piece], vertex)[1]) <= within_m:
            if found == most:
                return most + 1
            hits[found] = piece
            found += 1
    return found


@compiled
def _apart(xy: Floats, a: int, b: int) -> float:
    """Return the distance of two vertices, m."""
    return math.sqrt((xy[a, 0] - xy[b, 0]) ** 2 + (xy[a, 1] - xy[b, 1]) ** 2)


@compiled
def _join_within(xy: Floats, low: Ints, high: Ints, near: Ints, vertex: int, within_m: float, leader: Ints) -> None:
    """Unite the ends of every piece that has both within reach of a vertex."""
    for piece in near:
        if _apart(xy, low[piece], vertex) <= within_m and _apart(xy, high[piece], vertex) <= within_m:
            leader[_lead(leader, low[piece])] = _lead(leader, high[piece])


@compiled
def _lead(leader: Ints, vertex: int) -> int:
    """Return the vertex that stands for all those united with a vertex."""
    while leader[vertex] != vertex:
        leader[vertex] = leader[leader[vertex]]
        vertex = leader[vertex]
    return vertex


@compiled
def _not_joined(xy: Floats, low: Ints, high: Ints, near: Ints, vertex: int, within_m: float, leader: Ints) -> list[int]:
    """Return the pieces that have no end within reach that is united with a vertex."""
    own = _lead(leader, vertex)
    return [
        piece
        for piece in near
        if not (
            (_apart(xy, low[piece], vertex) <= within_m and _lead(leader, low[piece]) == own)
            or (_apart(xy, high[piece], vertex) <= within_m and _lead(leader, high[piece]) == own)
        )
    ]


@compiled
def _nearest(xy: Floats, low: Ints, high: Ints, missing: list[int], vertex: int) -> tuple[float, float]:
    """Return how far the nearest end and the nearest place of some pieces are from a vertex, m."""
    vertex_m = place_m = np.inf
    for piece in missing:
        to_vertex_m, to_place_m = _to_piece(xy, low, high, piece, vertex)
        vertex_m, place_m = min(vertex_m, to_vertex_m), min(place_m, to_place_m)
    return vertex_m, place_m


@compiled
def _to_piece(xy: Floats, low: Ints, high: Ints, piece: int, vertex: int) -> tuple[float, float]:
    """Return how far a vertex is from the nearer end of a piece and from its nearest place, m."""
    to_end_m = min(_apart(xy, low[piece], vertex), _apart(xy, high[piece], vertex))
    return to_end_m, math.sqrt(_squared_distance(xy, low[piece], high[piece], vertex)[1])
