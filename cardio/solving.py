"""Solves what a study asks: least cost, or most coverage within a budget and then least cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from cardio.study import SolverSettings
from gis_layers import Progress, silent
from optimise import Problem, Solution, Variant, solve_variant

# part of the time limit that the first of two stages may take
FIRST_STAGE = 0.75


@dataclass(frozen=True)
class Answer:
    """What was found and proven.

    Attributes
    ----------
    solution : Solution
        Value, bound, gap and status are those of the objective; the plan is that of the last stage.
    then : Solution or None
        Second stage: least cost of all plans worth no less; None where cost is the objective, or without a plan.
    """

    solution: Solution
    then: Solution | None = None

    @property
    def lexicographic(self) -> bool:
        """Whether it is proven that no plan is worth more, and none of that worth is cheaper."""
        return self.then is not None and self.solution.status == self.then.status == "optimal"

    def stopped(self, gap: float) -> bool:
        """Whether the user or a limit stopped any stage before its gap was what was asked."""
        return any(_stopped(stage, gap) for stage in (self.solution, self.then) if stage is not None)


def _stopped(stage: Solution, gap: float) -> bool:
    wide = stage.gap is None or stage.gap > gap
    return stage.status == "cancelled" or (stage.status == "limit" and wide)


def solve_as_asked(
    variant: Variant, asked: SolverSettings, *, node_limit: int | None = None, progress: Progress = silent
) -> Answer:
    """Solve a variant with the settings of a study; where worth is the objective, in two stages within its time."""
    started = time.monotonic()
    two_stages = variant.problem.objective == "most_worth"
    limit_s = asked.time_limit_s

    def solve(stage: Variant, seconds: float) -> Solution:
        return solve_variant(
            stage, gap=asked.gap, time_limit_s=seconds, seed=asked.seed, node_limit=node_limit, progress=progress
        )

    first = solve(variant, FIRST_STAGE * limit_s if two_stages else limit_s)
    if not two_stages or first.plan is None or first.status == "cancelled":
        return Answer(first)
    worth = first.plan.worth
    if worth is None:
        raise RuntimeError("a plan of most worth does not say what it is worth")
    cheapest = replace(variant, original=_no_less(variant.original, worth), problem=_no_less(variant.problem, worth))
    then = solve(cheapest, max(limit_s - (time.monotonic() - started), 0.0))
    if then.plan is None or then.plan.cost > first.plan.cost:
        # the first plan is one of the second stage too
        then = replace(then, plan=first.plan, status="limit" if then.status != "cancelled" else then.status)
    if then.bound is not None and then.plan is not None:
        then = replace(then, bound=min(then.bound, then.plan.cost))
    return Answer(replace(first, plan=then.plan, bound=_not_below(first.bound, then)), then)


def _no_less(problem: Problem, worth: float) -> Problem:
    """Ask for least cost of the plans that are worth no less."""
    if problem.worth is None:
        raise ValueError("the problem knows no worth")
    return replace(problem, objective="least_cost", worth=replace(problem.worth, at_least=worth))


def _not_below(bound: float | None, then: Solution) -> float | None:
    """Bound of the worth; that of the last plan may stand above it by the tolerance of sums."""
    if bound is None or then.plan is None or then.plan.worth is None:
        return bound
    return max(bound, then.plan.worth)
