"""Most worth within a budget by least costs: a worth that costs more than the budget cannot be had.

The least cost of plans of at least some worth grows with that worth. Each search of the cut engine for some worth ends
as soon as a plan within the budget is known (more can be had) or is proven not to exist (less can be had), and hands on
what it learned. So the interval in which the most worth lies shrinks until it is as narrow as asked.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace

import numpy as np

from gis_layers import CancelledError, Progress, silent
from optimise.compact import Compact
from optimise.compaction import compact_problem, missing_worth, with_required
from optimise.cut_heuristics import find_design
from optimise.cut_plan import to_plan
from optimise.cut_route import can_solve, solve_compact
from optimise.diagnosis import infeasibility, reachable_weight
from optimise.lessons import Lessons
from optimise.plan import BoundOrigin, Plan, Solution
from optimise.prices import existing_worth, limits_own_costs
from optimise.problem import Problem, Worth

_OPTIMAL_GAP = 1e-6
_ROUNDING = 1e-9
"""Part of the budget by which sums of many amounts may exceed it through rounding."""
_NEAR = 4.0
"""Within so many gaps the next worth is a gap above the best plan's, else the middle of the interval."""
_STEP = 0.9
_HALVINGS = 10
_COARSE = 1e-6
"""Steps of worth finer than this part of the largest one are taken as none."""
_PATIENCE = 3
"""Searches that decide nothing before the route gives up."""


def can_solve_worth(problem: Problem) -> bool:
    """Whether only a budget on the costs of the problem itself stands between it and a problem of least cost."""
    if problem.objective != "most_worth" or not limits_own_costs(problem):
        return False
    return can_solve(replace(problem, objective="least_cost", budget=None))


