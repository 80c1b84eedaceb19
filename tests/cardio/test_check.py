"""``cardio check`` as a network engineer meets it: everything wrong at once, as text, list, layer and map."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from cardio.restore import restore_layer
from cardio.survey_check import check_file, check_study
from cardio.texts import say_check
from gis_layers import StudyError, SurveyError
from tests.cardio.tiny_town import CRS, STUDY, at, write_tiny_town


def write_points(path: Path, *, rows: int = 3) -> Path:
    points = [shapely.Point(at(10.0 * row, 5.0)) for row in range(rows)]
    frame = gpd.GeoDataFrame({"id": [f"p{row}" for row in range(rows)]}, geometry=[*points[:-1], None], crs=CRS)
    pyogrio.write_dataframe(frame, path)
    return path


def test_a_clean_study_has_no_error(tmp_path: Path) -> None:
    check = check_study(write_tiny_town(tmp_path))
    assert check.exit_code == 0
    assert check.summary["complete"]
    assert check.summary["graph"]["edges"] > 0
    assert check.folder is None


def test_a_layer_that_cannot_be_used_hides_no_other(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    (tmp_path / "broken.geojson").write_text("{", encoding="utf-8")
    write_points(tmp_path / "gap.gpkg")
    more = "  broken: {kind: parking_bay, path: broken.geojson}\n  gap: {kind: street_light, path: gap.gpkg}\n"
    study.write_text(STUDY.replace("network:", f"{more}network:", 1), encoding="utf-8")
    check = check_study(study)
    codes = {finding.code for finding in check.findings}
    assert {"layer-unusable", "null-geometry"} <= codes
    assert check.findings[0].severity == "error"
    assert check.exit_code == SurveyError.exit_code
    assert not check.summary["complete"] and check.summary["graph"] is None
    assert {layer["name"] for layer in check.summary["layers"]} == {
        "streets", "exchange", "schools", "bays", "zones", "gap",
    }  # fmt: skip
    said = say_check(check)
    assert "broken.geojson" in said and "were not checked" in said


def test_what_the_study_asks_and_is_not_there_exits_with_2(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path, study=STUDY.replace("layer: bays, columns", "layer: baies, columns"))
    check = check_study(study)
    assert check.exit_code == StudyError.exit_code
    assert "bays" in check.findings[0].advice


def test_findings_become_a_list_a_layer_and_a_map(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path / "town")
    write_points(tmp_path / "town" / "gap.gpkg")
    more = "  gap: {kind: street_light, path: gap.gpkg}\n"
    study.write_text(STUDY.replace("network:", f"{more}network:", 1), encoding="utf-8")
    out = tmp_path / "out"
    check = check_study(study, out=out)
    assert check.folder == out
    listed = pd.read_csv(out / "findings.csv")
    assert list(listed["code"]) == [finding.code for finding in check.findings]
    layer = pyogrio.read_dataframe(out / "survey.gpkg", layer="findings")
    assert list(layer["code"]) == list(listed["code"])
    kept = {row["name"]: row["rows_kept"] for row in check.summary["layers"]}
    names = {str(name) for name, _ in pyogrio.list_layers(out / "survey.gpkg")}
    assert names == {"findings", "repairs", *kept}
    assert len(pyogrio.read_dataframe(out / "survey.gpkg", layer="gap")) == kept["gap"] == 2
    page = (out / "map.html").read_text(encoding="utf-8")
    assert "Check of the survey data" in page
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["schema"] == "cardio-check/1"
    assert check_study(study, out=out).exit_code == check.exit_code, "the folder is ours and replaced"


def test_one_file_is_checked_without_a_study(tmp_path: Path) -> None:
    check = check_file(write_points(tmp_path / "lights.gpkg"), kind="street_light", out=tmp_path / "out")
    assert [layer["rows_kept"] for layer in check.summary["layers"]] == [2]
    assert {finding.code for finding in check.findings} == {"null-geometry"}
    assert check.exit_code == 3
    assert (tmp_path / "out" / "map.html").exists()


def test_one_file_in_degrees_is_measured_in_metres_around_its_middle_wherever_its_rows_lie(tmp_path: Path) -> None:
    places = [shapely.Point(2.57, 47.2), shapely.Point(2.57, 47.201), shapely.Point(-120, -44)]
    frame = gpd.GeoDataFrame({"id": ["a", "b", "c"]}, geometry=places, crs="EPSG:4326")
    pyogrio.write_dataframe(frame, tmp_path / "one.geojson")
    check = check_file(tmp_path / "one.geojson", out=tmp_path / "out")
    assert check.summary["layers"][0]["rows_kept"] == 3
    kept = pyogrio.read_dataframe(tmp_path / "out" / "survey.gpkg", layer="one")
    assert kept.geometry.iloc[0].distance(kept.geometry.iloc[1]) == pytest.approx(111.2, rel=0.01)


def test_a_check_says_where_each_layer_lies(tmp_path: Path) -> None:
    """Swapped degrees are a place on earth too: only a reader sees that they are not of the town."""
    path = tmp_path / "one.geojson"
    pyogrio.write_dataframe(gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(44.35, 2.57)], crs=4326), path)
    check = check_file(path)
    assert check.summary["layers"][0]["lies_at"] == {"lon": 44.35, "lat": 2.57, "crs": "EPSG:4326"}
    assert "one: 1 rows read, 1 kept\n    lies at 2.570° N, 44.350° E (EPSG:4326)\n" in say_check(check)
    assert say_check(check_study(write_tiny_town(tmp_path / "town"))).count("lies at ") == 5


def test_places_in_messages_are_degrees_where_the_metres_are_known_to_nobody(tmp_path: Path) -> None:
    bow = shapely.Polygon([(2.57, 44.35), (2.58, 44.36), (2.58, 44.35), (2.57, 44.36)])
    line = shapely.LineString([(2.57, 44.35), (2.58, 44.36), (2.58, 44.35), (2.57, 44.36)])
    path = tmp_path / "one.geojson"
    pyogrio.write_dataframe(gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[bow, line], crs=4326), path)
    message = {finding.code: finding.message for finding in check_file(path).findings}
    assert "Self-intersection at 44.35500" in message["invalid-polygon"]
    assert "first at 44.35500" in message["self-crossing"] and "° E" in message["self-crossing"]


def test_a_file_in_an_absurd_projection_is_refused_in_words(tmp_path: Path) -> None:
    path = write_points(tmp_path / "lights.shp")
    absurd = (
        'PROJCS["x",GEOGCS["y",DATUM["z",SPHEROID["w",6378137,298.257]],PRIMEM["Greenwich",0],'
        'UNIT["degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],'
        'PARAMETER["latitude_of_origin",1e308],UNIT["metre",1e-300]]'
    )
    path.with_suffix(".prj").write_text(absurd)
    with pytest.raises(SurveyError, match="lies nowhere on earth in x"):
        check_file(path)
    study = write_tiny_town(tmp_path)
    more = "  gap: {kind: street_light, path: lights.shp}\n"
    study.write_text(STUDY.replace("network:", f"{more}network:", 1), encoding="utf-8")
    assert 'crs: "EPSG:' in check_study(study).findings[0].advice


def test_one_file_without_crs_asks_for_it(tmp_path: Path) -> None:
    path = write_points(tmp_path / "lights.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(StudyError, match="has no CRS"):
        check_file(path)
    assert check_file(path, crs=CRS).summary["layers"][0]["rows_kept"] == 2


def test_a_file_far_from_the_earth_is_refused(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(650_000, 6_860_000)], crs="EPSG:4326")
    pyogrio.write_dataframe(frame, tmp_path / "lost.gpkg")
    with pytest.raises(SurveyError, match="nowhere on earth"):
        check_file(tmp_path / "lost.gpkg")


def test_a_repaired_layer_is_written_back_as_delivered(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    line = shapely.LineString([at(0, 0), at(10, 0)])
    bow_tie = shapely.Polygon([at(0, 0), at(10, 10), at(10, 0), at(0, 10)])
    frame = gpd.GeoDataFrame({"id": ["7", "7", "8"]}, geometry=[bow_tie, bow_tie, line], crs=CRS)
    pyogrio.write_dataframe(frame, tmp_path / "gap.gpkg", geometry_type="Unknown")
    more = "  gap: {kind: building, path: gap.gpkg}\n"
    study.write_text(STUDY.replace("network:", f"{more}network:", 1), encoding="utf-8")
    check_study(study, out=tmp_path / "out")
    repaired = pyogrio.read_dataframe(tmp_path / "out" / "survey.gpkg", layer="repairs")
    assert {("gap", 0, "invalid-polygon"), ("gap", 1, "duplicate")} <= set(
        zip(repaired["layer"], repaired["source_row"], repaired["code"], strict=True)
    )
    document = restore_layer(study, "gap", tmp_path / "back.gpkg")
    assert document["rows"] == 3 and document["repairs"]["duplicate"] == 1
    before, after = (pyogrio.raw.read(tmp_path / name) for name in ("gap.gpkg", "back.gpkg"))
    assert list(before[2]) == list(after[2])
    assert list(before[3][0]) == list(after[3][0])


def test_restore_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    with pytest.raises(StudyError, match="no layer 'bay'") as caught:
        restore_layer(study, "bay", tmp_path / "back.gpkg")
    assert "bays" in caught.value.hint
    with pytest.raises(StudyError, match="is no GeoPackage"):
        restore_layer(study, "bays", tmp_path / "back.shp")
    with pytest.raises(StudyError, match="exists already"):
        restore_layer(study, "bays", tmp_path / "town.gpkg")


def test_a_file_without_any_place_still_tells_its_findings(tmp_path: Path) -> None:
    nothing = gpd.GeoDataFrame({"id": ["a", "a"]}, geometry=[None, None], crs="EPSG:4326")
    pyogrio.write_dataframe(nothing, tmp_path / "bare.gpkg", geometry_type="Point")
    check = check_file(tmp_path / "bare.gpkg")
    assert check.summary["layers"][0]["set_aside"] == {"null-geometry": 2}
    assert check.exit_code == 3
