"""Near-optimal alternatives and what they share, compared with the enumeration of every plan of tiny problems."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gis_layers import CancelledError, StudyError
from optimise import NearOptimal, Problem, Variant, keep_and_forbid, near_optimal, solve_variant, verify_variant
from optimise.plan import Plan
from tests.optimise.brute_force_variants import optimum
from tests.optimise.enumeration import every_plan, money_shared, tiny
from tests.optimise.random_problems import grid_problem, random_problem
from tests.optimise.random_variants import random_variant

NODES = 500


def search(problem: Problem, *, variant: Variant | None = None, **options: object) -> tuple[NearOptimal, Variant]:
    """Alternatives of the proven optimum."""
    variant = keep_and_forbid(problem) if variant is None else variant
    solution = solve_variant(variant, gap=0.0, node_limit=NODES)
    settings: dict[str, object] = {"gap": 0.0, "node_limit": NODES, "within": 0.4, "count": 2, "proofs": 3}
    return near_optimal(variant, solution, **(settings | options)), variant  # type: ignore[arg-type]


def feasible(kind: str, count: int) -> list[Problem]:
    """The first random problems whose optimum costs something."""
    found: list[Problem] = []
    for seed in range(200):
        problem = random_problem(seed, kind)
        if problem.edge_cost.size > 9 or problem.candidate_cost.size > 6:
            continue
        solution = solve_variant(keep_and_forbid(problem), gap=0.0, node_limit=NODES)
        if solution.plan is not None and solution.plan.cost > 0:
            found.append(problem)
        if len(found) == count:
            return found
    raise AssertionError("too few problems")


@pytest.mark.parametrize("kind", ["plain", "connection_costs", "link_costs"])
def test_alternatives_are_within_the_limit_and_no_plan_overlaps_less_than_their_bound(kind: str) -> None:
    seen = 0
    for problem in feasible(kind, 4):
        result, variant = search(problem)
        plans = every_plan(problem, result.limit)
        earlier = [result.best]
        for alternative in result.alternatives:
            assert alternative.plan.cost <= result.limit * (1 + 1e-9)
            assert verify_variant(variant, alternative.plan).ok
            known = [tiny(problem, plan) for plan in earlier]
            least = min(money_shared(problem, plan, known) for plan in plans)
            assert alternative.overlap_bound <= least + 1e-6
            assert least <= alternative.overlap + 1e-6
            assert alternative.overlap == pytest.approx(money_shared(problem, tiny(problem, alternative.plan), known))
            assert all(different(problem, alternative.plan, plan) > 0 for plan in earlier)
            assert alternative.new <= alternative.most_new + 1e-6
            earlier.append(alternative.plan)
            seen += 1
        if result.ending == "nothing_different":
            known = [tiny(problem, plan) for plan in earlier]
            most = max(plan.cost(problem) - money_shared(problem, plan, known) for plan in plans)
            assert result.next_most_new is not None and most <= result.next_most_new + 1e-6
    assert seen >= 3


def different(problem: Problem, plan: Plan, other: Plan) -> float:
    mine = tiny(problem, plan)
    return mine.cost(problem) - money_shared(problem, mine, [tiny(problem, other)])


@pytest.mark.parametrize("kind", ["plain", "connection_costs"])
def test_the_first_alternative_of_small_problems_has_least_overlap(kind: str) -> None:
    """The limit as a row of its own closes what the relaxation leaves open, but for the part that is tolerated."""
    seen = 0
    for problem in feasible(kind, 3):
        result, _ = search(problem, count=1)
        others = [
            plan
            for plan in every_plan(problem, result.limit)
            if plan.cost(problem) - money_shared(problem, plan, [tiny(problem, result.best)]) > 1e-6
        ]
        least = min((money_shared(problem, plan, [tiny(problem, result.best)]) for plan in others), default=math.inf)
        # a plan that has all of the best one and more besides is no alternative worth having
        if least < result.best.cost - 0.03 * result.limit:
            assert result.alternatives[0].overlap <= least + 0.03 * result.limit
            seen += 1
    assert seen


@pytest.mark.parametrize("kind", ["plain", "connection_costs", "two_providers"])
def test_works_that_are_proven_are_in_every_plan_within_the_limit(kind: str) -> None:
    proven = doubted = 0
    for problem in feasible(kind, 4):
        result, _ = search(problem, proofs=20)
        plans = every_plan(problem, result.limit)
        for work in result.shared:
            having = [work.index in (plan.edges if work.kind == "edge" else plan.candidates) for plan in plans]
            if work.proof == "proven":
                proven += 1
                assert all(having)
            else:
                doubted += 1
            if work.bound_without is not None and not all(having):
                without = [plan.cost(problem) for plan, has in zip(plans, having, strict=True) if not has]
                assert work.bound_without <= min(without) + 1e-6
        costs = [
            sum(
                work.cost
                for work in result.shared
                if work.index in (plan.edges if work.kind == "edge" else plan.candidates)
            )
            for plan in plans
        ]
        assert result.least_shared <= min(costs) + 1e-6
        assert [work.cost for work in result.shared] == sorted((work.cost for work in result.shared), reverse=True)
    assert proven >= 3


def test_kept_and_forbidden_works_stay_so_in_every_alternative() -> None:
    problem = grid_problem(3, side=5, candidates=12, demands=20)
    free = solve_variant(keep_and_forbid(problem), gap=0.0, node_limit=NODES)
    assert free.plan is not None
    keep = np.setdiff1d(np.arange(12), free.plan.candidates)[:1]
    forbid = free.plan.edges[:1]
    variant = keep_and_forbid(problem, keep_candidates=keep, forbid_edges=forbid)
    result, _ = search(problem, variant=variant, within=0.1)
    assert result.alternatives
    for alternative in result.alternatives:
        assert verify_variant(variant, alternative.plan).ok
        assert keep[0] in alternative.plan.candidates and forbid[0] not in alternative.plan.edges
    assert all(work.index != keep[0] for work in result.shared if work.kind == "candidate")


def test_runs_with_the_same_seed_give_the_same_alternatives() -> None:
    problem = grid_problem(1, side=5, candidates=12, demands=20)
    one, other = (search(problem, within=0.2, node_limit=3)[0] for _ in range(2))
    assert [each.plan.edges.tolist() for each in one.alternatives] == [
        each.plan.edges.tolist() for each in other.alternatives
    ]
    assert one.shared == other.shared and one.alternatives


def test_a_gapped_plan_tells_how_far_the_limit_is_from_the_bound() -> None:
    problem = grid_problem(1, side=5, candidates=12, demands=20)
    variant = keep_and_forbid(problem)
    solution = solve_variant(variant, gap=0.0, node_limit=NODES)
    assert solution.bound is not None
    gapped = replace(solution, bound=0.9 * solution.bound, status="limit")
    result = near_optimal(variant, gapped, within=0.1, count=0, proofs=0)
    assert result.within_bound == pytest.approx(1.1 / 0.9 - 1)
    assert (result.alternatives, result.plans_found, result.solves) == ((), 1, 0)


def test_a_cancel_keeps_what_was_found() -> None:
    problem = grid_problem(1, side=5, candidates=12, demands=20)

    def cancel(stage: str, share: float | None = None, note: str = "") -> None:
        if note.startswith("alternative 2"):
            raise CancelledError("enough")

    variant = keep_and_forbid(problem)
    solution = solve_variant(variant, gap=0.0, node_limit=NODES)
    result = near_optimal(variant, solution, within=0.2, count=3, node_limit=3, progress=cancel)
    assert result.ending == "cancelled" and 1 <= len(result.alternatives) <= 2


def test_what_cannot_be_searched_is_refused() -> None:
    problem = grid_problem(1, side=4, candidates=6, demands=8)
    variant = keep_and_forbid(problem)
    solution = solve_variant(variant, gap=0.0)
    with pytest.raises(StudyError, match="out of range"):
        near_optimal(variant, solution, within=0.0)
    with pytest.raises(StudyError, match="no plan to compare"):
        near_optimal(variant, replace(solution, plan=None))
    worth = replace(variant, original=replace(problem, objective="most_worth"))
    with pytest.raises(StudyError, match="least cost"):
        near_optimal(worth, solution)


def test_a_work_without_which_there_is_no_plan_is_proven() -> None:
    for problem in feasible("unreachable_pieces", 6):
        result, _ = search(problem, proofs=20, count=0)
        for work in result.shared:
            if work.bound_without == math.inf:
                plans = every_plan(problem, 10 * result.limit)
                assert all(work.index in (plan.edges if work.kind == "edge" else plan.candidates) for plan in plans)
                assert work.proof == "proven"
                return
    raise AssertionError("no work is indispensable")


@pytest.mark.parametrize(
    "parts", [("backhaul",), ("capacity",), ("budget",), ("backhaul", "capacity"), ("at_least",), ("phases",)]
)
def test_alternatives_of_every_variant_keep_to_it_and_the_limit(parts: tuple[str, ...]) -> None:
    """What is within the limit and lacks a work is found by planning without it: no proof may contradict it."""
    seen = 0
    for seed in range(30):
        problem = random_variant(seed, parts)
        if problem.phases is not None:
            problem = replace(
                problem, phases=replace(problem.phases, budget=np.full(problem.phases.budget.size, np.inf))
            )
        variant = keep_and_forbid(problem)
        solution = solve_variant(variant, gap=0.0)
        if solution.plan is None or solution.plan.cost <= 0:
            continue
        result = near_optimal(variant, solution, within=0.5, count=2, proofs=2, gap=0.0)
        for alternative in result.alternatives:
            seen += 1
            assert alternative.plan.cost <= result.limit * (1 + 1e-9)
            assert verify_variant(variant, alternative.plan).ok
            assert alternative.overlap_bound <= alternative.overlap + 1e-6
            assert 0 < alternative.new <= alternative.most_new + 1e-6
        for work in result.shared:
            forbid = {"forbid_edges" if work.kind == "edge" else "forbid_candidates": [work.index]}
            without = optimum(keep_and_forbid(problem, **forbid).problem)  # type: ignore[arg-type]
            if work.bound_without is not None and without is not None:
                assert work.bound_without <= without.cost + 1e-6
            if work.proof == "proven":
                assert without is None or without.cost > result.limit
        if seen >= 4:
            return
    assert seen


def test_yearly_budgets_are_refused() -> None:
    problem = random_variant(1, ("phases",))
    assert problem.phases is not None
    problem = replace(problem, phases=replace(problem.phases, budget=np.full(problem.phases.budget.size, 1e6)))
    variant = keep_and_forbid(problem)
    solution = solve_variant(variant, gap=0.0)
    assert solution.plan is not None
    with pytest.raises(StudyError, match="a year has a budget"):
        near_optimal(variant, solution)
