"""Seeded tiny problems of every variant and of their combinations, with the traps that towns set; for brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from optimise import Backhaul, Budget, Capacity, Costs, Phases, Problem, TargetRow, Worth
from optimise.prices import with_other_costs
from tests.optimise.brute_force_variants import joined

PARTS = ("backhaul", "capacity", "phases", "budget", "at_least", "most_worth")
SINGLE = tuple((part,) for part in PARTS)
PAIRS = tuple((one, other) for number, one in enumerate(PARTS) for other in PARTS[number + 1 :])
COMBINED = (
    ("backhaul", "capacity", "phases"),
    ("backhaul", "capacity", "budget", "at_least"),
    ("backhaul", "phases", "budget", "most_worth"),
    ("capacity", "phases", "budget", "most_worth"),
    ("backhaul", "capacity", "phases", "budget", "at_least"),
    ("backhaul", "capacity", "phases", "budget", "most_worth"),
)
YEARLY = (
    ("phases", "yearly_costs"),
    ("backhaul", "phases", "yearly_costs"),
    ("capacity", "phases", "yearly_costs"),
    ("budget", "phases", "yearly_costs"),
    ("phases", "at_least", "yearly_costs"),
    ("phases", "most_worth", "yearly_costs"),
)
REQUIRED = ("share", "share", "share", "nothing", "all that is reachable", "one unit too much")


def random_variant(
    seed: int, parts: tuple[str, ...] = (), *, providers: int = 2, tame: bool = False, micro: bool = False
) -> Problem:
    """Draw a problem of at most 6 nodes, 6 edges, 4 candidates, 4 demands and 2 years; it may be infeasible.

    Parameters
    ----------
    seed : int
    parts : tuple of str
        Of `PARTS`; ``yearly_costs`` with ``phases``: budgets of the years on costs of their own.
    providers : int
        Most that any target asks.
    tame : bool
        Only targets of a share, prices of one size.
    micro : bool
        2 candidates and demands, 2 or 3 edges.
    """
    known = (*PARTS, "yearly_costs")
    assert set(parts) <= set(known)
    rng = np.random.default_rng([seed, *(known.index(part) for part in parts), providers])
    problem = _plain(rng, _sizes(rng, parts, micro=micro), providers)
    problem = replace(problem, name=f"{'+'.join(parts) or 'plain'}-{seed}", targets=_targets(rng, problem, providers))
    if not tame:
        problem = replace(problem, targets=tuple(_require(rng, problem, row) for row in problem.targets))
    if "most_worth" in parts:
        targets = tuple(replace(row, required=row.required * rng.choice([0.0, 0.5])) for row in problem.targets)
        problem = replace(problem, targets=targets)
    if "backhaul" in parts:
        problem = replace(problem, backhaul=_backhaul(rng, problem))
        problem = replace(problem, existing=problem.backhaul.existing.any(axis=0))  # type: ignore[union-attr]
    if "capacity" in parts:
        problem = replace(problem, capacity=_capacity(rng, problem))
    if "phases" in parts:
        problem = replace(problem, phases=_phases(rng, problem))
    if "yearly_costs" in parts:
        problem = replace(problem, phases=_with_own_costs(rng, problem))
    if {"budget", "most_worth"} & set(parts):
        problem = replace(problem, budget=_budget(rng, problem))
    if {"at_least", "most_worth"} & set(parts):
        problem = replace(
            problem,
            worth=_worth(rng, problem, asked="at_least" in parts),
            objective="most_worth" if "most_worth" in parts else "least_cost",
        )
    return problem if tame else scaled(problem, float(rng.choice([0.01, 1.0, 1.0, 1.0, 1e6])))


def _sizes(rng: np.random.Generator, parts: tuple[str, ...], *, micro: bool) -> tuple[int, int, int, int]:
    """Numbers of nodes, edges, candidates and demands that enumeration can do with."""
    if micro:
        edges = 2 if "backhaul" in parts else 3
        return 3, edges, 2, 2
    edges = 4 if {"backhaul", "phases"} <= set(parts) else int(rng.integers(4, 7 if "phases" not in parts else 6))
    candidates = 3 if "phases" in parts else int(rng.integers(3, 5))
    demands = int(rng.integers(2, 4)) if "phases" in parts else int(rng.integers(3, 5))
    return int(rng.integers(4, edges + 1)), edges, candidates, demands


def _plain(rng: np.random.Generator, sizes: tuple[int, int, int, int], providers: int) -> Problem:
    nodes, edges, candidates, demands = sizes
    edge_u, edge_v = _graph(rng, nodes, edges)
    existing = np.zeros(nodes, dtype=bool)
    existing[rng.choice(nodes, int(rng.integers(1, 3)), replace=False)] = True
    node = rng.integers(0, nodes, candidates)
    node[rng.random(candidates) < 0.1] = -1
    cost = rng.integers(0, 9, candidates).astype(np.float64)
    place = rng.permutation(candidates)
    cover = rng.random((demands, candidates)) < 0.65
    if rng.random() < 0.3:  # two options at one place, or a duplicate
        node[1], place[1] = node[0], place[0]
        if rng.random() < 0.5:
            cost[1], cover[:, 1] = cost[0], cover[:, 0]
    connection_cost = rng.integers(0, 5, demands) * int(rng.random() < 0.4)
    edge_cost = rng.integers(1, 12, edges) * (rng.random(edges) > 0.3 * rng.integers(0, 2))
    return Problem(
        existing=existing,
        edge_u=edge_u,
        edge_v=edge_v,
        edge_cost=edge_cost.astype(np.float64),
        candidate_node=node.astype(np.int64),
        candidate_cost=cost,
        candidate_place=place.astype(np.int64),
        cover=csr_array(cover),
        existing_providers=rng.integers(0, providers + 1, demands) * (rng.random(demands) < 0.25),
        connection_cost=connection_cost.astype(np.float64),
        link_cost=_link_cost(rng, cover) if rng.random() < 0.35 else None,
        targets=(),
    )


def _graph(rng: np.random.Generator, nodes: int, edges: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Random edges; most often a spanning path first, whose end may be a dead end, else perhaps pieces apart."""
    edge_u = rng.integers(0, nodes, edges)
    edge_v = (edge_u + rng.integers(1, nodes, edges)) % nodes
    if rng.random() < 0.85:
        edge_u[: nodes - 1], edge_v[: nodes - 1] = np.arange(nodes - 1), np.arange(1, nodes)
    return edge_u.astype(np.int64), edge_v.astype(np.int64)


