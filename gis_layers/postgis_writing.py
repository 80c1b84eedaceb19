"""Layers into PostGIS: all of them or none, and never over a table that is not ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gis_layers.errors import StudyError, SurveyError
from gis_layers.gdal import pyogrio
from gis_layers.postgis import open_connection, shown_connection
from gis_layers.read_back import read_back

if TYPE_CHECKING:
    import psycopg
    from psycopg import sql

    Connection = psycopg.Connection[tuple[Any, ...]]

MARK = "cardio-layers/1"
"""First word of the comment by which a table is known to be ours."""
_KEY, _PLACE = "fid", "geom"
_LONGEST_NAME = 63
_SETTINGS = {"statement_timeout": "600s", "lock_timeout": "10s"}
_POSTGIS = """
SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'
"""
_TABLES = """
SELECT c.relname, c.relkind = 'r' AND coalesce(split_part(obj_description(c.oid, 'pg_class'), ':', 1) = %s, false)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = ANY (%s)
"""
_DEPENDENT = """
SELECT DISTINCT v.oid::regclass::text FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
JOIN pg_class v ON v.oid = r.ev_class JOIN pg_class t ON t.oid = d.refobjid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE d.classid = 'pg_rewrite'::regclass AND n.nspname = %s AND t.relname = ANY (%s) AND v.oid <> t.oid ORDER BY 1
"""


def copy_to_postgis(path: Path, connection: str, *, schema: str) -> dict[str, int]:
    """Copy every layer with geometry of a GeoPackage to tables of the same names.

    Parameters
    ----------
    path : Path
    connection : str
        As in the study: an address without a password, or the name of an environment variable.
    schema : str
        Made where it is missing.

    Returns
    -------
    dict of str to int
        Table -> rows.

    Raises
    ------
    StudyError, SurveyError
        As `write_postgis`; or the file cannot be read.
    """
    try:
        names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        kinds = {name: pyogrio.read_info(path, layer=name) for name in names}
    except RuntimeError as error:  # base of all pyogrio errors
        raise SurveyError(f"{path} cannot be read: {error}", "plan again") from error
    layers = {name: _whole_numbers(read_back(path, name), kinds[name]) for name in names}
    write_postgis(connection, layers, schema=schema)
    return {name: len(frame) for name, frame in layers.items()}


def _whole_numbers(frame: gpd.GeoDataFrame, info: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Return a frame whose whole numbers are such again where some are missing."""
    types = dict(zip(info["fields"], info["dtypes"], strict=True))
    return frame.astype({name: "Int64" for name, kind in types.items() if kind.startswith("int")})


def write_postgis(connection: str, layers: Mapping[str, gpd.GeoDataFrame], *, schema: str) -> None:
    """Write layers to tables of a schema in one transaction: what was there stays whole until all is written.

    A table has a key ``fid`` (1 to n), the columns of the frame, ``geom`` with its type and SRID, and a spatial index.

    Raises
    ------
    StudyError
        The connection or its rights are not enough, a CRS has no EPSG code, a table of that name is not ours, or a
        view stands on one that would be replaced.
    SurveyError
        The server failed on the way.
    """
    if not 1 <= len(schema.encode()) <= _LONGEST_NAME:
        raise StudyError(f"a schema has a name of 1 to {_LONGEST_NAME} bytes", "choose another --schema")
    srids = {name: _srid(name, frame) for name, frame in layers.items()}
    where = f"{shown_connection(connection)} schema {schema}"
    right = "let the role CREATE on the database, or make the schema and give it to the role"
    with open_connection(connection, where=where, right=right, settings=_SETTINGS, read_only=False) as opened:
        base = opened.execute(_POSTGIS).fetchone()
        if base is None:
            raise StudyError(f"{where}: the database has no PostGIS", "let an administrator CREATE EXTENSION postgis")
        _make_room(opened, schema, list(layers), where)
        for name, frame in layers.items():
            _write_table(opened, (schema, name), frame, srids[name], base[0])


