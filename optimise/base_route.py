"""The base route to a plan: reduce, greedy start, PuLP program, HiGHS, plan. Complete, and slow on a whole town."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from gis_layers import CancelledError, Progress, silent
from optimise.assembly import assemble
from optimise.base_reductions import Reduction, is_plain, reduce_problem
from optimise.diagnosis import infeasibility
from optimise.heuristics import greedy_choice, improve_choice
from optimise.plan import Plan, Solution
from optimise.prices import existing_worth
from optimise.problem import Floats, Problem
from optimise.programme import Programme, hand_over, limits, short_rows, state_programme
from optimise.programme_answer import read_choice, read_schedule
from optimise.programme_service import GE
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
    reduction = reduce_problem(problem)
    start = greedy_choice(reduction.problem) if is_plain(problem) else None
    greedy = None if start is None else assemble(problem, reduction.expand(start))
    try:
        if greedy is not None:
            progress("solve", None, f"greedy cost {greedy.cost:,.0f}")
        programme = state_programme(reduction.problem)
        values = None if start is None else start_values(programme, assemble(reduction.problem, start))
        answer = _run(programme, values, highs_options(gap=gap, seed=seed, node_limit=node_limit), deadline, progress)
    except (CancelledError, KeyboardInterrupt):
        answer = MipAnswer(None, None, None, 0, "cancelled")
    seconds = time.monotonic() - started
    if answer.ended == "infeasible":
        return replace(_infeasible(problem, seconds), nodes=answer.nodes)
    plan = greedy
    if answer.value is not None:
        found = _read_plan(problem, reduction, programme, answer.value)
        plan = found if greedy is None else min(greedy, found, key=lambda plan: plan.cost)
    return _solution(problem, plan, answer, greedy, gap, seconds)


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
    answer = run_highs(highs, start=start, deadline=deadline, progress=progress)
    while answer.value is not None and (rows := short_rows(programme, answer.value)):
        if answer.ended != "finished":
            return replace(answer, value=None)
        for terms, sense, right in rows:
            sign = 1.0 if sense == GE else -1.0
            columns, factors = [variable.index for variable, _ in terms], [sign * factor for _, factor in terms]
            add_row(highs, columns, factors, sign * right)
        again = run_highs(highs, start=start, deadline=deadline, progress=progress)
        answer = replace(again, nodes=answer.nodes + again.nodes, bound=_greater(answer.bound, again.bound))
    return answer


def _greater(one: float | None, other: float | None) -> float | None:
    return max((bound for bound in (one, other) if bound is not None), default=None)


def _read_plan(problem: Problem, reduction: Reduction, programme: Programme, value: Floats) -> Plan:
    """The plan that the program found; a plain one still improved."""
    if is_plain(problem):
        choice = improve_choice(reduction.problem, read_choice(programme, value))
        return assemble(problem, reduction.expand(choice))
    return assemble_schedule(problem, reduction.expand_schedule(read_schedule(programme, value)))


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
