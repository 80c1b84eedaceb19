"""Is everything of a plan joined to its network, in time? The part of the verifier that follows years and classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimise.plan import Plan
from optimise.problem import Bools, Ints, Problem


@dataclass(frozen=True)
class Years:
    """Year of each row of a plan; all 0 for a problem without phases.

    Attributes
    ----------
    count : int
    edge, candidate, link, cable : (n,) int
        As in `Plan`.
    connection : (n,) int
        Year of each row of `served`: that of the demand's first link.
    """

    count: int
    edge: Ints
    candidate: Ints
    link: Ints
    cable: Ints
    connection: Ints

    @property
    def of_amounts(self) -> Ints:
        """Years of edges, candidates, connections, links and cables, in this order."""
        return np.concatenate([self.edge, self.candidate, self.connection, self.link, self.cable])


def years_of(problem: Problem, plan: Plan) -> Years:
    """Years of everything in a plan; a demand without links is connected last, and complained of elsewhere."""
    if problem.phases is None:
        rows = (plan.edges, plan.candidates, plan.links, plan.cables, plan.served)
        return Years(1, *(np.zeros(len(row), dtype=np.int64) for row in rows))
    count = problem.phases.budget.size
    first = np.full(problem.connection_cost.size, count - 1, dtype=np.int64)
    np.minimum.at(first, plan.links[:, 0], plan.link_year)
    return Years(count, plan.edge_year, plan.candidate_year, plan.link_year, plan.cable_year, first[plan.served[:, 0]])


def order_complaints(problem: Problem, plan: Plan, years: Years) -> list[str]:
    """Cables without their dig or before it, links before their candidate (absent candidates are found elsewhere)."""
    dig_year = _year_of(plan.edges, years.edge, problem.edge_cost.size, absent=years.count)
    built_year = _year_of(plan.candidates, years.candidate, problem.candidate_cost.size, absent=-1)
    complaints = []
    for (edge, number), year in zip(plan.cables.tolist(), years.cable.tolist(), strict=True):
        if dig_year[edge] == years.count:
            complaints.append(f"cable of class {number} on edge {edge}, which is not dug")
        elif year < dig_year[edge]:
            complaints.append(f"cable of class {number} on edge {edge} in year {year}, dug in year {dig_year[edge]}")
    for (demand, candidate), year in zip(plan.links.tolist(), years.link.tolist(), strict=True):
        if year < built_year[candidate]:
            complaints.append(
                f"demand {demand} is linked in year {year} to candidate {candidate} of year {built_year[candidate]}"
            )
    return complaints


def _year_of(index: Ints, year: Ints, size: int, *, absent: int) -> Ints:
    """(size,) year of each work."""
    of_work = np.full(size, absent, dtype=np.int64)
    of_work[index] = year
    return of_work


def connection_complaints(problem: Problem, plan: Plan, years: Years) -> list[str]:
    """Built candidates that nothing joins to the existing network of their class by the end of their year."""
    complaints = []
    for network, existing, edges, edge_year, candidates, candidate_year in _networks(problem, plan, years):
        pieces = _Pieces(existing)
        for year in range(years.count):
            for edge in edges[edge_year == year].tolist():
                pieces.join(int(problem.edge_u[edge]), int(problem.edge_v[edge]))
            for candidate in candidates[candidate_year == year].tolist():
                node = int(problem.candidate_node[candidate])
                if node >= 0 and not pieces.exists(node):
                    when = "" if problem.phases is None else f" by the end of year {year}"
                    complaints.append(f"candidate {candidate} at node {node} is not connected to {network}{when}")
    return complaints


def _networks(problem: Problem, plan: Plan, years: Years) -> Iterator[tuple[str, Bools, Ints, Ints, Ints, Ints]]:
    """Name, existing nodes, edges in use with their years, and candidates with their years, of each class."""
    if problem.backhaul is None:
        yield ("the existing network", problem.existing, plan.edges, years.edge, plan.candidates, years.candidate)
        return
    edge, used_by = plan.cables.T
    wanted = problem.backhaul.candidate_class[plan.candidates]
    for number, existing in enumerate(problem.backhaul.existing):
        mine, its = used_by == number, wanted == number
        name = f"the existing network of class {number}"
        yield (name, existing, edge[mine], years.cable[mine], plan.candidates[its], years.candidate[its])


class _Pieces:
    """Union-find over the nodes, the existing network contracted into one more."""

    def __init__(self, existing: Bools) -> None:
        self._root = existing.size
        self._parent = np.arange(existing.size + 1)
        self._parent[:-1][existing] = self._root

    def join(self, one: int, other: int) -> None:
        self._parent[self._find(one)] = self._find(other)

    def exists(self, node: int) -> bool:
        return self._find(node) == self._find(self._root)

    def _find(self, node: int) -> int:
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = int(self._parent[node])
        return node
