"""GeoJSON beyond the plain: what GDAL leaves out in silence is told, and counts add up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import Layer, SurveyError
from tests.gis_layers.files import codes, found, point, read, write_geojson

CRS = {"type": "name", "properties": {"name": "EPSG:2154"}}


def feature(x: float, properties: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Feature", **more, "properties": properties, "geometry": point(x)}


def write(folder: Path, features: list[Any], *, spaces: int | None = None) -> Path:
    content = {"type": "FeatureCollection", "crs": CRS, "features": features}
    path = folder / "a.geojson"
    path.write_text(json.dumps(content, indent=spaces), encoding="utf-8")
    return path


def meters(folder: Path, features: list[Any], **options: Any) -> Layer:
    return read(write(folder, features, **options), "parking_meter")


@pytest.mark.parametrize("spaces", [None, 2])
@pytest.mark.parametrize("odd", [None, {}, [], 5, "x"])
def test_an_entry_that_is_no_feature_keeps_its_place_and_is_told(tmp_path: Path, odd: Any, spaces: int | None) -> None:
    features = [None, feature(0, {"id": "a", "n": 1}), odd, feature(9, {"id": "b", "n": 2, "ok": True})]
    layer = meters(tmp_path, features, spaces=spaces)
    assert (layer.rows_read, layer.set_aside) == (4, {"null-feature": 2})
    assert list(zip(layer.frame["id"], layer.frame["source_row"], strict=True)) == [("a", 1), ("b", 3)]
    assert [one.feature for one in found(layer, "null-feature")] == ["0", "2"]
    assert json.dumps(odd) in found(layer, "null-feature")[1].message
    assert [str(one) for one in layer.frame["n"]] == ["1", "2"]


@settings(derandomize=True, deadline=None, max_examples=30)
@given(present=st.lists(st.booleans(), min_size=1, max_size=12).filter(any))
def test_every_null_is_counted_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory, present: list[bool]
) -> None:
    entries = [feature(9 * k, {"id": f"p{k}", "list": [None, k]}) if one else None for k, one in enumerate(present)]
    layer = meters(tmp_path_factory.mktemp("nulls"), entries)
    assert layer.rows_read == len(present)
    assert layer.frame["source_row"].tolist() == [k for k, one in enumerate(present) if one]
    assert layer.frame["id"].tolist() == [f"p{k}" for k, one in enumerate(present) if one]
    assert layer.set_aside.get("null-feature", 0) == present.count(False)


def test_nulls_in_cells_are_no_null_features(tmp_path: Path) -> None:
    layer = meters(tmp_path, [feature(0, {"id": "a", "k": None, "l": [None, None], "m": [{}, []]})])
    assert layer.rows_kept == 1
    assert "null-feature" not in codes(layer)


def test_nested_cells_are_json_text_and_told(tmp_path: Path) -> None:
    layer = meters(tmp_path, [feature(0, {"id": "a", "whole": [1, 2], "text": ["é", "b"], "object": {"x": [1.5]}})])
    (finding,) = found(layer, "nested-values")
    assert finding.severity == "note" and finding.message.endswith("whole, text, object")
    row = layer.frame.iloc[0]
    assert [json.loads(row[name]) for name in ("whole", "text", "object")] == [[1, 2], ["é", "b"], {"x": [1.5]}]


@pytest.mark.parametrize(
    ("ids", "read_as"),
    [
        ([17, 19], ["17", "19"]),
        ([1, 2], ["1", "2"]),
        ([9007199254740993, 9007199254740995], ["9007199254740993", "9007199254740995"]),
        (["n1", "n2"], ["n1", "n2"]),
        ([17, None], ["row-0", "row-1"]),
        ([17, 17], ["row-0", "row-1"]),
    ],
)
def test_ids_beside_the_properties_are_the_ids(tmp_path: Path, ids: list[Any], read_as: list[str]) -> None:
    features = [feature(9 * k, {"k": k}, **({} if one is None else {"id": one})) for k, one in enumerate(ids)]
    layer = meters(tmp_path, features)
    assert layer.frame["id"].tolist() == read_as
    assert ("missing-ids" in codes(layer)) == read_as[0].startswith("row-")


def test_an_id_among_the_properties_wins(tmp_path: Path) -> None:
    layer = meters(tmp_path, [feature(9 * k, {"id": f"p{k}"}, id=k + 17) for k in range(2)])
    assert layer.frame["id"].tolist() == ["p0", "p1"]


@pytest.mark.parametrize(
    ("text", "read_as"), [("9007199254740993", "9007199254740993"), ("1e3", "1000"), ('"007"', "007")]
)
def test_ids_keep_their_digits(tmp_path: Path, text: str, read_as: str) -> None:
    path = write(tmp_path, [feature(0, {"id": "here"})])
    path.write_text(path.read_text().replace('"here"', text))
    assert read(path, "parking_meter").frame["id"].tolist() == [read_as]


@pytest.mark.parametrize("coordinates", [["2.5", "44.5"], [2.5], [2.5, None], {}, "2.5 44.5"])
def test_a_geometry_that_is_none_is_not_called_missing(tmp_path: Path, coordinates: Any) -> None:
    broken = {"type": "Feature", "properties": {"id": "b"}, "geometry": {"type": "Point", "coordinates": coordinates}}
    layer = meters(tmp_path, [feature(0, {"id": "a"}), None, {**broken, "geometry": None}, broken])
    assert layer.set_aside == {"null-feature": 1, "null-geometry": 1, "unreadable-geometry": 1}
    (finding,) = found(layer, "unreadable-geometry")
    assert finding.feature == "3" and '"coordinates": ' in finding.message


def test_surplus_ordinates_are_told(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [(point() | {"coordinates": [666000, 6359000, 1, 2, 3]}, {"id": "a"})])
    layer = read(path, "parking_meter")
    assert layer.rows_kept == 1
    assert "Ignoring extra members" in found(layer, "reader-warning")[0].message


def test_a_feature_alone_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    alone = json.dumps({**feature(0, {"id": "é"}), "crs": CRS}, ensure_ascii=False)
    path.write_text(alone, encoding="utf-8-sig")
    assert read(path, "parking_meter", crs="EPSG:2154").frame["id"].tolist() == ["é"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{}".encode("utf-16"), "UTF-16, but the format is always UTF-8"),
        ('{"type": "FeatureCollection"}'.encode("utf-16-le"), "UTF-16"),
        (b'// a\n{"type": "FeatureCollection", "features": []}', "does not begin with {"),
        (b'{"type": "FeatureCollection", "features": [/* a */]}', "Unexpected character"),
        (b'{"type": "FeatureCollection", "features": [', "cannot be read"),
    ],
)
def test_what_is_no_geojson_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(SurveyError, match=why):
        read(path, "parking_meter")


@pytest.mark.parametrize("first", ['"en service"', "null"])
def test_a_key_that_repeats_is_told_at_its_row(tmp_path: Path, first: str) -> None:
    path = write(tmp_path, [feature(x, {"id": str(x), "state": "planned"}) for x in range(3)])
    text = path.read_text(encoding="utf-8")
    at = text.index('"id": "1"')
    path.write_text(f'{text[:at]}"state": {first}, {text[at:]}', encoding="utf-8")
    layer = read(path, "parking_meter")
    (warning,) = found(layer, "duplicate-key")
    assert (warning.severity, warning.feature) == ("warning", "1")
    assert "state (2 times)" in warning.message
    assert set(layer.delivered.columns["state"]) == {"planned"}


def test_keys_that_stand_once_are_not_told(tmp_path: Path) -> None:
    features = [feature(0, {"id": "id", "type": None, "n": {"id": 1}}), feature(1, {"id": "b"})]
    assert "duplicate-key" not in codes(meters(tmp_path, features))
