"""Inheritance of scenarios: what applies in which order, and what is refused once, where it is stated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cardio.study import Study, load_study
from gis_layers import StudyError
from tests.cardio.scenario_samples import with_scenarios
from tests.cardio.study_samples import write_study


def load(folder: Path, scenarios: Any, name: str) -> Study:
    return load_study(write_study(folder, with_scenarios(scenarios)), scenario=name)


def refusals(folder: Path, scenarios: Any) -> list[str]:
    """Return the complaints, each with the text of its line in place of file and number."""
    path = write_study(folder, with_scenarios(scenarios))
    with pytest.raises(StudyError) as caught:
        load_study(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [line.removeprefix(f"{path}:").split(":", 1) for line in caught.value.message.splitlines()]
    return [f"{lines[int(number) - 1].strip()} |{text}" for number, text in told]


def test_what_is_extended_applies_and_the_own_overrides_win(tmp_path: Path):
    scenarios = {
        "cheap": {"extends": "small", "plan.solver.gap": 0.1, "plan.budget": 500},
        "small": {"targets.each.at_least": 0.05, "plan.budget": 100},
    }
    study = load(tmp_path, scenarios, "cheap")
    assert (study.targets[1].at_least, study.solver.gap, study.budget_eur) == (0.05, 0.1, 500)
    assert load(tmp_path, scenarios, "small").solver.gap == 0.02  # what is extended stays as it is


def test_of_several_the_later_wins_and_one_reached_twice_counts_where_it_comes_first(tmp_path: Path):
    scenarios = {
        "root": {"plan.budget": 100, "plan.solver.seed": 1, "plan.solver.gap": 0.1},
        "left": {"extends": "root", "plan.budget": 200},
        "right": {"extends": ["root"], "plan.solver.seed": 2},
        "both": {"extends": ["left", "right"]},
        "other": {"extends": ["right", "left"], "plan.solver.gap": 0.3},
    }
    for name, gap in (("both", 0.1), ("other", 0.3)):
        study = load(tmp_path, scenarios, name)
        assert (study.budget_eur, study.solver.seed, study.solver.gap) == (200, 2, gap)  # neither is undone by root
    conflict = {"a": {"plan.budget": 1}, "b": {"plan.budget": 2}, "ab": {"extends": ["a", "b"]}}
    assert load(tmp_path, conflict, "ab").budget_eur == 2


def test_an_heir_removes_what_was_added_and_states_again_what_was_removed(tmp_path: Path):
    trench = {"price": "trench"}
    scenarios = {
        "no_dig": {"laying.trench": None, "targets.each.providers": 2},
        "dig": {"extends": "no_dig", "laying.trench": trench, "targets.each.providers": None},
        "never": {"extends": "no_dig", "laying.trench": None},
    }
    dig = load(tmp_path, scenarios, "dig")
    assert [laying.name for laying in dig.laying] == ["duct", "trench"]
    assert (dig.laying[1].price, dig.laying[1].items, dig.targets[1].providers) == ("trench", (), 1)
    assert [laying.name for laying in load(tmp_path, scenarios, "never").laying] == ["duct"]


def test_a_mapping_stated_anew_takes_the_place_of_inherited_values_below_it(tmp_path: Path):
    scenarios = {
        "quick": {"plan.solver.time_limit_s": 5, "plan.solver.gap": 0.3},
        "exact": {"extends": "quick", "plan.solver": {"gap": 0}},
    }
    solver = load(tmp_path, scenarios, "exact").solver
    assert (solver.gap, solver.time_limit_s) == (0, 90)


@pytest.mark.parametrize(
    ("scenarios", "words"),
    [
        ({"a": {"extends": "b"}, "b": {}, "c": {}}, None),
        ({"a": {"extends": "bb"}, "b": {}}, '"extends": "bb" | scenarios.a.extends: no scenario is named bb; did you '),
        ({"a": {"extends": []}}, None),
        ({"a": {"extends": 3}}, '"extends": 3 | scenarios.a.extends: should name a scenario, or list scenarios'),
        ({"a": {"extends": None}}, '"extends": null | scenarios.a.extends: should name a scenario, or list'),
        ({"a": {"extends": ["b", 3]}, "b": {}}, "scenarios.a.extends: should name a scenario, or list scenarios"),
        ({"a": {"extends": ["b", "b"]}, "b": {}}, '"b" | scenarios.a.extends[2]: names b twice'),
        ({"a": {"extends": "a"}}, '"extends": "a" | scenarios.a.extends: extends itself: a -> a'),
        ({"a": {"extends": {"b": 1}}, "b": {}}, "scenarios.a.extends: should name a scenario, or list scenarios"),
        (
            {"s": {"plan.budget": [1, 2]}, "a": {"extends": "s=1"}},
            "scenarios.a.extends: no scenario is named s=1; did you mean s?",
        ),
    ],
)
def test_what_is_no_lineage_is_refused_at_its_line(scenarios: Any, words: str | None, tmp_path: Path):
    if words is None:
        load_study(write_study(tmp_path, with_scenarios(scenarios)))
        return
    (told,) = refusals(tmp_path, scenarios)
    assert words in told


def test_a_circle_is_told_once_with_its_way_and_leaves_the_others_checked(tmp_path: Path):
    scenarios = {
        "a": {"extends": "b"},
        "b": {"extends": ["c"], "targets.each.at_leest": 1},
        "c": {"extends": "a"},
        "heir": {"extends": "a"},
        "d": {"targets.each.at_least": 2},
    }
    circle, share = refusals(tmp_path, scenarios)
    assert circle == '"extends": "b" | scenarios.a.extends: extends itself: a -> b -> c -> a'
    assert share.endswith("(is 2) [scenario d]")


def test_a_mistake_is_told_where_it_is_stated_and_not_again_for_heirs(tmp_path: Path):
    scenarios = {
        "heir": {"extends": "wrong", "network.routes": ["streats"]},
        "wrong": {"targets.each.at_least": 2, "plan.bugdet": 3},
        "again": {"extends": "heir", "targets.each.at_least": 2},
    }
    told = refusals(tmp_path, scenarios)
    assert [line.rsplit("[", 1)[-1] for line in told if "at_least" in line] == ["scenario wrong]", "scenario again]"]
    assert sum("no layer is named streats" in line for line in told) == 1
    assert sum("plan.bugdet: unknown path; bugdet: did you mean budget?" in line for line in told) == 1
    assert len(told) == 4


def test_what_only_the_combination_breaks_is_told_for_the_heir(tmp_path: Path):
    scenarios = {
        "one": {"finance.terms": "real", "finance.inflation": None},
        "two": {"plan.keep": ["x"], "plan.forbid": []},
        "three": {"plan.keep": [], "plan.forbid": ["x"]},
        "both": {"extends": ["two"], "plan.forbid": ["x"]},
    }
    (told,) = refusals(tmp_path, scenarios)
    assert "keep and forbid both name x [scenario both]" in told


def test_a_path_into_what_is_removed_is_refused(tmp_path: Path):
    scenarios = {"no_dig": {"laying.trench": None}, "heir": {"extends": "no_dig", "laying.trench.price": "trench"}}
    (told,) = refusals(tmp_path, scenarios)
    assert "laying.trench is removed by this scenario or by one that it extends" in told


def test_a_long_lineage_is_resolved(tmp_path: Path):
    chain = {f"s{number}": {"extends": f"s{number - 1}"} for number in range(1, 100)}
    study = load(tmp_path, {"s0": {"plan.budget": 7}, **chain}, "s99")
    assert study.budget_eur == 7
