"""Is the plan a plan? Recomputed from the arrays of the problem alone; shares nothing with the program."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from optimise.plan import Plan
from optimise.problem import Ints, Problem

COST_TOLERANCE = 1e-6
WEIGHT_TOLERANCE = 1e-9
SHOWN = 5


@dataclass(frozen=True)
class Verification:
    """What the verifier found.

    Attributes
    ----------
    ok : bool
        No complaint.
    cost : float
        Sum of the costs of everything in the plan; nan where the plan names what the problem does not have.
    served_weight : tuple of float
        Weight served per target row, existing providers counted.
    complaints : tuple of str
        Why the plan is rejected.
    """

    ok: bool
    cost: float
    served_weight: tuple[float, ...]
    complaints: tuple[str, ...]


def verify(problem: Problem, plan: Plan) -> Verification:
    """Check indices, connection, service, targets and cost of a plan.

    Parameters
    ----------
    problem : Problem
    plan : Plan

    Returns
    -------
    Verification
        Accepted when every built candidate with backhaul is joined to the existing network by the plan's digs, every
        served row has exactly the links to distinct places that it lacks, every target has its weight (tolerance
        1e-9 of the target's total) and the cost is the plan's cost (tolerance 1e-6, relative).
    """
    complaints = _index_complaints(problem, plan)
    if complaints:
        return Verification(False, math.nan, (0.0,) * len(problem.targets), tuple(complaints))
    complaints += _connection_complaints(problem, plan)
    complaints += _service_complaints(problem, plan)
    served_weight = _served_weight(problem, plan)
    for target, weight in zip(problem.targets, served_weight, strict=True):
        if weight < target.required - WEIGHT_TOLERANCE * max(1.0, math.fsum(target.weight)):
            complaints.append(f"target {target.name!r}: {weight:.12g} served, {target.required:.12g} required")
    cost = _cost(problem, plan)
    if abs(cost - plan.cost) > COST_TOLERANCE * max(1.0, abs(cost)):
        complaints.append(f"cost: the plan says {plan.cost:.12g}, its parts cost {cost:.12g}")
    return Verification(not complaints, cost, served_weight, tuple(complaints))


def _index_complaints(problem: Problem, plan: Plan) -> list[str]:
    """Indices that the problem does not have, and rows given twice."""
    demands, candidates = problem.cover.shape
    complaints = []
    for name, index, size in (
        ("edges", plan.edges, problem.edge_cost.size),
        ("candidates", plan.candidates, candidates),
        ("served demands", plan.served[:, 0], demands),
        ("linked demands", plan.links[:, 0], demands),
        ("linked candidates", plan.links[:, 1], candidates),
    ):
        outside = index[(index < 0) | (index >= size)]
        if outside.size:
            complaints.append(f"{name}: {outside[:SHOWN].tolist()} not in 0..{size - 1}")
    for name, rows in (
        ("edges", plan.edges[:, None]),
        ("candidates", plan.candidates[:, None]),
        ("served demands", plan.served[:, :1]),
        ("links", plan.links),
    ):
        if len(np.unique(rows, axis=0)) < len(rows):
            complaints.append(f"{name}: given twice")
    return complaints


def _connection_complaints(problem: Problem, plan: Plan) -> list[str]:
    """Built candidates that the plan's digs do not join to the existing network (union-find)."""
    existing_root = problem.existing.size
    parent = np.arange(existing_root + 1)
    parent[:-1][problem.existing] = existing_root

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = int(parent[node])
        return node

    for edge in plan.edges.tolist():
        parent[find(int(problem.edge_u[edge]))] = find(int(problem.edge_v[edge]))
    there = find(existing_root)
    return [
        f"candidate {candidate} at node {problem.candidate_node[candidate]} is not connected to the existing network"
        for candidate in plan.candidates.tolist()
        if problem.candidate_node[candidate] >= 0 and find(int(problem.candidate_node[candidate])) != there
    ]


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


def _served_weight(problem: Problem, plan: Plan) -> tuple[float, ...]:
    """Weight per target of the demands with enough providers, existing or by a served row."""
    providers: Ints = problem.existing_providers.astype(np.int64)
    providers[plan.served[:, 0]] = np.maximum(providers[plan.served[:, 0]], plan.served[:, 1])
    return tuple(math.fsum(row.weight[providers[row.demand] >= row.providers]) for row in problem.targets)


def _cost(problem: Problem, plan: Plan) -> float:
    parts = [
        problem.edge_cost[plan.edges],
        problem.candidate_cost[plan.candidates],
        problem.connection_cost[plan.served[:, 0]],
    ]
    if problem.link_cost is not None and len(plan.links):
        parts.append(np.asarray(problem.link_cost[plan.links[:, 0], plan.links[:, 1]], dtype=np.float64).ravel())
    return math.fsum(np.concatenate(parts))
