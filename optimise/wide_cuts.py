"""Cuts of the program of any variant, separated on the networks of all classes and years laid side by side."""

from __future__ import annotations

import numpy as np

from optimise.bounds import ArcsIn, Terminals, ascend
from optimise.cut_separation import CutSearch, Sinks, cut_off, cut_rows
from optimise.problem import Bools, Floats, Ints
from optimise.rows import Rows
from optimise.wide_network import Customers, SideBySide


def customer_cuts(
    side: SideBySide, customers: Customers, values: Floats, search: CutSearch, rng: np.random.Generator
) -> Rows:
    """(4) y(in(S)) + sum of the spots outside S and outside A >= z, for A of one place less than the customer needs.

    One of the providers is not in A; it stands outside S, or S is entered. A is taken where the point serves most.
    """
    if not len(customers.level):
        return cut_rows([], customers.level)
    level = values[customers.level]
    active = np.flatnonzero(level > search.violation)
    active = active[np.argsort(-level[active] + 0.3 * rng.random(len(active)), kind="stable")]
    capacity = np.clip(values[customers.column], 0.0, None)
    kept = ~_set_aside(customers, capacity)
    active = active[np.add.reduceat(kept, customers.first[:-1])[active] > 0]
    spot, first = _spots(customers, active, kept)
    sinks = Sinks(first, customers.node[spot], capacity[spot], level[active])
    sink, arc_first, arc, spot_first, outside = cut_off(side.network, side.flow(values), sinks, search)
    parts = [(arc_first, side.arc_column[arc]), (spot_first, customers.column[spot[outside]])]
    return cut_rows(parts, customers.level[active[sink]])


def _set_aside(customers: Customers, capacity: Floats) -> Bools:
    """(S,) spots of the places that serve a customer most, one place less than it needs."""
    served = np.bincount(customers.place, capacity)
    owner = np.zeros(len(served), dtype=np.int64)
    owner[customers.place] = np.repeat(np.arange(len(customers.level)), np.diff(customers.first))
    order = np.lexsort((-served, owner))
    rank = np.empty(len(served), dtype=np.int64)
    rank[order] = np.arange(len(served)) - np.searchsorted(owner[order], owner[order])
    return np.asarray((rank < customers.need[owner] - 1)[customers.place])


def _spots(customers: Customers, active: Ints, keep: Bools) -> tuple[Ints, Ints]:
    """Positions of the kept spots of the active customers, and where each customer's start."""
    length = np.diff(customers.first)[active]
    offset = np.cumsum(length) - length
    spot = np.repeat(customers.first[:-1][active] - offset, length) + np.arange(int(length.sum()))
    owner = np.repeat(np.arange(len(active)), length)
    kept = keep[spot]
    first = np.concatenate([[0], np.cumsum(np.bincount(owner[kept], minlength=len(active)))])
    return spot[kept], first.astype(np.int64)


def host_cuts(side: SideBySide, hosts: Ints, values: Floats, search: CutSearch, rng: np.random.Generator) -> Rows:
    """(5) y(in(S)) >= u for the host's node in S.

    Parameters
    ----------
    hosts : (H, 2) int
        Node of the whole network and column of u.
    """
    level = values[hosts[:, 1]]
    active = np.flatnonzero(level > search.violation)
    active = active[np.argsort(-level[active] + 0.05 * rng.random(len(active)), kind="stable")]
    unlimited = np.full(len(active), np.inf)
    sinks = Sinks(np.arange(len(active) + 1), hosts[active, 0], unlimited, level[active])
    sink, arc_first, arc, _, _ = cut_off(side.network, side.flow(values), sinks, search)
    return cut_rows([(arc_first, side.arc_column[arc])], hosts[active[sink], 1])


def ascent_cuts(side: SideBySide, hosts: Ints) -> Rows:
    """Host cuts that dual ascent raises to connect the given hosts, rows (node, column of u)."""
    network = side.network
    digs = len(network.tail)
    arcs = ArcsIn(network.first, network.out_arc ^ 1, network.tail, network.cost, digs, np.zeros(0, dtype=np.int64))
    terminals = Terminals(hosts[:, 0], np.ones(len(hosts), dtype=np.int64), np.full(len(hosts), np.inf))
    _, _, cut, first, arc, _ = ascend(arcs, terminals)
    return cut_rows([(first, side.arc_column[arc])], hosts[cut, 1])
