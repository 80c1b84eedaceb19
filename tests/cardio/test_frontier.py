"""Cost against coverage of a study, on a town whose plans are known by hand and on the sample town."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cardio.exporters.frontier import draw_curve, render_frontier
from cardio.exporters.texts import Words
from cardio.frontier import Frontier, trace_frontier
from cardio.frontier_texts import say_frontier
from cardio.sample_town import write_sample_town
from gis_layers import CancelledError, StudyError, UnreachableTargetError
from tests.cardio.tiny_town import STUDY, write_tiny_town


def trace(folder: Path, *, study: str = STUDY, **options: Any) -> Frontier:
    return trace_frontier(write_tiny_town(folder, study=study), **options)


def test_every_point_is_the_least_cost_known_by_hand(tmp_path: Path) -> None:
    frontier = trace(tmp_path, points=2, target="fibre")
    # fibre alone moves: one school costs the way to the corner next to it, both the 17,300 EUR of the whole plan
    rows = frontier.document["points"]
    assert [(row["kind"], row["share"], row["value"]) for row in rows] == [
        ("today", 0.0, 9_400.0),
        ("level", 0.5, 13_360.0),
        ("level", 1.0, 17_300.0),
    ]
    assert [row["asked_by_study"] for row in rows] == [False, False, True]
    assert all(row["verified"] and row["gap"] <= 1e-6 and row["status"] == "optimal" for row in rows)
    assert (frontier.exit_code, frontier.message, frontier.document["status"]) == (0, "", "optimal")
    assert [point.coverage[0].after for point in frontier.points] == [0.0, 0.5, 1.0]
    assert all(point.solution.plan is not None for point in frontier.points)


def test_steps_tell_what_a_percent_costs_within_what_is_proven(tmp_path: Path) -> None:
    first, second = trace(tmp_path, points=2, target="fibre").document["steps"]
    for step, amount in ((first, 3_960.0), (second, 3_940.0)):
        assert (step["percents"], step["difference_eur"]) == (50.0, amount)
        assert step["at_least_eur_per_percent"] <= amount / 50 <= step["at_most_eur_per_percent"]
        assert step["at_most_eur_per_percent"] - step["at_least_eur_per_percent"] < 0.1


def test_targets_that_move_together_start_at_nothing_and_mark_those_of_the_study(tmp_path: Path) -> None:
    frontier = trace(tmp_path, points=3)
    rows = frontier.document["points"]
    assert [row["kind"] for row in rows] == ["today", "level", "level", "study", "level"]
    assert [row["asked_by_study"] for row in rows] == [False, False, False, True, False]
    assert (rows[0]["value"], rows[0]["bound"], rows[0]["gap"]) == (0.0, 0.0, 0.0)
    assert rows[3]["share"] == 0.75  # the mean of all of the fibre and half of the parking
    assert rows[3]["value"] == 17_300.0
    assert [(step["from"], step["to"]) for step in frontier.document["steps"]] == [(0, 1), (1, 2), (2, 4)]
    curve = [row for row in rows if row["kind"] != "study"]
    assert [row["value"] for row in curve] == sorted(row["value"] for row in curve)
    assert [row["bound"] for row in curve] == sorted(row["bound"] for row in curve)


def test_a_bend_is_told_where_it_is_proven(tmp_path: Path) -> None:
    # half of the parking costs a meter for the heavier bay, all of it one for the lighter one too
    study = STUDY.replace("at_least: 0.5, in_each: zones", "at_least: 0.0")
    bend = trace(tmp_path, study=study, points=4, target="parking").document["bend"]
    assert (bend["share"], bend["below_line_eur"]) == (0.75, pytest.approx(2_350.0, abs=0.01))
    assert bend["before"]["at_most_eur_per_percent"] < bend["after"]["at_least_eur_per_percent"]
    assert "bend       at 75.0%" in say_frontier(
        trace(tmp_path, study=study, points=4, target="parking").document, None
    )
    assert trace(tmp_path, points=2, target="fibre").document["bend"] is None


def test_the_document_is_one_of_json_and_its_plans_pass_the_verifier(tmp_path: Path) -> None:
    frontier = trace(tmp_path, points=2, scenario="half")
    document = json.loads(json.dumps(frontier.document, allow_nan=False))
    assert (document["schema"], document["scenario"], document["unit"]) == ("cardio-frontier/1", "half", "EUR")
    for row in document["points"]:
        assert row["build"]["routes_m"] >= 0
        assert [target["target"] for target in row["targets"]] == ["fibre", "parking"]
        assert (
            row["targets"][1]["after"]
            == sum(cover["after"] * cover["weight"] for cover in row["coverage"] if cover["target"] == "parking") / 40.0
        )
        assert all(cover["after"] >= cover["required"] - 1e-9 for cover in row["coverage"])


FILES = ("html", "csv", "json", "gpkg")


def test_the_folder_holds_picture_table_and_document_and_is_replaced(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path / "town")
    out = tmp_path / "curve"
    for points in (1, 3):
        frontier = trace_frontier(study, points=points, out=out)
    assert {path.name for path in out.iterdir()} == {"frontier_map.html", *(f"frontier.{kind}" for kind in FILES)}
    assert json.loads((out / "frontier.json").read_text("utf-8"))["points"] == frontier.document["points"]
    table = list(csv.DictReader((out / "frontier.csv").read_text("utf-8-sig").splitlines()))
    assert len(table) == len(frontier.points) * 3  # fibre, and parking in two zones
    assert {float(row["cost_eur"]) for row in table} == {row["value"] for row in frontier.document["points"]}
    page = (out / "frontier.html").read_text("utf-8")
    assert "<svg" in page and "://" not in page and "<script" not in page
    with pytest.raises(StudyError, match="which the run reads"):
        trace_frontier(study, points=1, out=study.parent)


def make_document(points: list[tuple[float, float, float]]) -> dict[str, Any]:
    """Share, plan and bound of each point."""
    rows = [
        {
            "share": share,
            "value": value,
            "bound": bound,
            "gap": 0.1,
            "cost_range": {"low": value / 2, "high": 2 * value},
            "share_from_assumed_prices": 0.25,
            "kind": "level",
            "asked_by_study": False,
            "targets": [{"target": "<b>", "required": share, "before": 0.0, "after": share, "reachable": 1.0}],
        }
        for share, value, bound in points
    ]
    return {
        "points": [*rows],
        "steps": [],
        "bend": None,
        "moved": ["<b>"],
        "changes": [],
        "works": [],
        "study": "a<b",
        "scenario": "",
        "status": "limit",
        "figure": "capex",
        "basis": "capex excl. tax",
        "finance": None,
        "unit": "EUR",
    }


def test_the_band_runs_from_the_bound_to_the_left_to_the_plan_to_the_right() -> None:
    curve = draw_curve(make_document([(0.0, 0.0, 0.0), (0.5, 50.0, 40.0), (1.0, 100.0, 80.0)]), Words("en"))
    left, middle, right = (dot.x for dot in curve.dots)
    zero, fifty, hundred = (dot.y for dot in curve.dots)
    forty, eighty = curve.dots[1].bound, curve.dots[2].bound
    assert left < middle < right and hundred < eighty < fifty < forty < zero == curve.floor
    assert curve.band == (f"M{left} {zero}V{fifty}H{middle}V{hundred}H{right}V{eighty}V{forty}H{middle}V{zero}H{left}z")
    assert curve.y_ticks[0].text == "0"
    assert [tick.at for tick in curve.x_ticks] == sorted(tick.at for tick in curve.x_ticks)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_names_of_the_study_are_text_on_the_page(language: str) -> None:
    page = render_frontier(make_document([(0.0, 0.0, 0.0)]), Words(language))
    assert "a&lt;b" in page and "<b>" not in page


def test_a_target_out_of_reach_is_a_point_without_plan_and_the_curve_stands(tmp_path: Path) -> None:
    study = STUDY.replace("attach_within_m: 60", "attach_within_m: 60").replace(
        "reach: {rule: along_network, within_m: 60}", "reach: {rule: along_network, within_m: 25}"
    )
    frontier = trace(tmp_path, study=study, points=1)
    rows = frontier.document["points"]
    assert {row["status"] for row in rows if row["asked_by_study"]} == {"infeasible"}
    assert all(row["value"] is not None for row in rows if not row["asked_by_study"])
    assert frontier.exit_code == 0
    assert "no plan can meet these targets" in say_frontier(frontier.document, None)
    page = render_frontier(frontier.document, Words("en"))
    assert "no plan is possible" in page and "<svg" in page


def test_without_any_plan_that_costs_something_there_is_no_empty_picture() -> None:
    document = make_document([(0.0, 0.0, 0.0), (0.5, 1000.0, 900.0)])
    assert "<svg" in render_frontier(document, Words("en"))
    document["points"][1] |= {"value": None, "status": "limit"}
    page = render_frontier(document, Words("en"))
    assert "<svg" not in page and "none found in time" in page


def test_a_target_that_stays_out_of_reach_leaves_no_point(tmp_path: Path) -> None:
    frontier = trace(tmp_path, points=2, target="parking", scenario="too_much")
    assert frontier.exit_code == 4
    assert "target fibre: 100.0% asked, at most 0.0%" in frontier.message
    assert frontier.document["status"] == "infeasible"


def test_a_target_that_nothing_can_better_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreachableTargetError, match="target fibre: nothing that could be built"):
        trace(tmp_path, points=2, target="fibre", scenario="too_much")


def test_a_wrong_target_is_told_the_right_one_before_anything_is_read(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    (tmp_path / "town.gpkg").unlink()
    (tmp_path / "town.gpkg").touch()
    with pytest.raises(StudyError) as error:
        trace_frontier(study, target="fiber")
    assert "fiber" in str(error.value) and "did you mean fibre?" in str(error.value)
    with pytest.raises(StudyError, match="1 point or more"):
        trace_frontier(study, points=0)


def test_most_coverage_within_a_budget_has_no_frontier(tmp_path: Path) -> None:
    study = STUDY.replace("plan: {", "plan: {objective: most_coverage, budget: 10000, ")
    with pytest.raises(StudyError, match=r"plan\.objective is most_coverage"):
        trace(tmp_path, study=study)


def test_a_budget_ends_the_curve_where_no_plan_is_cheap_enough(tmp_path: Path) -> None:
    frontier = trace(tmp_path, study=STUDY.replace("plan: {", "plan: {budget: 15000, "), points=2)
    rows = frontier.document["points"]
    assert [(row["kind"], row["status"], row["value"]) for row in rows] == [
        ("today", "optimal", 0.0),
        ("level", "optimal", 13_360.0),
        ("study", "infeasible", None),
        ("level", "infeasible", None),
    ]
    assert [(step["from"], step["to"]) for step in frontier.document["steps"]] == [(0, 1)]
    assert "no plan can meet these targets" in say_frontier(frontier.document, None)


def test_a_cancel_keeps_the_points_that_are_done(tmp_path: Path) -> None:
    def cancel(stage: str, share: float | None = None, note: str = "") -> None:
        if note.startswith("point 3"):
            raise CancelledError("enough")

    frontier = trace(tmp_path, points=4, progress=cancel)
    assert (frontier.exit_code, frontier.document["status"]) == (5, "cancelled")
    assert len(frontier.points) == 3 and "after 3 of 6 points" in frontier.message
    assert all(point.solution.plan is not None for point in frontier.points)


def test_a_point_stopped_with_a_wide_gap_is_told_by_the_exit_code(tmp_path: Path) -> None:
    study = write_sample_town(tmp_path / "survey")
    frontier = trace_frontier(study, points=2, target="wifi_town", gap=0.0, time_limit_s=0.0)
    assert frontier.exit_code == 5 and "wider gap than asked" in frontier.message
    rows = [row for row in frontier.document["points"] if row["kind"] != "study"]
    assert len(rows) == 3
    for key in ("value", "bound", "share"):
        assert [row[key] for row in rows] == sorted(row[key] for row in rows)
    assert all(
        row["bound"] <= row["value"] and math.isclose(row["share"], row["coverage"][0]["required"]) for row in rows
    )
    text = say_frontier(frontier.document, None)
    assert "stopped at the limit" in text and "the next percent costs" in text
    assert not np.isnan([row["gap"] for row in rows]).any()


YEARS = STUDY.replace("plan: {", "plan: {phases: {2026: {targets: {fibre: 0.5}}, 2028: {}}, ", 1)


def test_shares_of_years_are_no_more_than_what_a_point_asks(tmp_path: Path) -> None:
    """Half of the schools by 2026, once a level asks for half of them at all; today stays what it costs today."""
    rows = trace(tmp_path, study=YEARS, points=4, target="fibre").document["points"]
    # by hand as without phases: two meters, then one school with 3,960 EUR, then both
    assert [(row["kind"], row["share"], row["value"]) for row in rows] == [
        ("today", 0.0, 9_400.0),
        ("level", 0.25, 13_360.0),
        ("level", 0.5, 13_360.0),
        ("level", 0.75, 17_300.0),
        ("level", 1.0, 17_300.0),
    ]
    assert [row["targets"][0]["after"] for row in rows] == [0.0, 0.5, 0.5, 1.0, 1.0]
    together = trace(tmp_path, study=YEARS, points=2).document["points"]
    assert (together[0]["value"], together[0]["coverage"][0]["after"]) == (0.0, 0.0)
