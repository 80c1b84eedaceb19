"""Designs of the compact problem as plans of the original one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from optimise.compact import Compact
from optimise.cut_heuristics import Design
from optimise.plan import Plan
from optimise.prices import plan_worth
from optimise.problem import Floats, Ints, Problem


def to_plan(problem: Problem, compact: Compact, design: Design) -> Plan:
    """Expand digs, candidates and customers; link each demand to its cheapest built candidates."""
    no_index = np.zeros(0, dtype=np.int64)
    dug = np.unique(design.parent[design.parent >= 0] // 2).tolist()
    edges = np.sort(np.concatenate([no_index, *(compact.origin.edges[edge] for edge in dug)]))
    candidates = np.sort(compact.origin.candidate[design.built])
    served = _served(compact, design)
    links, link_cost = _cheapest_links(problem, served, candidates)
    parts = [
        problem.edge_cost[edges],
        problem.candidate_cost[candidates],
        problem.connection_cost[served[:, 0]],
        link_cost,
    ]
    plan = Plan(edges, candidates, served, links, math.fsum(np.concatenate(parts).tolist()))
    return replace(plan, worth=plan_worth(problem, plan))


def _served(compact: Compact, design: Design) -> Ints:
    """Rows (demand, providers) of the served customers, each demand once with the most providers."""
    parts = [compact.origin.customers[customer] for customer in np.flatnonzero(design.served).tolist()]
    rows = np.concatenate([np.zeros((0, 2), dtype=np.int64), *parts])
    rows = rows[np.lexsort((-rows[:, 1], rows[:, 0]))]
    return rows[np.unique(rows[:, 0], return_index=True)[1]]


def _cheapest_links(problem: Problem, served: Ints, candidates: Ints) -> tuple[Ints, Floats]:
    """Return rows (demand, candidate), as many a demand as it needs new places, and their costs."""
    demand = served[:, 0]
    pairs = problem.cover[demand].tocoo()
    keep = np.isin(pairs.col, candidates) & (pairs.data != 0)
    row, candidate = pairs.row[keep].astype(np.int64), pairs.col[keep].astype(np.int64)
    cost = np.zeros(len(row))
    if problem.link_cost is not None and len(row):
        cost = np.asarray(problem.link_cost[demand[row], candidate], dtype=float).ravel()
    order = np.lexsort((candidate, cost, row))
    place = np.stack([row, problem.candidate_place[candidate]])[:, order]
    order = order[np.sort(np.unique(place, axis=1, return_index=True)[1])]  # the cheapest of each place
    rank = np.arange(len(order)) - np.searchsorted(row[order], row[order])
    need = served[:, 1] - problem.existing_providers[demand]
    chosen = order[rank < need[row[order]]]
    return np.column_stack([demand[row[chosen]], candidate[chosen]]), cost[chosen]
