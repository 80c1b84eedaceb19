"""Budgets of the years on costs of their own: what is minimised and what is limited need not be the same money."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from gis_layers import StudyError
from optimise import (
    Budget,
    Costs,
    Phases,
    Problem,
    Solution,
    infeasibility,
    keep_and_forbid,
    near_optimal,
    solve,
    solve_variant,
    verify_variant,
)
from optimise.base_route import solve_base
from optimise.prices import every_price, limits_years, most_money, yearly_prices
from optimise.recost import with_prices
from optimise.variant_reductions import reduce_variant
from optimise.wide_route import solve_wide
from tests.optimise.brute_force_variants import optimum
from tests.optimise.random_variants import YEARLY, random_variant
from tests.optimise.small_problems import small_problem, target

ROUTES = (solve, solve_base, solve_wide)


def two_ways(budget: list[float], **more: float) -> Problem:
    """A site behind a dig of 4 + 4, or behind another of 10, which in the money of the budgets cost 9 + 9 and 2.

    The site costs 1 in both; demand 0 asks for it by the end of the second year.
    """
    return small_problem(
        edges=[(0, 1, 4), (1, 2, 4), (0, 2, 10)],
        sites=[(2, 1)],
        covered_by=[[0]],
        targets=[target([0])],
        phases=Phases(
            np.array(budget),
            np.ones(2),
            np.zeros((2, 1)),
            Costs(np.array([9.0, 9.0, 2.0]), np.array([1.0]), np.array([more.get("connection", 0.0)])),
        ),
    )


def value(solution: Solution) -> float | None:
    return solution.value if solution.status == "optimal" else None


@pytest.mark.parametrize(
    ("budget", "cost"),
    [
        ([np.inf, np.inf], 9.0),  # the way that costs least
        ([9.0, 10.0], 9.0),  # one half of it in each year
        ([9.0, 9.0], 11.0),  # the site does not fit behind it: the other way
        ([2.0, 1.0], 11.0),
        ([3.0, 0.0], 11.0),
        ([2.0, 0.9], None),
    ],
)
def test_the_way_is_the_cheapest_that_the_other_money_pays(budget: list[float], cost: float | None) -> None:
    problem = two_ways(budget)
    best = optimum(problem)
    assert (None if best is None else best.cost) == cost
    assert not infeasibility(problem)  # what can be built at all does not depend on money
    for route in ROUTES:
        solution = route(problem, gap=0.0)
        assert value(solution) == cost
        assert solution.status == ("infeasible" if cost is None else "optimal")


def test_what_only_the_budget_pays_is_decided() -> None:
    """The connection costs nothing in what is minimised and 5 in the second year, where it fits, not in the first."""
    problem = two_ways([3.0, 5.0], connection=5.0)
    for route in ROUTES:
        plan = route(problem, gap=0.0).plan
        assert plan is not None
        assert (plan.cost, plan.link_year.tolist(), plan.candidate_year.tolist()) == (11.0, [1], [0])
        assert (
            route(replace(problem, phases=replace(problem.phases, budget=np.array([3.0, 4.9]))), gap=0.0).plan is None
        )


@pytest.mark.parametrize("parts", YEARLY, ids="+".join)
def test_every_route_keeps_to_the_other_money_as_enumeration_does(parts: tuple[str, ...]) -> None:
    binding = 0
    for seed in range(400, 412):
        problem = random_variant(seed, parts)
        best = optimum(problem)
        for route in ROUTES:
            solution = route(problem, gap=0.0)
            assert (solution.plan is None) == (best is None), seed
            if best is not None:
                wanted = best.worth if problem.objective == "most_worth" else best.cost
                assert solution.value == pytest.approx(wanted, rel=2e-6, abs=1e-7), seed
        binding += best != optimum(replace(problem, phases=replace(problem.phases, budget=np.full(2, np.inf))))
    assert binding >= 1


def test_costs_of_the_years_are_those_minimised_unless_given() -> None:
    problem = two_ways([1.0, np.inf])
    own = replace(problem, phases=replace(problem.phases, costs=None))
    assert limits_years(problem) and len(every_price(problem)) == 2 and len(every_price(own)) == 1
    assert yearly_prices(problem).edge.tolist() == [9, 9, 2]  # type: ignore[union-attr]
    assert yearly_prices(own).edge.tolist() == [4, 4, 10]  # type: ignore[union-attr]
    assert yearly_prices(replace(problem, phases=None)) is None
    assert not limits_years(two_ways([np.inf, np.inf]))


def test_budgets_on_other_costs_say_nothing_of_the_costs_that_are_minimised() -> None:
    problem = two_ways([2.0, 1.0])
    own = replace(problem, phases=replace(problem.phases, costs=None))
    assert (most_money(problem), most_money(own)) == (np.inf, 3.0)
    capped = replace(own, budget=Budget(2.5, Costs(own.edge_cost, own.candidate_cost, own.connection_cost)))
    assert most_money(capped) == 2.5


def test_a_dig_is_left_out_only_where_another_is_cheaper_in_every_money() -> None:
    """Parallel digs of 4 and 6: the dearer one stays where the budget of the years finds it cheaper."""
    problem = small_problem(edges=[(0, 1, 4), (0, 1, 6)], sites=[(1, 1)], covered_by=[[0]], targets=[target([0])])
    costs = Costs(np.array([5.0, 3.0]), np.zeros(1), np.zeros(1))
    phased = replace(problem, phases=Phases(np.array([4.0]), np.ones(1), np.zeros((1, 1)), costs))
    reduced = reduce_variant(phased).problem
    assert reduced.edge_cost.tolist() == [4, 6]
    assert reduced.phases is not None and reduced.phases.costs is not None
    assert reduced.phases.costs.edge_cost.tolist() == [5, 3]
    assert solve(phased, gap=0.0).value == 7.0
    dearer = replace(costs, edge_cost=np.array([5.0, 5.0]))
    alike = reduce_variant(replace(phased, phases=replace(phased.phases, costs=dearer))).problem
    assert alike.edge_cost.tolist() == [4]


def test_a_chain_stays_where_a_year_may_dig_half_of_it_and_merges_where_no_year_has_a_budget() -> None:
    assert reduce_variant(two_ways([9.0, 10.0])).problem.edge_cost.size == 3
    free = reduce_variant(two_ways([np.inf, np.inf])).problem
    assert free.edge_cost.tolist() == [10, 8]
    assert free.phases.costs.edge_cost.tolist() == [2, 18]  # type: ignore[union-attr]


def test_demands_that_only_the_budget_tells_apart_are_not_merged() -> None:
    problem = small_problem(
        edges=[(0, 1, 1)], sites=[(1, 1)], covered_by=[[0], [0]], targets=[target([0, 1], required=1.0)]
    )
    costs = Costs(np.zeros(1), np.zeros(1), np.array([4.0, 2.0]))
    phased = replace(problem, phases=Phases(np.array([3.0]), np.ones(1), np.zeros((1, 1)), costs))
    assert reduce_variant(phased).problem.connection_cost.size == 2
    for route in ROUTES:
        plan = route(phased, gap=0.0).plan
        assert plan is not None and plan.served[:, 0].tolist() == [1]
    assert reduce_variant(replace(problem, phases=replace(phased.phases, costs=None))).problem.connection_cost.size == 1


def test_links_that_only_the_budget_prices_are_chosen() -> None:
    problem = small_problem(edges=[(0, 1, 1)], sites=[(1, 1), (1, 2)], covered_by=[[0, 1]], targets=[target([0])])
    link = csr_array(np.array([[5.0, 3.0]]))
    costs = Costs(np.zeros(1), np.zeros(2), np.zeros(1), None, link)
    phased = replace(problem, phases=Phases(np.array([4.0]), np.ones(1), np.zeros((1, 1)), costs))
    for route in ROUTES:
        plan = route(phased, gap=0.0).plan
        assert plan is not None and (plan.cost, plan.links.tolist()) == (3.0, [[0, 1]])


def test_kept_and_forbidden_works_carry_the_costs_of_the_years_along() -> None:
    problem = two_ways([9.0, 10.0])
    without = keep_and_forbid(problem, forbid_edges=[0])
    assert without.problem.phases.costs.edge_cost.tolist() == [9, 2]  # type: ignore[union-attr]
    solution = solve_variant(without, gap=0.0)
    assert solution.value == 11.0 and verify_variant(without, solution.plan).ok  # type: ignore[arg-type]
    kept = keep_and_forbid(problem, keep_candidates=[0])
    costs = kept.problem.phases.costs  # type: ignore[union-attr]
    assert costs is not None and costs.connection_cost.tolist() == [0, 0]  # one more demand, which asks for the site
    solution = solve_variant(kept, gap=0.0)
    assert solution.value == 9.0 and verify_variant(kept, solution.plan).ok  # type: ignore[arg-type]


def test_a_problem_on_other_costs_keeps_the_costs_of_its_budgets() -> None:
    problem = two_ways([9.0, 10.0])
    own = replace(problem, phases=replace(problem.phases, costs=None))
    dear = replace(every_price(problem)[0], edge=np.array([100.0, 100.0, 300.0]))
    assert with_prices(problem, dear).phases == problem.phases
    moved = with_prices(own, dear)
    assert moved.edge_cost.tolist() == [100, 100, 300]
    assert moved.phases.costs.edge_cost.tolist() == [4, 4, 10]  # type: ignore[union-attr]
    free = replace(own, phases=replace(own.phases, budget=np.full(2, np.inf)))
    assert with_prices(free, dear).phases.costs is None  # type: ignore[union-attr]


def test_near_optimal_plans_are_refused_with_budgets_of_years_on_any_costs() -> None:
    variant = keep_and_forbid(two_ways([9.0, 10.0]))
    with pytest.raises(StudyError, match="a year has a budget"):
        near_optimal(variant, solve_variant(variant), within=0.1)
