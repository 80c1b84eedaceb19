"""The gap list: demand that a target counts and nothing serves well enough today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from network_model.coverage import TargetScope
from network_model.graph import Floats, Ints, SpatialGraph
from network_model.nearest import nearest_places, nth_distance_m
from network_model.places import distinct_places
from network_model.service import Demand, Places, Service

COLUMNS = [
    *("target", "zone", "zone_name", "demand", "weight", "x", "y", "providers", "required_providers"),
    *("nearest_m", "nearest_along_m", "enough_m"),
]


def find_gaps(
    graph: SpatialGraph,
    scopes: Sequence[TargetScope],
    providers_by_service: Mapping[str, Ints],
    demand_by_service: Mapping[str, Demand],
    places_by_service: Mapping[str, Places],
    services: Mapping[str, Service],
) -> pd.DataFrame:
    """List the demand of each scope that has fewer providers than its target asks.

    Parameters
    ----------
    graph : SpatialGraph
    scopes : sequence of TargetScope
    providers_by_service : mapping of str to (J,) int
        Distinct providers of each demand point today.
    demand_by_service : mapping of str to Demand
    places_by_service : mapping of str to Places
        What serves today.
    services : mapping of str to Service

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: ``demand`` is the label of the point; ``x``, ``y``, m. Distances in m, nan where there is no
        such place: ``nearest_m`` straight and ``nearest_along_m`` along the routes to the nearest provider, and
        ``enough_m`` to the last of the nearest providers that the target asks, along the routes where the service is
        reached along them, else straight. Greatest weight first, then as in `scopes`.
    """
    distances_m = {
        (service, number): _distances_m(
            graph, demand_by_service[service], places_by_service[service], services[service], number
        )
        for service, number in dict.fromkeys((scope.service, scope.providers) for scope in scopes)
    }
    frames = []
    for scope in scopes:
        nearest_m, nearest_along_m, enough_m = distances_m[scope.service, scope.providers]
        demand, providers = demand_by_service[scope.service], providers_by_service[scope.service]
        lacking = scope.demand[(providers[scope.demand] < scope.providers) & (scope.weight > 0)]
        frames.append(
            pd.DataFrame(
                {
                    "target": scope.target,
                    "zone": scope.zone,
                    "zone_name": scope.zone_name,
                    "demand": demand.label[lacking],
                    "weight": demand.weight[lacking],
                    "x": demand.xy[lacking, 0],
                    "y": demand.xy[lacking, 1],
                    "providers": providers[lacking],
                    "required_providers": scope.providers,
                    "nearest_m": nearest_m[lacking],
                    "nearest_along_m": nearest_along_m[lacking],
                    "enough_m": enough_m[lacking],
                }
            ).astype({"target": object, "zone": object, "zone_name": object, "demand": object})
        )
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(frames, ignore_index=True).sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def _distances_m(
    graph: SpatialGraph, demand: Demand, places: Places, service: Service, number: int
) -> tuple[Floats, Floats, Floats]:
    """Straight and network distance to the nearest place, and by the service's rule to the `number`-th: (J,) each."""
    label = distinct_places(places)
    straight, along = (
        nearest_places(graph, places, demand, label, count=number, along_network=flag) for flag in (False, True)
    )
    ruled = along if service.reach.rule == "along_network" else straight
    return nth_distance_m(straight, 1), nth_distance_m(along, 1), nth_distance_m(ruled, number)
