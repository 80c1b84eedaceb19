"""Equity between zones, from the study to the documents."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from cardio.diagnosis import diagnose_study
from cardio.exporters import render_map, render_report
from cardio.exporters.equity import equity_figures
from cardio.exporters.texts import Words
from cardio.run import run_study
from cardio.texts import say_diagnosis
from tests.cardio.deliverables import make_deliverable, with_summary
from tests.cardio.tiny_town import STUDY, write_tiny_town

# a school serves the thirty places in the east, nothing the ten in the west
HALF_SERVED = STUDY.replace("provided_by: []", "provided_by: [schools]")


def test_a_plan_tells_the_spread_before_and_after(tmp_path: Path) -> None:
    summary = run_study(write_tiny_town(tmp_path / "town"), out=tmp_path / "plan").summary
    fibre, parking = summary["equity"]
    assert [fibre["target"], parking["target"]] == ["fibre", "parking"]
    assert parking["zone_layer"] == "zones"
    assert parking["before"] == {
        "zones": 2, "worst_zone": "E", "worst_zone_name": "East", "worst_share": 0.0, "worst_decile": 0.0, "gini": None
    }  # fmt: skip
    assert (parking["after"]["worst_share"], parking["after"]["gini"]) == (1.0, 0.0)
    # a target of the whole town is measured over the zones that the other target names: both schools stand in the east
    assert fibre["zone_layer"] == "zones"
    assert (fibre["before"]["zones"], fibre["before"]["worst_zone"]) == (1, "E")
    assert json.loads((tmp_path / "plan" / "summary.json").read_text("utf-8"))["equity"] == summary["equity"]


def test_an_uneven_town_has_its_figures_by_hand(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path / "town", study=HALF_SERVED)
    diagnosis = diagnose_study(study)
    parking = diagnosis.summary["equity"][1]
    assert parking["after"] is None
    assert (parking["before"]["worst_zone"], parking["before"]["worst_share"]) == ("W", 0.0)
    # Lorenz curve: the first quarter of the places has nothing, and the rest is alike
    assert parking["before"]["gini"] == pytest.approx(0.25)
    words = "parking over 2 zones: worst 0.0% [West], worst tenth of the demand 0.0%, Gini 0.250"
    assert words in say_diagnosis(diagnosis)


@pytest.mark.parametrize("change", [(", in_each: zones", ""), ("in_each: zones", "zone: {layer: zones, name: West}")])
def test_without_zones_to_compare_there_is_nothing_to_say(tmp_path: Path, change: tuple[str, str]) -> None:
    diagnosis = diagnose_study(write_tiny_town(tmp_path / "town", study=STUDY.replace(*change)))
    rows = {row["target"]: row for row in diagnosis.summary["equity"]}
    assert (rows["parking"]["zone_layer"], rows["parking"]["before"]) == (None, None)
    if "zone:" not in change[1]:
        assert rows["fibre"]["before"] is None
        assert "equity" not in say_diagnosis(diagnosis)


def test_the_figures_have_words_in_both_languages() -> None:
    rows = make_deliverable().summary["equity"]
    french, english = (list(equity_figures(rows, Words(language))) for language in ("fr", "en"))
    assert [row.figure for row in english] == ["worst_share", "worst_decile", "gini"]
    assert english[0].label == "Worst served zone: Centre → Nord"
    assert french[0].label == "Zone la moins desservie\u202f: Centre → Nord"
    assert (english[2].before, english[2].after) == (None, 0.0421)


def test_workbook_and_report_show_them(tmp_path: Path) -> None:
    run_study(write_tiny_town(tmp_path / "town"), out=tmp_path / "plan")
    sheet = openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")["Coverage"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows[-3:] == [
        ("Parking", "Parking payment", "Worst served zone: East", None, 0, 1, None, None),
        ("Parking", "Parking payment", "Worst served tenth of the demand", None, 0, 1, None, None),
        ("Parking", "Parking payment", "Gini coefficient of the zones", None, None, 0, None, None),
    ]
    assert "Equity between zones" in (tmp_path / "plan" / "report.html").read_text("utf-8")


def test_a_report_without_zones_has_no_section_on_them() -> None:
    deliverable = with_summary(make_deliverable(language="en"), equity=[])
    assert "Equity between zones" not in render_report(deliverable, render_map(deliverable))


def test_gaps_on_the_map_tell_how_far_the_nearest_provider_is(tmp_path: Path) -> None:
    diagnose_study(write_tiny_town(tmp_path / "town"), out=tmp_path / "now")
    page = (tmp_path / "now" / "map.html").read_text("utf-8")
    assert "Nearest today" in page
    assert '"south", "", "1", "", "", "230 m"' in page.replace('","', '", "')
    assert '"row-1", "", "30", "", "", "none"' in page.replace('","', '", "')
