"""Synthetic cities as planning problems: streets with a river, ducts and a backbone, three services in two zones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

from optimise import Problem, TargetRow

SIZES = {"1k": (1000, 170, 700), "3k": (3000, 500, 2000), "10k": (10000, 2000, 8000), "30k": (30000, 5000, 20000)}
"""Edges, candidates, demand points."""
SPACING_M = 70.0
HUBS = 4


@dataclass(frozen=True)
class Service:
    """Reach and price of a service, its parts of all demand and candidates, its shares in the centre and around."""

    reach_m: float
    price_eur: tuple[float, float]
    demand_part: float
    candidate_part: float
    share: tuple[float, float]
    backhaul: bool


SERVICES = (
    Service(60.0, (1200.0, 2200.0), 0.5, 0.55, (0.90, 0.50), True),
    Service(150.0, (2500.0, 4500.0), 0.3, 0.20, (0.95, 0.85), False),
    Service(100.0, (1800.0, 4000.0), 0.2, 0.25, (0.98, 0.90), True),
)


def make_city(size: str, seed: int) -> Problem:
    """A city of one of the `SIZES`; the same size and seed give the same city."""
    edges, candidates, demands = SIZES[size]
    rng = np.random.default_rng(seed)
    nodes = int(edges / 1.42)
    side = SPACING_M * nodes**0.5
    spot = _junctions(rng, nodes, side)
    ends, length = _streets(rng, spot, edges, side)
    middle = (spot[ends[:, 0]] + spot[ends[:, 1]]) / 2
    patch = cKDTree(rng.uniform(0, side, (40, 2))).query(middle)[1]
    rate = rng.uniform(45, 160, 40)[patch] * rng.choice([0.6, 1.0, 1.0, 1.4], len(ends))
    cost = length * np.where(rng.random(len(ends)) < 0.06, 6.0, rate)  # some streets have a free duct
    existing = _backbone(rng, ends, length, nodes)
    parts = [_place(rng, service, spot, ends, demands, candidates, side) for service in SERVICES]
    return _assemble(f"city-{size}-{seed}", existing, ends, cost, spot, parts, side)


def _junctions(rng: np.random.Generator, nodes: int, side: float) -> np.ndarray:
    """A jittered lattice, more disordered in the centre."""
    across = int(np.ceil(nodes**0.5))
    lattice = np.stack(np.meshgrid(np.arange(across), np.arange(across)), axis=-1).reshape(-1, 2) * (side / across)
    spot = lattice[rng.permutation(len(lattice))[:nodes]] + rng.normal(0, 12, (nodes, 2))
    central = np.linalg.norm(spot - side / 2, axis=1) < 0.18 * side
    return spot + rng.normal(0, 18, spot.shape) * central[:, None]


def _streets(rng: np.random.Generator, spot: np.ndarray, edges: int, side: float) -> tuple[np.ndarray, np.ndarray]:
    """A spanning tree and the shortest other Delaunay edges; few cross the river."""
    corner = Delaunay(spot).simplices
    pairs = np.unique(
        np.sort(np.concatenate([corner[:, [0, 1]], corner[:, [1, 2]], corner[:, [0, 2]]]), axis=1), axis=0
    )
    length = np.linalg.norm(spot[pairs[:, 0]] - spot[pairs[:, 1]], axis=1)
    north = spot[:, 1] > side * (0.62 + 0.06 * np.sin(6 * spot[:, 0] / side))
    wet = (north[pairs[:, 0]] != north[pairs[:, 1]]) & (rng.random(len(pairs)) > 0.12)
    rank = length * np.where(wet, 50, 1) * rng.lognormal(0, 0.25, len(pairs))
    graph = coo_array((rank, (pairs[:, 0], pairs[:, 1])), shape=(len(spot), len(spot)))
    tree = minimum_spanning_tree(graph).tocoo()
    in_tree = np.isin(
        pairs[:, 0] * len(spot) + pairs[:, 1],
        np.minimum(tree.row, tree.col) * len(spot) + np.maximum(tree.row, tree.col),
    )
    chosen = np.sort(np.lexsort((rank, ~in_tree))[:edges])
    return pairs[chosen], 1.08 * length[chosen]


def _backbone(rng: np.random.Generator, ends: np.ndarray, length: np.ndarray, nodes: int) -> np.ndarray:
    """Nodes on the shortest ways around a ring of hubs."""
    hubs = rng.choice(nodes, HUBS, replace=False)
    graph = coo_array((length, (ends[:, 0], ends[:, 1])), shape=(nodes, nodes)).tocsr()
    before = dijkstra(graph, directed=False, indices=hubs, return_predecessors=True)[1]
    existing = np.zeros(nodes, dtype=bool)
    for row, goal in enumerate(np.roll(hubs, -1)):
        node = goal
        while node >= 0:
            existing[node] = True
            node = before[row, node]
    return existing


@dataclass(frozen=True)
class _Placed:
    """Demand points and candidates of a service."""

    service: Service
    demand_xy: np.ndarray
    weight: np.ndarray
    node: np.ndarray
    price: np.ndarray


def _place(
    rng: np.random.Generator,
    service: Service,
    spot: np.ndarray,
    ends: np.ndarray,
    demands: int,
    candidates: int,
    side: float,
) -> _Placed:
    """Demand along the streets, denser towards the centre; candidates at junctions near it."""
    count, wanted = int(demands * service.demand_part), int(candidates * service.candidate_part)
    middle = (spot[ends[:, 0]] + spot[ends[:, 1]]) / 2
    draw = np.exp(-(4.8 if service is SERVICES[0] else 2.1) * np.linalg.norm(middle - side / 2, axis=1) / side)
    street = rng.choice(len(ends), count, p=draw / draw.sum())
    along = rng.random((count, 1))
    xy = spot[ends[street, 0]] * along + spot[ends[street, 1]] * (1 - along) + rng.normal(0, 15, (count, 2))
    weight = rng.lognormal(0, 1, count) if service is SERVICES[0] else rng.integers(1, 12, count).astype(float)
    near = np.unique(cKDTree(spot).query(xy[rng.choice(count, min(count, 6 * wanted))])[1])
    node = np.sort(rng.permutation(near)[:wanted])
    return _Placed(service, xy, weight, node, rng.uniform(*service.price_eur, len(node)))


def _assemble(
    name: str,
    existing: np.ndarray,
    ends: np.ndarray,
    cost: np.ndarray,
    spot: np.ndarray,
    parts: list[_Placed],
    side: float,
) -> Problem:
    """One problem of all services, a target for each in the centre and around it; shares are of what can be reached."""
    rows, columns, targets = [], [], []
    demand_start = candidate_start = 0
    for part in parts:
        near = cKDTree(spot[part.node]).query_ball_point(part.demand_xy, part.service.reach_m)
        sizes = np.array([len(found) for found in near])
        rows.append(demand_start + np.repeat(np.arange(len(near)), sizes))
        columns.append(candidate_start + np.concatenate([np.sort(found) for found in near]).astype(np.int64))
        central = np.linalg.norm(part.demand_xy - side / 2, axis=1) < 0.22 * side
        for share, zone, where in zip(part.service.share, ("centre", "around"), (central, ~central), strict=True):
            required = share * float(part.weight[where & (sizes > 0)].sum())
            members = demand_start + np.flatnonzero(where)
            targets.append(TargetRow(f"service {len(targets) // 2} {zone}", members, part.weight[where], required))
        demand_start += len(near)
        candidate_start += len(part.node)
    row, column = np.concatenate(rows), np.concatenate(columns)
    cover = csr_array((np.ones(len(row), dtype=bool), (row, column)), shape=(demand_start, candidate_start))
    return Problem(
        existing=existing,
        edge_u=ends[:, 0].astype(np.int64),
        edge_v=ends[:, 1].astype(np.int64),
        edge_cost=cost,
        candidate_node=np.concatenate([np.where(part.service.backhaul, part.node, -1) for part in parts]),
        candidate_cost=np.concatenate([part.price for part in parts]),
        candidate_place=np.arange(candidate_start),
        cover=cover,
        existing_providers=np.zeros(demand_start, dtype=np.int64),
        connection_cost=np.zeros(demand_start),
        link_cost=None,
        targets=tuple(targets),
        name=name,
    )
