"""The solves of a search for near-optimal plans, and what it measures: overlap with earlier plans."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

from gis_layers import CancelledError, Progress
from optimise.plan import Plan, Solution
from optimise.prices import Prices, minimised_prices, plan_cost, plan_worth
from optimise.recost import (
    absent,
    fix_again,
    priced,
    refuse_yearly_budgets,
    shares,
    with_most_cost,
    with_prices,
    without_own_budget,
)
from optimise.variants import Variant, solve_variant, verify_variant

TOLERANCE = 1e-9


class NearSearch:
    """The solves of one call: their limits, and every plan within the limit that any of them found.

    Attributes
    ----------
    variant : Variant
        What the plans are verified on.
    core : Variant
        The same without a budget that the limit stands for: what is searched.
    limit : float
    found : list of Plan
    solves : int
    cancelled : bool
    """

    def __init__(
        self,
        variant: Variant,
        best: Plan,
        within: float,
        gap: float,
        seed: int,
        node_limit: int | None,
        progress: Progress,
        time_limit_s: float | None,
    ) -> None:
        self.variant = variant
        # a budget on the same costs is a limit like any other: the quicker route takes the problem without it
        core, most = without_own_budget(variant.original)
        self.core = variant if core is variant.original else fix_again(variant, core)
        self.limit = min((1.0 + within) * best.cost, most)
        self.found = [best]
        self.solves = 0
        self.cancelled = False
        self.started = time.monotonic()
        self._gap, self._seed, self._node_limit = gap, seed, node_limit
        self._time_limit_s = time_limit_s
        self._deadline = math.inf
        self._progress = progress
        self._doing = ""

    @property
    def stopped(self) -> bool:
        """Whether no further solve may begin."""
        return self.cancelled or time.monotonic() >= self._deadline

    def until(self, share: float) -> None:
        """Let the solves that follow end at this part of the whole time."""
        self._deadline = math.inf if self._time_limit_s is None else self.started + share * self._time_limit_s

    def solve(self, variant: Variant, doing: str, *, parts: int = 1) -> tuple[Solution, Plan | None] | None:
        """Solve a changed problem in one part of the time left; None where the user stopped.

        Returns
        -------
        Solution, Plan or None
            Of the changed problem, and its plan with the cost of the original one.
        """
        self._doing = doing
        left_s = None if self._deadline == math.inf else max(0.0, self._deadline - time.monotonic()) / parts
        self.solves += 1
        try:
            solution = solve_variant(
                variant,
                gap=self._gap,
                time_limit_s=left_s,
                seed=self._seed,
                node_limit=self._node_limit,
                progress=self._tell,
            )
        except CancelledError:
            self.cancelled = True
            return None
        self.cancelled |= solution.status == "cancelled"
        return solution, None if solution.plan is None else self._note(solution.plan)

    def _tell(self, stage: str, share: float | None = None, note: str = "") -> None:
        try:
            self._progress(stage, share, f"{self._doing}: {note}")
        except CancelledError:
            self.cancelled = True
            raise

    def _note(self, plan: Plan) -> Plan:
        """The plan on the original costs; remembered where it is within the limit and new."""
        original = self.variant.original
        plan = replace(plan, cost=plan_cost(original, plan), worth=plan_worth(original, plan))
        if not self.allows(plan):
            return plan
        verification = verify_variant(self.variant, plan)
        if not verification.ok:
            raise RuntimeError(f"the plan does not pass verification: {'; '.join(verification.complaints)}")
        if self.is_new(plan, self.found):
            self.found.append(plan)
        return plan

    def allows(self, plan: Plan) -> bool:
        """Whether the plan is within the limit."""
        return plan.cost <= self.limit * (1.0 + TOLERANCE)

    def is_new(self, plan: Plan, plans: Sequence[Plan]) -> bool:
        """Whether it spends money on something that each of the plans, taken alone, does not have."""
        return all(Overlap(self.core, [other]).new(plan) > TOLERANCE * self.limit for other in plans)


class Overlap:
    """How much of a plan's money goes where that of earlier plans went.

    Parameters
    ----------
    variant : Variant
    earlier : sequence of Plan
        One or more.
    share : Prices, optional
        Part of the earlier plans that has each item; theirs where it is not given.
    """

    def __init__(self, variant: Variant, earlier: Sequence[Plan], share: Prices | None = None) -> None:
        self.earlier = tuple(earlier)
        self._variant = variant
        self._cost = minimised_prices(variant.original)
        self._share = shares(variant.original, earlier) if share is None else share
        self._shared = with_prices(variant.original, priced(self._cost, self._share))
        self._new = with_prices(variant.original, priced(self._cost, absent(self._share)))

    def of(self, plan: Plan) -> float:
        """Money on what earlier plans have, each item weighted by the part of them that has it."""
        return plan_cost(self._shared, plan)

    def new(self, plan: Plan) -> float:
        """Money on what no earlier plan has."""
        return plan_cost(self._new, plan)

    def relaxed(self, multiplier: float, most: float | None = None) -> Variant | None:
        """The problem with (overlap + multiplier cost) / (1 + multiplier) for its costs.

        Dividing keeps every cost between nothing and what it was, whatever the multiplier.

        Parameters
        ----------
        multiplier : float
            Above 0.
        most : float, optional
            Limit on the cost itself; None is returned where it cannot be stated.
        """
        original = self._variant.original
        refuse_yearly_budgets(original)
        problem = original if most is None else with_most_cost(original, most)
        if problem is None:
            return None
        costs = priced(self._cost, self._share, multiplier, 1.0 / (1.0 + multiplier))
        return fix_again(self._variant, with_prices(problem, costs))
