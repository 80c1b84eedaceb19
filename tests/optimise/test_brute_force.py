"""The enumerations agree with each other and with the definition of a plan, read word by word."""

from __future__ import annotations

import math
from itertools import islice

import numpy as np
import pytest

from optimise import Plan, verify
from tests.optimise.brute_force import least_cost
from tests.optimise.brute_force_variants import Optimum, Small, optimum
from tests.optimise.every_design import Works, every_design, is_plan, uses_of, worth_of
from tests.optimise.random_problems import VARIANTS, random_problem
from tests.optimise.random_variants import COMBINED, PAIRS, SINGLE, YEARLY, random_variant


@pytest.mark.parametrize("variant", VARIANTS)
def test_both_enumerations_find_the_same_cost(variant: str) -> None:
    for seed in range(600, 604):
        problem = random_problem(seed, variant)
        best, other = least_cost(problem), optimum(problem)
        assert (best is None) == (other is None)
        assert other is None or other.cost == pytest.approx(best)


EVERY = [(), *SINGLE, *PAIRS, *COMBINED, *YEARLY]


@pytest.mark.parametrize("parts", EVERY, ids="+".join)
def test_the_optimum_is_the_best_of_all_designs_that_are_plans(parts: tuple[str, ...]) -> None:
    for seed in range(1, 2 if {"backhaul", "phases"} <= set(parts) else 4):
        problem = random_variant(seed, parts, micro=True)
        small = Small(problem)
        best = Optimum(math.inf, -math.inf)
        for works in every_design(small):
            cost = float(uses_of(small, works)[0])
            worth = worth_of(small, works) if problem.objective == "most_worth" else 0.0
            if (-worth, cost) < (-best.worth, best.cost) and is_plan(small, works):
                best = Optimum(cost, worth)
                assert verify(problem, as_plan(small, works)).complaints == ()
        found = optimum(problem)
        assert (found is None) == math.isinf(best.cost)
        assert found is None or (found.cost, found.worth) == pytest.approx((best.cost, best.worth))


@pytest.mark.parametrize("parts", EVERY, ids="+".join)
def test_the_verifier_accepts_what_is_a_plan_and_nothing_else(parts: tuple[str, ...]) -> None:
    seen = {True: 0, False: 0}
    for seed in range(10, 14):
        problem = random_variant(seed, parts, micro=True)
        small = Small(problem)
        for works in islice(every_design(small), seed, 30_000, 97 if "phases" in parts else 7):
            right = is_plan(small, works)
            seen[right] += 1
            if seen[right] <= 100:
                verification = verify(problem, as_plan(small, works))
                assert verification.ok == right, verification.complaints
    assert seen[False] > 20


def as_plan(small: Small, works: Works) -> Plan:
    """The works in the words of the product, whether they are a plan or not."""
    problem = small.problem
    edges, candidates = (
        np.array([work for work, year in enumerate(years) if year < small.years], dtype=np.int64)
        for years in (works.edges, works.candidates)
    )
    cables = [
        (edge, number, year)
        for number, years in enumerate(works.cables)
        for edge, year in enumerate(years)
        if year < small.years
    ]
    links = np.array(list(works.links), dtype=np.int64).reshape(-1, 2)
    linked, count = np.unique(links[:, 0], return_counts=True)
    when = {
        "edge_year": np.array(works.edges)[edges],
        "candidate_year": np.array(works.candidates)[candidates],
        "link_year": np.array(list(works.links.values()), dtype=np.int64),
        "cable_year": np.array([year for _, _, year in cables], dtype=np.int64),
    }
    return Plan(
        edges=edges,
        candidates=candidates,
        served=np.stack([linked, count + problem.existing_providers[linked]], axis=1),
        links=links,
        cost=float(uses_of(small, works)[0]),
        cables=np.array([pair for *pair, _ in cables], dtype=np.int64).reshape(-1, 2),
        worth=None if problem.worth is None else worth_of(small, works),
        **(when if problem.phases is not None else {}),
    )
