"""Scenarios: what they may change, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cardio.study import load_study
from gis_layers import StudyError
from tests.cardio.scenario_samples import with_scenarios
from tests.cardio.study_samples import write_study


def with_scenario(folder: Path, overrides: Any) -> Path:
    return write_study(folder, with_scenarios({"try": overrides}))


def refusal(folder: Path, overrides: Any, scenario: str | None = None) -> str:
    path = with_scenario(folder, overrides)
    with pytest.raises(StudyError) as caught:
        load_study(path, scenario=scenario)
    return caught.value.message


def test_a_scenario_changes_removes_and_sets_what_the_study_leaves_open(tmp_path: Path):
    overrides = {
        "laying.trench": None,
        "targets.each.at_least": 0.3,
        "targets.each.providers": 2,
        "options.ap.support": None,
        "options.ap.sites": ["junctions"],
        "plan.solver": {"gap": 0.1},
    }
    study = load_study(with_scenario(tmp_path, overrides), scenario="try")
    assert [laying.name for laying in study.laying] == ["duct"]
    assert (study.targets[1].at_least, study.targets[1].providers) == (0.3, 2)
    assert (study.options[0].support, study.options[0].sites) == (None, ("junctions",))
    assert (study.solver.gap, study.solver.seed) == (0.1, 0)
    assert study.scenario == "try"


def test_without_its_name_a_scenario_changes_nothing(tmp_path: Path):
    plain = load_study(write_study(tmp_path, with_scenarios({})))
    other = load_study(with_scenario(tmp_path, {"targets.each.at_least": 0.3}))
    assert replace(other, sha256="", scenarios=()) == replace(plain, sha256="", scenarios=())


def test_an_optional_section_may_be_opened_by_a_scenario(tmp_path: Path):
    data = with_scenarios({"quick": {"plan.solver.time_limit_s": 5}})
    del data["plan"]
    assert load_study(write_study(tmp_path, data), scenario="quick").solver.time_limit_s == 5


@pytest.mark.parametrize(
    ("dotted", "value", "words"),
    [
        ("laying.trech", None, "laying.trech: unknown path; trech: did you mean trench?"),
        ("laying.aerial", {"price": "aerial_cable"}, "laying.aerial: unknown path; aerial: known: duct, trench"),
        ("options.app.backhaul", "none", "unknown path; app: did you mean ap?"),
        ("targets.each.at_leest", 0.1, "unknown path; at_leest: did you mean at_least?"),
        ("targets.each.at_least.x", 0.1, "unknown path; targets.each.at_least has no keys below it"),
        ("targets.each.providers", None, "nothing to remove: the study does not state it"),
        ("rules", "x", "rules: not implemented in this version"),
        ("plan.phases.2029", None, "unknown path; 2029: did you mean 2028?"),
        ("scenarios.try", {}, "a scenario cannot change this"),
        ("cardio", 2, "a scenario cannot change this"),
        ("", 2, "unknown path"),
    ],
)
def test_paths_that_are_refused(dotted: str, value: Any, words: str, tmp_path: Path):
    message = refusal(tmp_path, {dotted: value})
    assert "scenarios.try: " in message
    assert words in message


def test_what_a_scenario_breaks_is_named_at_its_line_even_when_it_is_not_run(tmp_path: Path):
    message = refusal(tmp_path, {"targets.each.at_least": 2, "network.routes": ["streats"]})
    lines = (tmp_path / "study.yaml").read_text(encoding="utf-8").splitlines()
    at_least = next(number for number, line in enumerate(lines, 1) if "targets.each.at_least" in line)
    first, second = message.splitlines()
    words = "targets.each.at_least: should be from 0 to 1: 2 % is 0.02 (is 2) [scenario try]"
    assert first.endswith(f"study.yaml:{at_least}: {words}")
    assert "network.routes[1]: no layer is named streats" in second


def test_an_error_of_the_study_is_told_once_not_once_a_scenario(tmp_path: Path):
    data = with_scenarios({"a": {"targets.each.at_least": 0.2}, "b": {"targets.each.at_least": 0.3}})
    data["study"]["crs"] = "EPSG:4326"
    with pytest.raises(StudyError) as caught:
        load_study(write_study(tmp_path, data))
    assert len(caught.value.message.splitlines()) == 1


def test_removing_what_others_refer_to_is_refused(tmp_path: Path):
    assert "no service is named wifi; there are none" in refusal(tmp_path, {"services.wifi": None})


def test_an_unknown_scenario_is_refused_with_the_nearest(tmp_path: Path):
    path = write_study(tmp_path)
    with pytest.raises(StudyError, match="no scenario 'smal'") as caught:
        load_study(path, scenario="smal")
    assert caught.value.hint == "did you mean small?"


@pytest.mark.parametrize("scenarios", [[], {"x": 3}, {"x": [1]}, "no_dig", {"bad name": {}}])
def test_scenarios_of_another_shape_are_refused(scenarios: Any, tmp_path: Path):
    with pytest.raises(StudyError, match="scenarios"):
        load_study(write_study(tmp_path, with_scenarios(scenarios)))
