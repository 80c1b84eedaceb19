"""Violated cuts: host cuts, customer cuts and strong rows of one point of the model."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimise.bounds import ArcsIn, ascend
from optimise.compact import ROOT, Compact, Network
from optimise.cut_model import Columns
from optimise.jit import compiled
from optimise.problem import Bools, Floats, Ints
from optimise.rows import Rows, join_rows

_CREEP = 1e-6
"""Added to every arc, so that among minimum cuts one of few arcs is found."""
_EMPTY = 1e-7


class Sinks(NamedTuple):
    """What must be connected: sink t draws up to ``capacity[k]`` at ``node[k]`` for k in its range, `level` in all.

    Attributes
    ----------
    first : (T + 1,) int
    node, capacity : (n,) int, float
    level : (T,) float
    """

    first: Ints
    node: Ints
    capacity: Floats
    level: Floats


class CutSearch(NamedTuple):
    """How cuts are searched: least violation, nested cuts per sink, cuts in all, and whether each sink gets its own."""

    violation: float
    nested: int
    at_most: int
    every_sink: bool = False


def find_cuts(compact: Compact, columns: Columns, values: Floats, search: CutSearch, *, seed: int) -> Rows:
    """Customer cuts and host cuts that the point violates.

    Customer cut (4), for S without the root: y(in(S)) + sum of x_i (a_ji) with host outside S >= z_j.
    Host cut (5): y(in(S)) >= u_v for v in S.

    Parameters
    ----------
    values : (columns,) float
        The point.
    seed : int
        Orders sinks of about equal level.
    """
    rng = np.random.default_rng(seed)
    flow = np.clip(values[: columns.candidates], 0.0, None)
    return join_rows(
        [
            _customer_cuts(compact, columns, values, flow, search, rng),
            find_host_cuts(compact, columns, values, search, rng=rng),
        ]
    )


def _customer_cuts(
    compact: Compact, columns: Columns, values: Floats, flow: Floats, search: CutSearch, rng: np.random.Generator
) -> Rows:
    cover = compact.coverage
    level = values[columns.customers : columns.pairs]
    wired = np.maximum.reduceat(cover.node[cover.cover] != ROOT, cover.cover_first[:-1])
    active = np.flatnonzero(wired & (level > search.violation))
    active = active[np.argsort(-level[active] + 0.3 * rng.random(len(active)), kind="stable")]
    length = np.diff(cover.cover_first)[active]
    first = np.concatenate([[0], np.cumsum(length)])
    pair = np.repeat(cover.cover_first[active] - first[:-1], length) + np.arange(first[-1])
    capacity = np.clip(values[columns.pair_column[pair]], 0.0, None)
    sinks = Sinks(first, cover.node[cover.cover[pair]], capacity, level[active])
    sink, arc_first, arc, spot_first, spot = cut_off(compact.network, flow, sinks, search)
    return cut_rows([(arc_first, arc), (spot_first, columns.pair_column[pair[spot]])], columns.customers + active[sink])


def find_host_cuts(
    compact: Compact, columns: Columns, values: Floats, search: CutSearch, *, rng: np.random.Generator
) -> Rows:
    """Host cuts that the point violates; on an integral point, none means that all hosts are connected."""
    flow = np.clip(values[: columns.candidates], 0.0, None)
    level = values[columns.hosts : columns.customers]
    active = np.flatnonzero(level > search.violation)
    active = active[np.argsort(-level[active] + 0.05 * rng.random(len(active)), kind="stable")]
    ones = np.full(len(active), np.inf)
    sinks = Sinks(np.arange(len(active) + 1), compact.hosts[active], ones, level[active])
    sink, arc_first, arc, _, _ = cut_off(compact.network, flow, sinks, search)
    return cut_rows([(arc_first, arc)], columns.hosts + active[sink])


def terminal_cuts(compact: Compact, columns: Columns, built: Bools) -> Rows:
    """Host cuts that dual ascent raises to connect the given candidates."""
    network = compact.network
    terminal = np.unique(compact.coverage.node[built])
    terminal = terminal[terminal != ROOT]
    arcs = ArcsIn(network.first, network.out_arc ^ 1, network.tail, network.cost)
    _, _, cut, first, arc = ascend(arcs, terminal, np.full(len(terminal), np.inf))
    return cut_rows([(first, arc)], columns.hosts + compact.host_of_node[terminal[cut]])


def cut_rows(parts: list[tuple[Ints, Ints]], right: Ints) -> Rows:
    """Rows sum of the parts' columns - right column >= 0."""
    cuts = np.arange(len(right))
    row = np.concatenate([np.repeat(cuts, np.diff(first)) for first, _ in parts] + [cuts])
    column = np.concatenate([columns for _, columns in parts] + [right])
    value = np.concatenate([np.ones(len(row) - len(cuts)), -np.ones(len(cuts))])
    order = np.argsort(row, kind="stable")
    first = np.searchsorted(row[order], np.arange(len(cuts) + 1))
    return Rows(first, column[order], value[order], np.zeros(len(cuts)), np.full(len(cuts), np.inf))


