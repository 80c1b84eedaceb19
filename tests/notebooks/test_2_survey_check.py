"""The check of a survey finds what was planted, loses no row, and can be undone."""

from __future__ import annotations

import geopandas as gpd
import pytest

from tests.notebooks.executed import Executed, numbers_in


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    return Executed("2_survey_check", tmp_path_factory.mktemp("survey_check"))


def test_it_runs_clean(executed: Executed) -> None:
    assert executed.faults(writes="survey_check") == []


def test_the_counts_are_those_of_the_tables(executed: Executed) -> None:
    errors, warnings, repaired, notes = numbers_in(executed.text("check"))
    severities = [row[1] for row in executed.rows("findings")]
    assert [severities.count(name) for name in ("error", "warning", "repaired")] == [errors, warnings, repaired]
    assert sum(int(row[1]) for row in executed.rows("notes")) == notes


def test_everything_planted_was_found(executed: Executed) -> None:
    rows = executed.rows("planted")
    assert len(rows) == 8
    assert {row[-1] for row in rows} == {"True"}


def test_no_row_is_lost(executed: Executed) -> None:
    rows = executed.rows("rows")
    assert len(rows) == 13
    for name, _, read, kept, aside in rows:
        assert int(read) == int(kept) + int(aside), name
    assert sum(int(row[-1]) for row in rows) > 0


def test_the_repaired_rows_are_there_as_they_came(executed: Executed) -> None:
    assert [row[0] for row in executed.rows("repairs")] == ["findings", "repairs"]
    folder = executed.folder / "survey_check"
    assert len(gpd.read_file(folder / "checked" / "survey.gpkg", layer="repairs")) > 0
    assert [row[2] for row in executed.rows("restore")] == ["False", "True"]
    assert "Self-intersection" in executed.text("why")


def test_settings_undo_repairs(executed: Executed) -> None:
    said = {(row[1], row[2]) for row in executed.rows("switch")}
    assert ("before", "gap-closed") in said
    assert ("now", "gap-closed") not in said
    assert ("now", "near-miss") in said
    graph = {row[0]: row[1:] for row in executed.rows("graph")}
    joined, drawn = map(float, graph["junctions"])
    assert drawn == joined + 1
    joined_m, drawn_m = map(float, graph["length_m"])
    assert joined_m - drawn_m == pytest.approx(0.3, abs=0.02)


def test_the_hostile_file_keeps_its_good_rows_and_its_names(executed: Executed) -> None:
    assert [(row[1], row[3]) for row in executed.rows("hostile") if row[1] == "error"] == [
        ("error", "3"),
        ("error", "4"),
        ("error", "6"),
    ]
    kept = {row[2]: row[3] for row in executed.rows("kept")}
    assert kept == {
        "W01": "Hôtel de ville",
        "W02": "<script>alert(1)</script>",
        "W02#2": '=HYPERLINK("file:evil")',
        "W06": "Théâtre",
    }


def test_hostile_text_stays_text(executed: Executed) -> None:
    assert [row[1] for row in executed.rows("text")] == ["True", "False", "0"]


def test_a_broken_layer_hides_no_other(executed: Executed) -> None:
    answer = dict(executed.rows("stop"))
    assert answer["code"] == "layer-unusable"
    assert "noeuds.geojson" in answer["message"]
    assert int(answer["other layers with findings"]) >= 5
    assert answer["whole survey checked"] == "False"
    assert answer["exit code"] == "3"
