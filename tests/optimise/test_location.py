"""Choice of sites: against enumeration, its bound, its verifier, its refusals."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from gis_layers import CancelledError, StudyError
from optimise import LocationProblem, cost_step, solve_location, verify_location
from optimise.location_bound import bound_at


def random_problem(seed: int) -> LocationProblem:
    """A small p-median, warehouse or simple plant problem, by turns; whole costs in every other one."""
    rng = np.random.default_rng(seed)
    customers, sites = int(rng.integers(1, 7)), int(rng.integers(1, 7))
    cost = rng.integers(0, 20, (customers, sites)) + (rng.random((customers, sites)) if seed % 2 else 0.0)
    fixed = rng.integers(0, 20, sites).astype(float)
    match seed % 3:
        case 0:
            return LocationProblem(cost, np.zeros(sites), int(rng.integers(1, sites + 1)), np.ones(customers), None)
        case 1:
            demand, room = rng.integers(0, 9, customers), rng.integers(0, 20, sites)
            return LocationProblem(cost, fixed, None, demand.astype(float), room.astype(float))
        case _:
            return LocationProblem(cost, fixed, None, np.ones(customers), None)


def cost_of(problem: LocationProblem, sites: tuple[int, ...]) -> float:
    """Least cost with these sites open: by hand, or by another solver where customers are split."""
    fixed = float(problem.open_cost[list(sites)].sum())
    if not sites:
        return np.inf
    cost = problem.assign_cost[:, list(sites)]
    if problem.capacity is None:
        return fixed + float(cost.min(axis=1).sum())
    customers, count = cost.shape
    whole = np.kron(np.eye(customers), np.ones(count))
    load = np.kron(problem.demand, np.eye(count))
    answer = linprog(
        cost.ravel(), load, problem.capacity[list(sites)], whole, np.ones(customers), bounds=(0, 1), method="highs-ds"
    )
    return fixed + float(answer.fun) if answer.status == 0 else np.inf


def least_cost(problem: LocationProblem) -> float:
    sites = range(len(problem.open_cost))
    counts = range(len(problem.open_cost) + 1) if problem.count is None else [problem.count]
    return min(cost_of(problem, chosen) for count in counts for chosen in combinations(sites, count))


@pytest.mark.parametrize("seed", range(60))
def test_least_cost_is_that_of_enumeration(seed: int) -> None:
    problem = random_problem(seed)
    least = least_cost(problem)
    solution = solve_location(problem)
    if solution.plan is None:
        assert solution.status == "infeasible" and least == np.inf
        return
    assert solution.status == "optimal" and solution.plan.cost == pytest.approx(least, rel=1e-6)
    assert solution.bound is not None and solution.bound <= least * (1 + 1e-6) + 1e-9
    assert verify_location(problem, solution.plan) == ()


@pytest.mark.parametrize("seed", range(30))
def test_any_prices_give_a_bound_and_its_reversals_hold(seed: int) -> None:
    problem = random_problem(seed)
    least = least_cost(problem)
    if least == np.inf:
        return
    bound, _ = bound_at(problem, np.random.default_rng(seed).uniform(0, 15, len(problem.demand)))
    assert bound.value <= least + 1e-9
    for site in range(len(problem.open_cost)):
        with_site = [c for c in all_choices(problem) if site in c]
        without = [c for c in all_choices(problem) if site not in c]
        for choices, extra in ((with_site, bound.open_extra), (without, bound.closed_extra)):
            assert bound.value + extra[site] <= min((cost_of(problem, c) for c in choices), default=np.inf) + 1e-9


def all_choices(problem: LocationProblem) -> list[tuple[int, ...]]:
    sites = range(len(problem.open_cost))
    counts = range(len(problem.open_cost) + 1) if problem.count is None else [problem.count]
    return [chosen for count in counts for chosen in combinations(sites, count)]


def grid_medians(side: int, count: int) -> LocationProblem:
    places = np.array([(x, y) for x in range(side) for y in range(side)], dtype=float)
    cost = np.abs(places[:, None] - places[None]).sum(axis=2)
    return LocationProblem(cost, np.zeros(side**2), count, np.ones(side**2), None)


def test_a_grid_with_many_equal_choices_is_proven_by_the_tree() -> None:
    solution = solve_location(grid_medians(5, 3))
    assert solution.plan is not None and solution.status == "optimal"
    assert solution.plan.cost == pytest.approx(least_cost(grid_medians(5, 3)))
    assert solution.nodes > 0


def test_scaled_and_reordered_costs_scale_the_answer() -> None:
    problem = random_problem(1)
    plain = solve_location(problem).plan
    order = np.random.default_rng(0).permutation(len(problem.open_cost))
    assert plain is not None and problem.capacity is not None
    for factor in (1e-3, 1e7):
        changed = replace(
            problem,
            assign_cost=factor * problem.assign_cost[:, order],
            open_cost=factor * problem.open_cost[order],
            capacity=problem.capacity[order],
        )
        solution = solve_location(changed)
        assert solution.plan is not None and solution.status == "optimal"
        assert solution.plan.cost == pytest.approx(factor * plain.cost)


def test_pairs_that_are_not_allowed_are_never_used() -> None:
    cost = np.array([[0.0, 5.0, np.inf, np.inf], [5.0, 0.0, np.inf, np.inf], [np.inf, np.inf, 0.0, 3.0]])
    problem = LocationProblem(cost, np.zeros(4), 2, np.ones(3), None)
    solution = solve_location(problem)
    assert solution.plan is not None and solution.plan.cost == 5.0 and solution.status == "optimal"
    assert solve_location(replace(problem, count=1)).status == "infeasible"
    assert solve_location(replace(problem, count=5)).status == "infeasible"


def test_a_stopped_search_keeps_a_plan_and_a_true_bound() -> None:
    problem = grid_medians(7, 6)
    least = solve_location(problem)
    stopped = solve_location(problem, time_limit_s=0.0)
    assert least.plan is not None and stopped.plan is not None and stopped.bound is not None
    assert stopped.bound <= least.plan.cost <= stopped.plan.cost

    def cancel(stage: str, share: float | None = None, note: str = "") -> None:
        raise CancelledError("stopped", "")

    cancelled = solve_location(problem, progress=cancel)
    assert cancelled.status == "cancelled" and cancelled.plan is not None


def test_the_verifier_refuses_what_is_no_plan() -> None:
    problem = random_problem(1)
    plan = solve_location(problem).plan
    assert plan is not None and problem.capacity is not None
    assert "cost" in verify_location(problem, replace(plan, cost=plan.cost + 1))[0]
    assert "not open" in verify_location(problem, replace(plan, sites=plan.sites[:0]))[0]
    assert "wholly" in verify_location(problem, replace(plan, link_share=0.5 * plan.link_share))[0]
    tight = replace(problem, capacity=0.01 * problem.capacity)
    assert "capacity" in " ".join(verify_location(tight, plan))
    assert "asked" in verify_location(replace(problem, count=99), plan)[0]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"open_cost": np.zeros(9)}, "open_cost"),
        ({"demand": np.array([np.nan])}, "demand"),
        ({"assign_cost": np.array([[-1.0, 2.0]])}, "assign_cost"),
        ({"assign_cost": np.array([[np.inf, 2.0]]), "capacity": np.ones(2)}, "assign_cost"),
        ({"count": -1}, "count"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_by_name(change: dict[str, object], name: str) -> None:
    fine = LocationProblem(np.ones((1, 2)), np.zeros(2), 1, np.ones(1), None)
    with pytest.raises(StudyError, match=name):
        solve_location(replace(fine, **change))  # type: ignore[arg-type]


def test_cost_step() -> None:
    assert cost_step(np.array([6.0, 9.0, np.inf]), np.array([0.0])) == 3.0
    assert cost_step(np.array([0.5])) == 0.0
    assert cost_step(np.zeros(0)) == 0.0
