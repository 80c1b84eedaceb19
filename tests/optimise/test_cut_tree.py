"""Branch and cut proves what enumeration finds, from a bare relaxation and a first plan that is none of the best."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gis_layers import silent
from optimise import Problem
from optimise.bounds import lagrangian_bound
from optimise.compact import Compact
from optimise.compaction import compact_problem
from optimise.cut_heuristics import Design, make_design
from optimise.cut_loop import make_relaxation
from optimise.cut_route import solve_cuts
from optimise.cut_state import SearchState
from optimise.cut_town import TownFormulation
from optimise.cut_tree import branch_and_cut
from tests.optimise.brute_force import least_cost
from tests.optimise.random_problems import grid_problem, random_problem


def search(compact: Compact, nodes: float, gap: float = 1e-9) -> SearchState[Design]:
    """Branch and cut that starts from the dearest plan: every candidate is built."""
    state: SearchState[Design] = SearchState(gap, math.inf, nodes, seed=0, progress=silent)
    state.offer(make_design(compact, np.ones(len(compact.coverage.price), dtype=bool)))
    dual = lagrangian_bound(compact, state.best_cost, deadline=math.inf, tick=state.tick)
    branch_and_cut(state, make_relaxation(TownFormulation(compact, dual), state.best_cost))
    return state


@pytest.mark.parametrize("variant", ["plain", "no_backhaul", "free_edges"])
def test_the_tree_proves_the_optimum_of_small_problems(variant: str) -> None:
    solved = 0
    for seed in range(30):
        problem = random_problem(seed, variant)
        compact = compact_problem(problem)
        if compact is None or not len(compact.coverage.price):
            continue
        state = search(compact, math.inf)
        least = least_cost(problem)
        assert state.best_cost == pytest.approx(least, abs=1e-6)
        assert state.bound == pytest.approx(least, rel=1e-6, abs=1e-6)
        solved += 1
    assert solved >= 10


def street_grid(seed: int) -> tuple[Problem, Compact]:
    problem = grid_problem(seed, side=8, candidates=24, demands=60)
    compact = compact_problem(problem)
    assert compact is not None
    return problem, compact


@pytest.mark.parametrize("seed", [1, 2])
def test_a_tree_stopped_anywhere_bounds_the_optimum_and_is_repeated_exactly(seed: int) -> None:
    problem, compact = street_grid(seed)
    optimum = solve_cuts(problem, gap=0.0)
    assert optimum.status == "optimal" and optimum.plan is not None
    bounds = []
    for nodes in (1, 4):
        state, again = search(compact, nodes), search(compact, nodes)
        assert (state.best_cost, state.bound, state.nodes) == (again.best_cost, again.bound, again.nodes)
        assert state.nodes <= nodes
        assert state.bound <= optimum.plan.cost * (1 + 1e-9) <= state.best_cost * (1 + 1e-8)
        bounds.append(state.bound)
    assert bounds == sorted(bounds)


def test_a_gap_is_closed_as_far_as_asked() -> None:
    _, compact = street_grid(4)
    state = search(compact, math.inf, gap=0.01)
    assert state.relative_gap <= 0.01
