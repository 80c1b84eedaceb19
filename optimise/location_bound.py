"""The Lagrangian bound of the location problem: every customer may be assigned often or never, at a price.

L(λ) = Σ_i λ_i + min { Σ_j y_j s_j }, s_j = f_j + min { Σ_i (c_ij - λ_i) x_ij : 0 <= x_ij <= 1, Σ_i d_i x_ij <= Q_j }.
At the best λ it equals the linear relaxation with all rows x_ij <= y_j (Geoffrion 1974; Cornuéjols, Fisher and
Nemhauser 1977), without any linear program.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimise.location_plan import LocationProblem
from optimise.problem import Bools, Floats, Ints

_ROUNDS = 1500
_PATIENCE = 25
_SMALLEST_STEP = 2e-3
_SMALL = 1e-12
"""Stands for an amount of 0 in a ratio."""


@dataclass(frozen=True)
class LocationBound:
    """A proven bound and what it says of single decisions.

    Attributes
    ----------
    value : float
    price : (C,) float
        λ.
    open_extra, closed_extra : (P,) float
        By how much the bound rises when the site must be open, or closed; >= 0.
    chosen : (n,) int
        Sites open in the relaxed answer.
    """

    value: float
    price: Floats
    open_extra: Floats
    closed_extra: Floats
    chosen: Ints


def bound_at(problem: LocationProblem, price: Floats) -> tuple[LocationBound, Floats]:
    """Evaluate L(λ); also the subgradient 1 - Σ_j y_j x_ij."""
    reduced = problem.assign_cost - price[:, None]
    value, share = _best_shares(problem, reduced)
    score = problem.open_cost + value
    if problem.count is not None:
        bound = _count_bound(score, problem.count, price)
    else:
        bound = _cover_bound(problem, score, price)
    taken = share[:, bound.chosen].sum(axis=1)
    return bound, 1.0 - taken


def _best_shares(problem: LocationProblem, reduced: Floats) -> tuple[Floats, Floats]:
    """(P,) least Σ_i reduced_ij x_ij of each site, and the (C, P) shares x that give it."""
    if problem.capacity is None:
        gain = np.minimum(reduced, 0.0)
        return gain.sum(axis=0), (gain < 0).astype(float)
    demand = problem.demand[:, None]
    order = np.argsort(reduced / np.maximum(demand, _SMALL), axis=0, kind="stable")
    wanted = np.take_along_axis(np.broadcast_to(demand, reduced.shape) * (reduced < 0), order, axis=0)
    room = problem.capacity[None, :] - (np.cumsum(wanted, axis=0) - wanted)
    part = np.clip(room / np.maximum(wanted, _SMALL), 0.0, 1.0)
    part[wanted == 0] = 1.0
    share = np.zeros_like(reduced)
    np.put_along_axis(share, order, part, axis=0)
    share *= reduced < 0
    return (share * np.minimum(reduced, 0.0)).sum(axis=0), share


def _count_bound(score: Floats, count: int, price: Floats) -> LocationBound:
    """Exactly `count` sites: the cheapest ones; a swap prices the others."""
    order = np.argsort(score, kind="stable")
    chosen = np.sort(order[:count])
    value = math.fsum([*price.tolist(), *score[chosen].tolist()])
    is_open = np.zeros(len(score), dtype=bool)
    is_open[chosen] = True
    worst_in = score[order[count - 1]] if count else -math.inf
    best_out = score[order[count]] if count < len(score) else math.inf
    return LocationBound(
        value,
        price,
        open_extra=np.where(is_open, 0.0, score - worst_in),
        closed_extra=np.where(is_open, best_out - score, 0.0),
        chosen=chosen,
    )


def _cover_bound(problem: LocationProblem, score: Floats, price: Floats) -> LocationBound:
    """Any number of sites, with capacities at least the demand in all: μ prices that last row."""
    rate = 0.0
    chosen: Bools = score < 0
    total = float(problem.demand.sum())
    if problem.capacity is None:
        if not chosen.any():
            chosen = np.arange(len(score)) == np.argmin(score)
        capacity = np.zeros(len(score))
    else:
        capacity = problem.capacity
        ratio = np.where(score < 0, -math.inf, score / np.maximum(capacity, _SMALL))
        order = np.argsort(ratio, kind="stable")
        last = min(int(np.searchsorted(np.cumsum(capacity[order]), total * (1 - 1e-12))), len(score) - 1)
        rate = max(0.0, float(ratio[order[last]]))
        if rate > 0:
            chosen = np.isin(np.arange(len(score)), order[: last + 1])
    priced = score - rate * capacity
    value = math.fsum([*price.tolist(), rate * total, *np.minimum(priced, 0.0).tolist()])
    return LocationBound(value, price, np.maximum(priced, 0.0), np.maximum(-priced, 0.0), np.flatnonzero(chosen))


def raise_bound(
    problem: LocationProblem,
    price: Floats,
    *,
    deadline: float,
    look: Callable[[LocationBound], tuple[float, bool]],
) -> LocationBound:
    """Improve λ by subgradient steps (Held, Wolfe and Crowder 1974).

    Parameters
    ----------
    price : (C,) float
        λ to start from.
    deadline : float
        `time.monotonic` time at which to stop.
    look : callable
        Told each better bound; returns the cost of the best plan known and whether the search is over.
    """
    best, slope = bound_at(problem, price)
    cost, over = look(best)
    step, stale = 1.0, 0
    for _ in range(_ROUNDS):
        norm = float(slope @ slope)
        if over or norm == 0 or step < _SMALLEST_STEP or time.monotonic() > deadline:
            break
        ahead = max(cost - best.value, 1e-6 * cost)
        price = np.maximum(price + step * ahead / norm * slope, 0.0)
        found, slope = bound_at(problem, price)
        stale += 1
        if found.value > best.value:
            stale = 0 if found.value - best.value > 1e-6 * abs(best.value) else stale
            best = found
            cost, over = look(best)
        if stale >= _PATIENCE:
            step, stale, price = step / 2, 0, best.price
            slope = bound_at(problem, price)[1]
    return best
