"""Every set of works of a tiny problem, and whether it is a plan, word by word as the problem defines it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from optimise import Problem
from tests.optimise.brute_force_variants import Small, Vectors, Years, joined, sum_uses, weight_of


@dataclass(frozen=True)
class Works:
    """Years of digs, of the cables of each class, of candidates, and links with theirs: (demand, candidate) -> year."""

    edges: Years
    cables: tuple[Years, ...]
    candidates: Years
    links: dict[tuple[int, int], int]


def every_design(small: Small) -> Iterator[Works]:
    """Every set of works of a problem of 2 or 3 edges, candidates and demands, and every year of each; plan or not.

    Those that leave a candidate unconnected come once, without links.
    """
    problem = small.problem
    edges, years = problem.edge_cost.size, range(small.years + 1)
    pairs = list(zip(*(axis.tolist() for axis in problem.cover.nonzero()), strict=True))
    classes = 0 if problem.backhaul is None else len(small.classes)
    for candidates in product(years, repeat=problem.candidate_cost.size):
        for digs in product(years, repeat=edges):
            for cables in product(product(years, repeat=edges), repeat=classes):
                connected = _all_connected(small, Works(digs, cables, candidates, {}))
                for when in product(years, repeat=len(pairs)) if connected else ((small.years,) * len(pairs),):
                    links = {pair: year for pair, year in zip(pairs, when, strict=True) if year < small.years}
                    yield Works(digs, cables, candidates, links)


def is_plan(small: Small, works: Works) -> bool:
    """Whether the works are a plan, word by word as the problem defines it."""
    worth = small.problem.worth
    return (
        _all_connected(small, works)
        and _all_linked(small, works)
        and bool((uses_of(small, works) <= small.limit).all())
        and all(_served(small, works, number, year) >= least for number, year, least in small.required)
        and (worth is None or worth_of(small, works) >= worth.at_least - 1e-9)
    )


def _all_connected(small: Small, works: Works) -> bool:
    ends = small.ends
    if any(dig > cable for years in works.cables for dig, cable in zip(works.edges, years, strict=True)):
        return False
    for candidate, year in enumerate(works.candidates):
        node, number = int(small.problem.candidate_node[candidate]), small.class_of(candidate)
        ways = works.cables[number] if works.cables else works.edges
        there = [pair for pair, when in zip(ends, ways, strict=True) if when <= year]
        if year < small.years and node >= 0 and node not in joined(small.classes[number][0], there):
            return False
    return True


def _all_linked(small: Small, works: Works) -> bool:
    """Links are to candidates built by then, to distinct places, and within what the candidates can serve."""
    problem = small.problem
    places = [(demand, int(problem.candidate_place[i])) for demand, i in works.links]
    if len(set(places)) < len(places) or any(works.candidates[i] > year for (_, i), year in works.links.items()):
        return False
    if problem.capacity is None:
        return True
    load = np.zeros(problem.candidate_cost.size)
    for demand, i in works.links:
        load[i] += problem.capacity.load[demand]
    return bool((load <= problem.capacity.most + 1e-9).all())


def _served(small: Small, works: Works, number: int, year: int) -> float:
    return sum(
        weight_of(small.problem, number, demand, _providers(small.problem, works, demand, year))
        for demand in range(small.problem.connection_cost.size)
    )


def _providers(problem: Problem, works: Works, demand: int, year: int) -> int:
    made = sum(when <= year for (linked, _), when in works.links.items() if linked == demand)
    return int(problem.existing_providers[demand]) + made


def worth_of(small: Small, works: Works) -> float:
    """Worth of what the works serve in the end."""
    problem = small.problem
    per_weight = np.zeros(len(problem.targets)) if problem.worth is None else problem.worth.per_weight
    return sum(each * _served(small, works, number, small.years) for number, each in enumerate(per_weight.tolist()))


def uses_of(small: Small, works: Works) -> Vectors:
    """Cost, money of each year and money of the budget of the works."""
    prices = list(zip(small.edges, works.edges, strict=True))
    prices += zip(small.candidates, works.candidates, strict=True)
    if works.cables:
        for (_, cables), years in zip(small.classes, works.cables, strict=True):
            prices += zip(cables, years, strict=True)
    prices += [(small.link_prices[pair], year) for pair, year in works.links.items()]
    for demand in {demand for demand, _ in works.links}:
        first = min(year for (linked, _), year in works.links.items() if linked == demand)
        prices.append((small.connections[demand], first))
    return sum_uses(small, prices)
