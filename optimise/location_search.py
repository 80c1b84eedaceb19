"""How a location problem is solved: interchange, Lagrangian bound, fixing by it, branch and bound on what is left."""

from __future__ import annotations

import math
import time

import numpy as np

from optimise.location_bound import LocationBound, raise_bound
from optimise.location_plan import LocationProblem
from optimise.location_program import solve_program
from optimise.location_state import LocationSearch
from optimise.location_tree import SiteTree
from optimise.problem import Bools, Floats, Ints

_EXCHANGES = 500


def search_location(search: LocationSearch) -> None:
    """Run the whole search; its results are in `search`."""
    problem = search.problem
    if problem.count == 0 or len(problem.demand) == 0:
        cheapest = np.argsort(problem.open_cost, kind="stable")[: problem.count or 0]
        search.offer(np.sort(cheapest))
        search.raise_bound(search.best_cost, "dual_ascent")
        search.root_bound = search.bound
        return
    search.offer(_first_sites(problem))
    _exchange(search)
    search.tick()
    bound = raise_bound(problem, _first_prices(problem), deadline=search.deadline, look=lambda b: _look(search, b))
    search.offer(bound.chosen)
    _exchange(search)
    search.root_bound = search.bound
    if not search.stopped:
        _branch(search, bound)


def _look(search: LocationSearch, bound: LocationBound) -> tuple[float, bool]:
    search.raise_bound(bound.value, "dual_ascent")
    if search.problem.capacity is None or len(search.tried) < 40:
        search.offer(bound.chosen)
    search.tick()
    finite = search.best_cost if search.best is not None else 2.0 * abs(bound.value) + 1.0
    return finite, search.stopped


def _first_prices(problem: LocationProblem) -> Floats:
    """λ: what each customer's second nearest site costs, where it has one."""
    reachable = np.where(np.isfinite(problem.assign_cost), problem.assign_cost, 0.0)
    if problem.assign_cost.shape[1] < 2:
        return np.asarray(reachable[:, 0])
    second = np.partition(problem.assign_cost, 1, axis=1)[:, 1]
    return np.where(np.isfinite(second), second, reachable.max(axis=1))


def _first_sites(problem: LocationProblem) -> Ints:
    """Greedy: the site that saves most, one by one, to the count asked or as long as it pays and room lacks."""
    cost = _finite_costs(problem)
    customers, sites = cost.shape
    nearest = np.full(customers, 2.0 * cost.max() + 1.0)
    chosen: list[int] = []
    closed: Bools = np.ones(sites, dtype=bool)
    room = 0.0
    while closed.any() and (problem.count is None or len(chosen) < problem.count):
        saving = np.maximum(nearest[:, None] - cost, 0.0).sum(axis=0) - problem.open_cost
        lacking = problem.capacity is not None and room < problem.demand.sum()
        site = int(np.argmax(np.where(closed, saving, -math.inf)))
        if problem.count is None and saving[site] <= 0 and chosen and not lacking:
            break
        chosen.append(site)
        closed[site] = False
        nearest = np.minimum(nearest, cost[:, site])
        room += 0.0 if problem.capacity is None else float(problem.capacity[site])
    return np.array(chosen, dtype=np.int64)


def _finite_costs(problem: LocationProblem) -> Floats:
    """Costs in which a pair that is not allowed costs more than any plan without one."""
    cost = problem.assign_cost
    allowed = np.isfinite(cost)
    if allowed.all():
        return cost
    return np.where(allowed, cost, 1.0 + float(np.where(allowed, cost, 0.0).max(axis=1).sum()))


def _exchange(search: LocationSearch) -> None:
    """Swap the pair of sites that saves most until none saves (Teitz and Bart 1968), for a fixed count."""
    problem = search.problem
    if problem.count is None or problem.capacity is not None:
        return
    cost = _finite_costs(problem)
    sites = search.best.sites.copy() if search.best is not None else np.sort(_first_sites(problem))
    for _ in range(_EXCHANGES):
        if time.monotonic() >= search.deadline or len(sites) == 0 or len(sites) == cost.shape[1]:
            break
        saving, position, entering = _best_exchange(cost, problem.open_cost, sites)
        if saving <= 1e-9 * float(cost[:, sites].min(axis=1).sum()):
            break
        sites[position] = entering
    search.offer(sites)


def _best_exchange(cost: Floats, open_cost: Floats, sites: Ints) -> tuple[float, int, int]:
    """Largest saving of closing one site and opening another: (saving, position in sites, site to open)."""
    customers = np.arange(len(cost))
    near = np.argmin(cost[:, sites], axis=1)
    first = cost[customers, sites[near]]
    others = cost[:, sites].copy()
    others[customers, near] = 4.0 * cost.max() + 1.0
    second = others.min(axis=1)
    kept = np.minimum(cost, first[:, None])
    loss = np.zeros((len(sites), cost.shape[1]))
    np.add.at(loss, near, np.minimum(cost, second[:, None]) - kept)
    saving = (first[:, None] - kept).sum(axis=0) - loss - open_cost + open_cost[sites][:, None]
    saving[:, sites] = -math.inf
    position, entering = np.unravel_index(int(np.argmax(saving)), saving.shape)
    return float(saving[position, entering]), int(position), int(entering)


def _branch(search: LocationSearch, bound: LocationBound) -> None:
    """Close the gap: a tree over the sites, or where they have capacities the program that splits customers."""
    if search.problem.capacity is None and search.best is not None:
        SiteTree(search, bound).run()
    elif search.problem.capacity is not None:
        solve_program(search, bound)
