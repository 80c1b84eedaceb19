"""Plans of the compact problem: grown greedily, thinned, and their digs shortened."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import NamedTuple

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


class _Tally(NamedTuple):
    """What the candidates built so far give.

    Attributes
    ----------
    lack : (C,) int
        Places that each customer still lacks; below 0 where it has more than it needs.
    filled : (slots,) int
        Built candidates at each place of each customer.
    left : (Q,) float
        Weight that each target still lacks; below 0 where more is served than required.
    """

    lack: Ints
    filled: Ints
    left: Floats


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
        Customers to serve, all of them covered, with each also the one below it; chosen greedily where absent.
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
def _cheapest_links(coverage: Coverage, built: Bools, customer: int) -> float:
    """Cost of the cheapest pairs with built candidates at as many places as needed, inf where there are too few."""
    need = coverage.need[customer]
    first = coverage.slot_first[customer]
    cheapest = np.full(1 if need == 1 else coverage.slot_first[customer + 1] - first, np.inf)
    for pair in range(coverage.cover_first[customer], coverage.cover_first[customer + 1]):
        if built[coverage.cover[pair]]:
            slot = 0 if need == 1 else coverage.pair_slot[pair] - first
            cheapest[slot] = min(cheapest[slot], coverage.pair_cost[pair])
    return float(cheapest[0] if need == 1 else np.sort(cheapest)[:need].sum())


@compiled
def _service_price(coverage: Coverage, built: Bools, customer: int) -> float:
    """What serving a customer costs on top of serving the one below it, inf where it cannot be."""
    price = coverage.connection[customer] + _cheapest_links(coverage, built, customer)
    below = coverage.below[customer]
    if below >= 0 and price < np.inf:
        price -= _cheapest_links(coverage, built, below)
    return float(price)


@compiled
def service_cost(coverage: Coverage, built: Bools, served: Bools) -> float:
    """Connections and cheapest pairs of the served customers."""
    cost = 0.0
    for customer in range(len(served)):
        if served[customer]:
            cost += _service_price(coverage, built, customer)
    return cost


@compiled
def find_covered(coverage: Coverage, built: Bools) -> Bools:
    """Customers with built candidates at as many places as they need."""
    lack = coverage.need.copy()
    filled = np.zeros(coverage.slot_first[-1], np.bool_)
    for candidate in np.flatnonzero(built):
        for k in range(coverage.serves_first[candidate], coverage.serves_first[candidate + 1]):
            slot = coverage.pair_slot[coverage.serves_pair[k]]
            if not filled[slot]:
                filled[slot] = True
                lack[coverage.serves[k]] -= 1
    return lack <= 0


@compiled
def _leave_out(coverage: Coverage, chain: list[int], spare: Floats) -> bool:
    """Take the weights of some customers out of `spare` if all targets stay met without them."""
    before = spare.copy()
    for customer in chain:
        for k in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
            spare[coverage.member_target[k]] -= coverage.member_weight[k]
            if spare[coverage.member_target[k]] < 0.0:
                spare[:] = before
                return False
    return True


@compiled
def choose_served(coverage: Coverage, built: Bools) -> Bools:
    """Serve everyone covered, then leave out the dearest for their weight as long as the targets stay met.

    With a customer leave those above it.
    """
    customers = len(coverage.connection)
    cost = np.empty(customers)
    worth = np.zeros(customers)
    above = np.full(customers, -1)
    spare = -coverage.required
    for customer in range(customers):
        cost[customer] = _service_price(coverage, built, customer)
        if coverage.below[customer] >= 0:
            above[coverage.below[customer]] = customer
        for k in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
            target = coverage.member_target[k]
            worth[customer] += coverage.member_weight[k] / coverage.required[target]
            if cost[customer] < np.inf:
                spare[target] += coverage.member_weight[k]
    served = cost < np.inf
    for customer in np.argsort(-cost / worth):
        if not served[customer] or cost[customer] <= 0.0:
            continue
        chain = [customer]
        while above[chain[-1]] >= 0 and served[above[chain[-1]]]:
            chain.append(above[chain[-1]])
        if _leave_out(coverage, chain, spare):
            for other in chain:
                served[other] = False
    return served


@compiled
def _gain(coverage: Coverage, candidate: int, tally: _Tally) -> tuple[float, float]:
    """What building a candidate adds to the targets (in shares of them), and what serving costs then.

    One of several places that a customer lacks counts for its part.
    """
    gain = 0.0
    cost = 0.0
    for k in range(coverage.serves_first[candidate], coverage.serves_first[candidate + 1]):
        customer = coverage.serves[k]
        lack = tally.lack[customer]
        if lack <= 0 or (lack < coverage.need[customer] and tally.filled[coverage.pair_slot[coverage.serves_pair[k]]]):
            continue
        useful = 0.0
        for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
            target = coverage.member_target[member]
            if tally.left[target] > 0.0:
                useful += min(coverage.member_weight[member], tally.left[target]) / coverage.required[target]
        if useful > 0.0:
            gain += useful / lack
            cost += coverage.connection[customer] / lack
            below = coverage.below[customer]
            if below < 0 or tally.lack[below] <= 0:
                cost += coverage.pair_cost[coverage.serves_pair[k]]
    return gain, cost


@compiled
def _count_in(coverage: Coverage, candidate: int, tally: _Tally) -> None:
    """Note that a candidate serves its customers."""
    for k in range(coverage.serves_first[candidate], coverage.serves_first[candidate + 1]):
        slot = coverage.pair_slot[coverage.serves_pair[k]]
        tally.filled[slot] += 1
        if tally.filled[slot] > 1:
            continue
        customer = coverage.serves[k]
        tally.lack[customer] -= 1
        if tally.lack[customer] == 0:
            for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
                tally.left[coverage.member_target[member]] -= coverage.member_weight[member]


@compiled
def _count_out(coverage: Coverage, candidate: int, tally: _Tally) -> None:
    """Note that a candidate no longer serves its customers."""
    for k in range(coverage.serves_first[candidate], coverage.serves_first[candidate + 1]):
        slot = coverage.pair_slot[coverage.serves_pair[k]]
        tally.filled[slot] -= 1
        if tally.filled[slot] > 0:
            continue
        customer = coverage.serves[k]
        tally.lack[customer] += 1
        if tally.lack[customer] == 1:
            for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
                tally.left[coverage.member_target[member]] += coverage.member_weight[member]


@compiled
def _new_tally(coverage: Coverage, built: Bools) -> _Tally:
    """What the given candidates give."""
    tally = _Tally(coverage.need.copy(), np.zeros(coverage.slot_first[-1], np.int64), coverage.required.copy())
    for candidate in range(len(built)):
        if built[candidate]:
            _count_in(coverage, candidate, tally)
    return tally


@compiled
def grow(network: Network, coverage: Coverage, length: Floats, bias: Floats, built: Bools) -> None:
    """Build the candidate of most gain per cost, distance to the tree so far included, until every target is met.

    Changes `built` in place.
    """
    distance = np.full(network.nodes, np.inf)
    arrival = np.full(network.nodes, -1)
    tally = _new_tally(coverage, built)
    parent, _ = make_tree(network, length, terminals_of(network, coverage, built))
    heap = [(0.0, ROOT)]
    distance[ROOT] = 0.0
    for v in range(network.nodes):
        if parent[v] >= 0:
            distance[v] = 0.0
            heapq.heappush(heap, (0.0, v))
    while (tally.left > 0.0).any():
        settle(network, length, distance, arrival, heap)
        best, best_score = -1, 0.0
        for candidate in range(len(built)):
            gain, cost = _gain(coverage, candidate, tally)
            score = (
                gain * bias[candidate] / (coverage.price[candidate] + distance[coverage.node[candidate]] + cost + 1e-9)
            )
            if not built[candidate] and score > best_score:
                best, best_score = candidate, score
        if best < 0:
            return
        built[best] = True
        _count_in(coverage, best, tally)
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
def _is_spare(coverage: Coverage, candidate: int, tally: _Tally) -> bool:
    """Whether all targets stay met without the candidate; `left` is as it was afterwards."""
    fits = True
    last = coverage.serves_first[candidate + 1]
    for k in range(coverage.serves_first[candidate], last):
        customer = coverage.serves[k]
        if tally.lack[customer] == 0 and tally.filled[coverage.pair_slot[coverage.serves_pair[k]]] == 1:
            for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
                tally.left[coverage.member_target[member]] += coverage.member_weight[member]
                fits = fits and tally.left[coverage.member_target[member]] <= 0.0
    for k in range(coverage.serves_first[candidate], last):
        customer = coverage.serves[k]
        if tally.lack[customer] == 0 and tally.filled[coverage.pair_slot[coverage.serves_pair[k]]] == 1:
            for member in range(coverage.member_first[customer], coverage.member_first[customer + 1]):
                tally.left[coverage.member_target[member]] -= coverage.member_weight[member]
    return fits


@compiled
def _prune_from(network: Network, parent: Ints, load: Ints, start: int) -> None:
    """Take one use of `start` out of the tree, with the digs that only it used."""
    v = start
    load[v] -= 1
    while v != ROOT and load[v] == 0:
        up = network.tail[parent[v]]
        parent[v] = -1
        load[up] -= 1
        v = up


@compiled
def thin(network: Network, coverage: Coverage, parent: Ints, built: Bools) -> None:
    """Take out candidates that no target needs, most saving first; changes `built` and the tree in place."""
    load = np.zeros(network.nodes, np.int64)
    for v in range(network.nodes):
        if parent[v] >= 0:
            load[network.tail[parent[v]]] += 1
    for node in coverage.node[built]:
        load[node] += 1
    tally = _new_tally(coverage, built)
    while True:
        best, best_saving = -1, -1.0
        for candidate in range(len(built)):
            if not built[candidate]:
                continue
            saving = coverage.price[candidate] + _exclusive_path(network, parent, load, coverage.node[candidate])
            if saving > best_saving and _is_spare(coverage, candidate, tally):
                best, best_saving = candidate, saving
        if best < 0:
            return
        built[best] = False
        _prune_from(network, parent, load, coverage.node[best])
        _count_out(coverage, best, tally)
