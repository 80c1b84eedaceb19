"""Every route to a plan finds what enumeration finds, on tiny problems of every variant and of their combinations."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from optimise import Problem, Solution, solve, verify
from optimise.base_route import solve_base
from optimise.cut_route import can_solve, solve_cuts
from optimise.wide_route import solve_wide
from tests.optimise.brute_force_variants import Optimum, optimum
from tests.optimise.random_variants import COMBINED, PAIRS, SINGLE, YEARLY, random_variant

Route = Callable[..., Solution]
ROUTES = (solve_base, solve_wide, solve)
EVERY = [(), *SINGLE, *PAIRS, *COMBINED, *YEARLY]


def amount(value: float) -> object:
    return pytest.approx(value, rel=2e-6, abs=1e-7)


def wanted(problem: Problem, best: Optimum) -> float:
    return best.worth if problem.objective == "most_worth" else best.cost


def assert_proven(problem: Problem, solution: Solution, best: Optimum | None) -> None:
    """The plan is one and its value, status and bound are those of the optimum; or there is none and no bound."""
    if best is None:
        assert (solution.plan, solution.status, solution.bound, solution.gap) == (None, "infeasible", None, None)
        return
    assert solution.plan is not None
    assert verify(problem, solution.plan).complaints == ()
    assert solution.objective == problem.objective
    assert solution.value == amount(wanted(problem, best))
    assert solution.status == "optimal"
    assert_bounded(problem, solution, best)
    assert solution.bound == amount(wanted(problem, best))


def assert_bounded(problem: Problem, solution: Solution, best: Optimum) -> None:
    """No bound is beyond the optimum and no plan better than it."""
    sign = -1.0 if problem.objective == "most_worth" else 1.0
    room = 1e-7 + 1e-6 * abs(wanted(problem, best))
    for bound in (solution.bound, solution.root_bound):
        assert bound is None or sign * (bound - wanted(problem, best)) <= room
    assert solution.value is None or sign * (solution.value - wanted(problem, best)) >= -room


@pytest.mark.parametrize("parts", EVERY, ids="+".join)
def test_the_plan_is_as_good_as_enumeration_finds(parts: tuple[str, ...]) -> None:
    found = 0
    for seed in range(16 if len(parts) < 2 else 9):
        problem = random_variant(seed, parts)
        best = optimum(problem)
        for route in ROUTES:
            assert_proven(problem, route(problem, gap=0.0), best)
        found += best is not None
    assert found >= 2


@pytest.mark.parametrize("providers", [1, 2, 3])
def test_the_cut_route_is_as_good_as_enumeration_finds(providers: int) -> None:
    solved = 0
    for seed in range(80):
        problem = random_variant(seed, providers=providers)
        best = optimum(problem)
        assert can_solve(problem)
        assert_proven(problem, solve_cuts(problem, gap=0.0), best)
        solved += best is not None
    assert solved >= 30


@pytest.mark.parametrize("node_limit", [0, 1])
@pytest.mark.parametrize("parts", [(), *SINGLE, *COMBINED[-2:]], ids="+".join)
def test_a_bound_survives_an_early_stop(parts: tuple[str, ...], node_limit: int) -> None:
    for seed in range(100, 108):
        problem = random_variant(seed, parts)
        best = optimum(problem)
        for route in ROUTES:
            solution = route(problem, gap=0.0, node_limit=node_limit)
            if solution.plan is not None:
                assert verify(problem, solution.plan).complaints == ()
            if best is None:
                assert solution.plan is None
            else:
                assert solution.status != "infeasible"
                assert_bounded(problem, solution, best)
                assert solution.status != "optimal" or solution.value == amount(wanted(problem, best))
