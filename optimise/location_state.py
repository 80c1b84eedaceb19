"""Where the search for sites stands: best plan, proven bound, counts, deadline."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np

from gis_layers import Progress
from optimise.location_plan import LocationPlan, LocationProblem, cost_step, plan_of_sites
from optimise.plan import BoundOrigin
from optimise.problem import Ints


@dataclass
class LocationSearch:
    """What a search has found so far.

    Attributes
    ----------
    problem : LocationProblem
    gap : float
        Relative gap at which to stop.
    deadline : float
    seed : int
    progress : Progress
    best : LocationPlan or None
    bound : float
        No plan costs less.
    step : float
        Costs of plans differ by whole multiples of it; 0: by anything.
    """

    problem: LocationProblem
    gap: float
    deadline: float
    seed: int
    progress: Progress
    best: LocationPlan | None = None
    bound: float = 0.0
    bound_origin: BoundOrigin = "none"
    root_bound: float | None = None
    nodes: int = 0
    cuts: int = 0
    step: float = 0.0
    tried: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.problem.capacity is None:
            self.step = cost_step(self.problem.assign_cost, self.problem.open_cost)

    @property
    def best_cost(self) -> float:
        """Cost of the best plan, inf without one."""
        return math.inf if self.best is None else self.best.cost

    @property
    def closed(self) -> bool:
        """Whether the gap is as asked."""
        return self.best is not None and self.best_cost - self.bound <= self.gap * self.best_cost

    @property
    def stopped(self) -> bool:
        """Whether the search is over."""
        return self.closed or time.monotonic() >= self.deadline

    def offer(self, sites: Ints) -> None:
        """Keep the plan of these sites if it is the best so far."""
        key = np.unique(sites).tobytes()
        if key not in self.tried:
            self.tried.add(key)
            plan = plan_of_sites(self.problem, sites)
            if plan is not None and plan.cost < self.best_cost:
                self.best = plan

    def raise_bound(self, value: float, origin: BoundOrigin) -> None:
        """Note a proven bound; where costs come in steps, the next step that it does not pass."""
        if self.step > 0 and math.isfinite(value):
            value = max(value, self.step * math.ceil((value - 1e-6 - 1e-8 * abs(value)) / self.step))
        value = min(value, self.best_cost)
        if value > self.bound:
            self.bound, self.bound_origin = value, origin

    @property
    def worse(self) -> float:
        """Cost from which on a plan is no improvement."""
        return self.best_cost - 0.999 * self.step + 1e-9 * abs(self.best_cost)

    def tick(self) -> None:
        """Tell the progress; it may raise CancelledError."""
        gap = (self.best_cost - self.bound) / self.best_cost if 0 < self.best_cost < math.inf else math.nan
        self.progress("solve", None, f"bound {self.bound:,.0f} plan {self.best_cost:,.0f} gap {gap:.3%}")
