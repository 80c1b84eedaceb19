"""Plans of every route as one line each, to compare runs and processes; and grids of every variant."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, replace

import numpy as np

from optimise import Backhaul, Budget, Capacity, Costs, Phases, Plan, Problem, Solution, Worth
from optimise.base_route import solve_base
from optimise.cut_route import solve_cuts
from optimise.wide_route import solve_wide
from optimise.worth_route import solve_worth
from tests.optimise.random_problems import grid_problem

Route = Callable[..., Solution]


def grids() -> Iterator[tuple[str, Route, Problem]]:
    """Name, route and a small grid that keeps it busy for a while."""
    plain = grid_problem(5, side=5, candidates=8, demands=12)
    yield "base", solve_base, plain
    yield "cuts", solve_cuts, plain
    yield "classes", solve_wide, _with_classes(plain)
    targets = len(plain.targets)
    money = float(plain.edge_cost.sum())
    every = np.zeros((2, targets))
    yield (
        "years",
        solve_wide,
        replace(plain, phases=Phases(np.array([0.3 * money, np.inf]), np.array([1.0, 0.9]), every)),
    )
    capacity = Capacity(np.full(plain.candidate_cost.size, 4.0), np.ones(plain.connection_cost.size))
    yield "capacity", solve_wide, replace(plain, capacity=capacity)
    own = Costs(plain.edge_cost, plain.candidate_cost, plain.connection_cost, None, plain.link_cost)
    budget = Budget(0.07 * money, own)
    most = replace(
        plain,
        targets=tuple(replace(row, required=0.0) for row in plain.targets),
        objective="most_worth",
        worth=Worth(np.ones(targets)),
        budget=budget,
    )
    yield "worth", solve_worth, most
    yield "worth by the wide route", solve_wide, most


def _with_classes(problem: Problem) -> Problem:
    existing = np.zeros((2, problem.existing.size), dtype=bool)
    existing[0], existing[1, -1] = problem.existing, True
    number = np.arange(problem.candidate_cost.size, dtype=np.int64) % 2
    backhaul = Backhaul(existing, np.ones((2, problem.edge_cost.size)), number)
    return replace(problem, backhaul=backhaul, existing=existing.any(axis=0))


def written(plan: Plan | None) -> str:
    """Every part of a plan as text."""
    if plan is None:
        return "none"
    return "; ".join(f"{field.name} {np.asarray(getattr(plan, field.name)).tolist()}" for field in fields(plan))


def write_all(node_limit: int) -> list[str]:
    """What every route makes of its grid, stopped by a limit of nodes."""
    return [f"{name}: {_answer(route, problem, node_limit)}" for name, route, problem in grids()]


def _answer(route: Route, problem: Problem, node_limit: int) -> str:
    solution = route(problem, gap=0.0, seed=3, node_limit=node_limit)
    return f"{solution.status} {solution.bound!r} {solution.nodes} {solution.cuts} {written(solution.plan)}"


if __name__ == "__main__":
    print("\n".join(write_all(int(sys.argv[1]))))
