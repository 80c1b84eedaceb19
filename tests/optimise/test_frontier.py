"""The frontier against enumeration point by point, and what points may learn from each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from gis_layers import CancelledError, StudyError, silent
from optimise import Problem, Solution, Worth, keep_and_forbid, required_at, solve_frontier, verify, verify_variant
from optimise.bounds import lagrangian_bound
from optimise.compact import Compact
from optimise.compaction import compact_problem, missing_weight, with_required
from optimise.cut_heuristics import Design, make_design
from optimise.cut_knapsack import find_knapsack_cuts
from optimise.cut_loop import make_relaxation, tighten
from optimise.cut_model import column_values, lay_columns
from optimise.cut_state import SearchState
from optimise.cut_town import TownFormulation
from optimise.frontier import with_weights_required
from optimise.lessons import Lessons
from optimise.rows import no_rows
from optimise.solvers.highs_rows import Basis
from tests.optimise.brute_force import Fixed, least_cost
from tests.optimise.random_problems import VARIANTS, grid_problem, random_problem

LEVELS = (0.0, 0.3, 0.6, 0.8, 1.0)


def levels_of(problem: Problem, levels: tuple[float, ...] = LEVELS) -> list[np.ndarray]:
    every = np.ones(len(problem.targets), dtype=bool)
    return [required_at(problem, level, every) for level in levels]


def assert_monotone(solutions: tuple[Solution, ...]) -> None:
    costs = [solution.plan.cost for solution in solutions if solution.plan is not None]
    bounds = [solution.bound for solution in solutions if solution.bound is not None]
    assert len(costs) == len(bounds) == len(solutions)
    assert costs == sorted(costs) and bounds == sorted(bounds)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_point_is_that_of_enumeration(variant: str) -> None:
    for seed in range(6):
        problem = random_problem(seed, variant)
        required = levels_of(problem)
        solutions = solve_frontier(keep_and_forbid(problem), required, gap=0.0, seed=seed)
        assert len(solutions) == len(required)
        assert_monotone(solutions)
        for weights, solution in zip(required, solutions, strict=True):
            point = with_weights_required(problem, weights)
            assert solution.plan is not None and solution.bound is not None
            assert verify(point, solution.plan).complaints == (), problem.name
            assert solution.status == "optimal"
            assert solution.plan.cost == pytest.approx(least_cost(point), abs=1e-6)
            assert solution.bound <= solution.plan.cost


def test_one_target_moves_and_the_others_stay() -> None:
    for seed in range(12):
        problem = random_problem(seed, "plain")
        first = np.arange(len(problem.targets)) == 0
        required = [required_at(problem, level, first) for level in LEVELS]
        assert {float(weights[1]) for weights in required} == {problem.targets[1].required}
        solutions = solve_frontier(keep_and_forbid(problem), required, gap=0.0)
        for weights, solution in zip(required, solutions, strict=True):
            optimum = least_cost(with_weights_required(problem, weights))
            if optimum is None:
                assert (solution.status, solution.plan) == ("infeasible", None)
            else:
                assert solution.plan is not None and solution.plan.cost == pytest.approx(optimum, abs=1e-6)


def test_kept_and_forbidden_works_hold_at_every_point() -> None:
    for seed in range(12):
        problem = random_problem(seed, "everything")
        fixed = Fixed(keep_edges=(0,), keep_candidates=(1,), forbid_candidates=(0,))
        variant = keep_and_forbid(problem, keep_edges=[0], keep_candidates=[1], forbid_candidates=[0])
        every = np.arange(len(variant.problem.targets)) < len(problem.targets)
        required = [required_at(variant.problem, level, every)[: len(problem.targets)] for level in LEVELS]
        for weights, solution in zip(required, solve_frontier(variant, required, gap=0.0), strict=True):
            point = with_weights_required(problem, weights)
            optimum = least_cost(point, fixed)
            assert (solution.plan is None) == (optimum is None)
            if solution.plan is not None:
                assert solution.plan.cost == pytest.approx(optimum, abs=1e-6)
                assert verify_variant(replace(variant, original=point), solution.plan).ok


@pytest.mark.parametrize("node_limit", [0, 2, None])
def test_cost_and_bound_rise_with_coverage_however_early_the_points_end(node_limit: int | None) -> None:
    for seed in range(3):
        problem = grid_problem(seed, side=5, candidates=10, demands=16)
        variant = keep_and_forbid(problem)
        required = levels_of(problem, (0.2, 0.5, 0.55, 0.9, 1.0))
        solutions = solve_frontier(variant, required, gap=0.0 if node_limit is None else 0.05, node_limit=node_limit)
        assert_monotone(solutions)
        alone = solve_frontier(variant, required, gap=0.0, reuse=False)
        for solution, optimum in zip(solutions, alone, strict=True):
            assert solution.plan is not None and optimum.plan is not None and solution.bound is not None
            assert solution.bound <= optimum.plan.cost * (1 + 1e-9) <= solution.plan.cost * (1 + 2e-9)


def test_order_of_the_points_changes_nothing_that_is_proven() -> None:
    problem = grid_problem(3, side=5, candidates=10, demands=16)
    variant, required = keep_and_forbid(problem), levels_of(problem)
    there = solve_frontier(variant, required, gap=0.0)
    back = solve_frontier(variant, required[::-1], gap=0.0)[::-1]
    np.testing.assert_allclose(
        [solution.plan.cost for solution in there if solution.plan is not None],
        [solution.plan.cost for solution in back if solution.plan is not None],
        atol=1e-6,
    )


def every_design(compact: Compact) -> list[Design]:
    """A plan on each set of candidates that meets the targets."""
    sets = product([False, True], repeat=len(compact.coverage.price))
    designs = [make_design(compact, np.array(built)) for built in sets]
    return [design for design in designs if design is not None]


def learned(compact: Compact, plan_cost: float) -> Lessons:
    """What the linear relaxation of a point, cut to its end, leaves to others."""
    dual = lagrangian_bound(compact, plan_cost, deadline=0.0, tick=lambda: None)
    formulation = TownFormulation(compact, dual)
    relaxation = make_relaxation(formulation, plan_cost)
    state: SearchState[Design] = SearchState(gap=0.0, deadline=np.inf, nodes_left=0, seed=0, progress=silent)
    tighten(state, relaxation, no_rows)
    lessons = Lessons()
    lessons.learn(formulation, relaxation)
    return lessons


@pytest.mark.parametrize("variant", ["plain", "link_costs", "connection_costs", "free_edges", "shared_places"])
def test_rows_that_carry_over_never_cut_off_an_enumerated_plan_of_another_point(variant: str) -> None:
    carried = 0
    for seed in range(16):
        problem = random_problem(seed, variant)
        points = [with_weights_required(problem, weights) for weights in levels_of(problem)[1:]]
        base = compact_problem(points[-1])
        assert base is not None
        compacts = []
        for point in points:
            missing = np.array([missing_weight(point, row) for row in point.targets])
            compacts.append(with_required(base, missing[missing_of_top(points[-1]) > 0]))
        designs = [design for compact in compacts for design in every_design(compact)]
        if variant not in ("link_costs", "connection_costs"):  # there whom to serve is chosen greedily
            assert min(design.cost for design in every_design(base)) == pytest.approx(least_cost(points[-1]))
        values = np.array([column_values(base, lay_columns(base), design) for design in designs])
        for compact in compacts:
            rows = learned(compact, 10.0).rows
            carried += len(rows)
            for point_values in values:
                activity = rows.activity(point_values)
                assert (activity >= rows.lower - 1e-9).all() and (activity <= rows.upper + 1e-9).all(), problem.name
    assert carried > 20


def missing_of_top(problem: Problem) -> np.ndarray:
    return np.array([missing_weight(problem, row) for row in problem.targets])


def test_rows_that_round_the_targets_do_not_carry_over() -> None:
    problem = grid_problem(1, side=6, candidates=14, demands=24)
    compact = compact_problem(with_weights_required(problem, levels_of(problem, (0.7,))[0]))
    assert compact is not None
    dual = lagrangian_bound(compact, 100.0, deadline=0.0, tick=lambda: None)
    formulation = TownFormulation(compact, dual)
    relaxation = make_relaxation(formulation, 100.0)
    values = np.full(formulation.columns.count, 0.3)
    rounding = find_knapsack_cuts(compact, formulation.columns, values)
    assert len(rounding)
    relaxation.append(rounding)
    lessons = Lessons()
    lessons.learn(formulation, relaxation)
    assert len(lessons.rows) == len(formulation.seeds)


def test_a_search_that_was_stopped_leaves_no_basis_of_fewer_rows() -> None:
    problem = grid_problem(1, side=6, candidates=14, demands=24)
    compact = compact_problem(with_weights_required(problem, levels_of(problem, (0.7,))[0]))
    assert compact is not None
    known = learned(compact, 100.0).basis
    assert known is not None
    formulation = TownFormulation(compact, lagrangian_bound(compact, 100.0, deadline=0.0, tick=lambda: None))
    short = Basis(known.columns, known.rows[: len(formulation.base)])
    # no time to tighten: the basis is still the one that came with the relaxation, its seeds are new
    relaxation = make_relaxation(formulation, 100.0, basis=short)
    assert len(relaxation.added) > 0
    lessons = Lessons()
    lessons.learn(formulation, relaxation)
    assert lessons.basis is None and len(lessons.rows) == len(formulation.seeds)


def test_what_is_learned_changes_no_optimum_and_saves_cuts() -> None:
    problem = grid_problem(2, side=7, candidates=18, demands=30)
    variant, required = keep_and_forbid(problem), levels_of(problem, (0.6, 0.65, 0.7, 0.75))
    taught = solve_frontier(variant, required, gap=0.0)
    alone = solve_frontier(variant, required, gap=0.0, reuse=False)
    for one, other in zip(taught, alone, strict=True):
        assert one.plan is not None and other.plan is not None
        assert one.plan.cost == pytest.approx(other.plan.cost, rel=1e-6)
    assert sum(one.cuts for one in taught) < sum(one.cuts for one in alone)


def test_a_cancel_keeps_the_points_that_are_done() -> None:
    problem = grid_problem(1, side=10, candidates=40, demands=80, share=0.8)
    variant, required = keep_and_forbid(problem), levels_of(problem, (0.1, 0.5, 0.9))

    def cancel(stage: str, share: float | None = None, note: str = "") -> None:
        if note.startswith("point 2"):
            raise CancelledError("enough")

    solutions = solve_frontier(variant, required, gap=0.0, progress=cancel)
    assert [solution.status for solution in solutions] == ["optimal", "cancelled"]
    assert all(solution.plan is not None for solution in solutions)


def test_a_limit_of_time_is_shared_and_still_gives_plans_and_bounds() -> None:
    problem = grid_problem(5, side=6, candidates=14, demands=24)
    solutions = solve_frontier(keep_and_forbid(problem), levels_of(problem), gap=0.0, time_limit_s=0.0)
    assert_monotone(solutions)
    assert {solution.status for solution in solutions} <= {"optimal", "limit"}


def test_most_worth_has_no_frontier() -> None:
    problem = replace(
        grid_problem(5, side=6, candidates=14, demands=24), objective="most_worth", worth=Worth(np.ones(2))
    )
    with pytest.raises(StudyError, match="least cost"):
        solve_frontier(keep_and_forbid(problem), levels_of(problem))