def violated(rows: Rows, values: Floats, *, by: float, at_most: int) -> Ints:
    """Positions of the rows most violated at a point."""
    activity = rows.activity(values)
    short = np.maximum(rows.lower - activity, activity - rows.upper)
    found = np.flatnonzero(short > by)
    return found[np.argsort(-short[found], kind="stable")][:at_most]


@compiled
def _search_back(
    network: Network, residual: Floats, start: tuple[Ints, Floats], mark: Ints, via: Ints
) -> tuple[bool, Ints]:
    """Breadth first from the spots that still draw, against the arcs that still carry, until the root is met.

    `mark` is set to 1 on the nodes found, `via` to the arc by which flow leaves each (-1 - spot at a spot).
    """
    node, draws = start
    queue = [0 for _ in range(0)]
    for spot in range(len(node)):
        v = node[spot]
        if v != ROOT and draws[spot] > _EMPTY and mark[v] == 0:
            mark[v] = 1
            via[v] = -1 - spot
            queue.append(v)
    position = 0
    while position < len(queue):
        v = queue[position]
        position += 1
        for k in range(network.first[v], network.first[v + 1]):
            arc = network.out_arc[k] ^ 1
            u = network.tail[arc]
            if mark[u] == 0 and residual[arc] > _EMPTY:
                mark[u] = 1
                via[u] = arc
                queue.append(u)
                if u == ROOT:
                    return True, np.array(queue)
    return False, np.array(queue)


@compiled
def _push(network: Network, residual: Floats, via: Ints, draws: Floats, most: float) -> float:
    """Send flow along the way found from the root; return how much."""
    v = ROOT
    amount = most
    while via[v] >= 0:
        amount = min(amount, residual[via[v]])
        v = network.head[via[v]]
    spot = -1 - via[v]
    amount = min(amount, draws[spot])
    draws[spot] -= amount
    v = ROOT
    while via[v] >= 0:
        residual[via[v]] -= amount
        residual[via[v] ^ 1] += amount
        v = network.head[via[v]]
    return float(amount)


@compiled
def _entering_arcs(network: Network, nodes: Ints, mark: Ints) -> Ints:
    """Arcs that enter the marked nodes."""
    found = [0 for _ in range(0)]
    for v in nodes:
        for k in range(network.first[v], network.first[v + 1]):
            if mark[network.head[network.out_arc[k]]] == 0:
                found.append(network.out_arc[k] ^ 1)
    return np.array(found, dtype=np.int64)


@compiled
def cut_off(network: Network, flow: Floats, sinks: Sinks, search: CutSearch) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Minimum cuts between the root and each sink that carry less than the sink's level.

    After a cut is found its arcs are opened and the next one nearer to the root is looked for (nested cuts). A sink
    all of whose spots lie in sets already cut off is left for the next round unless every sink is asked for.

    Returns
    -------
    sink : (n,) int
    arc_first, arc : (n + 1,), (nnz,) int
        Arcs that enter each set.
    spot_first, spot : (n + 1,), (nnz,) int
        Spots of the sink outside the set.
    """
    base = flow + _CREEP
    covered = np.zeros(network.nodes, np.int64)
    mark, via = np.zeros(network.nodes, np.int64), np.zeros(network.nodes, np.int64)
    found_sink = [0 for _ in range(0)]
    arc_first, spot_first = [0], [0]
    arcs, spots = [0 for _ in range(0)], [0 for _ in range(0)]
    residual = base.copy()
    for sink in range(len(sinks.level)):
        low, high = sinks.first[sink], sinks.first[sink + 1]
        node, level = sinks.node[low:high], sinks.level[sink]
        if len(found_sink) >= search.at_most or (not search.every_sink and covered[node].min() > 0):
            continue
        draws = sinks.capacity[low:high].copy()
        sent = draws[node == ROOT].sum()
        nested = 0
        residual[:] = base
        while sent < level - search.violation and nested < search.nested:
            rooted, nodes = _search_back(network, residual, (node, draws), mark, via)
            if rooted:
                sent += _push(network, residual, via, draws, level - sent)
            else:
                entering = _entering_arcs(network, nodes, mark)
                outside = np.flatnonzero(mark[node] == 0)
                if flow[entering].sum() + sinks.capacity[low:high][outside].sum() < level - search.violation:
                    found_sink.append(sink)
                    arcs.extend(entering)
                    arc_first.append(len(arcs))
                    spots.extend(outside + low)
                    spot_first.append(len(spots))
                    if nested == 0:
                        covered[nodes] = 1
                residual[entering] = np.maximum(residual[entering], 1.0)
                nested = search.nested if len(nodes) == 0 else nested + 1
            mark[nodes] = 0
    return (
        np.array(found_sink, dtype=np.int64),
        np.array(arc_first),
        np.array(arcs, dtype=np.int64),
        np.array(spot_first),
        np.array(spots, dtype=np.int64),
    )
