"""HiGHS as a row store: a linear program that grows and shrinks by rows on a warm basis, and its integer version."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np

from gis_layers import CancelledError, CardioError
from optimise.problem import Bools, Floats, Ints
from optimise.rows import Rows

Outcome = Literal["optimal", "infeasible", "stopped"]
_DEVEX = 1


class InfeasibleProgramError(CardioError):
    """No point satisfies the rows and bounds of a linear program."""


@dataclass(frozen=True)
class LinearAnswer:
    """Values and reduced costs per column, duals per row, the objective: optimal, or as near as was asked."""

    values: Floats
    reduced_cost: Floats
    row_dual: Floats
    objective: float


@dataclass(frozen=True)
class IntegerAnswer:
    """What branch and bound found: every solution that was the best for a while, the proven bound, nodes."""

    outcome: Outcome
    points: tuple[Floats, ...]
    bound: float
    nodes: int


@dataclass(frozen=True)
class Basis:
    """Where the simplex method stands: the status of each column and row."""

    columns: Sequence[highspy.HighsBasisStatus]
    rows: Sequence[highspy.HighsBasisStatus]

    def pick(self, rows: Ints) -> Basis:
        """Leave the other rows out; the solver mends what is then missing."""
        return Basis(self.columns, [self.rows[row] for row in rows.tolist()])


class LinearProgram:
    """Minimise ``cost x`` over ``lower <= x <= upper`` and rows; re-solved by the dual simplex after each change.

    Parameters
    ----------
    basis : Basis, optional
        Where to start: of the same columns and of the first rows; it need not be a basis of these any more.
    short_runs : bool
        Whether runs will be of few steps from places far apart: then exact edge weights do not pay.
    """

    def __init__(
        self,
        cost: Floats,
        lower: Floats,
        upper: Floats,
        rows: Rows,
        *,
        seed: int,
        basis: Basis | None = None,
        short_runs: bool = False,
    ) -> None:
        self._highs = _make_highs(seed)
        if short_runs:
            self._highs.setOptionValue("simplex_dual_edge_weight_strategy", _DEVEX)
        self._highs.passModel(_make_model(cost, lower, upper, rows))
        if basis is not None:
            start = highspy.HighsBasis()
            slack = [highspy.HighsBasisStatus.kBasic] * (len(rows) - len(basis.rows))
            start.col_status, start.row_status = list(basis.columns), [*basis.rows, *slack]
            start.valid = start.alien = True
            self._highs.setBasis(start)

    @property
    def basis(self) -> Basis | None:
        """Where the last run ended; None after a method that knows no basis."""
        basis = self._highs.getBasis()
        return Basis(basis.col_status, basis.row_status) if basis.valid else None

    def run(self, *, time_limit_s: float, on_tick: Callable[[], None]) -> LinearAnswer | None:
        """Solve; None where the time limit ended it.

        Parameters
        ----------
        time_limit_s : float
        on_tick : callable
            Called now and then by the simplex method; may raise CancelledError.

        Raises
        ------
        CancelledError
            From `on_tick`, which is called now and then.
        CardioError
            Where the solver fails.
        InfeasibleProgramError
            Where the rows admit nothing.
        """
        highs = self._highs
        highs.setOptionValue("time_limit", highs.getRunTime() + max(time_limit_s, 0.0))
        watch = _Watch(lambda _bound, _best: on_tick())
        highs.cbSimplexInterrupt.subscribe(watch.look)
        try:
            highs.run()
        finally:
            highs.cbSimplexInterrupt.unsubscribe(watch.look)
        watch.raise_if_cancelled()
        status = highs.getModelStatus()
        solution = highs.getSolution()
        if status == highspy.HighsModelStatus.kTimeLimit:
            return None
        if status == highspy.HighsModelStatus.kInfeasible:
            raise InfeasibleProgramError("a linear program admits nothing", "report this as a bug")
        if status != highspy.HighsModelStatus.kOptimal:
            word = highs.modelStatusToString(status)
            raise CardioError(f"linear program ended as {word}", "report this as a bug")
        return LinearAnswer(
            np.array(solution.col_value),
            np.array(solution.col_dual),
            np.array(solution.row_dual),
            float(highs.getInfo().objective_function_value),
        )

    def add(self, rows: Rows) -> None:
        """Append rows; the basis stays."""
        if len(rows):
            start = rows.first[:-1].astype(np.int32)
            column = rows.column.astype(np.int32)
            self._highs.addRows(len(rows), rows.lower, rows.upper, len(column), start, column, rows.value)

    def drop(self, rows: Ints) -> None:
        """Delete rows by position."""
        if len(rows):
            self._highs.deleteRows(len(rows), rows.astype(np.int32))

    def change(self, lower: Floats, upper: Floats) -> None:
        """Set the bounds of all columns."""
        columns = np.arange(len(lower), dtype=np.int32)
        self._highs.changeColsBounds(len(columns), columns, lower, upper)

    @property
    def place(self) -> highspy.HighsBasis:
        """Where the last run ended, to come back to."""
        return self._highs.getBasis()

    def come_back(self, place: highspy.HighsBasis) -> None:
        """Start the next run from a place; rows added since count as slack."""
        missing = self._highs.getNumRow() - len(place.row_status)
        if missing:
            place.row_status = [*place.row_status, *[highspy.HighsBasisStatus.kBasic] * missing]
        self._highs.setBasis(place)

    def try_fix(self, column: int, place: highspy.HighsBasis, *, iterations: int) -> tuple[float, float]:
        """Objectives with a binary column at 0 and at 1, as far as some iterations from a place tell; a guess."""
        highs = self._highs
        highs.setOptionValue("simplex_iteration_limit", iterations)
        objectives = []
        for value in (0.0, 1.0):
            highs.setBasis(place)
            highs.changeColBounds(column, value, value)
            highs.run()
            nothing = highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
            objectives.append(math.inf if nothing else float(highs.getInfo().objective_function_value))
        highs.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf)
        highs.changeColBounds(column, 0.0, 1.0)
        highs.setBasis(place)
        return objectives[0], objectives[1]

    def fix(self, columns: Ints, values: Floats) -> None:
        """Fix columns at values."""
        if len(columns):
            self._highs.changeColsBounds(len(columns), columns.astype(np.int32), values, values)


@dataclass(frozen=True)
class IntegerLimits:
    """When branch and bound stops: relative gap, seconds, nodes (None: no limit)."""

    gap: float
    time_s: float
    nodes: int | None


def solve_binary(
    *,
    cost: Floats,
    lower: Floats,
    upper: Floats,
    rows: Rows,
    start: Floats | None,
    limits: IntegerLimits,
    seed: int,
    on_tick: Callable[[float, float], None],
    continuous: Bools | None = None,
) -> IntegerAnswer:
    """Minimise over binary columns by HiGHS's branch and bound on one thread.

    Parameters
    ----------
    start : (n,) float or None
        Solution to start from.
    continuous : (n,) bool, optional
        Columns that need not be whole; none by default.
    on_tick : callable
        Called with the bound and the best value so far; may raise CancelledError, which ends the search: the answer
        is then "stopped" and the caller learns of it at its own next tick.
    """
    highs = _make_highs(seed)
    highs.setOptionValue("mip_rel_gap", limits.gap)
    highs.setOptionValue("time_limit", max(limits.time_s, 0.0))
    if limits.nodes is not None:
        highs.setOptionValue("mip_max_nodes", limits.nodes)
    model = _make_model(cost, lower, upper, rows)
    whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    free = np.zeros(len(cost), dtype=bool) if continuous is None else continuous
    model.integrality_ = [real if column else whole for column in free.tolist()]
    highs.passModel(model)
    if start is not None:
        highs.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    watch = _Watch(on_tick)
    highs.cbMipInterrupt.subscribe(watch.look)
    points: list[Floats] = []
    highs.cbMipImprovingSolution.subscribe(lambda event: points.append(np.array(event.data_out.mip_solution)))
    highs.run()
    info = highs.getInfo()
    status = highs.getModelStatus()
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        last = np.array(highs.getSolution().col_value)
        if not points or cost @ last < cost @ points[-1]:  # found by presolve alone, which tells nobody
            points.append(last)
    outcome: Outcome = "stopped"
    if status == highspy.HighsModelStatus.kOptimal:
        outcome = "optimal"
    elif status == highspy.HighsModelStatus.kInfeasible:
        outcome = "infeasible"
    return IntegerAnswer(outcome, tuple(points), float(info.mip_dual_bound), max(int(info.mip_node_count), 0))


class _Watch:
    """Calls back from within the solver, and stops it where the callback cancels."""

    def __init__(self, on_tick: Callable[[float, float], None]) -> None:
        self._on_tick = on_tick
        self._cancelled: CancelledError | None = None

    def look(self, event: highspy.HighsCallbackEvent) -> None:
        """Tell where the search is; ask it to stop once cancelled."""
        if self._cancelled is None:
            try:
                self._on_tick(float(event.data_out.mip_dual_bound), float(event.data_out.mip_primal_bound))
            except CancelledError as cancelled:
                self._cancelled = cancelled
        if self._cancelled is not None:
            event.interrupt()

    def raise_if_cancelled(self) -> None:
        """Raise what the callback raised."""
        if self._cancelled is not None:
            raise self._cancelled


def _make_highs(seed: int) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", seed)
    return highs


def _make_model(cost: Floats, lower: Floats, upper: Floats, rows: Rows) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(rows)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, lower, upper
    model.row_lower_, model.row_upper_ = rows.lower, rows.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = rows.first
    model.a_matrix_.index_ = rows.column
    model.a_matrix_.value_ = rows.value
    return model
