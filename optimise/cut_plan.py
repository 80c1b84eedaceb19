"""Designs of the compact problem as plans of the original one."""

from __future__ import annotations

import math

import numpy as np

from optimise.compact import Compact
from optimise.cut_heuristics import Design
from optimise.plan import Plan
from optimise.problem import Floats, Ints, Problem


def to_plan(problem: Problem, compact: Compact, design: Design) -> Plan:
    """Expand digs, candidates and customers; link each demand to its cheapest built candidate."""
    no_index = np.zeros(0, dtype=np.int64)
    dug = np.unique(design.parent[design.parent >= 0] // 2).tolist()
    edges = np.sort(np.concatenate([no_index, *(compact.origin.edges[edge] for edge in dug)]))
    candidates = np.sort(compact.origin.candidate[design.built])
    customers = np.flatnonzero(design.served).tolist()
    demand = np.sort(np.concatenate([no_index, *(compact.origin.customers[customer] for customer in customers)]))
    links, link_cost = _cheapest_links(problem, demand, candidates)
    parts = [
        problem.edge_cost[edges],
        problem.candidate_cost[candidates],
        problem.connection_cost[demand],
        link_cost,
    ]
    served = np.column_stack([demand, np.ones(len(demand), dtype=np.int64)])
    return Plan(edges, candidates, served, links, math.fsum(np.concatenate(parts).tolist()))


def _cheapest_links(problem: Problem, demand: Ints, candidates: Ints) -> tuple[Ints, Floats]:
    """Return rows (demand, candidate), one a demand, and their costs."""
    pairs = problem.cover[demand].tocoo()
    keep = np.isin(pairs.col, candidates) & (pairs.data != 0)
    row, candidate = pairs.row[keep], pairs.col[keep].astype(np.int64)
    cost = np.zeros(len(row))
    if problem.link_cost is not None and len(row):
        cost = np.asarray(problem.link_cost[demand[row], candidate], dtype=float).ravel()
    order = np.lexsort((candidate, cost, row))
    cheapest = order[np.unique(row[order], return_index=True)[1]]
    return np.column_stack([demand, candidate[cheapest]]), cost[cheapest]
