"""The second stage, compared with the enumeration of every plan of tiny problems."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gis_layers import StudyError
from optimise import Problem, Worth, keep_and_forbid, solve_then, solve_variant, verify_variant
from tests.optimise.enumeration import TinyPlan, every_plan
from tests.optimise.random_problems import random_problem

KINDS = ("plain", "connection_costs", "free_edges", "link_costs")


def feasible(kind: str, count: int) -> list[Problem]:
    """The first random problems with a plan that costs something."""
    found = []
    for seed in range(200):
        problem = random_problem(seed, kind)
        if problem.edge_cost.size <= 9 and problem.candidate_cost.size <= 6:
            solution = solve_variant(keep_and_forbid(problem), gap=0.0)
            if solution.plan is not None and solution.plan.cost > 0:
                found.append(problem)
        if len(found) == count:
            break
    return found


def worth(problem: Problem, plan: TinyPlan) -> float:
    assert problem.worth is not None
    providers = problem.existing_providers.copy()
    for demand, by in plan.links:
        providers[demand] += len(by)
    return math.fsum(
        value * float(row.weight[providers[row.demand] >= row.providers].sum())
        for value, row in zip(problem.worth.per_weight, problem.targets, strict=True)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_fewest_works_of_least_cost(kind: str) -> None:
    for problem in feasible(kind, 3):
        variant = keep_and_forbid(problem)
        first = solve_variant(variant, gap=0.0)
        tie = solve_then(variant, first, gap=0.0)
        assert first.plan is not None and (tie.measure, tie.lexicographic) == ("fewest_works", True)
        assert tie.plan.cost == pytest.approx(first.plan.cost) and verify_variant(variant, tie.plan).ok
        fewest = min(len(plan.edges) + len(plan.candidates) for plan in every_plan(problem, first.plan.cost))
        assert tie.plan.edges.size + tie.plan.candidates.size == fewest == tie.solution.value


@pytest.mark.parametrize("kind", ["plain", "connection_costs"])
def test_the_most_worth_of_least_cost(kind: str) -> None:
    for plain in feasible(kind, 3):
        problem = replace(plain, worth=Worth(np.array([2.0, 1.0])))
        variant = keep_and_forbid(problem)
        first = solve_variant(variant, gap=0.0)
        tie = solve_then(variant, first, gap=0.0)
        assert first.plan is not None and (tie.measure, tie.lexicographic) == ("most_worth", True)
        assert tie.plan.cost <= first.plan.cost + 1e-6 and verify_variant(variant, tie.plan).ok
        most = max(worth(problem, plan) for plan in every_plan(problem, first.plan.cost))
        assert tie.plan.worth == pytest.approx(most) and tie.solution.value == pytest.approx(most)


def test_the_least_cost_of_most_worth() -> None:
    for plain in feasible("connection_costs", 3):
        targets = tuple(replace(row, required=0.0) for row in plain.targets)
        problem = replace(plain, targets=targets, worth=Worth(np.array([2.0, 1.0])), objective="most_worth")
        variant = keep_and_forbid(problem)
        first = solve_variant(variant, gap=0.0)
        tie = solve_then(variant, first, gap=0.0)
        assert first.plan is not None and (tie.measure, tie.lexicographic) == ("least_cost", True)
        assert first.plan.worth is not None and first.plan.worth == pytest.approx(tie.plan.worth)
        plans = [
            plan for plan in every_plan(problem, first.plan.cost) if worth(problem, plan) >= first.plan.worth - 1e-6
        ]
        assert tie.plan.cost == pytest.approx(min(plan.cost(problem) for plan in plans))


def test_a_first_stage_that_did_not_close_is_not_called_lexicographic() -> None:
    problem = feasible("plain", 1)[0]
    variant = keep_and_forbid(problem)
    first = solve_variant(variant, gap=0.0)
    tie = solve_then(variant, replace(first, status="within_gap"), gap=0.0)
    assert tie.solution.status == "optimal" and not tie.lexicographic


def test_a_second_stage_that_is_stopped_keeps_the_plan_of_the_first() -> None:
    problem = feasible("plain", 1)[0]
    variant = keep_and_forbid(problem)
    first = solve_variant(variant, gap=0.0)
    tie = solve_then(variant, first, gap=0.0, time_limit_s=0.0)
    assert first.plan is not None and tie.plan.cost <= first.plan.cost + 1e-6
    assert tie.solution.value is not None and (tie.solution.bound or 0.0) <= tie.solution.value


def test_a_first_stage_without_a_plan_is_refused() -> None:
    problem = feasible("plain", 1)[0]
    variant = keep_and_forbid(problem)
    first = replace(solve_variant(variant, gap=0.0), plan=None)
    with pytest.raises(StudyError, match="found no plan"):
        solve_then(variant, first)
