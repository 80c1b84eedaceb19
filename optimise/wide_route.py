"""The route for variants at the size of a town: cuts in place of flow, plans from restricted programs."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import count

import numpy as np

from gis_layers import CancelledError, Progress, silent
from optimise.cut_loop import Relaxation, make_relaxation, tighten
from optimise.cut_restricted import solve_restricted
from optimise.cut_search import branch
from optimise.cut_state import SearchState
from optimise.diagnosis import infeasibility
from optimise.plan import Plan, Solution
from optimise.problem import Problem
from optimise.programme import limits
from optimise.programme_answer import read_schedule
from optimise.rows import Rows, no_rows
from optimise.schedule import assemble_schedule
from optimise.variant_reductions import reduce_variant
from optimise.wide_formulation import WideDesign, WideFormulation
from optimise.wide_seeds import find_seeds

_OPTIMAL_GAP = 1e-6
_TYPICAL_WORKS = 1000
"""Works of median cost in a plan: scales the costs while no plan is known."""
_RESTRICTED_EACH = 4
"""Rounds of cuts between programs restricted to what the relaxation uses."""


def solve_wide(
    problem: Problem,
    *,
    gap: float = 0.01,
    time_limit_s: float | None = None,
    seed: int = 0,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Solution:
    """Solve a problem of any variant by cuts; arguments and result as `optimise.solve`, the plan not yet verified."""
    start = time.monotonic()
    if infeasibility(problem):
        return Solution(None, "infeasible", None, "none", None, objective=problem.objective)
    reduction = reduce_variant(problem)
    formulation = WideFormulation(reduction.problem)
    state: SearchState[WideDesign] = SearchState(
        gap=max(gap, 1e-9),
        deadline=start + (math.inf if time_limit_s is None else time_limit_s),
        nodes_left=math.inf if node_limit is None else node_limit,
        seed=seed,
        progress=progress,
        bound=float(formulation.cost[formulation.cost < 0].sum()),
    )
    cancelled = False
    try:
        _search(formulation, state)
    except CancelledError:
        cancelled = True
    plan = None
    if state.best is not None:
        schedule = read_schedule(formulation.programme, state.best.values)
        plan = assemble_schedule(problem, reduction.expand(schedule))
    constant = formulation.programme.constant
    return _report(problem, plan, constant, state, cancelled=cancelled, seconds=time.monotonic() - start)


def _search(formulation: WideFormulation, state: SearchState[WideDesign]) -> None:
    if any(limit.hopeless() for limit in limits(formulation.programme)):
        state.raise_bound(math.inf, "lp")
    if not len(formulation.cost):
        state.offer(formulation.nothing())
        state.raise_bound(0.0, "lp")
    if state.closed:
        return
    state.tick()
    seeds = find_seeds(formulation, state)
    formulation.seeds, formulation.works = seeds.rows, seeds.works
    for built in seeds.built:
        for design in formulation.read(built):
            state.offer(design)
        state.tick()
    if state.closed:
        return
    costs = np.abs(formulation.cost[formulation.cost != 0])
    typical = float(np.median(costs)) if len(costs) else 0.0
    relaxation: Relaxation[WideDesign] = make_relaxation(formulation, _TYPICAL_WORKS * typical)
    rounds = count()

    def improve() -> Rows:
        if relaxation.answer is None or next(rounds) % _RESTRICTED_EACH:
            return no_rows()
        return solve_restricted(state, relaxation, formulation.idle(relaxation.answer.values))

    if state.best is None and seeds.works.any():
        relaxation.append(solve_restricted(state, relaxation, formulation.idle(np.zeros(len(formulation.cost)))))
    tighten(state, relaxation, improve)
    state.root_bound = state.bound
    if not state.stopped:
        branch(state, relaxation)


def _report(
    problem: Problem,
    plan: Plan | None,
    constant: float,
    state: SearchState[WideDesign],
    *,
    cancelled: bool,
    seconds: float,
) -> Solution:
    """Status from the plan's own value and the proven bound."""
    if state.best is None and state.bound == math.inf:
        return Solution(None, "infeasible", None, "none", None, seconds=seconds, objective=problem.objective)
    solution = Solution(
        plan=plan,
        status="cancelled" if cancelled else "limit",
        bound=None,
        bound_origin=state.bound_origin,
        greedy_cost=None,
        nodes=state.nodes,
        cuts=state.cuts,
        seconds=seconds,
        objective=problem.objective,
    )
    bound, root_bound = (
        _on_objective(problem, constant, raw, solution.value) for raw in (state.bound, state.root_bound)
    )
    solution = replace(solution, bound=bound, root_bound=root_bound)
    if solution.gap is not None and solution.gap <= max(_OPTIMAL_GAP, 0.0 if cancelled else state.gap):
        return replace(solution, status="optimal" if solution.gap <= _OPTIMAL_GAP else "within_gap")
    return solution


def _on_objective(problem: Problem, constant: float, bound: float | None, value: float | None) -> float | None:
    """A bound on what is minimised as one on cost or worth; never beyond the plan's own value."""
    if bound is None:
        return None
    if problem.objective == "least_cost":
        return max(bound, 0.0) if value is None else min(max(bound, 0.0), value)
    return constant - bound if value is None else max(constant - bound, value)
