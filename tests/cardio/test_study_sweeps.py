"""Sweeps: which lists make scenarios, how these are named, and what is refused."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardio.price_lists import ListFormat, PriceRows, read_price_list
from cardio.study import load_scenarios, load_study, read_scenarios
from cardio.study_keys import takes_one_value
from cardio.study_overrides import Override
from cardio.study_sweeps import expand_sweep, read_sweep
from gis_layers import StudyError
from tests.cardio.scenario_samples import with_scenarios
from tests.cardio.study_samples import write_study

WIFI = "targets.each.at_least"


def write(folder: Path, scenarios: Any) -> Path:
    return write_study(folder, with_scenarios(scenarios))


def refusal(folder: Path, scenarios: Any) -> StudyError:
    path = write(folder, scenarios)
    with pytest.raises(StudyError) as caught:
        load_study(path)
    return caught.value


@pytest.mark.parametrize(
    ("path", "one"),
    [
        ("targets.each.at_least", True),
        ("options.ap.serves_at_most", True),  # a number, or a mapping
        ("finance.contingency", True),
        ("funding.fctva", True),
        ("plan.minimise", True),
        ("layers.streets.salvage", True),
        ("plan.phases.2027.budget", True),
        ("plan.phases.2027.targets.each", True),
        ("laying.trench.by.prices.pave", True),
        ("prices.list", True),
        ("network.routes", False),
        ("services.wifi.reach.walls", False),  # a list, or one name for a list of one
        ("layers.streets.where.nature", False),
        ("plan.keep", False),
        ("plan.solver", False),
        ("laying", False),
        ("nothing", False),
        ("targets.each.at_leest", False),
    ],
)
def test_which_keys_take_one_value_is_read_from_the_form(path: str, one: bool):
    assert takes_one_value(path.split(".")) is one


def test_a_list_makes_one_scenario_a_value_and_null_leaves_the_key_out(tmp_path: Path):
    path = write(tmp_path, {"share": {WIFI: [0.02, 0.05]}, "money": {"plan.budget": [None, 5000]}})
    studies = load_scenarios(path, ["money", "base", "share=0.05"])
    assert [(name, study.scenario) for name, study in studies.items()] == [
        ("money=null", "money=null"),
        ("money=5000", "money=5000"),
        ("base", ""),
        ("share=0.05", "share=0.05"),
    ]
    assert [study.budget_eur for study in studies.values()] == [None, 5000, 900000, 900000]
    assert studies["share=0.05"].targets[1].at_least == 0.05
    assert load_study(path).scenarios == ("share=0.02", "share=0.05", "money=null", "money=5000")
    assert studies["money=null"] == load_study(path, scenario="money=null")


def test_several_lists_make_every_combination_the_last_key_fastest(tmp_path: Path):
    path = write(tmp_path, {"x": {"plan.solver.seed": [1, 2], WIFI: 0.04, "plan.minimise": ["capex", "present_value"]}})
    scenarios = read_scenarios(path)
    assert scenarios.sweeps == {"x": ("x=1+capex", "x=1+present_value", "x=2+capex", "x=2+present_value")}
    study = load_study(path, scenario="x=2+present_value")
    assert (study.solver.seed, study.minimise, study.targets[1].at_least) == (2, "present_value", 0.04)


def test_a_list_is_the_value_where_the_key_takes_one(tmp_path: Path):
    path = write(tmp_path, {"x": {"plan.keep": [], "options.ap.sites": ["junctions", "lights"]}})
    assert load_study(path, scenario="x").options[0].sites == ("junctions", "lights")
    assert read_scenarios(path).sweeps == {}


def test_an_heir_of_a_sweep_is_one_unless_it_states_the_key(tmp_path: Path):
    scenarios = {
        "share": {WIFI: [0.02, 0.05]},
        "heir": {"extends": "share", "plan.budget": [100, 200]},
        "plain": {"extends": "share", WIFI: 0.03},
        "whole": {"extends": "share", "targets.each": {"service": "wifi", "at_least": 0.02}},
    }
    path = write(tmp_path, scenarios)
    assert read_scenarios(path).sweeps == {
        "share": ("share=0.02", "share=0.05"),
        "heir": ("heir=0.02+100", "heir=0.02+200", "heir=0.05+100", "heir=0.05+200"),
    }
    assert load_study(path, scenario="plain").targets[1].at_least == 0.03
    assert load_study(path, scenario="whole").targets[1].at_least == 0.02


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "scenarios.x.targets.each.at_least: lists no value: each makes a scenario"),
        ([0.1, 0.2, 0.1], "scenarios.x.targets.each.at_least[3]: is listed twice: 0.1"),
        ([0, 0.0], "scenarios.x.targets.each.at_least[2]: is listed twice: 0.0"),
        ([None, None], "scenarios.x.targets.each.at_least[2]: is listed twice: None"),
        ([0.1, [0.2]], "scenarios.x.targets.each.at_least[2]: a sweep lists single values"),
        ([{"a": 1}], "scenarios.x.targets.each.at_least[1]: a sweep lists single values"),
        ([0.1, 20], "targets.each.at_least: should be from 0 to 1: 20 % is 0.2 (is 20) [scenario x=20]"),
        (["a b"], "targets.each.at_least: should be a valid number"),
        (["a b", "a/b"], "scenarios.x.targets.each.at_least[2]: makes a second scenario named a_b"),
        ([number / 100 for number in range(51)], "scenarios.x: makes 51 scenarios; one sweep makes at most 50"),
    ],
)
def test_bad_values_are_refused_each_at_its_own_line(values: list[Any], words: str, tmp_path: Path):
    error = refusal(tmp_path, {"x": {WIFI: values}})
    told = next(line for line in error.message.splitlines() if words in line)
    line = int(re.search(r"study\.yaml:(\d+): ", told)[1])
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8").splitlines()
    item = re.search(r"\[(\d+)\]: ", words)
    stated = next(number for number, row in enumerate(text, 1) if '"x": {' in row)
    if "one sweep" in words:
        assert line == stated
    elif item and not isinstance(values[int(item[1]) - 1], dict | list):
        assert line == stated + 1 + int(item[1])  # one value a line
    else:
        assert line > stated


def test_a_study_has_at_most_500_scenarios(tmp_path: Path):
    sweeps = {f"s{number}": {"plan.solver.seed": list(range(50))} for number in range(10)}
    assert len(load_study(write(tmp_path, sweeps)).scenarios) == 500
    words = "scenarios: 501 scenarios, those of sweeps counted; a study has at most 500"
    assert words in refusal(tmp_path, {**sweeps, "one": {}}).message
    assert "scenarios: 501 scenarios; a study" in refusal(tmp_path, {f"n{one}": {} for one in range(501)}).message


def test_a_sweep_is_not_one_scenario_and_unknown_names_get_the_nearest(tmp_path: Path):
    path = write(tmp_path, {"share": {WIFI: [0.02, 0.05]}, "other": {}})
    for name, message, hint in (
        ("share", "share is a sweep of 2 scenarios", "name one: share=0.02, share=0.05"),
        ("share=0.5", "no scenario 'share=0.5'", "did you mean share=0.05?"),
        ("othre", "no scenario 'othre'", "did you mean other?"),
        ("", "no scenario ''", "known: base, share, share=0.02, share=0.05, other"),
    ):
        with pytest.raises(StudyError) as caught:
            load_study(path, scenario=name)
        assert caught.value.message.endswith(message)
        assert caught.value.hint == hint


def test_names_given_twice_or_ambiguous_are_refused(tmp_path: Path):
    path = write(tmp_path, {"share": {WIFI: [0.02, 0.05]}})
    with pytest.raises(StudyError, match=r"scenario .share=0\.05. is named twice"):
        load_scenarios(path, ["share=0.05", "share"])
    for scenarios in ({"base": {}}, {"base": {WIFI: [0.02]}}):
        with pytest.raises(StudyError, match="a scenario is named base, which is the name of the study without one"):
            load_scenarios(write(tmp_path, scenarios), ["base"])


def test_options_of_the_report_are_scenarios_one_by_one(tmp_path: Path):
    data = with_scenarios({"share": {WIFI: [0.02, 0.05]}, "own": {"report.options": ["ahare=0.02"]}})
    data["report"] = {"options": ["share=0.05", "share"]}
    with pytest.raises(StudyError) as caught:
        load_study(write_study(tmp_path, data))
    told = [line.split(": ", 1)[1] for line in caught.value.message.splitlines()]
    assert told == [
        "report.options[1]: no scenario ahare=0.02; did you mean share=0.02? [scenario own]",
        "report.options[2]: share is a sweep: name its scenarios (share=0.02, share=0.05)",
    ]
    data["report"], data["scenarios"]["own"] = {"options": ["share=0.05"]}, {}
    assert load_study(write_study(tmp_path, data)).report.options == ("share=0.05",)


def test_price_lists_are_read_once_for_all_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write(tmp_path, {"seed": {"plan.solver.seed": [1, 2, 3]}, "prices": {"prices.list": ["prices2.yaml"]}})
    read: list[str] = []

    def noted(file: Path, form: ListFormat) -> PriceRows:
        read.append(file.name)
        return read_price_list(file, form)

    monkeypatch.setattr("cardio.study_prices.read_price_list", noted)
    load_scenarios(path, ["base", "seed", "prices"])
    assert read == ["prices.yaml", "prices2.yaml"]


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**6),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 4)),
    st.text(string.printable + "éÉœ€\u202f", max_size=50),
)


@given(st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=3))
def test_names_are_plain_unique_stable_and_in_order(lists: list[list[Any]]):
    keys = [("plan", "budget"), ("plan", "solver", "seed"), ("plan", "minimise")][: len(lists)]
    swept = [
        Override(key, tuple(values), ("scenarios", "x", ".".join(key))) for key, values in zip(keys, lists, strict=True)
    ]
    good = [list(read_sweep(override)[0].values()) for override in swept]
    scenarios = expand_sweep("x", swept)
    chosen = [tuple(one.value for one in overrides) for overrides in scenarios.values()]
    assert chosen == [tuple(one.value for one in case) for case in _product(good)]  # names neither clash nor reorder
    label = r"[\w.-]{1,40}"
    assert all(re.fullmatch("x=" + r"\+".join([label] * len(lists)), name) for name in scenarios)
    for override in good[0]:  # the name of a value is its own, whatever else is listed
        alone = expand_sweep("x", [Override(override.path, (override.value,), swept[0].at), *swept[1:]])
        assert set(alone) <= set(scenarios)


def _product(choices: list[list[Override]]) -> list[tuple[Override, ...]]:
    cases: list[tuple[Override, ...]] = [()]
    for choice in choices:
        cases = [(*case, one) for case in cases for one in choice]
    return cases
