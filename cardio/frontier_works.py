"""The works of the plans of a frontier: which point builds what, and from where on a work is in every plan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from cardio.plan_works import KINDS, PlanWorks, make_frame
from cardio.prospects import Prospects
from cardio.takeoff import cents_by_work, take_off
from optimise import Plan


def works_of_plan(prospects: Prospects, plan: Plan) -> PlanWorks:
    """Works of a plan that the program found, with the costs of its take-off."""
    town, opportunities, statement = prospects.town, prospects.opportunities, prospects.statement
    candidates, routes = opportunities.candidates, opportunities.routes
    lines = take_off(town, statement, plan)
    eur = {work: cents / 100 for work, cents in cents_by_work(lines).items()}
    options = np.array([option.name for option in opportunities.options], dtype=object)
    segments = statement.segments[plan.edges]
    names = routes.attributes["name"] if "name" in routes.attributes else pd.Series("", routes.attributes.index)
    # services have no / in their names
    connected = {line.work_id: line.work_id.split("/", 1)[0] for line in lines if line.kind == "connection"}
    xy = {
        statement.connections[service].work_id(own): points.xy[own]
        for service, points in town.demand.items()
        for own in range(len(points.label))
    }
    crs = town.study.crs
    return PlanWorks(
        make_frame(
            candidates.work_id[plan.candidates],
            options[candidates.option[plan.candidates]],
            _points(candidates.places.xy[candidates.place[plan.candidates]], crs),
            eur,
        ),
        make_frame(
            routes.segment_id[segments],
            statement.routes.method[segments],
            gpd.GeoSeries(routes.geometry[segments], crs=crs),
            eur,
            street=names.iloc[segments].fillna("").astype(str),
            length_m=routes.length_m[segments],
        ),
        make_frame(list(connected), list(connected.values()), _points([xy[work] for work in connected], crs), eur),
    )


def list_point_works(points: Sequence[Mapping[str, Any]], plans: Sequence[PlanWorks | None]) -> list[dict[str, Any]]:
    """One row a work of any point, by kind and id.

    Parameters
    ----------
    points : sequence of mapping
        ``points`` of the document.
    plans : sequence of PlanWorks or None
        Of the same points; None where a point has no plan.

    Returns
    -------
    list of dict
        id, kind, name, street, length_m, costs_eur (one a point, None where its plan does not build the work), and
        always_from: the first point of the curve from which on every plan of the curve builds it; None for none.
    """
    curve = curve_points(points)
    rows = []
    for kind in KINDS:
        tables = [None if plan is None else plan.of_kind(kind).set_index("id") for plan in plans]
        costs = [{} if table is None else table["cost_eur"].to_dict() for table in tables]
        first: dict[str, Any] = {}
        for table in tables:
            if table is not None:
                for row in table[["name", "street", "length_m"]].itertuples():
                    first.setdefault(row.Index, row)
        for work in sorted(first):
            row, eur = first[work], [own.get(work) for own in costs]
            rows.append(
                {
                    "id": work,
                    "kind": kind,
                    "name": row.name,
                    "street": row.street,
                    "length_m": None if np.isnan(row.length_m) else float(row.length_m),
                    "costs_eur": eur,
                    "always_from": _always_from([eur[number] is not None for number in curve], curve),
                }
            )
    return rows


def curve_points(points: Sequence[Mapping[str, Any]]) -> list[int]:
    """Numbers of the points of the curve that have a plan, by increasing coverage: the study's own may lie off it."""
    return [number for number, row in enumerate(points) if row["value"] is not None and row["kind"] != "study"]


def sum_changes(points: Sequence[Mapping[str, Any]], works: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each point of the curve builds, and what changes from the point before it.

    Returns
    -------
    list of dict
        point, before (number of the point before it; None for the first); built, comes (not built before), goes (no
        longer built) and always (in this plan and those of all further points): each count, routes_m and capex_eur.
    """
    curve = curve_points(points)
    rows = []
    for place, number in enumerate(curve):
        before = curve[place - 1] if place else None
        built = [work for work in works if work["costs_eur"][number] is not None]
        there = [] if before is None else [work for work in works if work["costs_eur"][before] is not None]
        rows.append(
            {
                "point": number,
                "before": before,
                "built": _sum(built, number),
                "comes": _sum([work for work in built if before is None or work["costs_eur"][before] is None], number),
                "goes": _sum([work for work in there if work["costs_eur"][number] is None], before),
                "always": _sum(
                    [work for work in built if work["always_from"] is not None and work["always_from"] <= number],
                    number,
                ),
            }
        )
    return rows


def _sum(works: Sequence[Mapping[str, Any]], point: int | None) -> dict[str, Any]:
    """Count, metres of routes and capex of works, as a point pays them."""
    return {
        "count": len(works),
        "routes_m": round(math.fsum(work["length_m"] or 0.0 for work in works), 2),
        "capex_eur": sum(round(work["costs_eur"][point] * 100) for work in works) / 100,
    }


def _always_from(has: Sequence[bool], curve: Sequence[int]) -> int | None:
    first = len(has)
    while first and has[first - 1]:
        first -= 1
    return curve[first] if first < len(has) else None


def _points(xy: Any, crs: str) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapely.points(np.asarray(xy, dtype=float).reshape(-1, 2)), crs=crs)
