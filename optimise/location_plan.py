"""The location problem as arrays, its plans, and what a given choice of sites costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from optimise.problem import Floats, Ints
from optimise.rows import Rows
from optimise.solvers.highs_rows import LinearProgram


@dataclass(frozen=True)
class LocationProblem:
    """C customers, P sites; costs in one unit, >= 0.

    Attributes
    ----------
    assign_cost : (C, P) float
        Cost of assigning the whole customer to the site; inf where the site cannot serve it (without capacities).
    open_cost : (P,) float
    count : int or None
        Number of sites to open, exactly; None: as many as pay.
    demand : (C,) float
        What a customer takes of a site's capacity.
    capacity : (P,) float or None
        None: sites serve any number, and every customer goes to its cheapest open site.
    """

    assign_cost: Floats
    open_cost: Floats
    count: int | None
    demand: Floats
    capacity: Floats | None


@dataclass(frozen=True)
class LocationPlan:
    """Open sites and who is served from where.

    Attributes
    ----------
    sites : (n,) int
        Increasing.
    link_customer, link_site : (m,) int
    link_share : (m,) float
        Share of the customer that the site serves.
    cost : float
    """

    sites: Ints
    link_customer: Ints
    link_site: Ints
    link_share: Floats
    cost: float


def cost_step(*amounts: Floats) -> float:
    """Largest amount of which all the given ones are whole multiples; 0 where they are not whole numbers.

    Two plans whose costs are sums of these differ by a multiple of it, so a bound may be rounded up to one.
    """
    values = np.unique(np.concatenate([np.zeros(1), *(amount[np.isfinite(amount)].ravel() for amount in amounts)]))
    if values[-1] > 2**50 or (values != np.rint(values)).any():
        return 0.0
    return float(np.gcd.reduce(values.astype(np.int64)))


def plan_of_sites(problem: LocationProblem, sites: Ints) -> LocationPlan | None:
    """The cheapest plan with exactly these sites open, None where they cannot serve everyone."""
    sites = np.unique(sites)
    customers = len(problem.demand)
    if problem.capacity is not None:
        return _shared_plan(problem, sites, problem.capacity)
    if customers == 0:
        return _make_plan(problem, sites, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    if len(sites) == 0:
        return None
    nearest = sites[np.argmin(problem.assign_cost[:, sites], axis=1)]
    everyone = np.arange(customers)
    if not np.isfinite(problem.assign_cost[everyone, nearest]).all():
        return None
    return _make_plan(problem, sites, everyone, nearest, np.ones(customers))


def _shared_plan(problem: LocationProblem, sites: Ints, capacity: Floats) -> LocationPlan | None:
    """The transportation problem of the open sites.

    minimise Σ c_ij x_ij;   Σ_j x_ij = 1;   Σ_i d_i x_ij <= Q_j;   x >= 0.
    """
    customers, count = len(problem.demand), len(sites)
    if customers == 0:
        return _make_plan(problem, sites, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    if count == 0 or capacity[sites].sum() < problem.demand.sum():
        return None
    cost = problem.assign_cost[:, sites].ravel()
    everyone, site = np.repeat(np.arange(customers), count), np.tile(np.arange(count), customers)
    pairs = customers * count
    rows = Rows(
        first=np.concatenate([np.arange(0, pairs + 1, count), pairs + np.arange(1, count + 1) * customers]),
        column=np.concatenate([np.arange(pairs), np.argsort(site, kind="stable")]),
        value=np.concatenate([np.ones(pairs), np.tile(problem.demand, count)]),
        lower=np.concatenate([np.ones(customers), np.full(count, -np.inf)]),
        upper=np.concatenate([np.ones(customers), capacity[sites]]),
    )
    scale = 1.0 / max(float(cost.max()), 1e-300) if cost.any() else 1.0
    program = LinearProgram(scale * cost, np.zeros(pairs), np.ones(pairs), rows, seed=0)
    answer = program.run(time_limit_s=math.inf, on_tick=lambda: None)
    if answer is None:
        return None
    share = np.where(answer.values > 1e-9, answer.values, 0.0)
    share /= np.bincount(everyone, share, customers)[everyone]
    used = share > 0
    return _make_plan(problem, sites, everyone[used], sites[site[used]], share[used])


def _make_plan(problem: LocationProblem, sites: Ints, customer: Ints, site: Ints, share: Floats) -> LocationPlan:
    parts = problem.assign_cost[customer, site] * share
    cost = math.fsum([*problem.open_cost[sites].tolist(), *parts.tolist()])
    return LocationPlan(sites, customer, site, share, cost)
