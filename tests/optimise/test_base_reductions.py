"""The reduced problem has the same optimum, and what it decides leads back to a plan."""

from __future__ import annotations

import numpy as np
import pytest

from optimise import infeasibility, verify
from optimise.assembly import assemble
from optimise.base_reductions import reduce_problem
from optimise.heuristics import greedy_choice
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import VARIANTS, grid_problem, random_problem
from tests.optimise.small_problems import small_problem, target


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_optimum_stays(variant: str) -> None:
    for seed in range(400, 416):
        problem = random_problem(seed, variant)
        if infeasibility(problem):
            continue
        reduced = reduce_problem(problem).problem
        assert least_cost(reduced) == pytest.approx(least_cost(problem), abs=1e-9)
        assert reduced.edge_cost.size <= problem.edge_cost.size
        assert reduced.existing.tolist() == [node == 0 for node in range(reduced.existing.size)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_choice_leads_back_to_a_plan_of_the_same_cost(variant: str) -> None:
    for seed in range(400, 412):
        problem = random_problem(seed, variant)
        if infeasibility(problem):
            continue
        reduction = reduce_problem(problem)
        choice = greedy_choice(reduction.problem)
        plan = assemble(problem, reduction.expand(choice))
        assert verify(problem, plan).complaints == ()
        assert plan.cost == pytest.approx(assemble(reduction.problem, choice).cost)


def test_chains_dead_ends_and_dearer_parallels_go() -> None:
    problem = small_problem(
        edges=[(0, 1, 1), (1, 2, 2), (2, 3, 4), (1, 4, 9), (4, 5, 9), (3, 0, 8), (3, 3, 1), (6, 7, 1)],
        sites=[(3, 1)],
        covered_by=[[0]],
    )
    reduction = reduce_problem(problem)
    assert reduction.problem.existing.size == 2
    assert reduction.problem.edge_cost.tolist() == [7.0]
    assert [section.tolist() for section in reduction.sections] == [[0, 1, 2]]


def test_what_exists_becomes_one_root() -> None:
    problem = small_problem(
        edges=[(0, 1, 5), (1, 2, 5), (2, 3, 1), (3, 4, 2)],
        sites=[(3, 1), (2, 1)],
        covered_by=[[0], [1]],
        existing=(0, 2, 4),
    )
    reduction = reduce_problem(problem)
    assert reduction.problem.edge_cost.tolist() == [1.0]
    assert reduction.problem.candidate_node.tolist() == [1, -1]


def test_candidates_and_demands_that_matter_to_nothing_go() -> None:
    problem = small_problem(
        edges=[(0, 1, 1), (2, 3, 1)],
        sites=[(1, 1), (3, 1), (1, 1)],
        covered_by=[[0, 1], [2], [1], [0]],
        targets=[target([0, 2, 3], weight=[1.0, 1.0, 1.0], required=2.0), target([1], required=0.0)],
    )
    reduction = reduce_problem(problem)
    assert reduction.candidate.tolist() == [0]
    assert reduction.demand.tolist() == [0]
    assert [(row.weight.tolist(), row.required) for row in reduction.problem.targets] == [([2.0], pytest.approx(2.0))]


def test_alike_demands_merge_unless_their_service_costs() -> None:
    free = small_problem(
        edges=[(0, 1, 1)],
        sites=[(1, 1), (1, 2)],
        covered_by=[[0, 1], [1, 0], [0, 1], [0]],
        targets=[target(range(4), weight=[1.0, 2.0, 3.0, 4.0])],
    )
    reduction = reduce_problem(free)
    assert reduction.demand.tolist() == [0, 3]
    assert reduction.problem.targets[0].weight.tolist() == [6.0, 4.0]
    costed = small_problem(
        edges=[(0, 1, 1)],
        sites=[(1, 1), (1, 2)],
        covered_by=[[0, 1], [1, 0], [0, 1]],
        connection_cost=np.array([0.0, 1.0, 1.0]),
    )
    assert reduce_problem(costed).demand.tolist() == [0, 1, 2]


def test_a_grid_loses_little_but_its_corners_and_demands_merge() -> None:
    problem = grid_problem(5, side=12, candidates=40, demands=400)
    reduction = reduce_problem(problem)
    assert 0.7 * problem.edge_cost.size < reduction.problem.edge_cost.size < problem.edge_cost.size
    assert reduction.demand.size < 400
    original = np.concatenate(reduction.sections)
    assert original.size == np.unique(original).size
    total = sum(float(problem.edge_cost[section].sum()) for section in reduction.sections)
    assert total == pytest.approx(reduction.problem.edge_cost.sum())
