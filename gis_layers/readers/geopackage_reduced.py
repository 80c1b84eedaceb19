"""Arcs of circles and measures (M) in a GeoPackage: GDAL hands over chords and no measures, which has to be told."""

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


def find_reduced(spec: LayerSpec, path: Path, layer: str) -> tuple[FileNote, ...]:
    """Tell how many rows of a layer have arcs or measures; layers that are declared as plain are not looked through.

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
        arcs = measured = 0
        for (blob,) in blobs:
            if (wkb := _wkb_of(blob)) is not None:
                arcs += _has_arc(wkb)
                measured += _has_measure(wkb)
    notes = []
    if arcs:
        notes.append(
            FileNote(
                "note",
                code="curve-linearised",
                message=f"{arcs} rows have arcs of circles",
                done="each read as chords of 4 degrees, which run within 0.06 % of its radius (6 mm at 10 m)",
                advice="nothing, unless such an error matters: then export the layer with finer chords",
            )
        )
    if measured:
        message = f"{measured} rows have measures (M)"
        notes.append(FileNote("note", code="m-dropped", message=message, done="measures dropped"))
    return tuple(notes)


def _wkb_of(blob: object) -> bytes | None:
    """WKB within the geometry of a GeoPackage, None where it is none."""
    if not isinstance(blob, bytes) or len(blob) < 13 or blob[:2] != b"GP":
        return None
    indicator = blob[3] >> 1 & 7
    if indicator >= len(_ENVELOPE_BYTES):
        return None
    wkb = blob[8 + _ENVELOPE_BYTES[indicator] :]
    return wkb if len(wkb) >= 9 else None


def _type_of(wkb: bytes) -> int:
    (kind,) = struct.unpack("<I" if wkb[0] else ">I", wkb[1:5])
    return int(kind)


def _has_arc(wkb: bytes) -> bool:
    return _type_of(wkb) % 1000 in _CURVE_TYPES and _ARC.search(wkb) is not None


def _has_measure(wkb: bytes) -> bool:
    return _type_of(wkb) // 1000 in (2, 3)
