"""Tables of a real PostGIS server, read with the right to read them and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from gis_layers import Layer, LayerSpec, PostgisTable, StudyError, SurveyError, read_layer
from gis_layers.postgis_reading import read_postgis
from gis_layers.table import RawTable
from tests.gis_layers.files import CRS, codes, found
from tests.postgis_server import OWNER_PASSWORD, READER_PASSWORD, Server, postgis_server

pytestmark = pytest.mark.postgis

HOSTILE = 'x"; DROP TABLE survey.kept; --'
POINT = "ST_SetSRID(ST_MakePoint(666000 + i, 6359000), 2154)"
TABLES = (
    "CREATE SCHEMA survey",
    "GRANT USAGE ON SCHEMA survey TO reader",
    "CREATE TABLE survey.kept (id integer PRIMARY KEY, geom geometry(Point, 2154))",
    f"INSERT INTO survey.kept SELECT i, {POINT} FROM generate_series(12, 1, -1) i",
    f'CREATE TABLE survey."{HOSTILE.replace(chr(34), chr(34) * 2)}" AS TABLE survey.kept',
    'CREATE TABLE survey."Horodateurs d""été" AS TABLE survey.kept',
    "CREATE VIEW survey.seen AS SELECT id, geom FROM survey.kept WHERE id <= 3",
    "CREATE MATERIALIZED VIEW survey.stored AS SELECT id, geom FROM survey.kept WHERE id <= 4",
    "CREATE TABLE survey.two (id integer, outline geometry(Polygon, 2154), centre geometry(Point, 2154))",
    f"INSERT INTO survey.two SELECT i, ST_Buffer({POINT}, 5), {POINT} FROM generate_series(1, 2) i",
    "CREATE TABLE survey.bare (id integer, geom geometry)",
    "INSERT INTO survey.bare SELECT i, ST_MakePoint(666000 + i, 6359000) FROM generate_series(1, 2) i",
    "CREATE TABLE survey.empty (id integer, geom geometry(Point, 2154))",
    "CREATE TABLE survey.degrees (id integer, geom geography(Point))",
    "INSERT INTO survey.degrees VALUES (1, 'POINT(2.57 44.35)')",
    "CREATE TABLE survey.several (geom geometry)",
    f"INSERT INTO survey.several SELECT {POINT} FROM generate_series(1, 2) i",
    "INSERT INTO survey.several VALUES (ST_SetSRID(ST_MakePoint(2.5, 44.3), 4326))",
    "CREATE TABLE survey.plain (id integer)",
    "CREATE TYPE survey.state AS ENUM ('REC', 'MCO')",
    "CREATE TABLE survey.types (k integer PRIMARY KEY, small smallint, big bigint, gaps integer, huge bigint,"
    " price numeric(10, 2), code numeric(30, 0), free numeric, share real, yes boolean, maybe boolean, name text,"
    " fixed char(4), day date, moment timestamptz, tags text[], doc jsonb, key uuid, state survey.state, raw bytea,"
    ' "Mixed Case" text, geom geometry(Point, 2154))',
    "INSERT INTO survey.types SELECT i, i, 9007199254740993, i, 9007199254740993, 12.50,"
    " 123456789012345678901234567890, 0.1, 0.5, true, true, 'réseau', 'ab',"
    " '2024-02-29', '2024-02-29 12:00:00+02', '{a,b}', '{\"a\": 1}',"
    f" '6b1f1b1e-0000-0000-0000-000000000000', 'REC', '\\x00ff', 'x', {POINT} FROM generate_series(1, 2) i",
    "INSERT INTO survey.types (k) VALUES (3)",
    "CREATE TABLE survey.shapes (k integer PRIMARY KEY, geom geometry)",
    "INSERT INTO survey.shapes SELECT k, ST_GeomFromText(t, 2154) FROM (VALUES (1, 'POINT ZM (666000 6359000 1 2)'),"
    " (2, 'LINESTRING (666000 6359000, 666010 6359000)'), (3, 'CIRCULARSTRING (666000 6359000, 666001 6359001,"
    " 666002 6359000)'), (4, 'TIN (((0 0 0, 0 1 0, 1 0 0, 0 0 0)))'), (5, 'POINT EMPTY'), (6, NULL)) v (k, t)",
    "GRANT SELECT ON ALL TABLES IN SCHEMA survey TO reader",
    "CREATE TABLE survey.secret (id integer, geom geometry(Point, 2154))",
    "CREATE TABLE survey.ruled AS TABLE survey.kept",
    "ALTER TABLE survey.ruled ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY few ON survey.ruled TO reader USING (id <= 2)",
    "GRANT SELECT ON survey.ruled TO reader",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgis_server() as running:
        running.run(*TABLES)
        yield running


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", READER_PASSWORD)


def spec_of(server: Server, table: str, geometry: str | None = None, **options: Any) -> LayerSpec:
    named = PostgisTable(options.pop("connection", server.url()), table, geometry)
    kind = options.pop("kind", "parking_meter")
    return LayerSpec("survey", kind, Path("study.yaml"), shown_path=named.shown, postgis=named, **options)


def read(server: Server, table: str, geometry: str | None = None, **options: Any) -> Layer:
    layer = read_layer(spec_of(server, table, geometry, **options), crs=CRS)
    assert layer.rows_read == layer.rows_kept + sum(layer.set_aside.values())
    return layer


def raw(server: Server, table: str, geometry: str | None = None, **options: Any) -> RawTable:
    return read_postgis(spec_of(server, table, geometry, **options))


def refusal(server: Server, table: str, geometry: str | None = None, **options: Any) -> str:
    with pytest.raises((StudyError, SurveyError)) as error:
        read(server, table, geometry, **options)
    text = str(error.value)
    assert READER_PASSWORD not in text
    assert OWNER_PASSWORD not in text
    assert "reader" not in text
    return text


def test_a_table_is_a_layer_in_the_order_of_its_key(server: Server) -> None:
    layer = read(server, "survey.kept")
    assert layer.path == "postgresql://127.0.0.1/town survey.kept"
    assert list(layer.frame["id"]) == [str(k) for k in range(1, 13)]
    assert list(layer.frame.geometry.x) == [666000.0 + k for k in range(1, 13)]
    assert layer.findings == ()
    assert len(layer.sha256) == 64


@pytest.mark.parametrize(
    ("table", "rows"),
    [(f"survey.{HOSTILE}", 12), ('survey.Horodateurs d"été', 12), ("survey.seen", 3), ("survey.stored", 4)],
)
def test_names_are_taken_as_written_and_views_are_read(server: Server, table: str, rows: int) -> None:
    layer = read(server, table)
    assert (layer.rows_kept, codes(layer)) == (rows, set())
    assert read(server, "survey.kept").rows_kept == 12  # nothing was dropped


def test_the_order_of_storage_changes_nothing(server: Server) -> None:
    server.run(
        "CREATE TABLE survey.shuffled (name text, geom geometry(Point, 2154))",
        "GRANT SELECT ON survey.shuffled TO reader",
        f"INSERT INTO survey.shuffled SELECT 'n' || i % 3, {POINT} FROM generate_series(1, 40) i",
    )
    before = raw(server, "survey.shuffled")
    server.run(
        "DELETE FROM survey.shuffled",
        f"INSERT INTO survey.shuffled SELECT 'n' || i % 3, {POINT} FROM generate_series(40, 1, -1) i",
    )
    after = raw(server, "survey.shuffled")
    assert before.sha256 == after.sha256
    assert list(before.wkb) == list(after.wkb)
    server.run("UPDATE survey.shuffled SET name = 'other' WHERE ctid = (SELECT min(ctid) FROM survey.shuffled)")
    assert raw(server, "survey.shuffled").sha256 != before.sha256


def test_types_are_read_without_losing_a_digit(server: Server) -> None:
    columns = raw(server, "survey.types").columns
    assert columns["small"].dtype == float  # a gap, as from files
    assert np.isnan(columns["gaps"][2])  # type: ignore[call-overload]
    assert columns["k"].dtype == np.int64
    cells = {name: values[0] for name, values in columns.items()}
    assert cells == {
        "k": 1, "small": 1.0, "big": "9007199254740993", "gaps": 1.0, "huge": "9007199254740993", "price": 12.5,
        "code": "123456789012345678901234567890", "free": "0.1", "share": 0.5, "yes": "true", "maybe": "true",
        "name": "réseau", "fixed": "ab", "day": "2024-02-29", "moment": "2024-02-29 10:00:00+00", "tags": "{a,b}",
        "doc": '{"a": 1}', "key": "6b1f1b1e-0000-0000-0000-000000000000", "state": "REC", "raw": "\\x00ff",
        "Mixed Case": "x",
    }  # fmt: skip
    assert all(columns[name][2] is None for name in ("big", "yes", "name", "doc", "key"))


def test_shapes_that_cannot_be_used_become_findings(server: Server) -> None:
    layer = read(server, "survey.shapes")
    assert (layer.rows_read, layer.rows_kept) == (6, 1)
    assert layer.set_aside == {"null-geometry": 2, "unreadable-geometry": 2, "wrong-geometry": 1}
    assert "z-dropped" in codes(layer)


def test_several_geometry_columns_must_be_named(server: Server) -> None:
    assert "add geometry:; geometry columns: outline, centre" in refusal(server, "survey.two")
    assert "no geometry column center" in refusal(server, "survey.two", "center")
    layer = read(server, "survey.two", "centre")
    assert layer.rows_kept == 2
    assert [finding.message for finding in found(layer, "other-geometry")] == [
        "centre is read; outline hold further geometries"
    ]
    assert read(server, "survey.two", "outline", kind="building").rows_kept == 2


def test_the_crs_is_that_of_the_rows(server: Server) -> None:
    assert "has no CRS: its SRID is 0" in refusal(server, "survey.bare")
    assert read(server, "survey.bare", crs=CRS).rows_kept == 2
    assert "different SRIDs: 2154, 4326" in refusal(server, "survey.several")
    assert raw(server, "survey.empty").crs == "EPSG:2154"
    assert raw(server, "survey.degrees").crs == "EPSG:4326"
    assert codes(read(server, "survey.empty")) == {"empty-layer"}


def test_a_crs_of_the_database_itself_is_understood(server: Server) -> None:
    with server.connect("admin") as admin:
        admin.execute("INSERT INTO spatial_ref_sys (srid, srtext) VALUES (990001, 'nonsense'), (990002, %s)", [WKT])
    server.run(
        "CREATE TABLE survey.strange AS SELECT ST_SetSRID(ST_MakePoint(1, 2), 990001) AS geom",
        "CREATE TABLE survey.own AS SELECT ST_SetSRID(ST_MakePoint(1, 2), 990002) AS geom",
        "GRANT SELECT ON survey.strange, survey.own TO reader",
    )
    assert "SRID 990001 is not in EPSG" in refusal(server, "survey.strange")
    crs = raw(server, "survey.own").crs
    assert crs is not None
    assert crs.name == "Town grid"


WKT = (
    'PROJCS["Town grid",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",44],PARAMETER["central_meridian",2.5],PARAMETER["scale_factor",1],'
    'PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]'
)


def test_tables_that_cannot_be_read_are_refused_with_what_to_do(server: Server) -> None:
    assert "did you mean survey.kept?" in refusal(server, "survey.Kept")
    assert "no table public.kept" in refusal(server, "kept")
    assert "has no geometry column" in refusal(server, "survey.plain")
    text = refusal(server, "survey.secret")
    assert "permission denied" in text
    assert "GRANT USAGE on the schema and SELECT on survey.secret" in text
    assert "is for files" in refusal(server, "survey.kept", layer="kept", encoding="utf-8", columns={"x": "lon"})


def test_a_policy_that_hides_rows_is_told(server: Server) -> None:
    layer = read(server, "survey.ruled")
    assert layer.rows_read == 2
    assert codes(layer) == {"rows-hidden"}


def test_reading_writes_nothing(server: Server) -> None:
    count = "SELECT count(*), sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
    with server.connect() as owner:
        owner.execute("SELECT pg_stat_force_next_flush()")
        before = owner.execute(count).fetchone()
        read(server, "survey.kept")
        assert owner.execute(count).fetchone() == before
        rights = "has_database_privilege('reader', 'town', 'TEMP'), has_schema_privilege('reader', 'survey', 'CREATE')"
        assert owner.execute(f"SELECT {rights}").fetchone() == (False, False)


def test_a_view_that_writes_cannot_even_for_the_owner(server: Server) -> None:
    server.run(
        "CREATE FUNCTION survey.burn() RETURNS integer LANGUAGE sql VOLATILE AS"
        " 'DELETE FROM survey.kept WHERE id = 12; SELECT 1'",
        "CREATE VIEW survey.trap AS SELECT survey.burn() AS id, geom FROM survey.kept",
        "GRANT SELECT ON survey.trap TO reader",
    )
    assert "read-only transaction" in refusal(server, "survey.trap", connection="TOWN", kind="parking_meter")
    assert read(server, "survey.kept").rows_kept == 12


@pytest.fixture(autouse=True)
def owner_by_variable(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment variable may hold an address with its password, percent-encoded."""
    secret = OWNER_PASSWORD.replace("'", "%27").replace(" ", "%20")
    monkeypatch.setenv("TOWN", server.url("owner").replace("owner@", f"owner:{secret}@"))


