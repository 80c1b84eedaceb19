"""The search for the plan within a limit on its cost that overlaps least with earlier plans.

The limit is first relaxed with a multiplier m: least overlap + m cost is the same problem on other costs, and its bound
less m times the limit is a bound on the overlap of every plan within the limit. The multiplier is found as by LARAC
(Juttner and others, 2001): where the line through the best plan within the limit and the best one beyond it says. What
the relaxation leaves open is searched with the limit as a row of its own, where it can be stated at a bearable price.
"""

from __future__ import annotations

import math

from optimise.near_search import TOLERANCE, NearSearch, Overlap
from optimise.plan import Plan
from optimise.recost import with_most_cost

MIDDLE_MULTIPLIER, LEAST_MULTIPLIER = 1.0, 0.01
"""Weight of a euro of cost beside a euro of overlap: at first, and where cost hardly matters; above 0, so that no work
is free."""
CLOSED = 0.01
"""Part of the limit: an overlap this near to its bound is not searched further."""
ROUNDS = 4
"""Relaxed problems of one hunt at most."""
SMALL = 300
"""Digs and candidates up to which the limit on the cost is stated as a row; beyond, only where no plan was found."""


class Hunt:
    """One hunt.

    Parameters
    ----------
    search : NearSearch
    overlap : Overlap
        With the earlier plans.
    doing : str
        What the progress says.

    Attributes
    ----------
    best : Plan or None
        The plan within the limit of least overlap that is none of the earlier ones.
    best_overlap : float
    bound : float
        Proven: no plan within the limit overlaps less.
    cut_short : bool
        Whether a limit or the user stopped any of the solves.
    """

    def __init__(self, search: NearSearch, overlap: Overlap, doing: str) -> None:
        self.best: Plan | None = None
        self.best_overlap = math.inf
        self.bound = 0.0
        self.cut_short = False
        self._search = search
        self._overlap = overlap
        self._doing = doing
        self._inside = min(((overlap.of(plan), plan.cost) for plan in search.found), key=lambda pair: pair[0])
        for plan in search.found:
            self._offer(plan)

    @property
    def most_new(self) -> float:
        """No plan within the limit spends more than this on what no earlier plan has."""
        return max(0.0, self._search.limit - self.bound)

    def run(self) -> None:
        """Relax the limit, then state it where the relaxation leaves a gap."""
        problem = self._search.core.original
        works = problem.edge_cost.size + problem.candidate_cost.size
        self._relax()
        exact = with_most_cost(problem, self._search.limit) is not None and (works <= SMALL or self.best is None)
        if exact and not self._closed and not self._search.stopped:
            self._solve(LEAST_MULTIPLIER, self._search.limit)

    @property
    def _closed(self) -> bool:
        return self.best is not None and self.best_overlap - self.bound <= CLOSED * self._search.limit

    def _relax(self) -> None:
        multiplier = MIDDLE_MULTIPLIER
        outside: tuple[float, float] | None = None
        for left in range(ROUNDS, 0, -1):
            plan = self._solve(multiplier, None, parts=left)
            if plan is None or self._closed or self._search.stopped:
                return
            point = (self._overlap.of(plan), plan.cost)
            if self._search.allows(plan):
                if multiplier <= LEAST_MULTIPLIER or (outside and point[0] >= self._inside[0] * (1.0 - TOLERANCE)):
                    return
                self._inside = min(point, self._inside)
            elif outside is not None and point[0] <= outside[0] * (1.0 + TOLERANCE):
                return
            else:
                outside = point
            multiplier = LEAST_MULTIPLIER if outside is None else self._between(outside)

    def _between(self, outside: tuple[float, float]) -> float:
        """Multiplier at which the best plan within the limit and one beyond it are equally good."""
        return max((self._inside[0] - outside[0]) / (outside[1] - self._inside[1]), LEAST_MULTIPLIER)

    def _solve(self, multiplier: float, most: float | None, *, parts: int = 1) -> Plan | None:
        changed = self._overlap.relaxed(multiplier, most)
        answer = None if changed is None else self._search.solve(changed, self._doing, parts=parts)
        if answer is None:
            self.cut_short = True
            return None
        solution, plan = answer
        if solution.status == "infeasible":
            raise RuntimeError("a problem lost its plans when its costs changed")
        self.cut_short |= solution.status in ("limit", "cancelled")
        if solution.bound is not None:
            # bound <= overlap + multiplier cost, all over 1 + multiplier, and the cost is at most the limit
            self.bound = max(self.bound, solution.bound * (1.0 + multiplier) - multiplier * self._search.limit)
        if plan is not None:
            self._offer(plan)
        return plan

    def _offer(self, plan: Plan) -> None:
        if not self._search.allows(plan) or not self._search.is_new(plan, self._overlap.earlier):
            return
        overlap = self._overlap.of(plan)
        if overlap < self.best_overlap:
            self.best, self.best_overlap = plan, overlap
