"""A PostGIS table as a survey: read in one snapshot, in a stable order, with nothing more than the right to read it."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyproj

from gis_layers import limits
from gis_layers.crs import OWN_GRIDS, understand_crs
from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import PLACE_COLUMNS, LayerSpec, PostgisTable
from gis_layers.postgis import open_connection, split_table_name
from gis_layers.readers.vector import describe
from gis_layers.table import FileNote, RawTable

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

    Connection = psycopg.Connection[tuple[Any, ...]]

Array = npt.NDArray[np.generic]

ROWS_AT_ONCE = 20_000
_ROWS_FIRST = 100
_BYTES_AT_ONCE = 16 << 20
MAX_BYTES = 2 << 30
"""Size of the rows written out for their digest: about 1 GB of coordinates, as the binary ones of a file."""
# the same text for the same value, whatever the settings of server and role
_SETTINGS = {
    "statement_timeout": "600s",
    "lock_timeout": "30s",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "1",
}
_WHOLE = frozenset({"smallint", "integer", "bigint"})
_REAL = frozenset({"real", "double precision"})
_EXACT_DIGITS = 15
_EXACT_BELOW = 2**53

_POSTGIS = """
SELECT n.nspname, has_table_privilege(c.oid, 'SELECT') FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'spatial_ref_sys' WHERE e.extname = 'postgis'
"""
_TABLE = """
SELECT c.oid, row_security_active(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
_NAMES = """
SELECT DISTINCT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
WHERE t.typname IN ('geometry', 'geography') AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1
"""
_COLUMNS = """
SELECT a.attname, t.typname, format_type(a.atttypid, a.atttypmod), tn.nspname,
  coalesce(a.attnum = ANY (i.indkey), false)
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace tn ON tn.oid = t.typnamespace
LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_CRS = "SELECT auth_name, auth_srid, srtext FROM {} WHERE srid = %s"


@dataclass(frozen=True)
class _Column:
    """A column of the table: its type as PostgreSQL writes it, and whether the primary key holds it."""

    name: str
    kind: str
    is_place: bool
    is_key: bool


@dataclass(frozen=True)
class _Base:
    """Where PostGIS lives in the database, and whether its list of CRS may be read."""

    schema: str
    crs_readable: bool


def read_postgis(spec: LayerSpec) -> RawTable:
    """Read a table or view in a read-only transaction with one snapshot.

    Rows come in the order of the primary key, without one in that of all their values, so that the same rows are read
    the same way each time. The digest is that of the rows read, in this order.

    Raises
    ------
    StudyError
        The connection, table or geometry column does not exist, may not be read, or must be named.
    SurveyError
        The table cannot be used as a layer, or the server failed.
    """
    if spec.postgis is None:
        raise ValueError(f"layer {spec.name} names no table")
    _refuse_file_keys(spec)
    name = ".".join(split_table_name(spec.postgis.table))
    right = f"let its owner GRANT USAGE on the schema and SELECT on {name} to the role of the connection"
    with open_connection(
        spec.postgis.connection, where=describe(spec), right=right, settings=_SETTINGS, read_only=True
    ) as connection:
        return _read(spec, spec.postgis, connection)


def _refuse_file_keys(spec: LayerSpec) -> None:
    place = [f"columns: {name}" for name in PLACE_COLUMNS if name in spec.columns]
    stated = [*(["layer"] if spec.layer else []), *(["encoding"] if spec.encoding else []), *place]
    if stated:
        raise StudyError(f"{describe(spec)}: {', '.join(stated)} is for files, not for tables", "remove it")


def _read(spec: LayerSpec, table: PostgisTable, connection: Connection) -> RawTable:
    base = _find_postgis(spec, connection)
    oid, notes = _find_table(spec, table, connection)
    columns = _list_columns(connection, oid)
    place = _choose_place(spec, table, [column for column in columns if column.is_place])
    kept = [column for column in columns if not column.is_place]
    others = [column.name for column in columns if column.is_place and column != place]
    if others:
        notes += (
            FileNote(
                "note",
                code="other-geometry",
                message=f"{place.name} is read; {', '.join(others)} hold further geometries",
                done="left out",
            ),
        )
    rows = _fetch(spec, connection, _select(table, place, kept, base), _Rows(kept))
    crs, crs_note = _find_crs(spec, connection, base, rows.srids or _declared_srid(place.kind))
    return RawTable(rows.wkb(), rows.columns(), crs, rows.digest.hexdigest(), crs_note, notes)


def _fetch(spec: LayerSpec, connection: Connection, query: sql.Composed, rows: _Rows) -> _Rows:
    """Fetch rows in parts of a size that memory can take, up to the limits of a layer."""
    size = _ROWS_FIRST
    with connection.cursor(name="cardio", binary=True) as cursor:
        cursor.execute(query)
        while chunk := cursor.fetchmany(size):
            rows.take(chunk)
            if rows.count > limits.MAX_ROWS or rows.bytes > MAX_BYTES:
                raise SurveyError(
                    f"{describe(spec)}: more than {limits.MAX_ROWS:,} rows, or {MAX_BYTES / 1e9:.1f} GB written out",
                    "read a view that holds the town only",
                )
            size = max(1, min(ROWS_AT_ONCE, _BYTES_AT_ONCE * rows.count // rows.bytes))
    return rows


def _find_postgis(spec: LayerSpec, connection: Connection) -> _Base:
    found = connection.execute(_POSTGIS).fetchone()
    if found is None:
        raise StudyError(f"{describe(spec)}: the database has no PostGIS", "check the database of the connection")
    return _Base(*found)


def _find_table(spec: LayerSpec, table: PostgisTable, connection: Connection) -> tuple[int, tuple[FileNote, ...]]:
    schema, name = split_table_name(table.table)
    found = connection.execute(_TABLE, [schema, name]).fetchone()
    if found is None:
        known = [str(row[0]) for row in connection.execute(_NAMES)]
        near = difflib.get_close_matches(f"{schema}.{name}", known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        listed = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
        raise StudyError(
            f"{describe(spec)}: no table {schema}.{name}", f"{hint}tables with geometry: {listed or 'none'}"
        )
    oid, filtered = found
    if not filtered:
        return oid, ()
    message = "a row security policy of the table may hide rows from the role of the connection"
    return oid, (FileNote("warning", code="rows-hidden", message=message, advice="ask the owner which rows it shows"),)


def _list_columns(connection: Connection, oid: int) -> list[_Column]:
    return [
        _Column(name, kind, type_name in ("geometry", "geography") and schema != "pg_catalog", is_key)
        for name, type_name, kind, schema, is_key in connection.execute(_COLUMNS, [oid])
    ]


def _choose_place(spec: LayerSpec, table: PostgisTable, places: Sequence[_Column]) -> _Column:
    names = [column.name for column in places]
    listed = f"geometry columns: {', '.join(names)}"
    if not places:
        raise StudyError(f"{describe(spec)}: the table has no geometry column", "name a table with geometry")
    if table.geometry is None:
        if len(places) > 1:
            raise StudyError(f"{describe(spec)}: the table has several geometry columns", f"add geometry:; {listed}")
        return places[0]
    if table.geometry not in names:
        raise StudyError(f"{describe(spec)}: the table has no geometry column {table.geometry}", listed)
    return places[names.index(table.geometry)]


def _select(table: PostgisTable, place: _Column, kept: Sequence[_Column], base: _Base) -> sql.Composed:
    """Query for SRID, WKB and the attributes; every name is an identifier, quoted by the library."""
    from psycopg import sql  # noqa: PLC0415  # an extra

    geometry = sql.SQL("{}::{}").format(sql.Identifier(place.name), sql.Identifier(base.schema, "geometry"))
    parts = [
        sql.SQL("{}({})").format(sql.Identifier(base.schema, "st_srid"), geometry),
        sql.SQL("{}({})").format(sql.Identifier(base.schema, "st_asbinary"), geometry),
        *(sql.SQL("{}" + _cast(column)).format(sql.Identifier(column.name)) for column in kept),
    ]
    keys = [position for position, column in enumerate(kept, start=3) if column.is_key]
    order = keys or range(1, len(parts) + 1)
    return sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
        sql.SQL(", ").join(parts),
        sql.Identifier(*split_table_name(table.table)),
        sql.SQL(", ").join(sql.SQL(str(position)) for position in order),
    )


def _cast(column: _Column) -> str:
    """Cast to what we read: whole numbers, floats, booleans, and text for all else, in an order that no locale changes.

    Decimals become floats where these hold every digit, otherwise text.
    """
    if column.kind in _WHOLE:
        return "::bigint"
    decimal = re.fullmatch(r"numeric\((\d+),\d+\)", column.kind)
    if column.kind in _REAL or (decimal and int(decimal[1]) <= _EXACT_DIGITS):
        return "::double precision"
    return "" if column.kind == "boolean" else '::text COLLATE "C"'


class _Rows:
    """Rows as they come, column by column, and their digest."""

    def __init__(self, kept: Sequence[_Column]) -> None:
        self.count = self.bytes = 0
        self.srids: set[int] = set()
        self.digest = hashlib.sha256(repr([column.name for column in kept]).encode())
        self._kept = kept
        self._chunks: list[list[Array]] = [[] for _ in range(len(kept) + 1)]

    def take(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows: SRID, WKB, attributes."""
        written = "".join(map(repr, rows)).encode("utf-8", "surrogatepass")
        self.digest.update(written)
        self.count += len(rows)
        self.bytes += len(written)
        srids, *columns = zip(*rows, strict=True)
        self.srids |= {srid for srid in srids if srid is not None}
        for chunks, values in zip(self._chunks, columns, strict=True):
            is_plain = isinstance(values[0], int | float) and None not in values
            chunks.append(np.array(values) if is_plain else _objects(values))

    def wkb(self) -> npt.NDArray[np.object_]:
        return np.concatenate([_objects(()), *self._chunks[0]])

    def columns(self) -> dict[str, Array]:
        return {
            column.name: _tidy(np.concatenate(chunks)) if chunks else _objects(())
            for column, chunks in zip(self._kept, self._chunks[1:], strict=True)
        }


def _objects(values: Sequence[object]) -> npt.NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _tidy(values: Array) -> Array:
    """Turn numbers with gaps into floats, as the readers of files do, or into text where a float would lose digits."""
    if values.dtype != object:
        return values
    present = [value for value in values if value is not None]
    if not present or isinstance(present[0], str):
        return values
    if isinstance(present[0], bool):
        return _objects([None if value is None else str(value).lower() for value in values])
    if isinstance(present[0], int) and max(map(abs, present)) >= _EXACT_BELOW:
        return _objects([None if value is None else str(value) for value in values])
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _declared_srid(kind: str) -> set[int]:
    """SRID that the type of a column states: all that is known of a table without geometries."""
    declared = re.search(r",(\d+)\)$", kind)
    return {int(declared[1])} if declared else {4326} if kind.endswith("geography") else {0}


def _find_crs(spec: LayerSpec, connection: Connection, base: _Base, srids: set[int]) -> tuple[pyproj.CRS | None, str]:
    if len(srids) > 1:
        listed = ", ".join(str(srid) for srid in sorted(srids))
        raise SurveyError(
            f"{describe(spec)}: rows have different SRIDs: {listed}",
            "read a view that brings them to one (ST_Transform)",
        )
    srid = next(iter(srids))
    if srid == 0:
        return None, "its SRID is 0"
    if not base.crs_readable:
        return None, f"SRID {srid} cannot be looked up: the role may not read spatial_ref_sys"
    from psycopg import sql  # noqa: PLC0415  # an extra

    query = sql.SQL(_CRS).format(sql.Identifier(base.schema, "spatial_ref_sys"))
    authority, code, wkt = connection.execute(query, [srid]).fetchone() or (None, None, None)
    for text in (f"{authority}:{code}" if authority and code else None, wkt):
        crs, crs_note = understand_crs(text)
        if crs is not None or crs_note == OWN_GRIDS:
            return crs, crs_note
    return None, f"SRID {srid} is not in EPSG, and the database does not describe it in a way that can be understood"
