"""Violated cuts: host cuts, customer cuts and strong rows of one point of the model."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimise.bounds import ArcsIn, Terminals, ascend
from optimise.compact import ROOT, Compact, Network
from optimise.cut_model import Columns
from optimise.jit import compiled
from optimise.problem import Bools, Floats, Ints
from optimise.rows import Rows, join_rows

_CREEP = 1e-6
"""Added to every arc, so that among minimum cuts one of few arcs is found."""
_EMPTY = 1e-7
_LARGE_FLOW, _SMALL_FLOW = 0.1, 1e-3
"""Ways are looked for on arcs that carry much first, then on those that carry something, then on all."""


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

    Customer cut (4), for S without the root and m = n less the number of places left out, the others counted:
    min(m, places with host in S) / m * y(in(S)) + 1 / m * sum of x_i (a_ji) with host outside S >= z_j.
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
    """Customer cuts; for a customer that needs n places one search for each number of its best places left out."""
    cover = compact.coverage
    level = values[columns.customers : columns.pairs]
    wired = np.maximum.reduceat(cover.node[cover.cover] != ROOT, cover.cover_first[:-1])
    active = np.flatnonzero((wired | (cover.need > 1)) & (level > search.violation))
    active = active[np.argsort(-level[active] + 0.3 * rng.random(len(active)), kind="stable")]
    need = cover.need[active]
    customer, left_out = np.repeat(active, need), np.arange(int(need.sum())) - np.repeat(np.cumsum(need) - need, need)
    missing = cover.need[customer] - left_out
    first, pair = _pairs_without(compact, values[columns.pair_column], customer, left_out)
    share = np.clip(values[columns.pair_column[pair]], 0.0, None) / np.repeat(missing, np.diff(first))
    sinks = Sinks(first, cover.node[cover.cover[pair]], share, level[customer])
    sink, arc_first, arc, spot_first, spot = cut_off(compact.network, flow, sinks, search)
    ways = missing[sink]
    behind = _count_behind(first, cover.pair_slot[pair], sink, (spot_first, spot))
    factors = [
        np.repeat(np.minimum(behind, ways) / ways, np.diff(arc_first)),
        np.repeat(1.0 / ways, np.diff(spot_first)),
    ]
    parts = [(arc_first, arc), (spot_first, columns.pair_column[pair[spot]])]
    return cut_rows(parts, columns.customers + customer[sink], np.concatenate(factors))


def _pairs_without(compact: Compact, value: Floats, customer: Ints, left_out: Ints) -> tuple[Ints, Ints]:
    """Pairs of each customer without so many of its places, those of most value: (first, pair)."""
    cover = compact.coverage
    length = np.diff(cover.cover_first)[customer]
    first = np.concatenate([[0], np.cumsum(length)])
    pair = np.repeat(cover.cover_first[customer] - first[:-1], length) + np.arange(first[-1])
    if not left_out.any():
        return first, pair
    slot_value = np.bincount(cover.pair_slot, value, int(cover.slot_first[-1]))
    slot_customer = np.repeat(np.arange(len(cover.need)), np.diff(cover.slot_first))
    rank = np.empty(len(slot_value), dtype=np.int64)
    rank[np.lexsort((-slot_value, slot_customer))] = np.arange(len(rank)) - cover.slot_first[slot_customer]
    kept = rank[cover.pair_slot[pair]] >= np.repeat(left_out, length)
    return np.concatenate([[0], np.cumsum(kept)])[first], pair[kept]


def _count_behind(first: Ints, slot: Ints, sink: Ints, outside: tuple[Ints, Ints]) -> Ints:
    """Distinct places of each cut's sink with a spot inside the cut's set."""
    length = np.diff(first)[sink]
    cut = np.repeat(np.arange(len(sink)), length)
    spot = np.repeat(first[sink] - np.cumsum(length) + length, length) + np.arange(len(cut))
    spots = len(slot) + 1
    cut_outside = np.repeat(np.arange(len(sink)), np.diff(outside[0]))
    inside = ~np.isin(cut * spots + spot, cut_outside * spots + outside[1])
    slots = int(slot.max(initial=0)) + 1
    return np.bincount(np.unique(cut[inside] * slots + slot[spot[inside]]) // slots, minlength=len(sink))


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
    digs = len(network.tail)
    arcs = ArcsIn(network.first, network.out_arc ^ 1, network.tail, network.cost, digs, np.zeros(0, dtype=np.int64))
    terminals = Terminals(terminal, np.ones(len(terminal), dtype=np.int64), np.full(len(terminal), np.inf))
    _, _, cut, first, arc, _ = ascend(arcs, terminals)
    return cut_rows([(first, arc)], columns.hosts + compact.host_of_node[terminal[cut]])


def cut_rows(parts: list[tuple[Ints, Ints]], right: Ints, factor: Floats | None = None) -> Rows:
    """Rows sum of the parts' columns (times their factors, one part after the other) - right column >= 0."""
    cuts = np.arange(len(right))
    row = np.concatenate([np.repeat(cuts, np.diff(first)) for first, _ in parts] + [cuts])
    column = np.concatenate([columns for _, columns in parts] + [right])
    value = np.concatenate([np.ones(len(row) - len(cuts)) if factor is None else factor, -np.ones(len(cuts))])
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
    network: Network, residual: Floats, start: tuple[Ints, Floats], scratch: tuple[Ints, Ints, Ints], least: float
) -> tuple[bool, int]:
    """Breadth first from the spots that still draw, against arcs that carry more than `least`, until the root is met.

    `scratch` holds `mark`, set to 1 on the nodes found; `via`, set to the arc by which flow leaves each (-1 - spot at
    a spot); and the queue of the nodes found, of which the count is returned.
    """
    node, draws = start
    mark, via, queue = scratch
    count = 0
    for spot in range(len(node)):
        v = node[spot]
        if v != ROOT and draws[spot] > _EMPTY and mark[v] == 0:
            mark[v] = 1
            via[v] = -1 - spot
            queue[count] = v
            count += 1
    position = 0
    while position < count:
        v = queue[position]
        position += 1
        for k in range(network.first[v], network.first[v + 1]):
            arc = network.out_arc[k] ^ 1
            u = network.tail[arc]
            if mark[u] == 0 and residual[arc] > least:
                mark[u] = 1
                via[u] = arc
                queue[count] = u
                count += 1
                if u == ROOT:
                    return True, count
    return False, count


@compiled
def _push(network: Network, residual: Floats, via: Ints, draws: Floats, most: float, touched: list[int]) -> float:
    """Send flow along the way found from the root, note the arcs touched; return how much."""
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
        touched.append(via[v])
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
    queue = np.zeros(network.nodes, np.int64)
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
        nested, least = 0, _LARGE_FLOW
        touched = [0 for _ in range(0)]
        while sent < level - search.violation and nested < search.nested:
            rooted, count = _search_back(network, residual, (node, draws), (mark, via, queue), least)
            nodes = queue[:count]
            if rooted:
                sent += _push(network, residual, via, draws, level - sent, touched)
            elif least > _EMPTY:
                least = 0.1 * least if least > 2.0 * _SMALL_FLOW else _EMPTY
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
                touched.extend(entering)
                nested = search.nested if count == 0 else nested + 1
            mark[nodes] = 0
        for arc in touched:
            residual[arc], residual[arc ^ 1] = base[arc], base[arc ^ 1]
    return (
        np.array(found_sink, dtype=np.int64),
        np.array(arc_first),
        np.array(arcs, dtype=np.int64),
        np.array(spot_first),
        np.array(spots, dtype=np.int64),
    )
