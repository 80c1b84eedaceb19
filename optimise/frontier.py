"""Cost against coverage: least cost for one requirement after the other, each search learning from those before.

The targets are constraints (epsilon-constraint method, Haimes, Lasdon and Wismer 1971), so that every point is the
least-cost problem with other required weights. Cuts and the basis of the linear program carry over from point to point;
a plan that meets more is a plan for less, and a bound for less is a bound for more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gis_layers import CancelledError, Progress, StudyError, silent
from optimise.checks import check_problem
from optimise.compact import Compact
from optimise.compaction import compact_problem, missing_weight, missing_worth, with_required
from optimise.cut_route import can_solve, solve_compact
from optimise.diagnosis import infeasibility, reachable_weight
from optimise.kernels import compile_kernels
from optimise.plan import BoundOrigin, Solution
from optimise.problem import Bools, Floats, Problem
from optimise.solve import solve
from optimise.variants import OPTIMAL_GAP, Variant, solve_variant, verify_variant
from optimise.warm_solver import Experience, digest_columns, recall

_Solver = Callable[..., Solution]
"""Called as `solve`."""


@dataclass
class FrontierMemory:
    """What the points of a frontier start from, and what they leave to the next one on the same works.

    Attributes
    ----------
    start : Experience or None
        Of the same works at any requirement: where the first point starts from that has no experience of its own.
    points : list of (Experience or None)
        Of each point in order, as far as known; `solve_frontier` replaces them by what it learns.
    """

    start: Experience | None = None
    points: list[Experience | None] = field(default_factory=list)


def required_at(problem: Problem, level: float, moved: Bools) -> Floats:
    """Weight required at a level of coverage.

    Parameters
    ----------
    problem : Problem
    level : float
        0 to 1: part of what is not served by existing places and can be reached.
    moved : (T,) bool
        Targets that move; the others stay as the problem has them.

    Returns
    -------
    (T,) float
    """
    there = np.array(
        [row.weight[problem.existing_providers[row.demand] >= row.providers].sum() for row in problem.targets],
        dtype=np.float64,
    )
    asked = np.array([row.required for row in problem.targets], dtype=np.float64)
    return np.where(moved, there + level * (reachable_weight(problem) - there), asked)


def with_weights_required(problem: Problem, required: Floats) -> Problem:
    """The problem with other weights required of its first targets.

    Where less is required of a target than the problem does, its years require no more than that; else they stay.
    """
    rows = [replace(row, required=weight) for row, weight in zip(problem.targets, required.tolist(), strict=False)]
    changed = replace(problem, targets=(*rows, *problem.targets[len(rows) :]))
    if problem.phases is None:
        return changed
    asked = np.array([row.required for row in problem.targets[: len(rows)]], dtype=np.float64)
    most = np.full(len(problem.targets), np.inf)
    most[: len(rows)] = np.where(required[: len(rows)] < asked, required[: len(rows)], np.inf)
    return replace(changed, phases=replace(problem.phases, required=np.minimum(problem.phases.required, most)))


def solve_frontier(
    variant: Variant,
    required: Sequence[Floats],
    *,
    gap: float = 0.01,
    time_limit_s: float | None = None,
    seed: int = 0,
    node_limit: int | None = None,
    reuse: bool = True,
    memory: FrontierMemory | None = None,
    progress: Progress = silent,
) -> tuple[Solution, ...]:
    """Solve a problem for several requirements.

    Parameters
    ----------
    variant : Variant
        `keep_and_forbid(problem)` for a problem as it is.
    required : sequence of (T,) float
        Weights required of the targets of the original; in increasing order they learn most from each other.
    time_limit_s : float, optional
        For all points together: each gets an equal part of what is left.
    node_limit : int, optional
        For each point.
    reuse : bool
        Whether points learn from each other before they are solved; the answers are equally true without.
    memory : FrontierMemory, optional
        What is known of these works from other solves; what the points learn is noted there.
    gap, seed, progress
        As `solve`.

    Returns
    -------
    tuple of Solution
        One for each requirement, in order; fewer where the user stopped the search. No plan costs more than one that
        meets as much, no bound is less than one of requirements that ask no more.

    Raises
    ------
    StudyError
        The problem maximises worth, or its arrays do not fit together.
    CancelledError
        Stopped before the first point was begun.
    """
    if variant.problem.objective != "least_cost":
        raise StudyError("a frontier is of least costs", "set plan.objective to least_cost")
    check_problem(variant.problem)
    points = [_at(variant, weights) for weights in required]
    memory = FrontierMemory() if memory is None else memory
    solver = _make_solver([point.problem for point in points], memory) if reuse else solve
    deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
    solutions: list[Solution] = []
    watch = _Watch(progress, len(points))
    for number, point in enumerate(points):
        watch.number = number
        left_s = None if deadline is None else max(0.0, deadline - time.monotonic()) / (len(points) - number)
        try:
            solution = solve_variant(
                point,
                gap=gap,
                time_limit_s=left_s,
                seed=seed,
                node_limit=node_limit,
                progress=watch,
                solver=solver,
            )
        except CancelledError:
            if not solutions:
                raise
            break
        solutions.append(solution)
        if watch.stopped or solution.status == "cancelled":
            break
    return _share(points[: len(solutions)], required, solutions, gap)


def _at(variant: Variant, required: Floats) -> Variant:
    return replace(
        variant,
        original=with_weights_required(variant.original, required),
        problem=with_weights_required(variant.problem, required),
    )


class _Watch:
    """Progress that tells the point besides, and remembers that it was stopped, whatever the solve made of it."""

    def __init__(self, progress: Progress, count: int) -> None:
        self._progress = progress
        self._count = count
        self.number = 0
        self.stopped = False

    def __call__(self, stage: str, share: float | None = None, note: str = "") -> None:
        """Tell where the search is; see `Progress`."""
        del share
        try:
            self._progress(stage, self.number / self._count, f"point {self.number + 1} of {self._count}: {note}")
        except CancelledError:
            self.stopped = True
            raise


def _make_solver(problems: Sequence[Problem], memory: FrontierMemory) -> _Solver:
    """A search that learns from point to point where the cut formulation states the problem, else `solve`."""
    possible = [problem for problem in problems if not infeasibility(problem)]
    if not possible or not can_solve(possible[0]) or missing_worth(possible[0]) > 0:
        return solve
    most = np.max([[row.required for row in problem.targets] for problem in possible], axis=0)
    top = with_weights_required(possible[0], most)
    compact = compact_problem(top)
    if compact is None:
        return solve
    compile_kernels()
    memory.points = [*memory.points, *[None] * len(problems)][: len(problems)]
    return _LearningSolver(top, compact, memory)


class _LearningSolver:
    """Reduces once, for the most that is required of each target, and hands on what each search learns.

    Parameters
    ----------
    top : Problem
        With the most that any point requires of each target.
    compact : Compact
        `top` reduced.
    memory : FrontierMemory
        One experience, or none, for each point.
    """

    def __init__(self, top: Problem, compact: Compact, memory: FrontierMemory) -> None:
        self._compact = compact
        self._columns = digest_columns(compact)
        self._open = np.array([missing_weight(top, row) > 0 for row in top.targets], dtype=bool)
        self._memory = memory
        self._last = memory.start
        self._number = -1
        self._solved: list[tuple[Floats, Solution]] = []

    def __call__(
        self,
        problem: Problem,
        *,
        gap: float,
        time_limit_s: float | None,
        seed: int,
        node_limit: int | None,
        progress: Progress,
    ) -> Solution:
        """Solve one point; arguments and result as `solve`."""
        self._number += 1
        if infeasibility(problem):
            return Solution(None, "infeasible", None, "none", None)
        missing = np.array([missing_weight(problem, row) for row in problem.targets], dtype=np.float64)
        points = self._memory.points
        lessons = recall(points[self._number] or self._last, self._compact, self._columns)
        lessons.bound, lessons.bound_origin = self._bound_of(missing)
        solution = solve_compact(
            problem,
            with_required(self._compact, missing[self._open]),
            gap=gap,
            time_limit_s=time_limit_s,
            seed=seed,
            node_limit=node_limit,
            progress=progress,
            lessons=lessons,
        )
        self._solved.append((missing, solution))
        if solution.plan is not None:
            self._last = Experience(solution.plan.candidates, self._columns, lessons)
            points[self._number] = self._last
        return solution

    def _bound_of(self, missing: Floats) -> tuple[float, BoundOrigin]:
        """The best bound of the points that ask no more."""
        best: tuple[float, BoundOrigin] = (0.0, "none")
        for asked, solution in self._solved:
            if solution.bound is not None and solution.bound > best[0] and (asked <= missing).all():
                best = solution.bound, solution.bound_origin
        return best


def _share(
    points: Sequence[Variant], required: Sequence[Floats], solutions: Sequence[Solution], gap: float
) -> tuple[Solution, ...]:
    """Let each point have the cheapest plan of all that meets its targets, and the best bound of those asking less."""
    by_cost = sorted((solution.plan for solution in solutions if solution.plan is not None), key=lambda plan: plan.cost)
    proven = [(asked, solution) for asked, solution in zip(required, solutions, strict=False) if solution.bound]
    shared = []
    for point, own, solution in zip(points, required, solutions, strict=False):
        if solution.status == "infeasible":
            shared.append(solution)
            continue
        plan = next((plan for plan in by_cost if plan is solution.plan or verify_variant(point, plan).ok), None)
        below = [other for asked, other in proven if bool((asked <= own).all())]
        highest = max([solution, *below], key=lambda other: other.bound or 0.0)
        best = replace(solution, plan=plan, bound=highest.bound, bound_origin=highest.bound_origin)
        shared.append(_told(best, gap))
    return tuple(shared)


def _told(solution: Solution, gap: float) -> Solution:
    """Status by the gap, whoever found the plan and proved the bound; the bound never above the plan."""
    if solution.plan is None:
        return solution
    if solution.bound is not None:
        solution = replace(solution, bound=min(solution.bound, solution.plan.cost))
    if solution.gap is not None and solution.gap <= max(gap, OPTIMAL_GAP):
        return replace(solution, status="optimal" if solution.gap <= OPTIMAL_GAP else "within_gap")
    return solution
