"""The fibre network of a plan as nodes and the spans between them; cables are cut where a node lies on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
SITE_WITHIN_M = 100.0
"""A site without a route of its own is joined to the existing network where it stands: at most so far from a cable."""
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
    sites = [
        places.add(point.x, point.y, "site", row.id, exists=False, name=row.id, kind=row.option, year=_year(row.year))
        for row, point in zip(fibre.itertuples(), fibre.geometry, strict=True)
    ]
    spans = list(_route_spans(plan.routes, places))
    joined = {end for span in spans for end in (span.start, span.end)}
    spans = [*_cable_spans(cables, places, [site for site in sites if site not in joined]), *spans]
    return places.nodes, spans


def _year(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _route_spans(routes: gpd.GeoDataFrame, places: Places) -> Iterable[Span]:
    for row, line in zip(routes.itertuples(), routes.geometry, strict=True):
        year = _year(row.year)
        start, end = (places.add(*line.coords[corner][:2], exists=False, year=year) for corner in (0, -1))
        details = ": ".join(filter(None, (row.method, row.price_keys)))
        yield Span(stable_id("route", row.id), row.id, start, end, False, line, year, details)


def _cable_spans(cables: gpd.GeoDataFrame, places: Places, waiting: Sequence[int]) -> Iterable[Span]:
    """Cables from node to node; `waiting` are sites that no route reaches."""
    lines: Objects = cables.geometry.to_numpy()
    ends = _cable_ends(lines, places)
    met = _nodes_on_cables(lines, places, waiting)
    seen: dict[tuple[str, str], int] = {}
    for number, (row, line) in enumerate(zip(cables.itertuples(), lines, strict=True)):
        part = seen[row.layer, row.id] = seen.get((row.layer, row.id), -1) + 1
        start, end = ends[number]
        inside = [node for node in met.get(number, []) if node not in (start, end)]
        at_m, inside = _cuts(line, inside, places)
        stops, nodes = [0.0, *at_m, float(line.length)], [start, *inside, end]
        for piece in range(len(nodes) - 1):
            own = line if len(nodes) == 2 else substring(line, stops[piece], stops[piece + 1])
            identifier = stable_id("cable", row.layer, row.id, str(part), str(piece))
            yield Span(identifier, row.id, nodes[piece], nodes[piece + 1], True, own)


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
    return [(int(start), int(end)) for start, end in chosen.reshape(-1, 2)]


def _nodes_on_cables(lines: Objects, places: Places, waiting: Sequence[int]) -> dict[int, list[int]]:
    """Nodes by the nearest cable that reaches them."""
    everything = range(len(places.nodes))
    met: dict[int, list[int]] = {}
    taken: set[int] = set()
    for rows, within_m in ((everything, NEAR_M), (waiting, SITE_WITHIN_M)):
        open_rows = [row for row in rows if row not in taken]
        own, cable, _ = _nearest(places.points(open_rows), lines, within_m)
        for node, number in zip(own.tolist(), cable.tolist(), strict=True):
            met.setdefault(number, []).append(open_rows[node])
            taken.add(open_rows[node])
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


def _cuts(line: shapely.LineString, nodes: Sequence[int], places: Places) -> tuple[list[float], list[int]]:
    """Where to cut a cable for the nodes on it, m from its start and increasing, and the nodes in that order.

    A cable too short for all of them takes the first that fit.
    """
    if not nodes:
        return [], []
    at_m = shapely.line_locate_point(line, places.points(nodes))
    order = np.argsort(at_m, kind="stable")
    steps = APART_M * np.arange(1, len(nodes) + 1)
    cuts = np.maximum.accumulate(np.maximum(at_m[order], APART_M) - steps) + steps
    # the same from the far end: what was pushed past it comes back
    latest = float(line.length) - APART_M * np.arange(len(nodes), 0, -1)
    cuts = np.minimum(cuts, latest)
    fits = cuts > 0.0
    return cuts[fits].tolist(), [nodes[row] for row in order[fits].tolist()]
