"""The linear relaxation, tightened by cuts until they no longer pay."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from optimise.bounds import DualBound
from optimise.compact import Compact
from optimise.cut_duals import safe_bound
from optimise.cut_heuristics import find_design
from optimise.cut_improve import Improver
from optimise.cut_knapsack import find_knapsack_cuts
from optimise.cut_model import Columns, base_rows, column_bounds, column_costs, lay_columns, strong_rows
from optimise.cut_separation import CutSearch, cut_rows, find_cuts, violated
from optimise.cut_state import SearchState
from optimise.problem import Bools, Floats, Ints
from optimise.rows import Rows, first_of_each, join_rows
from optimise.solvers.highs_rows import LinearAnswer, LinearProgram

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
_TRIES_A_ROUND = 8
"""Ruined and recreated plans in a row that bring nothing before the next round."""


@dataclass
class Relaxation:
    """The model and the rows that hold it together.

    Attributes
    ----------
    columns : Columns
    cost : (columns,) float
        Scaled costs: `scale` times a column's cost.
    scale : float
        A power of two.
    lower, upper : (columns,) float
        Bounds; plans no better than the best one known may be cut off by them.
    base, strong : Rows
        Rows always there; rows to be added when violated.
    added : Rows
        Cuts and strong rows in the model.
    age : (added,) int
        Rounds since each was last tight.
    answer : LinearAnswer or None
        Last optimum.
    """

    columns: Columns
    cost: Floats
    scale: float
    lower: Floats
    upper: Floats
    base: Rows
    strong: Rows
    added: Rows
    age: Ints
    answer: LinearAnswer | None = None

    def append(self, rows: Rows) -> None:
        """Add rows that were found violated."""
        self.added = join_rows([self.added, rows])
        self.age = np.concatenate([self.age, np.zeros(len(rows), dtype=np.int64)])

    def keep(self, rows: Bools) -> None:
        """Forget the other added rows."""
        self.added, self.age = self.added.pick(np.flatnonzero(rows)), self.age[rows]


def make_relaxation(compact: Compact, plan_cost: float, seeds: DualBound) -> Relaxation:
    """State the model with the cuts that dual ascent raised."""
    columns = lay_columns(compact)
    scale = 2.0 ** round(math.log2(_COST_SCALE / plan_cost)) if plan_cost > 0 else 1.0
    lower, upper = column_bounds(compact, columns)
    rows = seed_rows(compact, columns, seeds)
    return Relaxation(
        columns=columns,
        cost=scale * column_costs(compact, columns),
        scale=scale,
        lower=lower,
        upper=upper,
        base=base_rows(compact, columns),
        strong=strong_rows(compact, columns),
        added=rows,
        age=np.zeros(len(rows), dtype=np.int64),
    )


def seed_rows(compact: Compact, columns: Columns, seeds: DualBound) -> Rows:
    """Cuts of the dual ascent as rows, each once, without those that are cover rows."""
    arcs = len(compact.network.tail)
    column_of_arc = np.concatenate([np.arange(arcs + len(compact.coverage.price)), columns.pair_column])
    parts = [(seeds.cut_first, column_of_arc[seeds.cut_arc])]
    rows = cut_rows(parts, columns.customers + seeds.cut_customer)
    rows = rows.pick(np.flatnonzero(np.minimum.reduceat(rows.column, rows.first[:-1]) < arcs))
    return rows.pick(first_of_each(rows))


def tighten(state: SearchState, relaxation: Relaxation, improver: Improver) -> None:
    """Solve, guide a plan by the answer, cut it off, and again, until the cuts stall or the search is to stop."""
    program = LinearProgram(
        relaxation.cost,
        relaxation.lower,
        relaxation.upper,
        join_rows([relaxation.base, relaxation.added]),
        seed=state.seed,
    )
    patience = min(max(2, _STALL_COLUMNS // relaxation.columns.count), 25)
    rounds, stalled, last = 0, 0, -math.inf
    while True:
        accuracy = _accuracy(state, relaxation, stalled)
        answer = program.run(time_limit_s=state.seconds_left, on_tick=state.tick, accuracy=accuracy)
        if answer is None:
            return
        answer = _proven(relaxation, answer)
        relaxation.answer = answer
        state.raise_bound(answer.objective / relaxation.scale, "lp")
        guide_plan(state, relaxation.columns, answer.values)
        improver.run(state, tries=_TRIES_A_ROUND)
        state.tick()
        stalled = stalled + 1 if answer.objective - last < _STALL_SHARE * abs(answer.objective) else 0
        last = answer.objective
        if state.stopped or stalled >= patience:
            return
        program.fix(*fix_columns(state, relaxation, answer))
        rows = _violated_rows(state, relaxation, answer.values, rounds)
        if not len(rows):
            return
        program.drop(len(relaxation.base) + _forget_slack(relaxation, answer.row_dual))
        program.add(rows)
        relaxation.append(rows)
        rounds += 1


def _accuracy(state: SearchState, relaxation: Relaxation, stalled: int) -> float | None:
    """Accuracy asked of a large program: a small part of the gap, finer where the cuts stall; None for a small one."""
    if relaxation.columns.count < _LARGE_COLUMNS:
        return None
    gap = (state.best_cost - state.bound) / state.best_cost
    return float(np.clip(_ACCURACY_SHARE * gap * 0.1**stalled, *_ACCURACIES))


def _proven(relaxation: Relaxation, answer: LinearAnswer) -> LinearAnswer:
    """The answer with what its duals prove, whatever the solver says of it."""
    rows = join_rows([relaxation.base, relaxation.added])
    bound, reduced_cost = safe_bound(rows, relaxation.cost, relaxation.lower, relaxation.upper, answer.row_dual)
    values = np.clip(answer.values, relaxation.lower, relaxation.upper)
    return replace(answer, values=values, objective=bound, reduced_cost=reduced_cost)


def _violated_rows(state: SearchState, relaxation: Relaxation, values: Floats, rounds: int) -> Rows:
    strong = relaxation.strong.pick(violated(relaxation.strong, values, by=1e-3, at_most=_STRONG_ROWS))
    for search in (_SEARCH, _FINE_SEARCH):
        cuts = find_cuts(state.compact, relaxation.columns, values, search, seed=state.seed + rounds)
        cuts = join_rows([cuts, find_knapsack_cuts(state.compact, relaxation.columns, values)])
        state.cuts += len(cuts)
        if len(cuts) or len(strong):
            return join_rows([cuts, strong])
    return strong


def _forget_slack(relaxation: Relaxation, row_dual: Floats) -> Ints:
    """Age the added rows by the last answer; forget those slack for too long and return where they were."""
    dual = row_dual[len(relaxation.base) :]
    relaxation.age = np.where(np.abs(dual) > 1e-9, 0, relaxation.age + 1)
    old = relaxation.age > _SLACK_ROUNDS
    relaxation.keep(~old)
    return np.flatnonzero(old)


def guide_by_duals(state: SearchState, duals: DualBound) -> None:
    """Look for a plan where dual ascent raised cuts: those arcs are worth their cost to somebody."""
    network = state.compact.network
    raised = duals.cut_arc[duals.cut_arc < len(network.tail)] // 2
    paid = np.zeros(len(network.tail) // 2, dtype=bool)
    paid[raised] = True
    for discount in (0.5, 0.2):
        length = network.cost * np.repeat(np.where(paid, discount, 1.0), 2)
        state.offer(find_design(state.compact, length=length, bias=np.ones(len(state.compact.coverage.price))))


def guide_plan(state: SearchState, columns: Columns, values: Floats) -> None:
    """Look for a plan where the relaxation digs and builds."""
    dug = np.minimum(values[0 : columns.candidates : 2] + values[1 : columns.candidates : 2], 1.0)
    for discount, floor in ((0.95, 0.05), (0.7, 0.2)):
        length = state.compact.network.cost * np.repeat(1.0 - discount * dug, 2)
        bias = floor + values[columns.candidates : columns.hosts]
        state.offer(find_design(state.compact, length=length, bias=bias))


def fix_columns(state: SearchState, relaxation: Relaxation, answer: LinearAnswer) -> tuple[Ints, Floats]:
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
