"""The verifier accepts plans and rejects every plan that something was taken from or added to."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimise import Plan, Problem, greedy_plan, verify
from tests.optimise.random_problems import VARIANTS, random_problem
from tests.optimise.small_problems import small_problem, target


def two_by_two() -> Problem:
    """Two demands that each need two places: candidates at nodes 1 and 2, and two at one place without backhaul."""
    return small_problem(
        edges=[(0, 1, 5), (1, 2, 3), (0, 2, 9)],
        sites=[(1, 2), (2, 2), (-1, 4), (-1, 6)],
        covered_by=[[0, 1, 2, 3], [1, 2, 3]],
        targets=[target([0, 1], weight=[3.0, 2.0], providers=2)],
        candidate_place=np.array([10, 11, 12, 12]),
        connection_cost=np.array([1.0, 0.5]),
    )


def good_plan() -> Plan:
    return Plan(
        edges=np.array([0, 1]),
        candidates=np.array([0, 1, 2]),
        served=np.array([[0, 2], [1, 2]]),
        links=np.array([[0, 0], [0, 1], [1, 1], [1, 2]]),
        cost=5 + 3 + 2 + 2 + 4 + 1.5,
    )


def test_a_plan_is_accepted_with_its_cost_and_weight() -> None:
    verification = verify(two_by_two(), good_plan())
    assert (verification.ok, verification.complaints) == (True, ())
    assert verification.cost == pytest.approx(17.5)
    assert verification.served_weight == (5.0,)


WRONG: list[tuple[dict[str, object], str]] = [
    ({"edges": np.array([0])}, "candidate 1 at node 2 is not connected"),
    ({"edges": np.array([1])}, "candidate 0 at node 1 is not connected"),
    ({"edges": np.array([0, 1, 3])}, r"edges: \[3\] not in 0..2"),
    ({"edges": np.array([0, 0, 1])}, "edges: given twice"),
    ({"candidates": np.array([0, 1])}, "linked to candidate 2, which is not built"),
    ({"candidates": np.array([0, 1, 2, -1])}, r"candidates: \[-1\]"),
    ({"candidates": np.array([0, 1, 2, 2])}, "candidates: given twice"),
    ({"candidates": np.array([0, 1, 2, 3])}, "cost: the plan says 17.5, its parts cost 23.5"),
    ({"served": np.array([[0, 2]])}, "demand 1 is linked but not served"),
    ({"served": np.array([[0, 2], [1, 1]])}, "demand 1 needs 1 new places, has 2 links"),
    ({"served": np.array([[0, 3], [1, 2]])}, "demand 0 needs 3 new places"),
    ({"served": np.array([[0, 2], [1, 2], [1, 2]])}, "served demands: given twice"),
    ({"served": np.array([[0, 2], [7, 2]])}, r"served demands: \[7\]"),
    ({"served": np.array([[0, 2], [1, 0]])}, "demand 1 counts 0 providers that exist already"),
    ({"links": np.array([[0, 0], [0, 1], [1, 1]])}, "demand 1 needs 2 new places, has 1 links"),
    ({"links": np.array([[0, 0], [0, 1], [1, 1], [1, 0]])}, "candidate 0, which cannot serve it"),
    ({"links": np.array([[0, 0], [0, 1], [1, 1], [1, 1]])}, "links: given twice"),
    ({"links": np.array([[0, 0], [0, 1], [1, 1], [1, 9]])}, r"linked candidates: \[9\]"),
    ({"cost": 17.4}, "cost: the plan says 17.4"),
    ({"served": np.array([[0, 2]]), "links": np.array([[0, 0], [0, 1]])}, "target 'all': 3 served, 5 required"),
]


@pytest.mark.parametrize(("change", "complaint"), WRONG, ids=[complaint for _, complaint in WRONG])
def test_a_wrong_plan_is_rejected_and_the_complaint_says_why(change: dict[str, object], complaint: str) -> None:
    verification = verify(two_by_two(), replace(good_plan(), **change))  # type: ignore[arg-type]
    assert not verification.ok
    assert any(re.search(complaint, text) for text in verification.complaints)


def test_two_candidates_of_one_place_count_once() -> None:
    plan = replace(
        good_plan(),
        candidates=np.array([0, 1, 2, 3]),
        links=np.array([[0, 0], [0, 1], [1, 2], [1, 3]]),
        cost=good_plan().cost + 6,
    )
    assert "has 2 links to 1 places" in verify(two_by_two(), plan).complaints[0]


def test_existing_providers_count_without_a_row_and_need_fewer_links() -> None:
    problem = replace(two_by_two(), existing_providers=np.array([2, 1]))
    plan = Plan(np.array([2]), np.array([1]), np.array([[1, 2]]), np.array([[1, 1]]), 9 + 2 + 0.5)
    assert verify(problem, plan).complaints == ()
    assert verify(problem, plan).served_weight == (5.0,)
    needless = replace(plan, served=np.array([[0, 2], [1, 2]]), cost=plan.cost + 1)
    assert "counts 2 providers that exist already" in verify(problem, needless).complaints[0]


def test_link_costs_are_part_of_the_cost() -> None:
    problem = two_by_two()
    problem = replace(problem, link_cost=problem.cover.astype(np.float64) * 0.25)
    assert verify(problem, replace(good_plan(), cost=18.5)).ok
    assert not verify(problem, good_plan()).ok


def fewer(plan: Plan, name: str) -> Iterator[Plan]:
    rows = getattr(plan, name)
    for index in range(len(rows)):
        yield replace(plan, **{name: np.delete(rows, index, axis=0)})


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_plan_without_any_one_of_its_parts_is_rejected(variant: str) -> None:
    taken = 0
    for seed in range(200, 215):
        problem = random_problem(seed, variant)
        plan = greedy_plan(problem)
        if plan is None:
            continue
        for less in (*fewer(plan, "edges"), *fewer(plan, "links"), *fewer(plan, "served")):
            assert not verify(problem, replace(less, cost=verify(problem, less).cost)).ok
            taken += 1
        for less in fewer(plan, "candidates"):
            assert verify(problem, less).ok == set(plan.links[:, 1].tolist()).issubset(less.candidates.tolist())
    assert taken > 10


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_demand_given_up_with_its_links_is_missed_exactly_where_a_target_needs_it(variant: str) -> None:
    needed = 0
    for seed in range(200, 218):
        problem = random_problem(seed, variant)
        plan = greedy_plan(problem)
        for without in fewer(plan, "served") if plan else ():
            kept = np.isin(without.links[:, 0], without.served[:, 0])
            less = replace(without, links=without.links[kept])
            verification = verify(problem, replace(less, cost=verify(problem, less).cost))
            short = [
                weight < row.required - 1e-9 * max(1, row.weight.sum())
                for row, weight in zip(problem.targets, verification.served_weight, strict=True)
            ]
            assert verification.ok == (not any(short))
            assert all("served" in text for text in verification.complaints)
            needed += any(short)
    assert needed > 0


def test_the_verifier_shares_nothing_with_the_program() -> None:
    code = (
        "import importlib.util, sys, types\n"
        "package = types.ModuleType('optimise'); package.__path__ = [sys.argv[1]]; sys.modules['optimise'] = package\n"
        "import optimise.verify\n"
        "print(sorted(name for name in sys.modules if name.startswith(('optimise.', 'pulp', 'highspy'))))"
    )
    folder = str(Path(__file__).parents[2] / "optimise")
    answer = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "['optimise.plan', 'optimise.problem', 'optimise.verify', 'optimise.verify_years']"
