"""What a plan still serves where works of it fall away, nothing rebuilt."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from optimise.plan import Plan
from optimise.problem import Bools, Ints, Problem


def providers_without(problem: Problem, plan: Plan, *, edges: Ints, candidates: Ints) -> Ints:
    """Count the providers of each demand when some works of a plan are missing.

    A demand whose links are paid one by one keeps those to candidates that are still connected; any other is served by
    every such candidate in reach. No demand counts more providers than with the whole plan.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    edges, candidates : int arrays
        Works that are missing.

    Returns
    -------
    (J,) int
        Existing providers included.
    """
    left = np.setdiff1d(plan.candidates, candidates)
    left = left[_connected(problem, np.setdiff1d(plan.edges, edges), left)]
    planned = problem.existing_providers.copy()
    planned[plan.served[:, 0]] = plan.served[:, 1]
    covers = problem.cover[:, left].tocoo()
    shared = covers.data.astype(np.bool_) & ~_laid_one_by_one(problem)[covers.row]
    linked = np.isin(plan.links[:, 1], left)
    demand = np.concatenate([covers.row[shared], plan.links[linked, 0]])
    candidate = np.concatenate([left[covers.col[shared]], plan.links[linked, 1]])
    places = np.unique(np.stack([demand, problem.candidate_place[candidate]], axis=1).astype(np.int64), axis=0)
    new = np.bincount(places[:, 0], minlength=planned.size)
    left_over: Ints = np.minimum(planned, problem.existing_providers + new).astype(np.int64)
    return left_over


def _laid_one_by_one(problem: Problem) -> Bools:
    if problem.link_cost is None:
        return np.zeros(problem.existing_providers.size, dtype=np.bool_)
    return np.asarray(np.diff(problem.link_cost.indptr) > 0, dtype=np.bool_)


def _connected(problem: Problem, edges: Ints, candidates: Ints) -> Bools:
    nodes = problem.existing.size
    graph = csr_array((np.ones(edges.size), (problem.edge_u[edges], problem.edge_v[edges])), shape=(nodes, nodes))
    _, piece = connected_components(graph, directed=False)
    joined = np.append(np.isin(piece, piece[problem.existing]), True)  # node -1: no backhaul
    return np.asarray(joined[problem.candidate_node[candidates]], dtype=np.bool_)
