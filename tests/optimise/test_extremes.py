"""Every route on prices, weights, targets and sizes at the ends of what problems have, against enumeration."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest

from optimise import Problem, keep_and_forbid, required_at, solve, solve_frontier
from optimise.base_route import solve_base
from optimise.checks import check_problem
from optimise.frontier import with_weights_required
from optimise.wide_route import solve_wide
from tests.optimise.brute_force_variants import optimum
from tests.optimise.extreme_problems import EXTREMES
from tests.optimise.random_variants import COMBINED, PAIRS, SINGLE, random_variant
from tests.optimise.test_against_enumeration import amount, assert_proven

EVERY = [(), *SINGLE, *PAIRS, *COMBINED]
Change = Callable[[Problem, np.random.Generator], Problem]


@pytest.mark.parametrize("change", EXTREMES, ids=lambda change: change.__name__)
def test_every_route_finds_what_enumeration_finds_at_the_extremes(change: Change) -> None:
    for seed, parts in enumerate([(), (), *SINGLE, *COMBINED]):
        problem = change(random_variant(seed, parts, tame=True), np.random.default_rng(seed))
        check_problem(problem)
        best = optimum(problem)
        for route in (solve_base, solve_wide, solve):
            assert_proven(problem, route(problem, gap=0.0), best)


@pytest.mark.parametrize("parts", [parts for parts in EVERY if "most_worth" not in parts], ids="+".join)
def test_the_frontier_of_a_variant_is_monotone_and_each_point_the_optimum(parts: tuple[str, ...]) -> None:
    planned, problems = 0, (random_variant(seed, parts, tame=True) for seed in range(1000, 1020))
    for problem in islice((problem for problem in problems if optimum(problem) is not None), 2):
        every = np.ones(len(problem.targets), dtype=bool)
        required = [required_at(problem, level, every) for level in (0.0, 0.4, 0.8, 1.0)]
        solutions = solve_frontier(keep_and_forbid(problem), required, gap=0.0)
        bounds = [solution.bound for solution in solutions if solution.bound is not None]
        costs = [solution.plan.cost for solution in solutions if solution.plan is not None]
        assert bounds == sorted(bounds) and costs == sorted(costs)
        for weights, solution in zip(required, solutions, strict=True):
            best = optimum(with_weights_required(problem, weights))
            assert (best is None) == (solution.plan is None), problem.name
            if best is not None and solution.plan is not None and solution.bound is not None:
                assert solution.plan.cost == amount(best.cost), problem.name
                assert solution.bound <= best.cost * (1 + 1e-6) + 1e-7, problem.name
                planned += 1
    assert planned > 2
