"""Where a search stands: best plan, proven bound, counts, deadline."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Generic

from gis_layers import Progress
from optimise.formulation import Design
from optimise.plan import BoundOrigin


@dataclass
class SearchState(Generic[Design]):
    """What a search has found so far; its steps share one.

    Attributes
    ----------
    gap : float
        Relative gap at which to stop.
    deadline : float
        `time.monotonic` time at which to stop.
    nodes_left : float
        Branch-and-bound nodes that may still be used; inf for no limit.
    seed : int
    progress : Progress
    best : Design or None
    bound : float
        No plan costs less; at the start what is known without proof, 0 where costs are minimised.
    limit : float
        A plan of at most this cost, or a bound above it, ends the search whatever the gap; nan for none.
    """

    gap: float
    deadline: float
    nodes_left: float
    seed: int
    progress: Progress
    best: Design | None = None
    bound: float = 0.0
    bound_origin: BoundOrigin = "none"
    root_bound: float | None = None
    greedy_cost: float | None = None
    nodes: int = 0
    cuts: int = 0
    limit: float = math.nan

    @property
    def best_cost(self) -> float:
        """Cost of the best plan, inf without one."""
        return math.inf if self.best is None else self.best.cost

    @property
    def relative_gap(self) -> float:
        """Gap relative to the best plan's cost, inf without a plan (0 where it is proven that there is none)."""
        if self.bound >= self.best_cost:
            return 0.0
        return math.inf if self.best is None else (self.best_cost - self.bound) / max(abs(self.best_cost), 1e-12)

    @property
    def closed(self) -> bool:
        """Whether the gap is as asked."""
        return self.relative_gap <= self.gap

    @property
    def decided(self) -> bool:
        """Whether a plan within the limit is known, or proven not to exist."""
        return self.best_cost <= self.limit or self.bound > self.limit

    @property
    def seconds_left(self) -> float:
        """Time before the deadline, 0 at least."""
        return max(0.0, self.deadline - time.monotonic())

    @property
    def stopped(self) -> bool:
        """Whether the search is over, nodes apart."""
        return self.closed or self.decided or self.seconds_left == 0.0

    def offer(self, design: Design | None) -> bool:
        """Keep a plan if it is the best so far; return whether it is."""
        better = design is not None and design.cost < self.best_cost
        if better:
            self.best = design
        return better

    def raise_bound(self, value: float, origin: BoundOrigin) -> None:
        """Note a proven bound; a proof that took plans dearer than the best one out proves that one's cost at most."""
        value = min(value, self.best_cost)
        if value > self.bound:
            self.bound, self.bound_origin = value, origin

    def tick(self) -> None:
        """Tell the progress; it may raise CancelledError."""
        self.progress("solve", None, f"bound {self.bound:,.0f} plan {self.best_cost:,.0f} gap {self.relative_gap:.3%}")