def _srid(name: str, frame: gpd.GeoDataFrame) -> int:
    code = None if frame.crs is None else frame.crs.to_epsg()
    if code is None:
        raise StudyError(f"layer {name}: its CRS has no EPSG code, which PostGIS needs", "plan in a CRS that has one")
    return int(code)


def _make_room(connection: Connection, schema: str, names: list[str], where: str) -> None:
    """Make the schema where it is missing, and drop our own tables of these names."""
    from psycopg import sql  # noqa: PLC0415  # an extra

    # two exports to a schema follow each other
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{MARK} {schema}"])
    if connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone() is None:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    present = {str(name): bool(ours) for name, ours in connection.execute(_TABLES, [MARK, schema, names])}
    if others := [name for name, ours in present.items() if not ours]:
        raise StudyError(
            f"{where}: {', '.join(others)} is there and was not written by Cardio: it is not replaced",
            "choose another --schema",
        )
    if views := [str(row[0]) for row in connection.execute(_DEPENDENT, [schema, list(present)])]:
        raise StudyError(
            f"{where}: {', '.join(views)} stands on a table that would be replaced",
            "choose another --schema",
        )
    for name in present:
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(schema, name)))


def _write_table(
    connection: Connection, table: tuple[str, str], frame: gpd.GeoDataFrame, srid: int, postgis: str
) -> None:
    from psycopg import sql  # noqa: PLC0415  # an extra

    place = _free_name(_PLACE, frame)
    data = frame.drop(columns=frame.geometry.name)
    key = _free_name(_KEY, data)
    shape = sql.SQL(_shape(table[1], frame))
    columns = [
        sql.SQL("{} integer PRIMARY KEY").format(sql.Identifier(key)),
        *(sql.SQL("{} " + _sql_type(values)).format(sql.Identifier(name)) for name, values in data.items()),
        sql.SQL("{} {}({}, {})").format(
            sql.Identifier(place),
            sql.Identifier(postgis, "geometry"),
            shape,
            sql.Literal(srid),
        ),
    ]
    name = sql.Identifier(*table)
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(name, sql.SQL(", ").join(columns)))
    comment = sql.Literal(f"{MARK}: written by Cardio, replaced by its next export")
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(name, comment))
    _copy_rows(connection, name, data, frame, srid)
    connection.execute(sql.SQL("CREATE INDEX ON {} USING gist ({})").format(name, sql.Identifier(place)))


def _shape(layer: str, frame: gpd.GeoDataFrame) -> str:
    """Type of a geometry column: the one of all rows, with Z where all have heights."""
    kinds = set(frame.geom_type.dropna())
    high = set(frame.geometry.dropna().has_z)
    if len(high) > 1:
        raise StudyError(f"layer {layer}: some geometries have heights, others not", "write it with or without heights")
    return (kinds.pop() if len(kinds) == 1 else "Geometry") + ("Z" if True in high else "")


def _copy_rows(
    connection: Connection, name: sql.Identifier, data: pd.DataFrame, frame: gpd.GeoDataFrame, srid: int
) -> None:
    from psycopg import sql  # noqa: PLC0415  # an extra

    places = shapely.to_wkb(shapely.set_srid(frame.geometry.array, srid), hex=True, include_srid=True)
    cells = [[None if gone else value for value, gone in zip(column.tolist(), column.isna(), strict=True)]
             for _, column in data.items()]  # fmt: skip
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
        for row in zip(range(1, len(frame) + 1), *cells, places, strict=True):
            copy.write_row(row)


def _free_name(wanted: str, frame: pd.DataFrame) -> str:
    """Return a name that no column has (names of the frame are kept as they are)."""
    taken = {str(name) for name in frame.columns}
    while wanted in taken:
        wanted += "_"
    return wanted


def _sql_type(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "boolean"
    if pd.api.types.is_integer_dtype(values):
        return "bigint"
    if pd.api.types.is_float_dtype(values):
        return "double precision"
    return "text"
