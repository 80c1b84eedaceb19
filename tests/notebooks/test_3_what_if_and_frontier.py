"""Scenarios are listed, compared and traced; what the notebook says of them follows from the documents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.notebooks.executed import Executed, numbers_in


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    return Executed("3_what_if_and_frontier", tmp_path_factory.mktemp("what_if"))


@pytest.fixture(scope="module")
def document(executed: Executed) -> dict[str, Any]:
    return json.loads((executed.folder / "what_if" / "compared" / "compare.json").read_text(encoding="utf-8"))


def column(executed: Executed, cell_id: str, number: int) -> dict[str, float]:
    return {row[0]: float(row[number]) for row in executed.rows(cell_id)}


def test_it_runs_clean(executed: Executed) -> None:
    assert executed.faults(writes="what_if") == []


def test_sweep_and_inheritance_are_resolved(executed: Executed) -> None:
    changes = {(row[1], row[3]): row[5] for row in executed.rows("own")}
    assert changes["meters=0.7", "targets.parking_town.at_least"] == "0.7"
    assert changes["meters=0.8", "targets.parking_town.at_least"] == "0.8"
    assert changes["careful_radio", "plan.solver.gap"] == "0.03"
    assert changes["careful_radio", "options.access_point.backhaul"] == "none"
    assert changes["careful_radio", "targets.wifi_town.at_least"] == "0.06"


def test_a_slip_is_refused_with_the_nearest_key(executed: Executed) -> None:
    assert "wrong.yaml:" in executed.text("typo")
    assert "wifi_twon: did you mean wifi_town?" in executed.text("typo")


def test_every_plan_is_verified_within_its_gap_and_above_its_bound(executed: Executed, document: dict) -> None:
    for number, row in enumerate(document["scenarios"], start=1):
        shown = column(executed, "compare", number)
        assert row["verified"]
        assert 0 <= row["objective"]["gap"] <= 0.05
        assert shown["cost"] == round(row["objective"]["value"])
        assert shown["no plan costs less than"] <= shown["cost"]


def test_differences_are_those_of_the_two_plans(executed: Executed, document: dict) -> None:
    costs = {row["name"]: row["objective"]["value"] for row in document["scenarios"]}
    for pair, line in zip(document["pairs"], executed.text("difference").splitlines(), strict=True):
        more, least, most = numbers_in(line.split(":", 1)[1].replace("+", ""))
        assert more == round(costs[pair["other"]] - costs["base"])
        assert least <= more <= most


def test_less_wifi_costs_less_for_certain(executed: Executed) -> None:
    line = executed.text("difference").splitlines()[0]
    assert "`wifi=0.06` against `base`" in line
    assert numbers_in(line.split(":", 1)[1])[-1] < 0


def test_counts_of_works_add_up(executed: Executed, document: dict) -> None:
    assert sum(column(executed, "works", 1).values()) == len(document["works"])
    of_base = sum(work["scenarios"]["base"] is not None for work in document["works"])
    for number, pair in enumerate(document["pairs"], start=1):
        shown = column(executed, "pairs", number)
        assert shown["only in the first"] + shown["in both"] == of_base
        of_other = sum(work["scenarios"][pair["other"]] is not None for work in document["works"])
        assert shown["only in the other"] + shown["in both"] == of_other


def test_the_comparison_has_its_files(executed: Executed) -> None:
    for name in ("compare.html", "compare.xlsx", "compare_map.html", "compare.gpkg"):
        assert f"'{name}'" in executed.text("files")


def test_the_frontier_rises_and_lies_above_its_bounds(executed: Executed) -> None:
    rows = executed.rows("frontier")
    assert sum(row[1] == "study" for row in rows) == 1
    assert {row[5] for row in rows} == {"True"}
    shares, costs, bounds = ([float(row[number]) for row in rows] for number in (2, 3, 4))
    assert shares == sorted(shares)
    assert bounds == sorted(bounds)
    assert all(bound <= cost for bound, cost in zip(bounds, costs, strict=True))


def test_the_curve_is_drawn_through_the_points(executed: Executed) -> None:
    lines = executed.html("curve").split("<polyline points=")[1:]
    costs = [float(row[3]) for row in executed.rows("frontier")]
    heights = [float(corner.split(",")[1]) for corner in lines[0].split('"')[1].split()]
    assert heights == pytest.approx([250 - 220 * cost / max(costs) for cost in costs], abs=0.6)


def test_the_sentence_is_that_of_the_steps(executed: Executed) -> None:
    steps = [list(map(float, row)) for row in executed.rows("steps")]
    assert numbers_in(executed.text("last")) == [steps[0][4], steps[-1][3]]
    assert steps[0][4] < steps[-1][3]
