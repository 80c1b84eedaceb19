"""Arcs of circles in a GeoPackage: GDAL hands them over as chords, which has to be told."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from gis_layers.layer import LayerSpec
from gis_layers.readers.geopackage_guard import connect, quoted
from gis_layers.table import FileNote

_PLAIN_TYPES = frozenset({"POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON"})
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_CURVE_TYPES = range(8, 13)
"""WKB of CircularString, CompoundCurve, CurvePolygon, MultiCurve, MultiSurface; plus 1000, 2000, 3000 for Z, M, ZM."""
_ARC = re.compile(
    b"|".join(
        re.escape(struct.pack(f"{order}BI", order == "<", 8 + more)) for order in "<>" for more in range(0, 4000, 1000)
    )
)
"""Start of a CircularString within the WKB of another."""


def find_curves(spec: LayerSpec, path: Path, layer: str) -> tuple[FileNote, ...]:
    """Tell how many rows of a layer have arcs; layers that are declared as plain are not looked through.

    Parameters
    ----------
    spec : LayerSpec
        For messages.
    path : Path
        The file, or the copy that stands in for it.
    layer : str

    Raises
    ------
    SurveyError
    """
    with connect(spec, path) as connection:
        query = "SELECT column_name, geometry_type_name FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)"
        column, declared = connection.execute(query, (layer,)).fetchone()
        if str(declared).upper() in _PLAIN_TYPES:
            return ()
        blobs = connection.execute(f"SELECT {quoted(column)} FROM {quoted(layer)}")  # noqa: S608  # quoted
        count = sum(_has_arc(blob) for (blob,) in blobs)
    if not count:
        return ()
    return (
        FileNote(
            "note",
            code="curve-linearised",
            message=f"{count} rows have arcs of circles",
            done="each read as chords of 4 degrees, which run within 0.06 % of its radius (6 mm at 10 m)",
            advice="nothing, unless such an error matters: then export the layer with finer chords",
        ),
    )


def _has_arc(blob: object) -> bool:
    if not isinstance(blob, bytes) or len(blob) < 13 or blob[:2] != b"GP":
        return False
    indicator = blob[3] >> 1 & 7
    if indicator >= len(_ENVELOPE_BYTES):
        return False
    wkb = blob[8 + _ENVELOPE_BYTES[indicator] :]
    if len(wkb) < 9:
        return False
    (kind,) = struct.unpack("<I" if wkb[0] else ">I", wkb[1:5])
    return kind % 1000 in _CURVE_TYPES and _ARC.search(wkb) is not None
