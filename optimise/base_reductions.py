"""Smaller problem, same optimum: what can safely be left out before the base program is built, and the way back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from optimise.assembly import Choice
from optimise.coverage import Coverage, costed_demands, sum_by, target_tolerance
from optimise.diagnosis import connectable, reachable_places
from optimise.problem import Bools, Floats, Ints, Problem, TargetRow, is_plain
from optimise.trees import DigNetwork

Adjacency = dict[int, dict[int, tuple[float, int]]]  # node -> neighbour -> (cost, section)


@dataclass(frozen=True)
class Reduction:
    """A reduced problem and what its indices mean.

    Attributes
    ----------
    problem : Problem
        Node 0 is the existing network; every other node is connected to it.
    candidate : (K',) int
        Candidate of the original problem.
    sections : tuple of (n,) int
        Digs of the original problem that each reduced edge stands for.
    demand : (J',) int
        First of the original demands that each reduced demand stands for.
    original_demands : int
    """

    problem: Problem
    candidate: Ints
    sections: tuple[Ints, ...]
    demand: Ints
    original_demands: int

    def expand(self, choice: Choice) -> Choice:
        """Return the choice in the indices of the original problem."""
        wanted = np.zeros(self.original_demands, dtype=np.int64)
        wanted[self.demand] = choice.wanted
        none: Ints = np.empty(0, dtype=np.int64)
        edges = np.concatenate([none, *(self.sections[edge] for edge in choice.edges.tolist())])
        return Choice(self.candidate[choice.candidates], edges, wanted)


def reduce_problem(problem: Problem) -> Reduction:
    """Leave out what no least-cost plan needs, and merge what it cannot tell apart.

    Targets reached already, demands that no such target needs or no plan can serve, candidates that cover nothing
    needed or cannot be connected; demands alike in all but weight; dead ends, nodes between two digs, dearer parallel
    digs. At least one plan of the original problem with its least cost remains, and every choice expands to one.

    Raises
    ------
    ValueError
        Where the problem is not plain.
    """
    if not is_plain(problem):
        raise ValueError("these reductions know nothing of the optional parts of a problem")
    cover = _needed_cover(problem)
    candidate = np.unique(cover.indices).astype(np.int64)
    demand, alike = _merge_demands(problem, cover)
    nodes, edge_ends, edge_cost, sections = _reduce_network(problem, candidate)
    new_node = np.full(problem.existing.size + 1, -1, dtype=np.int64)
    new_node[nodes] = np.arange(1, nodes.size + 1)
    link_cost = problem.link_cost
    reduced = Problem(
        existing=np.arange(nodes.size + 1) == 0,
        edge_u=edge_ends[:, 0],
        edge_v=edge_ends[:, 1],
        edge_cost=edge_cost,
        candidate_node=new_node[DigNetwork(problem).node_of_candidate[candidate]],
        candidate_cost=problem.candidate_cost[candidate],
        candidate_place=problem.candidate_place[candidate],
        cover=cover[demand][:, candidate],
        existing_providers=problem.existing_providers[demand],
        connection_cost=problem.connection_cost[demand],
        link_cost=None if link_cost is None else _needed_links(link_cost, cover)[demand][:, candidate],
        targets=_reduced_targets(problem, alike, demand.size),
        name=problem.name,
    )
    return Reduction(reduced, candidate, sections, demand, problem.existing_providers.size)


def _needed_members(problem: Problem) -> list[Bools]:
    """For every target which of its demands the plan may have to serve for it."""
    missing = Coverage(problem).missing
    places = reachable_places(problem)
    return [
        (row.weight > 0)
        & (problem.existing_providers[row.demand] < row.providers)
        & (places[row.demand] >= row.providers)
        & bool(missing[number] > 0)
        for number, row in enumerate(problem.targets)
    ]


def _needed_cover(problem: Problem) -> csr_array:
    """The cover without demands that need no plan and candidates that cannot be connected."""
    needed = np.zeros(problem.existing_providers.size, dtype=np.bool_)
    for row, members in zip(problem.targets, _needed_members(problem), strict=True):
        needed[row.demand[members]] = True
    entries = problem.cover.tocoo()
    kept = entries.data.astype(np.bool_) & needed[entries.row] & connectable(problem)[entries.col]
    pairs = (entries.row[kept], entries.col[kept])
    cover = csr_array((np.ones(int(kept.sum()), dtype=np.bool_), pairs), shape=problem.cover.shape)
    cover.sort_indices()
    return cover


def _needed_links(link_cost: csr_array, cover: csr_array) -> csr_array:
    """The link costs of the pairs that are left, zeros kept as entries."""
    entries = link_cost.tocoo()
    columns = link_cost.shape[1]
    left = np.repeat(np.arange(cover.shape[0]), np.diff(cover.indptr)) * columns + cover.indices
    kept = np.isin(entries.row.astype(np.int64) * columns + entries.col, left)
    return csr_array((entries.data[kept], (entries.row[kept], entries.col[kept])), shape=link_cost.shape)


def _merge_demands(problem: Problem, cover: csr_array) -> tuple[Ints, Ints]:
    """First demand of every class, and the class of every demand (-1: not needed).

    Demands are alike when the same candidates serve them, as many providers exist, they count in the same targets and
    serving them costs nothing: then a plan serves all of them or none.
    """
    member_of: dict[int, list[int]] = defaultdict(list)
    for number, (row, members) in enumerate(zip(problem.targets, _needed_members(problem), strict=True)):
        for demand in row.demand[members].tolist():
            member_of[demand].append(number)
    costed = costed_demands(problem)
    first: dict[tuple[object, ...], int] = {}
    alike = np.full(costed.size, -1, dtype=np.int64)
    kept: list[int] = []
    for demand in sorted(member_of):
        candidates = cover.indices[cover.indptr[demand] : cover.indptr[demand + 1]].tobytes()
        own = demand if costed[demand] else None
        key = (candidates, int(problem.existing_providers[demand]), tuple(member_of[demand]), own)
        if key not in first:
            first[key] = len(kept)
            kept.append(demand)
        alike[demand] = first[key]
    return np.array(kept, dtype=np.int64), alike


def _reduced_targets(problem: Problem, alike: Ints, classes: int) -> tuple[TargetRow, ...]:
    """Targets not reached yet, less what exists; the tolerance of the original total is kept exactly."""
    missing = Coverage(problem).missing
    rows = []
    for number, (row, members) in enumerate(zip(problem.targets, _needed_members(problem), strict=True)):
        if missing[number] > 0:
            weight = sum_by(alike[row.demand[members]], row.weight[members], classes)
            demand = np.unique(alike[row.demand[members]])
            required = float(missing[number]) + target_tolerance(weight)
            rows.append(TargetRow(row.name, demand, weight[demand], required, row.providers))
    return tuple(rows)


def _reduce_network(problem: Problem, candidate: Ints) -> tuple[Ints, Ints, Floats, tuple[Ints, ...]]:
    """Nodes that stay, reduced edges between them (0: root, i + 1: i-th node), their cost and their digs."""
    network = DigNetwork(problem)
    hosts = set(network.node_of_candidate[candidate].tolist()) | {network.root}
    around, parts = _contract(network, hosts)
    reached = [network.root]
    seen = {network.root}
    for node in reached:
        new = [other for other in around[node] if other not in seen]
        seen.update(new)
        reached.extend(new)
    nodes = np.array(sorted(seen - {network.root}), dtype=np.int64)
    number = {network.root: 0, **{node: index + 1 for index, node in enumerate(nodes.tolist())}}
    edges = [
        (number[u], number[v], cost, section)
        for u in sorted(seen)
        for v, (cost, section) in sorted(around[u].items())
        if u < v
    ]
    ends = np.array([edge[:2] for edge in edges], dtype=np.int64).reshape(-1, 2)
    cost = np.array([edge[2] for edge in edges], dtype=np.float64)
    return nodes, ends, cost, tuple(_digs(parts, edge[3], network.cost.size) for edge in edges)


def _contract(network: DigNetwork, hosts: set[int]) -> tuple[Adjacency, list[tuple[int, int]]]:
    """Take away nodes that host nothing and have one or two digs.

    Section s < E is edge s; section E + i joins the two sections of parts[i].
    """
    around: Adjacency = defaultdict(dict)
    for u, v, cost, edge in network.cheapest_edges():
        around[u][v] = around[v][u] = (cost, edge)
    parts: list[tuple[int, int]] = []
    waiting = [node for node in sorted(around) if node not in hosts]
    while waiting:
        node = waiting.pop()
        ends = around[node]
        if not 1 <= len(ends) <= 2:
            continue
        for other in ends:
            del around[other][node]
        if len(ends) == 2:
            (u, (cost_u, section_u)), (v, (cost_v, section_v)) = ends.items()
            cost = cost_u + cost_v
            if v not in around[u] or cost < around[u][v][0]:
                around[u][v] = around[v][u] = (cost, network.cost.size + len(parts))
                parts.append((section_u, section_v))
        waiting.extend(other for other in ends if other not in hosts)
        around[node] = {}
    return around, parts


def _digs(parts: list[tuple[int, int]], section: int, edges: int) -> Ints:
    """Digs of a section."""
    digs, waiting = [], [section]
    while waiting:
        section = waiting.pop()
        if section < edges:
            digs.append(section)
        else:
            waiting.extend(parts[section - edges])
    return np.array(sorted(digs), dtype=np.int64)
