"""The straight segments of lines in a search tree, and the nearest of them to each point, compiled.

Distances and offsets are computed step by step as GEOS does, so that both agree to the last bit.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from network_model.arrays import Floats, Ints, Objects
from network_model.compiled import compiled
from network_model.piece_tree import FANOUT, ROUNDING_M, STACK, PieceTree, plant_tree
from network_model.ragged import flatten_lines


class SegmentIndex(NamedTuple):
    """Segments of lines, each known by the vertex where it begins. C vertices, S segments.

    Attributes
    ----------
    xy : (C, 2) float
        Vertices of all lines behind one another, m.
    line : (C,) int
        Line of each vertex.
    along_m : (C,) float
        Distance of each vertex from the start of its line along it, m.
    start : (S,) int
        Vertex where each segment begins, from west to east.
    tree : PieceTree
        Of the segments.
    """

    xy: Floats
    line: Ints
    along_m: Floats
    start: Ints
    tree: PieceTree


def index_segments(lines: Objects, numbers: Ints) -> SegmentIndex:
    """Index LineStrings under the increasing numbers given."""
    xy, begin = flatten_lines(lines)
    line = np.repeat(numbers, np.diff(begin))
    is_start = np.ones(len(xy), dtype=np.bool_)
    is_start[begin[1:] - 1] = False
    start = np.flatnonzero(is_start)
    start = start[np.argsort(xy[start, 0] + xy[start + 1, 0])].astype(np.int64)
    return SegmentIndex(xy, line, _measure(xy, begin), start, plant_tree(xy, start, start + 1))


def locate_nearest(index: SegmentIndex, xy: Floats, within_m: float) -> tuple[Ints, Floats, Floats]:
    """Find the nearest line of each point.

    Parameters
    ----------
    index : SegmentIndex
    xy : (P, 2) float
        m.
    within_m : float
        Lines further than this are not looked at, m.

    Returns
    -------
    line : (P,) int
        The lowest number of equally near lines, -1 where none is within reach.
    offset_m : (P,) float
        Where on the line the nearest spot lies, the first of several, m from its start; nan without a line.
    away_m : (P,) float
        Distance to the line, m; inf without a line.
    """
    if not len(index.start) or not len(xy):
        nowhere = np.full(len(xy), np.nan)
        return np.full(len(xy), -1, dtype=np.int64), nowhere, np.full(len(xy), np.inf)
    return _locate_nearest(*index, np.ascontiguousarray(xy), _neighbours_in_turn(xy), within_m)


def _neighbours_in_turn(xy: Floats) -> Ints:
    """Order points such that most are near the one before: along a Z-order curve."""
    low = xy.min(axis=0)
    cell = ((xy - low) * (65535.0 / max(float((xy - low).max()), 1.0))).astype(np.int64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        cell = (cell | (cell << shift)) & mask
    return np.argsort(cell[:, 0] | (cell[:, 1] << 1)).astype(np.int64)


@compiled
def _measure(xy: Floats, begin: Ints) -> Floats:
    along_m = np.zeros(len(xy))
    for line in range(len(begin) - 1):
        for vertex in range(begin[line] + 1, begin[line + 1]):
            step_m = _apart(xy[vertex - 1, 0], xy[vertex - 1, 1], xy[vertex, 0], xy[vertex, 1])
            along_m[vertex] = along_m[vertex - 1] + step_m
    return along_m


@compiled
def _locate_nearest(
    xy: Floats, line: Ints, along_m: Floats, start: Ints, tree: PieceTree, point: Floats, order: Ints, within_m: float
) -> tuple[Ints, Floats, Floats]:
    found = np.full(len(point), -1)
    offset_m, away_m = np.full(len(point), np.nan), np.full(len(point), np.inf)
    waiting = np.empty(STACK, dtype=np.int64)
    height = np.empty(STACK, dtype=np.int64)
    squared = np.empty(STACK)
    last = -1
    for n in order:
        x, y = point[n]
        nearest, nearest_m = len(xy), within_m
        if last >= 0:  # what is nearest to a neighbour is near
            nearest, nearest_m = _nearer(xy, last, x, y, nearest, nearest_m)
        nearest, nearest_m = _search(xy, start, tree, x, y, nearest, nearest_m, waiting, height, squared)
        if nearest < len(xy):
            last = nearest
            found[n], away_m[n] = line[nearest], nearest_m
            offset_m[n] = along_m[nearest] + _offset(xy, nearest, x, y)
    return found, offset_m, away_m


@compiled
def _search(
    xy: Floats,
    start: Ints,
    tree: PieceTree,
    x: float,
    y: float,
    nearest: int,
    nearest_m: float,
    waiting: Ints,
    height: Ints,
    squared: Floats,
) -> tuple[int, float]:
    """Return the segment nearest to a point and its distance, m: the one given, unless the tree holds a nearer one."""
    box, level, top = tree.box, tree.level, len(tree.level) - 2
    waiting[0], height[0], squared[0], left = level[top], top, 0.0, 1
    # distances are rounded: what is a little further by its box is looked at too
    limit = (nearest_m + ROUNDING_M) ** 2
    while left > 0:
        left -= 1
        if squared[left] > limit:
            continue
        node, up = waiting[left], height[left]
        if up == 0:
            nearest, nearest_m = _nearer(xy, start[tree.piece[node]], x, y, nearest, nearest_m)
            limit = (nearest_m + ROUNDING_M) ** 2
            continue
        child, bottom = level[up - 1] + FANOUT * (node - level[up]), left
        for below in range(child, min(child + FANOUT, level[up])):
            off_x = max(box[below, 0] - x, x - box[below, 2], 0.0)
            off_y = max(box[below, 1] - y, y - box[below, 3], 0.0)
            off = off_x * off_x + off_y * off_y
            if off > limit:
                continue
            place = left  # the nearest box is opened first
            while place > bottom and squared[place - 1] < off:
                waiting[place], squared[place] = waiting[place - 1], squared[place - 1]
                place -= 1
            waiting[place], squared[place], height[left] = below, off, up - 1
            left += 1
    return nearest, nearest_m


@compiled
def _nearer(xy: Floats, vertex: int, x: float, y: float, nearest: int, nearest_m: float) -> tuple[int, float]:
    """Return the nearer of two segments with its distance, m; the lower one of equally near ones."""
    a_x, a_y, b_x, b_y = xy[vertex, 0], xy[vertex, 1], xy[vertex + 1, 0], xy[vertex + 1, 1]
    step_x, step_y = b_x - a_x, b_y - a_y
    squared = step_x * step_x + step_y * step_y
    share = ((x - a_x) * step_x + (y - a_y) * step_y) / squared if squared > 0.0 else 0.0
    if share <= 0.0:
        away_m = _apart(x, y, a_x, a_y)
    elif share >= 1.0:
        away_m = _apart(x, y, b_x, b_y)
    else:
        away_m = abs(((a_y - y) * step_x - (a_x - x) * step_y) / squared) * math.sqrt(squared)
    if away_m < nearest_m or (away_m == nearest_m and vertex < nearest):
        return vertex, away_m
    return nearest, nearest_m


@compiled
def _offset(xy: Floats, vertex: int, x: float, y: float) -> float:
    """Return where on a segment the spot nearest to a point lies, m from its start."""
    a_x, a_y, b_x, b_y = xy[vertex, 0], xy[vertex, 1], xy[vertex + 1, 0], xy[vertex + 1, 1]
    step_x, step_y = b_x - a_x, b_y - a_y
    squared = step_x * step_x + step_y * step_y
    share = ((x - a_x) * step_x + (y - a_y) * step_y) / squared if squared > 0.0 else 0.0
    return min(max(share, 0.0), 1.0) * math.sqrt(squared)


@compiled
def _apart(from_x: float, from_y: float, to_x: float, to_y: float) -> float:
    x, y = from_x - to_x, from_y - to_y
    return math.sqrt(x * x + y * y)
