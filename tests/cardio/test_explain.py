"""What a work or a percent of a target costs, on a town whose plans are known by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cardio.explain
from cardio.explain import FEWER, MORE, OTHER, Explanation, compare_costs, explain_study
from cardio.explain_texts import say_explanation
from gis_layers import CancelledError, StudyError
from optimise import Plan, Solution
from tests.cardio.tiny_town import STUDY, write_tiny_town

FIRST = "streets/row-0/0.0-100.0"
DEAD_END = "streets/row-14/0.0-20.0"
NORTH_BOX = "box@junctions/j650200.0,6860200.0"
SPUR_BOX = "box@junctions/j650220.0,6860200.0"
NONE = np.empty(0, dtype=np.int64)


def explain(folder: Path, work: str, *, study: str = STUDY, **options: Any) -> Explanation:
    return explain_study(write_tiny_town(folder, study=study), work, **options)


def only_change(result: Explanation) -> dict[str, Any]:
    (change,) = result.document["changes"]
    return change


def test_a_route_in_the_plan_tells_its_detour_and_who_hangs_on_it(tmp_path: Path) -> None:
    result = explain(tmp_path, FIRST)
    document = result.document
    assert result.exit_code == 0
    assert document["subject"] == {
        "id": FIRST,
        "kind": "route",
        "in_plan": True,
        "kept": False,
        "forbidden": False,
        "cost_eur": 1_500.0,
        "why": "connects 2 × box",
    }
    change = only_change(result)
    # round by the north: 600 m of trench at 15 EUR instead of 400 m
    assert (change["what"], change["difference_eur"]) == ("forbid", 3_000.0)
    assert change["at_least_eur"] == pytest.approx(3_000, abs=0.05)
    assert change["at_most_eur"] == pytest.approx(3_000, abs=0.05)
    assert document["loses"]["weight"] == {"fibre_access": 2.0, "parking_payment": 0.0}
    assert [(row["target"], row["with"], row["without"]) for row in document["loses"]["targets"]] == [("fibre", 1, 0)]
    assert [(row["name"], row["status"], row["value"]) for row in document["solves"]] == [
        ("plan", "optimal", 17_300.0),
        ("forbid", "optimal", 20_300.0),
    ]


def test_the_terminal_speaks_english_of_a_french_study_and_rounds_weight(tmp_path: Path) -> None:
    study = STUDY.replace("language: en", "language: fr")
    result = explain(tmp_path, FIRST, study=study)
    assert result.document["subject"]["why"] == "connects 2 × box"
    result.document["loses"]["weight"] = {"wifi": 1098.2492, "fibre": 98.04, "parking": 0.004, "none": 0.0}
    lost = [line for line in say_explanation(result.document).splitlines() if "is lost" in line]
    assert [line.partition("lost for ")[2] for line in lost] == [
        "1,098.2 of weight",
        "98 of weight",
        "less than 0.1 of weight",
    ]


def test_a_site_in_the_plan_tells_the_next_best_one(tmp_path: Path) -> None:
    result = explain(tmp_path, NORTH_BOX)
    # the end of the spur: 20 m more of trench, 20 m more of drop
    assert only_change(result)["difference_eur"] == 20 * 15 + 20 * 2
    assert result.document["loses"]["weight"]["fibre_access"] == 1.0
    assert result.document["subject"]["cost_eur"] == 800.0


def test_forcing_a_work_costs_what_it_costs_on_top(tmp_path: Path) -> None:
    assert only_change(explain(tmp_path / "route", DEAD_END))["difference_eur"] == 300.0
    site = explain(tmp_path / "site", SPUR_BOX)
    change = only_change(site)
    assert (change["what"], change["possible"], change["difference_eur"]) == ("force", True, 340.0)
    assert "loses" not in site.document


def test_a_work_that_nothing_can_replace_says_which_target_fails(tmp_path: Path) -> None:
    study = STUDY.replace("plan: {", f'plan: {{forbid: ["{SPUR_BOX}"], ')
    result = explain(tmp_path, NORTH_BOX, study=study)
    change = only_change(result)
    assert change["possible"] is False and change["difference_eur"] is None
    assert "fibre: 100.0% asked, at most 50.0%" in change["reason"]
    assert "no plan without it meets the targets: target fibre" in say_explanation(result.document)


def test_kept_and_forbidden_works_tell_what_letting_them_go_changes(tmp_path: Path) -> None:
    study = STUDY.replace("plan: {", f"plan: {{keep: [{DEAD_END}], forbid: [{FIRST}], ")
    kept = explain(tmp_path / "kept", DEAD_END, study=study)
    assert kept.document["subject"]["kept"] is True
    assert only_change(kept)["difference_eur"] == -300.0
    assert kept.document["loses"] == {"weight": {"fibre_access": 0.0, "parking_payment": 0.0}, "targets": []}
    assert "nobody loses service" in say_explanation(kept.document)
    forbidden = explain(tmp_path / "forbidden", FIRST, study=study)
    assert forbidden.document["subject"]["forbidden"] is True
    assert only_change(forbidden)["difference_eur"] == -3_000.0


def test_what_cannot_be_laid_or_connected_cannot_be_forced(tmp_path: Path) -> None:
    no_price = STUDY.replace("{pave: trench_paved}}, price: trench_soil", "{terre: trench_soil}}")
    route = explain(tmp_path / "route", "streets/row-6/0.0-100.0", study=no_price)
    assert only_change(route)["reason"] == "no way of laying of the study has a price there"
    island = STUDY.replace("plan: {", f"plan: {{forbid: [{DEAD_END}, streets/row-12/0.0-20.0], ")
    site = explain(tmp_path / "site", "box@junctions/j650220.0,6860000.0", study=island)
    assert only_change(site)["reason"] == "no route connects it to the existing network"
    assert "no plan can have it: no route" in say_explanation(site.document)


def test_a_target_tells_one_percent_more_and_less(tmp_path: Path) -> None:
    result = explain(tmp_path, "fibre", scenario="half")
    more, less = result.document["changes"]
    assert (more["what"], more["shares"][0]["at_least"], more["difference_eur"]) == ("one_more", 0.51, 3_940.0)
    assert (less["what"], less["shares"][0]["at_least"], less["difference_eur"]) == ("one_less", 0.49, 0.0)
    text = say_explanation(result.document)
    assert "target fibre: 50.0% asked, 0.0% today, 100.0% at best" in text
    assert "(51.0%) +3,940.00 EUR" in text
    assert text.count("proven optimal") == 3


def test_a_target_in_each_zone_moves_in_all_of_them(tmp_path: Path) -> None:
    more, less = explain(tmp_path, "parking").document["changes"]
    assert [(row["zone_name"], row["at_least"]) for row in more["shares"]] == [("West", 0.51), ("East", 0.51)]
    assert [(row["zone_name"], row["at_least"]) for row in less["shares"]] == [("West", 0.49), ("East", 0.49)]


def test_at_the_ends_of_what_can_be_asked_nothing_is_solved(tmp_path: Path) -> None:
    top = explain(tmp_path / "top", "fibre").document
    assert top["changes"][0]["reason"] == "the target stands at the greatest share that can be reached"
    assert [row["name"] for row in top["solves"]] == ["plan", "one_less"]
    bottom = explain(tmp_path / "bottom", "fibre", study=STUDY.replace("at_least: 1.0", "at_least: 0")).document
    assert bottom["changes"][1]["reason"] == "the target asks for nothing"


def test_out_of_reach_the_explanation_is_the_way_out(tmp_path: Path) -> None:
    result = explain(tmp_path, "fibre", scenario="too_much")
    assert result.exit_code == 4
    assert result.document["relaxation"][0]["at_least_suggested"] == 0
    assert "the service reaches 10 m" in say_explanation(result.document)


@pytest.mark.parametrize(("name", "near"), [("fibr", "fibre"), ("streets/row-14/0.0-21.0", DEAD_END)])
def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path, name: str, near: str) -> None:
    with pytest.raises(StudyError) as caught:
        explain(tmp_path, name)
    assert near in caught.value.hint


def test_a_stop_by_the_user_ends_the_whole_explanation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def stopped(variant: Any, **options: Any) -> Solution:
        asked.append(variant.problem.name)
        return solution(10.0, 5.0, status="cancelled")

    monkeypatch.setattr(cardio.explain, "solve_variant", stopped)
    with pytest.raises(CancelledError, match="stopped by the user"):
        explain(tmp_path, "fibre")
    assert asked == ["Tinyville"]


def test_a_solve_stopped_at_its_limit_exits_with_5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = cardio.explain.solve_variant, []

    def limited(variant: Any, **options: Any) -> Solution:
        calls.append(variant)
        return real(variant, **options) if len(calls) == 1 else Solution(None, "limit", 15_000.0, "lp", None)

    monkeypatch.setattr(cardio.explain, "solve_variant", limited)
    result = explain(tmp_path, FIRST)
    assert result.exit_code == 5
    assert only_change(result)["at_most_eur"] is None
    assert "no plan found in the time, proven: at least +0.00 EUR" in say_explanation(result.document)


def test_a_changed_plan_cheaper_than_the_first_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = cardio.explain.solve_variant, []

    def poor_first(variant: Any, **options: Any) -> Solution:
        calls.append(variant)
        answer = real(variant, **options)
        assert answer.plan is not None
        return answer if len(calls) > 1 else replace(answer, plan=replace(answer.plan, cost=30_000.0))

    monkeypatch.setattr(cardio.explain, "solve_variant", poor_first)
    result = explain(tmp_path, FIRST)
    assert only_change(result)["difference_eur"] == 0
    assert "(the changed plan is cheaper than the first one found" in say_explanation(result.document)


def test_the_document_is_plain_json(tmp_path: Path) -> None:
    document = explain(tmp_path, NORTH_BOX).document
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["schema"] == "cardio-explanation/1"


def solution(cost: float, bound: float, *, status: Any = "within_gap") -> Solution:
    return Solution(Plan(NONE, NONE, NONE.reshape(0, 2), NONE.reshape(0, 2), cost), status, bound, "lp", None)


AMOUNT = st.integers(0, 10**6).map(lambda cents: cents / 100)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(AMOUNT, AMOUNT, st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT), st.sampled_from([FEWER, MORE, OTHER]))
def test_the_interval_holds_the_true_difference(one: float, other: float, off: Any, direction: int) -> None:
    if (direction == FEWER and other < one) or (direction == MORE and other > one):
        one, other = other, one
    found = compare_costs(
        solution(one + off[0], max(0.0, one - off[1])), solution(other + off[2], max(0.0, other - off[3])), direction
    )
    low, high = found["at_least_eur"], found["at_most_eur"]
    assert low is not None and high is not None and found["difference_eur"] is not None
    assert low - 1e-6 <= other - one <= high + 1e-6
    assert low - 0.011 <= found["difference_eur"] <= high + 0.011
    assert found["difference_eur"] * direction >= 0


def test_the_interval_is_that_of_costs_and_bounds() -> None:
    found = compare_costs(solution(100.0, 98.0), solution(130.0, 120.0), OTHER)
    assert found == {"difference_eur": 30.0, "at_least_eur": 20.0, "at_most_eur": 32.0}
    # a dearer plan is no worse known than the cheaper one that the other problem found
    found = compare_costs(solution(100.0, 90.0), solution(99.0, 89.0), FEWER)
    assert found == {"difference_eur": 0.0, "at_least_eur": 0.0, "at_most_eur": 9.0}
