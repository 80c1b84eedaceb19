"""Tables of an open-data folder: what a policy lets out of a plan, and a log of what it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from cardio.export_policy import DemandSection, Policy
from cardio.exporters.layer_fields import LAYER_FIELDS, NUMBER, TEXT, LayerField
from cardio.exporters.open_data_counts import Joined, is_small, join_small, join_squares
from cardio.exporters.open_data_fields import DEFAULT_FIELDS, JUNCTIONS
from cardio.plan_folder import PlanFolder
from gis_layers import StudyError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GROUPS = ("served_today", "newly_served", "unserved")
COUNT = "int64"
KINDS_OF_PEOPLE = frozenset({"population_cell", "address", "footfall_zone"})
"""Kinds of layers whose rows are people, or the homes of some."""
DEMAND_FIELDS: Mapping[str, LayerField] = {
    "area": LayerField(TEXT, "Zone ou carreau", "Zone or square"),
    "name": LayerField(TEXT, "Nom", "Name"),
    "areas": LayerField(COUNT, "Zones ou carreaux réunis", "Zones or squares joined"),
    "service": LayerField(TEXT, "Service", "Service"),
    "weight": LayerField(NUMBER, "Poids (personnes, places, lieux)", "Weight (people, places, premises)"),
    "served_today": LayerField(NUMBER, "Poids desservi aujourd’hui", "Weight served today"),
    "newly_served": LayerField(NUMBER, "Poids desservi grâce au projet", "Weight newly served by the plan"),
    "unserved": LayerField(NUMBER, "Poids non desservi", "Weight still unserved"),
}
OUTSIDE, REST = "outside", "rest"
"""Areas without a place of their own: outside every zone, and all that was joined."""


@dataclass(frozen=True)
class Suppressed:
    """A line of the log: from which table, what, how many rows (None: a whole field), and why."""

    table: str
    item: str
    rows: int | None
    reason: str


@dataclass
class OpenTables:
    """What is published.

    Attributes
    ----------
    tables : dict
        Name -> rows with the published columns, in the study CRS.
    fields : dict
        Name -> column -> field.
    suppressed : list of Suppressed
    """

    tables: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    fields: dict[str, Mapping[str, LayerField]] = field(default_factory=dict)
    suppressed: list[Suppressed] = field(default_factory=list)

    def leave_out(self, table: str, item: str, rows: int | None, reason: str) -> None:
        """Log what is not published."""
        self.suppressed.append(Suppressed(table, item, rows, reason))


def select_tables(plan: PlanFolder, zones: gpd.GeoDataFrame, demand: gpd.GeoDataFrame, policy: Policy) -> OpenTables:
    """Select what the policy publishes.

    Raises
    ------
    StudyError
        The policy names a service or a layer of zones that the plan does not have.
    """
    out = OpenTables()
    _add_fields(out, "sites", _public_sites(out, plan, policy), policy.fields.sites)
    _add_fields(out, "routes", plan.routes, policy.fields.routes)
    _add_fields(out, "zones", zones, policy.fields.zones)
    for name, frame in (("existing", plan.existing), ("findings", None)):
        out.leave_out(name, "*", None if frame is None else len(frame), "never_published")
    if policy.demand is None:
        out.leave_out("demand", "*", len(demand), "no_rule_for_demand")
    else:
        _refuse_people(plan.summary, policy.demand)
        _add_demand(out, zones, demand, policy.demand)
    return out


def _add_fields(out: OpenTables, name: str, frame: gpd.GeoDataFrame, wanted: tuple[str, ...] | None) -> None:
    chosen = DEFAULT_FIELDS[name] if wanted is None else wanted
    for column in LAYER_FIELDS[name]:
        if column not in chosen:
            out.leave_out(name, column, None, "not_listed")
    if chosen:
        out.fields[name] = {column: LAYER_FIELDS[name][column] for column in LAYER_FIELDS[name] if column in chosen}
        out.tables[name] = frame[[*out.fields[name], frame.geometry.name]].reset_index(drop=True)


def _public_sites(out: OpenTables, plan: PlanFolder, policy: Policy) -> gpd.GeoDataFrame:
    """Sites whose place is of a kind that may be shown."""
    kinds = {str(layer["name"]): str(layer["kind"]) for layer in plan.summary["layers"]} | {JUNCTIONS: JUNCTIONS}
    kind = plan.sites["place_layer"].map(kinds).fillna("")
    for hidden, rows in plan.sites[~kind.isin(policy.place_kinds)].groupby("place_layer"):
        out.leave_out("sites", str(hidden), len(rows), "private_place")
    return plan.sites[kind.isin(policy.place_kinds)]


def _refuse_people(summary: Mapping[str, Any], rule: DemandSection) -> None:
    """Refuse a service said to count no people whose demand is people or homes: its table would tell what is hidden."""
    kinds = {str(layer["name"]): str(layer["kind"]) for layer in summary["layers"]}
    layers = {str(row["name"]): str(row["demand"]) for row in summary["services"]}
    counted = {str(row["name"]) for row in summary["services"] if row["weight"] == "people"}
    counted |= {name for name, layer in layers.items() if kinds.get(layer) in KINDS_OF_PEOPLE}
    shared = {layers[name] for name in layers if name not in rule.not_people}
    for name in rule.not_people:
        if name in counted or layers.get(name) in shared:
            raise StudyError(
                f"demand.not_people: {name} counts people, or the demand of a service of people (layer {layers[name]})",
                "take it out of not_people: it is then published in areas with enough people",
            )


def _add_demand(out: OpenTables, zones: gpd.GeoDataFrame, demand: gpd.GeoDataFrame, rule: DemandSection) -> None:
    services = sorted(set(demand["service"]))
    if unknown := sorted(set(rule.not_people) - set(services)):
        raise StudyError(
            f"demand.not_people: the plan has no service {unknown[0]}", f"its services: {', '.join(services)}"
        )
    if rule.zones is not None and rule.zones not in set(zones["layer"]):
        raise StudyError(
            f"demand.zones: the plan has no zones of a layer {rule.zones}",
            f"it has those of: {', '.join(sorted(set(zones['layer']))) or 'none'}; or give grid_m",
        )
    areas, of_point = _zone_areas(zones, demand, rule.zones) if rule.zones else _squares(demand, rule.grid_m or 0.0)
    counts = {name: _count(demand, of_point, name, len(areas)) for name in services}
    people = [name for name in services if name not in rule.not_people]
    for name in [name for name in people if is_small(counts[name].sum(axis=0), rule.least_count)]:
        out.leave_out("demand", name, len(areas), "service_too_small")
        people.remove(name)
    rows = [_rows(areas, name, counts[name], decimals=3) for name in services if name in rule.not_people]
    if people:
        joined = _join(areas, np.hstack([counts[name] for name in people]), rule)
        published = _publish(areas, joined)
        both = np.vstack([joined.counts, joined.rest])[: len(published)]
        parts = np.split(both, len(people), axis=1)
        rows += [_rows(published, name, part, decimals=0) for name, part in zip(people, parts, strict=True)]
        _log_joined(out, areas, joined)
    out.leave_out("demand", "*", len(demand), "points_of_demand")
    out.fields["demand"] = DEMAND_FIELDS
    table = pd.concat(rows, ignore_index=True) if rows else areas.iloc[:0].reindex(columns=[*DEMAND_FIELDS, "geometry"])
    out.tables["demand"] = gpd.GeoDataFrame(table, geometry="geometry", crs=demand.crs)


def _join(areas: gpd.GeoDataFrame, counts: Floats, rule: DemandSection) -> Joined:
    """Join areas for all services of people at once: the same areas, or they could be subtracted from each other."""
    if rule.zones is not None:
        return join_small(counts, rule.least_count)
    squares = join_squares(
        areas["column"].to_numpy(), areas["row"].to_numpy(), counts.astype(np.float64), rule.least_count
    )
    return join_small(counts, rule.least_count, squares)


def _log_joined(out: OpenTables, areas: gpd.GeoDataFrame, joined: Joined) -> None:
    size = np.bincount(joined.area[joined.area >= 0], minlength=len(joined.counts))
    touched = (joined.area < 0) | (size[np.maximum(joined.area, 0)] > 1)
    for name, small in zip(areas["area"][touched], joined.small[touched], strict=True):
        out.leave_out("demand", str(name), 1, "below_least_count" if small else "protects_others")


def _publish(areas: gpd.GeoDataFrame, joined: Joined) -> gpd.GeoDataFrame:
    """Areas as they are published, those joined as one shape."""
    rows: list[dict[str, Any]] = []
    numbers = [*range(len(joined.counts)), *([-1] if (joined.area < 0).any() else [])]
    for number in numbers:
        own = areas[joined.area == number]
        first = own.iloc[0]
        alone = len(own) == 1 and number >= 0
        rows.append(
            {
                "area": REST if number < 0 else str(first["area"]) if alone else f"{first['area']}+{len(own) - 1}",
                "name": str(first["name"]) if alone else "",
                "areas": len(own),
                "geometry": shapely.union_all(own.geometry.dropna().to_numpy()) if own.geometry.notna().any() else None,
            }
        )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=areas.crs)


def _rows(areas: gpd.GeoDataFrame, service: str, counts: Floats, *, decimals: int) -> gpd.GeoDataFrame:
    """Rows of one service; its weight is the sum of its rounded groups, so that nothing hides in a rounding."""
    rounded = np.round(counts, decimals)
    columns = {"service": service, "weight": rounded.sum(axis=1), **dict(zip(GROUPS, rounded.T, strict=True))}
    frame = areas.assign(**columns)[[*DEMAND_FIELDS, "geometry"]]
    return frame[frame["weight"] > 0]


def _count(demand: gpd.GeoDataFrame, of_point: Ints, service: str, count: int) -> Floats:
    """Weight by area and group, (areas, 3)."""
    own = (demand["service"] == service).to_numpy()
    before, after = demand["before"].to_numpy(dtype=bool), demand["after"].to_numpy(dtype=bool)
    weight = demand["weight"].to_numpy(dtype=np.float64)
    groups = (before, after & ~before, ~after & ~before)
    return np.column_stack(
        [np.bincount(of_point[own & group], weight[own & group], minlength=count) for group in groups]
    )


def _zone_areas(zones: gpd.GeoDataFrame, demand: gpd.GeoDataFrame, layer: str) -> tuple[gpd.GeoDataFrame, Ints]:
    """Zones of a layer, then what is outside all; and the number of each point's zone, the first that holds it."""
    own = zones[zones["layer"] == layer].drop_duplicates("id").reset_index(drop=True)
    tree = shapely.STRtree(own.geometry.to_numpy())
    points, holders = tree.query(demand.geometry.to_numpy(), predicate="intersects")
    of_point = np.full(len(demand), len(own), dtype=np.int64)
    np.minimum.at(of_point, points, holders)
    areas = gpd.GeoDataFrame(
        {"area": [*own["id"], OUTSIDE], "name": [*own["name"], ""], "areas": 1},
        geometry=[*own.geometry, None],
        crs=demand.crs,
    )
    return areas, of_point


def _squares(demand: gpd.GeoDataFrame, side_m: float) -> tuple[gpd.GeoDataFrame, Ints]:
    """Squares of a grid from the origin of the study CRS that hold demand, and the number of each point's square."""
    place = np.floor(shapely.get_coordinates(demand.geometry.to_numpy()) / side_m).astype(np.int64)
    cells, of_point = np.unique(place, axis=0, return_inverse=True)
    corner = cells * side_m
    names = [f"{side_m:.10g}mN{y:.10g}E{x:.10g}" for x, y in corner.tolist()]
    areas = gpd.GeoDataFrame(
        {"area": names, "name": "", "areas": 1, "column": cells[:, 0], "row": cells[:, 1]},
        geometry=shapely.box(corner[:, 0], corner[:, 1], corner[:, 0] + side_m, corner[:, 1] + side_m),
        crs=demand.crs,
    )
    return areas, of_point.reshape(-1)
