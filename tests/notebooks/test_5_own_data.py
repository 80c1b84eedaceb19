"""From a folder of files to a plan: what the first study lacks is told, and settling it makes a plan possible."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.notebooks.executed import Executed, numbers_in


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    return Executed("5_own_data", tmp_path_factory.mktemp("own_data"))


@pytest.fixture(scope="module")
def summary(executed: Executed) -> dict[str, Any]:
    return json.loads((executed.folder / "own_data" / "plan" / "summary.json").read_text(encoding="utf-8"))


def shares(executed: Executed, cell_id: str) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in executed.rows(cell_id)}


def test_it_runs_clean(executed: Executed) -> None:
    assert executed.faults(writes="own_data") == []


def test_kinds_are_recognised_under_other_names(executed: Executed) -> None:
    kinds = {row[2]: row[1] for row in executed.rows("first")}
    assert kinds["VOIRIE_2024.shp"] == "street"
    assert kinds["population_200m.shp"] == "population_cell"
    assert kinds["reseau_fourreaux.gpkg"] == "duct"
    assert len(kinds) == 12
    assert "existant_SIG.shp" in executed.text("unused")


def test_doubts_are_questions_of_the_file(executed: Executed) -> None:
    doubts = executed.text("doubts").splitlines()
    assert len(doubts) >= 4
    text = (executed.folder / "own_data" / "from_departments" / "study.yaml").read_text(encoding="utf-8")
    assert all(doubt.removeprefix("- ") in text for doubt in doubts)


def test_before_settling_no_plan_is_invented(executed: Executed) -> None:
    said = executed.text("early")
    assert "Exit code 4" in said
    assert "nothing is offered for public_wifi" in said
    today = shares(executed, "diagnose")
    for target in ("wifi_town", "fibre_all"):
        before, required, reachable = map(float, today[target])
        assert before == reachable < required


def test_every_change_finds_its_one_place(executed: Executed) -> None:
    rows = executed.rows("settle")
    assert len(rows) == 8
    assert {row[1] for row in rows} == {"1"}


def test_settled_everything_asked_can_be_reached(executed: Executed) -> None:
    for before, required, reachable in shares(executed, "again").values():
        assert float(required) <= float(reachable)
        assert float(before) <= float(reachable)


def test_the_plan_meets_the_targets_at_the_cost_that_is_said(executed: Executed, summary: dict) -> None:
    said = executed.text("plan")
    assert "Verified: True" in said
    cost, percent, assumed = numbers_in(said)
    assert cost == round(summary["objective"]["value"])
    assert percent <= 5
    assert assumed == round(100 * summary["cost"]["share_from_assumed_prices"])
    for before, required, after, met in shares(executed, "after").values():
        assert float(before) <= float(after)
        assert float(required) - 0.001 <= float(after)
        assert met == "True"


def test_what_is_built_costs_what_the_plan_costs(executed: Executed, summary: dict) -> None:
    rows = executed.rows("built")
    assert sum(float(row[2]) for row in rows) == pytest.approx(summary["cost"]["capex"], abs=len(rows) / 2)


def test_rivers_and_railways_are_no_streets_and_planned_ducts_no_ducts(summary: dict) -> None:
    layers = {row["name"]: row for row in summary["layers"]}
    assert layers["voirie_2024"]["set_aside"] == {"filtered": 2}
    assert layers["reseau_fourreaux"]["set_aside"] == {"not-existing": 48}
    assert layers["loop"]["rows_kept"] > 0


def test_the_outputs_are_there(executed: Executed) -> None:
    for name in ("map.html", "report.html", "plan.xlsx", "plan.gpkg"):
        assert f"'{name}'" in executed.text("files")
