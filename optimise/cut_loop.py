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
from optimise.rows import Rows, join_rows, no_rows
from optimise.solvers.first_order import FirstOrderProgram
from optimise.solvers.highs_rows import Basis, InfeasibleProgramError, LinearAnswer, LinearProgram

_SEARCH = CutSearch(violation=1e-2, nested=4, at_most=1500)
_FINE_SEARCH = CutSearch(violation=1e-4, nested=4, at_most=1500, every_sink=True)
_STRONG_ROWS = 4000
_SLACK_ROUNDS = 4
_STALL_SHARE = 2e-5
_STALL_COLUMNS = 60_000
"""Columns times rounds without progress after which the loop ends: small programs may try longer."""
_COST_SCALE = 1e5
_ROUGH_COLUMNS = 4_000
"""Columns from which a first-order method goes first: it is there sooner, but never quite."""
_EXACT_COLUMNS = 15_000
"""Columns, those that no better plan uses apart, up to which the dual simplex method goes the rest of the way."""
_TIGHT_ROUNDS = 1
"""Rounds for which a row may have been slack to be handed on to it."""
_ACCURACY_SHARE, _FINEST = 0.05, 1e-7
"""Accuracy asked of the first-order method: a part of the gap, but no finer than can be reached."""
_ROUGH_PATIENCE, _LARGE_PATIENCE = 2, 5
"""Stalled rounds after which the first-order method ends, where the simplex method follows or not; each gets twice the
iterations of the one before."""
_ROUGH_STALLS = 2
"""Stalled rounds of a large program before which its answers are too rough to look for slightly violated cuts."""
_GUIDED_EVERY = 4
"""Rounds of a large program, unless stalled, between two in which plans are guided by its answers."""


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

    @property
    def small(self) -> bool:
        """Whether few enough columns are left for the dual simplex method."""
        return int((self.upper > self.lower).sum()) < _EXACT_COLUMNS

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


def tighten(
    state: SearchState[Design], relaxation: Relaxation[Design], improve: Callable[[], Rows], *, again: bool = False
) -> None:
    """Solve, guide plans by the answer, cut it off, and again, until the cuts stall or the search is to stop.

    `improve` is called each round to better the best plan; it may find rows, too. `again` says that the relaxation was
    tightened before, so that only the exact method has anything to add.
    """
    model = (relaxation.cost, relaxation.lower, relaxation.upper)
    if len(relaxation.cost) >= _ROUGH_COLUMNS and not again:
        relaxation.basis = None  # this method adds rows, and knows no basis
        _tighten_rounds(state, relaxation, FirstOrderProgram(*model, relaxation.rows), improve)
        if state.stopped or not relaxation.small:
            return
        relaxation.keep(relaxation.age <= _TIGHT_ROUNDS)
    program = LinearProgram(*model, relaxation.rows, seed=state.seed, basis=relaxation.basis)
    _tighten_rounds(state, relaxation, program, improve)
    relaxation.basis = program.basis


def _tighten_rounds(
    state: SearchState[Design],
    relaxation: Relaxation[Design],
    program: LinearProgram | FirstOrderProgram,
    improve: Callable[[], Rows],
) -> None:
    exact = isinstance(program, LinearProgram)
    rounds, stalled, highest = 0, 0, -math.inf
    while True:
        try:
            answer = _solve(state, relaxation, program, stalled)
        except InfeasibleProgramError:
            # all rows are valid, and the fixed columns only exclude plans no better than the best one
            state.raise_bound(math.inf, "lp")
            return
        if answer is None:
            return
        if exact or answer.objective > highest:
            relaxation.answer = answer
        state.raise_bound(answer.objective / relaxation.scale, "lp")
        stalled = stalled + 1 if answer.objective - highest < _STALL_SHARE * abs(answer.objective) else 0
        highest = answer.objective if exact else max(highest, answer.objective)
        found = no_rows()
        if exact or stalled or rounds % _GUIDED_EVERY == _GUIDED_EVERY - 1:
            for design in relaxation.formulation.guided(answer.values):
                state.offer(design)
            found = improve()
        state.tick()
        if state.stopped or stalled >= _patience(relaxation, exact=exact):
            return
        program.fix(*fix_columns(state, relaxation, answer))
        searches = (_SEARCH, _FINE_SEARCH) if exact or stalled >= _ROUGH_STALLS else (_SEARCH,)
        cuts = _violated_rows(state, relaxation, answer.values, searches, seed=state.seed + rounds)
        rows = join_rows([cuts, found])
        if exact and not len(rows):
            return
        program.drop(len(relaxation.formulation.base) + _forget_slack(relaxation, answer.row_dual))
        program.add(rows)
        relaxation.append(rows)
        rounds += 1


