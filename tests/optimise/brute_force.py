"""The optimum of a tiny problem by enumeration: shares no code with the program, its heuristics or its verifier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from math import inf

from optimise import Problem

Option = tuple[int, float]  # providers counted, cost of connection and links


@dataclass(frozen=True)
class Fixed:
    """Edges and candidates that every plan must have, or must not."""

    keep_edges: tuple[int, ...] = ()
    keep_candidates: tuple[int, ...] = ()
    forbid_edges: tuple[int, ...] = ()
    forbid_candidates: tuple[int, ...] = ()


def least_cost(problem: Problem, fixed: Fixed = Fixed()) -> float | None:
    """Least cost of any plan, None where no plan meets the targets; at most 12 edges, 8 candidates and 6 demands."""
    networks = list(_networks(problem, fixed))

    @cache
    def network_cost(needed: int) -> float:
        return min((cost for cost, reached in networks if needed & ~reached == 0), default=inf)

    best = inf
    for built in _subsets(problem.candidate_cost.size):
        if not _allowed(built, fixed.keep_candidates, fixed.forbid_candidates):
            continue
        needed = 0
        for candidate in built:
            if problem.candidate_node[candidate] >= 0:
                needed |= 1 << int(problem.candidate_node[candidate])
        works = sum(float(problem.candidate_cost[c]) for c in built) + network_cost(needed)
        if works < best:
            best = min(best, works + _least_service_cost(problem, built))
    return None if best == inf else best


def _subsets(size: int) -> Iterator[tuple[int, ...]]:
    for count in range(size + 1):
        yield from combinations(range(size), count)


def _allowed(works: tuple[int, ...], keep: tuple[int, ...], forbid: tuple[int, ...]) -> bool:
    return set(keep) <= set(works) and not set(forbid) & set(works)


def _networks(problem: Problem, fixed: Fixed) -> Iterator[tuple[float, int]]:
    """Cost of every allowed set of digs, and the nodes (as bits) that it joins to the existing network."""
    ends = list(zip(problem.edge_u.tolist(), problem.edge_v.tolist(), strict=True))
    start = sum(1 << node for node, there in enumerate(problem.existing.tolist()) if there)
    for digs in _subsets(len(ends)):
        if not _allowed(digs, fixed.keep_edges, fixed.forbid_edges):
            continue
        reached, before = start, -1
        while reached != before:
            before = reached
            for dig in digs:
                both = (1 << ends[dig][0]) | (1 << ends[dig][1])
                if reached & both:
                    reached |= both
        yield sum(float(problem.edge_cost[dig]) for dig in digs), reached


def _least_service_cost(problem: Problem, built: tuple[int, ...]) -> float:
    """Least cost of connections and links that meets every target with these candidates."""
    options = [_options(problem, demand, built) for demand in range(problem.connection_cost.size)]
    if all(cost == 0 for row in options for _, cost in row):
        options = [[max(row)] for row in options]
    best = inf
    for choice in product(*options):
        cost = sum(option[1] for option in choice)
        if cost < best and _meets(problem, [option[0] for option in choice]):
            best = cost
    return best


def _options(problem: Problem, demand: int, built: tuple[int, ...]) -> list[Option]:
    """Every number of providers a target may ask that these candidates can give to the demand, with its cost."""
    cover = problem.cover.toarray()
    price = None if problem.link_cost is None else problem.link_cost.toarray()
    cheapest: dict[int, float] = {}
    for candidate in built:
        if cover[demand, candidate]:
            place = int(problem.candidate_place[candidate])
            link = 0.0 if price is None else float(price[demand, candidate])
            cheapest[place] = min(link, cheapest.get(place, inf))
    links = sorted(cheapest.values())
    there = int(problem.existing_providers[demand])
    options = [(there, 0.0)]
    for providers in sorted({target.providers for target in problem.targets}):
        if there < providers <= there + len(links):
            options.append((providers, float(problem.connection_cost[demand]) + sum(links[: providers - there])))
    return options


def _meets(problem: Problem, providers: list[int]) -> bool:
    for target in problem.targets:
        pairs = list(zip(target.demand.tolist(), target.weight.tolist(), strict=True))
        served = sum(weight for demand, weight in pairs if providers[demand] >= target.providers)
        if served < target.required - 1e-9 * max(1.0, sum(weight for _, weight in pairs)):
            return False
    return True
