"""Kept and forbidden works: equal to enumeration, verified, and never cheaper than freedom."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from gis_layers import StudyError
from optimise import (
    Budget,
    Capacity,
    Costs,
    Phases,
    Plan,
    Problem,
    Variant,
    cut_off_candidates,
    infeasibility,
    keep_and_forbid,
    read_problem,
    restore,
    solve,
    solve_variant,
    verify,
    verify_variant,
    write_problem,
)
from tests.optimise.brute_force import Fixed, least_cost
from tests.optimise.brute_force_variants import Small
from tests.optimise.every_design import every_design, is_plan, uses_of, worth_of
from tests.optimise.random_problems import VARIANTS, grid_problem, random_problem
from tests.optimise.random_variants import random_variant
from tests.optimise.small_problems import small_problem, target


def random_works(problem: Problem, seed: int) -> Fixed:
    """Up to two edges and two candidates kept, and as many others forbidden."""
    rng = np.random.default_rng([seed, 99])
    counts = rng.integers(0, 3, 4)
    edges = rng.permutation(problem.edge_cost.size)[: counts[0] + counts[1]].tolist()
    candidates = rng.permutation(problem.candidate_cost.size)[: counts[2] + counts[3]].tolist()
    return Fixed(
        keep_edges=tuple(edges[: counts[0]]),
        forbid_edges=tuple(edges[counts[0] :]),
        keep_candidates=tuple(candidates[: counts[2]]),
        forbid_candidates=tuple(candidates[counts[2] :]),
    )


def vary(problem: Problem, works: Fixed) -> Variant:
    return keep_and_forbid(problem, **asdict(works))


@pytest.mark.parametrize("kind", VARIANTS)
def test_fixed_works_cost_what_enumeration_finds(kind: str) -> None:
    solved = 0
    for seed in range(300, 312):
        problem = random_problem(seed, kind)
        works = random_works(problem, seed)
        best, variant = least_cost(problem, works), vary(problem, works)
        solution = solve_variant(variant, gap=0.0)
        if best is None:
            assert (solution.plan, solution.status) == (None, "infeasible")
            continue
        assert solution.plan is not None and solution.bound is not None
        assert solution.plan.cost == pytest.approx(best, abs=1e-6)
        assert solution.bound <= solution.plan.cost
        assert solution.bound == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert solution.status == "optimal" and solution.gap == pytest.approx(0.0, abs=1e-6)
        assert verify(problem, solution.plan).complaints == ()
        assert set(works.keep_edges) <= set(solution.plan.edges.tolist())
        assert not set(works.forbid_edges) & set(solution.plan.edges.tolist())
        assert set(works.keep_candidates) <= set(solution.plan.candidates.tolist())
        assert not set(works.forbid_candidates) & set(solution.plan.candidates.tolist())
        solved += 1
    assert solved >= 3


@pytest.mark.parametrize("kind", ["plain", "everything"])
def test_each_single_work_kept_or_forbidden_never_lowers_the_cost(kind: str) -> None:
    raised = 0
    for seed in range(3):
        problem = random_problem(seed, kind)
        free = solve(problem, gap=0.0).plan
        if free is None:
            continue
        for key in ("keep_edges", "forbid_edges", "keep_candidates", "forbid_candidates"):
            size = problem.edge_cost.size if "edges" in key else problem.candidate_cost.size
            for work in range(size):
                plan = solve_variant(keep_and_forbid(problem, **{key: [work]}), gap=0.0).plan
                assert plan is None or plan.cost >= free.cost - 1e-6
                raised += plan is not None and plan.cost > free.cost + 1e-6
    assert raised > 5


def test_nothing_fixed_changes_nothing() -> None:
    problem = random_problem(1, "everything")
    variant = keep_and_forbid(problem)
    assert variant.constant_cost == 0
    np.testing.assert_array_equal(variant.edge_of, np.arange(problem.edge_cost.size))
    assert solve_variant(variant, gap=0.0).plan.cost == pytest.approx(solve(problem, gap=0.0).plan.cost)


def best_with(problem: Problem, works: Fixed) -> float | None:
    """Least cost, or most worth, of all designs with and without some works; None where none is a plan."""
    small = Small(problem)
    values = []
    for design in every_design(small):
        dug = [year < small.years for year in design.edges]
        built = [year < small.years for year in design.candidates]
        kept = all(dug[e] for e in works.keep_edges) and all(built[k] for k in works.keep_candidates)
        left = not any(dug[e] for e in works.forbid_edges) and not any(built[k] for k in works.forbid_candidates)
        if kept and left and is_plan(small, design):
            cost = float(uses_of(small, design)[0])
            values.append(-worth_of(small, design) if problem.objective == "most_worth" else cost)
    return min(values, default=None)


FIXED_WITH = (
    ("backhaul",),
    ("capacity",),
    ("budget",),
    ("at_least",),
    ("most_worth",),
    ("phases",),
    ("capacity", "budget"),
    ("budget", "at_least"),
    ("capacity", "most_worth"),
    ("phases", "most_worth"),
)


@pytest.mark.parametrize("parts", FIXED_WITH, ids="+".join)
def test_fixed_works_of_every_variant_are_those_of_enumeration(parts: tuple[str, ...]) -> None:
    solved = infeasible = 0
    for seed in range(10):
        problem = random_variant(seed, parts, tame=True, micro=True)
        edge, candidate = seed % problem.edge_cost.size, seed // 2 % problem.candidate_cost.size
        works = Fixed(keep_candidates=(candidate,)) if seed % 3 else Fixed(forbid_edges=(edge,))
        if seed % 2 and problem.phases is None:
            works = replace(works, keep_edges=(edge,), forbid_edges=())
        best, solution = best_with(problem, works), solve_variant(vary(problem, works), gap=0.0)
        if best is None:
            assert (solution.plan, solution.status) == (None, "infeasible")
            infeasible += 1
            continue
        assert solution.value is not None and solution.plan is not None
        sign = -1.0 if problem.objective == "most_worth" else 1.0
        assert sign * solution.value == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert solution.bound == pytest.approx(solution.value, rel=1e-6, abs=1e-6)
        assert set(works.keep_candidates) <= set(solution.plan.candidates.tolist())
        solved += 1
    assert solved >= 2, infeasible


def test_kept_works_leave_less_of_a_budget() -> None:
    problem = line()
    budget = Budget(22.0, Costs(problem.edge_cost, problem.candidate_cost, problem.connection_cost))
    problem = replace(problem, budget=budget)
    variant = keep_and_forbid(problem, keep_edges=[2])
    assert variant.problem.budget is not None
    assert (variant.problem.budget.most, variant.problem.budget.costs.edge_cost.tolist()) == (15.0, [10.0, 20.0, 0.0])
    assert solve_variant(variant, gap=0.0).plan.cost == 22
    assert solve_variant(keep_and_forbid(problem, keep_edges=[1]), gap=0.0).status == "infeasible"  # 10 + 20 + 1
    assert solve_variant(keep_and_forbid(problem, keep_edges=[1, 2]), gap=0.0).status == "infeasible"


def test_a_kept_candidate_serves_all_that_it_can() -> None:
    problem = small_problem(
        edges=[(0, 1, 10)], sites=[(1, 5)], covered_by=[[0], [0], [0]], targets=[target([0, 1, 2], required=2.0)]
    )
    for most, cost in ((2.0, 15.0), (1.0, None)):
        limited = replace(problem, capacity=Capacity(np.array([most]), np.ones(3)))
        plan = solve_variant(keep_and_forbid(limited, keep_candidates=[0]), gap=0.0).plan
        assert (None if plan is None else plan.cost) == cost
        assert plan is None or len(plan.links) == 2


def test_with_phases_a_kept_candidate_is_paid_in_its_year_and_a_kept_edge_is_refused() -> None:
    problem = replace(line(), phases=Phases(np.array([15.0, 21.0]), np.ones(2), np.zeros((2, 1))))
    solution = solve_variant(keep_and_forbid(problem, keep_candidates=[0, 1]), gap=0.0)
    assert solution.plan is not None
    assert (solution.plan.cost, solution.bound) == (36, 36)
    assert solution.plan.candidate_year.tolist() == [0, 1] and solution.plan.edge_year.tolist() == [0, 1]
    with pytest.raises(StudyError, match="edge 2 is kept, and nothing says in which year"):
        keep_and_forbid(problem, keep_edges=[2])


def line() -> Problem:
    """0 (exists) -10- 1 -20- 2, and a dead end 1 -7- 3; a site at 1 (cost 5) and at 2 (cost 1), each can serve all."""
    return small_problem(
        edges=[(0, 1, 10), (1, 2, 20), (1, 3, 7)], sites=[(1, 5), (2, 1)], covered_by=[[0, 1]], targets=[target([0])]
    )


def test_a_kept_dead_end_is_dug_and_paid_and_carries_nothing() -> None:
    solution = solve_variant(keep_and_forbid(line(), keep_edges=[2]), gap=0.0)
    assert solution.plan.edges.tolist() == [0, 2]
    assert solution.plan.cost == solution.bound == 10 + 5 + 7


def test_a_kept_dig_that_touches_nothing_is_no_connection() -> None:
    solution = solve_variant(keep_and_forbid(line(), keep_edges=[1]), gap=0.0)
    assert solution.plan.edges.tolist() == [0, 1]  # once dug, the cheaper site at its end is the better one
    assert solution.plan.candidates.tolist() == [1]
    assert solution.plan.cost == 10 + 20 + 1


def test_a_kept_candidate_is_connected_and_serves() -> None:
    solution = solve_variant(keep_and_forbid(line(), keep_candidates=[1], forbid_candidates=[0]), gap=0.0)
    assert solution.plan.candidates.tolist() == [1]
    assert solution.plan.edges.tolist() == [0, 1]
    assert solution.plan.cost == 31


def test_a_kept_candidate_serves_beyond_the_target_where_that_is_free() -> None:
    problem = small_problem(
        edges=[(0, 1, 10)],
        sites=[(1, 5), (-1, 3)],
        covered_by=[[0], [1]],
        targets=[target([0, 1], required=1.0)],
        candidate_node=np.array([1, -1]),
    )
    plan = solve_variant(keep_and_forbid(problem, keep_candidates=[0, 1]), gap=0.0).plan
    assert plan.served.tolist() == [[0, 1], [1, 1]]
    assert plan.cost == 18


def test_a_kept_candidate_in_an_unreachable_piece_has_no_plan() -> None:
    problem = small_problem(
        edges=[(0, 1, 10), (2, 3, 4)], sites=[(1, 5), (3, 1)], covered_by=[[0]], targets=[target([0])]
    )
    variant = keep_and_forbid(problem, keep_candidates=[1])
    assert solve_variant(variant).status == "infeasible"
    assert cut_off_candidates(variant).tolist() == [1]
    assert [row.name for row in infeasibility(variant.problem)] == ["kept candidate 1"]
    assert cut_off_candidates(keep_and_forbid(problem, keep_candidates=[0], forbid_edges=[0])).tolist() == [0]


def test_the_gap_counts_the_kept_works_too() -> None:
    problem = replace(line(), edge_cost=np.array([10.0, 20.0, 1000.0]))
    variant = keep_and_forbid(problem, keep_edges=[2])
    solution = solve_variant(variant, gap=0.0)
    assert (solution.plan.cost, solution.bound, solution.greedy_cost) == (1015, 1015, 1015)


def test_the_verifier_checks_what_is_kept_and_forbidden() -> None:
    problem = line()
    plan = solve(problem, gap=0.0).plan
    assert verify_variant(keep_and_forbid(problem), plan).ok
    assert verify_variant(keep_and_forbid(problem, keep_edges=[2]), plan).complaints == (
        "edge 2 is kept and not in the plan",
    )
    assert verify_variant(keep_and_forbid(problem, forbid_candidates=[0]), plan).complaints == (
        "candidate 0 is forbidden",
    )


def test_restoring_drops_the_demands_that_stand_for_kept_candidates() -> None:
    variant = keep_and_forbid(line(), keep_candidates=[0, 1])
    assert variant.problem.cover.shape == (3, 2)
    inner = solve(variant.problem, gap=0.0).plan
    plan: Plan = restore(variant, inner)
    assert plan.served.tolist() == [[0, 1]]
    assert plan.cost == pytest.approx(inner.cost + variant.constant_cost)


@pytest.mark.parametrize(
    ("works", "words"),
    [
        ({"keep_edges": [3]}, r"edge 3 is not in 0\.\.2"),
        ({"forbid_candidates": [-1]}, r"candidate -1 is not in 0\.\.1"),
        ({"keep_edges": [1], "forbid_edges": [1]}, "edge 1 is both kept and forbidden"),
    ],
)
def test_works_that_cannot_be_fixed_are_refused(works: dict[str, list[int]], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        keep_and_forbid(line(), **works)


def test_a_variant_can_be_written_and_read_back(tmp_path: Path) -> None:
    variant = keep_and_forbid(random_problem(3, "link_costs"), keep_candidates=[0, 2], forbid_edges=[1])
    write_problem(variant.problem, tmp_path / "problem.json")
    again = read_problem(tmp_path / "problem.json")
    assert solve(again, gap=0.0).bound == pytest.approx(solve(variant.problem, gap=0.0).bound)


def test_fixing_what_the_best_plan_does_anyway_changes_nothing() -> None:
    problem = grid_problem(3, side=8, candidates=14, demands=40)
    best = solve(problem, gap=0.0)
    assert best.plan is not None
    others = np.setdiff1d(np.arange(problem.edge_cost.size), best.plan.edges)
    unbuilt = np.setdiff1d(np.arange(problem.candidate_cost.size), best.plan.candidates)
    kept = solve_variant(
        keep_and_forbid(problem, keep_edges=best.plan.edges, keep_candidates=best.plan.candidates), gap=0.0
    )
    left = solve_variant(keep_and_forbid(problem, forbid_edges=others[::2], forbid_candidates=unbuilt), gap=0.0)
    for solution in (kept, left):
        assert solution.status == "optimal"
        assert solution.plan is not None
        assert solution.plan.cost == pytest.approx(best.plan.cost, rel=1e-6)


def test_an_early_stop_leaves_a_true_bound_and_every_kept_work() -> None:
    problem = grid_problem(5, side=12, candidates=40, demands=120)
    rng = np.random.default_rng(5)
    edges, candidates = rng.choice(problem.edge_cost.size, 15, replace=False), rng.choice(40, 12, replace=False)
    variant = keep_and_forbid(problem, keep_edges=edges, keep_candidates=candidates)
    early, late = solve_variant(variant, gap=0.0, node_limit=0), solve_variant(variant, gap=0.01)
    assert early.plan is not None and late.plan is not None
    assert early.bound is not None and late.bound is not None
    assert early.bound <= late.plan.cost + 1e-6 and late.bound <= early.plan.cost + 1e-6
    assert variant.constant_cost <= early.bound
    assert verify_variant(variant, early.plan).ok and verify_variant(variant, late.plan).ok


def test_everything_forbidden_and_nothing_asked_are_problems_too() -> None:
    everything = {"forbid_edges": range(3), "forbid_candidates": range(2)}
    assert solve_variant(keep_and_forbid(line(), **everything)).status == "infeasible"
    nothing_asked = replace(line(), targets=())
    assert solve_variant(keep_and_forbid(nothing_asked, **everything)).plan.cost == 0
    kept = solve_variant(keep_and_forbid(nothing_asked, keep_candidates=[1]))
    assert (kept.plan.cost, kept.bound, kept.plan.edges.tolist()) == (31, 31, [0, 1])
