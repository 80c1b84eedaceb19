"""Layers of a GeoPackage that GDAL must not be asked for directly, read from a temporary copy that is put right.

A count of rows that is not that of the table is left out of the copy, so that GDAL counts them itself; a view becomes a
table there, within limits. The survey itself is only read.
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gis_layers.errors import SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_ROWS, MAX_VECTOR_BYTES
from gis_layers.readers.geopackage_guard import TableState, connect, quoted, read_only_uri
from gis_layers.readers.vector import describe
from gis_layers.table import FileNote

MAX_STEPS = 500_000_000
"""Instructions of SQLite that a view may take: a million rows joined to another table, some ten seconds."""
_STEPS_AT_ONCE = 100_000
_MAX_CELL_BYTES = 64 << 20
_PAGE_BYTES = 4096
_SQLITE_RECURSIVE = 33  # the module sqlite3 does not name it
_TYPE = re.compile(r"[A-Za-z]+(?:\([0-9, ]*\))?")
_AS_TABLE = "save it as a table: in QGIS, Export > Save Features As > GeoPackage, and name that layer"


@contextmanager
def put_right(spec: LayerSpec, layer: str, state: TableState) -> Iterator[tuple[Path, tuple[FileNote, ...]]]:
    """File to read a layer from, with what was found: the survey's own, or a copy that lasts as long as the context.

    Raises
    ------
    SurveyError
        When the layer is a view that cannot be computed within limits.
    """
    if not state.is_view and state.stated_rows in (None, state.rows):
        yield spec.path, ()
        return
    with tempfile.TemporaryDirectory(prefix="cardio-geopackage-") as folder:
        path = Path(folder) / "copy.gpkg"
        with connect(spec) as survey, closing(sqlite3.connect(path)) as copy:
            survey.backup(copy)  # with what its journal holds
            copy.execute("DROP TABLE IF EXISTS gpkg_ogr_contents")  # also ends the triggers on it
            copy.commit()
        yield path, (_fill_view(spec, layer, path),) if state.is_view else (_stale(layer, state),)


def _stale(layer: str, state: TableState) -> FileNote:
    return FileNote(
        "warning",
        code="row-count-stale",
        message=f"layer {layer} states {state.stated_rows} rows, but holds {state.rows}",
        done=f"all {state.rows} rows read",
        advice="check that no row is missing: a program changed the file without keeping its count",
    )


def _fill_view(spec: LayerSpec, layer: str, path: Path) -> FileNote:
    """Replace a view by a table of its rows, in the copy."""
    try:
        with closing(sqlite3.connect(f"file:{path}", uri=True)) as copy:
            columns = copy.execute("SELECT name, type FROM pragma_table_xinfo(?)", (layer,)).fetchall()
            declared = ", ".join(f"{quoted(name)} {_plain_type(kind)}" for name, kind in columns)
            copy.execute(f"DROP VIEW {quoted(layer)}")
            copy.execute(f"CREATE TABLE {quoted(layer)} ({declared})")
            copy.execute("ATTACH ? AS survey", (read_only_uri(spec.path),))
            rows = _copy_rows(copy, layer)
    except sqlite3.Error as error:
        what = "it takes too long" if "interrupted" in str(error) else str(error)
        raise SurveyError(
            f"{describe(spec)}: layer {layer} is a view that cannot be read: {what}", _AS_TABLE
        ) from error
    if rows > MAX_ROWS:
        raise SurveyError(f"{describe(spec)}: view {layer} has more than {MAX_ROWS:,} rows", _AS_TABLE)
    return FileNote(
        "note",
        code="view-read",
        message=f"layer {layer} is a view, computed from other tables of the file",
        done=f"its {rows} rows read as they are now",
        advice="save it as a table, to keep what was planned with",
    )


def _copy_rows(copy: sqlite3.Connection, layer: str) -> int:
    """Copy the rows of a view, one more than are allowed at most, within limits of time, memory and disk."""
    steps = 0

    def is_too_long() -> bool:
        nonlocal steps
        steps += _STEPS_AT_ONCE
        return steps > MAX_STEPS

    found = copy.execute("SELECT name, sql FROM survey.sqlite_master WHERE type IN ('table', 'view')").fetchall()
    readable = {name for name, sql in found if not (sql or "").lstrip().upper().startswith("CREATE VIRTUAL")}
    copy.execute(f"PRAGMA main.max_page_count = {2 * MAX_VECTOR_BYTES // _PAGE_BYTES}")
    copy.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_CELL_BYTES)
    copy.set_progress_handler(is_too_long, _STEPS_AT_ONCE)
    copy.set_authorizer(lambda action, first, _second, _base, _view: _judge(action, first, layer, readable))
    name = quoted(layer)
    copy.execute(f"INSERT INTO main.{name} SELECT * FROM survey.{name} LIMIT {MAX_ROWS + 1}")  # noqa: S608  # quoted
    copy.set_authorizer(None)
    copy.commit()
    return int(copy.execute(f"SELECT count(*) FROM main.{name}").fetchone()[0])  # noqa: S608  # quoted


def _judge(action: int, first: str | None, layer: str, readable: set[str]) -> int:
    """Let a statement read plain tables and views, and write the one table."""
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION)
    allowed |= action == sqlite3.SQLITE_READ and (not first or first in readable)
    allowed |= action == sqlite3.SQLITE_INSERT and first == layer
    return sqlite3.SQLITE_OK if allowed and action != _SQLITE_RECURSIVE else sqlite3.SQLITE_DENY


def _plain_type(declared: str) -> str:
    return declared if _TYPE.fullmatch(declared or "") else ""
