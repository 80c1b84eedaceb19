"""The linear relaxation, tightened by cuts until they no longer pay."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic

import numpy as np

from optimise.cut_duals import safe_bound
from optimise.cut_separation import CutSearch, violated
from optimise.cut_state import SearchState
from optimise.formulation import Design, Formulation
from optimise.problem import Bools, Floats, Ints
from optimise.rows import Rows, join_rows
from optimise.solvers.highs_rows import Basis, InfeasibleProgramError, LinearAnswer, LinearProgram

_SEARCH = CutSearch(violation=1e-2, nested=4, at_most=1500)
_FINE_SEARCH = CutSearch(violation=1e-4, nested=4, at_most=1500, every_sink=True)
_STRONG_ROWS = 4000
_SLACK_ROUNDS = 4
_STALL_SHARE = 2e-5
_STALL_COLUMNS = 60_000
"""Columns times rounds without progress after which the loop ends: small programs may try longer."""
_COST_SCALE = 1e5
_LARGE_COLUMNS = 30_000
"""Columns from which the first-order method is faster than the dual simplex method on a warm basis."""
_ACCURACY_SHARE = 0.05
_ACCURACIES = (1e-6, 1e-3)


@dataclass
class Relaxation(Generic[Design]):
    """The model and the rows that hold it together.

    Attributes
    ----------
    formulation : Formulation
    cost : (columns,) float
        Scaled costs: `scale` times a column's cost.
    scale : float
        A power of two.
    lower, upper : (columns,) float
        Bounds; plans no better than the best one known may be cut off by them.
    added : Rows
        Cuts and strong rows in the model.
    age : (added,) int
        Rounds since each was last tight.
    answer : LinearAnswer or None
        Last optimum.
    basis : Basis or None
        Where the simplex method starts, then where it ended: the base rows, then those added, as far as known.
    """

    formulation: Formulation[Design]
    cost: Floats
    scale: float
    lower: Floats
    upper: Floats
    added: Rows
    age: Ints
    answer: LinearAnswer | None = None
    basis: Basis | None = None

    @property
    def rows(self) -> Rows:
        """All rows of the model as it is."""
        return join_rows([self.formulation.base, self.added])

    def append(self, rows: Rows) -> None:
        """Add rows that were found violated."""
        self.added = join_rows([self.added, rows])
        self.age = np.concatenate([self.age, np.zeros(len(rows), dtype=np.int64)])

    def keep(self, rows: Bools) -> None:
        """Forget the other added rows."""
        self.added, self.age = self.added.pick(np.flatnonzero(rows)), self.age[rows]


def make_relaxation(
    formulation: Formulation[Design], plan_cost: float, basis: Basis | None = None
) -> Relaxation[Design]:
    """State the model with its seeds; costs are scaled by the cost of some plan."""
    scale = 2.0 ** round(math.log2(_COST_SCALE / abs(plan_cost))) if plan_cost else 1.0
    return Relaxation(
        formulation=formulation,
        cost=scale * formulation.cost,
        scale=scale,
        lower=formulation.lower.copy(),
        upper=formulation.upper.copy(),
        added=formulation.seeds,
        age=np.zeros(len(formulation.seeds), dtype=np.int64),
        basis=basis,
    )


def tighten(state: SearchState[Design], relaxation: Relaxation[Design], improve: Callable[[], Rows]) -> None:
    """Solve, guide plans by the answer, cut it off, and again, until the cuts stall or the search is to stop.

    `improve` is called each round to better the best plan; it may find rows, too.
    """
    program = LinearProgram(
        relaxation.cost,
        relaxation.lower,
        relaxation.upper,
        relaxation.rows,
        seed=state.seed,
        basis=relaxation.basis,
    )
    _tighten_rounds(state, relaxation, program, improve)
    relaxation.basis = program.basis


def _tighten_rounds(
    state: SearchState[Design], relaxation: Relaxation[Design], program: LinearProgram, improve: Callable[[], Rows]
) -> None:
    formulation = relaxation.formulation
    patience = min(max(2, _STALL_COLUMNS // len(relaxation.cost)), 25)
    rounds, stalled, last = 0, 0, -math.inf
    while True:
        accuracy = _accuracy(state, relaxation, stalled)
        try:
            answer = program.run(time_limit_s=state.seconds_left, on_tick=state.tick, accuracy=accuracy)
        except InfeasibleProgramError:
            # all rows are valid, and the fixed columns only exclude plans no better than the best one
            state.raise_bound(math.inf, "lp")
            return
        if answer is None:
            return
        answer = _proven(relaxation, answer)
        relaxation.answer = answer
        state.raise_bound(answer.objective / relaxation.scale, "lp")
        for design in formulation.guided(answer.values):
            state.offer(design)
        found = improve()
        state.tick()
        stalled = stalled + 1 if answer.objective - last < _STALL_SHARE * abs(answer.objective) else 0
        last = answer.objective
        if state.stopped or stalled >= patience:
            return
        program.fix(*fix_columns(state, relaxation, answer))
        rows = join_rows([_violated_rows(state, relaxation, answer.values, rounds), found])
        if not len(rows):
            return
        program.drop(len(relaxation.formulation.base) + _forget_slack(relaxation, answer.row_dual))
        program.add(rows)
        relaxation.append(rows)
        rounds += 1


def _accuracy(state: SearchState[Design], relaxation: Relaxation[Design], stalled: int) -> float | None:
    """Accuracy asked of a large program: a small part of the gap, finer where the cuts stall; None for a small one."""
    if len(relaxation.cost) < _LARGE_COLUMNS:
        return None
    return float(np.clip(_ACCURACY_SHARE * min(state.relative_gap, 1.0) * 0.1**stalled, *_ACCURACIES))


def _proven(relaxation: Relaxation[Design], answer: LinearAnswer) -> LinearAnswer:
    """The answer with what its duals prove, whatever the solver says of it."""
    bound, reduced_cost = safe_bound(
        relaxation.rows, relaxation.cost, relaxation.lower, relaxation.upper, answer.row_dual
    )
    values = np.clip(answer.values, relaxation.lower, relaxation.upper)
    return replace(answer, values=values, objective=bound, reduced_cost=reduced_cost)


def _violated_rows(state: SearchState[Design], relaxation: Relaxation[Design], values: Floats, rounds: int) -> Rows:
    formulation = relaxation.formulation
    strong = formulation.strong.pick(violated(formulation.strong, values, by=1e-3, at_most=_STRONG_ROWS))
    for search in (_SEARCH, _FINE_SEARCH):
        cuts = formulation.cuts(values, search, seed=state.seed + rounds)
        state.cuts += len(cuts)
        if len(cuts) or len(strong):
            return join_rows([cuts, strong])
    return strong


def _forget_slack(relaxation: Relaxation[Design], row_dual: Floats) -> Ints:
    """Age the added rows by the last answer; forget those slack for too long and return where they were."""
    dual = row_dual[len(relaxation.formulation.base) :]
    relaxation.age = np.where(np.abs(dual) > 1e-9, 0, relaxation.age + 1)
    old = relaxation.age > _SLACK_ROUNDS
    relaxation.keep(~old)
    return np.flatnonzero(old)


def fix_columns(
    state: SearchState[Design], relaxation: Relaxation[Design], answer: LinearAnswer
) -> tuple[Ints, Floats]:
    """Fix columns whose reduced cost shows that every better plan leaves them at their bound.

    Returns
    -------
    columns, values
        The newly fixed ones; the relaxation's bounds are changed.
    """
    slack = state.best_cost * relaxation.scale - answer.objective
    margin = slack + 1e-6 * (1.0 + abs(answer.objective))
    free = relaxation.upper > relaxation.lower
    at_zero = free & (answer.reduced_cost > margin)
    at_one = free & (answer.reduced_cost < -margin)
    relaxation.upper[at_zero] = 0.0
    relaxation.lower[at_one] = 1.0
    fixed = np.flatnonzero(at_zero | at_one)
    return fixed, relaxation.lower[fixed]