def _patience(relaxation: Relaxation[Design], *, exact: bool) -> int:
    """Stalled rounds after which a stage ends."""
    if exact:
        return min(max(2, _STALL_COLUMNS // len(relaxation.cost)), 25)
    return _ROUGH_PATIENCE if relaxation.small else _LARGE_PATIENCE


def _solve(
    state: SearchState[Design],
    relaxation: Relaxation[Design],
    program: LinearProgram | FirstOrderProgram,
    stalled: int,
) -> LinearAnswer | None:
    """Optimum of a small program, a better point of a large one; both with what their duals prove."""
    if isinstance(program, FirstOrderProgram):
        accuracy = max(_ACCURACY_SHARE * min(state.relative_gap, 1.0), _FINEST)
        limit = state.seconds_left
        return program.run(time_limit_s=limit, on_tick=state.tick, accuracy=accuracy, chunks=2**stalled)
    answer = program.run(time_limit_s=state.seconds_left, on_tick=state.tick)
    return None if answer is None else _proven(relaxation, answer)


def _proven(relaxation: Relaxation[Design], answer: LinearAnswer) -> LinearAnswer:
    """The answer with what its duals prove, whatever the solver says of it."""
    bound, reduced_cost = safe_bound(
        relaxation.rows, relaxation.cost, relaxation.lower, relaxation.upper, answer.row_dual
    )
    values = np.clip(answer.values, relaxation.lower, relaxation.upper)
    return replace(answer, values=values, objective=bound, reduced_cost=reduced_cost)


def _violated_rows(
    state: SearchState[Design],
    relaxation: Relaxation[Design],
    values: Floats,
    searches: tuple[CutSearch, ...],
    *,
    seed: int,
) -> Rows:
    """Strong rows and cuts that the point violates; of the searches for cuts the first that finds anything."""
    formulation = relaxation.formulation
    strong = formulation.strong.pick(violated(formulation.strong, values, by=1e-3, at_most=_STRONG_ROWS))
    for search in searches:
        cuts = formulation.cuts(values, search, seed=seed)
        state.cuts += len(cuts)
        if len(cuts) or len(strong):
            return join_rows([cuts, strong])
    return strong


def separate(state: SearchState[Design], relaxation: Relaxation[Design], values: Floats, *, seed: int) -> Rows:
    """Strong rows and cuts that a point violates clearly."""
    return _violated_rows(state, relaxation, values, (_SEARCH,), seed=seed)


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
    fixed = fix_bounds(relaxation.lower, relaxation.upper, answer, state.best_cost * relaxation.scale)
    return fixed, relaxation.lower[fixed]


def fix_bounds(lower: Floats, upper: Floats, answer: LinearAnswer, best: float) -> Ints:
    """Fix what only values of `best` or more can have otherwise; changes the bounds in place, returns the columns."""
    margin = best - answer.objective + 1e-6 * (1.0 + abs(answer.objective))
    free = upper > lower
    at_zero = free & (answer.reduced_cost > margin)
    at_one = free & (answer.reduced_cost < -margin)
    upper[at_zero] = 0.0
    lower[at_one] = 1.0
    return np.flatnonzero(at_zero | at_one)
