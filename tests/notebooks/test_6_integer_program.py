"""The integer program explained: trial of everything, branching by hand and Cardio find the same least cost."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.notebooks.executed import Executed, numbers_in

BLUE = "#0072b2"


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    return Executed("6_integer_program", tmp_path_factory.mktemp("integer_program"))


@pytest.fixture(scope="module")
def answers(executed: Executed) -> dict[str, str]:
    return dict(executed.rows("solve"))


def dug(executed: Executed, cell_id: str) -> float:
    """Price of what a drawing shows as dug: the widths of its blue lines, with the prices written beside them."""
    signs = list(ElementTree.fromstring(executed.html(cell_id)))
    prices = [float(sign.text) for sign in signs if sign.tag.endswith("text") and re.fullmatch(r"\d+", sign.text)]
    widths = [float(sign.get("stroke-width")) / 9 for sign in signs if sign.get("stroke") == BLUE]
    return sum(price * width for price, width in zip(prices, widths, strict=True))


def points(executed: Executed, cell_id: str) -> int:
    return sum(sign.get("fill") == BLUE for sign in ElementTree.fromstring(executed.html(cell_id)))


def test_it_runs_clean_and_writes_nothing(executed: Executed) -> None:
    assert executed.faults(writes="") == []


def test_trying_everything_finds_the_least_cost_known_by_hand(executed: Executed) -> None:
    # the dig to S (40), three branches of 8 and three access points of 10
    choices, plans, best = numbers_in(executed.text("tried"))
    assert choices == 2**9 * 2**5
    assert 0 < plans < choices
    assert best == 40 + 3 * 8 + 3 * 10


def test_all_three_ways_agree(executed: Executed, answers: dict[str, str]) -> None:
    best = numbers_in(executed.text("tried"))[-1]
    for way in ("tried all", "by hand, case by case", "Cardio's plan", "Cardio's bound"):
        assert float(answers[way]) == pytest.approx(best, abs=1e-4)
    assert answers["status"] == "optimal"
    assert answers["verified"] == "True"
    assert float(answers["people served"]) >= 9


def test_greedy_is_dearer_by_what_the_sentence_says(executed: Executed) -> None:
    cost, more = numbers_in(executed.text("greedy"))
    assert more > 0
    assert cost - more == numbers_in(executed.text("tried"))[-1]


def test_drawings_show_what_the_plans_cost(executed: Executed) -> None:
    assert dug(executed, "draw") == 0
    for cell, named in (("best", "tried"), ("greedy-drawing", "greedy")):
        numbers = numbers_in(executed.text(named))
        cost = numbers[-1] if named == "tried" else numbers[0]
        assert dug(executed, cell) + 10 * points(executed, cell) == pytest.approx(cost)


def test_the_bound_lies_below_every_plan_and_the_gap_follows(executed: Executed) -> None:
    bound = numbers_in(executed.text("relax"))[0]
    for _, plan, low, gap in executed.rows("gap"):
        assert float(low) == bound < float(plan)
        assert float(gap.rstrip("%")) == pytest.approx(100 * (float(plan) - bound) / float(plan), abs=0.1)


def test_the_cheating_answer_digs_parts_of_streets(executed: Executed) -> None:
    signs = ElementTree.fromstring(executed.html("cheat"))
    widths = [float(sign.get("stroke-width")) for sign in signs if sign.get("stroke") == BLUE]
    assert any(0.5 < width < 8.5 for width in widths)


def test_branching_lifts_the_bound_and_never_lowers_it(executed: Executed) -> None:
    line = re.search(r'points="([^"]*)"', executed.html("curve")).group(1)
    heights = [float(pair.split(",")[1]) for pair in line.split()]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > heights[-1] == 20.0
    cases, choices, proven = numbers_in(executed.text("branch"))
    assert cases == len(heights) < choices
    assert proven == numbers_in(executed.text("tried"))[-1]
