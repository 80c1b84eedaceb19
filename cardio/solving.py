"""Solves what a study asks: least cost, or most coverage within a budget and then least cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from cardio.bracket_rows import find_bracket_rows
from cardio.brackets import solve_brackets
from cardio.prospects import Prospects
from cardio.study import SolverSettings
from gis_layers import Progress, silent
from optimise import Solution, Status, Variant, solve, solve_then, solve_variant

# part of the time limit that the first of two stages may take
FIRST_STAGE = 0.75


@dataclass(frozen=True)
class Proven:
    """What is proven of a figure that no single solve minimises.

    Attributes
    ----------
    value, bound : float
        Of the plan, and of every plan; the value whole cents.
    """

    value: float
    bound: float

    @property
    def gap(self) -> float | None:
        """(value - bound) / |value|, 0 where both are 0; None where only the value is."""
        if self.value == 0:
            return 0.0 if self.bound == 0 else None
        return max(0.0, self.value - self.bound) / abs(self.value)


@dataclass(frozen=True)
class Answer:
    """What was found and proven.

    Attributes
    ----------
    solution : Solution
        Value, bound, gap and status are those of the objective; the plan is that of the last stage.
    then : Solution or None
        Second stage: least cost of all plans worth no less; None where cost is the objective, or without a plan.
    proven : Proven or None
        Of the figure of the study where it is another one than the solution minimises.
    out_of_cases : bool
        Whether the gap stays open although every case that there was is solved: no limit stopped the run.
    warm_started_from : str or None
        When the plan was found (ISO 8601) from which the search started; None where it started from nothing.
    """

    solution: Solution
    then: Solution | None = None
    proven: Proven | None = None
    out_of_cases: bool = False
    warm_started_from: str | None = None

    @property
    def bound(self) -> float | None:
        """Bound of the objective."""
        return self.solution.bound if self.proven is None else self.proven.bound

    @property
    def gap(self) -> float | None:
        """Gap of the objective."""
        return self.solution.gap if self.proven is None else self.proven.gap

    @property
    def lexicographic(self) -> bool:
        """Whether it is proven that no plan is worth more, and none of that worth is cheaper."""
        return self.then is not None and self.solution.status == self.then.status == "optimal"

    def why_open(self, gap: float) -> str | None:
        """Why the gap is wider than asked, None where it is not or there is no plan.

        ``cancelled``: the user stopped the run; ``limit``: a limit of time or nodes did; ``no_cases_left``: none did,
        every case that this version splits the plans into is solved, and its bounds leave this gap.
        """
        if self.solution.plan is None or not self.stopped(gap):
            return None
        if self.solution.status == "cancelled":
            return "cancelled"
        return "no_cases_left" if self.out_of_cases else "limit"

    def stopped(self, gap: float) -> bool:
        """Whether the user or a limit stopped any stage before its gap was what was asked."""
        stages = [(self.solution.status, self.gap)]
        stages += [] if self.then is None else [(self.then.status, self.then.gap)]
        return any(_stopped(status, proven, gap) for status, proven in stages)


def _stopped(status: Status, proven: float | None, gap: float) -> bool:
    wide = proven is None or proven > gap
    return status == "cancelled" or (status == "limit" and wide)


def solve_study(
    prospects: Prospects,
    *,
    node_limit: int | None = None,
    progress: Progress = silent,
    solver: Callable[..., Solution] = solve,
) -> tuple[Prospects, Answer]:
    """Solve what a study asks; return the answer with the prospects at the prices and figure that are in force for it.

    Value, bound and costs of the answer are of the problem of these prospects.

    Parameters
    ----------
    solver : callable
        Solves a problem as `optimise.solve` does; `cardio.kept_plans.KeptSolver` starts from what is kept.
    """
    asked = prospects.town.study.solver
    if rows := find_bracket_rows(prospects):

        def solve_priced(priced: Prospects, seconds: float) -> Solution:
            limited = replace(asked, time_limit_s=seconds)
            answer = solve_as_asked(priced.variant, limited, node_limit=node_limit, progress=progress, solver=solver)
            return answer.solution

        prospects, solution, whole = solve_brackets(
            prospects, rows, solve_priced, gap=asked.gap, time_limit_s=asked.time_limit_s
        )
        return prospects, Answer(solution, out_of_cases=whole, warm_started_from=_started_from(solver))
    answer = solve_as_asked(prospects.variant, asked, node_limit=node_limit, progress=progress, solver=solver)
    return prospects, replace(answer, warm_started_from=_started_from(solver))


def _started_from(solver: Callable[..., Solution]) -> str | None:
    """What a solver that knows earlier plans says of where it started."""
    started: str | None = getattr(solver, "started_from", None)
    return started


def solve_as_asked(
    variant: Variant,
    asked: SolverSettings,
    *,
    node_limit: int | None = None,
    progress: Progress = silent,
    solver: Callable[..., Solution] = solve,
) -> Answer:
    """Solve a variant with the settings of a study; where worth is the objective, in two stages within its time."""
    started = time.monotonic()
    two_stages = variant.problem.objective == "most_worth"
    limit_s = asked.time_limit_s

    first = solve_variant(
        variant,
        gap=asked.gap,
        time_limit_s=FIRST_STAGE * limit_s if two_stages else limit_s,
        seed=asked.seed,
        node_limit=node_limit,
        progress=progress,
        solver=solver,
    )
    if not two_stages or first.plan is None or first.status == "cancelled":
        return Answer(first)
    then = solve_then(
        variant,
        first,
        gap=asked.gap,
        time_limit_s=max(limit_s - (time.monotonic() - started), 0.0),
        seed=asked.seed,
        node_limit=node_limit,
        progress=progress,
    ).solution
    return Answer(replace(first, plan=then.plan, bound=_not_below(first.bound, then)), then)


def _not_below(bound: float | None, then: Solution) -> float | None:
    """Bound of the worth; that of the last plan may stand above it by the tolerance of sums."""
    if bound is None or then.plan is None or then.plan.worth is None:
        return bound
    return max(bound, then.plan.worth)
