"""Short trees for every class and year of a point of the program: what is dug for one serves the others."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from optimise.compact import ROOT, Network, make_network
from optimise.problem import Bools, Floats, Ints
from optimise.programme import Programme
from optimise.steiner import make_tree
from optimise.steiner_search import shorten_tree
from optimise.wide_network import SideBySide, Strip

_USED = 1e-3
"""Factor on the length of what the point digs: the trees follow it where they can."""
_ORDERS = 6
"""Orders of the classes that are tried."""


def reconnect(programme: Programme, side: SideBySide, values: Floats) -> Floats | None:
    """Connect the equipment of a binary point by trees, each dig in the first year that needs it.

    Parameters
    ----------
    programme : Programme
    side : SideBySide
    values : (columns,) float
        0 or 1; equipment, service and their years stay as they are.

    Returns
    -------
    (columns,) float or None
        The cheapest of the points with one order of the classes; None where something cannot be connected.
    """
    cost_of = _costs(programme, side)
    best, least = None, np.inf
    for order in list(permutations(range(programme.classes)))[:_ORDERS]:
        found = _connect(programme, side, values, cost_of, order)
        if found is not None and found[1] < least:
            best, least = found
    return best


def _costs(programme: Programme, side: SideBySide) -> tuple[Floats, tuple[Floats, ...]]:
    """Dig cost of each edge of the problem as the trees see it, and cable cost of each strip's edges."""
    problem = programme.problem
    total = [
        side.network.cost[2 * strip.first_edge : 2 * (strip.first_edge + len(strip.edge)) : 2] for strip in side.strips
    ]
    backhaul = problem.backhaul
    cables = tuple(
        np.zeros(len(strip.edge)) if backhaul is None else backhaul.cable_cost[strip.layer.backhaul_class][strip.edge]
        for strip in side.strips
    )
    dig = np.zeros(len(problem.edge_cost))
    for strip, whole, cable in zip(side.strips, total, cables, strict=True):
        dig[strip.edge] = np.maximum(whole - cable, 0.0)
    return dig, cables


def _connect(
    programme: Programme,
    side: SideBySide,
    values: Floats,
    cost_of: tuple[Floats, tuple[Floats, ...]],
    order: tuple[int, ...],
) -> tuple[Floats, float] | None:
    """Trees for all that is built at the end, class after class; each year has the part that its equipment needs."""
    dig_cost, cable_cost = cost_of
    point = values.copy()
    _clear(programme, point)
    dug = np.zeros(len(dig_cost), dtype=bool)
    total = 0.0
    last = (programme.years - 1) * programme.classes
    for backhaul_class in order:
        strip = side.strips[last + backhaul_class]
        cost = np.where(dug[strip.edge], 0.0, dig_cost[strip.edge]) + cable_cost[last + backhaul_class]
        tree = _tree(programme, strip, values, cost)
        if tree is None:
            return None
        total += tree.cost
        dug[strip.edge[tree.parent[tree.parent >= 0] // 2]] = True
        for year in range(programme.years):
            _note(programme, side.strips[year * programme.classes + backhaul_class], tree, values, point)
    return point, total


def _clear(programme: Programme, point: Floats) -> None:
    """No digs, cables or arcs; a host is used where a candidate is."""
    for year in range(programme.years):
        point[[t.index for t in programme.t[year]]] = 0.0
    point[[c.index for c in programme.c.values()]] = 0.0
    for layer in programme.layers:
        point[[y.index for y in layer.y.values()]] = 0.0
        point[[u.index for u in layer.u.values()]] = 0.0
    for year, built in enumerate(programme.x):
        for candidate, x in enumerate(built):
            host = programme.host(candidate, year)
            if host is not None and point[x.index] > 0.5:
                point[host.index] = 1.0


@dataclass(frozen=True)
class _Tree:
    """A tree on a strip alone.

    Attributes
    ----------
    network : Network
    number : (N + 1,) int
        Node of the network for each node of the problem, and the root for none.
    parent : (nodes,) int
        Arc that enters each node, -1 outside.
    cost : float
    """

    network: Network
    number: Ints
    parent: Ints
    cost: float


def _note(programme: Programme, strip: Strip, tree: _Tree, values: Floats, point: Floats) -> None:
    """Dig, lay and use in the strip's year, and dig and lay later, what leads to its equipment of that year."""
    layer = strip.layer
    column = _arc_columns(programme, strip)
    for node in np.flatnonzero(_terminals(programme, strip, tree.number, tree.network.nodes, values)).tolist():
        v = node
        while v != ROOT and point[column[tree.parent[v]]] < 0.5:
            arc = int(tree.parent[v])
            point[column[arc]] = 1.0
            edge = int(strip.edge[arc // 2])
            for year in range(layer.year, programme.years):
                point[programme.t[year][edge].index] = 1.0
                cable = programme.c.get((layer.backhaul_class, edge, year))
                if cable is not None:
                    point[cable.index] = 1.0
            v = int(tree.network.tail[arc])


def _tree(programme: Programme, strip: Strip, values: Floats, cost: Floats) -> _Tree | None:
    """A short tree for the equipment of the strip's year; None where none connects it."""
    network, number = _own_network(programme, strip, cost)
    terminal = _terminals(programme, strip, number, network.nodes, values)
    terminal[ROOT] = True
    digs = np.array([values[programme.t[strip.layer.year][edge].index] for edge in strip.edge.tolist()]) > 0.5
    length = network.cost * np.repeat(np.where(digs, _USED, 1.0), 2)
    parent, spent = make_tree(network, length, terminal)
    if (parent[terminal] < 0).sum() > 1:
        return None
    parent, spent = shorten_tree(network, parent, terminal, spent)
    return _Tree(network, number, parent, spent)


def _terminals(programme: Programme, strip: Strip, number: Ints, nodes: int, values: Floats) -> Bools:
    """(nodes,) nodes that the equipment of the strip's class and year needs."""
    layer = strip.layer
    terminal = np.zeros(nodes, dtype=bool)
    for candidate, x in enumerate(programme.x[layer.year]):
        if values[x.index] > 0.5 and programme.class_of(candidate) == layer.backhaul_class:
            terminal[number[programme.problem.candidate_node[candidate]]] = True
    terminal[ROOT] = False
    return terminal


def _own_network(programme: Programme, strip: Strip, cost: Floats) -> tuple[Network, Ints]:
    """The strip alone, nodes from 0 again, and the number of each node of the problem."""
    inner = strip.number[strip.number != ROOT]
    shift = int(inner.min()) - 1 if len(inner) else 0
    number = np.where(strip.number == ROOT, ROOT, strip.number - shift)
    problem = programme.problem
    nodes = int(number.max(initial=0)) + 1
    ends = number[problem.edge_u[strip.edge]], number[problem.edge_v[strip.edge]]
    return make_network(nodes, *ends, cost), number


def _arc_columns(programme: Programme, strip: Strip) -> Ints:
    """(2n,) column of y for each arc of the strip; -1 for those that enter the root."""
    rows = strip.layer.arc_columns()
    problem = programme.problem
    position = np.full(len(problem.edge_cost), -1, dtype=np.int64)
    position[strip.edge] = np.arange(len(strip.edge))
    column = np.full(2 * len(strip.edge), -1, dtype=np.int64)
    backwards = rows[:, 1] != strip.layer.name[problem.edge_u[rows[:, 0]]]
    column[2 * position[rows[:, 0]] + backwards] = rows[:, 3]
    return column
