"""The streets that the fibre loop of the sample town follows."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
import shapely
from shapely import LineString

from cardio.sample_town import site
from cardio.sample_town.street_plan import StreetPlan, straight_on

# rough way points in the local frame, m; a cable takes the shortest streets between them
_LEGS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((-520, 30), (-66, 60), (62, 60), (85, 200), (250, 200), (530, 150)),  # through the two squares
    ((20, -515), (240, -640), (236, -708), (236, -826), (-118, -950)),  # station, over the railway
    ((0, 520), (0, 590), (0, 708), (354, 826)),  # over the Scarpe, then east
    ((0, 708), (-472, 826), (-700, 826)),  # and west
    ((-540, 200), (-1060, 240)),
    ((-480, -250), (-826, -236), (-826, -590)),
    ((530, -150), (1060, -60)),
    ((420, 330), (900, 420)),
    ((380, -390), (800, -540)),
    ((-400, -400), (-480, -610)),
    ((-420, 360), (-760, 420)),
)


def fibre_streets(plan: StreetPlan) -> list[LineString]:
    """Return the course of each cable along the middle of streets: first the ring, then legs through the town."""
    ring = [corners for kind, corners in straight_on(plan) if kind == "ring"]
    tree = shapely.STRtree(shapely.points(plan.xy))
    neighbours = _neighbours(plan)
    courses = ring
    for leg in _LEGS:
        stops = tree.nearest(shapely.points(site.points_to_lambert93(np.array(leg, dtype=float)))).tolist()
        course = stops[:1]
        for stop in stops[1:]:
            course += _shortest_way(neighbours, course[-1], stop)[1:]
        courses.append(course)
    return [LineString(plan.xy[course]) for course in courses]


def _neighbours(plan: StreetPlan) -> list[list[tuple[int, float]]]:
    neighbours: list[list[tuple[int, float]]] = [[] for _ in plan.xy]
    for (one, other), length_m in zip(plan.ends.tolist(), shapely.length(plan.lines).tolist(), strict=True):
        neighbours[one].append((other, length_m))
        neighbours[other].append((one, length_m))
    return neighbours


def _shortest_way(neighbours: list[list[tuple[int, float]]], start: int, goal: int) -> list[int]:
    """Return the corners of the shortest way (Dijkstra); the streets are one connected piece, so there is one."""
    came_from: dict[int, int] = {}
    queue = [(0.0, start, start)]
    while goal not in came_from:
        distance_m, corner, before = heappop(queue)
        if corner not in came_from:
            came_from[corner] = before
            for ahead, length_m in neighbours[corner]:
                heappush(queue, (distance_m + length_m, ahead, corner))
    way = [goal]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
