"""HiGHS on a program that it was handed: start, stop and its own figures."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np

from gis_layers import CancelledError, Progress
from optimise.problem import Floats

REPORT_EVERY_S = 0.5
STOPPED = {
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kSolutionLimit,
    highspy.HighsModelStatus.kInterrupt,
}
FINISHED = highspy.HighsModelStatus.kOptimal
IMPOSSIBLE = {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}


@dataclass(frozen=True)
class MipAnswer:
    """What a run of HiGHS gave.

    Attributes
    ----------
    value : (n,) float or None
        Values of the best solution; None where it has none.
    bound : float or None
        HiGHS' own dual bound; None before it has one.
    root_bound : float or None
        The last one reported before branching.
    nodes : int
    ended : str
        finished (the gap asked for is closed), limit, cancelled or infeasible (proven).
    """

    value: Floats | None
    bound: float | None
    root_bound: float | None
    nodes: int
    ended: Literal["finished", "limit", "cancelled", "infeasible"]


def version() -> str:
    """Version of HiGHS."""
    highs: Any = highspy.Highs
    return str(highs().version())


def highs_options(*, gap: float, seed: int, node_limit: int | None) -> Mapping[str, object]:
    """Options by their HiGHS names: one thread and a seed, so that a run can be repeated."""
    options: dict[str, object] = {
        "threads": 1,
        "parallel": "off",
        "random_seed": seed,
        "gapRel": gap,
        "gapAbs": 0.0,
    }
    return options if node_limit is None else {**options, "mip_max_nodes": node_limit}


def add_row(highs: Any, columns: Sequence[int], coefficients: Sequence[float], lower: float) -> None:
    """Add a row Σ coefficient x >= lower."""
    _expect_ok(highs.addRow(lower, highspy.kHighsInf, len(columns), list(columns), list(coefficients)), "addRow")


def run_highs(
    highs: Any, *, start: Floats | None, deadline: float | None, progress: Progress, worth: float | None = None
) -> MipAnswer:
    """Run HiGHS from a start until it is done, out of time, or stopped by the user.

    Parameters
    ----------
    highs : highspy.Highs
        Of a program that is bounded.
    start : (n,) float or None
        A feasible solution.
    deadline : float or None
        Time of `time.monotonic` at which to stop.
    progress : Progress
        Called about twice a second; stops the run by raising `CancelledError`, as Ctrl-C does.
    worth : float or None
        Where what is minimised is this less the worth of a plan: reports tell the worth. Else they tell the cost.

    Raises
    ------
    RuntimeError
        Where HiGHS fails, or calls a program infeasible that has the start as its solution.
    """
    if highs.getNumCol() == 0:  # nothing to decide: HiGHS takes neither a start nor a bound for it
        return MipAnswer(np.empty(0), 0.0, 0.0, 0, "finished")
    if deadline is not None:
        highs.setOptionValue("time_limit", highs.getRunTime() + max(0.0, deadline - time.monotonic()))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        _expect_ok(highs.setSolution(solution), "setSolution")
    watch = _Watch(progress, worth)
    highs.cbMipInterrupt.subscribe(watch.look)
    run_status = highs.run()
    highs.cbMipInterrupt.unsubscribe(watch.look)
    model_status = highs.getModelStatus()
    if model_status in IMPOSSIBLE and start is None and run_status != highspy.HighsStatus.kError:
        return MipAnswer(None, None, None, max(0, int(highs.getInfo().mip_node_count)), "infeasible")
    if run_status == highspy.HighsStatus.kError or model_status not in STOPPED | {FINISHED}:
        raise RuntimeError(f"HiGHS ended with {highs.modelStatusToString(model_status)}")
    info = highs.getInfo()
    has_solution = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = np.array(highs.getSolution().col_value, dtype=np.float64) if has_solution else None
    bound = float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else None
    nodes = max(0, int(info.mip_node_count))
    ended: Literal["finished", "limit", "cancelled"] = "finished" if model_status == FINISHED else "limit"
    root_bound = bound if nodes <= 1 else watch.root_bound
    return MipAnswer(value, bound, root_bound, nodes, "cancelled" if watch.cancelled else ended)


class _Watch:
    """Looks at the run from inside: reports, keeps the root bound, passes on the wish to stop."""

    def __init__(self, progress: Progress, worth: float | None) -> None:
        self.progress = progress
        self.worth = worth
        self.cancelled = False
        self.root_bound: float | None = None
        self._next_report = time.monotonic()

    def look(self, event: Any) -> None:
        """Called by HiGHS often; no exception may pass through it."""
        try:
            data = event.data_out
            if data.mip_node_count <= 1 and np.isfinite(data.mip_dual_bound):
                self.root_bound = float(data.mip_dual_bound)
            if time.monotonic() >= self._next_report:
                self._next_report = time.monotonic() + REPORT_EVERY_S
                self.progress("solve", None, self._note(data.mip_primal_bound, data.mip_dual_bound))
        except (CancelledError, KeyboardInterrupt):
            self.cancelled = True
        if self.cancelled:
            event.interrupt()

    def _note(self, value: float, bound: float) -> str:
        name = "cost" if self.worth is None else "worth"
        if self.worth is not None:
            value, bound = self.worth - value, self.worth - bound
        parts = [f"{word} {amount:,.0f}" for word, amount in ((name, value), ("bound", bound)) if np.isfinite(amount)]
        if len(parts) == 2 and value:
            room = bound - value if self.worth is not None else value - bound
            parts.append(f"gap {max(0.0, room) / abs(value):.2%}")
        return ", ".join(parts)


def _expect_ok(status: Any, call: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise RuntimeError(f"HiGHS refused {call}")
