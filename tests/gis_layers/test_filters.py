"""Filters: rows left out by the study are counted, and odd values pointed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_layers import Condition, StudyError
from tests.gis_layers.files import codes, found, point, read, write_geojson

NATURES = ["Route", "Rue", "Sentier", None, "Rue "]


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    features = [
        (point(i), {"id": f"p{i}", "nature": nature, "suivi": state, "n": number})
        for i, (nature, state, number) in enumerate(
            zip(NATURES, ["REC", "AVP", "REC", None, "AVP"], [1, 2, None, 3, 1], strict=True)
        )
    ]
    return write_geojson(tmp_path / "a.geojson", features)


def kept(path: Path, **options: object) -> list[str]:
    return list(read(path, "parking_meter", **options).frame["id"])


def test_where_keeps_or_excludes_values(survey: Path) -> None:
    assert kept(survey, where={"nature": Condition(("Rue", "Route"))}) == ["p0", "p1", "p4"]
    assert kept(survey, where={"nature": Condition(("Rue", "Route"), exclude=True)}) == ["p2", "p3"]


def test_empty_string_stands_for_missing(survey: Path) -> None:
    assert kept(survey, where={"nature": Condition(("",))}) == ["p3"]
    assert kept(survey, where={"nature": Condition(("",), exclude=True)}) == ["p0", "p1", "p2", "p4"]


def test_numbers_compare_as_text_without_decimals(survey: Path) -> None:
    assert kept(survey, where={"n": Condition(("1", "3"))}) == ["p0", "p3", "p4"]


def test_every_condition_must_hold(survey: Path) -> None:
    assert kept(survey, where={"nature": Condition(("Rue",)), "n": Condition(("1",))}) == ["p4"]


def test_filtered_rows_are_one_note(survey: Path) -> None:
    layer = read(survey, "parking_meter", where={"nature": Condition(("Rue",))})
    assert layer.set_aside == {"filtered": 3}
    (note,) = found(layer, "filtered")
    assert note.severity == "note"
    assert note.message.startswith("3 of 5 rows")


def test_value_that_no_row_has_is_pointed_out(survey: Path) -> None:
    layer = read(survey, "parking_meter", where={"nature": Condition(("Rue", "route"))})
    (warning,) = found(layer, "value-not-found")
    assert "'route'" in warning.message
    assert warning.advice == "did you mean 'Route'?"


def test_unknown_columns_name_the_nearest(survey: Path) -> None:
    with pytest.raises(StudyError, match="where: names column natur") as caught:
        read(survey, "parking_meter", where={"natur": Condition(("Rue",))})
    assert "did you mean nature?" in caught.value.hint
    with pytest.raises(StudyError, match="exists: names column status"):
        read(survey, "parking_meter", exists_column="status", exists_values=("REC",))


def test_what_does_not_exist_is_set_aside_with_its_values(survey: Path) -> None:
    layer = read(survey, "parking_meter", exists_column="suivi", exists_values=("REC", "MCO"))
    assert list(layer.frame["id"]) == ["p0", "p2"]
    assert layer.set_aside == {"not-existing": 3}
    (warning,) = found(layer, "not-existing")
    assert warning.severity == "warning"
    assert "AVP: 2" in warning.message and "(empty): 1" in warning.message
    assert len(found(layer, "value-not-found")) == 1  # MCO


def test_a_filtered_row_is_counted_once(survey: Path) -> None:
    layer = read(
        survey,
        "parking_meter",
        where={"nature": Condition(("Rue",))},
        exists_column="suivi",
        exists_values=("REC",),
    )
    assert layer.set_aside == {"filtered": 3, "not-existing": 2}
    assert layer.rows_kept == 0
    assert "empty-layer" in codes(layer)
    assert list(layer.frame.columns[:2]) == ["source_row", "id"]


def test_nothing_missing_nothing_said(survey: Path) -> None:
    layer = read(survey, "parking_meter", exists_column="n", exists_values=("1", "2", "3", ""))
    assert "not-existing" not in codes(layer)
    assert layer.rows_kept == 5
