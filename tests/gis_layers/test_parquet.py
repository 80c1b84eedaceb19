"""GeoParquet: the same rows as from any other format, and clear words for what is none."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from gis_layers import StudyError, SurveyError
from tests.gis_layers.files import CRS, at, codes, read
from tests.real_data import real_data


def lines(path: Path, **options: object) -> Path:
    geometry = [at(shapely.LineString([(0, row), (50, row)])) for row in range(4)]
    frame = gpd.GeoDataFrame(
        {
            "id": ["007", "8", None, "10"],
            "lanes": pd.array([1, None, 2, 3], dtype="Int64"),
            "day": [datetime.date(2024, 2, 29)] * 4,
            "way": pd.Categorical(["Rue", "Route", "Rue", None]),
            "nodes": [[1, 2], [], None, [3]],
        },
        geometry=geometry,
        crs=CRS,
    )
    frame.to_parquet(path, **options)
    return path


def with_geo(path: Path, geo: dict[str, object] | None) -> Path:
    """Replace the ``geo`` metadata of a file."""
    table = pq.read_table(path)
    metadata = {} if geo is None else {b"geo": json.dumps(geo).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return path


def test_rows_and_cells_come_out_as_delivered(tmp_path: Path) -> None:
    layer = read(lines(tmp_path / "a.parquet"), "street")
    assert layer.rows_kept == 4
    assert layer.frame.length.tolist() == [50.0] * 4
    assert layer.frame["id"].tolist() == ["007", "8", "row-2", "10"]
    assert layer.frame["way"].tolist()[:3] == ["Rue", "Route", "Rue"]
    assert layer.frame["lanes"].isna().tolist() == [False, True, False, False]
    assert layer.frame["day"].tolist()[0] == "2024-02-29"
    assert layer.frame["nodes"].tolist()[:2] == ["[1, 2]", "[]"]
    assert "crs-conflict" not in codes(layer)


def test_a_geometry_column_of_another_name_is_found(tmp_path: Path) -> None:
    frame = gpd.read_parquet(lines(tmp_path / "a.parquet")).rename_geometry("trace")
    frame.to_parquet(tmp_path / "b.parquet")
    layer = read(tmp_path / "b.parquet", "street")
    assert layer.rows_kept == 4
    assert "trace" not in layer.frame.columns


def test_a_file_that_states_no_crs_is_in_longitude_and_latitude_but_null_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(2.57, 47.2)], crs="EPSG:4326").to_parquet(path)
    column = {"encoding": "WKB", "geometry_types": ["Point"]}
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}
    assert read(with_geo(path, geo), "street_light").frame.geometry.x.iloc[0] == pytest.approx(667_000, abs=1_500)
    for crs in (None, "EPSG:99999999"):
        with_geo(path, {**geo, "columns": {"geometry": {**column, "crs": crs}}})
        with pytest.raises(StudyError, match="has no CRS"):
            read(path, "street_light")
        assert read(path, "street_light", crs="EPSG:4326").rows_kept == 1


@pytest.mark.parametrize(
    "geo",
    [
        None,
        {"primary_column": "geometry"},
        {"primary_column": "gone", "columns": {"gone": {"encoding": "WKB"}}},
        {"primary_column": "geometry", "columns": {"geometry": {"encoding": "point"}}},
        {"primary_column": "geometry", "columns": [1]},
    ],
)
def test_parquet_that_is_no_geoparquet_is_refused(tmp_path: Path, geo: dict[str, object] | None) -> None:
    path = with_geo(lines(tmp_path / "a.parquet"), geo)
    with pytest.raises(SurveyError) as caught:
        read(path, "street")
    assert "a.parquet" in caught.value.message and "export" in caught.value.hint


@pytest.mark.parametrize("cut", [0, 3, 4, 200, -1])
def test_a_cut_file_is_refused(tmp_path: Path, cut: int) -> None:
    path = lines(tmp_path / "a.parquet")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(SurveyError, match=r"a\.parquet"):
        read(path, "street")


def test_layer_and_encoding_mean_nothing_here(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.parquet")
    with pytest.raises(StudyError, match="holds one layer"):
        read(path, "street", layer="x")
    with pytest.raises(StudyError, match="always UTF-8"):
        read(path, "street", encoding="cp1252")


@pytest.mark.real_data
def test_streets_of_a_city_are_all_there() -> None:
    layer = read(real_data("street_networks", "slc_4881.parquet"), "street", study_crs="EPSG:32612")
    assert layer.rows_read == 50_917
    assert layer.frame.length.sum() == pytest.approx(2_079_000, rel=0.001)
    assert layer.frame["highway"].notna().all()
