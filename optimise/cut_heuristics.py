"""Plans of the compact problem: grown greedily, thinned, and their digs shortened."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from optimise.compact import ROOT, Compact, Coverage, Network
from optimise.jit import compiled
from optimise.problem import Bools, Floats, Ints
from optimise.steiner import make_tree, settle
from optimise.steiner_search import shorten_tree

_ROUNDS = 4


@dataclass(frozen=True)
class Design:
    """A plan of the compact problem.

    Attributes
    ----------
    built : (K,) bool
    parent : (nodes,) int
        Arc that enters each node of the dug tree, -1 outside it.
    served : (C,) bool
    cost : float
    """

    built: Bools
    parent: Ints
    served: Bools
    cost: float


def make_design(
    compact: Compact, built: Bools, length: Floats | None = None, served: Bools | None = None
) -> Design | None:
    """Dig a short tree to the given candidates and serve whom they must; None where a target stays unmet.

    Parameters
    ----------
    compact : Compact
    built : (K,) bool
    length : (2E,) float, optional
        Arc lengths that guide the tree; the true costs where absent.
    served : (C,) bool, optional
        Customers to serve, all of them covered; chosen greedily where absent.
    """
    network, coverage = compact.network, compact.coverage
    served = choose_served(coverage, built) if served is None else served
    if not is_enough(coverage, served):
        return None
    terminal = terminals_of(network, coverage, built)
    parent, digs = make_tree(network, network.cost if length is None else length, terminal)
    parent, digs = shorten_tree(network, parent, terminal, digs)
    cost = digs + float(coverage.price[built].sum()) + service_cost(coverage, built, served)
    return Design(built, parent, served, cost)


def find_design(compact: Compact, *, length: Floats, bias: Floats, built: Bools | None = None) -> Design | None:
    """Grow a plan on guiding lengths and biases, then thin and shorten it until nothing more is saved.

    Parameters
    ----------
    length : (2E,) float
        Guiding arc lengths, for example reduced where the linear program digs.
    bias : (K,) float
        Factor on each candidate's worth.
    built : (K,) bool, optional
        Candidates to start from.
    """
    network, coverage = compact.network, compact.coverage
    built = np.zeros(len(bias), dtype=bool) if built is None else built.copy()
    grow(network, coverage, length, bias, built)
    best = None
    for _ in range(_ROUNDS):
        terminal = terminals_of(network, coverage, built)
        parent, _ = make_tree(network, length if best is None else network.cost, terminal)
        thin(network, coverage, parent, built)
        design = make_design(compact, built.copy())
        if design is None or (best is not None and design.cost >= best.cost):
            break
        best = design
    return best


@compiled
def terminals_of(network: Network, coverage: Coverage, built: Bools) -> Bools:
    """Nodes that the built candidates need, the root among them."""
    terminal = np.zeros(network.nodes, np.bool_)
    terminal[ROOT] = True
    for node in coverage.node[built]:
        terminal[node] = True
    return terminal


@compiled
def is_enough(coverage: Coverage, served: Bools) -> bool:
    """Whether every target is met."""
    left = coverage.required.copy()
    for customer in np.flatnonzero(served):
        for k in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
            left[coverage.member_target[k]] -= coverage.member_weight[k]
    return bool((left <= 1e-12 * coverage.required).all())


@compiled
def _cheapest_pair(coverage: Coverage, built: Bools, customer: int) -> float:
    """Cost of the cheapest pair with a built candidate, inf where there is none."""
    cheapest = np.inf
    for pair in range(coverage.cover_first[customer], coverage.cover_first[customer + 1]):
        if built[coverage.cover[pair]]:
            cheapest = min(cheapest, coverage.pair_cost[pair])
    return cheapest


@compiled
def service_cost(coverage: Coverage, built: Bools, served: Bools) -> float:
    """Connections and cheapest pairs of the served customers."""
    cost = 0.0
    for customer in range(len(served)):
        if served[customer]:
            cost += coverage.connection[customer] + _cheapest_pair(coverage, built, customer)
    return cost


@compiled
def choose_served(coverage: Coverage, built: Bools) -> Bools:
    """Serve everyone covered, then leave out the dearest for their weight as long as the targets stay met."""
    customers = len(coverage.connection)
    cost = np.empty(customers)
    worth = np.zeros(customers)
    spare = -coverage.required
    for customer in range(customers):
        cost[customer] = coverage.connection[customer] + _cheapest_pair(coverage, built, customer)
        for k in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
            target = coverage.member_target[k]
            worth[customer] += coverage.member_weight[k] / coverage.required[target]
            if cost[customer] < np.inf:
                spare[target] += coverage.member_weight[k]
    served = cost < np.inf
    for customer in np.argsort(-cost / worth):
        if not served[customer] or cost[customer] <= 0.0:
            continue
        fits = True
        for k in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
            fits = fits and coverage.member_weight[k] <= spare[coverage.member_target[k]]
        if fits:
            served[customer] = False
            for k in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
                spare[coverage.member_target[k]] -= coverage.member_weight[k]
    return served


@compiled
def _gain(coverage: Coverage, candidate: int, count: Ints, left: Floats) -> tuple[float, float]:
    """What building a candidate adds to the targets (in shares of them), and what serving costs then."""
    gain = 0.0
    cost = 0.0
    for k in range(coverage.serves_first[candidate], coverage.serves_first[candidate + 1]):
        customer = coverage.serves[k]
        if count[customer] > 0:
            continue
        useful = 0.0
        for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
            target = coverage.member_target[member]
            if left[target] > 0.0:
                useful += min(coverage.member_weight[member], left[target]) / coverage.required[target]
        if useful > 0.0:
            gain += useful
            cost += coverage.connection[customer] + coverage.pair_cost[coverage.serves_pair[k]]
    return gain, cost


@compiled
def _count_in(coverage: Coverage, candidate: int, count: Ints, left: Floats) -> None:
    """Note that a candidate serves its customers."""
    for k in range(coverage.serves_first[candidate], coverage.serves_first[candidate + 1]):
        customer = coverage.serves[k]
        if count[customer] == 0:
            for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
                left[coverage.member_target[member]] -= coverage.member_weight[member]
        count[customer] += 1


@compiled
def grow(network: Network, coverage: Coverage, length: Floats, bias: Floats, built: Bools) -> None:
    """Build the candidate of most gain per cost, distance to the tree so far included, until every target is met.

    Changes `built` in place.
    """
    distance = np.full(network.nodes, np.inf)
    arrival = np.full(network.nodes, -1)
    count = np.zeros(len(coverage.connection), np.int64)
    left = coverage.required.copy()
    parent, _ = make_tree(network, length, terminals_of(network, coverage, built))
    heap = [(0.0, ROOT)]
    distance[ROOT] = 0.0
    for v in range(network.nodes):
        if parent[v] >= 0:
            distance[v] = 0.0
            heapq.heappush(heap, (0.0, v))
    for candidate in range(len(built)):
        if built[candidate]:
            _count_in(coverage, candidate, count, left)
    while (left > 0.0).any():
        settle(network, length, distance, arrival, heap)
        best, best_score = -1, 0.0
        for candidate in range(len(built)):
            gain, cost = _gain(coverage, candidate, count, left)
            score = (
                gain * bias[candidate] / (coverage.price[candidate] + distance[coverage.node[candidate]] + cost + 1e-9)
            )
            if not built[candidate] and score > best_score:
                best, best_score = candidate, score
        if best < 0:
            return
        built[best] = True
        _count_in(coverage, best, count, left)
        v = coverage.node[best]
        while distance[v] > 0.0:
            distance[v] = 0.0
            heapq.heappush(heap, (0.0, v))
            v = network.tail[arrival[v]]


@compiled
def _exclusive_path(network: Network, parent: Ints, load: Ints, start: int) -> float:
    """Cost of the digs that only one use of `start` keeps in the tree; `load` counts children and candidates."""
    cost = 0.0
    v = start
    while v != ROOT and load[v] == 1:
        cost += network.cost[parent[v]]
        v = network.tail[parent[v]]
    return cost


@compiled
def _is_spare(coverage: Coverage, candidate: int, count: Ints, spare: Floats) -> bool:
    """Whether all targets stay met without the candidate; `spare` is left as it was."""
    fits = True
    last = coverage.serves_first[candidate + 1]
    for k in range(coverage.serves_first[candidate], last):
        customer = coverage.serves[k]
        if count[customer] == 1:
            for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
                spare[coverage.member_target[member]] -= coverage.member_weight[member]
                fits = fits and spare[coverage.member_target[member]] >= 0.0
    for k in range(coverage.serves_first[candidate], last):
        customer = coverage.serves[k]
        if count[customer] == 1:
            for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
                spare[coverage.member_target[member]] += coverage.member_weight[member]
    return fits


@compiled
def _drop(network: Network, coverage: Coverage, state: tuple[Ints, Ints, Ints, Floats], candidate: int) -> None:
    """Take a candidate and the digs that only it used out of the counts."""
    parent, load, count, spare = state
    v = coverage.node[candidate]
    load[v] -= 1
    while v != ROOT and load[v] == 0:
        up = network.tail[parent[v]]
        parent[v] = -1
        load[up] -= 1
        v = up
    for k in range(coverage.serves_first[candidate], coverage.serves_first[candidate + 1]):
        customer = coverage.serves[k]
        count[customer] -= 1
        if count[customer] == 0:
            for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
                spare[coverage.member_target[member]] -= coverage.member_weight[member]


@compiled
def thin(network: Network, coverage: Coverage, parent: Ints, built: Bools) -> None:
    """Take out candidates that no target needs, most saving first; changes `built` and the tree in place."""
    load = np.zeros(network.nodes, np.int64)
    for v in range(network.nodes):
        if parent[v] >= 0:
            load[network.tail[parent[v]]] += 1
    count = np.zeros(len(coverage.connection), np.int64)
    left = coverage.required.copy()
    for candidate in range(len(built)):
        if built[candidate]:
            load[coverage.node[candidate]] += 1
            _count_in(coverage, candidate, count, left)
    spare = -left
    while True:
        best, best_saving = -1, -1.0
        for candidate in range(len(built)):
            if not built[candidate]:
                continue
            saving = coverage.price[candidate] + _exclusive_path(network, parent, load, coverage.node[candidate])
            if saving > best_saving and _is_spare(coverage, candidate, count, spare):
                best, best_saving = candidate, saving
        if best < 0:
            return
        built[best] = False
        _drop(network, coverage, (parent, load, count, spare), best)
