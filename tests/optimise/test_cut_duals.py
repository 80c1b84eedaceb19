"""The bound made from duals is never above the optimum, however wrong the duals are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from optimise import cut_loop, verify
from optimise.cut_duals import safe_bound
from optimise.cut_route import solve_cuts
from optimise.rows import Rows
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import grid_problem, random_problem


def random_program(seed: int) -> tuple[Rows, np.ndarray, np.ndarray, np.ndarray]:
    """Rows that hold at some point of the box; some have one side only."""
    random = np.random.default_rng(seed)
    count, columns = int(random.integers(1, 6)), int(random.integers(1, 6))
    matrix = random.integers(-3, 4, (count, columns)).astype(float)
    matrix[:, 0] += matrix.any(axis=1) == 0  # no empty row
    lower, upper = np.zeros(columns), random.integers(0, 3, columns).astype(float)
    value = matrix @ random.uniform(lower, upper)
    row_lower = np.where(random.random(count) < 0.7, value - random.random(count), -np.inf)
    row_upper = np.where(random.random(count) < 0.5, value + random.random(count), np.inf)
    row, column = np.nonzero(matrix)
    first = np.searchsorted(row, np.arange(count + 1))
    rows = Rows(first, column, matrix[row, column], row_lower, row_upper)
    return rows, random.integers(-5, 6, columns).astype(float), lower, upper


def optimum(rows: Rows, cost: np.ndarray, bounds: np.ndarray) -> tuple[float, np.ndarray]:
    """Least cost and row duals; inf and no duals where the bounds admit nothing."""
    dense = np.zeros((len(rows), len(cost)))
    dense[np.repeat(np.arange(len(rows)), np.diff(rows.first)), rows.column] = rows.value
    least, most = np.isfinite(rows.lower), np.isfinite(rows.upper)
    answer = linprog(
        cost,
        A_ub=np.vstack([-dense[least], dense[most]]),
        b_ub=np.concatenate([-rows.lower[least], rows.upper[most]]),
        bounds=bounds,
    )
    dual = np.zeros(len(rows))
    if answer.status != 0:
        return np.inf, dual
    dual[least] -= answer.ineqlin.marginals[: least.sum()]
    dual[most] += answer.ineqlin.marginals[least.sum() :]
    return float(answer.fun), dual


@settings(max_examples=200)
@given(seed=st.integers(0, 10**6), noise=st.sampled_from([0.0, 0.1, 1.0, 10.0]))
def test_any_duals_give_a_bound_and_true_ones_give_the_optimum(seed: int, noise: float) -> None:
    rows, cost, lower, upper = random_program(seed)
    least, dual = optimum(rows, cost, np.column_stack([lower, upper]))
    assert np.isfinite(least)
    shaken = dual + np.random.default_rng(seed).normal(0.0, noise, len(dual)) if noise else dual
    bound, reduced_cost = safe_bound(rows, cost, lower, upper, shaken)
    assert bound <= least + 1e-7
    if not noise:
        assert abs(bound - least) <= 1e-7
    for column in np.flatnonzero(reduced_cost):
        # with the column at its worse end nothing costs less than the bound and its reduced cost
        worse = upper if reduced_cost[column] > 0 else lower
        bounds = np.column_stack([lower, upper])
        bounds[column] = worse[column]
        forced, _ = optimum(rows, cost, bounds)
        assert forced >= bound + abs(reduced_cost[column]) * (upper[column] - lower[column]) - 1e-7


def test_the_first_order_method_proves_the_same_least_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut_loop, "_ROUGH_COLUMNS", 0)
    for seed in range(30):
        problem = random_problem(seed, "plain")
        optimum = least_cost(problem)
        if optimum is not None:
            solution = solve_cuts(problem, gap=0.0, seed=seed)
            assert solution.status == "optimal"
            assert solution.plan is not None and verify(problem, solution.plan).ok
            assert solution.plan.cost == pytest.approx(optimum, abs=1e-6)


def test_bounds_of_both_methods_lie_below_the_optimum_of_a_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = grid_problem(7, side=7, candidates=18, demands=40)
    exact = solve_cuts(problem, gap=0.0)
    monkeypatch.setattr(cut_loop, "_ROUGH_COLUMNS", 0)
    monkeypatch.setattr(cut_loop, "_EXACT_COLUMNS", 0)
    rough = solve_cuts(problem, gap=0.0, node_limit=0)
    assert exact.plan is not None and rough.bound is not None and rough.plan is not None
    assert rough.bound <= exact.plan.cost * (1 + 1e-9) <= rough.plan.cost * (1 + 2e-9)
    assert rough.root_bound is not None and exact.root_bound is not None
    assert rough.root_bound >= 0.98 * exact.root_bound
