"""The gap list: demand that a target counts and nothing serves well enough today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from network_model.coverage import TargetScope
from network_model.graph import Ints
from network_model.service import Demand, Places

COLUMNS = ["target", "zone", "zone_name", "demand", "weight", "x", "y", "providers", "required_providers", "nearest_m"]


def find_gaps(
    scopes: Sequence[TargetScope],
    providers_by_service: Mapping[str, Ints],
    demand_by_service: Mapping[str, Demand],
    places_by_service: Mapping[str, Places],
) -> pd.DataFrame:
    """List the demand of each scope that has fewer providers than its target asks.

    Parameters
    ----------
    scopes : sequence of TargetScope
    providers_by_service : mapping of str to (J,) int
        Distinct providers of each demand point today.
    demand_by_service : mapping of str to Demand
    places_by_service : mapping of str to Places
        What serves today (`existing_places`).

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: ``demand`` is the label of the point; ``x``, ``y`` and ``nearest_m``, the straight distance
        to the nearest provider (nan where the service has none), in m. Greatest weight first, then as in `scopes`.
    """
    nearest_m = {
        name: cKDTree(places.xy).query(demand_by_service[name].xy)[0]
        if len(places.xy)
        else np.full(len(demand_by_service[name].xy), np.nan)
        for name, places in places_by_service.items()
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
