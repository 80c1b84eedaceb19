"""Ways to the existing network: which equipment a planned edge connects to it, and the cheapest way from each node."""

from __future__ import annotations

from collections import deque

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimise.plan import Plan
from optimise.problem import Floats, Ints, Problem


def carried_candidates(problem: Problem, plan: Plan) -> csr_array:
    """Which built candidates each planned edge connects.

    The planned edges are walked breadth first from the existing network; an edge carries the candidates whose walk
    back to that network uses it. An edge that closes a loop carries none.

    Returns
    -------
    csr_array of bool, (len(plan.edges), len(plan.candidates))
    """
    parent_node, parent_edge = _walk_from_existing(problem, plan.edges)
    rows: list[int] = []
    columns: list[int] = []
    for column, candidate in enumerate(plan.candidates.tolist()):
        node = int(problem.candidate_node[candidate])
        while node >= 0 and parent_edge[node] >= 0:
            rows.append(int(parent_edge[node]))
            columns.append(column)
            node = int(parent_node[node])
    shape = (len(plan.edges), len(plan.candidates))
    return csr_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=shape)


def _walk_from_existing(problem: Problem, edges: Ints) -> tuple[Ints, Ints]:
    """Return for each node its predecessor and the planned edge (row of `edges`) that leads to it; -1 for none."""
    neighbours: dict[int, list[tuple[int, int]]] = {}
    for row, edge in enumerate(edges.tolist()):
        u, v = int(problem.edge_u[edge]), int(problem.edge_v[edge])
        neighbours.setdefault(u, []).append((v, row))
        neighbours.setdefault(v, []).append((u, row))
    parent_node = np.full(len(problem.existing), -1, dtype=np.int64)
    parent_edge = np.full(len(problem.existing), -1, dtype=np.int64)
    seen = problem.existing.copy()
    queue = deque(node for node in neighbours if seen[node])
    while queue:
        node = queue.popleft()
        for other, row in neighbours[node]:
            if not seen[other]:
                seen[other] = True
                parent_node[other], parent_edge[other] = node, row
                queue.append(other)
    return parent_node, parent_edge


def cheapest_ways(problem: Problem, edge_cost: Floats, allowed: Ints) -> Floats:
    """(N,) cost of the cheapest way from each node to the existing network; inf where there is none.

    Parameters
    ----------
    edge_cost : (E,) float
        Not negative.
    allowed : (n,) int
        Edges that a way may use.
    """
    nodes = len(problem.existing)
    existing = np.flatnonzero(problem.existing)
    if not existing.size:
        return np.full(nodes, np.inf)
    ends = np.sort(np.column_stack([problem.edge_u[allowed], problem.edge_v[allowed]]), axis=1)
    cost = edge_cost[allowed]
    cheapest_first = np.lexsort((cost, ends[:, 1], ends[:, 0]))
    ends, cost = ends[cheapest_first], cost[cheapest_first]
    first = np.ones(len(ends), dtype=bool)  # of several edges between two nodes
    first[1:] = (ends[1:] != ends[:-1]).any(axis=1)
    graph = csr_array((cost[first], (ends[first, 0], ends[first, 1])), shape=(nodes, nodes))
    ways: Floats = dijkstra(graph, directed=False, indices=existing, min_only=True)
    return ways
