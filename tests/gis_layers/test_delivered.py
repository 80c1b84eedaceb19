"""What was delivered can be written back exactly, and every change can be seen."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from gis_layers import Layer, StudyError, repairs, write_delivered
from tests.gis_layers.files import X, Y, read, write_geojson
from tests.gis_layers.test_geometry_checks import (
    CLEAN,
    LINE_DEFECTS,
    POLYGON_DEFECTS,
    SHELL,
    line_wkb,
    polygon_wkb,
    read_rows,
)
from tests.network_model.layers import layer as made_layer
from tests.real_data import real_data


def write_and_read(layer: Layer, **options: str) -> Layer:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / layer.path
        path = path.with_suffix(".gpkg")
        write_delivered(layer, path)
        return read(path, layer.kind, **options)


def assert_same_delivery(first: Layer, second: Layer) -> None:
    assert first.delivered is not None
    assert second.delivered is not None
    assert first.delivered.wkb.tolist() == second.delivered.wkb.tolist()
    assert list(first.delivered.columns) == list(second.delivered.columns)
    for name, values in first.delivered.columns.items():
        np.testing.assert_array_equal(values, second.delivered.columns[name])
    assert first.delivered.crs == second.delivered.crs


@settings(derandomize=True, deadline=None, max_examples=25)
@given(kind=st.sampled_from(sorted(CLEAN)), data=st.data())
def test_a_layer_written_back_reads_the_same(kind: str, data: st.DataObject) -> None:
    make_clean, defects = CLEAN[kind]
    chosen = data.draw(st.lists(st.sampled_from(sorted(defects)), max_size=5))
    rows = [*make_clean()[:12], *(defects[name][0] for name in chosen)]
    first = read_rows(kind, data.draw(st.permutations(rows)))
    second = write_and_read(first)
    assert_same_delivery(first, second)
    assert first.findings == second.findings
    assert first.set_aside == second.set_aside
    assert_frame_equal(first.frame, second.frame)
    assert {code: rows.tolist() for code, rows in first.changed.items()} == {
        code: rows.tolist() for code, rows in second.changed.items()
    }


def test_columns_come_back_as_they_were(tmp_path: Path) -> None:
    columns = {"fid": 7, "geom": "é <b>'\"", "n": 1.5, "big": 2**40, "yes": True, "none": None, "code": "007"}
    features = [
        ({"type": "Point", "coordinates": [X, Y, 3.0]}, columns),
        (None, dict.fromkeys(columns)),
        ({"type": "Point", "coordinates": [X + 1, Y]}, columns | {"code": "", "n": -0.1}),
    ]
    first = read(write_geojson(tmp_path / "a.geojson", features), "parking_meter")
    second = write_and_read(first)
    assert_same_delivery(first, second)
    assert_frame_equal(first.frame, second.frame)


def test_a_file_without_crs_stays_without(tmp_path: Path) -> None:
    path = real_data("nasty", "prj_missing_wrong_or_unnamed", "waternetwork.shp")
    first = read(path, "street", crs="EPSG:27572")
    second = write_and_read(first, crs="EPSG:27572")
    assert second.delivered is not None
    assert second.delivered.crs is None
    assert_frame_equal(first.frame, second.frame)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (("rodez", "bdtopo_v2", "ROUTE.shp"), "street"),
        (("nasty", "cp1252_polygonz_l93", "30014_INFO_SURF_20171013.shp"), "zone"),
        (("nasty", "null_geometries", "csah.shp"), "street"),
    ],
)
def test_real_files_come_back(parts: tuple[str, ...], kind: str) -> None:
    crs = {"crs": "EPSG:3857"} if "csah.shp" in parts else {}
    first = read(real_data(*parts), kind, study_crs="EPSG:2154", **crs)
    second = write_and_read(first, **crs)
    assert_same_delivery(first, second)
    assert_frame_equal(first.frame, second.frame)


def test_every_change_is_shown_before_and_after() -> None:
    doubled, crossing = LINE_DEFECTS["doubled points"][0], LINE_DEFECTS["crosses itself"][0]
    layer = read_rows("street", [doubled, crossing, line_wkb((0, 9), (5, 9))])
    changed = repairs(layer)
    assert changed[["source_row", "code"]].to_numpy().tolist() == [[0, "doubled-points"]]
    assert shapely.get_num_coordinates(changed["before"].iloc[0]) == 5
    assert shapely.get_num_coordinates(changed["after"].iloc[0]) == 3
    assert changed.crs == layer.frame.crs


def test_split_repaired_and_lost_rows_are_shown() -> None:
    rows = [POLYGON_DEFECTS["bow-tie"][0], polygon_wkb(SHELL[:-1]), polygon_wkb([(0, 0)])]
    changed = repairs(read_rows("building", rows)).set_index(["source_row", "code"])
    assert sorted(changed.index) == [(0, "invalid-polygon"), (0, "multipart"), (1, "unclosed-ring")]
    bow_tie = changed.loc[(0, "multipart")]
    assert bow_tie["before"].geom_type == "Polygon"
    assert bow_tie["after"].geom_type == "MultiPolygon"
    assert (changed.loc[(1, "unclosed-ring"), "after"]).area == 96.0


def test_a_clean_layer_has_no_repairs() -> None:
    changed = repairs(read_rows("street", CLEAN["street"][0]()))
    assert changed.empty
    assert list(changed.columns) == ["source_row", "code", "before", "after"]


def test_repairs_lie_in_the_crs_of_the_study(tmp_path: Path) -> None:
    square = [[2.57, 44.35], [2.58, 44.35], [2.58, 44.36], [2.57, 44.36]]
    path = write_geojson(tmp_path / "a.geojson", [({"type": "Polygon", "coordinates": [square]}, {})], crs=None)
    (changed,) = repairs(read(path, "building")).itertuples()
    assert changed.code == "unclosed-ring"
    assert changed.before.equals(changed.after)
    assert changed.before.distance(shapely.Point(X, Y)) < 5000.0


def test_swapped_axes_are_swapped_in_repairs_and_left_in_the_delivery(tmp_path: Path) -> None:
    square = [[44.35, 2.57], [44.35, 2.58], [44.36, 2.58], [44.36, 2.57]]
    path = write_geojson(tmp_path / "a.geojson", [({"type": "Polygon", "coordinates": [square]}, {})], crs=None)
    first = read(path, "building", crs="EPSG:4326 swapped")
    assert first.delivered_crs == "EPSG:4326 swapped"
    changed = repairs(first)
    assert changed["code"].tolist() == ["unclosed-ring"]
    assert changed["before"].iloc[0].equals(changed["after"].iloc[0])
    assert changed["before"].iloc[0].distance(shapely.Point(X, Y)) < 5000.0
    second = write_and_read(first, crs=first.delivered_crs)
    assert second.delivered is not None
    assert_same_delivery(first, second)
    assert second.delivered.crs == pyproj.CRS("EPSG:4326")  # as the file states it, which the study overrules
    assert_frame_equal(first.frame, second.frame)


def test_a_layer_without_a_file_cannot_be_written_back(tmp_path: Path) -> None:
    layer = made_layer("streets", "street", [shapely.LineString([(0, 0), (1, 1)])])
    with pytest.raises(StudyError, match="was not read from a file"):
        write_delivered(layer, tmp_path / "a.gpkg")
    with pytest.raises(StudyError, match="was not read from a file"):
        repairs(layer)
