"""Shapefiles with parts missing, cut, mismatched or hostile: nothing is lost in silence, nothing crashes."""

from __future__ import annotations

import struct
import time
import tracemalloc
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import CardioError, Layer, StudyError, SurveyError, write_shapefile
from tests.gis_layers.files import CRS, at, codes, found, read

PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
LINE_BYTES = 8 + 44 + 4 + 3 * 16  # header, counts and box, one part, three points
ROWS = 20


def lines(path: Path, rows: int = ROWS) -> Path:
    """Write lines of three points each, named a0, a1..."""
    drawn = [at(shapely.LineString([(0, 10 * i), (5, 10 * i + 1), (10, 10 * i)])) for i in range(rows)]
    frame = gpd.GeoDataFrame({"nom": [f"a{i}" for i in range(rows)], "n": range(rows)}, geometry=drawn, crs=CRS)
    write_shapefile(path, frame, encoding="utf-8", columns={"nom": "NOM", "n": "N"})
    return path


def same_as_whole(layer: Layer, rows: list[int]) -> bool:
    """Whether the layer holds these rows of `lines`, each with its own attributes."""
    y = shapely.get_coordinates(shapely.get_point(layer.frame.geometry.array, 0))[:, 1] - at(shapely.Point(0, 0)).y
    return bool(
        layer.frame["source_row"].tolist() == rows
        and layer.frame["NOM"].tolist() == [f"a{i}" for i in rows]
        and np.allclose(y, 10 * np.array(rows))
    )


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


def patch(path: Path, place: int, content: bytes) -> None:
    whole = bytearray(path.read_bytes())
    whole[place : place + len(content)] = content
    path.write_bytes(whole)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "lies", "too many"])
def test_a_bad_shx_is_rebuilt_and_the_survey_left_alone(tmp_path: Path, damage: str) -> None:
    path = lines(tmp_path / "a.shp")
    shx = path.with_suffix(".shx")
    if damage == "missing":
        shx.unlink()
    elif damage == "too many":
        shx.write_bytes(shx.read_bytes() + struct.pack(">ii", 1 << 29, 50))
    elif damage == "lies":
        patch(shx, 100 + 8 * 3, struct.pack(">i", 1 << 29))
    else:
        cut(shx, 0 if damage == "empty" else 100 + 8 * 7 + 3)
    before = {other.name: other.read_bytes() for other in tmp_path.iterdir()}
    layer = read(path, "street")
    assert same_as_whole(layer, list(range(ROWS)))
    assert found(layer, "shx-rebuilt")[0].severity == "repaired"
    assert {other.name: other.read_bytes() for other in tmp_path.iterdir()} == before


