"""What ``check`` leaves behind: the findings as a list, on a map and as a layer beside the layers as they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.geopackage import SCHEMAS, findings_frame, with_schema
from gis_layers import Finding, Layer, write_layers

FINDINGS_LAYER = "findings"


def survey_deliverable(
    summary: Mapping[str, Any], layers: Mapping[str, Layer], findings: Sequence[Finding], *, language: str, crs: str
) -> Deliverable:
    """Make the input of the map from layers alone: nothing is served, nothing is built."""
    empty = {name: _empty(name, crs) for name in ("sites", "routes", "demand", "zones")}
    return Deliverable(
        summary=summary,
        language=language,
        **empty,
        existing=_shown(layers, crs),
        findings=tuple(findings),
        bill=pd.DataFrame(),
        prices=pd.DataFrame(),
        assumptions={},
    )


def _empty(name: str, crs: str) -> gpd.GeoDataFrame:
    nothing = pd.DataFrame(columns=list(SCHEMAS[name]))
    return with_schema(gpd.GeoDataFrame(nothing, geometry=gpd.GeoSeries([], crs=crs)), SCHEMAS[name])


def _shown(layers: Mapping[str, Layer], crs: str) -> gpd.GeoDataFrame:
    parts = [
        gpd.GeoDataFrame(
            {"layer": name, "kind": layer.kind, "id": layer.frame["id"].astype(str)}, geometry=layer.frame.geometry
        )
        for name, layer in layers.items()
        if len(layer.frame)
    ]
    if not parts:
        return gpd.GeoDataFrame({"layer": [], "kind": [], "id": []}, geometry=[], crs=crs)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=crs)


def write_survey_layers(layers: Mapping[str, Layer], findings: Sequence[Finding], path: Path, *, crs: str) -> None:
    """Write survey.gpkg: the findings, then every layer as it was read, under its name in the study."""
    frames = {FINDINGS_LAYER: findings_frame(tuple(findings), crs)}
    for name, layer in layers.items():
        frames[_free_name(name, frames)] = layer.frame
    write_layers(path, frames)


def _free_name(name: str, taken: Mapping[str, object]) -> str:
    """Return the name, or with an underscore where it is taken without regard to case, as SQLite compares."""
    while name.lower() in {other.lower() for other in taken}:
        name = f"{name}_"
    return name
