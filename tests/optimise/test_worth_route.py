"""Most worth within a budget by least costs, against enumeration."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from gis_layers import CancelledError
from optimise import Budget, Costs, Problem, Worth, verify
from optimise.cut_route import solve_cuts
from optimise.worth_route import can_solve_worth, solve_worth
from tests.optimise.brute_force_variants import optimum
from tests.optimise.random_problems import grid_problem
from tests.optimise.random_variants import random_variant


def own_budget(problem: Problem, most: float) -> Budget:
    own = Costs(problem.edge_cost, problem.candidate_cost, problem.connection_cost, None, problem.link_cost)
    return Budget(most, own)


def most_worth(seed: int) -> Problem:
    problem = random_variant(seed, ("at_least", "most_worth") if seed % 2 else ("most_worth",))
    assert problem.budget is not None and problem.worth is not None
    return replace(problem, budget=own_budget(problem, problem.budget.most), worth=problem.worth)


def grid_with_budget(seed: int, share: float) -> Problem:
    """A grid on which part of what everything costs may be spent, and no target binds."""
    problem = grid_problem(seed, side=6, candidates=14, demands=24)
    whole = solve_cuts(problem, gap=0.0).plan
    assert whole is not None
    return replace(
        problem,
        targets=tuple(replace(row, required=0.0) for row in problem.targets),
        objective="most_worth",
        worth=Worth(np.array([1.0, 2.0])),
        budget=own_budget(problem, share * whole.cost),
    )


def test_most_worth_is_that_of_enumeration() -> None:
    found = 0
    for seed in range(60):
        problem = most_worth(seed)
        assert can_solve_worth(problem)
        best, solution = optimum(problem), solve_worth(problem, gap=0.0)
        if best is None:
            assert (solution.status, solution.plan) == ("infeasible", None), problem.name
            continue
        found += 1
        assert solution.plan is not None and solution.bound is not None
        assert verify(problem, solution.plan).complaints == (), problem.name
        assert solution.value == pytest.approx(best.worth, rel=2e-6, abs=1e-9), problem.name
        assert solution.bound >= best.worth - 1e-9, problem.name
        assert solution.status == "optimal", problem.name
    assert found > 40


def test_a_least_worth_is_a_target_of_the_cut_formulation() -> None:
    for seed in range(60):
        problem = random_variant(seed, ("at_least",))
        best, solution = optimum(problem), solve_cuts(problem, gap=0.0)
        if best is None:
            assert solution.status == "infeasible", problem.name
            continue
        assert solution.plan is not None and solution.bound is not None
        assert verify(problem, solution.plan).complaints == (), problem.name
        assert solution.plan.cost == pytest.approx(best.cost, abs=1e-6), problem.name
        assert solution.bound <= best.cost + 1e-6


def test_more_money_never_buys_less() -> None:
    worth = [solve_worth(grid_with_budget(1, share), gap=1e-3) for share in (0.3, 0.6, 0.9)]
    for less, more in pairwise(worth):
        assert less.value is not None and more.bound is not None and less.value <= more.bound


def test_an_early_stop_leaves_a_plan_and_a_true_bound() -> None:
    problem = grid_with_budget(2, 0.5)
    exact = solve_worth(problem, gap=0.0)
    assert exact.status == "optimal" and exact.value is not None
    for nodes in (0, 1, 2):
        early = solve_worth(problem, gap=0.0, node_limit=nodes)
        assert early.plan is not None and early.value is not None and early.bound is not None
        assert verify(problem, early.plan).ok
        assert early.value <= exact.value + 1e-9 <= early.bound + 1e-5


def test_cancelling_keeps_the_plan() -> None:
    calls = 0

    def stop(stage: str, share: float | None = None, note: str = "") -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise CancelledError("stopped", "start again")

    problem = grid_with_budget(3, 0.5)
    solution = solve_worth(problem, gap=0.0, progress=stop)
    assert solution.status == "cancelled" and solution.plan is not None
    assert verify(problem, solution.plan).ok


def test_other_limits_are_left_to_the_wide_route() -> None:
    problem = most_worth(0)
    assert problem.budget is not None
    dearer = replace(problem.budget.costs, candidate_cost=problem.budget.costs.candidate_cost + 1.0)
    assert not can_solve_worth(replace(problem, budget=replace(problem.budget, costs=dearer)))
    assert not can_solve_worth(random_variant(0, ("backhaul", "most_worth")))
    assert not can_solve_worth(replace(problem, objective="least_cost"))