def _link_cost(rng: np.random.Generator, cover: npt.NDArray[np.bool_]) -> csr_array:
    rows, columns = np.nonzero(cover & (rng.random(cover.shape[0]) < 0.8)[:, None])
    return csr_array((rng.integers(0, 5, rows.size).astype(np.float64), (rows, columns)), shape=cover.shape)


def _targets(rng: np.random.Generator, problem: Problem, providers: int) -> tuple[TargetRow, ...]:
    """Two zones that overlap, or one service asked once and twice of the same demands; some weights are 0."""
    demands, targets = problem.connection_cost.size, []
    twice = rng.random() < 0.4
    for number in range(2):
        if number == 0 or not twice:
            members = np.flatnonzero(rng.random(demands) < 0.8).astype(np.int64)
            weight = rng.integers(0, 6, members.size) * (1.0 if rng.random() < 0.6 else 0.125)
        asked = min(number + 1, providers) if twice else int(rng.integers(1, providers + 1))
        required = float(weight.sum() * rng.uniform(0.1, 0.9 if asked == 1 else 0.6))
        targets.append(TargetRow(f"target {number}", members, weight, required, asked))
    return tuple(targets)


def _require(rng: np.random.Generator, problem: Problem, row: TargetRow) -> TargetRow:
    """Draw what is required of a target again: a share, nothing, all that can be reached or one unit more."""
    within = reachable(problem, row)
    required = dict(zip(REQUIRED[2:], (row.required, 0.0, within, within + 1.0), strict=True))
    return replace(
        row, required=required[REQUIRED[int(rng.choice(len(REQUIRED), p=(0.35, 0.2, 0.2, 0.1, 0.13, 0.02)))]]
    )


def reachable(problem: Problem, row: TargetRow) -> float:
    """Weight of the target's demands to which enough distinct places can be connected."""
    reached = joined(problem.existing, list(zip(problem.edge_u.tolist(), problem.edge_v.tolist(), strict=True)))
    open_to = np.array([node < 0 or node in reached for node in problem.candidate_node.tolist()], dtype=bool)
    total = 0.0
    for demand, weight in zip(row.demand.tolist(), row.weight.tolist(), strict=True):
        places = set(problem.candidate_place[problem.cover.toarray()[demand] & open_to].tolist())
        if problem.existing_providers[demand] + len(places) >= row.providers:
            total += weight
    return total


def _backhaul(rng: np.random.Generator, problem: Problem) -> Backhaul:
    """Two classes, the networks of which most often lie apart, so that they share digs in opposite directions."""
    nodes, edges = problem.existing.size, problem.edge_cost.size
    existing = np.zeros((2, nodes), dtype=bool)
    starts = (0, nodes - 1) if rng.random() < 0.6 else rng.integers(0, nodes, 2)
    existing[[0, 1], starts] = True
    existing[1] |= problem.existing & (rng.random() < 0.3)
    cable = rng.integers(0, 4, (2, edges)).astype(np.float64) * (rng.random((2, 1)) < 0.7)
    return Backhaul(existing, cable, rng.integers(0, 2, problem.candidate_cost.size))


