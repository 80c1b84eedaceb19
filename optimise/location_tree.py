"""Branch and bound on the sites alone, each node bounded by prices of the customers (Christofides and Beasley 1982).

For sites without capacities: whoever knows the open sites knows the assignment, so few sites mean a small tree however
many customers there are.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field

import numpy as np

from optimise.location_bound import LocationBound
from optimise.location_state import LocationSearch
from optimise.problem import Bools, Floats, Ints

_STEPS = 40
_PATIENCE = 4


@dataclass(order=True)
class _Node:
    """Sites fixed open and closed, and the best prices found there; ordered by bound, then by age."""

    bound: float
    age: int
    is_open: Bools = field(compare=False)
    is_closed: Bools = field(compare=False)
    price: Floats = field(compare=False)
    branch_on: int = field(compare=False)


@dataclass(frozen=True)
class _Relaxed:
    """Relaxed answer at a node: its bound, slope in the prices, sites it opens, price of reversing each free site."""

    bound: float
    slope: Floats
    chosen: Ints
    reverse: Floats


class SiteTree:
    """The tree over the sites that the root's bound leaves open.

    Parameters
    ----------
    search : LocationSearch
        Of a problem without capacities, with a plan.
    root : LocationBound
    """

    def __init__(self, search: LocationSearch, root: LocationBound) -> None:
        problem = search.problem
        room = search.worse - root.value
        keep = root.open_extra <= room
        self._search = search
        self._sites = np.flatnonzero(keep)
        self._open_cost = problem.open_cost[keep]
        self._cost = problem.assign_cost[:, keep]
        self._count = problem.count
        forced = (root.closed_extra > room)[keep]
        self._age = 0
        self._heap: list[_Node] = []
        self._push(forced, np.zeros(len(self._sites), dtype=bool), root.price)

    def run(self) -> None:
        """Work the tree off, best bound first; plans and bounds go to the search."""
        search = self._search
        while self._heap:
            search.raise_bound(self._heap[0].bound, "mip")
            search.tick()
            if search.stopped:
                return
            node = heapq.heappop(self._heap)
            if node.bound >= search.worse:
                continue
            search.nodes += 1
            site = np.arange(len(self._sites)) == node.branch_on
            self._push(node.is_open | site, node.is_closed, node.price)
            self._push(node.is_open, node.is_closed | site, node.price)
        search.raise_bound(math.inf, "mip")

    def _push(self, is_open: Bools, is_closed: Bools, price: Floats) -> None:
        """Bound a node and put it in the tree, unless it holds no better plan."""
        search, sites = self._search, len(self._sites)
        is_open, is_closed = is_open.copy(), is_closed.copy()
        best, best_price = -math.inf, price
        often = np.zeros(sites)
        step, stale = 0.5, 0
        for _ in range(_STEPS):
            if self._is_full(is_open, is_closed):
                break
            relaxed = self._relax(is_open, is_closed, price)
            often[relaxed.chosen] += 1
            if relaxed.bound > best:
                stale = 0 if relaxed.bound > best + 1e-6 * abs(best) else stale + 1
                best, best_price = relaxed.bound, price
                search.offer(self._sites[relaxed.chosen])
            else:
                stale += 1
            if best >= search.worse:
                return
            reverse = relaxed.bound + relaxed.reverse >= search.worse
            chosen = np.isin(np.arange(sites), relaxed.chosen)
            is_open |= reverse & chosen & ~is_closed
            is_closed |= reverse & ~chosen & ~is_open
            if stale >= _PATIENCE:
                step, stale = step / 2, 0
            norm = float(relaxed.slope @ relaxed.slope)
            if norm == 0:
                break
            price = np.maximum(price + step * (search.best_cost - relaxed.bound) / norm * relaxed.slope, 0.0)
        if self._is_full(is_open, is_closed):
            self._offer_full(is_open, is_closed)
            return
        free = ~is_open & ~is_closed
        doubt = np.where(free, np.minimum(often, often.sum() and often.max() - often) + 0.01 * often, -1.0)
        self._age += 1
        heapq.heappush(self._heap, _Node(best, self._age, is_open, is_closed, best_price, int(np.argmax(doubt))))

    def _is_full(self, is_open: Bools, is_closed: Bools) -> bool:
        """Whether nothing is left to decide, or the count cannot be kept."""
        opened, free = int(is_open.sum()), int((~is_open & ~is_closed).sum())
        return free == 0 or (self._count is not None and (opened >= self._count or opened + free <= self._count))

    def _offer_full(self, is_open: Bools, is_closed: Bools) -> None:
        if self._count is not None and is_open.sum() < self._count:
            is_open = ~is_closed
        if self._count is None or is_open.sum() == self._count:
            self._search.offer(self._sites[is_open])

    def _relax(self, is_open: Bools, is_closed: Bools, price: Floats) -> _Relaxed:
        gain = np.minimum(self._cost - price[:, None], 0.0)
        score = gain.sum(axis=0) + self._open_cost
        free = np.flatnonzero(~is_open & ~is_closed)
        reverse = np.zeros(len(score))
        if self._count is None:
            taken = free[score[free] < 0]
            reverse[free] = np.abs(score[free])
        else:
            number = self._count - int(is_open.sum())
            order = free[np.argsort(score[free], kind="stable")]
            taken, others = order[:number], order[number:]
            reverse[taken] = score[others[0]] - score[taken]
            reverse[others] = score[others] - score[taken[-1]]
        chosen = np.sort(np.concatenate([np.flatnonzero(is_open), taken]))
        bound = math.fsum([*price.tolist(), *score[chosen].tolist()])
        return _Relaxed(bound, 1.0 - (gain[:, chosen] < 0).sum(axis=1), chosen, reverse)
