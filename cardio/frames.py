"""Frames of what is there and who is served: the part of a deliverable that exists with or without a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from cardio.phasing import calendar_years, first_link_phases
from cardio.sharing import Sharing
from cardio.statement import Statement
from cardio.takeoff import cents_by_work
from cardio.town import Town
from cardio.why import Reasons
from costing import Line, Price
from network_model import Opportunities, TargetCoverage, distinct_places, nearest_places, nth_distance_m
from optimise import Plan, reachable_places

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def site_frame(
    town: Town,
    opportunities: Opportunities,
    lines: Sequence[Line],
    plan: Plan | None,
    reasons: Reasons | None,
    sharing: Sharing | None,
) -> gpd.GeoDataFrame:
    """Equipment of the plan, one row a site; empty without a plan."""
    candidates = opportunities.candidates
    built = plan.candidates if plan is not None else np.empty(0, dtype=np.int64)
    options = [opportunities.options[number] for number in candidates.option[built].tolist()]
    place = candidates.place[built]
    identifiers = candidates.work_id[built]
    return gpd.GeoDataFrame(
        {
            "id": identifiers.astype(str),
            "option": [option.name for option in options],
            "service": [option.service for option in options],
            "backhaul": [option.backhaul or "none" for option in options],
            "place_layer": candidates.places.layer[place].astype(str),
            "place_id": candidates.places.feature_id[place].astype(str),
            "cost_eur": _costs_eur(lines, identifiers.tolist()),
            "share_eur": sharing.share_cents / 100 if sharing is not None else np.empty(0),
            "standalone_eur": sharing.standalone_cents / 100 if sharing is not None else np.empty(0),
            "serves_weight": reasons.served_by_candidate if reasons is not None else np.empty(0),
            "why": reasons.site_words if reasons is not None else [],
            "year": calendar_years(town.study, plan.candidate_year if plan is not None else built, len(built)),
        },
        geometry=shapely.points(candidates.places.xy[place].reshape(-1, 2)),
        crs=town.study.crs,
    )


def route_frame(
    town: Town,
    opportunities: Opportunities,
    statement: Statement | None,
    lines: Sequence[Line],
    plan: Plan | None,
    reasons: Reasons | None,
    sharing: Sharing | None,
) -> gpd.GeoDataFrame:
    """Digs of the plan, one row a segment; empty without a plan."""
    routes = opportunities.routes
    if plan is None or statement is None or reasons is None:
        rows = np.empty(0, dtype=np.int64)
        method, services, why = [], [], []
    else:
        rows = statement.segments[plan.edges]
        method = statement.routes.method[rows].tolist()
        services, why = reasons.route_services, reasons.route_words
    identifiers = routes.segment_id[rows]
    attributes = routes.attributes.iloc[rows]
    street = attributes["name"].fillna("").astype(str).tolist() if "name" in attributes else [""] * len(rows)
    return gpd.GeoDataFrame(
        {
            "id": identifiers.astype(str),
            "method": np.asarray(method, dtype=object),
            "price_keys": _price_keys(lines, identifiers.tolist()),
            "street": street,
            "length_m": np.round(routes.length_m[rows], 2),
            "cost_eur": _costs_eur(lines, identifiers.tolist()),
            "services": services,
            "shares": sharing.route_shares if sharing is not None else [],
            "why": why,
            "year": calendar_years(town.study, plan.edge_year if plan is not None else rows, len(rows)),
        },
        geometry=routes.geometry[rows],
        crs=town.study.crs,
    )


def demand_frame(
    town: Town, statement: Statement | None, opportunities: Opportunities, lines: Sequence[Line], plan: Plan | None
) -> gpd.GeoDataFrame:
    """Demand points of every service with who serves them before and after; `after` is today's without a plan."""
    newly = served_today_and_after(town, statement, plan)
    linked = np.empty(0, dtype=np.int64)
    if town.study.phases and plan is not None and statement is not None:
        linked = first_link_phases(statement, plan)
    places = None if statement is None else reachable_places(statement.problem)
    frames = []
    for name, points in town.demand.items():
        before, after = newly[name]
        reachable = before > 0
        own = linked
        if linked.size and statement is not None:
            own = linked[statement.first_demand[name] :][: len(before)]
        if statement is not None and places is not None:
            first = statement.first_demand[name]
            reachable = places[first : first + len(before)] > 0
        frames.append(
            pd.DataFrame(
                {
                    "id": points.label.astype(str),
                    "name": _names(town, name, points.label.astype(str).tolist()),
                    "service": name,
                    "weight": points.weight,
                    "before": before > 0,
                    "after": after > 0,
                    "reachable": reachable,
                    "provider": _providers(town, statement, opportunities, plan, name),
                    "nearest_m": _nearest_m(town, name),
                    "connection_eur": _connections_eur(town, statement, lines, name),
                    "year": calendar_years(town.study, own, len(before)),
                    "x": points.xy[:, 0],
                    "y": points.xy[:, 1],
                }
            )
        )
    table = pd.concat(frames, ignore_index=True)
    return gpd.GeoDataFrame(
        table.drop(columns=["x", "y"]), geometry=gpd.points_from_xy(table["x"], table["y"]), crs=town.study.crs
    )


def _names(town: Town, service: str, labels: Sequence[str]) -> list[str]:
    """Name that the survey gives to the thing that each demand point is; empty for a part of one, or without names."""
    frame = town.layers[town.study.services[service].demand_layer].frame
    if "name" not in frame:
        return [""] * len(labels)
    names = dict(zip(frame["id"].astype(str), frame["name"].fillna("").astype(str), strict=True))
    return [names.get(label, "") for label in labels]


