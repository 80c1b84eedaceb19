"""The fibre network of a plan as nodes and the spans between them; cables are cut where a node lies on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.ops import substring

from cardio.exporters.ofds_words import stable_id
from cardio.plan_folder import PlanFolder

Objects = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

NEAR_M = 5.0
"""A cable drawn this near a node reaches it: surveys draw cables and boxes side by side."""
JOIN_WITHIN_M = 100.0
"""A part of the plan that touches no cable is joined to the one nearest to it, at most so far away."""
APART_M = 0.1
"""Least distance between two nodes on one cable."""


@dataclass
class Node:
    """A place of the network, m in the study CRS; everything that stands there is one node.

    Attributes
    ----------
    id : str
    x, y : float
    exists : bool
        Whether anything of it exists today.
    named : bool
        Whether equipment stands there; False where only a line ends.
    names, types : list of str
    year : int or None
        First year in which something is built there, in a plan of several years.
    """

    id: str
    x: float
    y: float
    exists: bool
    named: bool
    names: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    year: int | None = None


@dataclass(frozen=True)
class Span:
    """A line of fibre between two nodes.

    Attributes
    ----------
    id, name : str
    start, end : int
        Positions among the nodes.
    exists : bool
    line : LineString
        In the study CRS, m.
    year : int or None
    details : str
        How it is laid, where the plan says so.
    """

    id: str
    name: str
    start: int
    end: int
    exists: bool
    line: shapely.LineString
    year: int | None = None
    details: str = ""


class Places:
    """Nodes by place: what stands within a centimetre is one node."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._at: dict[tuple[int, int], int] = {}

    def add(self, x: float, y: float, *source: str, exists: bool, name: str = "", kind: str = "",
            year: int | None = None) -> int:  # fmt: skip
        """Add something that stands at a place, and return the position of its node."""
        place = round(100 * x), round(100 * y)
        if place not in self._at:
            self._at[place] = len(self.nodes)
            names = source or ("place", str(place[0]), str(place[1]))
            self.nodes.append(Node(stable_id("node", *names), x, y, exists, bool(source), year=year))
        node = self.nodes[self._at[place]]
        node.exists |= exists
        node.named |= bool(source)
        node.names += [name] if name and name not in node.names else []
        node.types += [kind] if kind and kind not in node.types else []
        years = [known for known in (node.year, year) if known is not None]
        node.year = min(years) if years else None
        return self._at[place]

    def points(self, rows: Sequence[int]) -> Objects:
        """Return the places of some nodes as points."""
        chosen = [(self.nodes[row].x, self.nodes[row].y) for row in rows]
        points: Objects = shapely.points(np.array(chosen, dtype=np.float64).reshape(-1, 2))
        return points


def build_network(plan: PlanFolder) -> tuple[list[Node], list[Span]]:
    """Build nodes and spans: fibre nodes and cables that exist, sites of the plan with fibre, and its routes."""
    places = Places()
    existing, cables = (plan.existing[plan.existing["kind"] == kind] for kind in ("fibre_node", "fibre_cable"))
    for row, point in zip(existing.itertuples(), existing.geometry, strict=True):
        places.add(point.x, point.y, "existing", row.layer, row.id, exists=True, name=row.id)
    fibre = plan.sites[plan.sites["backhaul"] == "fibre"]
    for row, point in zip(fibre.itertuples(), fibre.geometry, strict=True):
        places.add(point.x, point.y, "site", row.id, exists=False, name=row.id, kind=row.option, year=_year(row.year))
    routes = list(_route_spans(plan.routes, places))
    return places.nodes, [*_cable_spans(cables, places, routes), *routes]


