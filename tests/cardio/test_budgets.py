"""Budgets: a limit of least cost, and the most coverage within one, on a town whose plans are known by hand.

The southern school costs 3,960 EUR, the northern one then 3,940 EUR, each meter 4,700 EUR; all together 17,300 EUR.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cardio.explain import explain_study
from cardio.exporters.headline import make_headline
from cardio.exporters.texts import Words
from cardio.run import RunResult, run_study
from cardio.texts import say_result
from gis_layers import StudyError
from tests.cardio.tiny_town import STUDY, write_tiny_town

EVERYTHING, BOTH_SCHOOLS, SCHOOL_AND_METER = 17_300, 7_900, 3_960 + 4_700
FIRST, DEAD_END = "streets/row-0/0.0-100.0", "streets/row-14/0.0-20.0"


def plan(folder: Path, keys: str, *, out: bool = False, study: str = STUDY) -> RunResult:
    path = write_tiny_town(folder / "town", study=study.replace("plan: {", f"plan: {{{keys}, "))
    return run_study(path, out=folder / "plan" if out else None)


def most(budget: float) -> str:
    return f"objective: most_coverage, budget: {budget}"


def test_a_budget_that_suffices_changes_nothing(tmp_path: Path) -> None:
    result = plan(tmp_path, "budget: 17300")
    assert result.exit_code == 0
    assert result.summary["objective"]["value"] == EVERYTHING
    assert result.summary["objective"]["budget"] == 17_300
    assert f"{EVERYTHING:,.2f} EUR (capex excl. tax) of a budget of 17,300.00 EUR" in say_result(result)


def test_a_budget_that_is_too_small_tells_the_missing_euros(tmp_path: Path) -> None:
    result = plan(tmp_path, "budget: 17299", out=True)
    assert result.exit_code == 4
    assert result.message.splitlines() == [
        "plan.budget is 17,299.00 EUR; the cheapest plan costs at least 17,300.00 EUR and at most 17,300.00 EUR: "
        "at least 1.00 EUR are missing",
        "the plan then costs at least 17,300.00 EUR and at most 17,300.00 EUR without any budget",
    ]
    written = json.loads((tmp_path / "plan" / "summary.json").read_text("utf-8"))
    assert written["status"] == "infeasible"
    assert written["relaxed_budgets"] == [
        {"key": "plan.budget", "budget": 17_299.0, "at_least": 17_300.0, "at_most": 17_300.0}
    ]
    assert written["relaxation"] == []


def test_targets_out_of_reach_and_a_small_budget_are_both_told(tmp_path: Path) -> None:
    study = STUDY.replace("within_m: 60}\n    connection", "within_m: 10}\n    connection")
    message = plan(tmp_path, "budget: 9000", study=study).message
    assert "target fibre: 100.0% asked, at most 0.0%" in message
    assert "plan.budget is 9,000.00 EUR; the cheapest plan costs at least 9,400.00 EUR" in message
    assert "at least 400.00 EUR are missing" in message
    assert "missing" not in plan(tmp_path / "enough", "budget: 9400", study=study).message


def test_the_most_coverage_of_a_budget_at_its_least_cost(tmp_path: Path) -> None:
    # school and meter, 8,660 EUR, cover as much as both schools, 7,900 EUR
    result = plan(tmp_path, most(8_700))
    objective = result.summary["objective"]
    assert (objective["name"], objective["unit"], objective["budget"]) == ("most_coverage", "share", 8_700)
    assert (objective["value"], objective["bound"], objective["gap"]) == (0.5, 0.5, 0.0)
    assert objective["then"] == {
        "name": "least_cost",
        "minimise": "capex",
        "unit": "EUR",
        "basis": "capex excl. tax",
        "value": BOTH_SCHOOLS,
        "bound": BOTH_SCHOOLS,
        "gap": 0.0,
        "status": "optimal",
        "lexicographic": True,
        "cost_range": {"low": BOTH_SCHOOLS, "high": BOTH_SCHOOLS, "basis": "capex excl. tax"},
        "share_from_assumed_prices": 0.240506,  # two closures, two terminations, 50 m of drop: 1,900 EUR
    }
    assert result.summary["status"] == "optimal"
    assert result.summary["cost"]["capex"] == BOTH_SCHOOLS
    rows = {(row["target"], row["zone"]): row for row in result.summary["coverage"]}
    assert {key: (row["after"], row["met"], row["importance"]) for key, row in rows.items()} == {
        ("fibre", None): (1.0, True, 0.5),
        ("parking", "W"): (0.0, False, 0.25),
        ("parking", "E"): (0.0, False, 0.25),
    }
    # missed goals are reported, and no error
    assert (result.exit_code, result.summary["verified"], result.message) == (0, True, "")
    said = say_result(result)
    assert "coverage   50.0% (mean of the targets' shares, weighted by importance)" in said
    assert "then       no plan of this coverage costs less" in said
    assert "greedy" not in said


def test_that_a_plan_costs_no_less_than_nothing_is_not_told_as_proof(tmp_path: Path) -> None:
    result = plan(tmp_path, most(8_700))
    then = {**result.summary["objective"]["then"], "lexicographic": False, "bound": 0.0}
    summary = {**result.summary, "objective": {**result.summary["objective"], "then": then}}
    assert "then " not in say_result(replace(result, summary=summary))
    assert make_headline(summary, Words("en")).proof == (
        "The most coverage within the budget, a weighted mean of 50%: it is proven that no plan covers more. "
        "Then judged by capital cost, excl. tax, €7,900.00. Capex from €7,900.00 with all prices low to €7,900.00 with "
        "all prices high; 24.1% of the cost rests on assumed prices."
    )


def test_the_headline_counts_a_target_of_each_zone_once(tmp_path: Path) -> None:
    result = plan(tmp_path, most(8_700))
    rows = [{**row, "met": row["target"] != "fibre"} for row in result.summary["coverage"]]
    assert len(rows) == 3  # fibre, and parking in each of two zones
    assert make_headline({**result.summary, "coverage": rows}, Words("en")).targets == "1 of 2"


def test_importance_decides_between_goals(tmp_path: Path) -> None:
    study = STUDY.replace("in_each: zones}", "in_each: zones, importance: 3}")
    result = plan(tmp_path, most(8_700), study=study)
    assert result.summary["objective"]["value"] == pytest.approx(0.25 / 2 + 0.75 / 2)
    assert result.summary["cost"]["capex"] == SCHOOL_AND_METER


def test_what_goes_beyond_a_goal_counts(tmp_path: Path) -> None:
    # half of the schools are the goal, and the second one is still worth as much as a meter, for less
    study = STUDY.replace("at_least: 1.0", "at_least: 0.5")
    assert plan(tmp_path, most(8_700), study=study).summary["coverage"][0]["after"] == 1.0


def test_more_budget_never_covers_less_and_none_covers_today(tmp_path: Path) -> None:
    values = [
        plan(tmp_path / str(money), most(money)).summary["objective"]["value"] for money in (0, 3_959, 3_960, 8_000)
    ]
    assert values == [0.0, 0.0, 0.25, 0.5]
    result = plan(tmp_path / "all", most(20_000))
    assert (result.summary["objective"]["value"], result.summary["cost"]["capex"]) == (1.0, EVERYTHING)


def test_kept_works_are_paid_from_the_budget(tmp_path: Path) -> None:
    # 300 EUR for the dead end leave too little for both schools
    kept = f"{most(8_000)}, keep: ['{DEAD_END}']"
    result = plan(tmp_path, kept)
    assert result.summary["objective"]["value"] == 0.25
    assert result.summary["cost"]["capex"] == 3_960 + 300
    result = plan(tmp_path / "poor", kept.replace("8000", "200"))
    assert result.exit_code == 4
    assert "plan.budget is 200.00 EUR; the cheapest plan costs at least 300.00 EUR" in result.message


def test_forbidden_works_leave_what_the_budget_allows_without_them(tmp_path: Path) -> None:
    # round by the north: the northern school is the nearer one now
    result = plan(tmp_path, f"{most(8_000)}, forbid: ['{FIRST}']")
    assert result.exit_code == 0
    assert result.deliverable is not None and FIRST not in set(result.deliverable.routes["id"])


def test_a_run_without_nodes_never_claims_what_it_did_not_prove(tmp_path: Path) -> None:
    path = write_tiny_town(tmp_path, study=STUDY.replace("plan: {", f"plan: {{{most(8_700)}, "))
    result = run_study(path, node_limit=0)
    objective = result.summary["objective"]
    if objective["value"] is None:
        assert result.exit_code == 5
        return
    assert objective["bound"] >= 0.5
    assert objective["then"]["lexicographic"] in (False, result.summary["status"] == "optimal")


def test_explaining_a_plan_of_most_coverage_is_refused(tmp_path: Path) -> None:
    path = write_tiny_town(tmp_path, study=STUDY.replace("plan: {", f"plan: {{{most(8_700)}, "))
    with pytest.raises(StudyError, match=r"plan\.objective: most_coverage"):
        explain_study(path, "fibre")


def test_every_document_tells_the_coverage_and_the_budget(tmp_path: Path) -> None:
    result = plan(tmp_path, most(8_700), out=True)
    assert result.folder is not None
    report = (result.folder / "report.html").read_text("utf-8")
    assert "The most coverage within the budget, a weighted mean of 50%" in report
    assert "€8,700.00 (€800.00 left)" in report
    assert "Least cost: it is proven" not in report
    assert "The most coverage within the budget" in (result.folder / "map.html").read_text("utf-8")
