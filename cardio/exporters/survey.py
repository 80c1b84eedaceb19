"""What ``check`` leaves behind: the findings as a list, on a map and as a layer beside the layers as they were read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.geopackage import SCHEMAS, findings_frame, with_schema
from gis_layers import Finding, Layer, repairs, write_layers

FINDINGS_LAYER, REPAIRS_LAYER = "findings", "repairs"
EXISTING_COLUMNS = ("layer", "kind", "id", "name", "source_row")
COLUMNS_OF_GDAL = ("fid", "geom")
"""Of every table that GDAL writes to a GeoPackage."""


def survey_deliverable(
    summary: Mapping[str, Any],
    layers: Mapping[str, Layer],
    findings: Sequence[Finding],
    *,
    language: str,
    crs: str,
    labels: Mapping[tuple[str, str], str],
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
        running_prices=pd.DataFrame(),
        assumptions={},
        labels=labels,
    )


def _empty(name: str, crs: str) -> gpd.GeoDataFrame:
    nothing = pd.DataFrame(columns=list(SCHEMAS[name]))
    return with_schema(gpd.GeoDataFrame(nothing, geometry=gpd.GeoSeries([], crs=crs)), SCHEMAS[name])


def _shown(layers: Mapping[str, Layer], crs: str) -> gpd.GeoDataFrame:
    parts = [
        gpd.GeoDataFrame(
            {
                "layer": name,
                "kind": layer.kind,
                "id": layer.frame["id"].astype(str),
                "name": layer.frame.get("name"),
                "source_row": layer.frame["source_row"],
            },
            geometry=layer.frame.geometry,
        )
        for name, layer in layers.items()
        if len(layer.frame)
    ]
    if not parts:
        return gpd.GeoDataFrame({name: [] for name in EXISTING_COLUMNS}, geometry=[], crs=crs)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=crs)


def write_survey_layers(
    layers: Mapping[str, Layer], findings: Sequence[Finding], path: Path, *, crs: str, language: str
) -> None:
    """Write survey.gpkg: the findings, what repaired rows were before, then every layer as it was read."""
    frames = {FINDINGS_LAYER: findings_frame(tuple(findings), crs, language), REPAIRS_LAYER: _repairs(layers, crs)}
    for name, layer in layers.items():
        frames[_free_name(name, frames)] = _named_apart(layer.frame)
    write_layers(path, frames)


def _named_apart(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with columns that a GeoPackage can hold side by side: ``id`` and ``Id`` are one there."""
    names: dict[str, str] = {}
    for column in frame.columns.drop(frame.geometry.name):
        names[column] = _free_name(str(column), (*COLUMNS_OF_GDAL, *names.values()))
    return frame.rename(columns=names)


def _repairs(layers: Mapping[str, Layer], crs: str) -> gpd.GeoDataFrame:
    """Changed rows with the geometry that was delivered; what became of them stands in the layer itself."""
    parts = [
        repairs(layer).drop(columns="after").rename_geometry("geometry").assign(layer=name)
        for name, layer in layers.items()
    ]
    columns = ["layer", "source_row", "code", "geometry"]
    if not parts:
        return gpd.GeoDataFrame({name: [] for name in columns[:-1]}, geometry=[], crs=crs)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=crs)[columns]


def _free_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, or with underscores where it is taken without regard to case, as SQLite compares."""
    used = {other.lower() for other in taken}
    while name.lower() in used:
        name = f"{name}_"
    return name
