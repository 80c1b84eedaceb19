"""Same seed and node limit, same plan; a search that is stopped keeps its best plan and a bound that is true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gis_layers import CancelledError
from optimise import Problem, Solution, verify
from tests.optimise.repeated_solves import Route, grids, write_all

GRIDS = [pytest.param(route, problem, id=name) for name, route, problem in grids()]


def test_runs_in_one_process_and_in_another_are_the_same() -> None:
    first, second = write_all(2), write_all(2)
    assert first == second
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.optimise.repeated_solves", "2"]
    other = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert other.stdout.splitlines() == first


class StopAt:
    """Cancels at one tick and every later one; remembers the best value that it was told."""

    def __init__(self, tick: int | None) -> None:
        self.tick, self.calls, self.told = tick, 0, None

    told: float | None

    def __call__(self, stage: str, share: float | None = None, note: str = "") -> None:
        self.calls += 1
        found = re.search(r"(?:plan|worth|greedy cost) ([\d,.]+)", note)
        if found:
            self.told = float(found[1].rstrip(".,").replace(",", ""))
        if self.tick is not None and self.calls >= self.tick:
            raise CancelledError("stopped", "start again")


def assert_true(problem: Problem, solution: Solution, best: float) -> None:
    """Plan and bound lie on their sides of the best value."""
    sign = -1.0 if problem.objective == "most_worth" else 1.0
    assert solution.bound is None or sign * (solution.bound - best) <= 1e-6 * abs(best)
    if solution.plan is not None and solution.value is not None:
        assert verify(problem, solution.plan).complaints == ()
        assert sign * (solution.value - best) >= -1e-6 * abs(best)
    else:
        assert solution.status not in ("optimal", "within_gap")


@pytest.mark.parametrize(("route", "problem"), GRIDS)
def test_cancelling_at_any_tick_keeps_the_best_plan_and_a_true_bound(route: Route, problem: Problem) -> None:
    whole = StopAt(None)
    best = route(problem, gap=0.0, progress=whole)
    assert best.status == "optimal" and best.value is not None
    later = np.linspace(7, whole.calls, 7).astype(int).tolist()
    for tick in sorted({*range(1, 7), *later}):
        if tick > whole.calls:
            continue
        stop = StopAt(tick)
        solution = route(problem, gap=0.0, progress=stop)
        assert solution.status in ("cancelled", "optimal"), tick
        assert_true(problem, solution, best.value)
        if stop.told is not None and (solution.value or 0.0) != best.value:
            sign = -1.0 if problem.objective == "most_worth" else 1.0
            assert solution.value is not None, tick
            assert sign * (solution.value - stop.told) <= 0.5 + 1e-4 * stop.told, tick


@pytest.mark.parametrize(("route", "problem"), GRIDS)
def test_without_time_a_bound_is_true_or_none(route: Route, problem: Problem) -> None:
    best = route(problem, gap=0.0)
    assert best.value is not None
    for time_limit_s in (0.0, 0.02):
        solution = route(problem, gap=0.0, time_limit_s=time_limit_s)
        assert solution.status in ("limit", "optimal")
        assert_true(problem, solution, best.value)
