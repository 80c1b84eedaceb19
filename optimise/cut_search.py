"""Branch and bound on the tightened model, checked for cuts that its plans break, and again."""

from __future__ import annotations

import math

import numpy as np

from optimise.cut_loop import Relaxation, fix_columns
from optimise.cut_state import SearchState
from optimise.formulation import Design
from optimise.problem import Floats
from optimise.rows import Rows, first_of_each, join_rows
from optimise.solvers.highs_rows import IntegerLimits, solve_binary

_ROUND_SHARE = 0.25
"""Part of the gap that a round of branch and bound may leave open."""


def branch(state: SearchState[Design], relaxation: Relaxation[Design]) -> None:
    """Close the gap: solve the binary program, repair its answer, add the cuts that it breaks, until it breaks none.

    A bound of the program is a bound of the problem, as its rows are all valid and its fixed columns exclude only
    plans no better than the best one known. Where no plan is known, the search may prove that there is none.
    """
    relaxation.keep(relaxation.age == 0)
    share = _ROUND_SHARE
    while state.nodes_left > 0 and not state.stopped:
        best = state.best
        if relaxation.answer is not None:
            fix_columns(state, relaxation, relaxation.answer)
        # the answer of a program that lacks cuts is no plan: first rounds stop early and look for what they break
        gap = max(0.5 * state.gap, share * min(state.relative_gap, 1.0))
        points = _solve_once(state, relaxation, best, gap)
        rows = join_rows([_look_at(state, relaxation, values) for values in points])
        if not len(rows) and state.best is best:
            if gap <= 0.5 * state.gap:
                return
            share = 0.0  # nothing more to learn from stopping early
        rows = rows.pick(first_of_each(rows))
        state.cuts += len(rows)
        relaxation.append(rows)


def _solve_once(
    state: SearchState[Design], relaxation: Relaxation[Design], best: Design | None, gap: float
) -> tuple[Floats, ...]:
    """One branch and bound from the best plan, if any; the better points it met, rounded."""

    def on_tick(bound: float, _best: float) -> None:
        state.raise_bound(bound / relaxation.scale, "mip")
        state.tick()

    answer = solve_binary(
        cost=relaxation.cost,
        lower=relaxation.lower,
        upper=relaxation.upper,
        rows=relaxation.rows,
        start=None if best is None else relaxation.formulation.point(best),
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


def _look_at(state: SearchState[Design], relaxation: Relaxation[Design], values: Floats) -> Rows:
    """Offer the plans that the answer stands for; return the rows that the answer itself breaks."""
    for design in relaxation.formulation.read(values):
        state.offer(design)
    return relaxation.formulation.broken(values, seed=state.seed)
