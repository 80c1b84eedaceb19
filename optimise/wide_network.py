"""The networks of all classes and years side by side, joined at one root, and who draws from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimise.compact import ROOT, Network, make_network
from optimise.problem import Floats, Ints, Problem
from optimise.programme import ROOT as EXISTING
from optimise.programme import Layer, Programme


@dataclass(frozen=True)
class Strip:
    """One layer's part of the network.

    Attributes
    ----------
    layer : Layer
    number : (N + 1,) int
        Node of the whole network for each node of the problem; `ROOT` where the layer's network exists and, last, for
        candidates without backhaul.
    edge : (n,) int
        Edge of the problem behind each edge of the strip.
    first_edge : int
        Where the strip's edges start in the whole network.
    """

    layer: Layer
    number: Ints
    edge: Ints
    first_edge: int


@dataclass(frozen=True)
class SideBySide:
    """All strips as one network whose cuts are cuts of the program.

    Attributes
    ----------
    network : Network
        Costs are those of dig and cable.
    arc_column : (2E,) int
        Column of y, -1 for the arcs that enter the root.
    strips : tuple of Strip
        In the order of the programme's layers.
    """

    network: Network
    arc_column: Ints
    strips: tuple[Strip, ...]

    def flow(self, values: Floats) -> Floats:
        """(2E,) value of y on each arc, 0 on those that enter the root."""
        return np.where(self.arc_column >= 0, np.clip(values[self.arc_column], 0.0, None), 0.0)


def lay_side_by_side(programme: Programme, edge_cost: Floats, cable_cost: Floats) -> SideBySide:
    """Number nodes and arcs of all layers.

    Parameters
    ----------
    programme : Programme
    edge_cost : (E,) float
    cable_cost : (B, E) float
    """
    strips, ends, columns, costs = [], [], [], []
    nodes, edges = 1, 0
    for layer in programme.layers:
        number = _number(layer, nodes)
        nodes = max(nodes, int(number.max(initial=0)) + 1)
        edge, arcs, column = _edges(programme.problem, layer, number)
        strips.append(Strip(layer, number, edge, edges))
        edges += len(edge)
        ends.append(arcs)
        columns.append(column)
        costs.append(edge_cost[edge] + cable_cost[layer.backhaul_class][edge])
    end = np.concatenate(ends)
    network = make_network(nodes, end[:, 0], end[:, 1], np.concatenate(costs))
    return SideBySide(network, np.concatenate(columns).ravel(), tuple(strips))


def lay_digs(programme: Programme, edge_cost: Floats) -> SideBySide:
    """The digs themselves as networks of the years, whatever class uses them, the networks of all classes as the root.

    An edge is crossed either way by paying the dig once: both its arcs have the column of t. Every class has the strip
    of its year.
    """
    problem = programme.problem
    strips, ends, columns, costs = [], [], [], []
    inner = ~problem.existing
    for year in range(programme.years):
        number = np.append(np.where(inner, 1 + year * int(inner.sum()) + np.cumsum(inner) - 1, ROOT), ROOT)
        edge = np.flatnonzero(number[problem.edge_u] != number[problem.edge_v])
        strips += [Strip(programme.layer(0, year), number, edge, year * len(edge))] * programme.classes
        ends.append(np.column_stack([number[problem.edge_u[edge]], number[problem.edge_v[edge]]]))
        column = np.array([programme.t[year][position].index for position in edge.tolist()], dtype=np.int64)
        columns.append(np.where(ends[-1][:, ::-1] == ROOT, -1, column[:, None]))
        costs.append(edge_cost[edge])
    end = np.concatenate(ends)
    network = make_network(1 + programme.years * int(inner.sum()), end[:, 0], end[:, 1], np.concatenate(costs))
    return SideBySide(network, np.concatenate(columns).ravel(), tuple(strips))


def _number(layer: Layer, first: int) -> Ints:
    inner = np.unique(layer.name[layer.name != EXISTING])
    of_name = np.full(len(layer.name) + 1, ROOT, dtype=np.int64)
    of_name[inner] = first + np.arange(len(inner))
    return np.where(layer.name == EXISTING, ROOT, of_name[layer.name])


def _edges(problem: Problem, layer: Layer, number: Ints) -> tuple[Ints, Ints, Ints]:
    """Edges of a layer that are no loops, their numbered ends, and the columns of both arcs."""
    tail, head = layer.name[problem.edge_u], layer.name[problem.edge_v]
    edge = np.flatnonzero(tail != head)
    column = np.full((len(problem.edge_cost), 2), -1, dtype=np.int64)
    rows = layer.arc_columns()
    backwards = (rows[:, 1] != tail[rows[:, 0]]).astype(np.int64)
    column[rows[:, 0], backwards] = rows[:, 3]
    ends = np.column_stack([number[problem.edge_u[edge]], number[problem.edge_v[edge]]])
    return edge, ends, column[edge]


@dataclass(frozen=True)
class Customers:
    """What draws from the network: a demand served by k providers in a year, with the spots that may serve it.

    Attributes
    ----------
    level : (C,) int
        Column of z.
    need : (C,) int
        New places that it needs.
    first : (C + 1,) int
    node, column : (S,) int
        Where each spot stands in the whole network, and the column that says how much it serves.
    place : (S,) int
        Label, equal for the spots of one place at one customer.
    """

    level: Ints
    need: Ints
    first: Ints
    node: Ints
    column: Ints
    place: Ints


def find_customers(programme: Programme, side: SideBySide) -> Customers:
    """List the customers that some candidate with backhaul may serve."""
    level, need, first = [], [], [0]
    node: list[int] = []
    column: list[int] = []
    place: list[int] = []
    for (demand, asked, year), z in programme.z.items():
        spots = []
        for label, candidates in programme.places[demand].items():
            for i in candidates:
                variable = programme.a.get((demand, i, year), programme.x[year][i])
                spots.append((_spot_node(programme, side, i, year), variable.index, label))
        if not any(spot[0] != ROOT for spot in spots):
            continue
        level.append(z.index)
        need.append(programme.need(demand, asked))
        for target, values in zip((node, column, place), zip(*spots, strict=True), strict=True):
            target.extend(values)
        first.append(len(node))
    owner = np.repeat(np.arange(len(level)), np.diff(first))
    pairs = np.stack([owner, np.array(place, dtype=np.int64)], axis=1) if place else np.zeros((0, 2), np.int64)
    _, label_of_spot = np.unique(pairs, axis=0, return_inverse=True)
    return Customers(
        np.array(level, dtype=np.int64),
        np.array(need, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(node, dtype=np.int64),
        np.array(column, dtype=np.int64),
        label_of_spot.astype(np.int64).ravel(),
    )


def _spot_node(programme: Programme, side: SideBySide, candidate: int, year: int) -> int:
    strip = side.strips[year * programme.classes + programme.class_of(candidate)]
    return int(strip.number[programme.problem.candidate_node[candidate]])
