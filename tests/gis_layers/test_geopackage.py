"""GeoPackages whose catalogue lies, and views: read from a copy, within limits, the survey left alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import shapely

from gis_layers import SurveyError
from gis_layers.readers import geopackage_copy
from tests.gis_layers.files import codes, found, read, write_gpkg

REGISTER = (
    "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
    "SELECT 'open_meters', data_type, 'open_meters', srs_id FROM gpkg_contents WHERE table_name = 'survey'",
    "INSERT INTO gpkg_geometry_columns SELECT 'open_meters', column_name, geometry_type_name, srs_id, z, m "
    "FROM gpkg_geometry_columns WHERE table_name = 'survey'",
)


def meters(folder: Path) -> Path:
    places = [shapely.Point(0, 0), shapely.Point(9, 0), shapely.Point(18, 0)]
    return write_gpkg(folder / "a.gpkg", places, {"id": ["a", "b", "é"], "state": ["open", "shut", "open"]})


def change(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)


def with_view(folder: Path, select: str) -> Path:
    path = meters(folder)
    change(path, f"CREATE VIEW open_meters AS {select}", *REGISTER)
    return path


@pytest.mark.parametrize("stated", [0, 1, 4, 2_000_000_000])
def test_a_stale_count_of_rows_loses_none_and_hangs_nothing(tmp_path: Path, stated: int) -> None:
    path = meters(tmp_path)
    change(path, f"UPDATE gpkg_ogr_contents SET feature_count = {stated}")
    before = path.read_bytes()
    layer = read(path, "parking_meter")
    assert list(layer.frame["id"]) == ["a", "b", "é"]
    (finding,) = found(layer, "row-count-stale")
    assert finding.message == f"layer survey states {stated} rows, but holds 3"
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.gpkg"]


def test_a_true_count_or_none_is_no_finding(tmp_path: Path) -> None:
    path = meters(tmp_path)
    assert "row-count-stale" not in codes(read(path, "parking_meter"))
    change(path, "DROP TABLE gpkg_ogr_contents")
    assert "row-count-stale" not in codes(read(path, "parking_meter"))


def test_a_row_deleted_past_the_triggers_is_not_missed(tmp_path: Path) -> None:
    path = meters(tmp_path)
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("DELETE FROM survey WHERE id = 'b'")
    layer = read(path, "parking_meter")
    assert list(layer.frame["id"]) == ["a", "é"]
    assert len(found(layer, "row-count-stale")) == 1


@pytest.mark.parametrize(
    "select",
    [
        "SELECT fid, geom, id, state FROM survey WHERE state = 'open'",
        "SELECT s.*, upper(s.state) AS loud FROM survey s JOIN survey t ON s.id = t.id WHERE t.state = 'open'",
    ],
)
def test_a_view_over_tables_of_the_file_is_read(tmp_path: Path, select: str) -> None:
    path = with_view(tmp_path, select)
    before = path.read_bytes()
    layer = read(path, "parking_meter", layer="open_meters")
    assert list(layer.frame["id"]) == ["a", "é"]
    assert layer.frame.geometry.iloc[1].x - layer.frame.geometry.iloc[0].x == pytest.approx(18)
    assert [finding.severity for finding in found(layer, "view-read")] == ["note"]
    assert path.read_bytes() == before
    assert read(path, "parking_meter", layer="survey").rows_kept == 3


@pytest.mark.parametrize(
    ("select", "why"),
    [
        (
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, geom FROM c, survey",
            "auth",
        ),
        ("SELECT fid, zeroblob(900000000) AS geom FROM survey", "too big"),
        ("SELECT fid, ST_Buffer(geom, 1) AS geom FROM survey", "no such function"),
        ("SELECT id AS fid, minx AS geom FROM rtree_survey_geom", "authorized|prohibited"),
        ("SELECT fid, geom FROM gone", "no such table"),
    ],
)
def test_a_view_that_may_harm_is_refused_with_what_to_do(tmp_path: Path, select: str, why: str) -> None:
    path = with_view(tmp_path, select)
    with pytest.raises(SurveyError, match=why) as error:
        read(path, "parking_meter", layer="open_meters")
    assert "Export > Save Features As" in error.value.hint


def test_a_view_without_an_end_in_sight_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = ", ".join(f"survey s{number}" for number in range(60))
    path = with_view(tmp_path, f"SELECT s0.fid, s0.geom FROM {tables} WHERE s0.id || s1.id || s59.id = 'none'")
    assert read(path, "parking_meter", layer="survey").rows_kept == 3
    monkeypatch.setattr(geopackage_copy, "MAX_STEPS", 3_000_000)
    with pytest.raises(SurveyError, match="it takes too long"):
        read(path, "parking_meter", layer="open_meters")


def test_a_view_of_more_rows_than_a_town_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = with_view(tmp_path, "SELECT s.fid, s.geom FROM survey s, survey t")
    monkeypatch.setattr(geopackage_copy, "MAX_ROWS", 8)
    with pytest.raises(SurveyError, match="more than 8 rows"):
        read(path, "parking_meter", layer="open_meters")
