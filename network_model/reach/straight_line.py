"""Within a straight distance, whatever stands between."""

from __future__ import annotations

from collections.abc import Mapping

from gis_layers import Layer
from network_model.graph import SpatialGraph
from network_model.pairs import Pairs, pairs_within
from network_model.service import Demand, Places, Reach


def find_pairs(graph: SpatialGraph, reach: Reach, places: Places, demand: Demand, layers: Mapping[str, Layer]) -> Pairs:
    """Pair each demand point with the places at most ``reach.within_m`` away."""
    return pairs_within(places.xy, demand.xy, reach.within_m)
