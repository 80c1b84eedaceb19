"""From a choice of candidates, digs and served demands to a complete `Plan`."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from optimise.coverage import costed_demands
from optimise.plan import Plan
from optimise.problem import Floats, Ints, Problem
from optimise.trees import DigNetwork, improve_tree


@dataclass(frozen=True)
class Choice:
    """What a heuristic or the program decides; `assemble` works out the rest.

    Attributes
    ----------
    candidates : (n,) int
    edges : (n,) int
        Joins every candidate with backhaul to the existing network; may hold more than is needed.
    wanted : (J,) int
        Providers by which the plan serves a demand whose service costs something; 0: not served by the plan.
        Demands that are served at no further cost need no decision.
    """

    candidates: Ints
    edges: Ints
    wanted: Ints


def assemble(problem: Problem, choice: Choice) -> Plan:
    """Complete a choice: digs without detours, every demand that costs nothing to serve, the cheapest links."""
    candidates = np.unique(choice.candidates)
    network = DigNetwork(problem)
    edges = improve_tree(network, choice.edges, network.node_of_candidate[candidates])
    return complete(problem, Choice(candidates, edges, choice.wanted))


def complete(problem: Problem, choice: Choice) -> Plan:
    """Complete a choice with its digs as they are; candidates and digs are each named once, increasing."""
    candidates, edges = choice.candidates, choice.edges
    demand, candidate, link_cost = _cheapest_offers(problem, candidates)
    places = np.bincount(demand, minlength=problem.existing_providers.size)
    providers = np.where(costed_demands(problem), choice.wanted, _most_providers(problem, places))
    rank = np.arange(demand.size) - np.searchsorted(demand, demand)
    used = rank < (providers - problem.existing_providers)[demand]
    served = np.flatnonzero(providers > problem.existing_providers)
    links = np.stack([demand[used], candidate[used]], axis=1)
    cost = math.fsum(
        np.concatenate(
            [
                problem.edge_cost[edges],
                problem.candidate_cost[candidates],
                problem.connection_cost[served],
                link_cost[used],
            ]
        )
    )
    return Plan(edges, candidates, np.stack([served, providers[served]], axis=1), links, cost)


def _cheapest_offers(problem: Problem, candidates: Ints) -> tuple[Ints, Ints, Floats]:
    """Per demand and place the built candidate with the cheapest link: demands increasing, cheap links first."""
    entries = problem.cover[:, candidates].tocoo()
    covers = entries.data.astype(np.bool_)
    demand, candidate = entries.row[covers].astype(np.int64), candidates[entries.col[covers]]
    cost = np.zeros(demand.size)
    if problem.link_cost is not None and demand.size:
        cost = np.asarray(problem.link_cost[demand, candidate], dtype=np.float64).ravel()
    place = problem.candidate_place[candidate]
    order = np.lexsort((candidate, cost, place, demand))
    demand, candidate, cost, place = demand[order], candidate[order], cost[order], place[order]
    first = np.append(True, (np.diff(demand) != 0) | (np.diff(place) != 0))[: demand.size]
    demand, candidate, cost = demand[first], candidate[first], cost[first]
    order = np.lexsort((candidate, cost, demand))
    return demand[order], candidate[order], cost[order]


def _most_providers(problem: Problem, places: Ints) -> Ints:
    """(J,) the most providers any target asks that the demand has only with the new places; 0 where there is none."""
    providers = np.zeros(places.size, dtype=np.int64)
    for row in problem.targets:
        there = problem.existing_providers[row.demand]
        newly = row.demand[(there < row.providers) & (row.providers <= there + places[row.demand])]
        providers[newly] = np.maximum(providers[newly], row.providers)
    return providers
