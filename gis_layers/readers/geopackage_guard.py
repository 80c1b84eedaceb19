"""What a GeoPackage may make its reader compute: an SQLite file can hold views and columns without end.

GDAL believes the catalogue of the file: a count of rows, or a table that is really a query. Both are checked here
before it is asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

from gis_layers.errors import SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.readers.vector import describe

_COMPUTED_COLUMN = (2, 3)  # "hidden" of PRAGMA table_xinfo: generated when read, or stored


@contextmanager
def _connect(spec: LayerSpec) -> Iterator[sqlite3.Connection]:
    """Open a file for reading only, without leaving files beside it."""
    path = spec.path.absolute()
    has_journal = path.with_name(f"{path.name}-wal").exists()
    options = "mode=ro" if has_journal else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?{options}", uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise SurveyError(f"{describe(spec)} cannot be read: {error}", "export the file again") from error


def check_catalogue(spec: LayerSpec) -> None:
    """Refuse a file whose catalogue of layers is missing, or itself computed.

    Raises
    ------
    SurveyError
    """
    with _connect(spec) as connection:
        found = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE name LIKE 'gpkg~_%' ESCAPE '~'")
        tables = {str(name).lower(): _is_plain(kind, sql) for name, kind, sql in found if kind in ("table", "view")}
    if "gpkg_contents" not in tables:
        raise SurveyError(f"{describe(spec)} is an SQLite file, but no GeoPackage", "export the layer as GeoPackage")
    computed = sorted(name for name, plain in tables.items() if not plain)
    if computed:
        raise SurveyError(f"{describe(spec)}: its table {computed[0]} is computed", "export the layer again")


def check_table(spec: LayerSpec, layer: str) -> None:
    """Refuse a layer that is a view, has computed columns, or states a wrong count of rows.

    Raises
    ------
    SurveyError
    """
    where = describe(spec)
    again = "export it as a plain table of its own"
    with _connect(spec) as connection:
        found = connection.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (layer,)).fetchone()
        if found is None or not _is_plain(*found):
            raise SurveyError(f"{where}: layer {layer} is no table but a view, computed while it is read", again)
        columns = connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (layer,)).fetchall()
        computed = [str(name) for name, hidden in columns if hidden in _COMPUTED_COLUMN]
        if computed:
            raise SurveyError(f"{where}: layer {layer} computes column {computed[0]} while it is read", again)
        stated = _stated_rows(connection, layer)
        if stated is None:
            return
        identifier = '"' + layer.replace('"', '""') + '"'
        (rows,) = connection.execute(f"SELECT count(*) FROM {identifier}").fetchone()  # noqa: S608  # quoted
        if rows != stated:
            raise SurveyError(f"{where}: layer {layer} states {stated} rows, but holds {rows}", again)


def _is_plain(kind: str, sql: str | None) -> bool:
    return kind == "table" and not (sql or "").lstrip().upper().startswith("CREATE VIRTUAL")


def _stated_rows(connection: sqlite3.Connection, layer: str) -> int | None:
    """Count of rows that GDAL will believe, None where the file states none."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone() is None:
        return None
    query = "SELECT feature_count FROM gpkg_ogr_contents WHERE lower(table_name) = lower(?)"
    found = connection.execute(query, (layer,)).fetchone()
    return None if found is None or found[0] is None else int(found[0])
