"""Streets of the sample town as straight segments between corners: an old centre, a ring, outskirts and bridges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Polygon

from cardio.sample_town import site
from cardio.sample_town.site import Floats, Ints, Objects

SHORTEST_M = 16.0
_STRAIGHT_ON = np.cos(np.deg2rad(140.0))


@dataclass(frozen=True)
class StreetPlan:
    """The streets as a plane graph, bridges aside, in Lambert-93. N corners, S straight segments.

    Attributes
    ----------
    xy : (N, 2) float
        Corners, m.
    ends : (S, 2) int
        Corners at both ends of each segment.
    kind : (S,) object
        ``centre``, ``ring``, ``square``, ``outskirts``, ``bank`` (along the river or the railway) or ``bridge``.
    """

    xy: Floats
    ends: Ints
    kind: Objects

    @property
    def lines(self) -> Objects:
        """(S,) shapely LineStrings."""
        lines: Objects = shapely.linestrings(self.xy[self.ends])
        return lines

    @property
    def degree(self) -> Ints:
        """(N,) int: segments at each corner."""
        return np.bincount(self.ends.ravel(), minlength=len(self.xy)).astype(np.int64)


def draw_streets(rng: np.random.Generator) -> StreetPlan:
    """Draw the streets: lines of each kind, noded, without scraps, one connected piece."""
    ring = site.boulevard(rng)
    drawn = [
        ("centre", _old_centre(ring, rng)),
        ("square", [shapely.boundary(square) for square in site.centre_squares().values()]),
        ("ring", [shapely.boundary(ring)]),
        ("bank", _banks()),
        ("outskirts", _outskirts(ring, rng)),
    ]
    lines = np.array([line for _, group in drawn for line in group], dtype=object)
    kinds = np.array([kind for kind, group in drawn for _ in group], dtype=object)
    xy, ends, kind = _node(lines, kinds)
    xy, ends, kind = _merge_near_corners(xy, ends, kind)
    ends, kind = _with_bridges(xy, ends, kind)
    keep = _largest_piece(len(xy), ends)
    used, renumbered = np.unique(ends[keep], return_inverse=True)
    return StreetPlan(site.points_to_lambert93(xy[used]), renumbered.reshape(-1, 2), kind[keep])


def straight_on(plan: StreetPlan) -> list[tuple[str, list[int]]]:
    """Join segments that go straight on into streets; return the kind and the corners of each, in walking order."""
    partner = _partners(plan)
    corner_of = plan.ends.ravel().tolist()
    streets: list[tuple[str, list[int]]] = []
    seen: set[int] = set()
    starts = [end for end in range(len(corner_of)) if end not in partner]
    for start in [*starts, *range(0, len(corner_of), 2)]:  # open streets from their ends, then closed ones
        corners: list[int] = []
        end: int | None = start
        while end is not None and end // 2 not in seen:
            seen.add(end // 2)
            corners = [*(corners or [corner_of[end]]), corner_of[end ^ 1]]
            end = partner.get(end ^ 1)
        if corners:
            streets.append((str(plan.kind[start // 2]), corners))
    return streets


def _partners(plan: StreetPlan) -> dict[int, int]:
    """Pair segment ends (2 * segment + side) that meet at a corner, have one kind and go most nearly straight on."""
    at_corner: dict[int, list[int]] = {}
    for end, node in enumerate(plan.ends.ravel()):
        at_corner.setdefault(int(node), []).append(end)
    leave = plan.xy[plan.ends[:, 1]] - plan.xy[plan.ends[:, 0]]
    leave /= np.linalg.norm(leave, axis=1)[:, None]
    heading = np.stack([leave, -leave], axis=1).reshape(-1, 2)
    turns = sorted(
        (float(heading[one] @ heading[other]), one, other)
        for ends in at_corner.values()
        for one in ends
        for other in ends
        if one < other and plan.kind[one // 2] == plan.kind[other // 2]
    )
    partner: dict[int, int] = {}
    for turn, one, other in turns:
        if turn < _STRAIGHT_ON and one not in partner and other not in partner:
            partner[one], partner[other] = other, one
    return partner


def _old_centre(ring: Polygon, rng: np.random.Generator) -> list[LineString]:
    """Draw crooked streets: borders of cells around scattered points, outside the squares."""
    step = 92.0
    columns, rows = np.meshgrid(np.arange(-7, 8), np.arange(-8, 9))
    points = np.column_stack([(columns + 0.5 * (rows % 2)).ravel() * step, rows.ravel() * step * 0.87])
    points += rng.uniform(-0.3 * step, 0.3 * step, points.shape)
    borders = shapely.voronoi_polygons(MultiPoint(points), only_edges=True)
    ground = shapely.difference(ring, shapely.union_all(list(site.centre_squares().values())))
    return _lines_of(shapely.intersection(borders, ground))


def _corridors() -> list[Polygon]:
    return [
        shapely.buffer(site.between_rows(row), site.HALF_CORRIDOR_M, cap_style="flat", join_style="mitre")
        for row in (site.RIVER_ROW, site.RAILWAY_ROW)
    ]


def _banks() -> list[LineString]:
    """Draw the streets on both sides of the river and of the railway."""
    middle = [site.between_rows(row) for row in (site.RIVER_ROW, site.RAILWAY_ROW)]
    sides = [
        shapely.offset_curve(line, side * site.HALF_CORRIDOR_M, join_style="mitre")
        for line in middle
        for side in (1, -1)
    ]
    town = shapely.box(-1110.0, -1120.0, 1110.0, 1120.0)
    return _lines_of(shapely.union_all(shapely.intersection(np.array(sides, dtype=object), town)))


def _outskirts(ring: Polygon, rng: np.random.Generator) -> list[LineString]:
    """Draw the blocks of the outskirts; one side in fourteen is missing, none crosses the river or the railway."""
    corners = {(c, r): np.array(site.corner(c, r)) + rng.uniform(-9.0, 9.0, 2) for c in site.COLUMNS for r in site.ROWS}
    free = shapely.union_all([ring, *_corridors(), shapely.buffer(site.citadel(), -20.0)])
    sides: list[LineString] = []
    for (column, row), start in corners.items():
        for ahead in ((column + 1, row), (column, row + 1)):
            missing = rng.random() < 1.0 / 14.0
            if ahead not in corners or not site.is_in_town(np.array([start, corners[ahead]])).all():
                continue
            if ahead[0] == column and _bridge_columns(row).count(column):
                continue
            if not missing or site.station_square().distance(shapely.Point(start)) < site.BLOCK_M:
                sides.append(LineString([start, corners[ahead]]))
    cut = shapely.difference(np.array(sides, dtype=object), free)
    return [line for part in cut for line in _lines_of(part)]


def _bridge_columns(row: int) -> tuple[int, ...]:
    return {site.RIVER_ROW: site.RIVER_BRIDGES, site.RAILWAY_ROW: site.RAILWAY_BRIDGES}.get(row, ())


def _lines_of(geometry: object) -> list[LineString]:
    parts = shapely.get_parts(shapely.line_merge(geometry))
    return [part for part in parts if shapely.get_type_id(part) == 1 and part.length > 1.0]


def _node(lines: Objects, kinds: Objects) -> tuple[Floats, Ints, Objects]:
    """Cut lines where they meet, to the centimetre; return corners, ends of the segments and their kind."""
    pieces = shapely.get_parts(shapely.union_all(lines, grid_size=0.01))
    coords, piece = shapely.get_coordinates(pieces, return_index=True)
    same = piece[1:] == piece[:-1]
    start, stop = coords[:-1][same], coords[1:][same]
    middle = shapely.points((start + stop) / 2.0)
    _, nearest = shapely.STRtree(lines).query_nearest(middle, all_matches=False)
    keys = np.round(np.concatenate([start, stop]) * 100.0).astype(np.int64)
    corners, index = np.unique(keys, axis=0, return_inverse=True)
    return corners / 100.0, index.reshape(2, -1).T.astype(np.int64), kinds[nearest]


def _merge_near_corners(xy: Floats, ends: Ints, kind: Objects) -> tuple[Floats, Ints, Objects]:
    """Shrink segments that are too short to be a street into one corner, until none is left."""
    while True:
        short = np.linalg.norm(xy[ends[:, 0]] - xy[ends[:, 1]], axis=1) < SHORTEST_M
        if not short.any():
            return xy, ends, kind
        group = _groups(len(xy), ends[short])
        size = np.bincount(group)
        xy = np.column_stack([np.bincount(group, xy[:, axis]) / size for axis in (0, 1)])
        ends = np.sort(group[ends], axis=1)
        _, first = np.unique(ends, axis=0, return_index=True)
        first = np.sort(first[ends[first, 0] != ends[first, 1]])
        ends, kind = ends[first], kind[first]


def _with_bridges(xy: Floats, ends: Ints, kind: Objects) -> tuple[Ints, Objects]:
    """Add bridges from row to row, over the banks: they meet other streets at their two ends only."""
    sides = [(c, row) for row in (site.RIVER_ROW, site.RAILWAY_ROW) for c in _bridge_columns(row)]
    used = np.unique(ends)
    tree = shapely.STRtree(shapely.points(xy[used]))
    feet = shapely.points([site.corner(c, r + end) for c, r in sides for end in (0, 1)])
    spans = used[tree.nearest(feet)].reshape(-1, 2)
    return np.concatenate([ends, spans]), np.concatenate([kind, np.full(len(spans), "bridge", dtype=object)])


def _largest_piece(n_corners: int, ends: Ints) -> Ints:
    """Return the segments of the connected piece that has most of them."""
    piece = _groups(n_corners, ends)[ends[:, 0]]
    return np.flatnonzero(piece == np.bincount(piece).argmax()).astype(np.int64)


def _groups(n_corners: int, ends: Ints) -> Ints:
    """Number the connected groups of corners 0, 1, ... in order of their first corner."""
    parent = list(range(n_corners))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in ends.tolist():
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return np.unique([root(node) for node in range(n_corners)], return_inverse=True)[1].astype(np.int64)
