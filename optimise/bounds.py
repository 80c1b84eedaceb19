"""A bound without any linear program: Lagrangian prizes for served weight, dual ascent on the connections.

The target rows are relaxed with multipliers m_q >= 0. What is left is a prize-collecting Steiner arborescence on the
network extended by an arc into each candidate (its price) and one into each customer (the pair's cost); dual ascent
after Wong (1984), with the prize as the most a customer's duals may add up to (Leitner, Ljubić, Luipersbeck and Sinnl
2018), bounds it from below.
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


class ArcsIn(NamedTuple):
    """A digraph by entering arcs: those of v are ``arc[first[v]:first[v + 1]]``; node 0 is the root."""

    first: Ints
    arc: Ints
    tail: Ints
    cost: Floats


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
    """

    value: float
    cut_customer: Ints
    cut_first: Ints
    cut_arc: Ints


def lagrangian_bound(compact: Compact, plan_cost: float, *, deadline: float, tick: Callable[[], None]) -> DualBound:
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
    """
    cover = compact.coverage
    weights = compact.weights
    arcs = _extended_arcs(compact)
    terminal = compact.network.nodes + len(cover.price) + np.arange(len(cover.connection))
    multiplier = 0.8 * plan_cost / (len(cover.required) * cover.required)
    best, best_multiplier, best_short = -np.inf, multiplier, np.zeros(len(cover.required))
    step, failures = 0.5, 0
    for rounds in range(_MAX_ROUNDS):
        tick()
        worth = weights @ multiplier
        prize = np.where(compact.must_serve, np.inf, worth - cover.connection)
        raised, served = ascend(arcs, terminal, prize)[:2]
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
    cuts = ascend(arcs, terminal, prize)[2:]
    return DualBound(best, *cuts)


def _lagrangian_value(compact: Compact, multiplier: Floats, worth: Floats, raised: float) -> float:
    """Value of m R - sum of the prizes that may be left uncollected + what the ascent raised."""
    connection = compact.coverage.connection
    net = np.where(compact.must_serve, worth - connection, np.maximum(worth - connection, 0.0))
    return float(multiplier @ compact.coverage.required - net.sum() + raised)


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
    return ArcsIn(group_first(head[order], nodes), order, tail, cost)


@compiled
def _reach_back(arcs: ArcsIn, slack: Floats, start: int, mark: Ints, stamp: int) -> tuple[Ints, bool]:
    """Nodes from which arcs without slack lead to `start`, and whether the root is one of them."""
    queue = [start]
    mark[start] = stamp
    position = 0
    while position < len(queue):
        v = queue[position]
        position += 1
        for k in range(arcs.first[v], arcs.first[v + 1]):
            arc = arcs.arc[k]
            u = arcs.tail[arc]
            if mark[u] != stamp and slack[arc] <= _ZERO:
                if u == ROOT:
                    return np.array(queue), True
                mark[u] = stamp
                queue.append(u)
    return np.array(queue), False


@compiled
def _entering(arcs: ArcsIn, nodes: Ints, mark: Ints, stamp: int) -> Ints:
    """Arcs that enter the marked nodes."""
    found = [0 for _ in range(0)]
    for v in nodes:
        for k in range(arcs.first[v], arcs.first[v + 1]):
            if mark[arcs.tail[arcs.arc[k]]] != stamp:
                found.append(arcs.arc[k])
    return np.array(found, dtype=np.int64)


@compiled
def ascend(arcs: ArcsIn, terminal: Ints, prize: Floats) -> tuple[float, Bools, Ints, Ints, Ints]:
    """Dual ascent with prizes, smallest cut first.

    Returns
    -------
    raised : float
        Sum of the dual values.
    served : (C,) bool
        Terminals whose prize is not used up.
    cut_terminal, cut_first, cut_arc
        The cuts that were raised.
    """
    slack = arcs.cost.copy()
    left = prize.copy()
    mark = np.zeros(len(arcs.first), np.int64)
    stamp = 0
    raised = 0.0
    heap = [(1, 0) for _ in range(0)]
    for t in range(len(terminal)):
        if left[t] > _ZERO:
            heapq.heappush(heap, (1, t))
    cut_terminal = [0 for _ in range(0)]
    cut_first = [0]
    cut_arc = [0 for _ in range(0)]
    while len(heap) > 0:
        score, t = heapq.heappop(heap)
        stamp += 1
        nodes, connected = _reach_back(arcs, slack, terminal[t], mark, stamp)
        if connected:
            continue
        entering = _entering(arcs, nodes, mark, stamp)
        if len(heap) > 0 and len(entering) > heap[0][0] and len(entering) > score:
            heapq.heappush(heap, (len(entering), t))
            continue
        step = left[t]
        for arc in entering:
            step = min(step, slack[arc])
        for arc in entering:
            slack[arc] -= step
            cut_arc.append(arc)
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
    )
