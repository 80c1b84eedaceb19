"""The first-order method comes as near to the optimum as asked, from where it stood, and its bound is always true."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import CancelledError
from optimise.rows import Rows
from optimise.solvers.first_order import FirstOrderProgram
from optimise.solvers.highs_rows import LinearAnswer
from tests.optimise.test_cut_duals import optimum, random_program


def run(program: FirstOrderProgram, chunks: int = 60, accuracy: float = 1e-7) -> LinearAnswer:
    """What the program answers without a limit of time."""
    answer = program.run(time_limit_s=math.inf, on_tick=lambda: None, accuracy=accuracy, chunks=chunks)
    assert answer is not None
    return answer


@settings(derandomize=True, deadline=None, max_examples=150)
@given(seed=st.integers(0, 10**6))
def test_bound_and_values_reach_the_optimum(seed: int) -> None:
    rows, cost, lower, upper = random_program(seed)
    least, _ = optimum(rows, cost, np.column_stack([lower, upper]))
    answer = run(FirstOrderProgram(cost, lower, upper, rows))
    size = 1.0 + abs(least)
    assert answer.objective <= least + 1e-7 * size
    assert answer.objective >= least - 1e-4 * size
    assert abs(float(cost @ answer.values) - least) <= 1e-2 * size
    activity = rows.activity(answer.values)
    assert (activity >= rows.lower - 1e-2).all()
    assert (activity <= rows.upper + 1e-2).all()


@settings(derandomize=True, deadline=None, max_examples=100)
@given(seed=st.integers(0, 10**6))
def test_rows_come_and_go_and_columns_are_fixed(seed: int) -> None:
    rows, cost, lower, upper = random_program(seed)
    program = FirstOrderProgram(cost, lower, upper, rows.pick(np.arange(1)))
    run(program, chunks=1)
    program.add(rows)
    program.drop(np.array([0]))
    program.fix(np.array([0]), upper[:1])
    fixed = lower.copy()
    fixed[0] = upper[0]
    least, _ = optimum(rows, cost, np.column_stack([fixed, upper]))
    answer = run(program)
    if math.isfinite(least):
        assert least - 1e-4 * (1 + abs(least)) <= answer.objective <= least + 1e-7 * (1 + abs(least))
    assert answer.values[0] == upper[0]


def test_a_second_run_goes_on_from_the_first() -> None:
    column = np.stack([np.arange(20), np.arange(1, 21)], axis=1).ravel()
    rows = Rows(np.arange(0, 42, 2), column, np.ones(40), np.ones(20), np.full(20, np.inf))
    cost = 1.0 + np.arange(21) % 3
    once = FirstOrderProgram(cost, np.zeros(21), np.ones(21), rows)
    errors = [abs(float(cost @ answer.values) - answer.objective) for answer in (run(once, 1, 0.0), run(once, 4, 0.0))]
    assert errors[1] <= errors[0]
    assert once.iterations == 500


def test_no_time_gives_no_answer_and_a_cancel_ends_the_run() -> None:
    rows = Rows(np.array([0, 1]), np.array([0]), np.ones(1), np.ones(1), np.full(1, np.inf))
    program = FirstOrderProgram(np.ones(1), np.zeros(1), np.ones(1), rows)

    def cancel() -> None:
        raise CancelledError("stopped")

    assert program.run(time_limit_s=-1.0, on_tick=cancel, accuracy=1e-6, chunks=9) is None
    with pytest.raises(CancelledError):
        program.run(time_limit_s=math.inf, on_tick=cancel, accuracy=0.0, chunks=9)
    assert program.iterations == 100