def solve_worth(
    problem: Problem,
    *,
    gap: float = 0.01,
    time_limit_s: float | None = None,
    seed: int = 0,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Solution:
    """Solve a problem that `can_solve_worth` accepts; arguments and result as `optimise.solve`, not yet verified."""
    start = time.monotonic()
    nothing = Solution(None, "infeasible", None, "none", None, objective="most_worth")
    if infeasibility(problem):
        return nothing
    search = _Search(
        problem=problem,
        gap=max(gap, _OPTIMAL_GAP),
        deadline=math.inf if time_limit_s is None else start + time_limit_s,
        seed=seed,
        nodes_left=math.inf if node_limit is None else node_limit,
        progress=progress,
        most=_worth(problem, reachable_weight(problem)),
    )
    search.run()
    if search.infeasible:
        return replace(nothing, seconds=time.monotonic() - start)
    solution = Solution(
        plan=search.plan,
        status="cancelled" if search.cancelled else "limit",
        bound=search.most,
        bound_origin=search.bound_origin,
        greedy_cost=None,
        nodes=search.nodes,
        cuts=search.cuts,
        seconds=time.monotonic() - start,
        objective="most_worth",
    )
    if solution.gap is not None and solution.gap <= _OPTIMAL_GAP:
        return replace(solution, status="optimal")
    if solution.gap is not None and solution.gap <= gap and not search.cancelled:
        return replace(solution, status="within_gap")
    return solution


@dataclass
class _Search:
    """The interval of the most worth: `plan` has the least that is known, none has more than `most`."""

    problem: Problem
    gap: float
    deadline: float
    seed: int
    nodes_left: float
    progress: Progress
    most: float
    plan: Plan | None = None
    bound_origin: BoundOrigin = "none"
    infeasible: bool = False
    refuted: bool = False
    cancelled: bool = False
    nodes: int = 0
    cuts: int = 0
    _lessons: Lessons = field(default_factory=Lessons)

    @property
    def least(self) -> float:
        """Worth of the best plan; what exists without one."""
        return existing_worth(self.problem) if self.plan is None or self.plan.worth is None else self.plan.worth

    @property
    def asked(self) -> float:
        """Least worth that any plan must have, -inf for none."""
        return -math.inf if self.problem.worth is None else self.problem.worth.at_least

    @property
    def limit(self) -> float:
        """Most that a plan may cost, with room for rounding."""
        most = math.inf if self.problem.budget is None else self.problem.budget.most
        return most + _ROUNDING * max(1.0, abs(most))

    def run(self) -> None:
        """Shrink the interval until it is narrow, time is up or nothing more is decided."""
        if self.asked > self.most + _ROUNDING * max(1.0, abs(self.most)):
            self.infeasible = True
            return
        top = compact_problem(_asking(self.problem, self.most))
        if top is None:
            raise RuntimeError("what can be reached cannot be reached: a bug")
        if not self._try(top, None) or self.plan is None:
            return
        self._guess(top)
        undecided, share = 0, 0.5
        while self._width() > self.gap and undecided < _PATIENCE and not self._stopped():
            aim = max(self._step(), _STEP * self.gap * self.least)
            near = self.most - self.least <= _NEAR * aim
            worth = self.least + (aim if near and undecided == 0 else share * (self.most - self.least))
            if self._try(top, min(worth, self.most)):
                undecided, share = 0, 0.5
            else:
                undecided += 1
                share = 0.75 if undecided == 1 else 0.25

    def _step(self) -> float:
        """By how much the next better plan is worth more, at least; 0 where that is not known."""
        step, smallest = _steps(self.problem)
        return max(step, smallest) if self.least <= existing_worth(self.problem) else step

    def _snap(self) -> None:
        """Close an interval in which no plan can lie: the upper end is known not to be reached."""
        if self.refuted and self.most <= self.least + self._step() * (1.0 + _ROUNDING):
            self.most = self.least

    def _width(self) -> float:
        if self.most <= self.least:
            return 0.0
        return (self.most - self.least) / self.least if self.least > 0 else math.inf

    def _stopped(self) -> bool:
        return self.cancelled or self.nodes_left <= 0 or time.monotonic() >= self.deadline

    def _guess(self, top: Compact) -> None:
        """Grow plans greedily for one worth after the other."""
        low, high = self.least, self.most
        for _ in range(_HALVINGS):
            worth = 0.5 * (low + high)
            compact = self._at(top, worth)
            length = compact.network.cost
            design = find_design(compact, length=length, bias=np.ones(len(compact.coverage.price)))
            if design is not None and design.cost <= self.limit:
                self._offer(to_plan(self.problem, compact, design))
                low = max(worth, self.least)
            else:
                high = worth

    def _at(self, top: Compact, worth: float | None) -> Compact:
        required = top.coverage.required.copy()
        if missing_worth(_asking(self.problem, self.most)) > 0:
            asked = max(self.asked, -math.inf if worth is None else worth)
            required[-1] = min(required[-1], missing_worth(_asking(self.problem, asked)))
        return with_required(top, required)

    def _try(self, top: Compact, worth: float | None) -> bool:
        """Search for a plan of the worth within the budget; return whether that is decided."""
        solution = solve_compact(
            self.problem,
            self._at(top, worth),
            gap=0.0,
            time_limit_s=None if self.deadline == math.inf else max(0.0, self.deadline - time.monotonic()),
            seed=self.seed,
            node_limit=None if self.nodes_left == math.inf else int(self.nodes_left),
            progress=self._tell,
            lessons=self._lessons,
            limit=self.limit,
        )
        self.nodes += solution.nodes
        self.nodes_left -= max(solution.nodes, 1)
        self.cuts += solution.cuts
        if solution.plan is not None and solution.plan.cost <= self.limit:
            self._offer(solution.plan)
            return True
        if solution.status == "infeasible" or (solution.bound is not None and solution.bound > self.limit):
            if worth is None:
                self.infeasible = True
            else:
                self.most, self.bound_origin, self.refuted = max(worth, self.least), solution.bound_origin, True
                self._snap()
            return True
        return False

    def _offer(self, plan: Plan) -> None:
        if self.plan is None or (plan.worth is not None and plan.worth > self.least):
            self.plan = plan
        self.most = max(self.most, self.least)  # sums of the same weights in another order
        self._snap()

    def _tell(self, stage: str, share: float | None = None, note: str = "") -> None:
        del share, note
        try:
            self.progress(stage, None, f"bound {self.most:.5g} worth {self.least:.5g}")
        except CancelledError:
            self.cancelled = True
            raise


def _asking(problem: Problem, worth: float) -> Problem:
    """The least-cost problem of at least some worth."""
    per_weight = np.zeros(len(problem.targets)) if problem.worth is None else problem.worth.per_weight
    return replace(problem, objective="least_cost", budget=None, worth=Worth(per_weight, worth))


def _worth(problem: Problem, weight: np.ndarray) -> float:
    return 0.0 if problem.worth is None else float(problem.worth.per_weight @ weight)


def _steps(problem: Problem) -> tuple[float, float]:
    """Amount of which all worths are multiples, 0 where there is none; and the least worth of anything newly served."""
    per_weight = [] if problem.worth is None else problem.worth.per_weight.tolist()
    worth = [np.zeros(0), *(value * row.weight for value, row in zip(per_weight, problem.targets, strict=True))]
    every = np.unique(np.concatenate(worth))
    every = every[every > 0]
    if not len(every):
        return 0.0, math.inf
    step = float(every[0])
    for amount in every.tolist():
        rest = amount
        while rest > _ROUNDING * every[-1]:  # Euclid's algorithm up to rounding
            step, rest = rest, step % rest
            rest = 0.0 if rest > step * (1.0 - _ROUNDING) else rest
    return (step if step > _COARSE * every[-1] else 0.0), float(every[0])
