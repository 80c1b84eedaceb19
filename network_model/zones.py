"""Which demand counts for which target: zones expanded to one scope each."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from gis_layers import Finding, Layer, StudyError, nothing_usable
from network_model.coverage import TargetScope
from network_model.graph import Bools, Floats, Ints, Objects
from network_model.service import Demand, Service, Target


def expand_targets(
    targets: Sequence[Target],
    services: Mapping[str, Service],
    demand_by_service: Mapping[str, Demand],
    layers: Mapping[str, Layer],
) -> tuple[tuple[TargetScope, ...], tuple[Finding, ...]]:
    """List the shares to reach: one scope for a town or a zone, one for each zone of an ``in_each`` layer.

    A demand point belongs to one zone of a layer at most: the first of its file that holds the point, boundary
    included. Zones without weight stay, met, with a note, or a warning where demand was surveyed there that cannot be
    used; demand outside every zone of an ``in_each`` layer is a note.

    Parameters
    ----------
    targets : sequence of Target
    services : mapping of str to Service
    demand_by_service : mapping of str to Demand
    layers : mapping of str to Layer

    Raises
    ------
    StudyError
        A zone layer without polygons, an unknown zone, or a name that several zones bear.
    SurveyError
        A zone layer of whose file no row can be used.
    """
    scopes: list[TargetScope] = []
    findings: list[Finding] = []
    for target in targets:
        service, demand = services[target.service], demand_by_service[target.service]
        layer_name = target.in_each or target.zone_layer
        if layer_name is None:
            scopes.append(_scope(target, demand, np.arange(len(demand.weight)), None, None))
            continue
        layer = layers[layer_name]
        zones = _locate(layer, demand.xy)
        unusable = _locate(layer, _unusable_xy(layers[service.demand_layer], demand)).of_point
        lost = np.bincount(unusable[unusable >= 0], minlength=len(zones.ids))
        findings += _report_overlap(layer, service, demand, zones.overlap)
        if target.in_each:
            findings += _report_outside(layer, service, demand, zones.of_point < 0)
        for zone in range(len(zones.ids)) if target.in_each else [_find_zone(target, layer, zones)]:
            inside = np.flatnonzero(zones.of_point == zone)
            scopes.append(_scope(target, demand, inside, zones.ids[zone], zones.names[zone]))
            if scopes[-1].total == 0:
                findings.append(_report_empty(target, layer, zones.ids[zone], zones.names[zone], int(lost[zone])))
    return tuple(scopes), tuple(dict.fromkeys(findings))


def name_zones(layer: Layer, xy: Floats) -> Objects:
    """(n,) name of the zone of a layer that holds each point, the first of its file, boundary included; empty for none.

    Parameters
    ----------
    layer : Layer
    xy : (n, 2) float
        m.
    """
    if not (shapely.get_dimensions(np.asarray(layer.frame.geometry.array, object)) == 2).any():
        return np.full(len(xy), "", dtype=object)
    zones = _locate(layer, xy)
    names: Objects = np.array([*zones.names, ""], dtype=object)[zones.of_point]
    return names


class _Zones(NamedTuple):
    """Ids and names of Z zones in file order; for each point its zone or -1, and whether several hold it."""

    ids: list[str]
    names: list[str]
    of_point: Ints
    overlap: Bools


def _scope(target: Target, demand: Demand, inside: Ints, zone: str | None, zone_name: str | None) -> TargetScope:
    return TargetScope(
        target=target.name,
        service=target.service,
        zone=zone,
        zone_name=zone_name,
        required=target.at_least,
        providers=target.providers,
        demand=inside.astype(np.int64),
        weight=demand.weight[inside],
    )


def _locate(layer: Layer, xy: Floats) -> _Zones:
    """Find the zone of each point; the parts of one row of the file are one zone."""
    outline = np.asarray(layer.frame.geometry.array, object)
    is_area = shapely.get_dimensions(outline) == 2
    if not is_area.any():
        raise nothing_usable(
            f"layer {layer.name!r} ({layer.path}) is named as zones and holds no polygon",
            [layer],
            "name a layer of polygons",
        )
    frame = layer.frame[is_area]
    zone_of_part, source_rows = pd.factorize(frame["source_row"], sort=True)
    zones = frame.iloc[np.unique(zone_of_part, return_index=True)[1]]
    points, tree = shapely.points(xy), shapely.STRtree(outline[is_area])
    point, part = tree.query(points, predicate="intersects")
    of_point = np.full(len(points), len(source_rows), dtype=np.int64)
    np.minimum.at(of_point, point, zone_of_part[part])
    of_point[of_point == len(source_rows)] = -1
    ids = zones["id"].astype(str)
    names = zones["name"].fillna(ids).astype(str) if "name" in zones.columns else ids
    strictly_inside = np.bincount(tree.query(points, predicate="within")[0], minlength=len(points))
    return _Zones(ids.to_list(), names.to_list(), of_point, strictly_inside > 1)


def _find_zone(target: Target, layer: Layer, zones: _Zones) -> int:
    """Find one zone by id, else by name."""
    wanted = str(target.zone_name)
    matches = [zone for zone, identity in enumerate(zones.ids) if identity == wanted]
    matches = matches or [zone for zone, name in enumerate(zones.names) if name == wanted]
    if len(matches) == 1:
        return matches[0]
    where = f"targets.{target.name}: layer {layer.name!r} ({layer.path})"
    if matches:
        listed = ", ".join(repr(zones.ids[each]) for each in matches)
        raise StudyError(f"{where} has {len(matches)} zones called {wanted!r}", f"name one by its id: {listed}")
    known = list(dict.fromkeys([*zones.names, *zones.ids]))
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.4) or known[:3]
    raise StudyError(f"{where} has no zone {wanted!r}", f"the nearest are {', '.join(repr(each) for each in near)}")


def _report_overlap(layer: Layer, service: Service, demand: Demand, overlap: Bools) -> list[Finding]:
    if not overlap.any():
        return []
    return [
        Finding(
            "warning",
            "zones-overlap",
            layer.name,
            layer.path,
            message=f"{int(overlap.sum())} demand points of {service.name}, weight {demand.weight[overlap].sum():g}, "
            f"lie inside several zones of {layer.name}",
            done="counted in the first of them only",
            advice="correct the outlines, or use a layer of zones that do not overlap",
        )
    ]


def _report_outside(layer: Layer, service: Service, demand: Demand, outside: Bools) -> list[Finding]:
    if not outside.any():
        return []
    return [
        Finding(
            "note",
            "demand-outside-zones",
            layer.name,
            layer.path,
            message=f"{int(outside.sum())} demand points of {service.name}, weight {demand.weight[outside].sum():g} of "
            f"{demand.weight.sum():g}, lie in no zone of {layer.name}",
            done="left out of the targets in each zone",
            advice="check that the zones cover the whole town",
        )
    ]


def _unusable_xy(layer: Layer, demand: Demand) -> Floats:
    """Where rows of a demand layer lie that are no demand because of their values: (n, 2) float, m."""
    row = layer.frame["source_row"].to_numpy()
    lost = ~np.isin(row, row[demand.feature])
    kept = shapely.get_coordinates(shapely.point_on_surface(np.asarray(layer.frame.geometry.array, object)[lost]))
    errors = [each for each in layer.findings if each.severity == "error"]
    set_aside = [(each.x, each.y) for each in errors if each.x is not None and each.y is not None]
    return np.concatenate([kept, np.array(set_aside, dtype=np.float64).reshape(-1, 2)])


def _report_empty(target: Target, layer: Layer, zone: str, zone_name: str, lost: int) -> Finding:
    message = f"zone {zone_name} holds no demand of {target.service}"
    return Finding(
        "warning" if lost else "note",
        "zone-without-demand",
        layer.name,
        layer.path,
        zone,
        f"{message} that can be used: {lost} rows of it there cannot" if lost else message,
        f"target {target.name} counts as met there",
        "correct these rows in the survey: cardio check lists them" if lost else "",
    )
