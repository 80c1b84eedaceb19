"""Undo: a layer as it was delivered, written back, and what was changed in it."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis_layers.crs import crs_text
from gis_layers.errors import StudyError
from gis_layers.gdal import pyogrio
from gis_layers.layer import Layer
from gis_layers.operations import place_of, reproject_geometries
from gis_layers.parsing import read_wkb
from gis_layers.source_crs import SourceCRS
from gis_layers.table import RawTable, Rows

Geometries = npt.NDArray[np.object_]


def write_delivered(layer: Layer, path: Path) -> None:
    """Write all rows of a layer as delivered to a GeoPackage: geometry byte for byte, columns, CRS and order.

    Parameters
    ----------
    layer : Layer
    path : Path
        File to write; its layer has the name of the layer.

    Raises
    ------
    StudyError
        When the layer was not read from a file, or cannot be written as a GeoPackage.
    """
    table = _require_delivered(layer)
    path.unlink(missing_ok=True)
    taken = {name.lower() for name in table.columns}
    options = {"FID": _free("fid", taken), "GEOMETRY_NAME": _free("geom", taken)}
    try:
        with warnings.catch_warnings():
            # surfaces in space come back, whatever other software makes of them; no CRS is what was delivered
            warnings.filterwarnings("ignore", "Registering non-standard gpkg_geom|'crs' was not provided")
            pyogrio.raw.write(
                path,
                _delivered_wkb(table),
                [_writable(values) for values in table.columns.values()],
                list(table.columns),
                layer=layer.name,
                driver="GPKG",
                geometry_type="Unknown",
                crs=None if table.crs is None else crs_text(table.crs),
                layer_options=options,
            )
    except RuntimeError as error:  # base of all pyogrio errors
        path.unlink(missing_ok=True)
        raise StudyError(
            f"layer {layer.name} cannot be written as delivered: {error}", "keep the file itself"
        ) from error


def repairs(layer: Layer) -> gpd.GeoDataFrame:
    """Tell what was changed in a layer: each changed row as delivered and as used.

    Returns
    -------
    GeoDataFrame
        One row for each row of the file and finding code, in the CRS of the layer: ``source_row`` (int), ``code``,
        ``before`` and ``after`` (geometries, missing where there is none or it cannot be drawn), ``before`` active.

    Raises
    ------
    StudyError
        When the layer was not read from a file.
    """
    table = _require_delivered(layer)
    codes = np.repeat(np.array(list(layer.changed), dtype=object), [len(rows) for rows in layer.changed.values()])
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *layer.changed.values()])
    crs = layer.frame.crs
    flat = shapely.force_2d(read_wkb(_delivered_wkb(table)[rows], on_invalid="fix"))
    source = SourceCRS.parse(layer.delivered_crs, where=f"layer {layer.name}: crs")
    place = place_of(layer.frame.bounds.to_numpy(), crs)
    before = reproject_geometries(source.straighten(flat), source.crs, crs, place=place)
    data = {
        "source_row": rows,
        "code": codes,
        "before": gpd.GeoSeries(before, crs=crs),
        "after": gpd.GeoSeries(_as_used(layer.frame, rows), crs=crs),
    }
    return gpd.GeoDataFrame(data, geometry="before", crs=crs)


def _require_delivered(layer: Layer) -> RawTable:
    if layer.delivered is None:
        raise StudyError(f"layer {layer.name} was not read from a file", "there is nothing to write back")
    return layer.delivered


def _delivered_wkb(table: RawTable) -> Geometries:
    return table.wkb if table.delivered_wkb is None else table.delivered_wkb


def _writable(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Cells as pyogrio writes them: None, not nan, for missing texts."""
    if values.dtype != object:
        return values
    cells = values.astype(np.object_)
    cells[pd.isna(values)] = None
    return cells


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"cardio_{name}"
    return name


def _as_used(frame: gpd.GeoDataFrame, rows: Rows) -> Geometries:
    """Parts of each row put together again, (k,); None for rows set aside."""
    wanted = np.isin(frame["source_row"].to_numpy(), rows)
    parts, of_row = np.asarray(frame.geometry.values)[wanted], frame["source_row"].to_numpy()[wanted]
    used, begin, count = np.unique(of_row, return_index=True, return_counts=True)
    whole = np.full(len(used) + 1, None, dtype=object)
    whole[:-1] = parts[begin]
    for position in np.flatnonzero(count > 1):
        together = parts[begin[position] : begin[position] + count[position]]
        whole[position] = _multi(together)
    place = np.minimum(np.searchsorted(used, rows), len(used))
    found = np.isin(rows, used)
    return whole[np.where(found, place, len(used))]


def _multi(parts: Geometries) -> object:
    makers = {"Point": shapely.multipoints, "LineString": shapely.multilinestrings, "Polygon": shapely.multipolygons}
    types = {part.geom_type for part in parts}
    make = makers[types.pop()] if len(types) == 1 else shapely.geometrycollections
    return make(parts)
