"""Which demand counts for which target: zones expanded to one scope each."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely

from gis_layers import Finding, Layer, StudyError
from network_model.coverage import TargetScope
from network_model.graph import Ints, Objects
from network_model.service import Demand, Service, Target


def expand_targets(
    targets: Sequence[Target],
    services: Mapping[str, Service],
    demand_by_service: Mapping[str, Demand],
    layers: Mapping[str, Layer],
) -> tuple[tuple[TargetScope, ...], tuple[Finding, ...]]:
    """List the shares to reach: one scope for a town or a zone, one for each zone of an ``in_each`` layer.

    A demand point belongs to one zone of a layer at most: the first of its file that holds the point, boundary
    included. Zones without weight stay, met, with a note; demand outside every zone of an ``in_each`` layer is a note.

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
    """
    scopes: list[TargetScope] = []
    findings: list[Finding] = []
    reported: set[tuple[str, str]] = set()
    for target in targets:
        demand = demand_by_service[target.service]
        layer_name = target.in_each or target.zone_layer
        if layer_name is None:
            scopes.append(_scope(target, demand, np.arange(len(demand.weight)), None, None))
            continue
        layer = layers[layer_name]
        zone_ids, zone_names, zone_of_demand = _locate(layer, demand)
        if target.in_each:
            chosen = range(len(zone_ids))
            if (layer_name, target.service) not in reported:
                findings += _report_outside(layer, services[target.service], demand, zone_of_demand)
                reported.add((layer_name, target.service))
        else:
            chosen = range(zone := _find_zone(target, layer, zone_ids, zone_names), zone + 1)
        for zone in chosen:
            inside = np.flatnonzero(zone_of_demand == zone)
            scopes.append(_scope(target, demand, inside, str(zone_ids[zone]), str(zone_names[zone])))
            if scopes[-1].total == 0:
                findings.append(_report_empty(target, layer, str(zone_ids[zone]), str(zone_names[zone])))
    return tuple(scopes), tuple(findings)


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


def _locate(layer: Layer, demand: Demand) -> tuple[Objects, Objects, Ints]:
    """Ids and names of the zones in file order (parts of one row are one zone), and the zone of each point or -1."""
    outline = np.asarray(layer.frame.geometry.array, object)
    is_area = shapely.get_dimensions(outline) == 2
    if not is_area.any():
        raise StudyError(
            f"layer {layer.name!r} ({layer.path}) is named as zones and holds no polygon",
            "name a layer of polygons",
        )
    frame = layer.frame[is_area]
    zone_of_part, source_rows = pd.factorize(frame["source_row"], sort=True)
    first = np.searchsorted(np.sort(zone_of_part), np.arange(len(source_rows)))
    zones = frame.iloc[np.argsort(zone_of_part, kind="stable")[first]]
    point, part = shapely.STRtree(outline[is_area]).query(shapely.points(demand.xy), predicate="intersects")
    zone_of_demand = np.full(len(demand.xy), len(source_rows), dtype=np.int64)
    np.minimum.at(zone_of_demand, point, zone_of_part[part])
    zone_of_demand[zone_of_demand == len(source_rows)] = -1
    ids = zones["id"].astype(str).to_numpy(object)
    names = zones["name"].fillna(zones["id"]).astype(str).to_numpy(object) if "name" in zones.columns else ids
    return ids, names, zone_of_demand


def _find_zone(target: Target, layer: Layer, ids: Objects, names: Objects) -> int:
    """Find one zone by id, else by name."""
    wanted = str(target.zone_name)
    matches = np.flatnonzero(ids == wanted)
    if not len(matches):
        matches = np.flatnonzero(names == wanted)
    if len(matches) == 1:
        return int(matches[0])
    where = f"targets.{target.name}: layer {layer.name!r} ({layer.path})"
    if len(matches):
        listed = ", ".join(repr(each) for each in ids[matches])
        raise StudyError(f"{where} has {len(matches)} zones called {wanted!r}", f"name one by its id: {listed}")
    known = list(dict.fromkeys([*names, *ids]))
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.4) or known[:3]
    raise StudyError(f"{where} has no zone {wanted!r}", f"the nearest are {', '.join(repr(each) for each in near)}")


def _report_outside(layer: Layer, service: Service, demand: Demand, zone_of_demand: Ints) -> list[Finding]:
    outside = zone_of_demand < 0
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


def _report_empty(target: Target, layer: Layer, zone: str, zone_name: str) -> Finding:
    return Finding(
        "note",
        "zone-without-demand",
        layer.name,
        layer.path,
        zone,
        f"zone {zone_name} holds no demand of {target.service}",
        f"target {target.name} counts as met there",
    )
