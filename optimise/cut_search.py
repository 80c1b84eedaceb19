"""Branch and bound on the tightened model, checked for cuts that its plans break, and again."""

from __future__ import annotations

import math

import numpy as np

from optimise.cut_heuristics import Design, find_design, is_enough, make_design
from optimise.cut_loop import Relaxation, fix_columns
from optimise.cut_model import column_values
from optimise.cut_separation import CutSearch, find_host_cuts, terminal_cuts
from optimise.cut_state import SearchState
from optimise.problem import Floats
from optimise.rows import Rows, first_of_each, join_rows, no_rows
from optimise.solvers.highs_rows import IntegerLimits, solve_binary

_SEARCH = CutSearch(violation=0.5, nested=4, at_most=3000, every_sink=True)
_ROUND_SHARE = 0.25
"""Part of the gap that a round of branch and bound may leave open."""


def branch(state: SearchState, relaxation: Relaxation) -> None:
    """Close the gap: solve the binary program, repair its answer, add the cuts that it breaks, until it breaks none.

    A bound of the program is a bound of the problem, as its rows are all valid and its fixed columns exclude only
    plans no better than the best one known.
    """
    relaxation.keep(relaxation.age == 0)
    while state.best is not None and state.nodes_left > 0 and not state.stopped:
        best = state.best
        if relaxation.answer is not None:
            fix_columns(state, relaxation, relaxation.answer)
        # the answer of a program that lacks cuts is no plan: first rounds stop early and look for what they break
        gap = max(0.5 * state.gap, _ROUND_SHARE * (best.cost - state.bound) / best.cost)
        points = _solve_once(state, relaxation, best, gap)
        rows = join_rows([_broken_rows(state, relaxation, values) for values in points])
        if not len(rows) and state.best is best and gap <= 0.5 * state.gap:
            return
        rows = rows.pick(first_of_each(rows))
        state.cuts += len(rows)
        relaxation.append(rows)


def _solve_once(state: SearchState, relaxation: Relaxation, best: Design, gap: float) -> tuple[Floats, ...]:
    """One branch and bound from the best plan; the better points it met, rounded."""

    def on_tick(bound: float, _best: float) -> None:
        state.raise_bound(bound / relaxation.scale, "mip")
        state.tick()

    answer = solve_binary(
        cost=relaxation.cost,
        lower=relaxation.lower,
        upper=relaxation.upper,
        rows=join_rows([relaxation.base, relaxation.added]),
        start=column_values(state.compact, relaxation.columns, best),
        limits=IntegerLimits(
            gap=gap,
            time_s=state.seconds_left,
            nodes=None if state.nodes_left == math.inf else int(state.nodes_left),
        ),
        seed=state.seed,
        on_tick=on_tick,
    )
    state.nodes += answer.nodes
    state.nodes_left -= max(answer.nodes, 1)
    state.raise_bound(math.inf if answer.outcome == "infeasible" else answer.bound / relaxation.scale, "mip")
    state.tick()
    return tuple(np.rint(point) for point in answer.points)


def _broken_rows(state: SearchState, relaxation: Relaxation, values: Floats) -> Rows:
    """Offer the plan that the answer stands for; return the cuts that the answer itself breaks."""
    compact, columns = state.compact, relaxation.columns
    built = values[columns.candidates : columns.hosts] > 0.5
    dug = values[0 : columns.candidates : 2] + values[1 : columns.candidates : 2] > 0.5
    length = compact.network.cost * np.repeat(np.where(dug, 1e-6, 1.0), 2)
    covered = np.logical_or.reduceat(built[compact.coverage.cover], compact.coverage.cover_first[:-1])
    served = covered & (values[columns.customers : columns.pairs] > 0.5)
    state.offer(make_design(compact, built, length, served))
    state.offer(find_design(compact, length=length, bias=np.ones(len(built)), built=built))
    cuts = find_host_cuts(compact, columns, values, _SEARCH, rng=np.random.default_rng(state.seed))
    if len(cuts):
        ascent = terminal_cuts(compact, columns, built)
        cuts = join_rows([cuts, ascent.pick(np.flatnonzero(ascent.activity(values) <= 0.0))])
    if is_enough(compact.coverage, served):
        return cuts
    return join_rows([cuts, _someone_else(np.flatnonzero(~served) + columns.customers)])


def _someone_else(columns: np.ndarray) -> Rows:
    """Those served do not suffice: someone else must be. sum z_j >= 1 over the others."""
    if not len(columns):
        return no_rows()
    count = len(columns)
    return Rows(np.array([0, count]), columns, np.ones(count), np.ones(1), np.full(1, np.inf))