def test_a_shapefile_without_attributes_keeps_its_geometries(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.shp")
    path.with_suffix(".dbf").unlink()
    layer = read(path, "street")
    assert layer.rows_kept == ROWS
    assert layer.frame["id"].iloc[3] == "row-3"
    assert found(layer, "attributes-lost")[0].severity == "error"
    with pytest.raises(StudyError, match="column"):
        read(path, "street", columns={"id": "NOM"})
    with pytest.raises(StudyError, match="no column for people"):
        read(path, "population_cell")


def test_a_broken_dbf_is_refused_unless_the_study_accepts_it(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.shp")
    for content in (b"", b"\x03" * 20, b"\xff" * 500):
        path.with_suffix(".dbf").write_bytes(content)
        with pytest.raises(SurveyError, match=r"\.dbf .* cannot be read") as caught:
            read(path, "street")
        assert "salvage: true" in caught.value.hint
        assert "attributes-lost" in codes(read(path, "street", salvage=True))


@pytest.mark.parametrize("with_shx", [True, False])
def test_missing_geometries_are_refused_with_their_number(tmp_path: Path, with_shx: bool) -> None:
    path = lines(tmp_path / "a.shp")
    cut(path, 100 + 12 * LINE_BYTES + 30)
    if not with_shx:
        path.with_suffix(".shx").unlink()
    with pytest.raises(SurveyError, match="8 of 20 geometries are missing, 12 can still be read") as caught:
        read(path, "street")
    assert "salvage: true" in caught.value.hint
    layer = read(path, "street", salvage=True)
    assert layer.rows_read == ROWS
    assert layer.set_aside == {"row-unreadable": 8}
    assert same_as_whole(layer, list(range(12)))


def test_missing_records_of_the_dbf_are_refused_with_their_number(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.shp")
    dbf = path.with_suffix(".dbf")
    header, record = struct.unpack("<HH", dbf.read_bytes()[8:12])
    cut(dbf, header + 15 * record + 2)
    with pytest.raises(SurveyError, match=r"5 of 20 rows of the \.dbf are missing, 15 can still be read"):
        read(path, "street")
    layer = read(path, "street", salvage=True)
    assert layer.set_aside == {"row-unreadable": 5}
    assert same_as_whole(layer, list(range(15)))


@pytest.mark.parametrize(("shapes", "records"), [(20, 23), (20, 17)])
def test_uneven_parts_are_an_error_with_both_numbers(tmp_path: Path, shapes: int, records: int) -> None:
    path, other = lines(tmp_path / "a.shp", shapes), lines(tmp_path / "b.shp", records)
    other.with_suffix(".dbf").replace(path.with_suffix(".dbf"))
    layer = read(path, "street")
    assert f"the .shp holds {shapes} rows, the .dbf {records}" in found(layer, "record-count")[0].message
    assert layer.rows_read == max(shapes, records)
    assert layer.set_aside == ({"record-count": 3} if records > shapes else {})
    assert layer.rows_kept == shapes
    if records > shapes:
        assert "NOM = a20" in found(layer, "record-count")[1].message


def test_null_shapes_are_no_damage(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.shp")
    patch(path, 100 + 4 * LINE_BYTES + 8, bytes(4))
    layer = read(path, "street")
    assert layer.set_aside == {"null-geometry": 1}


@pytest.mark.parametrize("points", [2**31 - 1, 2**32 - 1, 5])
def test_a_record_that_claims_more_points_than_it_holds_costs_one_row(tmp_path: Path, points: int) -> None:
    path = lines(tmp_path / "a.shp")
    patch(path, 100 + 4 * LINE_BYTES + 8 + 40, struct.pack("<I", points))
    tracemalloc.start()
    start = time.monotonic()
    layer = read(path, "street")
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert layer.set_aside == {"row-unreadable": 1}
    assert same_as_whole(layer, [row for row in range(ROWS) if row != 4])
    assert peak_bytes < 100e6
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("place", "content"),
    [(4, b"\xff\xff\xff\x7f"), (8, b"\xff\xff"), (8, b"\0\0"), (10, b"\0\0"), (32 + 16, b"\0")],
)
@pytest.mark.parametrize("salvage", [False, True])
def test_an_absurd_dbf_header_is_refused_or_told(tmp_path: Path, place: int, content: bytes, salvage: bool) -> None:
    path = lines(tmp_path / "a.shp")
    patch(path.with_suffix(".dbf"), place, content)
    try:
        layer = read(path, "street", salvage=salvage)
    except SurveyError as error:
        assert not salvage
        assert "salvage: true" in error.hint
    else:
        assert codes(layer) & {"attributes-lost", "record-count"}


@pytest.mark.parametrize("suffix", PARTS)
def test_an_empty_part_is_an_error_or_a_finding(tmp_path: Path, suffix: str) -> None:
    path = lines(tmp_path / "a.shp")
    path.with_suffix(suffix).write_bytes(b"")
    if suffix == ".shx":
        assert "shx-rebuilt" in codes(read(path, "street"))
    elif suffix == ".cpg":
        assert read(path, "street").rows_kept == ROWS
    else:
        with pytest.raises(CardioError) as caught:
            read(path, "street")
        assert caught.value.hint


@pytest.mark.parametrize("name", ["VOIRIE.SHP", "Voirie.Shp"])
@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
def test_names_in_any_case(tmp_path: Path, name: str, change: object) -> None:
    path = lines(tmp_path / "voirie.shp")
    for suffix in PARTS[1:]:
        part = path.with_suffix(suffix)
        part.rename(part.with_name(change(part.name)))  # type: ignore[operator]
    layer = read(path.rename(tmp_path / name), "street")
    assert same_as_whole(layer, list(range(ROWS)))
    assert not codes(layer) & {"shx-rebuilt", "attributes-lost"}


def test_deleted_rows_are_left_out_and_told(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.shp")
    dbf = path.with_suffix(".dbf")
    header, record = struct.unpack("<HH", dbf.read_bytes()[8:12])
    for row in (0, 7):
        patch(dbf, header + row * record, b"*")
    layer = read(path, "street")
    assert layer.rows_read == layer.rows_kept == ROWS - 2
    assert layer.frame["NOM"].tolist() == [f"a{i}" for i in range(ROWS) if i not in (0, 7)]
    assert "2 rows" in found(layer, "deleted-rows")[0].message


def test_two_columns_of_one_name_are_both_read(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.shp", 3)
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"N\0\0\0", b"NOM\0", 1))
    layer = read(path, "street")
    assert layer.frame["NOM"].tolist() == ["a0", "a1", "a2"]
    assert layer.frame["NOM_2"].tolist() == [0, 1, 2]
    assert "duplicate-column" in codes(layer)


@pytest.mark.parametrize("name", ["SPECIAL.DBF", "a.shx"])
def test_a_part_named_instead_of_the_shapefile_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x03" * 100)
    with pytest.raises(StudyError, match="without geometry") as caught:
        read(tmp_path / name, "street")
    assert ".shp" in caught.value.hint


def test_unclosed_rings_are_delivered_as_they_were(tmp_path: Path) -> None:
    squares = [at(shapely.box(20 * i, 0, 20 * i + 10, 10)) for i in range(3)]
    frame = gpd.GeoDataFrame({"nom": ["é", "b", "c"]}, geometry=squares, crs=CRS)
    path = tmp_path / "a.shp"
    write_shapefile(path, frame, encoding="cp1252", columns={"nom": "NOM"})
    last_point = 100 + 8 + 48 + 4 * 16  # first record: header, counts and box and part, four points
    patch(path, last_point, struct.pack("<dd", 666009.0, 6359001.0))
    layer = read(path, "building")
    assert "unclosed-ring" in codes(layer)
    assert layer.delivered is not None
    assert struct.pack("<dd", 666009.0, 6359001.0) in bytes(layer.delivered.wkb[0])
    assert list(layer.delivered.columns["NOM"]) == ["é", "b", "c"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = lines(tmp_path_factory.mktemp("whole") / "a.shp", 6)
    return {suffix: path.with_suffix(suffix).read_bytes() for suffix in PARTS}


@given(st.data())
@settings(derandomize=True, deadline=None, max_examples=100)
def test_any_damage_ends_in_a_layer_or_a_clear_error(
    whole: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "a.shp"
    suffix = data.draw(st.sampled_from(PARTS[:3]))
    for other, content in whole.items():
        path.with_suffix(other).write_bytes(content)
    content = bytearray(whole[suffix])
    for place, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=4)
    ):
        content[place] = byte
    size = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    path.with_suffix(suffix).write_bytes(content[:size])
    try:
        layer = read(path, "street", salvage=data.draw(st.booleans()))
    except CardioError as error:
        assert error.hint
    else:
        assert layer.rows_read <= 200
