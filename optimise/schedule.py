"""From what the program decides, with years and classes of backhaul, to a complete `Plan`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimise.plan import Plan
from optimise.prices import decided_demands, linked_demands, plan_cost, plan_worth
from optimise.problem import Bools, Ints, Problem
from optimise.trees import DigNetwork, pruned_forest


@dataclass(frozen=True)
class Schedule:
    """Years in which things are done; the number of years for what is never done.

    Attributes
    ----------
    candidate_year : (K,) int
    edge_year : (E,) int
    cable_year : (B, E) int
        When a class begins to use a dig; a single class where the problem has none.
    wanted : (Y, J) int
        New providers of each demand by the end of each year, for demands whose service takes something.
    links : (n, 2) int
        Rows (demand, candidate), for the demands of which it matters who serves them; may be more than are wanted.
    link_year : (n,) int
    """

    candidate_year: Ints
    edge_year: Ints
    cable_year: Ints
    wanted: Ints
    links: Ints
    link_year: Ints

    @property
    def never(self) -> int:
        """Year of what is not done."""
        return len(self.wanted)


def assemble_schedule(problem: Problem, schedule: Schedule) -> Plan:
    """Complete a schedule; nothing is done in another year, and what serves nobody or leads nowhere is left out.

    Leaving works out breaks no limit. Demands whose service takes nothing are served as soon as they can be.
    """
    schedule = replace(schedule, candidate_year=_needed_candidates(problem, schedule))
    links, link_year = _links(problem, schedule)
    used = np.unique(links[:, 1])
    candidate_year = np.full_like(schedule.candidate_year, schedule.never)
    candidate_year[used] = schedule.candidate_year[used]
    cable_year = np.array(
        [_pruned_cables(problem, schedule, candidate_year, number) for number in range(len(schedule.cable_year))]
    )
    dug = np.flatnonzero((cable_year < schedule.never).any(axis=0))
    cables = np.argwhere(schedule.never > cable_year.T).reshape(-1, 2)
    demand, count = np.unique(links[:, 0], return_counts=True)
    plan = Plan(
        edges=dug,
        candidates=used,
        served=np.stack([demand, problem.existing_providers[demand] + count], axis=1),
        links=links,
        cost=0.0,
        cables=cables if problem.backhaul is not None else cables[:0],
    )
    if problem.phases is not None:
        plan = replace(
            plan,
            edge_year=schedule.edge_year[dug],
            candidate_year=candidate_year[used],
            link_year=link_year,
            cable_year=cable_year[plan.cables[:, 1], plan.cables[:, 0]],
        )
    return replace(plan, cost=plan_cost(problem, plan), worth=plan_worth(problem, plan))


def _pruned_cables(problem: Problem, schedule: Schedule, candidate_year: Ints, number: int) -> Ints:
    """(E,) years of the cables of a class that its candidates need: in no year does any lose its way to the root.

    A minimum spanning forest by year joins in every year what all cables of the class join by then, so the way of a
    candidate in it is there in its year.
    """
    own, backhaul = candidate_year < schedule.never, problem.backhaul
    if backhaul is not None:
        own &= backhaul.candidate_class == number
        cost = problem.edge_cost + backhaul.cable_cost[number]
        problem = replace(problem, existing=backhaul.existing[number], edge_cost=cost)
    network = DigNetwork(problem)
    year = schedule.cable_year[number]
    kept = pruned_forest(network, np.flatnonzero(year < schedule.never), network.node_of_candidate[own], year=year)
    pruned: Ints = np.full_like(year, schedule.never)
    pruned[kept] = year[kept]
    return pruned


def _links(problem: Problem, schedule: Schedule) -> tuple[Ints, Ints]:
    """Links with their years: as many as each demand has new providers at the end, the earliest first."""
    linked, decided = linked_demands(problem), decided_demands(problem)
    asked = _asked(problem)
    given = [np.empty((0, 3), dtype=np.int64)]
    mine: dict[int, list[tuple[int, int]]] = {}
    for (demand, candidate), year in zip(schedule.links.tolist(), schedule.link_year.tolist(), strict=True):
        mine.setdefault(demand, []).append((year, candidate))
    for demand, levels in asked.items():
        offers = (
            sorted(mine.get(demand, []))
            if linked[demand]
            else place_offers(problem, schedule.candidate_year, schedule.never, demand)
        )
        wanted = schedule.wanted[:, demand] if decided[demand] else None
        most = min(len(offers), max(levels)) if wanted is None else int(wanted[-1])
        last = max((level for level in levels if level <= most), default=0)
        years = [year for year, _ in offers[:last]]
        if wanted is not None and not linked[demand]:  # connection is paid with the first link: not before it is wanted
            years = [max(year, int(np.argmax(wanted > rank))) for rank, year in enumerate(years)]
        rows = [(demand, candidate, year) for (_, candidate), year in zip(offers, years, strict=False)]
        given.append(np.array(rows, dtype=np.int64).reshape(-1, 3))
    every = np.concatenate(given)
    every = every[np.lexsort((every[:, 1], every[:, 0]))]
    return every[:, :2], every[:, 2]


def _needed_candidates(problem: Problem, schedule: Schedule) -> Ints:
    """(K,) years of the candidates without those whose absence takes no demand's providers away in any year.

    Dearest first; candidates with links stay.
    """
    year = schedule.candidate_year.copy()
    asked, linked, decided = _asked(problem), linked_demands(problem), decided_demands(problem)
    by_candidate = problem.cover.tocsc()
    by_candidate.eliminate_zeros()

    def providers(demand: int) -> Ints:
        """(Y,) new providers that count by the end of each year, of `year` as it is."""
        built = np.array([first for first, _ in place_offers(problem, year, schedule.never, demand)])
        places = (built[None] <= np.arange(schedule.never)[:, None]).sum(axis=1)
        if decided[demand]:
            return np.asarray(np.minimum(places, schedule.wanted[:, demand]))
        levels = np.array(sorted({0, *asked[demand]}))
        return np.asarray(levels[np.searchsorted(levels, places, side="right") - 1])

    served = {demand: providers(demand) for demand in asked if not linked[demand]}
    fixed = set(schedule.links[:, 1].tolist())
    for candidate in np.lexsort((np.arange(year.size), -problem.candidate_cost)).tolist():
        if year[candidate] == schedule.never or candidate in fixed:
            continue
        before, year[candidate] = int(year[candidate]), schedule.never
        covered = by_candidate.indices[by_candidate.indptr[candidate] : by_candidate.indptr[candidate + 1]].tolist()
        if any((providers(demand) < served[demand]).any() for demand in covered if demand in served):
            year[candidate] = before
    return year


def _asked(problem: Problem) -> dict[int, set[int]]:
    """New providers by which each demand counts in some target, demands increasing."""
    asked: dict[int, set[int]] = {}
    for row in problem.targets:
        need = row.providers - problem.existing_providers[row.demand]
        for demand, places in zip(row.demand[need > 0].tolist(), need[need > 0].tolist(), strict=True):
            asked.setdefault(demand, set()).add(places)
    return dict(sorted(asked.items()))


def place_offers(problem: Problem, candidate_year: Ints, never: int, demand: int) -> list[tuple[int, int]]:
    """(year, candidate) of the first candidate of each place that is built and serves the demand, in order."""
    start, end = problem.cover.indptr[demand : demand + 2]
    covering: Bools = problem.cover.data[start:end].astype(np.bool_)
    candidates = problem.cover.indices[start:end][covering]
    first: dict[int, tuple[int, int]] = {}
    for candidate in candidates.tolist():
        offer = (int(candidate_year[candidate]), candidate)
        place = int(problem.candidate_place[candidate])
        if offer[0] < never:
            first[place] = min(offer, first.get(place, offer))
    return sorted(first.values())
