"""A solve that starts from what another one learnt proves as much: the same least cost, and true bounds."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gis_layers import silent
from optimise import (
    FrontierMemory,
    Problem,
    Solution,
    WarmSolver,
    digest_problem,
    digest_works,
    keep_and_forbid,
    required_at,
    solve,
    solve_frontier,
    verify,
)
from optimise.frontier import with_weights_required
from tests.optimise.random_problems import VARIANTS, grid_problem, random_problem

EXACT: dict[str, Any] = {
    "gap": 0.0, "time_limit_s": None, "seed": 0, "node_limit": None, "progress": silent,
}  # fmt: skip


def dearer(problem: Problem, rng: np.random.Generator) -> Problem:
    """The same works at other prices."""
    return replace(
        problem,
        edge_cost=np.round(problem.edge_cost * rng.uniform(0.5, 2.0, problem.edge_cost.size), 2),
        candidate_cost=np.round(problem.candidate_cost * rng.uniform(0.5, 2.0, problem.candidate_cost.size), 2),
    )


def asking(problem: Problem, share: float) -> Problem:
    targets = tuple(replace(row, required=share * row.required) for row in problem.targets)
    return replace(problem, targets=targets)


def cost(solution: Solution) -> float:
    return math.inf if solution.plan is None else solution.plan.cost


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("seed", range(4))
def test_other_prices_and_targets_from_what_is_known_cost_the_least(seed: int, variant: str) -> None:
    assert solve_chain(random_problem(seed, variant), np.random.default_rng(seed)) == 3


def solve_chain(problem: Problem, rng: np.random.Generator) -> int:
    """Solve a problem and three changes of it, each warm and cold; return how many were compared."""
    first = WarmSolver()
    assert cost(first(problem, **EXACT)) == pytest.approx(cost(solve(problem, gap=0.0)))
    known, compared = first.learnt, 0
    for changed in (dearer(problem, rng), asking(problem, 0.5), dearer(asking(problem, 0.8), rng)):
        assert digest_works(changed) == digest_works(problem)
        warm = WarmSolver(known)
        found, cold = warm(changed, **EXACT), solve(changed, gap=0.0)
        assert found.status == cold.status
        assert cost(found) == pytest.approx(cost(cold))
        if found.plan is not None:
            assert verify(changed, found.plan).ok
            assert found.bound is not None and found.bound <= cost(cold) * (1 + 1e-9) + 1e-9
        known, compared = warm.learnt or known, compared + 1
    return compared


def test_digests_tell_prices_from_works() -> None:
    problem = random_problem(7)
    other = dearer(problem, np.random.default_rng(7))
    assert digest_problem(problem) == digest_problem(replace(problem)) != digest_problem(other)
    assert digest_works(problem) == digest_works(other)
    moved = replace(problem, candidate_place=problem.candidate_place + np.arange(problem.candidate_place.size))
    assert digest_works(moved) != digest_works(problem)
    assert digest_problem(replace(problem, name="other")) != digest_problem(problem)


def test_what_branching_gained_carries_over() -> None:
    problem = grid_problem(0, side=5, candidates=10, demands=16)
    first = WarmSolver()
    first(problem, **EXACT)
    known = first.learnt
    assert known is not None and known.lessons.gains is not None
    assert known.lessons.gains.trials.any()  # else there is nothing to carry over here
    solve_chain(problem, np.random.default_rng(3))


def test_equipment_of_the_last_plan_is_all_that_carries_over_to_other_columns() -> None:
    problem = random_problem(3)
    first = WarmSolver()
    first(problem, **EXACT)
    assert first.learnt is not None
    other = replace(first.learnt, columns="of another formulation")
    changed = dearer(problem, np.random.default_rng(3))
    assert cost(WarmSolver(other)(changed, **EXACT)) == pytest.approx(cost(solve(changed, gap=0.0)))


@pytest.mark.parametrize("seed", range(3))
def test_points_of_a_frontier_from_what_is_known_cost_the_least(seed: int) -> None:
    problem, rng = random_problem(seed), np.random.default_rng(seed)
    every = np.ones(len(problem.targets), dtype=bool)
    first = WarmSolver()
    first(problem, **EXACT)
    memory = FrontierMemory(first.learnt)
    for prices in (problem, dearer(problem, rng), dearer(problem, rng)):
        required = [required_at(prices, level, every) for level in (0.0, 0.5, 0.8)]
        found = solve_frontier(keep_and_forbid(prices), required, gap=0.0, memory=memory)
        for weights, solution in zip(required, found, strict=True):
            point = with_weights_required(prices, weights)
            least = cost(solve(point, gap=0.0))
            assert cost(solution) == pytest.approx(least)
            assert solution.plan is None or verify(point, solution.plan).ok
            assert solution.bound is not None and solution.bound <= least * (1 + 1e-9) + 1e-9
        assert len(memory.points) == 3 and memory.points[-1] is not None


def test_what_is_known_of_a_frontier_saves_cuts() -> None:
    problem = grid_problem(2, side=6, candidates=14, demands=24)
    every = np.ones(len(problem.targets), dtype=bool)
    required = [required_at(problem, 0.7, every)]
    memory = FrontierMemory()
    (alone,) = solve_frontier(keep_and_forbid(problem), required, gap=0.0, memory=memory)
    (again,) = solve_frontier(keep_and_forbid(problem), required, gap=0.0, memory=memory)
    assert cost(again) == pytest.approx(cost(alone))
    assert again.cuts < alone.cuts
