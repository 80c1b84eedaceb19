"""The base route to a plan of any variant: PuLP program, HiGHS, plan. Complete, and slow on a whole town."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from gis_layers import CancelledError, Progress, silent
from optimise.assembly import assemble
from optimise.base_reductions import reduce_problem
from optimise.diagnosis import infeasibility
from optimise.heuristics import greedy_choice, improve_choice
from optimise.plan import Plan, Solution
from optimise.prices import existing_worth
from optimise.problem import Floats, Problem, is_plain
from optimise.programme import Programme, hand_over, limits, short_rows, state_programme
from optimise.programme_answer import read_choice, read_schedule
from optimise.programme_limits import GE
from optimise.schedule import assemble_schedule
from optimise.solvers.highs import MipAnswer, add_row, highs_options, run_highs
from optimise.warm_start import start_values

OPTIMAL_GAP = 1e-6


def solve_base(
    problem: Problem,
    *,
    gap: float = 0.01,
    time_limit_s: float | None = None,
    seed: int = 0,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Solution:
    """Solve with the base program alone; arguments and result as `optimise.solve`, the plan not yet verified."""
    started = time.monotonic()
    if infeasibility(problem):
        return _infeasible(problem, time.monotonic() - started)
    deadline = None if time_limit_s is None else started + time_limit_s
    options = highs_options(gap=gap, seed=seed, node_limit=node_limit)
    base = _Plain(problem) if is_plain(problem) else _AnyVariant(problem)
    try:
        progress(
            "solve", None, "stating the program" if base.greedy is None else f"greedy cost {base.greedy.cost:,.0f}"
        )
        programme, start = base.state()
        answer = _run(programme, start, options, deadline, progress)
    except (CancelledError, KeyboardInterrupt):
        answer = MipAnswer(None, None, None, 0, "cancelled")
    seconds = time.monotonic() - started
    if answer.ended == "infeasible":
        return replace(_infeasible(problem, seconds), nodes=answer.nodes)
    plan = base.greedy if answer.value is None else base.plan(programme, answer.value)
    return _solution(problem, plan, answer, base.greedy, gap, seconds)


class _Plain:
    """A plain problem: reduced, begun with the greedy plan, and the program's plan improved."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.reduction = problem, reduce_problem(problem)
        self.choice = greedy_choice(self.reduction.problem)
        self.greedy = assemble(problem, self.reduction.expand(self.choice))

    def state(self) -> tuple[Programme, Floats]:
        reduced = self.reduction.problem
        programme = state_programme(reduced)
        return programme, start_values(programme, assemble(reduced, self.choice))

    def plan(self, programme: Programme, value: Floats) -> Plan:
        choice = improve_choice(self.reduction.problem, read_choice(programme, value))
        found = assemble(self.problem, self.reduction.expand(choice))
        return min(self.greedy, found, key=lambda plan: plan.cost)


class _AnyVariant:
    """A problem of any variant, as it is and without a plan to start from."""

    greedy = None

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def state(self) -> tuple[Programme, None]:
        return state_programme(self.problem), None

    def plan(self, programme: Programme, value: Floats) -> Plan:
        return assemble_schedule(self.problem, read_schedule(programme, value))


def _run(
    programme: Programme,
    start: Floats | None,
    options: Mapping[str, object],
    deadline: float | None,
    progress: Progress,
) -> MipAnswer:
    """Run HiGHS until its answer is within every limit in exact arithmetic too, or a limit of the run stops it.

    Every row added holds for every plan, so that each run's bound holds.
    """
    if any(limit.hopeless() for limit in limits(programme)):
        return MipAnswer(None, None, None, 0, "infeasible")
    highs = hand_over(programme, options)
    worth = programme.constant if programme.problem.objective == "most_worth" else None
    answer = run_highs(highs, start=start, deadline=deadline, progress=progress, worth=worth)
    while answer.value is not None and (rows := short_rows(programme, answer.value)):
        if answer.ended != "finished":
            return replace(answer, value=None)
        for terms, sense, right in rows:
            sign = 1.0 if sense == GE else -1.0
            columns, factors = [variable.index for variable, _ in terms], [sign * factor for _, factor in terms]
            add_row(highs, columns, factors, sign * right)
        again = run_highs(highs, start=start, deadline=deadline, progress=progress, worth=worth)
        answer = replace(again, nodes=answer.nodes + again.nodes, bound=_greater(answer.bound, again.bound))
    return answer


def _greater(one: float | None, other: float | None) -> float | None:
    return max((bound for bound in (one, other) if bound is not None), default=None)


def _infeasible(problem: Problem, seconds: float) -> Solution:
    return Solution(None, "infeasible", None, "none", None, seconds=seconds, objective=problem.objective)


def _solution(
    problem: Problem, plan: Plan | None, answer: MipAnswer, greedy: Plan | None, gap: float, seconds: float
) -> Solution:
    """Status from the plan's own value and HiGHS' bound, never from the solver's word alone."""
    solution = Solution(
        plan=plan,
        status="cancelled" if answer.ended == "cancelled" else "limit",
        bound=None,
        bound_origin="none" if answer.bound is None else "mip",
        greedy_cost=None if greedy is None else greedy.cost,
        nodes=answer.nodes,
        seconds=seconds,
        objective=problem.objective,
    )
    bound, root_bound = (_bound(problem, bound, solution.value) for bound in (answer.bound, answer.root_bound))
    solution = replace(solution, bound=bound, root_bound=root_bound)
    if solution.gap is not None and solution.gap <= OPTIMAL_GAP:
        return replace(solution, status="optimal")
    if solution.gap is not None and solution.gap <= gap and answer.ended != "cancelled":
        return replace(solution, status="within_gap")
    return solution


def _bound(problem: Problem, bound: float | None, value: float | None) -> float | None:
    """HiGHS' bound on the minimised program as one on the objective; never beyond the plan's own value."""
    if bound is None:
        return None
    if problem.objective == "least_cost":
        return max(bound, 0.0) if value is None else min(max(bound, 0.0), value)
    worth = existing_worth(problem) - bound
    return worth if value is None else max(worth, value)
