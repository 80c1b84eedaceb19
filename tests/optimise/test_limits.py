"""Further limits on what a plan takes: known answers, and that a budget said as a limit is the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gis_layers import StudyError
from optimise import Budget, Costs, Problem, keep_and_forbid, solve, solve_variant, verify
from tests.optimise.random_variants import COMBINED, PAIRS, SINGLE, YEARLY, random_variant
from tests.optimise.small_problems import small_problem


def limit_of(problem: Problem, most: float, takes: list[float]) -> Budget:
    """A limit on what candidates take."""
    nothing = np.zeros(problem.connection_cost.size)
    return Budget(most, Costs(np.zeros(problem.edge_cost.size), np.array(takes), nothing))


def test_each_limit_is_kept() -> None:
    """Two sites serve the same, for 5 and 7 EUR; the cheap one takes 3 of one thing, the dear one 2 of another."""
    problem = small_problem(edges=[], sites=[(-1, 5), (-1, 7)], covered_by=[[0, 1]])
    first, second = limit_of(problem, 3.0, [3.0, 0.0]), limit_of(problem, 2.0, [0.0, 2.0])
    for limits, cost in (
        ((first, second), 5.0),
        ((replace(first, most=2.9), second), 7.0),
        ((first, replace(second, most=1.0)), 5.0),
    ):
        assert solve(replace(problem, limits=limits), gap=0.0).value == cost
    both = replace(problem, limits=(replace(first, most=2.9), replace(second, most=1.9)))
    assert solve(both).status == "infeasible"
    plan = solve(problem).plan
    assert plan is not None
    assert verify(both, plan).complaints == ("limit: the plan takes 3, at most 2.9",)


def test_kept_works_leave_less_of_every_limit() -> None:
    problem = small_problem(edges=[], sites=[(-1, 5), (-1, 7)], covered_by=[[0], [1]])
    limit = limit_of(problem, 9.0, [5.0, 7.0])
    variant = keep_and_forbid(replace(problem, limits=(limit,)), keep_candidates=[0])
    assert [each.most for each in variant.problem.limits] == [4.0]
    assert solve_variant(variant).status == "infeasible"
    roomy = replace(problem, budget=limit_of(problem, 99.0, [5.0, 7.0]), limits=(replace(limit, most=12.0),))
    variant = keep_and_forbid(roomy, keep_candidates=[0])
    assert variant.problem.budget is not None
    assert (variant.problem.budget.most, variant.problem.limits[0].most) == (94.0, 7.0)
    assert solve_variant(variant, gap=0.0).value == 12.0


@pytest.mark.parametrize("most", [np.inf, np.nan, -1.0])
def test_a_limit_that_is_none_is_refused(most: float) -> None:
    problem = small_problem(edges=[], sites=[(-1, 5)], covered_by=[[0]])
    wrong = replace(problem, limits=(limit_of(problem, 1.0, [1.0]), limit_of(problem, most, [1.0])))
    with pytest.raises(StudyError, match=r"limits 1\.most is"):
        solve(wrong)


WITH_BUDGET = [parts for parts in (*SINGLE, *PAIRS, *COMBINED, *YEARLY) if "budget" in parts]


@pytest.mark.parametrize("parts", WITH_BUDGET, ids="+".join)
def test_a_budget_said_as_a_limit_is_the_same(parts: tuple[str, ...]) -> None:
    for seed in range(500, 504):
        problem = random_variant(seed, parts)
        assert problem.budget is not None
        loose = replace(problem.budget, most=1e9)
        limited = replace(problem, budget=None, limits=(loose, problem.budget))
        one, other = solve(problem, gap=0.0), solve(limited, gap=0.0)
        assert one.status == other.status
        if one.value is not None:
            assert other.value == pytest.approx(one.value, abs=1e-6)
