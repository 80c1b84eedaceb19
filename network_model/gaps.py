"""The gap list: demand that a target counts and nothing serves well enough today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from gis_layers import Layer
from network_model.coverage import TargetScope
from network_model.graph import Floats, Ints
from network_model.places import points_of
from network_model.service import Demand, Service

COLUMNS = ["target", "zone", "zone_name", "demand", "weight", "x", "y", "providers", "required_providers", "nearest_m"]


def find_gaps(
    scopes: Sequence[TargetScope],
    providers_by_service: Mapping[str, Ints],
    demand_by_service: Mapping[str, Demand],
    layers: Mapping[str, Layer],
    services: Mapping[str, Service],
) -> pd.DataFrame:
    """List the demand of each scope that has fewer providers than its target asks.

    Parameters
    ----------
    scopes : sequence of TargetScope
    providers_by_service : mapping of str to (J,) int
        Distinct providers of each demand point today.
    demand_by_service : mapping of str to Demand
    layers : mapping of str to Layer
    services : mapping of str to Service

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: ``demand`` is the label of the point; ``x``, ``y`` and ``nearest_m``, the straight distance
        to the nearest provider (nan where the service has none), in m. Greatest weight first, then as in `scopes`.
    """
    nearest_m = {
        name: _nearest_m(demand, [layers[each] for each in services[name].provided_by])
        for name, demand in demand_by_service.items()
    }
    frames = []
    for scope in scopes:
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
                    "nearest_m": nearest_m[scope.service][lacking],
                }
            ).astype({"target": object, "zone": object, "zone_name": object, "demand": object})
        )
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(frames, ignore_index=True).sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def _nearest_m(demand: Demand, providers: Sequence[Layer]) -> Floats:
    provider_xy = np.concatenate([np.empty((0, 2)), *(points_of(layer) for layer in providers)])
    if not len(provider_xy):
        return np.full(len(demand.xy), np.nan)
    distance_m: Floats = cKDTree(provider_xy).query(demand.xy)[0]
    return distance_m
