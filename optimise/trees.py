"""Shortest paths and short trees on the network of possible digs, the existing network contracted into one root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimise.problem import Floats, Ints, Problem


class DigNetwork:
    """The possible digs as a graph whose node N, the root, stands for the whole existing network.

    Parameters
    ----------
    problem : Problem

    Attributes
    ----------
    root : int
    end_u, end_v : (E,) int
        Ends of each edge after the contraction.
    cost : (E,) float
    node_of_candidate : (K,) int
        The root for candidates on the existing network or without backhaul.
    """

    def __init__(self, problem: Problem) -> None:
        self.root = problem.existing.size
        name = np.where(problem.existing, self.root, np.arange(self.root))
        self.end_u, self.end_v = name[problem.edge_u], name[problem.edge_v]
        self.cost = problem.edge_cost
        self.node_of_candidate: Ints = np.append(name, self.root)[problem.candidate_node]
        order = np.lexsort((np.arange(self.cost.size), self.cost))[::-1]  # the cheapest of parallel edges comes last
        order = order[self.end_u[order] != self.end_v[order]]
        ends = zip(self.end_u[order].tolist(), self.end_v[order].tolist(), strict=True)
        self._edge_between: dict[tuple[int, int], int] = {
            (min(u, v), max(u, v)): edge for (u, v), edge in zip(ends, order.tolist(), strict=True)
        }
        kept = np.fromiter(self._edge_between.values(), dtype=np.int64, count=len(self._edge_between))
        self._graph = csr_array(
            (self.cost[kept], (self.end_u[kept], self.end_v[kept])), shape=(self.root + 1, self.root + 1)
        )

    def distances(self, sources: Ints, limit: float = np.inf) -> tuple[Floats, Ints, Ints]:
        """Distance to the nearest source, the node before on the way from it (negative: none), and that source."""
        return dijkstra(  # type: ignore[no-any-return]
            self._graph, directed=False, indices=sources, min_only=True, return_predecessors=True, limit=limit
        )

    def edge_between(self, u: int, v: int) -> int:
        """Return the cheapest edge between two adjacent nodes."""
        return self._edge_between[min(u, v), max(u, v)]

    def cheapest_edges(self) -> Iterator[tuple[int, int, float, int]]:
        """Ends, cost and index of the cheapest edge between every two adjacent nodes."""
        for (u, v), edge in self._edge_between.items():
            yield u, v, float(self.cost[edge]), edge

    def path(self, before: Ints, node: int) -> tuple[list[int], list[int]]:
        """Edges and nodes on the way back from a node to its source, the source not among the nodes."""
        edges, nodes = [], []
        while before[node] >= 0:
            nodes.append(node)
            edges.append(self.edge_between(node, int(before[node])))
            node = int(before[node])
        return edges, nodes


def short_tree(network: DigNetwork, hosts: Ints) -> Ints:
    """Edges that join the hosts to the root: Mehlhorn's 2-approximation, improved by `improve_tree`.

    Source: K. Mehlhorn, A faster approximation algorithm for the Steiner problem in graphs, 1988.
    """
    sources = np.unique(np.append(hosts, network.root))
    distance, before, nearest = network.distances(sources)
    near_u, near_v = nearest[network.end_u], nearest[network.end_v]
    bridges = np.flatnonzero((near_u != near_v) & (near_u >= 0) & (near_v >= 0))
    length = distance[network.end_u[bridges]] + network.cost[bridges] + distance[network.end_v[bridges]]
    order = np.lexsort((bridges, length))
    joined = _forest(near_u[bridges[order]], near_v[bridges[order]])
    chosen: set[int] = set()
    for bridge in bridges[order[joined]].tolist():
        chosen.add(bridge)
        for end in (network.end_u[bridge], network.end_v[bridge]):
            chosen.update(network.path(before, int(end))[0])
    return improve_tree(network, np.array(sorted(chosen), dtype=np.int64), hosts)


def improve_tree(network: DigNetwork, edges: Ints, hosts: Ints) -> Ints:
    """Drop digs that lead to no host, then take the minimum spanning tree on the nodes in use; never dearer."""
    edges = pruned_forest(network, edges, hosts)
    in_use = np.zeros(network.root + 1, dtype=np.bool_)
    in_use[network.end_u[edges]] = in_use[network.end_v[edges]] = True
    return pruned_forest(network, np.flatnonzero(in_use[network.end_u] & in_use[network.end_v]), hosts)


def pruned_forest(network: DigNetwork, edges: Ints, hosts: Ints, *, year: Ints | None = None) -> Ints:
    """Minimum spanning forest of the edges without the branches that end at no host, edges increasing.

    With the year of every edge of the network, earlier edges go before cheaper ones: what the edges join by a year is
    then joined by those of the forest by that year.
    """
    keys = (edges, network.cost[edges]) if year is None else (edges, network.cost[edges], year[edges])
    order = edges[np.lexsort(keys)]
    order = order[_forest(network.end_u[order], network.end_v[order])]
    kept: dict[int, set[int]] = defaultdict(set)
    for edge, u, v in zip(order.tolist(), network.end_u[order].tolist(), network.end_v[order].tolist(), strict=True):
        kept[u].add(edge)
        kept[v].add(edge)
    needed = {network.root, *hosts.tolist()}
    leaves = [node for node, around in kept.items() if len(around) == 1 and node not in needed]
    while leaves:
        node = leaves.pop()
        if not kept[node]:
            continue
        edge = kept[node].pop()
        other = int(network.end_u[edge] + network.end_v[edge]) - node
        kept[other].discard(edge)
        if len(kept[other]) == 1 and other not in needed:
            leaves.append(other)
    return np.array(sorted(set().union(*kept.values())), dtype=np.int64)


def _forest(end_u: Ints, end_v: Ints) -> Ints:
    """Positions of the edges that join two trees when taken in the order given (Kruskal's algorithm)."""
    parent: dict[int, int] = {}

    def find(node: int) -> int:
        while (above := parent.setdefault(node, node)) != node:
            parent[node] = node = parent.setdefault(above, above)
        return node

    joined = []
    for position, (u, v) in enumerate(zip(end_u.tolist(), end_v.tolist(), strict=True)):
        root_u, root_v = find(u), find(v)
        if root_u != root_v:
            parent[root_u] = root_v
            joined.append(position)
    return np.array(joined, dtype=np.int64)


def tree_parents(network: DigNetwork, edges: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Node before and edge towards the root for every node of a tree, nodes in order of their distance in digs."""
    around: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for edge in edges:
        u, v = int(network.end_u[edge]), int(network.end_v[edge])
        around[u].append((v, edge))
        around[v].append((u, edge))
    parents: dict[int, tuple[int, int]] = {}
    front = [network.root]
    for node in front:
        for other, edge in around[node]:
            if other != network.root and other not in parents:
                parents[other] = (node, edge)
                front.append(other)
    return parents
