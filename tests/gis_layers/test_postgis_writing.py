"""Frames into tables and back; what the server refuses on the way."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis_layers import LayerSpec, PostgisTable, StudyError, SurveyError, copy_to_postgis, read_layer
from gis_layers.postgis_reading import read_postgis
from gis_layers.postgis_writing import write_postgis
from tests.gis_layers.files import CRS
from tests.postgis_server import OWNER_PASSWORD, Server, postgis_server
from tests.real_data import real_data

pytestmark = pytest.mark.postgis


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgis_server() as running:
        yield running


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", OWNER_PASSWORD)


def spec_of(server: Server, table: str, kind: str = "street_light", **options: Any) -> LayerSpec:
    named = PostgisTable(server.url("owner"), table)
    return LayerSpec("survey", kind, Path("study.yaml"), shown_path=named.shown, postgis=named, **options)


# all that a text of PostgreSQL can hold, and what COPY gives a meaning of its own
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["\\N", "\\.", "\t", "a\nb", "\r\n", "\\", '"', "'; DROP TABLE t; --", "{}", "NULL"]
)
names = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=15).filter(
    lambda name: name not in ("geometry", "tableoid", "xmin", "xmax", "cmin", "cmax", "ctid")
)


@given(
    st.lists(names, min_size=4, max_size=4, unique=True),
    st.lists(
        st.tuples(
            st.none() | texts,
            st.none() | st.floats(allow_nan=False),
            st.booleans(),
            st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
            st.none() | st.tuples(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7)),
        ),
        max_size=6,
    ),
)
@settings(derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read_back(server: Server, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    frame = gpd.GeoDataFrame(
        {
            columns[0]: pd.Series([row[0] for row in rows], dtype=object),
            columns[1]: pd.Series([row[1] for row in rows], dtype=float),
            columns[2]: pd.Series([row[2] for row in rows], dtype=bool),
            columns[3]: pd.Series([row[3] for row in rows], dtype="Int64"),
        },
        geometry=[None if row[4] is None else shapely.Point(row[4]) for row in rows],
        crs=CRS,
    )
    write_postgis(server.url("owner"), {"any": frame}, schema="tried")
    table = read_postgis(spec_of(server, "tried.any"))
    read = list(table.columns.values())
    assert list(table.columns)[1:] == columns
    assert list(read[0]) == list(range(1, len(rows) + 1))
    for k in range(4):
        cells = [None if pd.isna(cell) else cell for cell in read[k + 1]]
        wanted = [row[k] for row in rows]
        assert cells == (wanted if k != 2 else [bool(cell) for cell in wanted])
    places = [None if wkb is None else shapely.from_wkb(wkb).coords[0] for wkb in table.wkb]
    assert places == [row[4] for row in rows]
    assert table.crs == CRS


@pytest.mark.real_data
def test_a_real_survey_reads_the_same_from_a_table(server: Server) -> None:
    path = real_data("rodez", "bdtopo_v2", "ROUTE.shp")
    from_file = read_layer(LayerSpec("survey", "street", path, shown_path=path.name), crs=CRS)
    delivered = from_file.delivered
    assert delivered is not None
    columns = {name: pd.Series(values) for name, values in delivered.columns.items()}
    frame = gpd.GeoDataFrame(columns, geometry=shapely.from_wkb(delivered.wkb), crs=delivered.crs)
    write_postgis(server.url("owner"), {"streets": frame}, schema="real")
    from_table = read_layer(spec_of(server, "real.streets", "street"), crs=CRS)
    assert (from_table.rows_read, from_table.rows_kept) == (from_file.rows_read, from_file.rows_kept)
    assert from_table.set_aside == from_file.set_aside
    assert {f.code for f in from_table.findings} == {f.code for f in from_file.findings} - {"encoding-guessed"}
    assert from_table.frame.geometry.geom_equals_exact(from_file.frame.geometry, 0).all()
    for name in ("source_row", "id"):
        assert list(from_table.frame[name]) == list(from_file.frame[name])


@pytest.mark.parametrize("schema", ["", "é" * 32])
def test_a_name_that_the_server_would_cut_is_refused(server: Server, schema: str) -> None:
    with pytest.raises(StudyError, match="1 to 63 bytes"):
        write_postgis(server.url("owner"), {}, schema=schema)


def test_a_crs_without_code_is_refused(server: Server) -> None:
    own = "+proj=tmerc +lat_0=44 +lon_0=2.5 +x_0=1 +y_0=2 +ellps=GRS80 +units=m"
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)], crs=own)
    with pytest.raises(StudyError, match="no EPSG code"):
        write_postgis(server.url("owner"), {"a": frame}, schema="own")
    with pytest.raises(SurveyError, match="cannot be read"):
        copy_to_postgis(Path("nowhere.gpkg"), server.url("owner"), schema="own")


def test_heights_are_kept_where_all_have_them(server: Server) -> None:
    high, flat = shapely.Point(1, 2, 3), shapely.Point(1, 2)
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[high, high], crs=CRS)
    write_postgis(server.url("owner"), {"a": frame}, schema="high")
    assert [shapely.from_wkb(wkb).z for wkb in read_postgis(spec_of(server, "high.a")).wkb] == [3.0, 3.0]
    with pytest.raises(StudyError, match="some geometries have heights"):
        write_postgis(server.url("owner"), {"a": frame.set_geometry([high, flat], crs=CRS)}, schema="high")


def test_one_wrong_layer_leaves_all_as_it_was(server: Server) -> None:
    good = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)], crs=CRS)
    write_postgis(server.url("owner"), {"good": good}, schema="whole")
    more = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[shapely.Point(0, 0)] * 2, crs=CRS)
    wrong = gpd.GeoDataFrame({"a": ["nul \x00"]}, geometry=[shapely.Point(0, 0)], crs=CRS)
    with pytest.raises(SurveyError):
        write_postgis(server.url("owner"), {"good": more, "wrong": wrong}, schema="whole")
    assert len(read_postgis(spec_of(server, "whole.good")).wkb) == 1


def test_a_column_of_our_own_name_keeps_it(server: Server) -> None:
    frame = gpd.GeoDataFrame({"fid": [7], "geom": ["text"]}, geometry=[shapely.Point(0, 0)], crs=CRS)
    write_postgis(server.url("owner"), {"a": frame}, schema="ours")
    table = read_postgis(spec_of(server, "ours.a"))
    assert {name: list(values) for name, values in table.columns.items()} == {"fid_": [1], "fid": [7], "geom": ["text"]}


def test_a_server_that_is_too_slow_or_locked_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_layers.postgis_reading._SETTINGS", {"statement_timeout": "150ms", "lock_timeout": "50ms"})
    point = "ST_SetSRID(ST_MakePoint(666000, 6359000), 2154)"
    server.run(f"CREATE VIEW slow AS SELECT pg_sleep(1)::text AS s, {point} AS geom")
    server.run(f"CREATE TABLE locked AS SELECT {point} AS geom")
    with pytest.raises(SurveyError, match="statement timeout") as error:
        read_postgis(spec_of(server, "slow"))
    assert "less busy" in error.value.hint
    with server.connect() as holder, holder.transaction():
        holder.execute("LOCK TABLE locked")
        with pytest.raises(SurveyError, match="lock timeout"):
            read_postgis(spec_of(server, "locked"))


def test_a_server_that_never_answers_is_given_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_layers.postgis.CONNECT_TIMEOUT_S", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        named = PostgisTable(f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/town", "t")
        with pytest.raises(StudyError, match="timeout") as error:
            read_postgis(LayerSpec("survey", "street", Path("x"), shown_path=named.shown, postgis=named))
    assert "check host and port" in error.value.hint


def test_whole_numbers_with_gaps_stay_whole(server: Server, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"year": pd.array([2027, None], dtype="Int64"), "n": np.array([1, 2])},
        geometry=[shapely.Point(0, 0)] * 2,
        crs=CRS,
    )
    frame.to_file(tmp_path / "a.gpkg", layer="a")
    assert copy_to_postgis(tmp_path / "a.gpkg", server.url("owner"), schema="gaps") == {"a": 2}
    with server.connect() as connection:
        found = connection.execute("SELECT year, n, pg_typeof(year)::text FROM gaps.a ORDER BY fid").fetchall()
    assert found == [(2027, 1, "bigint"), (None, 2, "bigint")]


def test_postgis_may_live_in_a_schema_of_its_own(server: Server) -> None:
    with server.connect("admin") as admin:
        admin.execute("CREATE DATABASE elsewhere OWNER owner")
    with psycopg.connect(server.url("admin").replace("/town", "/elsewhere"), password=OWNER_PASSWORD) as admin:
        admin.execute("CREATE SCHEMA ext")
        admin.execute("CREATE EXTENSION postgis SCHEMA ext")
        admin.execute("GRANT USAGE ON SCHEMA ext TO owner")
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2)], crs=CRS)
    address = server.url("owner").replace("/town", "/elsewhere")
    write_postgis(address, {"a": frame}, schema="plans")
    named = PostgisTable(address, "plans.a")
    table = read_postgis(LayerSpec("survey", "street_light", Path("x"), shown_path=named.shown, postgis=named))
    assert shapely.from_wkb(table.wkb[0]) == shapely.Point(1, 2)
    assert table.crs == CRS


def test_a_list_of_crs_that_may_not_be_read_is_told(server: Server) -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2)], crs=CRS)
    write_postgis(server.url("owner"), {"a": frame}, schema="blind")
    with server.connect("admin") as admin:
        admin.execute("REVOKE SELECT ON spatial_ref_sys FROM PUBLIC")
        try:
            table = read_postgis(spec_of(server, "blind.a"))
        finally:
            admin.execute("GRANT SELECT ON spatial_ref_sys TO PUBLIC")
    assert table.crs is None
    assert table.crs_note == "SRID 2154 cannot be looked up: the role may not read spatial_ref_sys"
