"""The budget of an operation: keys, metres that are investigated, summary and Budget sheet say the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest

from cardio.prospects import survey_prospects
from cardio.run import run_study
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from gis_layers import StudyError
from tests.cardio.office import differences, recalculate, values_of
from tests.cardio.study_samples import changed, write_study
from tests.cardio.tiny_town import ORIGIN, PRICES, STUDY, write_tiny_town

RULES = """
finance:
  fees: {project_management: 0.08, safety: 0.0125}
  stage: AVP
  contingency: {AVP: 0.10, PRO: 0.05}
  revision: 0.022
  investigation: {column: classe, unverified: [B, C], price: trial_pits}
"""
SCENARIOS = """
  later: {finance.stage: PRO}
  one_rate: {finance.contingency: 0.03}
  no_pits: {finance.investigation: null}
  only_c: {finance.investigation.unverified: [C]}
"""
TRIAL_PITS = "trial_pits: {label: Trial pits, unit: m, typical: 7.35, assumed: true, why: no source}\n"
# class of the soil street that begins there; the others have none, the paved ones are A
CLASSES = {(0, 0): "A", (100, 0): "C", (200, 0): "B"}


def write_town(folder: Path, *, rules: str = RULES, changes: tuple[tuple[str, str], ...] = ()) -> Path:
    """Write the tiny town with survey classes.

    By hand: 100 m of the plan's trench are of class A, 100 m of class C, 100 m of class B, 100 m of none.
    """
    study = STUDY + SCENARIOS + rules
    for old, new in changes:
        assert old in study
        study = study.replace(old, new)
    path = write_tiny_town(folder, study=study, prices=PRICES + TRIAL_PITS)
    streets = gpd.read_file(folder / "town.gpkg", layer="streets")
    starts = zip(streets.bounds["minx"] - ORIGIN[0], streets.bounds["miny"] - ORIGIN[1], streets["REVET"], strict=True)
    vertical = streets.bounds["minx"] == streets.bounds["maxx"]
    streets["classe"] = [
        "A" if surface == "pave" else CLASSES.get((round(x), round(y))) if (x < 200 or is_vertical) else None
        for (x, y, surface), is_vertical in zip(starts, vertical, strict=True)
    ]
    streets.to_file(folder / "town.gpkg", layer="streets", driver="GPKG")
    return path


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("budget")
    run_study(write_town(folder / "town"), out=folder / "plan")
    return folder / "plan"


def summary_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "summary.json").read_text("utf-8"))


def amounts_of(path: Path, scenario: str) -> dict[str, float]:
    budget = run_study(path, scenario=scenario).summary["budget"]
    return {f"{line['kind']} {line['name']}".strip(): line["amount"] for line in budget["lines"]}


def test_the_budget_of_the_tiny_town_by_hand(planned):
    """17,300 of works; 300 m to investigate at 7.35; 8 %, 1.25 %, 10 % at stage AVP and 2.2 % of the works."""
    budget = summary_of(planned)["budget"]
    assert [tuple(line.values()) for line in budget["lines"]] == [
        (17_300.0, "works", "", None),
        (2_205.0, "investigation", "Trial pits", None),
        (1_384.0, "fees", "project_management", 0.08),
        (216.25, "fees", "safety", 0.0125),
        (1_730.0, "contingency", "AVP", 0.1),
        (380.6, "revision", "", 0.022),
    ]
    assert budget["unverified_m"] == 300.0
    assert budget["total"] == 23_215.85
    assert budget["basis"] == "excl. tax; rates are on the works"


def test_the_budget_is_no_part_of_the_plan(planned, tmp_path):
    """Objective, bill and tender are those of the town without a budget."""
    run_study(write_tiny_town(tmp_path / "town"), out=tmp_path / "plan")
    with_it, without_it = summary_of(planned), summary_of(tmp_path / "plan")
    assert without_it["budget"] is None
    for key in ("objective", "cost"):
        assert with_it[key] == without_it[key]
    one, other = (openpyxl.load_workbook(folder / "tender.xlsx") for folder in (planned, tmp_path / "plan"))
    for name in ("BPU", "DQE"):
        assert list(one[name].iter_rows(values_only=True)) == list(other[name].iter_rows(values_only=True))
    assert "Budget" not in openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx").sheetnames


def test_scenarios_change_stage_rates_and_what_is_investigated(tmp_path):
    path = write_town(tmp_path)
    assert amounts_of(path, "later")["contingency PRO"] == 865.0
    assert amounts_of(path, "one_rate")["contingency AVP"] == 519.0
    assert "investigation Trial pits" not in amounts_of(path, "no_pits")
    # class C and none: 200 m
    assert amounts_of(path, "only_c")["investigation Trial pits"] == 1_470.0


def test_what_is_drawn_along_something_that_exists_is_not_investigated(tmp_path):
    """With a duct along every street nothing is dug, and nothing is investigated."""
    changes = (
        ("laying:\n", "laying:\n  in_duct: {along: ducts, within_m: 5, price: cable_in_duct}\n"),
        ("  schools: {kind", "  ducts: {kind: duct, path: town.gpkg, layer: streets}\n  schools: {kind"),
    )
    path = write_town(tmp_path, changes=changes)
    (tmp_path / "prices.yaml").write_text(
        PRICES + TRIAL_PITS + "cable_in_duct: {label: Cable, unit: m, typical: 3, assumed: true, why: no source}\n",
        encoding="utf-8",
    )
    summary = run_study(path).summary
    assert summary["build"]["routes_m"] == {"in_duct": 400.0, "trench": 0.0}
    assert summary["budget"]["unverified_m"] == 0.0


def test_a_study_without_stage_has_one_rate(tmp_path):
    path = write_town(tmp_path, rules="\nfinance: {contingency: 0.1}\n", changes=((SCENARIOS, ""),))
    budget = run_study(path).summary["budget"]
    assert [line["kind"] for line in budget["lines"]] == ["works", "contingency"]
    assert (budget["unverified_m"], budget["total"]) == (None, 19_030.0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("column: classe", "column: clase", r"finance.investigation.column.*no column 'clase'"),
        ("price: trial_pits", "price: trial_pit", r"price 'trial_pit', asked by finance.investigation.price"),
        ("price: trial_pits", "price: closure", r"EUR/each, but that work is counted in m"),
    ],
)
def test_an_investigation_that_cannot_be_priced_is_told_before_solving(tmp_path, old, new, said):
    study = load_study(write_town(tmp_path, changes=((old, new),)))
    with pytest.raises(StudyError, match=said) as raised:
        survey_prospects(study, stopwatch=Stopwatch())
    assert raised.value.hint


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("finance/fees/project_management", -0.01, "greater than or equal to 0"),
        ("finance/fees/project_management", 1.5, "should be from 0 to 1: 1.5 % is 0.015"),
        ("finance/fees", {"8 %": 0.08}, "a name has letters"),
        ("finance/contingency/PRO", -0.1, "greater than or equal to 0"),
        ("finance/contingency", -0.1, "greater than or equal to 0"),
        ("finance/contingency", {}, "should name at least one"),
        ("finance/contingency", "ten percent", "number"),
        ("finance/revision", "2 %", "number"),
        ("finance/revision", float("inf"), "less than or equal to 1|finite|number"),
        ("finance/stage", "DCE", "finance.contingency has no rate for DCE; known: AVP, PRO|did you mean"),
        ("finance/stage", None, r"is given by stage: name one as finance.stage \(AVP, PRO\)"),
        ("finance/contingency", None, "finance.stage.*says which finance.contingency holds"),
        ("finance/investigation/unverified", [], "should name at least one"),
        ("finance/investigation/unverified", ["B", "B"], "names something twice"),
        ("finance/investigation", {"column": "classe", "unverified": ["B"]}, "price.*missing|missing.*price"),
    ],
)
def test_wrong_rules_are_told_with_their_line(tmp_path, path, value, said):
    with pytest.raises(StudyError, match=said) as raised:
        load_study(write_study(tmp_path, changed(path, value)))
    assert "study.yaml:" in raised.value.message


def test_the_sheet_adds_up_to_the_summary(planned):
    budget = summary_of(planned)["budget"]
    book = openpyxl.load_workbook(planned / "plan.xlsx")
    sheet, values = book["Budget"], values_of(planned / "plan.xlsx")["Budget"]
    assert [values.cell(row, 6).value for row in range(2, 9)] == [
        *(line["amount"] for line in budget["lines"]),
        budget["total"],
    ]
    assert sheet["F4"].value == "=ROUND(C4*F$2,2)"
    assert [sheet.cell(3, column).value for column in (1, 2, 4, 5)] == [
        "Investigation of routes of unverified class (m)", "Trial pits", 300, 7.35,
    ]  # fmt: skip
    assert sheet.page_setup.orientation == "landscape"
    assert "excl. tax" in sheet["A10"].value


@pytest.mark.office
def test_a_price_or_a_rate_changed_by_hand_changes_the_budget(planned, tmp_path):
    """Closures 100 EUR dearer are 200 EUR of works, and 21.45 % of it besides; fees of 10 % are 2 % of 17,500 more."""
    book = openpyxl.load_workbook(planned / "plan.xlsx")
    for row in book["Prices"].iter_rows(min_row=2):
        if row[0].value == "closure":
            row[4].value = 900
    book["Budget"]["C4"].value = 0.10
    book.save(tmp_path / "changed.xlsx")
    untouched, changed_book = recalculate([planned / "plan.xlsx", tmp_path / "changed.xlsx"], tmp_path)
    assert differences(planned / "plan.xlsx", untouched) == []
    assert values_of(changed_book)["Budget"]["F8"].value == pytest.approx(23_215.85 + 200 * 1.2145 + 350)
