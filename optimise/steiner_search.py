"""Local search on a tree that joins given nodes to the root: exchange of key paths, insertion of nodes.

Key paths run between terminals and branching nodes; see Uchoa and Werneck, Fast local search for the Steiner problem
in graphs (2010), of which this is the plain form.
"""

from __future__ import annotations

import heapq

import numpy as np

from optimise.compact import ROOT, Network
from optimise.jit import compiled
from optimise.problem import Bools, Floats, Ints
from optimise.steiner import prune_leaves

_LEAST_SAVING = 1e-9


@compiled
def shorten_tree(network: Network, parent: Ints, terminal: Bools, cost: float) -> tuple[Ints, float]:
    """Improve a tree until no exchange of a key path and no inserted node saves anything.

    Parameters
    ----------
    network : Network
    parent : (nodes,) int
        Arc that enters each node of the tree, -1 outside and at the root.
    terminal : (nodes,) bool
    cost : float
        Cost of the tree.

    Returns
    -------
    parent, cost
        Of the better tree.
    """
    while True:
        before = cost
        parent, cost = _exchange_paths(network, parent, terminal, cost)
        parent, cost = _insert_nodes(network, parent, terminal, cost)
        if cost >= before - _LEAST_SAVING * (1.0 + before):
            return parent, cost


@compiled
def _preorder(network: Network, parent: Ints) -> tuple[Ints, Ints]:
    """Nodes of the tree with each subtree in one run, and the size of each node's subtree (0 outside the tree)."""
    first_child = np.full(network.nodes, -1)
    next_sibling = np.full(network.nodes, -1)
    for v in range(network.nodes):
        if parent[v] >= 0:
            up = network.tail[parent[v]]
            next_sibling[v] = first_child[up]
            first_child[up] = v
    order = [ROOT for _ in range(0)]
    stack = [ROOT]
    while len(stack) > 0:
        v = stack.pop()
        order.append(v)
        child = first_child[v]
        while child >= 0:
            stack.append(child)
            child = next_sibling[child]
    size = np.zeros(network.nodes, np.int64)
    for v in order[::-1]:
        size[v] += 1
        if parent[v] >= 0:
            size[network.tail[parent[v]]] += size[v]
    return np.array(order), size


@compiled
def _hang_from(network: Network, parent: Ints, v: int, top: int, arc: int) -> None:
    """Turn the tree path from `v` up to `top` around, so that `arc` enters it at `v`."""
    while True:
        old = parent[v]
        parent[v] = arc
        if v == top:
            return
        arc = old ^ 1
        v = network.tail[old]


@compiled
def _key_path(network: Network, parent: Ints, key: Bools, v: int) -> tuple[Ints, float]:
    """Nodes from a key node up to just below the next one, and the cost of the digs between."""
    nodes = [v for _ in range(0)]
    cost = 0.0
    while True:
        nodes.append(v)
        cost += network.cost[parent[v]]
        v = network.tail[parent[v]]
        if key[v] or v == ROOT:
            return np.array(nodes), cost


@compiled
def _nearest_rest(
    network: Network, part: tuple[Ints, Ints], goal: Bools, limit: float, scratch: tuple[Floats, Ints]
) -> tuple[int, Ints]:
    """Find the node of the rest of the tree that is nearest to a part of it, nearer than `limit`.

    Parameters
    ----------
    part : (n,) int, (nodes,) int
        Nodes of the part, and for every node whether (1) or not (0) it is in it.
    goal : (nodes,) bool
        Nodes of the rest.
    scratch : (nodes,) float, (nodes,) int
        Distances, all inf, and arrival arcs; the caller resets the distances of the touched nodes.

    Returns
    -------
    end, touched
        The node (-1 for none); nodes whose distance was set.
    """
    distance, arrival = scratch
    nodes, inside = part
    touched = [0 for _ in range(0)]
    heap = [(0.0, 0) for _ in range(0)]
    for v in nodes:
        heap.append((0.0, v))
        distance[v] = 0.0
        touched.append(v)
    end = -1
    while len(heap) > 0:
        reached, v = heapq.heappop(heap)
        if reached > distance[v]:
            continue
        if goal[v] and inside[v] == 0:
            end = v
            break
        for position in range(network.first[v], network.first[v + 1]):
            arc = network.out_arc[position]
            u, length = network.head[arc], reached + network.cost[arc]
            if length < limit and length < distance[u]:
                distance[u] = length
                arrival[u] = arc
                touched.append(u)
                heapq.heappush(heap, (length, u))
    return end, np.array(touched)


@compiled
def _key_nodes(network: Network, parent: Ints, terminal: Bools) -> Bools:
    """Terminals, the root, and nodes of the tree with two children or more."""
    children = np.zeros(network.nodes, np.int64)
    for v in range(network.nodes):
        if parent[v] >= 0:
            children[network.tail[parent[v]]] += 1
    return terminal | (children > 1)


