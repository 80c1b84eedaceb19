"""Makes a problem of any variant smaller: dead ends, chains and dominated digs go, demands that are alike merge."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from optimise.diagnosis import connectable
from optimise.prices import decided_demands, every_price, limits_years, linked_demands, with_other_costs
from optimise.problem import Backhaul, Bools, Capacity, Costs, Floats, Ints, Problem, TargetRow
from optimise.schedule import Schedule, place_offers


@dataclass(frozen=True)
class VariantReduction:
    """A reduced problem and the way back.

    Attributes
    ----------
    problem : Problem
        Its targets are those of the original, in order.
    candidate : (K',) int
        Candidate of the original.
    sections : tuple of (n,) int
        Digs of the original that each edge stands for.
    demand : (J',) int
        First of the original demands that each demand stands for; the only one where serving it takes a decision.
    original : Problem
    """

    problem: Problem
    candidate: Ints
    sections: tuple[Ints, ...]
    demand: Ints
    original: Problem

    def expand(self, schedule: Schedule) -> Schedule:
        """Return a schedule of the reduced problem in the indices of the original."""
        never, years = schedule.never, len(schedule.wanted)
        edges = self.original.edge_cost.size
        candidate_year = np.full(self.original.candidate_cost.size, never, dtype=np.int64)
        candidate_year[self.candidate] = schedule.candidate_year
        edge_year = np.full(edges, never, dtype=np.int64)
        cable_year = np.full((len(schedule.cable_year), edges), never, dtype=np.int64)
        for edge, section in enumerate(self.sections):
            edge_year[section] = schedule.edge_year[edge]
            cable_year[:, section] = schedule.cable_year[:, [edge]]
        wanted = np.zeros((years, self.original.existing_providers.size), dtype=np.int64)
        wanted[:, self.demand] = schedule.wanted
        links, link_year = self._links(schedule)
        links = np.column_stack([self.demand[links[:, 0]], self.candidate[links[:, 1]]])
        return Schedule(candidate_year, edge_year, cable_year, wanted, links, link_year)

    def _links(self, schedule: Schedule) -> tuple[Ints, Ints]:
        """Links of the schedule, and those of demands of which it matters who serves them in the original alone.

        The limited candidates of such a demand are gone; any other that is built may serve it.
        """
        forgotten = linked_demands(self.original)[self.demand] & ~linked_demands(self.problem)
        links = [schedule.links.reshape(-1, 2)]
        years = [schedule.link_year]
        for demand in np.flatnonzero(forgotten).tolist():
            offers = place_offers(self.problem, schedule.candidate_year, schedule.never, demand)
            late = [int(np.argmax(schedule.wanted[:, demand] > rank)) for rank in range(len(offers))]
            links.append(np.array([(demand, candidate) for _, candidate in offers], dtype=np.int64).reshape(-1, 2))
            year = [max(offer[0], first) for offer, first in zip(offers, late, strict=True)]
            years.append(np.array(year, dtype=np.int64))
        return np.concatenate(links), np.concatenate(years)


def reduce_variant(problem: Problem) -> VariantReduction:
    """Reduce a problem such that at least one plan of its best value remains, whatever its variant.

    Digs are compared on all their costs at once (dig, cables, budgets); chains of digs stay where yearly budgets may
    have one half of them dug before the other.
    """
    candidate = np.flatnonzero(connectable(problem) & (np.diff(problem.cover.tocsc().indptr) > 0))
    demand, alike = _alike(problem)
    vectors = _cost_vectors(problem)
    name = _contracted(problem)
    keep = np.zeros(int(name.max(initial=0)) + 1, dtype=bool)
    hosts = problem.candidate_node[candidate]
    keep[name[hosts[hosts >= 0]]] = True
    keep[name[problem.existing]] = True
    ends = np.column_stack([name[problem.edge_u], name[problem.edge_v]])
    digs = _Digs(ends, vectors, keep, series=not limits_years(problem))
    used = np.unique(np.concatenate([digs.ends.ravel(), np.flatnonzero(keep)]))
    number = np.full(len(keep), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    reduced = _restated(problem, candidate, demand, alike)
    reduced = _with_digs(reduced, number[digs.ends], digs.vectors)
    existing, by_class = _existing(problem, name, number)
    reduced = replace(
        reduced,
        existing=existing,
        candidate_node=np.where(reduced.candidate_node < 0, -1, number[name[reduced.candidate_node]]),
        backhaul=None if reduced.backhaul is None or by_class is None else replace(reduced.backhaul, existing=by_class),
    )
    return VariantReduction(reduced, candidate, digs.sections, demand, problem)


def _contracted(problem: Problem) -> Ints:
    """Name of each node: with one class what exists is one node, 0; classes have networks of their own."""
    if problem.backhaul is not None or not problem.existing.any():
        return np.arange(problem.existing.size)
    return np.where(problem.existing, 0, np.cumsum(~problem.existing))


def _existing(problem: Problem, name: Ints, number: Ints) -> tuple[Bools, Bools | None]:
    """Which new nodes exist, in all and by class."""

    def renamed(existing: Bools) -> Bools:
        there = np.zeros(int(number.max(initial=-1)) + 1, dtype=bool)
        there[number[name[existing]]] = True
        return there

    if problem.backhaul is None:
        return renamed(problem.existing), None
    by_class = np.array([renamed(existing) for existing in problem.backhaul.existing])
    return np.asarray(by_class.any(axis=0)), by_class


def _cost_vectors(problem: Problem) -> Floats:
    """(V, E) every cost of each dig: dig and cables as minimised, then those of the budget, then of the years."""
    return np.concatenate([np.vstack([prices.edge[None], prices.cable]) for prices in every_price(problem)])


def _with_digs(problem: Problem, ends: Ints, vectors: Floats) -> Problem:
    """The problem with other digs, their costs given as `_cost_vectors` does."""
    sets = list(np.split(vectors, len(every_price(problem))))
    own = sets.pop(0)

    def others(costs: Costs) -> Costs:
        of_digs = sets.pop(0)
        return replace(costs, edge_cost=of_digs[0], cable_cost=None if costs.cable_cost is None else of_digs[1:])

    backhaul = None if problem.backhaul is None else replace(problem.backhaul, cable_cost=own[1:])
    problem = replace(problem, edge_u=ends[:, 0], edge_v=ends[:, 1], edge_cost=own[0], backhaul=backhaul)
    return with_other_costs(problem, others)


def _restated(problem: Problem, candidate: Ints, demand: Ints, alike: Ints) -> Problem:
    """The problem with some candidates, and one demand for all that are alike."""

    def part(matrix: csr_array | None) -> csr_array | None:
        return None if matrix is None else csr_array(matrix[demand][:, candidate])

    def less(costs: Costs) -> Costs:
        return replace(
            costs,
            candidate_cost=costs.candidate_cost[candidate],
            connection_cost=costs.connection_cost[demand],
            link_cost=part(costs.link_cost),
        )

    backhaul, capacity = problem.backhaul, problem.capacity
    reduced = replace(
        problem,
        candidate_node=problem.candidate_node[candidate],
        candidate_cost=problem.candidate_cost[candidate],
        candidate_place=problem.candidate_place[candidate],
        cover=part(problem.cover),
        existing_providers=problem.existing_providers[demand],
        connection_cost=problem.connection_cost[demand],
        link_cost=part(problem.link_cost),
        targets=tuple(_merged(row, alike) for row in problem.targets),
        backhaul=None
        if backhaul is None
        else Backhaul(backhaul.existing, backhaul.cable_cost, backhaul.candidate_class[candidate]),
        capacity=None if capacity is None else Capacity(capacity.most[candidate], capacity.load[demand]),
    )
    return with_other_costs(reduced, less)


def _merged(row: TargetRow, alike: Ints) -> TargetRow:
    """The target on merged demands, weights added up."""
    demand, position = np.unique(alike[row.demand], return_inverse=True)
    weight = np.bincount(position, row.weight, len(demand)).astype(np.float64)
    return replace(row, demand=demand.astype(np.int64), weight=weight)


def _alike(problem: Problem) -> tuple[Ints, Ints]:
    """First demand of every group, and the group of every demand.

    Alike are demands of equal cover, existing providers and targets whose service takes nothing: a plan can serve all
    of them or none.
    """
    member_of: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(problem.targets):
        for demand in row.demand[row.weight > 0].tolist():
            member_of[demand].append(number)
    decided = decided_demands(problem)
    cover = problem.cover.copy()
    cover.eliminate_zeros()
    cover.sort_indices()
    groups: dict[object, int] = {}
    first: list[int] = []
    alike = np.empty(problem.existing_providers.size, dtype=np.int64)
    for demand in range(len(alike)):
        candidates = cover.indices[cover.indptr[demand] : cover.indptr[demand + 1]].tobytes()
        own = demand if decided[demand] else -1
        key = (own, candidates, int(problem.existing_providers[demand]), tuple(member_of[demand]))
        alike[demand] = groups.setdefault(key, len(groups))
        if alike[demand] == len(first):
            first.append(demand)
    return np.array(first, dtype=np.int64), alike


class _Digs:
    """Digs without loops, dead ends, chains (where `series`) and digs dominated by a parallel one on every cost.

    Attributes
    ----------
    ends : (n, 2) int
    vectors : (V, n) float
    sections : tuple of (m,) int
    """

    def __init__(self, ends: Ints, vectors: Floats, keep: Bools, *, series: bool) -> None:
        self._end: dict[int, tuple[int, int]] = {}
        self._vector: dict[int, Floats] = {}
        self._section: dict[int, list[int]] = {}
        self._at: list[set[int]] = [set() for _ in range(len(keep))]
        self._last = -1
        for edge, (u, v) in enumerate(ends.tolist()):
            self._join(u, v, vectors[:, edge], [edge])
        self._thin(keep, series=series)
        order = sorted(self._end)
        self.ends = np.array([self._end[edge] for edge in order], dtype=np.int64).reshape(-1, 2)
        self.vectors = np.array([self._vector[edge] for edge in order]).reshape(len(order), len(vectors)).T
        self.sections = tuple(np.array(sorted(self._section[edge]), dtype=np.int64) for edge in order)

    def _join(self, u: int, v: int, vector: Floats, section: list[int]) -> None:
        """Add a dig unless it is a loop or dominated; remove those that it dominates."""
        if u == v:
            return
        for other in sorted(self._at[u] & self._at[v]):
            if (self._vector[other] <= vector).all():
                return
            if (vector <= self._vector[other]).all():
                self._remove(other)
        self._last += 1
        self._end[self._last] = (u, v)
        self._vector[self._last], self._section[self._last] = vector, section
        self._at[u].add(self._last)
        self._at[v].add(self._last)

    def _remove(self, edge: int) -> None:
        for node in self._end.pop(edge):
            self._at[node].discard(edge)
        del self._vector[edge], self._section[edge]

    def _thin(self, keep: Bools, *, series: bool) -> None:
        queue = [node for node in range(len(keep)) if not keep[node]]
        while queue:
            node = queue.pop()
            edges = sorted(self._at[node])
            if not 0 < len(edges) <= (2 if series else 1):
                continue
            far = [sum(self._end[edge]) - node for edge in edges]
            parts = [(self._vector[edge], self._section[edge]) for edge in edges]
            for edge in edges:
                self._remove(edge)
            if len(edges) == 2:
                self._join(far[0], far[1], parts[0][0] + parts[1][0], parts[0][1] + parts[1][1])
            queue += [other for other in far if not keep[other]]
