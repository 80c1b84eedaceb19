"""What can be reached at best, and which targets ask for more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from optimise.problem import Bools, Floats, Ints, Problem

WEIGHT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Shortfall:
    """A target that no plan meets.

    Attributes
    ----------
    name : str
    required, reachable : float
        Weight asked, and the greatest weight that any plan serves.
    unreachable : (n,) int
        Demands of the target that no plan gives enough providers.
    """

    name: str
    required: float
    reachable: float
    unreachable: Ints


def reachable_weight(problem: Problem) -> Floats:
    """Greatest weight that any plan can serve, per target row.

    A candidate counts when it needs no backhaul or a way of possible digs leads from it to the existing network.
    As nothing stops a plan from building everything, all these weights can be had at once.
    """
    places = reachable_places(problem)
    return np.array(
        [row.weight[places[row.demand] >= row.providers].sum() for row in problem.targets], dtype=np.float64
    )


def infeasibility(problem: Problem) -> tuple[Shortfall, ...]:
    """Return the targets that ask for more than can be reached; empty exactly where a plan exists."""
    places = reachable_places(problem)
    reachable = reachable_weight(problem)
    return tuple(
        Shortfall(row.name, row.required, float(weight), row.demand[places[row.demand] < row.providers])
        for row, weight in zip(problem.targets, reachable, strict=True)
        if weight < row.required - WEIGHT_TOLERANCE * max(1.0, float(row.weight.sum()))
    )


def connectable(problem: Problem) -> Bools:
    """(K,) whether the candidate needs no backhaul or can be connected to the existing network."""
    nodes = problem.existing.size
    ones = np.ones(problem.edge_u.size)
    graph = csr_array((ones, (problem.edge_u, problem.edge_v)), shape=(nodes, nodes))
    _, piece = connected_components(graph, directed=False)
    joined = np.append(np.isin(piece, piece[problem.existing]), True)  # node -1: no backhaul
    return np.asarray(joined[problem.candidate_node], dtype=np.bool_)


def reachable_places(problem: Problem) -> Ints:
    """(J,) distinct places that could serve each demand if everything connectable were built, existing ones counted."""
    demand, candidate = problem.cover.nonzero()
    possible = connectable(problem)[candidate]
    pairs = np.unique(
        np.stack([demand[possible], problem.candidate_place[candidate[possible]]], axis=1).astype(np.int64), axis=0
    )
    new = np.bincount(pairs[:, 0], minlength=problem.existing_providers.size)
    return (problem.existing_providers + new).astype(np.int64)
