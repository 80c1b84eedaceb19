"""Set cover, whole or partial, as the product's own `Problem`.

A column is a candidate without backhaul, a row a demand of weight 1; the target asks for the share of the rows.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.sparse import csr_array

from optimise import Problem, TargetRow, cost_step, solve
from tests.benchmarks.published_answer import Answer, Asked
from tests.benchmarks.published_instances import SetCover


def state_cover(instance: SetCover, share: float) -> Problem:
    """Rows covered for at least `share` of them."""
    columns = len(instance.column_cost)
    return Problem(
        existing=np.ones(1, dtype=bool),
        edge_u=np.zeros(0, dtype=np.int64),
        edge_v=np.zeros(0, dtype=np.int64),
        edge_cost=np.zeros(0),
        candidate_node=np.full(columns, -1, dtype=np.int64),
        candidate_cost=instance.column_cost,
        candidate_place=np.arange(columns),
        cover=csr_array(
            (np.ones(len(instance.row), dtype=bool), (instance.row, instance.column)), shape=(instance.rows, columns)
        ),
        existing_providers=np.zeros(instance.rows, dtype=np.int64),
        connection_cost=np.zeros(instance.rows),
        link_cost=None,
        targets=(TargetRow("rows", np.arange(instance.rows), np.ones(instance.rows), share * instance.rows),),
    )


def solve_cover(instance: SetCover, asked: Asked, *, share: float) -> Answer:
    """Solve a set cover."""
    problem = state_cover(instance, share)
    step = cost_step(instance.column_cost)
    gap = asked.gap_for(step, _cost_at_most(instance))
    solution = solve(problem, gap=gap, time_limit_s=asked.seconds_left, seed=asked.seed, progress=asked.trace)
    if solution.plan is None:
        return Answer.without_plan(solution)
    chosen = solution.plan.candidates
    covered = np.unique(instance.row[np.isin(instance.column, chosen)])
    plan = {"edges": [], "candidates": chosen.tolist(), "served": covered.tolist()}
    cost = cover_cost(instance, plan, share)
    return Answer.with_plan(solution, plan, cost, step)


def _cost_at_most(instance: SetCover) -> float:
    """The cheapest column of every row."""
    cheapest = np.full(instance.rows, math.inf)
    np.minimum.at(cheapest, instance.row, instance.column_cost[instance.column])
    return float(cheapest[np.isfinite(cheapest)].sum())


def cover_cost(instance: SetCover, plan: dict[str, list[int]], share: float) -> float:
    """Objective of a plan, from its candidates (columns) alone.

    Raises
    ------
    ValueError
        Where they cover too few rows.
    """
    covered = len(set(instance.row[np.isin(instance.column, plan["candidates"])].tolist()))
    if covered < share * instance.rows - 1e-9 * max(1, instance.rows):
        raise ValueError(f"{covered} of {instance.rows} rows covered, a share of {share} asked")
    return math.fsum(instance.column_cost[plan["candidates"]].tolist())