def _year(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _route_spans(routes: gpd.GeoDataFrame, places: Places) -> Iterable[Span]:
    for row, line in zip(routes.itertuples(), routes.geometry, strict=True):
        year = _year(row.year)
        start, end = (places.add(*line.coords[corner][:2], exists=False, year=year) for corner in (0, -1))
        details = ": ".join(filter(None, (row.method, row.price_keys)))
        yield Span(stable_id("route", row.id), row.id, start, end, False, line, year, details)


def _cable_spans(cables: gpd.GeoDataFrame, places: Places, routes: Sequence[Span]) -> Iterable[Span]:
    """Cables from node to node."""
    lines: Objects = cables.geometry.to_numpy()
    ends = _cable_ends(lines, places)
    part = _parts(len(places.nodes), routes)
    met = _nodes_on_cables(lines, places, part, {node for pair in ends for node in pair})
    seen: dict[tuple[str, str], int] = {}
    for number, (row, line) in enumerate(zip(cables.itertuples(), lines, strict=True)):
        copy = seen[row.layer, row.id] = seen.get((row.layer, row.id), -1) + 1
        start, end = ends[number]
        at_m, inside = _cuts(line, (start, *met.get(number, []), end), places, part)
        stops, nodes = [0.0, *at_m, float(line.length)], [start, *inside, end]
        for piece in range(len(nodes) - 1):
            own = line if len(nodes) == 2 else substring(line, stops[piece], stops[piece + 1])
            identifier = stable_id("cable", row.layer, row.id, str(copy), str(piece))
            yield Span(identifier, row.id, nodes[piece], nodes[piece + 1], True, own)


def _parts(nodes: int, routes: Sequence[Span]) -> list[int]:
    """Number of the part of the plan that each node is in: parts hang together by routes."""
    above = list(range(nodes))

    def top(node: int) -> int:
        while above[node] != node:
            above[node] = node = above[above[node]]
        return node

    for route in routes:
        above[top(route.start)] = top(route.end)
    return [top(node) for node in range(nodes)]


def _cable_ends(lines: Objects, places: Places) -> list[tuple[int, int]]:
    """Nodes at the two ends of each cable: what stands near enough, first what exists, else a node of its own."""
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    points = np.column_stack([first, last]).reshape(-1)
    chosen = np.full(len(points), -1, dtype=np.int64)
    for exists in (True, False):
        rows = [row for row, node in enumerate(places.nodes) if node.exists is exists]
        open_ends = np.flatnonzero(chosen < 0)
        own, near, _ = _nearest(points[open_ends], places.points(rows), NEAR_M)
        chosen[open_ends[own]] = np.array(rows, dtype=np.int64)[near]
    for row in np.flatnonzero(chosen < 0).tolist():
        chosen[row] = places.add(points[row].x, points[row].y, exists=True)
    for row in chosen.tolist():
        # the end of a cable is there today; a box that is proposed for it is not
        places.nodes[row].exists |= not places.nodes[row].named
    return [(int(start), int(end)) for start, end in chosen.reshape(-1, 2)]


def _nodes_on_cables(lines: Objects, places: Places, part: Sequence[int], ends: Set[int]) -> dict[int, list[int]]:
    """Nodes by the nearest cable that reaches them; of a part of the plan that none reaches, the nearest node."""
    everything = list(range(len(places.nodes)))
    met: dict[int, list[int]] = {}
    joined = {part[node] for node in everything if places.nodes[node].exists or node in ends}
    for node, cable, _ in zip(*_nearest(places.points(everything), lines, NEAR_M), strict=True):
        met.setdefault(int(cable), []).append(int(node))
        joined.add(part[node])
    waiting = [node for node in everything if part[node] not in joined]
    reached = list(zip(*_nearest(places.points(waiting), lines, JOIN_WITHIN_M), strict=True))
    for row, cable, _ in sorted(reached, key=lambda found: (found[2], found[0])):
        if part[waiting[row]] not in joined:
            met.setdefault(int(cable), []).append(waiting[row])
            joined.add(part[waiting[row]])
    return met


def _nearest(
    points: Objects, targets: Objects, within_m: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Points that have a target near enough, the nearest target of each, and how far it is, m."""
    if not len(points) or not len(targets):
        none = np.empty(0, dtype=np.int64)
        return none, none, np.empty(0)
    (own, target), away_m = shapely.STRtree(targets).query_nearest(
        points, max_distance=within_m, return_distance=True, all_matches=False
    )
    return own.astype(np.int64), target.astype(np.int64), away_m


def _cuts(
    line: shapely.LineString, nodes: Sequence[int], places: Places, part: Sequence[int]
) -> tuple[list[float], list[int]]:
    """Where to cut a cable, m from its start and increasing, and the nodes there in that order.

    The first and the last node are at its ends. Of nodes of one part of the plan that meet the cable side by side, the
    nearest is enough; a cable too short for all of them takes the first that fit.
    """
    start, *inside, end = nodes
    points = places.points(inside)
    at_m: Floats = shapely.line_locate_point(line, points)
    taken = [(0.0, part[start]), (float(line.length), part[end])]
    kept = []
    for row in np.argsort(shapely.distance(line, points), kind="stable").tolist():
        beside = any(other == part[inside[row]] and abs(at - at_m[row]) < NEAR_M for at, other in taken)
        if inside[row] not in (start, end) and not beside:
            kept.append(row)
            taken.append((float(at_m[row]), part[inside[row]]))
    order = sorted(kept, key=lambda row: (at_m[row], row))
    steps = APART_M * np.arange(1, len(order) + 1)
    cuts = np.maximum.accumulate(np.maximum(at_m[order], APART_M) - steps) + steps
    # what was pushed past the far end comes back
    cuts = np.minimum(cuts, float(line.length) - steps[::-1])
    fits = np.flatnonzero(cuts > APART_M / 2).tolist()
    return cuts[fits].tolist(), [inside[order[row]] for row in fits]
