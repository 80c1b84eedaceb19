"""Is the plan a plan? Recomputed from the arrays of the problem alone; shares nothing with the program."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from optimise.plan import Plan
from optimise.problem import Costs, Floats, Ints, Phases, Problem, every_limit
from optimise.verify_years import connection_complaints, order_complaints, years_of

COST_TOLERANCE = 1e-6
BUDGET_TOLERANCE = 1e-9
WEIGHT_TOLERANCE = 1e-9
LOAD_TOLERANCE = 1e-9
SHOWN = 5


@dataclass(frozen=True)
class Verification:
    """What the verifier found.

    Attributes
    ----------
    ok : bool
        No complaint.
    cost : float
        Sum of the costs of everything in the plan, each times the factor of its year where there are phases; nan where
        the plan names what the problem does not have.
    served_weight : tuple of float
        Weight served per target row, existing providers counted.
    complaints : tuple of str
        Why the plan is rejected.
    worth : float or None
        Worth of the weight served; None for a problem without `worth`.
    cost_by_year : tuple of float
        Undiscounted cost of each year's works, on the costs that its budget limits; empty for a problem without phases.
    """

    ok: bool
    cost: float
    served_weight: tuple[float, ...]
    complaints: tuple[str, ...]
    worth: float | None = None
    cost_by_year: tuple[float, ...] = ()


def verify(problem: Problem, plan: Plan) -> Verification:
    """Check indices, years, connection, service, loads, targets, budgets, worth and cost of a plan.

    Parameters
    ----------
    problem : Problem
    plan : Plan

    Returns
    -------
    Verification
        Accepted when every built candidate with backhaul is joined to the existing network (of its class, by the
        cables of its class) by the end of its year, every served row has exactly the links to distinct places that it
        lacks, no candidate carries more than it can (tolerance 1e-9, relative), every target has its weight when it
        is due and the worth is enough (tolerance 1e-9 of what there is in all), no budget is exceeded (tolerance 1e-6,
        relative, or half a cent) and cost and worth are the plan's (tolerance 1e-6 and 1e-9, relative).
    """
    complaints = _shape_complaints(problem, plan) or _index_complaints(problem, plan)
    if complaints:
        return Verification(False, math.nan, (0.0,) * len(problem.targets), tuple(complaints))
    years = years_of(problem, plan)
    complaints += order_complaints(problem, plan, years)
    complaints += connection_complaints(problem, plan, years)
    complaints += _service_complaints(problem, plan)
    complaints += _load_complaints(problem, plan)
    served_weight = _served_weight(problem, _providers(problem, plan))
    complaints += _target_complaints(problem, served_weight, [row.required for row in problem.targets], "")
    amounts = _amounts(problem, None if problem.backhaul is None else problem.backhaul.cable_cost, plan)
    cost = math.fsum(amounts)
    cost_by_year: tuple[float, ...] = ()
    if problem.phases is not None:
        cost = math.fsum(amounts * problem.phases.factor[years.of_amounts])
        if (limited := problem.phases.costs) is not None:
            amounts = _amounts(limited, limited.cable_cost, plan)
        cost_by_year = tuple(math.fsum(amounts[years.of_amounts == year]) for year in range(years.count))
        complaints += _phase_complaints(problem, problem.phases, plan, cost_by_year)
    complaints += _budget_complaints(problem, plan)
    worth = _worth(problem, served_weight)
    complaints += _worth_complaints(problem, plan, worth)
    if not abs(cost - plan.cost) <= COST_TOLERANCE * max(1.0, abs(cost)):
        complaints.append(f"cost: the plan says {plan.cost:.12g}, its parts cost {cost:.12g}")
    return Verification(not complaints, cost, served_weight, tuple(complaints), worth, cost_by_year)


def _shape_complaints(problem: Problem, plan: Plan) -> list[str]:
    """Arrays that are not what they should be, and parts of variants that the problem does not have."""
    years = 0 if problem.phases is None else 1
    expected = {
        "edges": (plan.edges.size,),
        "candidates": (plan.candidates.size,),
        "served": (len(plan.served), 2),
        "links": (len(plan.links), 2),
        "cables": (0 if problem.backhaul is None else len(plan.cables), 2),
        "edge_year": (plan.edges.size * years,),
        "candidate_year": (plan.candidates.size * years,),
        "link_year": (len(plan.links) * years,),
        "cable_year": (len(plan.cables) * years,),
    }
    return [
        f"{name}: shape {getattr(plan, name).shape}, expected {shape}"
        for name, shape in expected.items()
        if getattr(plan, name).shape != shape
    ]


def _index_complaints(problem: Problem, plan: Plan) -> list[str]:
    """Indices and years that the problem does not have, and rows given twice."""
    demands, candidates = problem.cover.shape
    years = 0 if problem.phases is None else problem.phases.budget.size
    complaints = []
    for name, index, size in (
        ("edges", plan.edges, problem.edge_cost.size),
        ("candidates", plan.candidates, candidates),
        ("served demands", plan.served[:, 0], demands),
        ("linked demands", plan.links[:, 0], demands),
        ("linked candidates", plan.links[:, 1], candidates),
        ("cabled edges", plan.cables[:, 0], problem.edge_cost.size),
        ("classes of cables", plan.cables[:, 1], 0 if problem.backhaul is None else len(problem.backhaul.existing)),
        ("edge_year", plan.edge_year, years),
        ("candidate_year", plan.candidate_year, years),
        ("link_year", plan.link_year, years),
        ("cable_year", plan.cable_year, years),
    ):
        outside = index[~np.isin(index, np.arange(size))]
        if outside.size:
            complaints.append(f"{name}: {outside[:SHOWN].tolist()} not in 0..{size - 1}")
    for name, rows in (
        ("edges", plan.edges[:, None]),
        ("candidates", plan.candidates[:, None]),
        ("served demands", plan.served[:, :1]),
        ("links", plan.links),
        ("cables", plan.cables),
    ):
        if len(np.unique(rows, axis=0)) < len(rows):
            complaints.append(f"{name}: given twice")
    return complaints


def _service_complaints(problem: Problem, plan: Plan) -> list[str]:
    """Served rows without their providers, and links that lead nowhere."""
    complaints = []
    built = set(plan.candidates.tolist())
    covered = set(zip(*(axis.tolist() for axis in problem.cover.nonzero()), strict=True))
    places: dict[int, list[int]] = {}
    for demand, candidate in plan.links.tolist():
        if candidate not in built:
            complaints.append(f"demand {demand} is linked to candidate {candidate}, which is not built")
        if (demand, candidate) not in covered:
            complaints.append(f"demand {demand} is linked to candidate {candidate}, which cannot serve it")
        places.setdefault(demand, []).append(int(problem.candidate_place[candidate]))
    for demand, providers in plan.served.tolist():
        linked = places.pop(demand, [])
        missing = providers - int(problem.existing_providers[demand])
        if missing <= 0:
            complaints.append(f"demand {demand} counts {providers} providers that exist already")
        elif len(linked) != missing or len(set(linked)) != missing:
            complaints.append(
                f"demand {demand} needs {missing} new places, has {len(linked)} links to {len(set(linked))} places"
            )
    complaints += [f"demand {demand} is linked but not served" for demand in places]
    return complaints


def _load_complaints(problem: Problem, plan: Plan) -> list[str]:
    """Candidates to which more is linked than they can serve."""
    if problem.capacity is None:
        return []
    most = problem.capacity.most
    load = np.bincount(plan.links[:, 1], problem.capacity.load[plan.links[:, 0]], minlength=most.size)
    return [
        f"candidate {candidate} carries {load[candidate]:.12g}, at most {most[candidate]:.12g}"
        for candidate in np.flatnonzero(load > most * (1 + LOAD_TOLERANCE)).tolist()
    ]


def _providers(problem: Problem, plan: Plan) -> Ints:
    """(J,) providers that each demand counts with at the end, existing or by a served row."""
    providers: Ints = problem.existing_providers.astype(np.int64)
    providers[plan.served[:, 0]] = np.maximum(providers[plan.served[:, 0]], plan.served[:, 1])
    return providers


def _served_weight(problem: Problem, providers: Ints) -> tuple[float, ...]:
    """Weight per target of the demands with enough providers."""
    return tuple(math.fsum(row.weight[providers[row.demand] >= row.providers]) for row in problem.targets)


def _target_complaints(
    problem: Problem, served_weight: tuple[float, ...], required: list[float], when: str
) -> list[str]:
    return [
        f"target {target.name!r}: {weight:.12g} served{when}, {least:.12g} required"
        for target, weight, least in zip(problem.targets, served_weight, required, strict=True)
        if weight < least - WEIGHT_TOLERANCE * max(1.0, math.fsum(target.weight))
    ]


def _phase_complaints(problem: Problem, phases: Phases, plan: Plan, cost_by_year: tuple[float, ...]) -> list[str]:
    """Yearly budgets exceeded, and targets not reached by the end of a year."""
    complaints = []
    counted = _providers(problem, plan)
    for year, (cost, most) in enumerate(zip(cost_by_year, phases.budget.tolist(), strict=True)):
        if _exceeds(cost, most):
            complaints.append(f"budget of year {year}: the works cost {cost:.12g}, at most {most:.12g}")
        linked = np.bincount(plan.links[plan.link_year <= year, 0], minlength=counted.size)
        so_far = np.minimum(problem.existing_providers + linked, counted).astype(np.int64)
        weight = _served_weight(problem, so_far)
        complaints += _target_complaints(problem, weight, phases.required[year].tolist(), f" by the end of year {year}")
    return complaints


def _budget_complaints(problem: Problem, plan: Plan) -> list[str]:
    """Costs on the own vectors of the budget and of each further limit, undiscounted, above it."""
    complaints = []
    for limit in every_limit(problem):
        cost = math.fsum(_amounts(limit.costs, limit.costs.cable_cost, plan))
        if _exceeds(cost, limit.most):
            name = "budget: the plan costs" if limit is problem.budget else "limit: the plan takes"
            complaints.append(f"{name} {cost:.12g}, at most {limit.most:.12g}")
    return complaints


def _worth(problem: Problem, served_weight: tuple[float, ...]) -> float | None:
    return None if problem.worth is None else math.fsum(problem.worth.per_weight * np.array(served_weight))


def _worth_complaints(problem: Problem, plan: Plan, worth: float | None) -> list[str]:
    """A worth other than the plan says, or below the least that it must have."""
    if problem.worth is None or worth is None:
        return [] if plan.worth is None else ["worth: given, and the problem has none"]
    room = WEIGHT_TOLERANCE * max(1.0, _worth(problem, tuple(math.fsum(row.weight) for row in problem.targets)) or 0.0)
    complaints = []
    if plan.worth is None or not abs(worth - plan.worth) <= room:
        complaints.append(f"worth: the plan says {plan.worth}, what it serves is worth {worth:.12g}")
    if worth < problem.worth.at_least - room:
        complaints.append(f"worth: {worth:.12g}, at least {problem.worth.at_least:.12g} required")
    return complaints


def _exceeds(cost: float, most: float) -> bool:
    return bool(cost > most + BUDGET_TOLERANCE * max(1.0, abs(most)))


def _amounts(prices: Problem | Costs, cable_cost: Floats | None, plan: Plan) -> Floats:
    """Costs of edges, candidates, connections, links and cables, row by row, in this order."""
    links = np.zeros(len(plan.links))
    if prices.link_cost is not None and links.size:
        links = np.asarray(prices.link_cost[plan.links[:, 0], plan.links[:, 1]], dtype=np.float64).ravel()
    cables = np.zeros(len(plan.cables)) if cable_cost is None else cable_cost[plan.cables[:, 1], plan.cables[:, 0]]
    parts = (
        prices.edge_cost[plan.edges],
        prices.candidate_cost[plan.candidates],
        prices.connection_cost[plan.served[:, 0]],
    )
    return np.concatenate([*parts, links, cables])
