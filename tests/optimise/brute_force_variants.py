"""The optimum of a tiny problem of any variant by enumeration: shares no code with the programs and the verifier.

Every candidate gets a year or none. For each such choice the networks that connect it and the services that it can give
are enumerated as vectors of what they use (cost, money of each year, money of the budget, capacity) and what they bring
(weight of each target by year, worth), all to be small; vectors no better in anything than another are dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from math import inf

import numpy as np
import numpy.typing as npt

from optimise import Costs, Problem

Vectors = npt.NDArray[np.float64]
Years = tuple[int, ...]  # a year for each work, `never` for none
Price = tuple[float, ...]  # of one work: in what is minimised, in what the years limit, in what the budget limits
Prices = list[Price]


@dataclass(frozen=True)
class Optimum:
    """Cost of the best plan and, where that is the objective, its worth. Of plans of most worth, the cheapest."""

    cost: float
    worth: float


@dataclass(frozen=True)
class Small:
    """A problem with the prices, limits and networks that its absent parts stand for.

    A vector of uses begins with (cost, money of each year, money of the budget).
    """

    problem: Problem

    @cached_property
    def years(self) -> int:
        return 1 if self.problem.phases is None else self.problem.phases.budget.size

    @cached_property
    def ends(self) -> list[tuple[int, int]]:
        return list(zip(self.problem.edge_u.tolist(), self.problem.edge_v.tolist(), strict=True))

    @cached_property
    def limit(self) -> Vectors:
        """Most of each use; the cost has no limit."""
        phases, budget = self.problem.phases, self.problem.budget
        yearly = [inf] if phases is None else phases.budget.tolist()
        limit = np.array([inf, *yearly, inf if budget is None else budget.most])
        return limit + 1e-9 * np.where(np.isfinite(limit), np.maximum(1.0, np.abs(limit)), 0.0)

    def uses(self, price: Price, year: int) -> Vectors:
        """Return the vector of uses of one work done in a year."""
        vector = np.zeros(self.years + 2)
        if year < self.years:
            cost, vector[1 + year], vector[-1] = price
            vector[0] = cost * (1.0 if self.problem.phases is None else self.problem.phases.factor[year])
        return vector

    @cached_property
    def costs(self) -> tuple[Problem | Costs, ...]:
        """What is minimised, what the years limit, what the budget limits."""
        problem = self.problem
        nothing = Costs(*(np.zeros(vector.size) for vector in self.own))
        yearly = problem if problem.phases is None or problem.phases.costs is None else problem.phases.costs
        return problem, yearly, nothing if problem.budget is None else problem.budget.costs

    @property
    def own(self) -> tuple[Vectors, Vectors, Vectors]:
        return self.problem.edge_cost, self.problem.candidate_cost, self.problem.connection_cost

    @cached_property
    def edges(self) -> Prices:
        return _priced(*(costs.edge_cost for costs in self.costs))

    @cached_property
    def candidates(self) -> Prices:
        return _priced(*(costs.candidate_cost for costs in self.costs))

    @cached_property
    def connections(self) -> Prices:
        return _priced(*(costs.connection_cost for costs in self.costs))

    @cached_property
    def classes(self) -> list[tuple[Vectors, Prices]]:
        """Existing nodes and prices of the cables of each class."""
        backhaul, free = self.problem.backhaul, np.zeros(self.problem.edge_cost.size)
        if backhaul is None:
            return [(self.problem.existing, _priced(free, free, free))]
        every = [backhaul.cable_cost if isinstance(costs, Problem) else costs.cable_cost for costs in self.costs]
        cables = [np.zeros_like(backhaul.cable_cost) if cable is None else cable for cable in every]
        return [(there, _priced(*own)) for there, *own in zip(backhaul.existing, *cables, strict=True)]

    def class_of(self, candidate: int) -> int:
        return 0 if self.problem.backhaul is None else int(self.problem.backhaul.candidate_class[candidate])

    @cached_property
    def link_prices(self) -> dict[tuple[int, int], Price]:
        """Prices of each link (demand, candidate)."""
        empty = np.zeros(self.problem.cover.shape)
        tables = [empty if costs.link_cost is None else costs.link_cost.toarray() for costs in self.costs]
        return {pair: tuple(float(table[pair]) for table in tables) for pair in np.ndindex(empty.shape)}

    @cached_property
    def required(self) -> list[tuple[int, int, float]]:
        """Target, year and weight required at its end, wherever any is; the last year's includes the target's own."""
        last, phases = self.years - 1, self.problem.phases
        rows = []
        for number, row in enumerate(self.problem.targets):
            for year in range(self.years):
                least = -inf if phases is None else float(phases.required[year, number])
                least = max(least, row.required) if year == last else least
                rows.append((number, year, least - 1e-9 * max(1.0, float(row.weight.sum()))))
        return [row for row in rows if row[2] > 0]


def optimum(problem: Problem) -> Optimum | None:
    """Find the best plan of a problem of some 5 edges, 4 candidates, 4 demands and 2 years; None where none exists."""
    small = Small(problem)
    networks = _Networks(small)
    most_worth = problem.objective == "most_worth"
    best = Optimum(inf, -inf if most_worth else 0.0)
    for years in product(range(small.years + 1), repeat=problem.candidate_cost.size):
        prices = zip(small.candidates, years, strict=True)
        works = _within(small, networks.connecting(years) + sum_uses(small, prices))
        if not len(works) or (not most_worth and works[:, 0].min() >= best.cost):
            continue
        for use, worth in _services(small, years):
            fits = works[(works + use <= small.limit).all(axis=1)]
            if len(fits):
                found = Optimum(float(fits[:, 0].min() + use[0]), worth if most_worth else 0.0)
                best = min(best, found, key=lambda it: (-it.worth, it.cost))
    return None if best.cost == inf else best


def _priced(*vectors: Vectors) -> Prices:
    return list(zip(*(vector.tolist() for vector in vectors), strict=True))


def sum_uses(small: Small, works: Iterable[tuple[Price, int]]) -> Vectors:
    """Add up the uses of works, each given by its price and its year."""
    return sum((small.uses(*work) for work in works), np.zeros(small.years + 2))


def _within(small: Small, vectors: Vectors) -> Vectors:
    return vectors[(vectors <= small.limit).all(axis=1)]


def _least(vectors: Vectors) -> Vectors:
    """Drop the vectors that another is no larger than in anything."""
    vectors = np.unique(vectors, axis=0)
    kept: list[Vectors] = []
    for vector in vectors:  # in lexicographic order none is dominated by a later one
        if not kept or not (np.stack(kept) <= vector).all(axis=1).any():
            kept.append(vector)
    return np.array(kept).reshape(-1, vectors.shape[1])


class _Networks:
    """Uses of all digs and cables that connect what must be connected."""

    def __init__(self, small: Small) -> None:
        self._small = small
        self._edge: dict[tuple[int, Years], Vectors] = {}
        by_mask: dict[int, list[Vectors]] = {}
        for cables in product(*(self._minimal(number) for number in range(len(small.classes)))):
            uses = self._uses([years for years, _ in cables])
            if len(uses):
                by_mask.setdefault(sum(mask for _, mask in cables), []).append(uses)
        self._by_mask = {mask: _least(np.concatenate(parts)) for mask, parts in by_mask.items()}
        self._connecting: dict[int, Vectors] = {}

    def connecting(self, years: Years) -> Vectors:
        """Return the uses of the networks that connect each candidate by its year."""
        problem = self._small.problem
        need = sum(
            self._bit(candidate, year)
            for candidate, year in enumerate(years)
            if year < self._small.years and problem.candidate_node[candidate] >= 0
        )
        if need not in self._connecting:
            parts = [uses for mask, uses in self._by_mask.items() if need & ~mask == 0]
            none = np.empty((0, self._small.years + 2))
            self._connecting[need] = _least(np.concatenate([none, *parts]))
        return self._connecting[need]

    def _bit(self, candidate: int, year: int) -> int:
        return 1 << (candidate * self._small.years + year)

    def _minimal(self, number: int) -> list[tuple[Years, int]]:
        """Years of the cables of a class and what they connect, where no cable can be left out."""
        never, size = self._small.years, len(self._small.ends)
        masks = {years: self._mask(number, years) for years in product(range(never + 1), repeat=size)}

        def without(years: Years, edge: int) -> Years:
            return (*years[:edge], never, *years[edge + 1 :])

        return [
            (years, mask)
            for years, mask in masks.items()
            if all(year == never or masks[without(years, edge)] != mask for edge, year in enumerate(years))
        ]

    def _mask(self, number: int, years: Years) -> int:
        """One bit for each candidate of the class and each year by whose end its node is joined."""
        small, mask = self._small, 0
        start = small.classes[number][0]
        for year in range(small.years):
            reached = joined(start, [ends for ends, when in zip(small.ends, years, strict=True) if when <= year])
            for candidate, node in enumerate(small.problem.candidate_node.tolist()):
                if node >= 0 and small.class_of(candidate) == number and node in reached:
                    mask |= self._bit(candidate, year)
        return mask

    def _uses(self, cables: list[Years]) -> Vectors:
        """Uses of cables and the digs that they need, which may come earlier than the cables."""
        uses = np.zeros((1, self._small.years + 2))
        for edge, years in enumerate(zip(*cables, strict=True)):
            if min(years) < self._small.years:
                uses = (uses[:, None, :] + self._edge_uses(edge, years)[None]).reshape(-1, uses.shape[1])
                uses = _within(self._small, uses)
        return uses

    def _edge_uses(self, edge: int, years: Years) -> Vectors:
        key = (edge, years)
        if key not in self._edge:
            small = self._small
            laid = zip(small.classes, years, strict=True)
            cables = sum_uses(small, ((prices[edge], year) for (_, prices), year in laid))
            dig = small.edges[edge]
            self._edge[key] = _least(np.array([cables + small.uses(dig, year) for year in range(min(years) + 1)]))
        return self._edge[key]


def joined(start: npt.NDArray[np.bool_], edges: list[tuple[int, int]]) -> set[int]:
    """Nodes that edges join to the nodes to start from."""
    reached, before = set(np.flatnonzero(start).tolist()), -1
    while len(reached) != before:
        before = len(reached)
        for one, other in edges:
            if one in reached or other in reached:
                reached |= {one, other}
    return reached


def _services(small: Small, years: Years) -> Iterator[tuple[Vectors, float]]:
    """Uses and worth of all services that meet every requirement, given the candidates' years."""
    problem, uses = small.problem, small.years + 2
    capacity = problem.capacity
    most = np.full(len(years), inf) if capacity is None else capacity.most
    required = np.array([least for _, _, least in small.required])
    width = uses + len(years) + required.size + 1
    state = np.zeros((1, width))  # uses, loads, -weights, -worth
    for demand in range(problem.connection_cost.size):
        options = _least(np.array([_vector(small, demand, links, most) for links in _links(small, demand, years)]))
        state = (state[:, None, :] + options[None]).reshape(-1, width)
        state = state[(state[:, :uses] <= small.limit).all(axis=1)]
        state = state[(state[:, uses : uses + len(years)] <= most + 1e-9).all(axis=1)]
        weights = slice(uses + len(years), width - 1)
        state[:, weights] = np.maximum(state[:, weights], -required)  # more than required is no better
        state = _least(state)
    met = (-state[:, uses + len(years) : -1] >= required).all(axis=1)
    if problem.worth is not None:
        met &= -state[:, -1] >= problem.worth.at_least - 1e-9 * max(1.0, abs(problem.worth.at_least))
    for row in state[met]:
        yield row[:uses], -float(row[-1])


