"""What can be reached at best, and which targets ask for more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from optimise.problem import Bools, Floats, Ints, Problem

WEIGHT_TOLERANCE = 1e-9
LOAD_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Shortfall:
    """A target that no plan meets.

    Attributes
    ----------
    name : str
    required, reachable : float
        Weight asked (where there are phases, by the year that asks most), and the weight that no plan exceeds.
    unreachable : (n,) int
        Demands of the target that no plan gives enough providers.
    """

    name: str
    required: float
    reachable: float
    unreachable: Ints


def reachable_weight(problem: Problem) -> Floats:
    """(T,) weight of each target row that no plan can exceed.

    A candidate counts when it needs no backhaul or a way of possible digs leads from it to the existing network (of its
    class). Where nothing but the targets restricts a plan, building everything reaches all these weights at once;
    capacities and budgets leave them upper bounds.
    """
    places = reachable_places(problem)
    return np.array(
        [row.weight[places[row.demand] >= row.providers].sum() for row in problem.targets], dtype=np.float64
    )


def infeasibility(problem: Problem) -> tuple[Shortfall, ...]:
    """Return the targets that ask for more than can be reached; where there is one, no plan exists (proven).

    Without capacities, budgets and least worth a plan exists wherever there is none; with them, not always.
    """
    places = reachable_places(problem)
    reachable = reachable_weight(problem)
    required = np.array([row.required for row in problem.targets], dtype=np.float64)
    if problem.phases is not None:
        required = np.maximum(required, problem.phases.required.max(axis=0))
    return tuple(
        Shortfall(row.name, float(least), float(weight), row.demand[places[row.demand] < row.providers])
        for row, least, weight in zip(problem.targets, required, reachable, strict=True)
        if weight < least - WEIGHT_TOLERANCE * max(1.0, float(row.weight.sum()))
    )


def connectable(problem: Problem) -> Bools:
    """(K,) whether the candidate needs no backhaul or can be connected to the existing network of its class."""
    nodes = problem.existing.size
    ones = np.ones(problem.edge_u.size)
    graph = csr_array((ones, (problem.edge_u, problem.edge_v)), shape=(nodes, nodes))
    _, piece = connected_components(graph, directed=False)
    networks, network = problem.existing[None], np.zeros(problem.candidate_node.size, dtype=np.int64)
    if problem.backhaul is not None:
        networks, network = problem.backhaul.existing, problem.backhaul.candidate_class
    joined = np.array([np.append(np.isin(piece, piece[existing]), True) for existing in networks])
    return np.asarray(joined[network, problem.candidate_node], dtype=np.bool_)  # node -1: no backhaul


def reachable_places(problem: Problem) -> Ints:
    """(J,) distinct places that could serve each demand if everything connectable were built, existing ones counted.

    A candidate with less capacity than the demand's load cannot serve it; what it serves besides is left out, so that
    with capacities these are upper bounds.
    """
    demand, candidate = problem.cover.nonzero()
    possible = connectable(problem)[candidate]
    if problem.capacity is not None:
        possible &= problem.capacity.load[demand] <= problem.capacity.most[candidate] * (1 + LOAD_TOLERANCE)
    pairs = np.unique(
        np.stack([demand[possible], problem.candidate_place[candidate[possible]]], axis=1).astype(np.int64), axis=0
    )
    new = np.bincount(pairs[:, 0], minlength=problem.existing_providers.size)
    return (problem.existing_providers + new).astype(np.int64)
