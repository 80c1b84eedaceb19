"""A bound without any linear program: Lagrangian prizes for served weight, dual ascent on the connections.

The target rows are relaxed with multipliers m_q >= 0. What is left is a prize-collecting Steiner arborescence on the
network extended by an arc into each candidate (its price) and one into each customer (the pair's cost); dual ascent
after Wong (1984), with the prize as the most a customer's duals may add up to (Leitner, Ljubić, Luipersbeck and Sinnl
2018), bounds it from below.

A customer that needs n places has as many ways to be connected. While m of them are still missing, each cut that
separates the root from the places not yet connected holds with factor 1 on digs (less where fewer than m of its places
lie behind the digs) and 1/m on candidates and pairs, as one place counts but once.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimise.compact import ROOT, Compact, group_first
from optimise.jit import compiled
from optimise.problem import Bools, Floats, Ints

_ZERO = 1e-9
_LAST_STEP = 0.01
_MAX_ROUNDS = 40
# from known multipliers: first step, and least part of those of a search from nothing
_KNOWN_STEP, _LEAST_PART = 0.06, 0.01


class ArcsIn(NamedTuple):
    """A digraph by entering arcs: those of v are ``arc[first[v]:first[v + 1]]``; node 0 is the root.

    The first `digs` arcs carry any number of ways, the others one. The last arcs are pairs, each with its slot.
    """

    first: Ints
    arc: Ints
    tail: Ints
    cost: Floats
    digs: int
    slot: Ints


class Terminals(NamedTuple):
    """What must be connected, by so many ways, or the prize goes uncollected; each (T,)."""

    node: Ints
    need: Ints
    prize: Floats


@dataclass(frozen=True)
class DualBound:
    """A Lagrangian bound and what proves it.

    Attributes
    ----------
    value : float
        No plan costs less.
    cut_customer : (n,) int
        Customer of each cut that dual ascent raised.
    cut_first, cut_arc : (n + 1,), (nnz,) int
        Arcs of the extended network that enter the cut's set: digs, then candidates, then pairs.
    cut_value : (nnz,) float
        Their factors, where the customer's is 1.
    multiplier : (K,) float
        Cost per unit of weight of each target that gave the bound.
    """

    value: float
    cut_customer: Ints
    cut_first: Ints
    cut_arc: Ints
    cut_value: Floats
    multiplier: Floats


def lagrangian_bound(
    compact: Compact,
    plan_cost: float,
    *,
    deadline: float,
    tick: Callable[[], None],
    known: Floats | None = None,
) -> DualBound:
    """Bound the least cost from below.

    Parameters
    ----------
    compact : Compact
    plan_cost : float
        Cost of some plan, from which the multipliers start.
    deadline : float
        `time.monotonic` time after which no further round is started; the first one always runs.
    tick : callable
        Called each round; may raise CancelledError.
    known : (K,) float, optional
        Multipliers that were best at other prices or requirements: the search starts at them, with short steps.
        Every multiplier gives a bound, so they need not fit; of another number of targets they are passed over.
    """
    cover = compact.coverage
    weights = compact.weights
    arcs = _extended_arcs(compact)
    terminal = compact.network.nodes + len(cover.price) + _lowest(cover.below)
    multiplier, step = 0.8 * plan_cost / (len(cover.required) * cover.required), 0.5
    if known is not None and known.shape == multiplier.shape:
        # none at 0, where it would stay
        multiplier, step = np.maximum(known, _LEAST_PART * multiplier), _KNOWN_STEP
    best, best_multiplier, best_short = -np.inf, multiplier, np.zeros(len(cover.required))
    failures = 0
    for rounds in range(_MAX_ROUNDS):
        tick()
        worth = weights @ multiplier
        prize = np.where(compact.must_serve, np.inf, worth - cover.connection)
        raised, served = ascend(arcs, Terminals(terminal, cover.need, prize))[:2]
        value = _lagrangian_value(compact, multiplier, worth, raised)
        short = 1.0 - (served @ weights) / cover.required
        if value > best:
            best, best_multiplier, best_short, failures = value, multiplier, short, 0
        else:
            failures += 1
        if failures >= 3:
            step, failures, multiplier, short = 0.6 * step, 0, best_multiplier, best_short
        if step < _LAST_STEP or (rounds > 0 and time.monotonic() > deadline):
            break
        multiplier = multiplier * np.exp(np.clip(3.0 * step * short, -0.7, 0.7))
    prize = np.where(compact.must_serve, np.inf, weights @ best_multiplier - cover.connection)
    cuts = ascend(arcs, Terminals(terminal, cover.need, prize))[2:]
    return DualBound(best, *cuts, best_multiplier)


def _lagrangian_value(compact: Compact, multiplier: Floats, worth: Floats, raised: float) -> float:
    """Value of m R - sum of the prizes that may be left uncollected + what the ascent raised."""
    connection = compact.coverage.connection
    net = np.where(compact.must_serve, worth - connection, np.maximum(worth - connection, 0.0))
    return float(multiplier @ compact.coverage.required - net.sum() + raised)


def _lowest(below: Ints) -> Ints:
    """Customer of the same demand that asks fewest: its pairs stand for those of all of them."""
    lowest = np.arange(len(below))
    for customer in np.flatnonzero(below >= 0).tolist():
        lowest[customer] = lowest[below[customer]]
    return lowest


def _extended_arcs(compact: Compact) -> ArcsIn:
    """Network, candidates and customers as one digraph; arc ids: digs, then candidates, then pairs."""
    network, cover = compact.network, compact.coverage
    candidates = network.nodes + np.arange(len(cover.price))
    customers = (
        network.nodes + len(cover.price) + np.repeat(np.arange(len(cover.connection)), np.diff(cover.cover_first))
    )
    tail = np.concatenate([network.tail, cover.node, candidates[cover.cover]])
    head = np.concatenate([network.head, candidates, customers])
    cost = np.concatenate([network.cost, cover.price, cover.pair_cost])
    order = np.argsort(head, kind="stable")
    nodes = network.nodes + len(cover.price) + len(cover.connection)
    return ArcsIn(group_first(head[order], nodes), order, tail, cost, len(network.tail), cover.pair_slot)


class _Sweep(NamedTuple):
    """Where the searches of an ascent stand.

    Attributes
    ----------
    mark, by : (nodes,) int
        Stamp of the last search that met the node, and the slot by which it did.
    connected : (slots,) bool
        A way without slack leads from the root to the slot.
    ways : (nodes,) int
        Connected slots of each customer.
    """

    mark: Ints
    by: Ints
    connected: Bools
    ways: Ints


@compiled
def _reach_back(arcs: ArcsIn, slack: Floats, start: int, sweep: _Sweep, stamp: int) -> tuple[Ints, int]:
    """Nodes from which arcs without slack lead to `start` through slots not yet connected.

    Also the slot by which the root is one of them: -1 where it is not, -2 where there are no slots.
    """
    first_pair = len(arcs.tail) - len(arcs.slot)
    queue = [start]
    sweep.mark[start] = stamp
    sweep.by[start] = -2
    position = 0
    while position < len(queue):
        v = queue[position]
        position += 1
        for k in range(arcs.first[v], arcs.first[v + 1]):
            arc = arcs.arc[k]
            u = arcs.tail[arc]
            if sweep.mark[u] != stamp and slack[arc] <= _ZERO:
                by = sweep.by[v]
                if arc >= first_pair:
                    by = arcs.slot[arc - first_pair]
                    if sweep.connected[by]:
                        continue
                if u == ROOT:
                    return np.array(queue), by
                sweep.mark[u] = stamp
                sweep.by[u] = by
                queue.append(u)
    return np.array(queue), -1


@compiled
def _entering(arcs: ArcsIn, nodes: Ints, sweep: _Sweep, stamp: int) -> Ints:
    """Arcs that enter the marked nodes, those of slots already connected apart."""
    first_pair = len(arcs.tail) - len(arcs.slot)
    found = [0 for _ in range(0)]
    for v in nodes:
        for k in range(arcs.first[v], arcs.first[v + 1]):
            arc = arcs.arc[k]
            still_missing = arc < first_pair or not sweep.connected[arcs.slot[arc - first_pair]]
            if still_missing and sweep.mark[arcs.tail[arc]] != stamp:
                found.append(arc)
    return np.array(found, dtype=np.int64)


@compiled
def _count_behind(arcs: ArcsIn, start: int, sweep: _Sweep, stamp: int) -> int:
    """Slots of a customer to which digs of the marked nodes lead: their candidate and its node are marked."""
    first_pair = len(arcs.tail) - len(arcs.slot)
    seen = [0 for _ in range(0)]
    for k in range(arcs.first[start], arcs.first[start + 1]):
        pair = arcs.arc[k]
        slot = arcs.slot[pair - first_pair]
        candidate = arcs.tail[pair]
        if sweep.mark[candidate] == stamp and slot not in seen:
            host = arcs.tail[arcs.arc[arcs.first[candidate]]]
            if sweep.mark[host] == stamp:
                seen.append(slot)
    return len(seen)


@compiled
def ascend(arcs: ArcsIn, terminals: Terminals) -> tuple[float, Bools, Ints, Ints, Ints, Floats]:
    """Dual ascent with prizes, smallest cut first.

    Returns
    -------
    raised : float
        Sum of the dual values.
    served : (T,) bool
        Terminals whose prize is not used up.
    cut_terminal, cut_first, cut_arc, cut_value
        The cuts that were raised.
    """
    slack = arcs.cost.copy()
    left = terminals.prize.copy()
    ways = np.zeros(len(arcs.first), np.int64)
    connected = np.zeros(arcs.slot.max() + 1 if len(arcs.slot) > 0 else 0, np.bool_)
    sweep = _Sweep(ways.copy(), ways.copy(), connected, ways)
    stamp = 0
    raised = 0.0
    heap = [(1, 0) for _ in range(0)]
    for t in range(len(left)):
        if left[t] > _ZERO:
            heapq.heappush(heap, (1, t))
    cut_terminal = [0 for _ in range(0)]
    cut_first = [0]
    cut_arc = [0 for _ in range(0)]
    cut_value = [0.0 for _ in range(0)]
    while len(heap) > 0:
        score, t = heapq.heappop(heap)
        start = terminals.node[t]
        missing = terminals.need[t] - ways[start]
        if missing <= 0:
            continue
        stamp += 1
        nodes, slot = _reach_back(arcs, slack, start, sweep, stamp)
        if slot != -1:
            if slot >= 0:
                connected[slot] = True
                ways[start] += 1
                if missing > 1:
                    heapq.heappush(heap, (score, t))
            continue
        entering = _entering(arcs, nodes, sweep, stamp)
        if len(heap) > 0 and len(entering) > heap[0][0] and len(entering) > score:
            heapq.heappush(heap, (len(entering), t))
            continue
        step = left[t]
        per_dig, per_way = 1.0, 1.0
        if missing > 1:
            per_dig = min(missing, _count_behind(arcs, start, sweep, stamp)) / missing
            per_way = 1.0 / missing
        for arc in entering:
            step = min(step, slack[arc] / (per_dig if arc < arcs.digs else per_way))
        for arc in entering:
            value = per_dig if arc < arcs.digs else per_way
            slack[arc] -= step * value
            cut_arc.append(arc)
            cut_value.append(value)
        raised += step
        left[t] -= step
        cut_terminal.append(t)
        cut_first.append(len(cut_arc))
        if left[t] > _ZERO:
            heapq.heappush(heap, (len(entering), t))
    return (
        raised,
        left > _ZERO,
        np.array(cut_terminal, dtype=np.int64),
        np.array(cut_first),
        np.array(cut_arc, dtype=np.int64),
        np.array(cut_value),
    )