def _nearest_m(town: Town, service: str) -> Floats:
    """Distance of each demand point to the nearest provider of today, as its service measures: m, nan for none."""
    places, rule = town.places[service], town.study.services[service].reach.rule
    nearest = nearest_places(
        town.graph,
        places,
        town.demand[service],
        distinct_places(places),
        along_network=rule == "along_network",
    )
    return nth_distance_m(nearest, 1)


def served_today_and_after(town: Town, statement: Statement | None, plan: Plan | None) -> dict[str, tuple[Ints, Ints]]:
    """Number of distinct providers of each demand point, today and with the plan, by service."""
    counts = {}
    for name, before in town.providers.items():
        after = before.copy()
        if plan is not None and statement is not None:
            own = plan.served[:, 0] - statement.first_demand[name]
            inside = (own >= 0) & (own < len(before))
            np.maximum.at(after, own[inside], plan.served[inside, 1])
        counts[name] = (before, after)
    return counts


def zone_frame(town: Town, coverage: Sequence[TargetCoverage], years: Sequence[int | None] = ()) -> gpd.GeoDataFrame:
    """Zones in which a target holds, one row a zone and target; `years` tells when each is met, with phases."""
    layer_of = {target.name: target.zone_layer or target.in_each for target in town.study.targets}
    rows, shapes = [], []
    for row, year in zip(coverage, years or [None] * len(coverage), strict=True):
        layer = layer_of[row.scope.target]
        if layer is None or row.scope.zone is None:
            continue
        frame = town.layers[layer].frame
        shapes.append(shapely.union_all(frame.loc[frame["id"] == row.scope.zone, "geometry"].to_numpy()))
        rows.append(
            {
                "layer": layer,
                "id": row.scope.zone,
                "name": row.scope.zone_name or row.scope.zone,
                "target": row.scope.target,
                "required": row.scope.required,
                "before": row.before,
                "after": row.before if row.after is None else row.after,
                "reachable": row.reachable,
                "met": row.met,
                "year": year,
            }
        )
    columns = ["layer", "id", "name", "target", "required", "before", "after", "reachable", "met", "year"]
    table = pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})
    return gpd.GeoDataFrame(table, geometry=shapes, crs=town.study.crs)


def existing_frame(town: Town) -> gpd.GeoDataFrame:
    """Everything read that is a network or carries one: routes, ducts, backbone, providers and places for equipment."""
    study = town.study
    shown = [*study.routes, *study.backbone]
    shown += [laying.along for laying in study.laying if laying.along]
    shown += [name for service in study.services.values() for name in service.provided_by]
    shown += [name for option in study.options for name in option.sites if name in town.layers]
    demand_layers = {service.demand_layer for service in study.services.values()}
    frames = []
    for name in dict.fromkeys(shown):
        if name in demand_layers and name not in study.backbone:
            continue
        layer = town.layers[name]
        frames.append(
            pd.DataFrame(
                {
                    "layer": name,
                    "kind": layer.kind,
                    "id": layer.frame["id"].astype(str),
                    "name": layer.frame.get("name"),
                    "source_row": layer.frame["source_row"],
                    "geometry": layer.frame.geometry,
                }
            )
        )
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=study.crs)


def _costs_eur(lines: Sequence[Line], identifiers: Sequence[str]) -> list[float]:
    cents: Mapping[str, int] = cents_by_work(lines)
    return [cents.get(identifier, 0) / 100 for identifier in identifiers]


def _price_keys(lines: Sequence[Line], identifiers: Sequence[str]) -> list[str]:
    keys: dict[str, list[str]] = {}
    for line in lines:
        keys.setdefault(line.work_id, []).append(line.price.key)
    return [", ".join(dict.fromkeys(keys.get(identifier, []))) for identifier in identifiers]


def _connections_eur(town: Town, statement: Statement | None, lines: Sequence[Line], service: str) -> list[float]:
    if statement is None:
        return [0.0] * len(town.demand[service].label)
    cents = cents_by_work([line for line in lines if line.kind == "connection"])
    return [
        cents.get(statement.connections[service].work_id(own), 0) / 100
        for own in range(len(town.demand[service].label))
    ]


def _providers(
    town: Town, statement: Statement | None, opportunities: Opportunities, plan: Plan | None, service: str
) -> list[str]:
    names = ["existing" if count else "" for count in town.providers[service].tolist()]
    if plan is not None and statement is not None:
        first = statement.first_demand[service]
        for demand, candidate in plan.links.tolist():
            if 0 <= demand - first < len(names):
                names[demand - first] = str(opportunities.candidates.work_id[candidate])
    return names


def price_frame(lines: Sequence[Line]) -> pd.DataFrame:
    """Price rows that the plan uses, in order of first use."""
    return _price_rows({line.price.key: line.price for line in lines})


def running_price_frame(lines: Sequence[Line]) -> pd.DataFrame:
    """Rows of running costs of what the plan builds, in order of first use; columns as `price_frame`."""
    return _price_rows({row.key: row for line in lines for row in line.price.opex})


PRICE_COLUMNS = (
    *("key", "label", "unit", "low_eur", "typical_eur", "high_eur", "assumed", "grade", "source", "dated", "obsolete"),
    *("opex", "no_opex", "lifetime_years", "vat_rate", "vat_regime", "account", "family", "lot", "brackets"),
)


def _price_rows(prices: Mapping[str, Price]) -> pd.DataFrame:
    rows = [
        {
            **{column: getattr(price, column) for column in PRICE_COLUMNS},
            "dated": None if price.dated is None else price.dated.isoformat(),
            "opex": ", ".join(row.key for row in price.opex),
        }
        for price in prices.values()
    ]
    return pd.DataFrame(rows, columns=list(PRICE_COLUMNS), dtype=object)
