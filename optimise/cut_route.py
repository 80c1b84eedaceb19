"""The route for towns: reductions, a bound, cuts on the linear relaxation, then branch and bound on what is left."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from gis_layers import CancelledError, Progress, StudyError, silent
from optimise.bounds import lagrangian_bound
from optimise.compact import Compact
from optimise.compaction import compact_problem
from optimise.cut_heuristics import Design, find_design
from optimise.cut_improve import Improver
from optimise.cut_loop import Relaxation, fix_columns, make_relaxation, tighten
from optimise.cut_plan import to_plan
from optimise.cut_restricted import solve_restricted
from optimise.cut_search import branch
from optimise.cut_state import SearchState
from optimise.cut_town import TownFormulation, designs_on_duals
from optimise.cut_tree import branch_and_cut
from optimise.lessons import Lessons
from optimise.plan import Solution, Status
from optimise.problem import Problem
from optimise.rows import Rows, no_rows

_FIRST_TRIES, _TRIES = 15, 60
"""Ruined and recreated plans in a row that bring nothing before the next step."""
_TRIES_A_ROUND = 8
"""The same before the next round of cuts."""
_TREE_COLUMNS = 6_000
"""Columns up to which the own branch and cut is faster than the solver's."""
_UNUSED = 1e-3
"""Value in the last linear program up to which a column counts as not used."""
_RESTRICTED_ROUNDS, _RESTRICTED_GAP = 8, 0.25
"""Programs restricted to the columns in use, one after the other; part of the gap that each may leave open."""


def can_solve(problem: Problem) -> bool:
    """Whether the cut formulation states this problem: least cost, and no optional part but worth."""
    parts = (problem.backhaul, problem.capacity, problem.phases, problem.budget)
    plain = all(part is None for part in parts) and not problem.limits
    return problem.objective == "least_cost" and plain


def solve_cuts(
    problem: Problem,
    *,
    gap: float = 0.01,
    time_limit_s: float | None = None,
    seed: int = 0,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Solution:
    """Solve by the cut formulation.

    Parameters
    ----------
    problem : Problem
        One that `can_solve` accepts.
    gap : float
        Relative gap at which the search may stop.
    time_limit_s : float, optional
        Wall time.
    seed : int
        Same seed and node limit, same plan, as long as no time limit ends the search.
    node_limit : int, optional
        Branch-and-bound nodes in all.
    progress : Progress
        Told bound, plan and gap; may raise CancelledError, which ends the search with the best plan so far.

    Returns
    -------
    Solution
    """
    if not can_solve(problem):
        raise StudyError("the cut formulation takes no optional part of a problem", "solve it with `solve`")
    start = time.monotonic()
    compact = compact_problem(problem)
    if compact is None:
        return Solution(None, "infeasible", None, "none", None, seconds=time.monotonic() - start)
    left_s = None if time_limit_s is None else time_limit_s - (time.monotonic() - start)
    solution = solve_compact(
        problem, compact, gap=gap, time_limit_s=left_s, seed=seed, node_limit=node_limit, progress=progress
    )
    return replace(solution, seconds=time.monotonic() - start)


def solve_compact(
    problem: Problem,
    compact: Compact,
    *,
    gap: float,
    time_limit_s: float | None,
    seed: int,
    node_limit: int | None,
    progress: Progress,
    lessons: Lessons | None = None,
    limit: float = math.nan,
) -> Solution:
    """Solve a problem that is reduced already; arguments and result as `solve_cuts`.

    Parameters
    ----------
    limit : float
        Stop as soon as a plan of at most this cost is known, or none is proven to exist.
    lessons : Lessons, optional
        What is known from requirements solved before; what this search learns is noted there.
    """
    start = time.monotonic()
    lessons = Lessons() if lessons is None else lessons
    state: SearchState[Design] = SearchState(
        gap=max(gap, 1e-9),
        deadline=start + (math.inf if time_limit_s is None else time_limit_s),
        nodes_left=math.inf if node_limit is None else node_limit,
        seed=seed,
        progress=progress,
        limit=limit,
    )
    cancelled = False
    try:
        _search(compact, state, lessons)
    except CancelledError:
        cancelled = True
    return _report(problem, compact, state, cancelled=cancelled, seconds=time.monotonic() - start)


def _search(compact: Compact, state: SearchState[Design], lessons: Lessons) -> None:
    bias = np.ones(len(compact.coverage.price))
    state.offer(find_design(compact, length=compact.network.cost, bias=bias))
    state.greedy_cost = None if state.best is None else state.best.cost
    if lessons.built is not None:
        state.offer(find_design(compact, length=compact.network.cost, bias=bias, built=lessons.built))
    state.raise_bound(lessons.bound, lessons.bound_origin)
    state.tick()
    if state.closed or state.decided:
        return
    improver = Improver(compact, seed=state.seed)
    dual = lagrangian_bound(
        compact, state.best_cost, deadline=state.deadline, tick=state.tick, known=lessons.multiplier
    )
    lessons.multiplier = dual.multiplier
    state.raise_bound(dual.value, "dual_ascent")
    for design in designs_on_duals(compact, dual):
        state.offer(design)
    improver.run(state, tries=_FIRST_TRIES)
    formulation = TownFormulation(compact, dual, lessons.rows)
    relaxation = make_relaxation(formulation, state.best_cost, basis=lessons.basis_of(formulation))
    if not state.stopped:
        tighten(state, relaxation, lambda: _improve(improver, state))
        improver.run(state, tries=_TRIES)
    lessons.learn(formulation, relaxation)
    state.root_bound = state.bound
    _restrict(state, relaxation)
    if not state.stopped:
        if len(relaxation.cost) > _TREE_COLUMNS:
            branch(state, relaxation)
        else:
            lessons.gains = branch_and_cut(state, relaxation, lessons.gains)


def _restrict(state: SearchState[Design], relaxation: Relaxation[Design]) -> None:
    """Plans from what the last linear program uses: soon better than any guided one, and the cuts that they lacked."""
    answer = relaxation.answer
    if answer is None:
        return
    idle = (answer.values < _UNUSED) & (answer.reduced_cost > 0.0)
    for _ in range(_RESTRICTED_ROUNDS):
        if state.stopped or state.nodes_left <= 0:
            return
        relaxation.keep(relaxation.age == 0)
        fix_columns(state, relaxation, answer)
        rows = solve_restricted(state, relaxation, idle, gap_share=_RESTRICTED_GAP)
        relaxation.append(rows)
        if not len(rows):
            return


def _improve(improver: Improver, state: SearchState[Design]) -> Rows:
    improver.run(state, tries=_TRIES_A_ROUND)
    return no_rows()


def _report(
    problem: Problem, compact: Compact, state: SearchState[Design], *, cancelled: bool, seconds: float
) -> Solution:
    plan = None if state.best is None else to_plan(problem, compact, state.best)
    bound = state.bound
    status: Status = "cancelled" if cancelled else "limit"
    if plan is not None:
        bound = min(bound, plan.cost)
        if plan.cost - bound <= 1e-6 * plan.cost:
            status = "optimal"
        elif state.closed:
            status = "within_gap"
    return Solution(
        plan=plan,
        status=status,
        bound=bound,
        bound_origin=state.bound_origin,
        greedy_cost=state.greedy_cost,
        nodes=state.nodes,
        cuts=state.cuts,
        seconds=seconds,
        root_bound=state.root_bound,
    )
