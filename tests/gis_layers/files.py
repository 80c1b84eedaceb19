"""Small survey files for the tests of gis_layers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gis_layers import Finding, Layer, LayerSpec, read_layer, write_layers

CRS = "EPSG:2154"
X, Y = 666000.0, 6359000.0
"""A place well inside the area of Lambert-93."""


def at(geometry: Any) -> Any:
    """Move geometries drawn near (0, 0) into the area of Lambert-93."""
    return shapely.transform(geometry, lambda xy: np.add(xy, (X, Y)))


def spec_of(path: Path, kind: str, **options: Any) -> LayerSpec:
    return LayerSpec(name="survey", kind=kind, path=path, shown_path=path.name, **options)


def read(path: Path, kind: str, *, study_crs: str = CRS, **options: Any) -> Layer:
    """Read a layer and check what always holds."""
    layer = read_layer(spec_of(path, kind, **options), crs=study_crs)
    assert layer.rows_read == layer.rows_kept + sum(layer.set_aside.values())
    assert layer.rows_kept == layer.frame["source_row"].nunique()
    assert list(layer.frame.index) == list(range(len(layer.frame)))
    return layer


def found(layer: Layer, code: str) -> list[Finding]:
    return [finding for finding in layer.findings if finding.code == code]


def codes(layer: Layer) -> set[str]:
    return {finding.code for finding in layer.findings}


def write_gpkg(
    path: Path, geometries: Sequence[Any], columns: Mapping[str, Sequence[Any]] | None = None, *, crs: str = CRS
) -> Path:
    """Write a GeoPackage of one layer; geometries are drawn near (0, 0)."""
    frame = gpd.GeoDataFrame(dict(columns or {}), geometry=[at(geometry) for geometry in geometries], crs=crs)
    write_layers(path, {"survey": frame})
    return path


def write_geojson(path: Path, features: Sequence[tuple[Any, Mapping[str, Any]]], *, crs: str | None = CRS) -> Path:
    """Write GeoJSON from (geometry mapping or None, properties), coordinates as they are."""
    content: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": geometry, "properties": dict(properties)}
            for geometry, properties in features
        ],
    }
    if crs is not None:
        content["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def point(x: float = 0.0, y: float = 0.0) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [X + x, Y + y]}
