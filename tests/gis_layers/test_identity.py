"""Ids are unique; what is delivered twice counts once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers.identity import make_ids
from gis_layers.ledger import Ledger
from tests.gis_layers.files import codes, found, point, read, write_geojson, write_gpkg


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
