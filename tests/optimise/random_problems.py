"""Seeded planning problems for tests: tiny ones for brute force, grids for size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from optimise import Problem, TargetRow

VARIANTS = (
    "plain",
    "two_providers",
    "existing_providers",
    "shared_places",
    "link_costs",
    "connection_costs",
    "free_edges",
    "unreachable_pieces",
    "no_backhaul",
    "zero_targets",
    "everything",
)


def make_targets(rng: np.random.Generator, demands: int, max_providers: int) -> tuple[TargetRow, ...]:
    """Two overlapping targets; the required share is drawn between a tenth and nine tenths of the weight."""
    targets = []
    for number in range(2):
        members = np.flatnonzero(rng.random(demands) < 0.75).astype(np.int64)
        weight = rng.integers(0, 6, members.size).astype(np.float64)
        if number == 1:
            weight = np.round(weight * rng.random(members.size), 3)
        required = float(weight.sum() * rng.uniform(0.1, 0.9))
        providers = int(rng.integers(1, max_providers + 1))
        targets.append(TargetRow(f"target {number}", members, weight, required, providers))
    return tuple(targets)


def random_problem(seed: int, variant: str = "plain") -> Problem:
    """A problem of at most 7 nodes, 11 edges, 7 candidates and 6 demands; it may be infeasible."""
    assert variant in VARIANTS
    rng = np.random.default_rng([seed, VARIANTS.index(variant)])
    wanted = {variant} if variant != "everything" else set(VARIANTS)
    nodes, edges = int(rng.integers(4, 8)), int(rng.integers(7, 12))
    candidates, demands = int(rng.integers(3, 8)), int(rng.integers(3, 7))
    edge_u = rng.integers(0, nodes, edges)
    edge_v = (edge_u + rng.integers(1, nodes, edges)) % nodes
    edge_cost = rng.integers(1, 12, edges).astype(np.float64)
    if "unreachable_pieces" not in wanted:  # a spanning path first, so that most candidates can be connected
        edge_u[: nodes - 1], edge_v[: nodes - 1] = np.arange(nodes - 1), np.arange(1, nodes)
    if "free_edges" in wanted:
        edge_cost[rng.random(edges) < 0.4] = 0.0
    existing = np.zeros(nodes, dtype=bool)
    existing[rng.choice(nodes, int(rng.integers(1, 3)), replace=False)] = True
    node = rng.integers(0, nodes, candidates)
    if "no_backhaul" in wanted:
        node[rng.random(candidates) < 0.4] = -1
    shared = "shared_places" in wanted
    place = rng.integers(0, max(2, candidates // 2), candidates) if shared else rng.permutation(candidates)
    cover = rng.random((demands, candidates)) < 0.55
    several = {"two_providers", "shared_places", "link_costs", "existing_providers"} & wanted
    has_existing = {"existing_providers", "zero_targets"} & wanted
    problem = Problem(
        existing=existing,
        edge_u=edge_u.astype(np.int64),
        edge_v=edge_v.astype(np.int64),
        edge_cost=edge_cost,
        candidate_node=node.astype(np.int64),
        candidate_cost=rng.integers(0, 9, candidates).astype(np.float64),
        candidate_place=place.astype(np.int64),
        cover=csr_array(cover),
        existing_providers=(rng.integers(0, 3, demands) if has_existing else np.zeros(demands)).astype(np.int64),
        connection_cost=(rng.integers(0, 5, demands) if "connection_costs" in wanted else np.zeros(demands)).astype(
            np.float64
        ),
        link_cost=_link_cost(rng, cover) if "link_costs" in wanted else None,
        targets=make_targets(rng, demands, 2 if several else 1),
        name=f"{variant}-{seed}",
    )
    if "zero_targets" in wanted:
        problem = replace(problem, targets=(replace(problem.targets[0], required=0.0), *problem.targets[1:]))
    return problem


def _link_cost(rng: np.random.Generator, cover: np.ndarray) -> csr_array:
    """Integer costs on the pattern of the cover; zeros stay entries, and some demands have no entry at all."""
    rows, columns = np.nonzero(cover & (rng.random(cover.shape[0]) < 0.8)[:, None])
    cost = rng.integers(0, 5, rows.size).astype(np.float64)
    return csr_array((cost, (rows, columns)), shape=cover.shape)


def grid_problem(seed: int, *, side: int, candidates: int, demands: int, share: float = 0.5) -> Problem:
    """A town-like grid of side x side nodes; a demand is covered by the nearest few candidates."""
    rng = np.random.default_rng(seed)
    index = np.arange(side * side).reshape(side, side)
    edge_u = np.concatenate([index[:, :-1].ravel(), index[:-1].ravel()])
    edge_v = np.concatenate([index[:, 1:].ravel(), index[1:].ravel()])
    node = rng.choice(side * side, candidates, replace=False)
    spot = rng.random((demands, 2)) * (side - 1)
    offset = spot[:, None, :] - np.stack([node // side, node % side], axis=1)[None]
    cover = np.hypot(offset[..., 0], offset[..., 1]) < 2.5
    group = rng.integers(0, 2, demands)
    weight = rng.integers(1, 30, demands).astype(np.float64)
    reachable = cover.any(axis=1)
    targets = tuple(
        TargetRow(
            f"zone {zone}",
            np.flatnonzero(group == zone).astype(np.int64),
            weight[group == zone],
            float(share * weight[(group == zone) & reachable].sum()),
        )
        for zone in range(2)
    )
    existing = np.zeros(side * side, dtype=bool)
    existing[index[side // 2, : side // 3]] = True
    return Problem(
        existing=existing,
        edge_u=edge_u.astype(np.int64),
        edge_v=edge_v.astype(np.int64),
        edge_cost=rng.integers(20, 90, edge_u.size).astype(np.float64),
        candidate_node=node.astype(np.int64),
        candidate_cost=rng.integers(30, 80, candidates).astype(np.float64),
        candidate_place=np.arange(candidates, dtype=np.int64),
        cover=csr_array(cover),
        existing_providers=np.zeros(demands, dtype=np.int64),
        connection_cost=np.zeros(demands),
        link_cost=None,
        targets=targets,
        name=f"grid-{side}-{seed}",
    )


def relabelled(problem: Problem, seed: int) -> Problem:
    """The same problem with nodes, edges (and their direction), candidates, demands and targets in another order."""
    rng = np.random.default_rng(seed)
    node = rng.permutation(problem.existing.size)  # old -> new
    edge = rng.permutation(problem.edge_cost.size)  # new -> old
    candidate = rng.permutation(problem.candidate_cost.size)
    demand = rng.permutation(problem.connection_cost.size)
    new_demand = np.argsort(demand)
    existing = np.zeros_like(problem.existing)
    existing[node] = problem.existing
    old_node = problem.candidate_node[candidate]
    link_cost = problem.link_cost
    targets = []
    for target in reversed(problem.targets):
        members = new_demand[target.demand]
        order = np.argsort(members)
        targets.append(replace(target, demand=members[order], weight=target.weight[order]))
    return Problem(
        existing=existing,
        edge_u=node[problem.edge_v[edge]],
        edge_v=node[problem.edge_u[edge]],
        edge_cost=problem.edge_cost[edge],
        candidate_node=np.where(old_node < 0, -1, node[old_node]),
        candidate_cost=problem.candidate_cost[candidate],
        candidate_place=problem.candidate_place[candidate] * 7 + 3,
        cover=csr_array(problem.cover.toarray()[demand][:, candidate]),
        existing_providers=problem.existing_providers[demand],
        connection_cost=problem.connection_cost[demand],
        link_cost=None if link_cost is None else _permuted(link_cost, new_demand, np.argsort(candidate)),
        targets=tuple(targets),
        name=f"{problem.name} relabelled {seed}",
    )


def _permuted(matrix: csr_array, new_row: np.ndarray, new_column: np.ndarray) -> csr_array:
    """The matrix with its rows and columns moved, explicit zeros kept."""
    entries = matrix.tocoo()
    return csr_array((entries.data, (new_row[entries.row], new_column[entries.col])), shape=matrix.shape)
