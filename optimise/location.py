r"""Choosing sites when every customer is assigned to one: the p-median and the capacitated warehouse problem.

What `Problem` cannot state, because it serves a demand or not and never asks by how much of which site::

    minimise    Σ_j f_j y_j + Σ_ij c_ij x_ij
    (1)  Σ_j x_ij = 1                     every customer i
    (2)  x_ij <= y_j                      every pair
    (3)  Σ_j y_j = p                      where a count is asked
    (4)  Σ_i d_i x_ij <= Q_j y_j          where sites have a capacity
    y binary, 0 <= x <= 1

c_ij is the cost of assigning the whole of customer i; with capacities a customer may be split between sites.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from gis_layers import CancelledError, Progress, StudyError, silent
from optimise.location_plan import LocationPlan, LocationProblem
from optimise.location_search import search_location
from optimise.location_state import LocationSearch
from optimise.plan import BoundOrigin, Status

OPTIMAL_GAP = 1e-6
TOLERANCE = 1e-6


@dataclass(frozen=True)
class LocationSolution:
    """A choice of sites with proof; the fields of `Solution`, and the plans' costs over time.

    Attributes
    ----------
    plan : LocationPlan or None
    status : str
        As in `Solution`.
    bound : float or None
        No plan costs less.
    bound_origin : str
        dual_ascent stands for the Lagrangian bound.
    root_bound : float or None
    nodes, cuts : int
    seconds : float
    """

    plan: LocationPlan | None
    status: Status
    bound: float | None
    bound_origin: BoundOrigin
    root_bound: float | None = None
    nodes: int = 0
    cuts: int = 0
    seconds: float = 0.0


def solve_location(
    problem: LocationProblem,
    *,
    gap: float = OPTIMAL_GAP,
    time_limit_s: float | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> LocationSolution:
    """Find the cheapest sites and assignment: Lagrangian bound, interchange, fixing, then branch and bound.

    Parameters
    ----------
    problem : LocationProblem
    gap : float
        Stop once (value - bound) / value is at most this.
    time_limit_s : float, optional
        Wall time.
    seed : int
    progress : Progress
        Told cost and bound; may raise CancelledError, which ends the search with the best plan so far.

    Returns
    -------
    LocationSolution
        Its plan has passed `verify_location`.

    Raises
    ------
    StudyError
        Where the arrays do not fit together.
    """
    started = time.monotonic()
    check_location(problem)
    if not _can_serve(problem):
        return LocationSolution(None, "infeasible", None, "none", seconds=time.monotonic() - started)
    deadline = math.inf if time_limit_s is None else started + time_limit_s
    search = LocationSearch(problem, gap=max(gap, 1e-9), deadline=deadline, seed=seed, progress=progress)
    cancelled = False
    try:
        search_location(search)
    except CancelledError:
        cancelled = True
    if search.best is not None and (complaints := verify_location(problem, search.best)):
        raise RuntimeError(f"the choice of sites does not pass verification: {'; '.join(complaints)}")
    status: Status = "cancelled" if cancelled else "limit"
    if search.best is None and search.bound == math.inf:
        return LocationSolution(None, "infeasible", None, "none", seconds=time.monotonic() - started)
    if search.best is not None and search.best.cost - search.bound <= OPTIMAL_GAP * search.best.cost:
        status = "optimal"
    elif search.closed:
        status = "within_gap"
    return LocationSolution(
        plan=search.best,
        status=status,
        bound=search.bound,
        bound_origin=search.bound_origin,
        root_bound=search.root_bound,
        nodes=search.nodes,
        cuts=search.cuts,
        seconds=time.monotonic() - started,
    )


def check_location(problem: LocationProblem) -> None:
    """Refuse a problem whose arrays do not fit together.

    Raises
    ------
    StudyError
        Naming the array and what is wrong with it.
    """
    customers, sites = problem.assign_cost.shape
    for name, values, length in (
        ("open_cost", problem.open_cost, sites),
        ("demand", problem.demand, customers),
        ("capacity", problem.capacity, sites),
    ):
        if values is not None and values.shape != (length,):
            raise _wrong(name, f"has shape {values.shape}, expected ({length},)")
        if values is not None and not (np.isfinite(values) & (values >= 0)).all():
            raise _wrong(name, "has an entry that is not a finite amount of at least 0")
    if np.isnan(problem.assign_cost).any() or (problem.assign_cost < 0).any():
        raise _wrong("assign_cost", "has an entry that is neither an amount of at least 0 nor inf")
    if problem.capacity is not None and np.isinf(problem.assign_cost).any():
        raise _wrong("assign_cost", "forbids a pair, which sites with a capacity cannot state")
    if problem.count is not None and problem.count < 0:
        raise _wrong("count", f"is {problem.count}, it must be at least 0")


def verify_location(problem: LocationProblem, plan: LocationPlan) -> tuple[str, ...]:
    """Complaints about a plan, none where it is one; recomputed from the arrays of the problem alone."""
    complaints = []
    if problem.count is not None and len(plan.sites) != problem.count:
        complaints.append(f"{len(plan.sites)} sites, {problem.count} asked")
    if len(np.unique(plan.sites)) < len(plan.sites):
        complaints.append("a site is given twice")
    if not np.isin(plan.link_site, plan.sites).all():
        complaints.append("a customer is assigned to a site that is not open")
    assigned = np.bincount(plan.link_customer, plan.link_share, len(problem.demand))
    if (np.abs(assigned - 1.0) > TOLERANCE).any() or (plan.link_share < 0).any():
        complaints.append("a customer is not wholly assigned")
    if problem.capacity is not None:
        load = np.bincount(plan.link_site, plan.link_share * problem.demand[plan.link_customer], len(problem.capacity))
        if (load > problem.capacity + TOLERANCE * (1.0 + problem.capacity)).any():
            complaints.append("a site serves more than its capacity")
    parts = problem.assign_cost[plan.link_customer, plan.link_site] * plan.link_share
    cost = math.fsum([*problem.open_cost[plan.sites].tolist(), *parts.tolist()])
    if not abs(cost - plan.cost) <= TOLERANCE * max(1.0, abs(cost)):
        complaints.append(f"the plan says {plan.cost:.12g}, its parts cost {cost:.12g}")
    return tuple(complaints)


def _can_serve(problem: LocationProblem) -> bool:
    """Whether sites can serve everyone, told by counts: room in all; customers without a common site need one each."""
    customers, sites = problem.assign_cost.shape
    if problem.count is not None and problem.count > sites:
        return False
    if customers == 0:
        return True
    most = sites if problem.count is None else problem.count
    if problem.capacity is not None:
        room = np.sort(problem.capacity)[::-1][:most].sum()
        return most > 0 and bool(room >= problem.demand.sum() * (1.0 - 1e-12))
    reach = np.isfinite(problem.assign_cost)
    if not reach.any(axis=1).all():
        return False
    apart = 0
    left = np.ones(customers, dtype=bool)
    while left.any():
        customer = int(np.flatnonzero(left)[np.argmin(reach[left].sum(axis=1))])
        apart += 1
        left &= ~reach[:, reach[customer]].any(axis=1)
    return apart <= most


def _wrong(name: str, what: str) -> StudyError:
    return StudyError(f"location problem: {name} {what}", "Correct the arrays of the problem.")
