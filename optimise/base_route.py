"""The base route to a plan: reduce, greedy start, PuLP program, HiGHS, plan. Complete, and slow on a whole town."""

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
from optimise.problem import Floats, Problem
from optimise.programme import Programme, hand_over, read_choice, short_targets, state_programme
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
        return Solution(None, "infeasible", None, "none", None, seconds=time.monotonic() - started)
    deadline = None if time_limit_s is None else started + time_limit_s
    reduction = reduce_problem(problem)
    start = greedy_choice(reduction.problem)
    greedy = plan = assemble(problem, reduction.expand(start))
    try:
        progress("solve", None, f"greedy cost {greedy.cost:,.0f}")
        programme = state_programme(reduction.problem)
        values = start_values(programme, assemble(reduction.problem, start))
        answer = _run(programme, values, highs_options(gap=gap, seed=seed, node_limit=node_limit), deadline, progress)
    except (CancelledError, KeyboardInterrupt):
        answer = MipAnswer(None, None, None, 0, "cancelled")
    if answer.value is not None:
        choice = improve_choice(reduction.problem, read_choice(programme, answer.value))
        plan = min(plan, assemble(problem, reduction.expand(choice)), key=lambda plan: plan.cost)
    return _solution(plan, answer, greedy, gap, time.monotonic() - started)


def _run(
    programme: Programme,
    start: Floats,
    options: Mapping[str, object],
    deadline: float | None,
    progress: Progress,
) -> MipAnswer:
    """Run HiGHS until its answer reaches every target in exact arithmetic too, or a limit stops it.

    Every row added holds for every plan, so that each run's bound holds.
    """
    highs = hand_over(programme, options)
    answer = run_highs(highs, start=start, deadline=deadline, progress=progress)
    while answer.value is not None and (rows := short_targets(programme, answer.value)):
        if answer.ended != "finished":
            return replace(answer, value=None)
        for terms, _, lower in rows:
            add_row(highs, [variable.index for variable, _ in terms], [factor for _, factor in terms], lower)
        again = run_highs(highs, start=start, deadline=deadline, progress=progress)
        answer = replace(again, nodes=answer.nodes + again.nodes, bound=_greater(answer.bound, again.bound))
    return answer


def _greater(one: float | None, other: float | None) -> float | None:
    return max((bound for bound in (one, other) if bound is not None), default=None)


def _solution(plan: Plan, answer: MipAnswer, greedy: Plan, gap: float, seconds: float) -> Solution:
    """Status from the plan's own cost and HiGHS' bound, never from the solver's word alone."""
    bound, root_bound = (
        None if value is None else min(max(value, 0.0), plan.cost) for value in (answer.bound, answer.root_bound)
    )
    solution = Solution(
        plan=plan,
        status="cancelled" if answer.ended == "cancelled" else "limit",
        bound=bound,
        bound_origin="none" if bound is None else "mip",
        greedy_cost=greedy.cost,
        nodes=answer.nodes,
        seconds=seconds,
        root_bound=root_bound,
    )
    if solution.gap is not None and solution.gap <= OPTIMAL_GAP:
        return replace(solution, status="optimal")
    if solution.gap is not None and solution.gap <= gap and answer.ended != "cancelled":
        return replace(solution, status="within_gap")
    return solution
