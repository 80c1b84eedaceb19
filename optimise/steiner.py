"""Kernels on one network: distances, trees that connect given nodes, and their improvement."""

from __future__ import annotations

import heapq

import numpy as np

from optimise.compact import ROOT, Network
from optimise.jit import compiled
from optimise.problem import Bools, Floats, Ints


@compiled
def settle(network: Network, length: Floats, distance: Floats, arrival: Ints, heap: list[tuple[float, int]]) -> None:
    """Let shorter distances spread from what the heap holds; `arrival` is the arc by which each comes (Dijkstra)."""
    while len(heap) > 0:
        reached, v = heapq.heappop(heap)
        if reached > distance[v]:
            continue
        for position in range(network.first[v], network.first[v + 1]):
            arc = network.out_arc[position]
            u = network.head[arc]
            if reached + length[arc] < distance[u]:
                distance[u] = reached + length[arc]
                arrival[u] = arc
                heapq.heappush(heap, (distance[u], u))


@compiled
def distances_from(network: Network, length: Floats, sources: Ints) -> Floats:
    """Shortest distance from the nearest source to each node, inf where none leads there (Dijkstra)."""
    distance = np.full(network.nodes, np.inf)
    heap = [(0.0, sources[0])]
    for source in sources:
        distance[source] = 0.0
        heapq.heappush(heap, (0.0, source))
    settle(network, length, distance, np.full(network.nodes, -1), heap)
    return distance


@compiled
def join_terminals(network: Network, length: Floats, terminal: Bools) -> Bools:
    """Nodes of a tree that joins the terminals to the root, nearest terminal first (Takahashi and Matsuyama 1980)."""
    distance = np.full(network.nodes, np.inf)
    arrival = np.full(network.nodes, -1)
    in_tree = np.zeros(network.nodes, np.bool_)
    in_tree[ROOT] = True
    distance[ROOT] = 0.0
    heap = [(0.0, ROOT)]
    while len(heap) > 0:
        reached, v = heapq.heappop(heap)
        if reached > distance[v]:
            continue
        if terminal[v] and not in_tree[v]:
            while not in_tree[v]:
                in_tree[v] = True
                distance[v] = 0.0
                heapq.heappush(heap, (0.0, v))
                v = network.tail[arrival[v]]
            continue
        for position in range(network.first[v], network.first[v + 1]):
            arc = network.out_arc[position]
            u = network.head[arc]
            if not in_tree[u] and reached + length[arc] < distance[u]:
                distance[u] = reached + length[arc]
                arrival[u] = arc
                heapq.heappush(heap, (distance[u], u))
    return in_tree


@compiled
def span_nodes(network: Network, length: Floats, allowed: Bools) -> tuple[Ints, Ints]:
    """Minimum spanning tree of the allowed nodes that the root reaches (Prim).

    Returns
    -------
    parent : (nodes,) int
        Arc that enters each node of the tree, -1 for the root and for nodes outside.
    order : (n,) int
        Nodes of the tree, each after its parent.
    """
    distance = np.full(network.nodes, np.inf)
    parent = np.full(network.nodes, -1)
    done = np.zeros(network.nodes, np.bool_)
    order = np.empty(network.nodes, np.int64)
    count = 0
    distance[ROOT] = 0.0
    heap = [(0.0, ROOT)]
    while len(heap) > 0:
        _, v = heapq.heappop(heap)
        if done[v]:
            continue
        done[v] = True
        order[count] = v
        count += 1
        for position in range(network.first[v], network.first[v + 1]):
            arc = network.out_arc[position]
            u = network.head[arc]
            if allowed[u] and not done[u] and length[arc] < distance[u]:
                distance[u] = length[arc]
                parent[u] = arc
                heapq.heappush(heap, (length[arc], u))
    return parent, order[:count]


@compiled
def prune_leaves(network: Network, parent: Ints, order: Ints, terminal: Bools) -> float:
    """Cut branches without terminals out of `parent`, in place; return the cost of what stays."""
    children = np.zeros(network.nodes, np.int64)
    for v in order[1:]:
        children[network.tail[parent[v]]] += 1
    cost = 0.0
    for v in order[1:][::-1]:
        if children[v] == 0 and not terminal[v]:
            children[network.tail[parent[v]]] -= 1
            parent[v] = -1
        else:
            cost += network.cost[parent[v]]
    return cost


@compiled
def make_tree(network: Network, length: Floats, terminal: Bools) -> tuple[Ints, float]:
    """Tree that joins the terminals to the root, built on `length`, spanned and priced on the true costs."""
    parent, order = span_nodes(network, network.cost, join_terminals(network, length, terminal))
    return parent, prune_leaves(network, parent, order, terminal)