def _capacity(rng: np.random.Generator, problem: Problem) -> Capacity:
    load = rng.integers(1, 4, problem.connection_cost.size).astype(np.float64)
    most = rng.integers(1, 7, problem.candidate_cost.size).astype(np.float64)
    most[rng.random(most.size) < 0.2] = np.inf
    return Capacity(most, load)


def _phases(rng: np.random.Generator, problem: Problem) -> Phases:
    """Two years, a discount or a rise of prices, a part of the targets already at the end of the first."""
    cost = _usual_cost(problem)
    budget = np.where(rng.random(2) < 0.6, np.ceil(cost * rng.uniform(0.3, 0.9, 2)), np.inf)
    factor = np.array([1.0, float(rng.choice([0.95, 0.8, 1.0, 1.1]))])
    required = np.zeros((2, len(problem.targets)))
    required[0] = [row.required * rng.choice([0.0, 0.5, 1.0]) for row in problem.targets]
    return Phases(budget, factor, required)


def _usual_cost(problem: Problem) -> float:
    return float(problem.edge_cost.sum() + problem.candidate_cost.sum() + 0.5 * problem.connection_cost.sum())


def _budget(rng: np.random.Generator, problem: Problem) -> Budget:
    """The costs that are minimised, or others; a budget that most often binds."""
    costs = _costs(rng, problem, same=rng.random() < 0.5)
    most = np.ceil((costs.edge_cost.sum() + costs.candidate_cost.sum()) * rng.uniform(0.2, 0.8))
    return Budget(float(most), costs)


def _costs(rng: np.random.Generator, problem: Problem, *, same: bool) -> Costs:
    """The costs that are minimised, or others."""
    vectors = [problem.edge_cost, problem.candidate_cost, problem.connection_cost]
    cable = None if problem.backhaul is None else problem.backhaul.cable_cost
    if not same:
        vectors = [rng.integers(0, 9, vector.size).astype(np.float64) for vector in vectors]
        cable = None if cable is None or rng.random() < 0.3 else rng.integers(0, 3, cable.shape).astype(np.float64)
    link_cost = problem.link_cost if same or rng.random() < 0.5 else None
    return Costs(vectors[0], vectors[1], vectors[2], cable, link_cost)


def _with_own_costs(rng: np.random.Generator, problem: Problem) -> Phases | None:
    """Yearly budgets that most often bind, on costs that are most often not those that are minimised."""
    if problem.phases is None:
        return None
    costs = _costs(rng, problem, same=rng.random() < 0.1)
    whole = float(costs.edge_cost.sum() + costs.candidate_cost.sum() + 0.5 * costs.connection_cost.sum())
    budget = np.where(rng.random(2) < 0.75, np.ceil(whole * rng.uniform(0.1, 0.5, 2)), np.inf)
    return replace(problem.phases, budget=budget, costs=costs)


def _worth(rng: np.random.Generator, problem: Problem, *, asked: bool) -> Worth:
    per_weight = rng.integers(0, 4, len(problem.targets)) * (1.0 if rng.random() < 0.5 else 0.25)
    most = sum(each * reachable(problem, row) for each, row in zip(per_weight, problem.targets, strict=True))
    return Worth(per_weight, float(most * rng.uniform(0.2, 0.9)) if asked else -np.inf)


def scaled(problem: Problem, factor: float) -> Problem:
    """The same problem with every amount of money times a factor."""
    changes: dict[str, object] = {
        name: getattr(problem, name) * factor for name in ("edge_cost", "candidate_cost", "connection_cost")
    }
    changes["link_cost"] = _times(problem.link_cost, factor)
    if problem.backhaul is not None:
        changes["backhaul"] = replace(problem.backhaul, cable_cost=problem.backhaul.cable_cost * factor)
    if problem.phases is not None:
        changes["phases"] = replace(problem.phases, budget=problem.phases.budget * factor)
    if problem.budget is not None:
        changes["budget"] = replace(problem.budget, most=problem.budget.most * factor)

    def costs_times(costs: Costs) -> Costs:
        return Costs(
            costs.edge_cost * factor,
            costs.candidate_cost * factor,
            costs.connection_cost * factor,
            None if costs.cable_cost is None else costs.cable_cost * factor,
            _times(costs.link_cost, factor),
        )

    return with_other_costs(replace(problem, **changes), costs_times)


def _times(matrix: csr_array | None, factor: float) -> csr_array | None:
    """The matrix times a factor, explicit zeros kept."""
    if matrix is None:
        return None
    return csr_array((matrix.data * factor, matrix.indices, matrix.indptr), shape=matrix.shape)
