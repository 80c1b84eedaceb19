"""GeoParquet (geoparquet.org, versions 1.x): geometry as WKB, its CRS in the file's ``geo`` metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj

from gis_layers.crs import understand_crs
from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_VECTOR_BYTES, require_counts
from gis_layers.readers.vector import describe, digest_files, read_head, require_single_layer, require_utf8
from gis_layers.table import RawTable

EXTENSIONS = (".parquet", ".geoparquet")

_MAGIC = b"PAR1"
_BATCH_ROWS = 20_000
_DEFAULT_CRS = "OGC:CRS84"  # what the format means where it states none


def read(spec: LayerSpec) -> RawTable:
    """Read a GeoParquet file.

    Raises
    ------
    StudyError
        When pyarrow is not installed.
    SurveyError
        When the file is no GeoParquet, or its geometry is not stored as WKB.
    """
    require_single_layer(spec)
    require_utf8(spec)
    if read_head(spec.path, len(_MAGIC)) != _MAGIC:
        raise SurveyError(f"{describe(spec)} is not a Parquet file: its first bytes are wrong", "export it again")
    pyarrow, parquet = _import_pyarrow(spec)
    try:
        with parquet.ParquetFile(spec.path) as file:
            geometry_name, crs, crs_note = _geometry(spec, file.schema_arrow.metadata or {})
            _refuse_large(spec, file.metadata)
            table = pyarrow.Table.from_batches(_batches(spec, file), file.schema_arrow)
    except (pyarrow.ArrowException, OSError) as error:
        raise SurveyError(f"{describe(spec)} cannot be read: {error}", "export the file again") from error
    if geometry_name not in table.column_names:
        raise SurveyError(f"{describe(spec)} has no column {geometry_name}, its stated geometry", "export it again")
    wkb = table.column(geometry_name).to_numpy(zero_copy_only=False)
    columns = {name: _values(pyarrow, table.column(name)) for name in table.column_names if name != geometry_name}
    return RawTable(wkb, columns, crs, digest_files([spec.path]), crs_note)


def _refuse_large(spec: LayerSpec, metadata: Any) -> None:
    """Refuse by what the file states of itself, before any of it is unpacked."""
    require_counts(metadata.num_rows, metadata.num_columns, where=describe(spec))
    groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
    _require_bytes(spec, sum(group.total_byte_size for group in groups))


def _batches(spec: LayerSpec, file: Any) -> Iterator[Any]:
    """Rows in parts: a value stated once and used by every row unpacks to more than the file states."""
    size_bytes = 0
    for batch in file.iter_batches(batch_size=_BATCH_ROWS):
        size_bytes += batch.nbytes
        _require_bytes(spec, size_bytes)
        yield batch


def _require_bytes(spec: LayerSpec, size_bytes: int) -> None:
    if size_bytes > MAX_VECTOR_BYTES:
        raise SurveyError(
            f"{describe(spec)} unpacks to more than {MAX_VECTOR_BYTES / 1e6:,.0f} MB",
            "cut out the town before delivering it",
        )


def _import_pyarrow(spec: LayerSpec) -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415  # optional: only those who read Parquet need it
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError as error:
        raise StudyError(
            f"{describe(spec)}: reading Parquet needs pyarrow", 'pip install "cardio-planning[parquet]"'
        ) from error
    return pyarrow, pyarrow.parquet


def _geometry(spec: LayerSpec, metadata: dict[bytes, bytes]) -> tuple[str, pyproj.CRS | None, str]:
    """Name of the geometry column, its CRS, and why there is none."""
    no_geometry = SurveyError(
        f"{describe(spec)} is Parquet without geometry: its geo metadata is missing or wrong", "export GeoParquet"
    )
    try:
        geo = json.loads(metadata[b"geo"])
        name = str(geo["primary_column"])
        column = geo["columns"][name]
        encoding = str(column["encoding"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise no_geometry from error
    if encoding.upper() != "WKB":
        raise SurveyError(f"{describe(spec)} stores geometry as {encoding}", "export it with WKB encoding")
    stated = column.get("crs", _DEFAULT_CRS)
    if stated is None:
        return name, None, "its CRS is stated as unknown"
    return name, *understand_crs(stated)


def _values(pyarrow: Any, column: Any) -> npt.NDArray[np.generic]:
    """Numbers as they are, everything else as text, None where missing."""
    kind = column.type
    if pyarrow.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    is_number = pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind)
    if is_number or pyarrow.types.is_boolean(kind) or pyarrow.types.is_string(kind):
        plain: npt.NDArray[np.generic] = column.to_numpy(zero_copy_only=False)
        return plain
    texts = np.empty(len(column), dtype=object)
    texts[:] = [None if value is None else str(value) for value in column.to_pylist()]
    return texts
