"""Plans from the program restricted to what its relaxation and the best plan use."""

from __future__ import annotations

import numpy as np

from optimise.cut_loop import Relaxation
from optimise.cut_state import SearchState
from optimise.formulation import Design
from optimise.problem import Bools
from optimise.rows import Rows, first_of_each, join_rows
from optimise.solvers.highs_rows import IntegerLimits, solve_binary

_NODES = 100
_ROUNDS = 6
_TIME_SHARE = 0.2
"""Part of the time left that one restricted program may take."""


def solve_restricted(
    state: SearchState[Design], relaxation: Relaxation[Design], idle: Bools, gap_share: float = 0.0
) -> Rows:
    """Solve the program without the idle columns, repair its answers, cut off what they break, some rounds long.

    Its bound is that of the restricted program and says nothing of the whole one (Danna, Rothberg and Le Pape 2005).

    Parameters
    ----------
    idle : (columns,) bool
        Columns that may be fixed at 0; those of the best plan are not.
    gap_share : float
        Part of the gap that a round may leave open.

    Returns
    -------
    Rows
        Valid for the whole program, broken by answers of the restricted one.
    """
    found: list[Rows] = []
    for _ in range(_ROUNDS):
        best = None if state.best is None else relaxation.formulation.point(state.best)
        fixed = idle if best is None else idle & (best < 0.5)
        gap = max(0.5 * state.gap, 1e-4, gap_share * min(state.relative_gap, 1.0))
        answer = solve_binary(
            cost=relaxation.cost,
            lower=relaxation.lower,
            upper=np.where(fixed & (relaxation.lower == 0.0), 0.0, relaxation.upper),
            rows=join_rows([relaxation.rows, *found]),
            start=best,
            limits=IntegerLimits(gap=gap, time_s=_TIME_SHARE * state.seconds_left, nodes=_NODES),
            seed=state.seed,
            on_tick=lambda _bound, _best: state.tick(),
        )
        state.tick()
        points = [np.rint(point) for point in answer.points]
        for point in points:
            for design in relaxation.formulation.read(point):
                state.offer(design)
        rows = join_rows([relaxation.formulation.broken(point, seed=state.seed) for point in points[-1:]])
        if not len(rows):
            break
        found.append(rows.pick(first_of_each(rows)))
        if state.stopped:
            break
    state.cuts += sum(len(rows) for rows in found)
    return join_rows(found)
