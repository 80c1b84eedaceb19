"""A first-order method for large linear programs that grow by cuts: rough answers at once, each from the last one.

Primal-dual hybrid gradient on the rows and columns scaled to like size (Ruiz 2001, Pock and Chambolle 2011), with
reflected Halpern steps, restarts and a primal weight that balances both sides (Applegate et al., PDLP, 2021; Lu and
Yang, Restarted Halpern PDHG for linear programming, 2024). What its duals prove is computed apart, by `safe_bound`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from optimise.cut_duals import safe_bound
from optimise.jit import compiled
from optimise.problem import Floats, Ints
from optimise.rows import Rows, join_rows
from optimise.solvers.highs_rows import LinearAnswer

_STEP = 0.998
"""Product of both step sizes, under 1 for scaled rows, whose norm is 1 at most."""
_RUIZ_ROUNDS = 8
_ENOUGH, _NECESSARY, _LONG = 0.2, 0.8, 0.36
"""Restart when the step has shrunk to the first part, or stops to shrink below the second; or after that share of all
iterations."""
_WEIGHT_SHARE = 0.5
"""How far a restart takes the (logarithm of the) primal weight to what the last steps suggest."""
_WEIGHT_LIMIT = 1e9
_CHUNK = 100
"""Iterations between two looks at accuracy and clock."""
_NO_MOVE = 1e-10


class _Scaled(NamedTuple):
    """A linear program in kernel form: rows ``lower <= A x <= upper`` by row and by column, costs, column bounds."""

    first: Ints
    column: Ints
    value: Floats
    column_first: Ints
    row: Ints
    column_value: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    least: Floats
    most: Floats


class FirstOrderProgram:
    """Minimise ``cost x`` over ``lower <= x <= upper`` (finite) and rows; each run starts where the last one ended.

    Attributes
    ----------
    iterations : int
        Made in all runs.
    """

    def __init__(self, cost: Floats, lower: Floats, upper: Floats, rows: Rows) -> None:
        self._cost, self._lower, self._upper = cost, lower.copy(), upper.copy()
        self._rows = rows
        self._values = self._lower.copy()
        self._dual = np.zeros(len(rows))
        self._weight = 0.0
        self.iterations = 0

    def run(
        self, *, time_limit_s: float, on_tick: Callable[[], None], accuracy: float, chunks: int
    ) -> LinearAnswer | None:
        """Come nearer to the optimum; None where the time is over before a step.

        Parameters
        ----------
        time_limit_s : float
        on_tick : callable
            Called between chunks of iterations; may raise CancelledError.
        accuracy : float
            Stop where objective and bound differ by this part, broken rows counted at their duals.
        chunks : int
            Chunks of iterations at most.
        """
        deadline = monotonic() + time_limit_s
        row_scale, column_scale = _scales(self._rows, len(self._cost))
        program = self._scaled(row_scale, column_scale)
        values, dual = self._values / column_scale, self._dual / row_scale
        self._weight = self._weight or _first_weight(program)
        answer = None
        for _ in range(chunks):
            if monotonic() > deadline:
                break
            values, dual, self._weight = _iterate(program, values, dual, self._weight, _CHUNK)
            self.iterations += _CHUNK
            self._values, self._dual = values * column_scale, dual * row_scale
            answer, error = self._answer()
            on_tick()
            if error <= accuracy:
                break
        return answer

    def add(self, rows: Rows) -> None:
        """Append rows."""
        self._rows = join_rows([self._rows, rows])
        self._dual = np.concatenate([self._dual, np.zeros(len(rows))])

    def drop(self, rows: Ints) -> None:
        """Delete rows by position."""
        stays = np.delete(np.arange(len(self._rows)), rows)
        self._rows, self._dual = self._rows.pick(stays), self._dual[stays]

    def fix(self, columns: Ints, values: Floats) -> None:
        """Fix columns at values."""
        self._lower[columns] = self._upper[columns] = values

    def _scaled(self, row_scale: Floats, column_scale: Floats) -> _Scaled:
        rows = self._rows
        shape = (len(rows), len(self._cost))
        value = rows.value * np.repeat(row_scale, np.diff(rows.first)) * column_scale[rows.column]
        by_row = csr_array((value, rows.column, rows.first), shape=shape)
        by_column = by_row.T.tocsr()
        return _Scaled(
            by_row.indptr.astype(np.int64),
            by_row.indices.astype(np.int64),
            by_row.data,
            by_column.indptr.astype(np.int64),
            by_column.indices.astype(np.int64),
            by_column.data,
            rows.lower * row_scale,
            rows.upper * row_scale,
            self._cost * column_scale,
            self._lower / column_scale,
            self._upper / column_scale,
        )

    def _answer(self) -> tuple[LinearAnswer, float]:
        """The point where the method stands, with what its duals prove and how far that is from optimal."""
        rows, values = self._rows, np.clip(self._values, self._lower, self._upper)
        bound, reduced_cost = safe_bound(rows, self._cost, self._lower, self._upper, self._dual)
        activity = rows.activity(values)
        broken = np.maximum(np.maximum(rows.lower - activity, activity - rows.upper), 0.0)
        error = abs(float(self._cost @ values) - bound) + float(broken @ np.abs(self._dual))
        return LinearAnswer(values, reduced_cost, self._dual, bound), error / max(abs(bound), 1e-9)


def _scales(rows: Rows, columns: int) -> tuple[Floats, Floats]:
    """Factors for rows and columns that bring the matrix to a norm of 1 at most, and its entries to like sizes."""
    row = np.repeat(np.arange(len(rows)), np.diff(rows.first))
    size = np.abs(rows.value)
    row_scale, column_scale = np.ones(len(rows)), np.ones(columns)
    used = np.bincount(rows.column, minlength=columns) > 0
    for rounds in range(_RUIZ_ROUNDS + 1):
        scaled = size * row_scale[row] * column_scale[rows.column]
        if rounds < _RUIZ_ROUNDS:
            of_row = np.maximum.reduceat(scaled, rows.first[:-1])
            of_column: Floats = np.zeros(columns)
            np.maximum.at(of_column, rows.column, scaled)
        else:
            of_row = np.add.reduceat(scaled, rows.first[:-1])
            of_column = np.bincount(rows.column, weights=scaled, minlength=columns).astype(float)
        row_scale /= np.sqrt(of_row)
        column_scale /= np.sqrt(np.where(used, of_column, 1.0))
    return row_scale, column_scale


def _first_weight(program: _Scaled) -> float:
    least, most = np.isfinite(program.lower), np.isfinite(program.upper)
    side = np.where(least, program.lower, np.where(most, program.upper, 0.0))
    sizes = float(np.linalg.norm(program.cost)), float(np.linalg.norm(side))
    return sizes[0] / sizes[1] if min(sizes) > 0 else 1.0


@compiled
def _activities(program: _Scaled, x: Floats) -> Floats:
    """A x."""
    activity = np.zeros(len(program.lower))
    for i in range(len(activity)):
        for k in range(program.first[i], program.first[i + 1]):
            activity[i] += program.value[k] * x[program.column[k]]
    return activity


@compiled
def _step_values(program: _Scaled, x: Floats, y: Floats, step: float, ahead: Floats) -> float:
    """Projected gradient step of the columns, written to `ahead`; returns the square of its length."""
    moved = 0.0
    for j in range(len(x)):
        gradient = program.cost[j]
        for k in range(program.column_first[j], program.column_first[j + 1]):
            gradient -= program.column_value[k] * y[program.row[k]]
        ahead[j] = min(max(x[j] - step * gradient, program.least[j]), program.most[j])
        moved += (ahead[j] - x[j]) ** 2
    return moved


@compiled
def _step_duals(
    program: _Scaled, x: tuple[Floats, Floats, Floats], y: Floats, step: float, ahead: tuple[Floats, Floats]
) -> tuple[float, float]:
    """Step of the duals at the columns extrapolated.

    Parameters
    ----------
    x
        Columns before and after their step, A x before it.
    ahead
        Duals and A x after the step, written to.

    Returns
    -------
    moved, cross
        Square of the step's length, and its product with A times the step of the columns.
    """
    before, after, activity = x
    moved, cross = 0.0, 0.0
    for i in range(len(y)):
        extrapolated = 0.0
        for k in range(program.first[i], program.first[i + 1]):
            j = program.column[k]
            extrapolated += program.value[k] * (2.0 * after[j] - before[j])
        free = y[i] - step * extrapolated
        dual = max(free + step * program.lower[i], 0.0) + min(free + step * program.upper[i], 0.0)
        change = 0.5 * (extrapolated - activity[i])
        ahead[0][i] = dual
        ahead[1][i] = activity[i] + change
        moved += (dual - y[i]) ** 2
        cross += (dual - y[i]) * change
    return moved, cross


@compiled
def _iterate(program: _Scaled, x: Floats, y: Floats, weight: float, iterations: int) -> tuple[Floats, Floats, float]:
    """Make so many iterations; returns columns, duals and the primal weight."""
    activity = _activities(program, x)
    x, y = x.copy(), y.copy()
    anchor_x, anchor_y, anchor_activity = x.copy(), y.copy(), activity.copy()
    ahead_x, ahead_y, ahead_activity = x.copy(), y.copy(), activity.copy()
    since, first, last = 0, 0.0, np.inf
    for done in range(1, iterations + 1):
        along, across = _STEP / weight, _STEP * weight
        moved_x = _step_values(program, x, y, along, ahead_x)
        moved_y, cross = _step_duals(program, (x, ahead_x, activity), y, across, (ahead_y, ahead_activity))
        length = math.sqrt(max(moved_x / along + moved_y / across - 2.0 * cross, 0.0))
        if done == iterations or length <= _NO_MOVE:
            break
        first = length if since == 0 else first
        shrunk = length <= _ENOUGH * first or (length <= _NECESSARY * first and length > last)
        last = length
        if since > 0 and (shrunk or since >= max(_LONG * done, 0.2 * _CHUNK)):
            way_x, way_y = float(np.linalg.norm(ahead_x - anchor_x)), float(np.linalg.norm(ahead_y - anchor_y))
            if way_x > _NO_MOVE and way_y > _NO_MOVE:
                weight *= (way_y / way_x / weight) ** _WEIGHT_SHARE
                weight = min(max(weight, 1.0 / _WEIGHT_LIMIT), _WEIGHT_LIMIT)
            x[:], y[:], activity[:] = ahead_x, ahead_y, ahead_activity
            anchor_x[:], anchor_y[:], anchor_activity[:] = ahead_x, ahead_y, ahead_activity
            since, last = 0, np.inf
            continue
        _reflect(x, ahead_x, anchor_x, since)
        _reflect(y, ahead_y, anchor_y, since)
        _reflect(activity, ahead_activity, anchor_activity, since)
        since += 1
    return ahead_x, ahead_y, weight


@compiled
def _reflect(point: Floats, ahead: Floats, anchor: Floats, since: int) -> None:
    """Halpern's step through the point ahead and towards the anchor, in place."""
    share = (since + 1.0) / (since + 2.0)
    for j in range(len(point)):
        point[j] = share * (2.0 * ahead[j] - point[j]) + (1.0 - share) * anchor[j]
