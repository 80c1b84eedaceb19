"""Smaller graphs with the same least cost: dead ends, chains, parallel digs and digs that a detour replaces.

Every reduction keeps at least one cheapest connection of any set of kept nodes, and each remaining edge knows the
original digs that it stands for.
"""

from __future__ import annotations

import heapq

import numpy as np

from optimise.compact import ROOT, Network, make_network
from optimise.jit import compiled
from optimise.problem import Bools, Floats, Ints
from optimise.steiner import distances_from

_DETOUR_NODES = 200
"""Nodes searched for a detour of one edge."""

_Adjacency = list[dict[int, tuple[float, int]]]


def reduce_graph(
    nodes: int, edge_u: Ints, edge_v: Ints, edge_cost: Floats, keep: Bools
) -> tuple[Network, Ints, tuple[Ints, ...]]:
    """Shrink a graph whose node 0 is the root.

    Parameters
    ----------
    nodes : int
    edge_u, edge_v, edge_cost : (E,)
        Loops and parallel edges allowed; costs >= 0.
    keep : (nodes,) bool
        Nodes that may have to be connected.

    Returns
    -------
    Network
        Without loops, parallel edges, nodes of degree 1 or 2 outside `keep`, and edges with a detour of no greater
        cost.
    node : (nodes,) int
        New number of each node, -1 where it is gone.
    edges : tuple of int arrays
        Positions in `edge_cost` that each new edge stands for.
    """
    keep = keep.copy()
    keep[ROOT] = True
    adjacency: _Adjacency = [{} for _ in range(nodes)]
    parts: list[tuple[int, int]] = []
    for edge, (u, v, cost) in enumerate(zip(edge_u.tolist(), edge_v.tolist(), edge_cost.tolist(), strict=True)):
        _join(adjacency, u, v, cost, edge)
    _drop_chains(adjacency, keep, parts, len(edge_cost))
    _drop_detours(adjacency)
    _drop_chains(adjacency, keep, parts, len(edge_cost))
    node = _number_nodes(adjacency)
    ends, costs, edge_ids = _edge_arrays(adjacency)
    network = make_network(int(node.max()) + 1, node[ends[:, 0]], node[ends[:, 1]], costs)
    return network, node, tuple(_expand(edge, parts, len(edge_cost)) for edge in edge_ids.tolist())


def _join(adjacency: _Adjacency, u: int, v: int, cost: float, edge: int) -> None:
    """Add an edge unless it is a loop or a cheaper one joins the same nodes."""
    if u != v and (v not in adjacency[u] or cost < adjacency[u][v][0]):
        adjacency[u][v] = adjacency[v][u] = (cost, edge)


def _drop_chains(adjacency: _Adjacency, keep: Bools, parts: list[tuple[int, int]], originals: int) -> None:
    """Remove nodes of degree 1, and nodes of degree 2 by joining their two edges."""
    queue = [v for v in range(len(adjacency)) if 0 < len(adjacency[v]) <= 2 and not keep[v]]
    while queue:
        v = queue.pop()
        if not 0 < len(adjacency[v]) <= 2:
            continue
        sides = list(adjacency[v].items())
        adjacency[v] = {}
        for u, _ in sides:
            del adjacency[u][v]
        if len(sides) == 2:
            (u, (cost_u, edge_u)), (w, (cost_w, edge_w)) = sides
            parts.append((edge_u, edge_w))
            _join(adjacency, u, w, cost_u + cost_w, originals + len(parts) - 1)
        queue += [u for u, _ in sides if len(adjacency[u]) <= 2 and not keep[u]]


def _drop_detours(adjacency: _Adjacency) -> None:
    ends, costs, _ = _edge_arrays(adjacency)
    if len(costs) == 0:
        return
    network = make_network(len(adjacency), ends[:, 0], ends[:, 1], costs)
    to_root = distances_from(network, network.cost, np.array([ROOT]))
    # both ends nearer to the root than to each other: two connections to the root replace the edge
    useless = np.maximum(to_root[ends[:, 0]], to_root[ends[:, 1]]) < costs
    useless |= find_detours(network, useless, _DETOUR_NODES)
    for u, v in ends[useless].tolist():
        del adjacency[u][v]
        del adjacency[v][u]


def _edge_arrays(adjacency: _Adjacency) -> tuple[Ints, Floats, Ints]:
    """Return ends (n, 2), costs and numbers of the edges."""
    rows = [(u, v, cost, edge) for u, near in enumerate(adjacency) for v, (cost, edge) in near.items() if u < v]
    ends = np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2)
    return ends, np.array([row[2] for row in rows], dtype=float), np.array([row[3] for row in rows], dtype=np.int64)


def _number_nodes(adjacency: _Adjacency) -> Ints:
    alive = np.array([len(near) > 0 for near in adjacency])
    alive[ROOT] = True
    return np.where(alive, np.cumsum(alive) - 1, -1)


def _expand(edge: int, parts: list[tuple[int, int]], originals: int) -> Ints:
    """Return the original edges of one that may have been joined many times."""
    found: list[int] = []
    stack = [edge]
    while stack:
        top = stack.pop()
        if top < originals:
            found.append(top)
        else:
            stack += parts[top - originals]
    return np.array(sorted(found), dtype=np.int64)


@compiled
def find_detours(network: Network, dropped: Bools, limit: int) -> Bools:
    """Edges whose ends are joined by a path of other remaining edges that costs no more (special distance test).

    Parameters
    ----------
    network : Network
    dropped : (E,) bool
        Edges that no detour may use.
    limit : int
        Nodes settled by each search.
    """
    useless = dropped.copy()
    distance = np.full(network.nodes, np.inf)
    for edge in range(len(useless)):
        if useless[edge]:
            continue
        source, target, cost = network.tail[2 * edge], network.head[2 * edge], network.cost[2 * edge]
        heap = [(0.0, source)]
        distance[source] = 0.0
        touched = [source]
        settled = 0
        while len(heap) > 0:
            reached, v = heapq.heappop(heap)
            if reached > distance[v]:
                continue
            settled += 1
            if v == target or settled > limit:
                break
            for position in range(network.first[v], network.first[v + 1]):
                arc = network.out_arc[position]
                u, length = network.head[arc], reached + network.cost[arc]
                if arc >> 1 != edge and not useless[arc >> 1] and length < distance[u] and length <= cost:
                    distance[u] = length
                    touched.append(u)
                    heapq.heappush(heap, (length, u))
        useless[edge] = distance[target] <= cost
        for v in touched:
            distance[v] = np.inf
    return useless
