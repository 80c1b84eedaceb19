"""Things set along streets: points and rectangles at a distance from the middle of the street, on one side of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from cardio.sample_town.site import Bools, Floats, Ints, Objects
from cardio.sample_town.street_plan import StreetPlan


@dataclass(frozen=True)
class Frontage:
    """Places along street segments, both sides. P places.

    Attributes
    ----------
    segment : (P,) int
        Segment of the street plan.
    along_m : (P,) float
        From the first end of the segment.
    side : (P,) float
        1 on the left of the segment, -1 on its right.
    """

    segment: Ints
    along_m: Floats
    side: Floats

    def __getitem__(self, chosen: Bools | Ints) -> Frontage:
        return Frontage(self.segment[chosen], self.along_m[chosen], self.side[chosen])


def places_along(
    plan: StreetPlan, segments: Ints, *, step_m: float, clear_m: float, rng: np.random.Generator
) -> Frontage:
    """Return a place about every `step_m` on both sides of the segments, none nearer than `clear_m` to a corner."""
    length_m = shapely.length(plan.lines[segments])
    parts: list[tuple[Ints, Floats, Floats]] = []
    for segment, free_m in zip(segments, length_m - 2.0 * clear_m, strict=True):
        count = max(0, int(free_m // step_m))
        for side in (1.0, -1.0):
            slack_m = (free_m - count * step_m) * rng.random()
            along_m = clear_m + slack_m + (np.arange(count) + 0.5) * step_m
            parts.append((np.full(count, segment), along_m, np.full(count, side)))
    all_segments, all_along_m, sides = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Frontage(all_segments.astype(np.int64), all_along_m, sides)


def points_beside(plan: StreetPlan, at: Frontage, *, off_m: float) -> Floats:
    """Return (P, 2) points `off_m` from the middle of the street, to the centimetre."""
    ahead, across = _axes(plan, at)
    start = plan.xy[plan.ends[at.segment, 0]]
    points: Floats = np.round(start + at.along_m[:, None] * ahead + off_m * across, 2)
    return points


def rectangles_beside(plan: StreetPlan, at: Frontage, *, width_m: Floats, off_m: Floats, depth_m: Floats) -> Objects:
    """Return (P,) rectangles centred on the places, from `off_m` to `off_m + depth_m` beside the street."""
    ahead, across = _axes(plan, at)
    middle = plan.xy[plan.ends[at.segment, 0]] + at.along_m[:, None] * ahead
    half = 0.5 * width_m[:, None] * ahead
    near, far = off_m[:, None] * across, (off_m + depth_m)[:, None] * across
    rings = np.stack([middle - half + near, middle + half + near, middle + half + far, middle - half + far], axis=1)
    polygons: Objects = shapely.polygons(np.round(rings, 2))
    return polygons


def clear_of(polygons: Objects, obstacles: Objects, distance_m: float) -> Bools:
    """Tell which polygons keep at least `distance_m` from every obstacle."""
    touched, _ = shapely.STRtree(obstacles).query(polygons, predicate="dwithin", distance=distance_m)
    clear = np.ones(len(polygons), dtype=bool)
    clear[touched] = False
    return clear


def first_come(polygons: Objects, distance_m: float) -> Bools:
    """Keep each polygon that is not within `distance_m` of a kept one before it."""
    one, other = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=distance_m)
    kept = np.ones(len(polygons), dtype=bool)
    for early, late in sorted(zip(one[one < other].tolist(), other[one < other].tolist(), strict=True)):
        if kept[early]:
            kept[late] = False
    return kept


def _axes(plan: StreetPlan, at: Frontage) -> tuple[Floats, Floats]:
    """Return unit vectors ahead along the segment and across it, towards the side of the place."""
    span = plan.xy[plan.ends[at.segment, 1]] - plan.xy[plan.ends[at.segment, 0]]
    ahead = span / np.linalg.norm(span, axis=1)[:, None]
    return ahead, at.side[:, None] * np.column_stack([-ahead[:, 1], ahead[:, 0]])
