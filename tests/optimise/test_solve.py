"""The plan is the cheapest there is, and says no more than what was proven."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from gis_layers import CancelledError, StudyError
from optimise import Problem, Solution, infeasibility, read_problem, solve, verify
from optimise.base_route import solve_base
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import VARIANTS, grid_problem, random_problem, relabelled
from tests.optimise.small_problems import small_problem, target
from tests.real_data import real_data


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_plan_of_tiny_problems_costs_what_enumeration_finds(variant: str) -> None:
    solved = 0
    for seed in range(14):
        problem = random_problem(seed, variant)
        best, solution = least_cost(problem), solve_base(problem, gap=0.0)
        if best is None:
            assert (solution.plan, solution.status, solution.bound) == (None, "infeasible", None)
            assert infeasibility(problem)
            continue
        assert solution.plan is not None
        assert solution.status == "optimal"
        assert solution.plan.cost == pytest.approx(best, abs=1e-6)
        assert solution.bound == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert verify(problem, solution.plan).complaints == ()
        solved += 1
    assert solved >= 7


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_order_of_rows_never_changes_the_cost(variant: str) -> None:
    for seed in range(100, 103):
        problem = random_problem(seed, variant)
        plan, other = solve(problem, gap=0.0).plan, solve(relabelled(problem, seed), gap=0.0).plan
        assert (plan is None) == (other is None)
        assert plan is None or other is None or plan.cost == pytest.approx(other.cost, abs=1e-6)


def test_a_solve_can_be_repeated_exactly() -> None:
    problem = random_problem(5, "everything")
    one, other = solve_base(problem, gap=0.0, seed=7), solve_base(problem, gap=0.0, seed=7)
    assert one.plan is not None and other.plan is not None
    for name in ("edges", "candidates", "served", "links"):
        np.testing.assert_array_equal(getattr(one.plan, name), getattr(other.plan, name))
    assert (one.bound, one.nodes) == (other.bound, other.nodes)


def test_one_more_candidate_never_raises_the_cost() -> None:
    for seed in range(10):
        problem = random_problem(seed, "shared_places")
        fewer = replace(
            problem,
            candidate_node=problem.candidate_node[:-1],
            candidate_cost=problem.candidate_cost[:-1],
            candidate_place=problem.candidate_place[:-1],
            cover=problem.cover[:, :-1],
        )
        plan, more = solve(fewer, gap=0.0).plan, solve(problem, gap=0.0).plan
        assert plan is None or (more is not None and more.cost <= plan.cost + 1e-6)


def two_services() -> Problem:
    """Two demands of two services; a trunk through node 3 pays only for both, and near sites have dear equipment."""
    return small_problem(
        edges=[(0, 1, 11), (0, 2, 11), (0, 3, 10), (3, 1, 4), (3, 2, 4), (1, 4, 9), (2, 5, 9)],
        sites=[(1, 6), (4, 3), (2, 6), (5, 3)],
        covered_by=[[0, 1], [2, 3]],
        targets=[target([0], name="wifi"), target([1], name="fibre")],
    )


def cost_of(problem: Problem) -> float:
    solution = solve(problem, gap=0.0)
    assert solution.plan is not None
    assert solution.status == "optimal"
    return solution.plan.cost


def test_places_and_routes_are_decided_together() -> None:
    problem = two_services()
    joint = cost_of(problem)
    equipment_first = solve(replace(problem, edge_cost=np.zeros_like(problem.edge_cost)), gap=0.0).plan
    assert equipment_first is not None
    others = np.setdiff1d(np.arange(4), equipment_first.candidates)
    unavailable = problem.candidate_node.copy()
    unavailable[others] = 0
    cover = problem.cover.tolil()
    cover[:, others] = False
    routed_after = cost_of(replace(problem, cover=cover.tocsr(), candidate_node=unavailable))
    assert joint == pytest.approx(10 + 4 + 4 + 6 + 6)
    assert routed_after == pytest.approx(10 + 4 + 4 + 9 + 9 + 3 + 3)
    assert joint < routed_after


def test_services_are_planned_together() -> None:
    problem = two_services()
    joint = cost_of(problem)
    alone = sum(cost_of(replace(problem, targets=(row,))) for row in problem.targets)
    in_turn = []
    for first, second in (problem.targets, problem.targets[::-1]):
        plan = solve(replace(problem, targets=(first,)), gap=0.0).plan
        assert plan is not None
        dug = problem.edge_cost.copy()
        dug[plan.edges] = 0.0
        in_turn.append(plan.cost + cost_of(replace(problem, targets=(second,), edge_cost=dug)))
    assert alone == pytest.approx(2 * (11 + 6))
    assert joint < min(in_turn) < alone


def test_a_target_is_reached_in_exact_arithmetic_not_within_the_solvers_tolerance() -> None:
    problem = small_problem(
        edges=[(0, 1, 2.0), (0, 2, 50.0)],
        sites=[(1, 1.0), (2, 1.0)],
        covered_by=[[0], [1]],
        targets=[target([0, 1], weight=[1.0, 2e-7])],
    )
    assert cost_of(problem) == pytest.approx(54.0)
    a_little_less = replace(problem, targets=(target([0, 1], weight=[1.0, 2e-7], required=1.0),))
    assert cost_of(a_little_less) == pytest.approx(3.0)


def test_what_exists_is_free_and_reached_targets_cost_nothing() -> None:
    problem = small_problem(
        edges=[(0, 1, 5.0)], sites=[(1, 7.0)], covered_by=[[0]], existing_providers=np.array([1], dtype=np.int64)
    )
    solution = solve(problem)
    assert solution.plan is not None
    assert (solution.plan.cost, solution.status, solution.bound) == (0.0, "optimal", 0.0)
    twice = replace(problem, targets=(target([0], providers=2),))
    assert cost_of(twice) == pytest.approx(12.0)


@pytest.mark.parametrize(
    "problem",
    [
        small_problem(edges=[(0, 1, 1.0)], sites=[(2, 1.0)], covered_by=[[0]]),
        small_problem(edges=[(0, 1, 1.0)], sites=[(1, 1.0)], covered_by=[[0], []]),
        small_problem(edges=[(0, 1, 1.0)], sites=[(1, 1.0)], covered_by=[[0]], targets=[target([0], providers=2)]),
        small_problem(edges=[(0, 1, 1.0)], sites=[(1, 1.0)], covered_by=[[0]], existing=()),
    ],
    ids=["no way to the candidate", "no candidate", "one place for two providers", "nothing exists"],
)
def test_a_target_out_of_reach_is_infeasible_at_once(problem: Problem) -> None:
    solution = solve(problem)
    assert (solution.plan, solution.status, solution.bound, solution.gap) == (None, "infeasible", None, None)
    assert solution.bound_origin == "none"


def test_a_node_limit_leaves_a_true_bound_and_a_plan() -> None:
    problem = grid_problem(12, side=6, candidates=14, demands=30, share=0.8)
    optimum = 368.0  # proven by the same program without a limit, in some seconds
    stopped = solve_base(problem, gap=0.0, node_limit=1)
    assert stopped.plan is not None and stopped.bound is not None
    assert stopped.status == "limit"
    assert stopped.bound_origin == "mip"
    assert 0.5 * optimum < stopped.bound < optimum <= stopped.plan.cost <= (stopped.greedy_cost or 0.0)


def test_a_wide_gap_is_called_within_gap_and_no_more() -> None:
    problem = grid_problem(3, side=6, candidates=12, demands=40, share=0.7)
    solution = solve_base(problem, gap=0.5)
    assert solution.status == "within_gap"
    assert solution.gap is not None
    assert 1e-6 < solution.gap <= 0.5


def test_no_time_at_all_gives_the_greedy_plan_and_says_so() -> None:
    problem = grid_problem(3, side=6, candidates=12, demands=40, share=0.7)
    solution = solve_base(problem, time_limit_s=0.0)
    assert solution.plan is not None
    assert solution.status == "limit"
    assert solution.plan.cost == pytest.approx(solution.greedy_cost)


@pytest.mark.parametrize("calls", [1, 2])
@pytest.mark.parametrize("error", [CancelledError("stop"), KeyboardInterrupt()])
def test_the_user_can_stop_and_keeps_the_best_plan(calls: int, error: BaseException) -> None:
    problem = grid_problem(1, side=14, candidates=50, demands=150)
    heard = []

    def stop(stage: str, share: float | None = None, note: str = "") -> None:
        heard.append(note)
        if len(heard) >= calls:
            raise error

    solution = solve_base(problem, gap=0.0, progress=stop)
    assert solution.status == "cancelled"
    assert solution.plan is not None
    assert verify(problem, solution.plan).ok
    assert "greedy cost" in heard[0]


def test_arrays_that_do_not_fit_are_refused() -> None:
    problem = random_problem(0)
    with pytest.raises(StudyError, match="edge_cost entry 1 is -1"):
        solve(replace(problem, edge_cost=np.where(np.arange(problem.edge_cost.size) == 1, -1.0, problem.edge_cost)))
    with pytest.raises(StudyError, match="existing is of type int64, expected bool"):
        solve(replace(problem, existing=problem.existing.astype(np.int64)))  # type: ignore[arg-type]


def test_a_plan_that_does_not_verify_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = two_services()

    def cheat(*arguments: object, **options: object) -> Solution:
        solution = solve_base(problem)
        assert solution.plan is not None
        return replace(solution, plan=replace(solution.plan, edges=solution.plan.edges[1:]))

    monkeypatch.setattr(sys.modules["optimise.solve"], "solve_cuts", cheat)
    with pytest.raises(RuntimeError, match="not connected"):
        solve(problem)


@pytest.mark.real_data
def test_a_real_town_without_time_gets_a_verified_plan_and_no_false_bound() -> None:
    problem = read_problem(real_data("problems", "rodez-wifi15-fibre85.json.gz"))
    solution = solve_base(problem, time_limit_s=0.0)
    assert solution.plan is not None
    assert verify(problem, solution.plan).ok
    assert solution.status == "limit"
    assert solution.bound is None or solution.bound <= 1_721_500
