"""Short trees for every class and year of a point of the program: what is dug for one serves the others."""

from __future__ import annotations

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
    """Connect the equipment of a binary point by trees that are dug as late as the equipment needs them.

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
    dig_cost, cable_cost = cost_of
    point = values.copy()
    _clear(programme, point)
    dug = np.zeros(len(dig_cost), dtype=bool)
    laid = np.zeros((programme.classes, len(dig_cost)), dtype=bool)
    total = 0.0
    for year in range(programme.years):
        for backhaul_class in order:
            position = year * programme.classes + backhaul_class
            strip = side.strips[position]
            cost = np.where(dug[strip.edge], 0.0, dig_cost[strip.edge])
            cost += np.where(laid[backhaul_class][strip.edge], 0.0, cable_cost[position])
            tree = _tree(programme, strip, values, cost)
            if tree is None:
                return None
            arcs, used, spent = tree
            total += spent
            point[arcs] = 1.0
            dug[strip.edge[used]] = True
            laid[backhaul_class][strip.edge[used]] = True
        _note(programme, point, year, dug, laid)
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


def _note(programme: Programme, point: Floats, year: int, dug: Bools, laid: Bools) -> None:
    """What is dug and laid so far is there in this year."""
    point[[programme.t[year][edge].index for edge in np.flatnonzero(dug).tolist()]] = 1.0
    for backhaul_class, edge in np.argwhere(laid).tolist():
        cable = programme.c.get((backhaul_class, edge, year))
        if cable is not None:
            point[cable.index] = 1.0


def _tree(programme: Programme, strip: Strip, values: Floats, cost: Floats) -> tuple[Ints, Ints, float] | None:
    """Columns of the arcs of a short tree, its edges within the strip, and what it costs; None where none connects."""
    layer = strip.layer
    network, number, column = _own_network(programme, strip, cost)
    terminal = np.zeros(network.nodes, dtype=bool)
    terminal[ROOT] = True
    for candidate, x in enumerate(programme.x[layer.year]):
        if values[x.index] > 0.5 and programme.class_of(candidate) == layer.backhaul_class:
            terminal[number[programme.problem.candidate_node[candidate]]] = True
    year_digs = np.array([values[programme.t[layer.year][edge].index] for edge in strip.edge.tolist()]) > 0.5
    length = network.cost * np.repeat(np.where(year_digs, _USED, 1.0), 2)
    parent, spent = make_tree(network, length, terminal)
    if (parent[terminal] < 0).sum() > 1:
        return None
    parent, spent = shorten_tree(network, parent, terminal, spent)
    arcs = parent[parent >= 0]
    return column[arcs], arcs // 2, spent


def _own_network(programme: Programme, strip: Strip, cost: Floats) -> tuple[Network, Ints, Ints]:
    """The strip alone, nodes from 0 again; the number of each node of the problem, and the column of each arc."""
    inner = strip.number[strip.number != ROOT]
    shift = int(inner.min()) - 1 if len(inner) else 0
    number = np.where(strip.number == ROOT, ROOT, strip.number - shift)
    problem = programme.problem
    nodes = int(number.max(initial=0)) + 1
    network = make_network(nodes, number[problem.edge_u[strip.edge]], number[problem.edge_v[strip.edge]], cost)
    rows = strip.layer.arc_columns()
    position = np.full(len(problem.edge_cost), -1, dtype=np.int64)
    position[strip.edge] = np.arange(len(strip.edge))
    column = np.full(2 * len(strip.edge), -1, dtype=np.int64)
    backwards = rows[:, 1] != strip.layer.name[problem.edge_u[rows[:, 0]]]
    column[2 * position[rows[:, 0]] + backwards] = rows[:, 3]
    return network, number, column