@compiled
def _join_again(network: Network, parent: Ints, part: tuple[int, Ints], end: int, arrival: Ints) -> None:
    """Hang the part below node `part[0]`, cut off before, from `end` by the way that was found."""
    top, inside = part
    v = end
    while True:
        arc = arrival[v]
        v = network.tail[arc]
        if inside[v] == 1:
            _hang_from(network, parent, v, top, arc ^ 1)
            return
        parent[v] = arc ^ 1


@compiled
def _exchange_paths(network: Network, parent: Ints, terminal: Bools, cost: float) -> tuple[Ints, float]:
    """Replace key paths by cheaper ways between the two parts that they join, once over the whole tree."""
    distance, arrival = np.full(network.nodes, np.inf), np.full(network.nodes, -1)
    inside = np.zeros(network.nodes, np.int64)
    position = np.zeros(network.nodes, np.int64)
    visit = _preorder(network, parent)[0]
    stale = True
    for v in visit[::-1]:
        if stale:
            order, size = _preorder(network, parent)
            position[order] = np.arange(len(order))
            key = _key_nodes(network, parent, terminal)
            goal = size > 0
            stale = False
        if v == ROOT or not key[v] or parent[v] < 0:
            continue
        path, path_cost = _key_path(network, parent, key, v)
        part = order[position[v] : position[v] + size[v]]
        inside[part] = 1
        goal[path[1:]] = False
        limit = path_cost - _LEAST_SAVING * (1.0 + path_cost)
        end, touched = _nearest_rest(network, (part, inside), goal, limit, (distance, arrival))
        if end >= 0:
            cost += distance[end] - path_cost
            parent[path] = -1
            _join_again(network, parent, (v, inside), end, arrival)
            stale = True
        else:
            goal[path[1:]] = True
        distance[touched] = np.inf
        inside[part] = 0
    return parent, cost


@compiled
def _dearest_above(network: Network, parent: Ints, v: int, last: int) -> tuple[int, float]:
    """Node below the dearest dig on the tree path from `v` up to `last`, and that dig's cost."""
    dearest, cost = -1, -1.0
    while v != last:
        if network.cost[parent[v]] > cost:
            dearest, cost = v, network.cost[parent[v]]
        v = network.tail[parent[v]]
    return dearest, cost


@compiled
def _meeting_node(network: Network, parent: Ints, v: int, w: int, mark: Ints) -> int:
    """Lowest node above both; `mark` is all zero and is left so."""
    u = v
    mark[u] = 1
    while u != ROOT:
        u = network.tail[parent[u]]
        mark[u] = 1
    while mark[w] == 0:
        w = network.tail[parent[w]]
    u = v
    mark[u] = 0
    while u != ROOT:
        u = network.tail[parent[u]]
        mark[u] = 0
    return w


@compiled
def _try_node(network: Network, parent: Ints, v: int, mark: Ints) -> float:
    """Insert `v` into the tree by its digs to tree nodes, each replacing the dearest dig of the loop it closes.

    Changes `parent` in place; returns the change of cost.
    """
    best = -1
    for position in range(network.first[v], network.first[v + 1]):
        arc = network.out_arc[position]
        u = network.head[arc]
        if (parent[u] >= 0 or u == ROOT) and (best < 0 or network.cost[arc] < network.cost[best]):
            best = arc
    parent[v] = best ^ 1
    change = network.cost[best]
    for position in range(network.first[v], network.first[v + 1]):
        arc = network.out_arc[position]
        w = network.head[arc]
        if arc == best or (parent[w] < 0 and w != ROOT):
            continue
        meeting = _meeting_node(network, parent, v, w, mark)
        from_v, cost_v = _dearest_above(network, parent, v, meeting)
        from_w, cost_w = _dearest_above(network, parent, w, meeting)
        if max(cost_v, cost_w) <= network.cost[arc]:
            continue
        change += network.cost[arc] - max(cost_v, cost_w)
        if cost_w >= cost_v:
            _hang_from(network, parent, w, from_w, arc)
        else:
            _hang_from(network, parent, v, from_v, arc ^ 1)
    return float(change)


@compiled
def _insert_nodes(network: Network, parent: Ints, terminal: Bools, cost: float) -> tuple[Ints, float]:
    """Insert every node outside the tree that saves something, then cut branches that lead nowhere."""
    mark = np.zeros(network.nodes, np.int64)
    for v in range(network.nodes):
        if parent[v] >= 0 or v == ROOT:
            continue
        near = 0
        for position in range(network.first[v], network.first[v + 1]):
            u = network.head[network.out_arc[position]]
            if parent[u] >= 0 or u == ROOT:
                near += 1
        if near < 2:
            continue
        trial = parent.copy()
        change = _try_node(network, trial, v, mark)
        if change < -_LEAST_SAVING * (1.0 + cost):
            parent = trial
            cost += change
    return parent, prune_leaves(network, parent, _preorder(network, parent)[0], terminal)
