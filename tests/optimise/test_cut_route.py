"""The cut formulation against enumeration, and what it does when it is stopped."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gis_layers import CancelledError, StudyError
from optimise import Budget, Costs, Worth, verify
from optimise.cut_route import can_solve, solve_cuts
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import VARIANTS, grid_problem, random_problem, relabelled


@pytest.mark.parametrize("variant", VARIANTS)
def test_least_cost_is_that_of_enumeration(variant: str) -> None:
    for seed in range(25):
        problem = random_problem(seed, variant)
        optimum = least_cost(problem)
        solution = solve_cuts(problem, gap=0.0, seed=seed)
        if optimum is None:
            assert (solution.status, solution.plan) == ("infeasible", None), problem.name
            continue
        assert solution.status == "optimal", problem.name
        assert solution.plan is not None and solution.bound is not None
        assert verify(problem, solution.plan).complaints == (), problem.name
        assert solution.plan.cost == pytest.approx(optimum, abs=1e-6), problem.name
        assert solution.bound <= optimum + 1e-6, problem.name


def test_bound_and_plan_enclose_the_optimum_however_early_the_search_ends() -> None:
    for seed in range(4):
        problem = grid_problem(seed, side=6, candidates=14, demands=24)
        optimum = solve_cuts(problem, gap=0.0).plan
        assert optimum is not None
        for nodes in (0, 1, 3):
            solution = solve_cuts(problem, gap=0.0, node_limit=nodes)
            assert solution.plan is not None and solution.bound is not None
            assert verify(problem, solution.plan).ok
            assert solution.bound <= optimum.cost * (1 + 1e-9) and optimum.cost <= solution.plan.cost + 1e-6
            assert solution.status == ("optimal" if solution.gap is not None and solution.gap <= 1e-6 else "limit")


def test_no_time_still_gives_a_plan_and_a_true_bound() -> None:
    problem = grid_problem(5, side=6, candidates=14, demands=24)
    solution = solve_cuts(problem, gap=0.0, time_limit_s=0.0)
    best = solve_cuts(problem, gap=0.0).plan
    assert solution.plan is not None and solution.bound is not None and best is not None
    assert verify(problem, solution.plan).ok
    assert solution.status == "limit" and solution.bound <= best.cost <= solution.plan.cost


@pytest.mark.parametrize("calls", [0, 3, 12, 25])
def test_cancel_keeps_the_best_plan(calls: int) -> None:
    seen = []

    def cancel(stage: str, share: float | None = None, note: str = "") -> None:
        seen.append((stage, note))
        if len(seen) > calls:
            raise CancelledError("enough")

    problem = grid_problem(1, side=12, candidates=60, demands=120, share=0.8)
    solution = solve_cuts(problem, gap=0.0, progress=cancel)
    assert solution.status == "cancelled"
    assert solution.plan is not None and verify(problem, solution.plan).ok
    assert solution.bound is not None and solution.bound <= solution.plan.cost
    assert all(stage == "solve" and "gap" in note for stage, note in seen)


def test_same_seed_same_plan() -> None:
    problem = grid_problem(3, side=10, candidates=40, demands=80, share=0.9)
    first, second = (solve_cuts(problem, gap=1e-3, seed=7, node_limit=50) for _ in range(2))
    assert first.plan is not None and second.plan is not None
    assert (first.plan.cost, first.bound, first.nodes, first.cuts) == (
        second.plan.cost,
        second.bound,
        second.nodes,
        second.cuts,
    )
    np.testing.assert_array_equal(first.plan.edges, second.plan.edges)
    np.testing.assert_array_equal(first.plan.candidates, second.plan.candidates)


def test_order_of_rows_and_unit_of_cost_change_nothing() -> None:
    problem = grid_problem(2, side=6, candidates=14, demands=24, share=0.9)
    cost = [
        solve_cuts(other, gap=0.0).plan
        for other in (
            problem,
            relabelled(problem, 1),
            replace(
                problem, edge_cost=problem.edge_cost * 1e4, candidate_cost=problem.candidate_cost * 1e4, name="dear"
            ),
            replace(
                problem, edge_cost=problem.edge_cost * 1e-4, candidate_cost=problem.candidate_cost * 1e-4, name="cheap"
            ),
        )
    ]
    assert all(plan is not None for plan in cost)
    np.testing.assert_allclose(
        [plan.cost / unit for plan, unit in zip(cost, (1, 1, 1e4, 1e-4), strict=True)], cost[0].cost
    )


def test_levels_of_service_are_bounded_early_and_cost_the_same_in_any_order() -> None:
    problem = grid_problem(1, side=6, candidates=12, demands=16)
    twice = (replace(row, providers=2, required=0.4 * row.required) for row in problem.targets)
    problem = replace(problem, targets=(*problem.targets, *twice), connection_cost=np.arange(16.0) % 3)
    best, other = (solve_cuts(each, gap=0.0).plan for each in (problem, relabelled(problem, 1)))
    assert best is not None and other is not None and best.cost == pytest.approx(other.cost)
    assert set(best.served[:, 1].tolist()) == {1, 2}
    for nodes in (0, 1):
        solution = solve_cuts(problem, gap=0.0, node_limit=nodes)
        assert solution.plan is not None and solution.bound is not None and verify(problem, solution.plan).ok
        assert solution.bound <= best.cost * (1 + 1e-9) and best.cost <= solution.plan.cost + 1e-6


def test_exactly_reachable_is_planned_and_one_unit_more_is_not() -> None:
    problem = grid_problem(4, side=6, candidates=12, demands=20)
    covered = np.diff(problem.cover.indptr) > 0
    targets = [replace(row, required=float(row.weight[covered[row.demand]].sum())) for row in problem.targets]
    assert solve_cuts(replace(problem, targets=tuple(targets)), gap=0.0).status == "optimal"
    beyond = replace(targets[0], required=targets[0].required + 1)
    assert solve_cuts(replace(problem, targets=(beyond, targets[1])), gap=0.0).status == "infeasible"


def test_nothing_to_do_costs_nothing() -> None:
    problem = grid_problem(4, side=6, candidates=12, demands=20, share=0.0)
    solution = solve_cuts(problem)
    assert solution.plan is not None and solution.plan.cost == 0 and solution.status == "optimal"
    assert solution.gap == 0.0 and len(solution.plan.candidates) == 0


def test_optional_parts_are_refused() -> None:
    problem = grid_problem(4, side=6, candidates=12, demands=20)
    assert can_solve(replace(problem, targets=(replace(problem.targets[0], providers=3), problem.targets[1])))
    assert can_solve(replace(problem, worth=Worth(np.ones(2))))
    budget = Budget(1e6, Costs(problem.edge_cost, problem.candidate_cost, problem.connection_cost))
    other = replace(problem, budget=budget)
    assert not can_solve(other)
    with pytest.raises(StudyError, match="optional part"):
        solve_cuts(other)


def test_gap_asked_is_gap_given() -> None:
    problem = grid_problem(6, side=14, candidates=70, demands=150, share=0.9)
    solution = solve_cuts(problem, gap=0.05)
    assert solution.status in ("within_gap", "optimal")
    assert solution.gap is not None and solution.gap <= 0.05 and not math.isnan(solution.gap)