def _links(small: Small, demand: int, years: Years) -> Iterator[tuple[tuple[int, int], ...]]:
    """Every set of links (candidate, year) of a demand that gives it no more places than any target asks."""
    problem = small.problem
    asked = [row.providers for row in problem.targets if demand in row.demand]
    room = max(asked, default=0) - int(problem.existing_providers[demand])
    covering = [i for i in np.flatnonzero(problem.cover.toarray()[demand]).tolist() if years[i] < small.years]
    for count in range(max(room, 0) + 1):
        for chosen in combinations(covering, count):
            if len({int(problem.candidate_place[i]) for i in chosen}) == count:
                for when in product(*(range(years[i], small.years) for i in chosen)):
                    yield tuple(zip(chosen, when, strict=True))


def _vector(small: Small, demand: int, links: tuple[tuple[int, int], ...], most: Vectors) -> Vectors:
    """Uses, loads, -weights and -worth of one demand with these links."""
    problem = small.problem
    prices = [(small.link_prices[demand, i], year) for i, year in links]
    if links:
        first = min(year for _, year in links)
        prices.append((small.connections[demand], first))
    loads = np.zeros(most.size)
    if problem.capacity is not None:
        for i, _ in links:
            loads[i] = problem.capacity.load[demand] if np.isfinite(most[i]) else 0.0
    there = int(problem.existing_providers[demand])
    weights = [
        weight_of(problem, number, demand, there + sum(when <= year for _, when in links))
        for number, year, _ in small.required
    ]
    worth = 0.0
    if problem.worth is not None:
        for number, each in enumerate(problem.worth.per_weight.tolist()):
            worth += each * weight_of(problem, number, demand, there + len(links))
    return np.concatenate([sum_uses(small, prices), loads, -np.array(weights), [-worth]])


def weight_of(problem: Problem, number: int, demand: int, providers: int) -> float:
    row = problem.targets[number]
    return float(row.weight[row.demand == demand].sum()) if providers >= row.providers else 0.0
