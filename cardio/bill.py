"""The take-off as a frame: each line with how, on what, for whom and where its work is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from cardio.phasing import calendar_years
from cardio.prospects import Prospects
from cardio.takeoff import line_phases
from costing import Line, bill_of_quantities
from gis_layers import as_text
from network_model import name_zones
from optimise import Plan

ZONE_KIND = "zone"
Objects = npt.NDArray[np.object_]


class _About(NamedTuple):
    """What a line inherits from its work."""

    method: str
    surface: str
    services: str
    zone: str


def bill_frame(
    prospects: Prospects,
    lines: Sequence[Line],
    plan: Plan | None,
    *,
    sites: gpd.GeoDataFrame,
    routes: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """Bill of quantities, one row a line of the take-off.

    Parameters
    ----------
    sites, routes, demand : GeoDataFrame
        As `cardio.frames` makes them.

    Returns
    -------
    DataFrame
        As `costing.bill_of_quantities`, and: ``year`` (Int64); ``method``, the laying method of a route, the option of
        a site, the service of a connection; ``surface``, the value of the column that decides the price of that laying
        method; ``services`` that use the work, comma separated; ``zone``, of the first zone layer of the study, that
        holds the site, the middle of the segment or the demand point. Texts are empty where there is nothing to say.
    """
    study = prospects.town.study
    phases = np.empty(0, dtype=np.int64) if plan is None else line_phases(prospects.town, prospects.statement, plan)
    works = _works(prospects, plan, sites, routes, demand)
    about = pd.DataFrame([works[line.kind, line.work_id] for line in lines], columns=list(_About._fields), dtype=object)
    bill = bill_of_quantities(lines).assign(year=calendar_years(study, phases, len(lines)))
    return pd.concat([bill, about], axis=1)


def _works(
    prospects: Prospects,
    plan: Plan | None,
    sites: gpd.GeoDataFrame,
    routes: gpd.GeoDataFrame,
    demand: gpd.GeoDataFrame,
) -> Mapping[tuple[str, str], _About]:
    """Kind and id of each work -> what its lines inherit."""
    middles = shapely.line_interpolate_point(routes.geometry.to_numpy(), 0.5, normalized=True)
    surfaces = _surfaces(prospects, plan)
    places = np.concatenate([sites.geometry.to_numpy(), middles, demand.geometry.to_numpy()])
    zones = _zones(prospects, places)
    parts = np.split(zones, np.cumsum([len(sites), len(routes)]))
    rows = (
        _rows(sites, "id", "option", "service", parts[0]),
        _rows(routes, "id", "method", "services", parts[1]),
        _rows(demand, "id", "service", "service", parts[2]),
    )
    return {
        **{("site", name): _About(option, "", service, zone) for name, option, service, zone in rows[0]},
        **{
            ("route", name): _About(method, surface, services, zone)
            for (name, method, services, zone), surface in zip(rows[1], surfaces, strict=True)
        },
        **{
            ("connection", f"{service}/{name}"): _About(service, "", service, zone)
            for name, service, _, zone in rows[2]
        },
    }


def _rows(frame: gpd.GeoDataFrame, *columns: str | Objects) -> list[tuple[str, ...]]:
    """Rows of texts from columns of a frame and arrays."""
    lists = (frame[column].tolist() if isinstance(column, str) else column.tolist() for column in columns)
    return list(zip(*lists, strict=True))


def _zones(prospects: Prospects, places: Objects) -> Objects:
    """Name of the zone that holds each point, by the first zone layer of the study; empty for none."""
    layers = [layer for layer in prospects.town.layers.values() if layer.kind == ZONE_KIND]
    if not layers:
        return np.full(len(places), "", dtype=object)
    return name_zones(layers[0], shapely.get_coordinates(places))


def _surfaces(prospects: Prospects, plan: Plan | None) -> list[str]:
    """Value of the column that decides the price, for each planned route; empty where the method has none."""
    if plan is None:
        return []
    statement = prospects.statement
    rows = statement.segments[plan.edges]
    surface = np.full(len(rows), "", dtype=object)
    methods = statement.routes.method[rows]
    for way in prospects.town.study.laying:
        own = methods == way.name
        if way.by_column is not None and own.any():
            values = prospects.opportunities.routes.attributes[way.by_column].to_numpy(dtype=object)
            surface[own] = as_text(values)[rows[own]]
    texts: list[str] = surface.tolist()
    return texts
