"""GeoJSON: always UTF-8, in longitude and latitude unless it has a (pre-2016) ``crs`` member.

A ``crs`` that is null or cannot be understood is no CRS.

Features may also stand one a line (a GeoJSON text sequence).

A fibre network of the Open Fibre Data Standard, as JSON or GeoJSON, is known by its content and has its own reader.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from gis_layers.errors import SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_VECTOR_BYTES, require_size
from gis_layers.readers.geojson_crs import find_crs, without_crs
from gis_layers.readers.geojson_features import complete
from gis_layers.readers.ofds import read_ofds
from gis_layers.readers.ofds_document import read_document
from gis_layers.readers.vector import describe, read_head, read_rows, require_single_layer, require_utf8, to_table
from gis_layers.table import RawTable

EXTENSIONS = (".geojson", ".json")

_RECORD_SEPARATOR = b"\x1e"
_HEAD_BYTES = 1 << 20


def read(spec: LayerSpec) -> RawTable:
    """Read a GeoJSON file, or a fibre network.

    Raises
    ------
    StudyError
        When the study states a layer or another encoding.
    SurveyError
        When the file is not GeoJSON.
    """
    require_utf8(spec)
    require_size(spec.path, MAX_VECTOR_BYTES, where=describe(spec))
    start = _text_start(spec.path)
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"{\x00", b"\x00{")):
        raise SurveyError(f"{describe(spec)} is GeoJSON in UTF-16, but the format is always UTF-8", "save it as UTF-8")
    if not start.startswith((b"{", _RECORD_SEPARATOR)):
        raise SurveyError(f"{describe(spec)} is not GeoJSON: it does not begin with {{", "export the file again")
    document = read_document(spec)
    if document is not None:
        return read_ofds(spec, document)
    require_single_layer(spec)
    driver = "GeoJSONSeq" if _is_sequence(spec.path) else "GeoJSON"
    stated = find_crs(spec)
    try:
        with without_crs(spec.path, stated) as path:
            rows = read_rows(spec, path, driver=driver)
    except SurveyError as error:
        if "too complex/large" in error.message:  # GDAL's advice is a setting of its own
            message = f"{describe(spec)}: one feature takes more than 200 MB to read"
            raise SurveyError(message, "split it, or export the file again") from error
        raise
    table = to_table(spec, complete(rows, spec.path) if driver == "GeoJSON" else rows, parts=[spec.path])
    unknown = stated.why_unknown(rows.crs)
    return replace(table, crs=None, crs_note=unknown) if unknown else table


def _text_start(path: Path) -> bytes:
    return read_head(path, _HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()


def _is_sequence(path: Path) -> bool:
    """Whether the first line is a whole feature, and another follows."""
    start = _text_start(path)
    first, _, rest = start.removeprefix(_RECORD_SEPARATOR).partition(b"\n")
    if start.startswith(_RECORD_SEPARATOR):
        return True
    try:
        feature = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return bool(rest.strip()) and isinstance(feature, dict) and feature.get("type") == "Feature"
