"""Attributes: which column is which, and cells as text and numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import KINDS, StudyError
from gis_layers.columns import as_names, as_text, delivered_columns, map_columns
from gis_layers.ledger import Ledger
from tests.gis_layers.files import codes, found, point, read, spec_of, write_geojson


def objects(*values: Any) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def map_for(kind: str, file_columns: list[str], **columns: str) -> tuple[dict[str, str], Ledger]:
    ledger = Ledger("survey", "a.shp", 0)
    spec = spec_of(Path("a.shp"), kind, columns=columns)
    content = {name: np.array([], dtype=object) for name in file_columns}
    return map_columns(spec, KINDS[kind], content, ledger), ledger


def test_own_name_is_taken_whatever_its_case_without_a_word() -> None:
    mapping, ledger = map_for("population_cell", ["ID", "People"])
    assert mapping == {"id": "ID", "people": "People"}
    assert ledger.findings() == ()


def test_alias_is_taken_in_order_of_preference_and_told() -> None:
    mapping, ledger = map_for("population_cell", ["pop", "IND", "osm_id"])
    assert mapping == {"id": "osm_id", "people": "IND"}
    (note,) = ledger.findings()
    assert (note.severity, note.code) == ("note", "column-alias")
    assert "people from IND" in note.message and "id from osm_id" in note.message


def test_the_study_comes_before_names_and_aliases() -> None:
    mapping, ledger = map_for("population_cell", ["people", "ind"], people="ind")
    assert mapping["people"] == "ind"
    assert ledger.findings() == ()


def test_required_column_missing_lists_the_file() -> None:
    with pytest.raises(StudyError, match=r"no column for people \(persons\)") as caught:
        map_for("population_cell", ["peopel", "geo"])
    assert "columns: {people: peopel}" in caught.value.hint
    assert "columns of the file: peopel, geo" in caught.value.hint


def test_unknown_canonical_column_names_the_nearest() -> None:
    with pytest.raises(StudyError, match="peple is no column of kind population_cell") as caught:
        map_for("population_cell", ["ind"], peple="ind")
    assert "did you mean people?" in caught.value.hint


def test_unknown_file_column_names_the_nearest() -> None:
    with pytest.raises(StudyError, match="columns: people names column indd") as caught:
        map_for("population_cell", ["IND", "men"], people="indd")
    assert "did you mean IND?" in caught.value.hint
    assert "columns of the file: IND, men" in caught.value.hint


def test_names_cut_to_ten_characters_are_found_and_told() -> None:
    mapping, ledger = map_for("population_cell", ["IDENTIFIAN", "inhabitant"])
    assert mapping == {"id": "IDENTIFIAN", "people": "inhabitant"}
    assert "id from IDENTIFIAN, people from inhabitant" in ledger.findings()[0].message


def test_accents_of_a_name_do_not_matter() -> None:
    mapping, ledger = map_for("parking_bay", ["Capacité", "LIBELLÉ"])
    assert mapping == {"name": "LIBELLÉ", "places": "Capacité"}
    assert ledger.findings()[0].code == "column-alias"


def test_the_exact_name_comes_before_its_cut_twin() -> None:
    assert map_for("street_cabinet", ["free_slo_1", "free_slots"])[0] == {"free_slots": "free_slots"}
    assert map_for("street_cabinet", ["free_slo_1"])[0] == {}


def hint_of(**content: list[Any]) -> str:
    spec = spec_of(Path("a.shp"), "population_cell")
    columns = {name: objects(*values) for name, values in content.items()}
    with pytest.raises(StudyError) as caught:
        map_columns(spec, KINDS["population_cell"], columns, Ledger("survey", "a.shp", 2))
    return caught.value.hint


def test_a_missing_number_is_suggested_by_name_or_content() -> None:
    assert "columns: {people: populati_1}" in hint_of(populati_1=["x", "y"])
    assert "columns: {people: Habitant}" in hint_of(Habitant=[None, None], area=["1", "2"])
    hint = hint_of(total=["12", "13,5"], label=["a", "b"], below=["-1", "-2"])
    assert "columns: {people: total}" in hint
    assert "columns that hold such numbers: total; columns of the file: total, label, below" in hint
    assert "columns: {people: COLUMN}" in hint_of(total=["12"], area=["3"], label=["a"])


def test_cells_as_text() -> None:
    assert as_text(np.array([1.0, np.nan, 2.5, -3.0, 1e300])).tolist() == ["1", "", "2.5", "-3", "1e+300"]
    assert as_text(np.array([7, -1])).tolist() == ["7", "-1"]
    assert as_text(np.array([True, False])).tolist() == ["true", "false"]
    assert as_text(objects(" Route ", None, "", "007")).tolist() == ["Route", "", "", "007"]
    assert as_names(objects("a", None, " ")).tolist() == ["a", None, None]
    assert as_text(np.array([], dtype=float)).tolist() == []


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.one_of(st.none(), st.integers(-(2**52), 2**52)), max_size=20))
def test_integers_read_the_same_with_and_without_missing_ones(values: list[int | None]) -> None:
    as_floats = np.array([np.nan if value is None else value for value in values], dtype=float)
    assert as_text(as_floats).tolist() == ["" if value is None else str(value) for value in values]


def test_delivered_columns_never_hide_ours() -> None:
    one = np.array([1])
    delivered = {"id": one, "src_id": one, "nature": one, "geometry": one}
    assert list(delivered_columns(delivered, ["id", "geometry"])) == ["src_src_id", "src_id", "nature", "src_geometry"]


def test_frame_holds_canonical_and_delivered_columns(tmp_path: Path) -> None:
    features = [
        (point(i), {"id": f"p{i}", "capacity": str(i), "source_row": "theirs", "geometry": "g"}) for i in range(3)
    ]
    layer = read(write_geojson(tmp_path / "a.geojson", features), "parking_bay")
    assert layer.frame["places"].tolist() == [0.0, 1.0, 2.0]
    assert layer.frame["capacity"].tolist() == ["0", "1", "2"]
    assert layer.frame["source_row"].tolist() == [0, 1, 2]
    assert layer.frame["src_source_row"].tolist() == ["theirs"] * 3
    assert layer.frame["src_geometry"].tolist() == ["g"] * 3
    assert layer.frame.geometry.name == "geometry"
    assert codes(layer) == {"column-alias"}


def test_odd_cells_become_text(tmp_path: Path) -> None:
    features = [
        (point(), {"l": [1, 2], "d": {"a": 1}, "b": True, "t": "2026-01-01T10:00:00Z"}),
        (point(1), {"b": None}),
    ]
    layer = read(write_geojson(tmp_path / "a.geojson", features), "parking_bay", where={})
    assert layer.rows_kept == 2
    assert "1" in str(layer.frame["l"].iloc[0]) and "a" in str(layer.frame["d"].iloc[0])
    assert len(found(layer, "missing-ids")) == 1


@pytest.mark.parametrize(
    ("words", "is_taken"), [(["0", "TEXTE"], True), (["RES", "TEXTE", "1"], False), (["-1", ""], True)]
)
def test_an_alias_is_taken_for_a_number_only_where_it_holds_numbers(
    tmp_path: Path, words: list[str], is_taken: bool
) -> None:
    lines = [{"type": "LineString", "coordinates": [[666000 + i, 6359000], [666009, 6359009]]} for i in range(3)]
    features = [(line, {"id": i, "Layer": word}) for i, (line, word) in enumerate(zip(lines, words, strict=False))]
    layer = read(write_geojson(tmp_path / "a.geojson", features), "street")
    assert ("level" in layer.frame) == is_taken
    (note,) = found(layer, "column-alias")
    assert note.severity == "note"
    assert ("hold words, not numbers: Layer for level" in note.message) == (not is_taken)
    assert is_taken or "ignored-number" not in codes(layer)
