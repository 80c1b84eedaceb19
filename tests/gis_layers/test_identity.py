"""Ids are unique; what is delivered twice counts once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers.identity import make_ids
from gis_layers.ledger import Ledger
from tests.gis_layers.files import X, Y, codes, found, point, read, write_geojson, write_gpkg


def ids_of(values: list[str | None]) -> tuple[list[str], Ledger]:
    ledger = Ledger("survey", "a.shp", len(values))
    return make_ids(np.array([*values, None], dtype=object)[:-1], ledger).tolist(), ledger


def test_repeated_ids_get_their_rank() -> None:
    ids, ledger = ids_of(["a", "b", "a", "a"])
    assert ids == ["a", "b", "a#2", "a#3"]
    assert [(f.severity, f.feature) for f in ledger.findings()] == [("warning", "2"), ("warning", "3")]


def test_new_ids_avoid_delivered_ones() -> None:
    ids, _ = ids_of(["a", "a", "a#2", "a"])
    assert ids == ["a", "a#3", "a#2", "a#4"]


def test_many_rows_of_one_id_beside_rows_that_look_renamed() -> None:
    count = 5_000  # tried one after the other for each row, these would be 12 million names
    ids, _ = ids_of([*(f"a#{rank}" for rank in range(2, count)), *["a"] * count])
    assert ids[count - 2 :] == ["a", *(f"a#{rank}" for rank in range(count, 2 * count - 1))]


def test_missing_ids_are_row_numbers() -> None:
    ids, ledger = ids_of(["a", None, " ", "row-1"])
    assert ids == ["a", "row-1", "row-2", "row-1#2"]
    assert [f.code for f in ledger.findings()] == ["missing-ids", "duplicate-id"]
    ledger = Ledger("survey", "a.shp", 2)
    assert make_ids(None, ledger).tolist() == ["row-0", "row-1"]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(["a", "a#2", "a#3", "a#2#2", "", "row-0", "row-3"]), max_size=12))
def test_ids_are_unique_and_the_first_row_keeps_its_own(values: list[str]) -> None:
    ids, _ = ids_of(list(values))
    assert len(set(ids)) == len(ids)
    delivered = [value or f"row-{row}" for row, value in enumerate(values)]
    for row, value in enumerate(delivered):
        if delivered.index(value) == row:
            assert ids[row] == value
        else:
            assert ids[row].rsplit("#", 1)[0] == value


def test_numbers_as_ids_have_no_decimals(tmp_path: Path) -> None:
    features = [(point(i), {"gid": value}) for i, value in enumerate([7, None, 12])]
    layer = read(write_geojson(tmp_path / "a.geojson", features), "parking_meter")
    assert layer.frame["id"].tolist() == ["7", "row-1", "12"]


def test_the_same_feature_twice_counts_once(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)] * 3, {"id": ["a", "a", "a"], "n": [1, 1, 1]})
    layer = read(path, "parking_meter")
    assert layer.set_aside == {"duplicate": 2}
    assert layer.frame["id"].tolist() == ["a"]
    assert [f.severity for f in found(layer, "duplicate")] == ["repaired"] * 2
    assert "duplicate-id" not in codes(layer)


def test_two_things_in_one_place_stay_two(tmp_path: Path) -> None:
    path = write_gpkg(
        tmp_path / "a.gpkg", [shapely.Point(0, 0)] * 2 + [shapely.Point(1, 0)], {"id": ["a", "b", "c"], "n": [1, 1, 1]}
    )
    layer = read(path, "parking_meter")
    assert layer.rows_kept == 3
    (warning,) = found(layer, "possible-duplicate")
    assert warning.severity == "warning"
    assert (warning.feature, warning.message.split(" and ")[0]) == ("1", "lies exactly on row 0")


def test_addresses_of_one_building_stay(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.Point(0, 0)] * 2, {"number": ["1", "1 bis"]})
    assert read(path, "address").rows_kept == 2


def test_same_place_with_other_people_is_no_duplicate(tmp_path: Path) -> None:
    path = write_gpkg(tmp_path / "a.gpkg", [shapely.box(0, 0, 1, 1)] * 2, {"id": ["a", "b"], "people": [1, 2]})
    layer = read(path, "population_cell")
    assert layer.rows_kept == 2
    assert not codes(layer) & {"duplicate", "possible-duplicate"}


LINE = shapely.LineString([(0, 0), (5, 1), (9, 9)])
RING = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(2, 2), (3, 2), (3, 3)]])


@pytest.mark.parametrize(
    ("kind", "shape", "again"),
    [
        ("street", LINE, LINE.reverse()),
        ("building", RING, RING.reverse()),
        ("building", RING, shapely.Polygon([(9, 9), (0, 9), (0, 0), (9, 0)], [[(3, 2), (3, 3), (2, 2)]])),
        (
            "street",
            shapely.MultiLineString([LINE, [(7, 7), (8, 8)]]),
            shapely.MultiLineString([[(8, 8), (7, 7)], LINE]),
        ),
    ],
    ids=["line reversed", "ring reversed", "ring begun elsewhere", "parts in another order"],
)
def test_the_same_drawn_the_other_way_is_a_duplicate(tmp_path: Path, kind: str, shape: object, again: object) -> None:
    other = shapely.transform(shape, lambda xy: xy + 20)
    same = read(write_gpkg(tmp_path / "a.gpkg", [shape, other, again], {"id": ["a", "b", "a"]}), kind)
    assert same.set_aside == {"duplicate": 1}
    (duplicate,) = found(same, "duplicate")
    assert (duplicate.feature, duplicate.severity) == ("2", "repaired")
    assert duplicate.message == "the feature of row 0, with the same attributes, is delivered again"
    renamed = read(write_gpkg(tmp_path / "b.gpkg", [shape, other, again], {"id": ["a", "b", "c"]}), kind)
    assert not renamed.set_aside
    (possible,) = found(renamed, "possible-duplicate")
    assert (possible.feature, possible.message.split(" and ")[0]) == ("2", "lies exactly on row 0")


def line(*corners: tuple[float, ...]) -> dict[str, object]:
    return {"type": "LineString", "coordinates": [[X + x, Y + y, *z] for x, y, *z in corners]}


def test_the_same_extent_is_no_duplicate(tmp_path: Path) -> None:
    straight, bent = line((0, 0, 0), (5, 1, 0), (9, 9, 0)), line((0, 0, 0), (5, 7, 0), (9, 9, 0))
    layer = read(write_geojson(tmp_path / "a.geojson", [(straight, {"id": "a"}), (bent, {"id": "b"})]), "street")
    assert not codes(layer) & {"duplicate", "possible-duplicate"}


def test_a_line_at_another_height_is_kept_and_pointed_out(tmp_path: Path) -> None:
    low, high = (line((0, 0, z), (5, 1, z), (9, 9, z)) for z in (0.0, 5.0))
    back, flat = line((9, 9, 7), (5, 1, 7), (0, 0, 7)), line((0, 0), (5, 1), (9, 9))
    bent = line((0, 0, 0), (5, 7, 0), (9, 9, 0))
    shapes = [low, bent, high, back, flat, low]
    layer = read(write_geojson(tmp_path / "a.geojson", [(shape, {"id": "a"}) for shape in shapes]), "street")
    assert layer.set_aside == {"duplicate": 1}
    assert [f.feature for f in found(layer, "duplicate")] == ["5"]
    assert {(f.severity, f.feature, f.message) for f in found(layer, "possible-duplicate")} == {
        ("warning", row, "lies exactly on row 0 in plan, but its heights or measures differ") for row in "234"
    }


def test_heights_do_not_hide_that_other_attributes_differ(tmp_path: Path) -> None:
    low, high = (line((0, 0, z), (9, 9, z)) for z in (0.0, 5.0))
    features = [(low, {"id": "a", "surface": "asphalt"}), (high, {"id": "a", "surface": "gravel"})]
    layer = read(write_geojson(tmp_path / "a.geojson", features), "street")
    assert not codes(layer) & {"duplicate", "possible-duplicate"}


def test_open_rings_delivered_twice_count_once(tmp_path: Path) -> None:
    ring = {"type": "Polygon", "coordinates": [[[666000, 6359000], [666009, 6359000], [666009, 6359009]]]}
    layer = read(write_geojson(tmp_path / "a.geojson", [(ring, {"id": "a"}), (ring, {"id": "a"})]), "building")
    assert layer.set_aside == {"duplicate": 1}
