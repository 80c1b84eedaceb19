"""The problem as the cut engine sees it: one root, directed arcs, customers with their covering candidates.

Plain tuples of arrays, so that compiled kernels take them as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from optimise.problem import Bools, Floats, Ints

ROOT = 0
"""Node into which the existing network is contracted."""


class Network(NamedTuple):
    """Possible digs as arcs: edge e is arc 2e one way and arc 2e + 1 the other.

    Attributes
    ----------
    nodes : int
        Number of nodes, the root first.
    tail, head : (2E,) int
    cost : (2E,) float
        Cost of the edge, on both of its arcs.
    first : (nodes + 1,) int
        Arcs leaving v are ``out_arc[first[v]:first[v + 1]]``; arcs entering it are the same ones with the last bit
        flipped.
    out_arc : (2E,) int
    """

    nodes: int
    tail: Ints
    head: Ints
    cost: Floats
    first: Ints
    out_arc: Ints


class Coverage(NamedTuple):
    """Who can serve whom, at what cost, and what must be served; K candidates, C customers, Q targets.

    A customer is a demand that asks for some number of new places, or several such demands of equal cover. A demand of
    which targets ask different numbers is several customers; where serving it costs anything, each but the one that
    asks fewest has the next smaller one `below` it, which must be served too, and has the same pairs in the same order.

    Attributes
    ----------
    node : (K,) int
        Node to be connected; the root where the candidate needs no backhaul.
    price : (K,) float
    cover_first, cover : (C + 1,), (P,) int
        Candidates of customer c are ``cover[cover_first[c]:cover_first[c + 1]]``; a position in `cover` is a pair.
    pair_cost : (P,) float
        Paid for each pair that serves the customer, once for a demand; 0 for the cheapest pair of each customer.
    need : (C,) int
        Places that must serve the customer, 1 or more and no more than it has.
    below : (C,) int
        Customer of the same demand that asks the next smaller number, or -1.
    slot_first, pair_slot : (C + 1,), (P,) int
        Places of customer c are slots ``slot_first[c]`` to ``slot_first[c + 1]``; slot of each pair.
    serves_first, serves, serves_pair : (K + 1,), (P,), (P,) int
        The same by candidate, with the position of each pair in `cover`.
    connection : (C,) float
        Paid once for a served customer, on top of what the one below it costs.
    member_first, member_target, member_weight : (C + 1,) int, (M,) int, (M,) float
        Targets to which a customer counts, and its weight in each.
    required : (Q,) float
        Weight still to be served.
    """

    node: Ints
    price: Floats
    cover_first: Ints
    cover: Ints
    pair_cost: Floats
    need: Ints
    below: Ints
    slot_first: Ints
    pair_slot: Ints
    serves_first: Ints
    serves: Ints
    serves_pair: Ints
    connection: Floats
    member_first: Ints
    member_target: Ints
    member_weight: Floats
    required: Floats


@dataclass(frozen=True)
class Origin:
    """How a plan of the compact problem reads in the one it was made from.

    Attributes
    ----------
    edges : tuple of (n,) int
        Original digs that each compact edge stands for.
    candidate : (K,) int
    customers : tuple of (n, 2) int
        Rows (demand, providers): original demands that each customer stands for, and how many providers each has
        once the customer is served.
    """

    edges: tuple[Ints, ...]
    candidate: Ints
    customers: tuple[Ints, ...]


@dataclass(frozen=True)
class Compact:
    """A reduced problem and the way back.

    Attributes
    ----------
    network, coverage, origin
    linked : (C,) bool
        Customers whose pairs differ in cost: they need assignment variables.
    must_serve : (C,) bool
        Customers without which some target cannot be met.
    hosts : (H,) int
        Nodes other than the root that carry a candidate, increasing.
    host_of_node : (nodes,) int
        Position in `hosts`, or -1.
    """

    network: Network
    coverage: Coverage
    origin: Origin
    linked: Bools
    must_serve: Bools
    hosts: Ints
    host_of_node: Ints

    @property
    def weights(self) -> csr_array:
        """(C, Q) weight of each customer in each target."""
        cover = self.coverage
        shape = (len(cover.connection), len(cover.required))
        return csr_array((cover.member_weight, cover.member_target, cover.member_first), shape=shape)


def make_network(nodes: int, edge_u: Ints, edge_v: Ints, edge_cost: Floats) -> Network:
    """Arcs and adjacency of an undirected graph."""
    tail = np.column_stack([edge_u, edge_v]).ravel()
    head = np.column_stack([edge_v, edge_u]).ravel()
    order = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[order], np.arange(nodes + 1))
    return Network(nodes, tail, head, np.repeat(edge_cost.astype(float), 2), first, order)


def group_first(label: Ints, groups: int) -> Ints:
    """Start of each group in labels that are sorted, and the end of the last: (groups + 1,)."""
    return np.searchsorted(label, np.arange(groups + 1))
