"""Who keeps its service when works of a plan are missing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from optimise import Plan, providers_without, solve
from tests.optimise.random_problems import VARIANTS, random_problem
from tests.optimise.small_problems import small_problem, target

NONE = np.empty(0, dtype=np.int64)


def chain(**more: object):
    """0 (exists) - 1 - 2 with a site at each; demands 0: site 0, 1: both sites, 2: site 1."""
    problem = small_problem(edges=[(0, 1, 1), (1, 2, 1)], sites=[(1, 1), (2, 1)], covered_by=[[0], [0, 1], [1]], **more)
    plan = Plan(
        edges=np.array([0, 1]),
        candidates=np.array([0, 1]),
        served=np.array([[0, 1], [1, 1], [2, 1]]),
        links=np.array([[0, 0], [1, 0], [2, 1]]),
        cost=4.0,
    )
    return problem, plan


@pytest.mark.parametrize(
    ("edges", "candidates", "left"),
    [([], [], [1, 1, 1]), ([1], [], [1, 1, 0]), ([0], [], [0, 0, 0]), ([], [0], [0, 1, 1]), ([], [1], [1, 1, 0])],
)
def test_what_hangs_on_a_missing_work_is_lost(edges: list[int], candidates: list[int], left: list[int]) -> None:
    problem, plan = chain()
    missing = {"edges": np.array(edges, dtype=np.int64), "candidates": np.array(candidates, dtype=np.int64)}
    assert providers_without(problem, plan, **missing).tolist() == left


def test_a_connection_laid_to_one_provider_does_not_move_to_another() -> None:
    cost = csr_array((np.array([1.0, 1.0, 2.0, 1.0]), ([0, 1, 1, 2], [0, 0, 1, 1])), shape=(3, 2))
    problem, plan = chain(link_cost=cost)
    assert providers_without(problem, plan, edges=NONE, candidates=np.array([0])).tolist() == [0, 0, 1]


def test_existing_providers_stay() -> None:
    problem, plan = chain(
        existing_providers=np.array([1, 0, 0]), targets=[target([0, 1, 2], required=1.0), target([0], providers=2)]
    )
    plan.served[0, 1] = 2
    assert providers_without(problem, plan, edges=np.array([0]), candidates=NONE).tolist() == [1, 0, 0]


@pytest.mark.parametrize("kind", VARIANTS)
def test_nothing_missing_loses_nothing_and_all_missing_leaves_what_exists(kind: str) -> None:
    solved = ((problem, solve(problem, gap=0.0).plan) for problem in (random_problem(seed, kind) for seed in range(20)))
    problem, plan = next((problem, plan) for problem, plan in solved if plan is not None)
    planned = problem.existing_providers.copy()
    planned[plan.served[:, 0]] = plan.served[:, 1]
    np.testing.assert_array_equal(providers_without(problem, plan, edges=NONE, candidates=NONE), planned)
    nothing = providers_without(problem, plan, edges=NONE, candidates=plan.candidates)
    np.testing.assert_array_equal(nothing, problem.existing_providers)
