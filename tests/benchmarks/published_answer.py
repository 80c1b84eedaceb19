"""What a published case asks of a solve, and what comes back."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from optimise import LocationSolution, Solution
from optimise.plan import BoundOrigin, Status
from tests.benchmarks.city import Trace

SMALLEST_GAP = 1e-6


class ShiftedTrace(Trace):
    """Trace of solves whose costs lack a part that is known beforehand."""

    shift = 0.0

    def __call__(self, stage: str, share: float | None = None, note: str = "") -> None:
        """Keep the time and cost of a note, the shift added."""
        before = len(self.steps)
        super().__call__(stage, share, note)
        best = min((cost for _, cost in self.steps[:before]), default=math.inf)
        self.steps[before:] = [(moment, min(best, cost + self.shift)) for moment, cost in self.steps[before:]]


@dataclass(frozen=True)
class Asked:
    """Deadline (`time.monotonic`), seed, and who is told of progress."""

    deadline: float
    seed: int
    trace: ShiftedTrace = field(default_factory=ShiftedTrace)

    @property
    def seconds_left(self) -> float:
        """Time before the deadline."""
        return max(0.0, self.deadline - time.monotonic())

    def gap_for(self, step: float, cost_at_most: float) -> float:
        """Relative gap that leaves no better cost between plan and bound, where costs come in steps."""
        return max(SMALLEST_GAP, 0.9 * step / cost_at_most if cost_at_most > 0 else 0.0)


@dataclass(frozen=True)
class Answer:
    """Plan as indices, its recomputed cost, and the proof."""

    plan: dict[str, list[int]] | None
    cost: float | None
    bound: float | None
    bound_origin: BoundOrigin
    root_bound: float | None
    nodes: int
    cuts: int
    status: Status

    @classmethod
    def trivial(cls, plan: dict[str, list[int]], cost: float) -> Answer:
        """Nothing to decide."""
        return cls(plan, cost, cost, "dual_ascent", cost, 0, 0, "optimal")

    @classmethod
    def with_plan(cls, solution: Solution, plan: dict[str, list[int]], cost: float, step: float) -> Answer:
        """A plan of a problem in which every cost is a multiple of `step`."""
        return cls(
            plan=plan,
            cost=cost,
            bound=rounded_up(solution.bound, step, cost),
            bound_origin=solution.bound_origin,
            root_bound=rounded_up(solution.root_bound, step, cost),
            nodes=solution.nodes,
            cuts=solution.cuts,
            status=solution.status,
        )

    @classmethod
    def without_plan(cls, solution: Solution | LocationSolution) -> Answer:
        """No plan, or none found in time."""
        return cls(
            None,
            None,
            solution.bound,
            solution.bound_origin,
            solution.root_bound,
            solution.nodes,
            solution.cuts,
            solution.status,
        )


def rounded_up(bound: float | None, step: float, cost: float) -> float | None:
    """The least whole multiple of the step that the bound does not pass; never above a plan's cost.

    The bound may be wrong by the solver's tolerance, which is taken off first.
    """
    if bound is None:
        return None
    tolerance = 1e-6 + 1e-7 * abs(bound)
    if step > tolerance and math.isfinite(bound):
        bound = step * math.ceil((bound - tolerance) / step)
    return min(bound, cost)
