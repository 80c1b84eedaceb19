"""Open Fibre Data Standard 0.3 as GeoJSON: each feature carries what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

PARTS = ("nodes", "spans", "phases")


def make_features(package: Mapping[str, Any]) -> dict[str, Json]:
    """Return a package that Cardio made as two feature collections, ``nodes`` and ``spans``."""
    features: dict[str, list[Json]] = {"nodes": [], "spans": []}
    for network in package["networks"]:
        own = {key: value for key, value in network.items() if key not in PARTS}
        phases = {phase["id"]: phase for phase in network["phases"]}
        nodes = {node["id"]: node for node in network["nodes"]}
        for node in network["nodes"]:
            properties = {**node, "phase": phases[node["phase"]["id"]]}
            features["nodes"].append(_feature(properties, "location", own, "node"))
        for span in network.get("spans", []):
            ends = {end: nodes[span[end]] for end in ("start", "end")}
            properties = {**span, "phase": phases[span["phase"]["id"]], **ends}
            features["spans"].append(_feature(properties, "route", own, "span"))
    return {name: {"type": "FeatureCollection", "features": rows} for name, rows in features.items()}


def _feature(properties: Json, place: str, network: Json, feature_type: str) -> Json:
    geometry = properties.pop(place)
    properties = {**properties, "network": network, "featureType": feature_type}
    return {"type": "Feature", "geometry": geometry, "properties": properties}