def test_an_environment_variable_may_hold_the_address(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = read(server, "survey.kept", connection="TOWN")
    assert layer.path == "$TOWN survey.kept"
    monkeypatch.delenv("TOWN")
    assert "environment variable TOWN is not set" in refusal(server, "survey.kept", connection="TOWN")


def test_connections_that_fail_say_why_and_hold_no_secret(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "not the password")
    text = refusal(server, "survey.kept")
    assert 'password authentication failed for user "***"' in text
    assert "PGPASSWORD" in text
    assert "not the password" not in text
    monkeypatch.setenv("PGPASSWORD", READER_PASSWORD)
    nowhere = server.url().replace("/town", "/nowhere")
    assert "check the database and the user" in refusal(server, "survey.kept", connection=nowhere)
    assert "no PostGIS" in refusal(server, "survey.kept", connection=server.url().replace("/town", "/bare"))
    assert "check host and port" in refusal(server, "survey.kept", connection="postgresql://reader@127.0.0.1:1/town")
    monkeypatch.setenv("TOWN", "postgresql://reader:se/cr@et@127.0.0.1/town")
    text = refusal(server, "survey.kept", connection="TOWN")
    assert "environment variable TOWN is not an address" in text
    assert "cr@et" not in text


def test_a_service_of_libpq_names_the_server(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = tmp_path / "pg_service.conf"
    services.write_text(f"[town]\nhost=127.0.0.1\nport={server.port}\ndbname=town\nuser=reader\n", encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    layer = read(server, "survey.kept", connection="postgresql:///?service=town")
    assert layer.path == "postgresql://service=town/ survey.kept"
    assert layer.rows_kept == 12


def test_chunks_join_to_the_whole(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = raw(server, "survey.kept")
    monkeypatch.setattr("gis_layers.postgis_reading._ROWS_FIRST", 5)
    monkeypatch.setattr("gis_layers.postgis_reading.ROWS_AT_ONCE", 2)
    parts = raw(server, "survey.kept")
    assert list(parts.wkb) == list(whole.wkb)
    assert parts.sha256 == whole.sha256
    assert shapely.from_wkb(parts.wkb[11]).x == 666012.0


@pytest.mark.parametrize("limit", ["limits.MAX_ROWS", "postgis_reading.MAX_BYTES"])
def test_more_than_a_town_holds_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(f"gis_layers.{limit}", 11)
    assert "holds the town only" in refusal(server, "survey.kept")
