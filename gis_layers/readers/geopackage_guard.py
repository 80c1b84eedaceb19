"""What a GeoPackage may make its reader compute: an SQLite file can hold views and columns without end.

GDAL believes the catalogue of the file: a count of rows, or a table that is really a query. Both are looked at here
before it is asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from gis_layers.errors import SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.readers.vector import describe

_COMPUTED_COLUMN = (2, 3)  # "hidden" of PRAGMA table_xinfo: generated when read, or stored


@dataclass(frozen=True)
class TableState:
    """What the catalogue of a file says of a layer, and what is true.

    Attributes
    ----------
    is_view : bool
        Computed while it is read; its rows are not counted.
    stated_rows : int or None
        Count of rows that GDAL would believe.
    rows : int
    """

    is_view: bool
    stated_rows: int | None
    rows: int


def read_only_uri(path: Path) -> str:
    """Name a file to SQLite so that it is only read, and nothing is left beside it."""
    path = path.absolute()
    has_journal = path.with_name(f"{path.name}-wal").exists()
    return f"file:{quote(str(path))}?{'mode=ro' if has_journal else 'mode=ro&immutable=1'}"


def quoted(name: str) -> str:
    """Name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def connect(spec: LayerSpec, path: Path | None = None) -> Iterator[sqlite3.Connection]:
    """Open the file of a layer, or another that stands in for it, for reading only.

    Raises
    ------
    SurveyError
        When SQLite cannot read it, at any time in the context.
    """
    try:
        with closing(sqlite3.connect(read_only_uri(path or spec.path), uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise SurveyError(f"{describe(spec)} cannot be read: {error}", "export the file again") from error


def check_catalogue(spec: LayerSpec) -> None:
    """Refuse a file whose catalogue of layers is missing, or itself computed.

    Raises
    ------
    SurveyError
    """
    with connect(spec) as connection:
        found = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE name LIKE 'gpkg~_%' ESCAPE '~'")
        tables = {str(name).lower(): _is_plain(kind, sql) for name, kind, sql in found if kind in ("table", "view")}
    if "gpkg_contents" not in tables:
        raise SurveyError(f"{describe(spec)} is an SQLite file, but no GeoPackage", "export the layer as GeoPackage")
    computed = sorted(name for name, plain in tables.items() if not plain)
    if computed:
        raise SurveyError(f"{describe(spec)}: its table {computed[0]} is computed", "export the layer again")


def list_layers(spec: LayerSpec) -> list[str]:
    """List the layers with geometry; GDAL, when asked for them, would compute the first row of every view."""
    query = (
        "SELECT m.name FROM gpkg_contents c JOIN gpkg_geometry_columns g ON lower(g.table_name) = lower(c.table_name) "
        "JOIN sqlite_master m ON lower(m.name) = lower(c.table_name) AND m.type IN ('table', 'view') ORDER BY c.rowid"
    )
    with connect(spec) as connection:
        return [str(name) for (name,) in connection.execute(query)]


def check_table(spec: LayerSpec, layer: str) -> TableState:
    """Refuse a table that has computed columns; tell whether it is a view, and how many rows it has.

    Raises
    ------
    SurveyError
    """
    where = describe(spec)
    again = "export it as a plain table of its own"
    with connect(spec) as connection:
        query = "SELECT type, sql FROM sqlite_master WHERE lower(name) = lower(?) AND type IN ('table', 'view')"
        found = connection.execute(query, (layer,)).fetchone()
        if found is not None and found[0] == "view":
            return TableState(is_view=True, stated_rows=None, rows=0)
        if found is None or not _is_plain(*found):
            raise SurveyError(f"{where}: layer {layer} is no plain table, but computed while it is read", again)
        columns = connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (layer,)).fetchall()
        computed = [str(name) for name, hidden in columns if hidden in _COMPUTED_COLUMN]
        if computed:
            raise SurveyError(f"{where}: layer {layer} computes column {computed[0]} while it is read", again)
        (rows,) = connection.execute(f"SELECT count(*) FROM {quoted(layer)}").fetchone()  # noqa: S608  # quoted
        return TableState(is_view=False, stated_rows=_stated_rows(connection, layer), rows=int(rows))


def _is_plain(kind: str, sql: str | None) -> bool:
    return kind == "table" and not (sql or "").lstrip().upper().startswith("CREATE VIRTUAL")


def _stated_rows(connection: sqlite3.Connection, layer: str) -> int | None:
    """Count of rows that GDAL will believe, None where the file states none."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone() is None:
        return None
    query = "SELECT feature_count FROM gpkg_ogr_contents WHERE lower(table_name) = lower(?)"
    found = connection.execute(query, (layer,)).fetchone()
    return None if found is None or found[0] is None else int(found[0])
