"""Tiny problems changed to what arithmetic and empty arrays trip over; for brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from optimise import Budget, Costs, Problem, TargetRow
from optimise.prices import with_other_costs
from optimise.problem import Bools, Floats, Ints
from tests.optimise.random_variants import reachable


def cents_to_millions(problem: Problem, rng: np.random.Generator) -> Problem:
    """Each price times some power of ten, limits of money of a size between."""

    def spread(price: Floats) -> Floats:
        return np.asarray(price * 10.0 ** rng.integers(-2, 6, price.shape))

    problem = replace(
        problem,
        edge_cost=spread(problem.edge_cost),
        candidate_cost=spread(problem.candidate_cost),
        connection_cost=spread(problem.connection_cost),
    )
    if (links := problem.link_cost) is not None:
        prices = csr_array((spread(links.data), links.indices, links.indptr), shape=links.shape)
        problem = replace(problem, link_cost=prices)
    if (backhaul := problem.backhaul) is not None:
        problem = replace(problem, backhaul=replace(backhaul, cable_cost=spread(backhaul.cable_cost)))
    if (phases := problem.phases) is not None:
        problem = replace(problem, phases=replace(phases, budget=phases.budget * 1e4))
    if (budget := problem.budget) is not None:
        own = (problem.edge_cost, problem.candidate_cost, problem.connection_cost)
        cable = None if problem.backhaul is None else problem.backhaul.cable_cost
        problem = replace(problem, budget=Budget(budget.most * 1e4, Costs(*own, cable, problem.link_cost)))
    return problem


def nothing_costs(problem: Problem, rng: np.random.Generator) -> Problem:
    """All costs are 0, those of the budget apart."""
    del rng
    links = problem.link_cost
    backhaul = problem.backhaul
    return replace(
        problem,
        edge_cost=0.0 * problem.edge_cost,
        candidate_cost=0.0 * problem.candidate_cost,
        connection_cost=0.0 * problem.connection_cost,
        link_cost=None if links is None else csr_array((0.0 * links.data, links.indices, links.indptr), links.shape),
        backhaul=None if backhaul is None else replace(backhaul, cable_cost=0.0 * backhaul.cable_cost),
    )


def weightless(problem: Problem, rng: np.random.Generator) -> Problem:
    """The first target has no weight, the second none of its first demand."""
    del rng
    first, second = problem.targets
    factor = np.arange(second.weight.size) > 0
    second = replace(second, weight=second.weight * factor)
    second = replace(second, required=min(second.required, 0.5 * float(second.weight.sum())))
    return with_targets(problem, (replace(first, weight=0.0 * first.weight, required=0.0), second))


def nothing_required(problem: Problem, rng: np.random.Generator) -> Problem:
    """Targets of 0."""
    del rng
    return with_targets(problem, tuple(replace(row, required=0.0) for row in problem.targets))


def all_reachable(problem: Problem, rng: np.random.Generator) -> Problem:
    """Targets of all that can be reached, with the rounding of another order of adding up."""
    del rng
    rows = (replace(row, weight=row.weight * 0.1) for row in problem.targets)
    return with_targets(problem, tuple(replace(row, required=reachable(problem, row)) for row in rows))


def one_unit_too_much(problem: Problem, rng: np.random.Generator) -> Problem:
    """A target of one unit more than can be reached."""
    row = problem.targets[rng.integers(2)]
    return with_targets(
        problem, tuple(replace(r, required=reachable(problem, r) + (r is row)) for r in problem.targets)
    )


def in_pieces_apart(problem: Problem, rng: np.random.Generator) -> Problem:
    """Some candidates stand in a piece of the graph where nothing exists."""
    nodes = problem.existing.size
    backhaul = problem.backhaul
    away = rng.random(problem.candidate_node.size) < 0.5
    node = np.where(away, nodes + rng.integers(0, 2, away.size), problem.candidate_node)
    ends = problem.edge_u.copy(), problem.edge_v.copy()
    ends[0][-1], ends[1][-1] = nodes, nodes + 1
    if backhaul is not None:
        more = np.zeros((len(backhaul.existing), 2), dtype=bool)
        backhaul = replace(backhaul, existing=np.concatenate([backhaul.existing, more], axis=1))
    existing = np.append(problem.existing, [False, False])
    problem = replace(
        problem, existing=existing, edge_u=ends[0], edge_v=ends[1], candidate_node=node, backhaul=backhaul
    )
    rows = (replace(row, required=min(row.required, reachable(problem, row))) for row in problem.targets)
    return with_targets(problem, tuple(rows))


def no_demand(problem: Problem, rng: np.random.Generator) -> Problem:
    """Targets without demand, of which nothing is required."""
    del rng
    nobody = np.zeros(0, dtype=np.int64)
    rows = tuple(replace(row, demand=nobody, weight=np.zeros(0), required=0.0) for row in problem.targets)
    return with_targets(_only(problem, demands=nobody), rows)


def no_candidates(problem: Problem, rng: np.random.Generator) -> Problem:
    """Nothing can be built; what exists may be enough."""
    del rng
    problem = _only(problem, candidates=np.zeros(0, dtype=np.int64))
    rows = (replace(row, required=min(row.required, reachable(problem, row))) for row in problem.targets)
    return with_targets(problem, tuple(rows))


def no_targets(problem: Problem, rng: np.random.Generator) -> Problem:
    """Nothing counts."""
    del rng
    problem = with_targets(problem, ())
    if problem.worth is not None:
        problem = replace(problem, worth=replace(problem.worth, per_weight=np.zeros(0), at_least=-np.inf))
    return problem


EXTREMES = (
    cents_to_millions,
    nothing_costs,
    weightless,
    nothing_required,
    all_reachable,
    one_unit_too_much,
    in_pieces_apart,
    no_demand,
    no_candidates,
    no_targets,
)


def with_targets(problem: Problem, targets: tuple[TargetRow, ...]) -> Problem:
    """The problem with other targets, half of each required at the end of the first year."""
    phases = problem.phases
    if phases is not None:
        required = np.zeros((phases.budget.size, len(targets)))
        required[0] = [0.5 * row.required for row in targets]
        phases = replace(phases, required=required)
    worth = problem.worth
    if worth is not None:  # what exists is worth as much
        worth = replace(worth, at_least=-np.inf if not np.isfinite(worth.at_least) else 0.0)
    return replace(problem, targets=targets, phases=phases, worth=worth)


def _only(problem: Problem, demands: Ints | None = None, candidates: Ints | None = None) -> Problem:
    """The problem of these demands and candidates; all where None."""
    j: Ints | Bools = np.ones(problem.cover.shape[0], dtype=bool) if demands is None else demands
    i: Ints | Bools = np.ones(problem.cover.shape[1], dtype=bool) if candidates is None else candidates
    j, i = np.arange(problem.cover.shape[0])[j], np.arange(problem.cover.shape[1])[i]
    backhaul, capacity = problem.backhaul, problem.capacity

    def less(costs: Costs) -> Costs:
        return replace(
            costs,
            candidate_cost=costs.candidate_cost[i],
            connection_cost=costs.connection_cost[j],
            link_cost=None if costs.link_cost is None else csr_array(costs.link_cost[j][:, i]),
        )

    if backhaul is not None:
        backhaul = replace(backhaul, candidate_class=backhaul.candidate_class[i])
    if capacity is not None:
        capacity = replace(capacity, most=capacity.most[i], load=capacity.load[j])
    reduced = replace(
        problem,
        candidate_node=problem.candidate_node[i],
        candidate_cost=problem.candidate_cost[i],
        candidate_place=problem.candidate_place[i],
        cover=csr_array(problem.cover[j][:, i]),
        existing_providers=problem.existing_providers[j],
        connection_cost=problem.connection_cost[j],
        link_cost=None if problem.link_cost is None else csr_array(problem.link_cost[j][:, i]),
        backhaul=backhaul,
        capacity=capacity,
    )
    return with_other_costs(reduced, less)
