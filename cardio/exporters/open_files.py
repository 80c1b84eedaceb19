"""Frames as GeoJSON and CSV in longitude and latitude (WGS 84), as other programs expect them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from cardio.exporters.csv_table import write_csv

WGS84 = "EPSG:4326"
DECIMALS = 7
"""Decimals of a degree, about a centimetre: RFC 7946 takes more for waste."""


def in_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame in longitude and latitude, rounded, rings counter-clockwise outside and clockwise inside."""
    moved = frame.to_crs(WGS84)
    rounded = shapely.transform(shapely.force_2d(moved.geometry.to_numpy()), lambda xy: np.round(xy, DECIMALS))
    return gpd.GeoDataFrame(moved.set_geometry(gpd.GeoSeries(shapely.orient_polygons(rounded), moved.index, WGS84)))


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame that is in degrees as a feature collection after RFC 7946; a missing value is null."""
    properties = _plain(frame)
    shapes = shapely.to_geojson(frame.geometry.to_numpy())
    features = [
        {"type": "Feature", "geometry": None if shape is None else json.loads(shape), "properties": row}
        for shape, row in zip(shapes, properties, strict=True)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def place_columns(frame: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Columns of a CSV file that hold the place: ``lon`` and ``lat`` of points, ``wkt`` of all else."""
    return ("lon", "lat") if (frame.geom_type.dropna() == "Point").all() else ("wkt",)


def write_flat(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame that is in degrees as CSV (comma, point, UTF-8 without a byte order mark), its place last."""
    flat = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    columns = place_columns(frame)
    if columns == ("wkt",):
        flat["wkt"] = [
            None if shape is None else shapely.to_wkt(shape, rounding_precision=DECIMALS)
            for shape in frame.geometry.to_numpy()
        ]
    else:
        flat["lon"], flat["lat"] = frame.geometry.x, frame.geometry.y
    rows = ([row[name] for name in flat.columns] for row in _plain(flat))
    write_csv(list(flat.columns), rows, path, decimals=DECIMALS, byte_order_mark=False)


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values: None where one is missing, whole numbers without a point."""
    names = [name for name in frame.columns if name != "geometry"]
    columns = [[_plain_value(value) for value in frame[name].tolist()] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain_value(value: Any) -> Any:
    if pd.isna(value):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value
