"""Every plan of a tiny problem without optional parts that costs no more than a limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from optimise import Plan, Problem

LEAST = 1e-9


@dataclass(frozen=True)
class TinyPlan:
    """Digs, equipment, and (demand, candidates that serve it newly)."""

    edges: tuple[int, ...]
    candidates: tuple[int, ...]
    links: tuple[tuple[int, tuple[int, ...]], ...]

    def items(self, problem: Problem) -> dict[tuple[object, ...], float]:
        """Everything that is paid, with its amount."""
        paid: dict[tuple[object, ...], float] = {("edge", e): float(problem.edge_cost[e]) for e in self.edges}
        paid |= {("candidate", c): float(problem.candidate_cost[c]) for c in self.candidates}
        for demand, by in self.links:
            paid["connection", demand] = float(problem.connection_cost[demand])
            if problem.link_cost is not None:
                paid |= {("link", demand, c): float(problem.link_cost[demand, c]) for c in by}
        return paid

    def cost(self, problem: Problem) -> float:
        return sum(self.items(problem).values())


def tiny(problem: Problem, plan: Plan) -> TinyPlan:
    """The same plan."""
    by: dict[int, list[int]] = {}
    for demand, candidate in plan.links.tolist():
        by.setdefault(demand, []).append(candidate)
    return TinyPlan(
        tuple(plan.edges.tolist()), tuple(plan.candidates.tolist()), tuple((d, tuple(c)) for d, c in by.items())
    )


def money_shared(problem: Problem, plan: TinyPlan, earlier: Sequence[TinyPlan]) -> float:
    """Money on what earlier plans pay for too, each item by the part of them that does."""
    others = [set(other.items(problem)) for other in earlier]
    return sum(
        amount * sum(item in other for other in others) / len(others) for item, amount in plan.items(problem).items()
    )


def every_plan(problem: Problem, limit: float) -> list[TinyPlan]:
    """Every plan within the limit; digs that nothing needs included."""
    limit += LEAST * max(1.0, limit)
    networks = list(_networks(problem, limit))
    plans = []
    for built in _subsets(problem.candidate_cost.size):
        cost = sum(float(problem.candidate_cost[c]) for c in built)
        if cost > limit:
            continue
        needed = {int(problem.candidate_node[c]) for c in built} - {-1}
        services = list(_services(problem, built, limit - cost))
        for price, digs, reached in networks:
            if cost + price <= limit and needed <= reached:
                plans += [TinyPlan(digs, built, links) for paid, links in services if cost + price + paid <= limit]
    return plans


def _subsets(size: int) -> Iterator[tuple[int, ...]]:
    for count in range(size + 1):
        yield from combinations(range(size), count)


def _networks(problem: Problem, limit: float) -> Iterator[tuple[float, tuple[int, ...], set[int]]]:
    ends = list(zip(problem.edge_u.tolist(), problem.edge_v.tolist(), strict=True))
    start = {node for node, there in enumerate(problem.existing.tolist()) if there}
    for digs in _subsets(len(ends)):
        price = sum(float(problem.edge_cost[dig]) for dig in digs)
        if price > limit:
            continue
        reached, before = set(start), -1
        while len(reached) != before:
            before = len(reached)
            for dig in digs:
                if reached & set(ends[dig]):
                    reached |= set(ends[dig])
        yield price, digs, reached


def _services(
    problem: Problem, built: tuple[int, ...], left: float
) -> Iterator[tuple[float, tuple[tuple[int, tuple[int, ...]], ...]]]:
    """Ways to serve that meet the targets; where service is free, only the one that serves most."""
    cover = problem.cover.toarray()
    price = None if problem.link_cost is None else problem.link_cost.toarray()
    options = []
    for demand in range(problem.connection_cost.size):
        able = [c for c in built if cover[demand, c]]
        choices: list[tuple[float, int, tuple[int, ...]]] = [(0.0, int(problem.existing_providers[demand]), ())]
        for by in _subsets(len(able)):
            chosen = tuple(able[number] for number in by)
            places = {int(problem.candidate_place[c]) for c in chosen}
            if chosen and len(places) == len(chosen) and len(chosen) <= 2:
                paid = float(problem.connection_cost[demand])
                paid += 0.0 if price is None else sum(float(price[demand, c]) for c in chosen)
                choices.append((paid, int(problem.existing_providers[demand]) + len(chosen), chosen))
        if all(paid == 0 for paid, _, _ in choices):
            choices = [max(choices, key=lambda choice: choice[1])]
        options.append(choices)
    for choice in product(*options):
        paid = sum(one[0] for one in choice)
        if paid <= left and _meets(problem, [one[1] for one in choice]):
            yield paid, tuple((demand, one[2]) for demand, one in enumerate(choice) if one[2])


def _meets(problem: Problem, providers: list[int]) -> bool:
    for target in problem.targets:
        pairs = list(zip(target.demand.tolist(), target.weight.tolist(), strict=True))
        served = sum(weight for demand, weight in pairs if providers[demand] >= target.providers)
        if served < target.required - LEAST * max(1.0, sum(weight for _, weight in pairs)):
            return False
    return True
