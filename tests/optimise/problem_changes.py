"""Changes of a problem, of any variant, after which its optimum must be what it was, or a known multiple of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from optimise import Costs, Problem
from optimise.prices import every_price, with_other_costs
from tests.optimise.random_variants import scaled

Order = npt.NDArray[np.int64]


def reordered(
    problem: Problem,
    *,
    edges: Order | None = None,
    candidates: Order | None = None,
    demands: Order | None = None,
) -> Problem:
    """The problem with these edges, candidates and demands of it, in this order; some may be given twice."""
    edges = np.arange(problem.edge_cost.size) if edges is None else edges
    candidates = np.arange(problem.candidate_cost.size) if candidates is None else candidates
    demands = np.arange(problem.connection_cost.size) if demands is None else demands
    by_edge = ("edge_u", "edge_v", "edge_cost")
    by_candidate = ("candidate_node", "candidate_cost", "candidate_place", "candidate_class", "most")
    by_demand = ("existing_providers", "connection_cost", "load")

    def pick(part: Any) -> Any:
        changes: dict[str, Any] = {}
        for name in {field.name for field in fields(part)}:
            value = getattr(part, name)
            for names, order in ((by_edge, edges), (by_candidate, candidates), (by_demand, demands)):
                if name in names and isinstance(value, np.ndarray):
                    changes[name] = value[order]
            if name == "cable_cost" and value is not None:
                changes[name] = value[:, edges]
            if name in ("cover", "link_cost") and value is not None:
                changes[name] = _picked(value, demands, candidates)
            if name in ("backhaul", "capacity", "phases", "budget", "costs") and is_dataclass(value):
                changes[name] = pick(value)
        return replace(part, **changes)

    picked: Problem = pick(problem)
    targets = []
    for row in problem.targets:
        position = {demand: number for number, demand in enumerate(row.demand.tolist())}
        members = [new for new, old in enumerate(demands.tolist()) if old in position]
        weight = row.weight[[position[int(demands[new])] for new in members]]
        targets.append(replace(row, demand=np.array(members, dtype=np.int64), weight=weight))
    return replace(picked, targets=tuple(targets))


def _picked(matrix: csr_array, rows: Order, columns: Order) -> csr_array:
    """Rows and columns of the matrix, explicit zeros kept."""
    stored = csr_array((np.ones_like(matrix.data, dtype=bool), matrix.indices, matrix.indptr), shape=matrix.shape)
    row, column = np.nonzero(stored.toarray()[rows][:, columns])
    return csr_array((matrix.toarray()[rows[row], columns[column]], (row, column)), shape=(rows.size, columns.size))


def relabelled(problem: Problem, seed: int) -> Problem:
    """Everything in another order, edges in another direction, other names of places."""
    rng = np.random.default_rng(seed)
    orders = (problem.edge_cost.size, problem.candidate_cost.size, problem.connection_cost.size)
    edges, candidates, demands = (rng.permutation(size) for size in orders)
    changed = with_other_nodes(
        reordered(problem, edges=edges, candidates=candidates, demands=demands), rng.permutation(problem.existing.size)
    )
    turned = rng.random(edges.size) < 0.5
    return replace(
        changed,
        edge_u=np.where(turned, changed.edge_v, changed.edge_u),
        edge_v=np.where(turned, changed.edge_u, changed.edge_v),
        candidate_place=changed.candidate_place * 7 + 3,
    )


def with_other_nodes(problem: Problem, new_of_old: Order) -> Problem:
    """The problem with its nodes renumbered."""
    old_of_new = np.argsort(new_of_old)
    backhaul, node = problem.backhaul, problem.candidate_node
    return replace(
        problem,
        existing=problem.existing[old_of_new],
        edge_u=new_of_old[problem.edge_u],
        edge_v=new_of_old[problem.edge_v],
        candidate_node=np.where(node < 0, -1, new_of_old[node]),
        backhaul=None if backhaul is None else replace(backhaul, existing=backhaul.existing[:, old_of_new]),
    )


def with_weights_times(problem: Problem, factor: float) -> Problem:
    """Every weight and what is required of it times a factor, and its worth divided by it."""
    targets = tuple(replace(row, weight=row.weight * factor, required=row.required * factor) for row in problem.targets)
    phases, worth = problem.phases, problem.worth
    return replace(
        problem,
        targets=targets,
        phases=None if phases is None else replace(phases, required=phases.required * factor),
        worth=None if worth is None else replace(worth, per_weight=worth.per_weight / factor),
    )


def with_an_edge_in_series(problem: Problem, edge: int) -> Problem:
    """An edge as two with a new node between them, each of half its costs."""
    longer = reordered(problem, edges=np.append(np.arange(problem.edge_cost.size), edge))
    node, both = problem.existing.size, [edge, problem.edge_cost.size]
    edge_u, edge_v = longer.edge_u.copy(), longer.edge_v.copy()
    edge_v[edge] = edge_u[-1] = node
    backhaul = longer.backhaul

    def halved(costs: Costs) -> Costs:
        cable = None if costs.cable_cost is None else _halved(costs.cable_cost, both)
        return replace(costs, edge_cost=_halved(costs.edge_cost, both), cable_cost=cable)

    if backhaul is not None:
        existing = np.pad(backhaul.existing, ((0, 0), (0, 1)))
        backhaul = replace(backhaul, existing=existing, cable_cost=_halved(backhaul.cable_cost, both))
    in_two = replace(
        longer,
        existing=np.append(problem.existing, False),
        edge_u=edge_u,
        edge_v=edge_v,
        edge_cost=_halved(longer.edge_cost, both),
        backhaul=backhaul,
    )
    return with_other_costs(in_two, halved)


def _halved(values: npt.NDArray[np.float64], columns: list[int]) -> npt.NDArray[np.float64]:
    halved = values.copy()
    halved[..., columns] /= 2
    return halved


def with_a_demand_in_halves(problem: Problem, demand: int) -> Problem:
    """A demand as two of half its weight each; only where neither connection, link nor capacity is priced or scarce."""
    longer = reordered(problem, demands=np.append(np.arange(problem.connection_cost.size), demand))
    both = [demand, problem.connection_cost.size]
    targets = tuple(
        replace(row, weight=np.where(np.isin(row.demand, both), row.weight / 2, row.weight)) for row in longer.targets
    )
    return replace(longer, targets=targets)


def with_a_candidate_twice(problem: Problem, candidate: int) -> Problem:
    """A candidate and its like at the same place."""
    return reordered(problem, candidates=np.append(np.arange(problem.candidate_cost.size), candidate))


@dataclass(frozen=True)
class Change:
    """A change of a problem.

    Attributes
    ----------
    name : str
    apply : callable
        From the problem to the changed one.
    factor : float
        On the least cost; worth keeps its value.
    fits : callable
        Whether the optimum of the problem must bear it.
    """

    name: str
    apply: Callable[[Problem], Problem]
    factor: float = 1.0
    fits: Callable[[Problem], bool] = lambda problem: True


def service_is_free(problem: Problem) -> bool:
    """Whether no connection, link or load counts, so that a demand is served wherever it can be."""
    return problem.capacity is None and not any(
        prices.connection.any() or (prices.link is not None and prices.link.data.any())
        for prices in every_price(problem)
    )


CHANGES = (
    Change("other order", lambda problem: relabelled(problem, 1)),
    Change("another order", lambda problem: relabelled(problem, 2)),
    Change("costs in cents", lambda problem: scaled(problem, 0.01), 0.01),
    Change("costs in millions", lambda problem: scaled(problem, 1e5), 1e5),
    Change("weights times 8", lambda problem: with_weights_times(problem, 8.0)),
    # in two years, halves of an edge could be paid by two budgets
    Change("edge in series", lambda problem: with_an_edge_in_series(problem, 1), fits=lambda it: it.phases is None),
    Change("parallel edge", lambda problem: reordered(problem, edges=np.append(np.arange(problem.edge_cost.size), 0))),
    Change("demand in halves", lambda problem: with_a_demand_in_halves(problem, 0), fits=service_is_free),
    Change("candidate twice", lambda problem: with_a_candidate_twice(problem, 0), fits=lambda it: it.capacity is None),
)
