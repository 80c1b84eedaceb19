"""Handmade planning problems, short to write down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from optimise import Problem, TargetRow


def small_problem(
    *,
    edges: Sequence[tuple[int, int, float]],
    sites: Sequence[tuple[int, float]],
    covered_by: Sequence[Sequence[int]],
    targets: Sequence[TargetRow] | None = None,
    existing: Sequence[int] = (0,),
    **more: Any,
) -> Problem:
    """A problem from (u, v, cost), (node, cost) and the candidates of each demand; demands weigh 1 by default."""
    ends = np.array([edge[:2] for edge in edges], dtype=np.int64).reshape(-1, 2)
    nodes = 1 + max([0, *existing, *ends.ravel().tolist(), *(site[0] for site in sites)])
    demands, candidates = len(covered_by), len(sites)
    pairs = [(j, k) for j, row in enumerate(covered_by) for k in row]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    defaults: dict[str, Any] = {
        "existing": np.isin(np.arange(nodes), existing),
        "edge_u": ends[:, 0],
        "edge_v": ends[:, 1],
        "edge_cost": np.array([edge[2] for edge in edges], dtype=np.float64),
        "candidate_node": np.array([site[0] for site in sites], dtype=np.int64),
        "candidate_cost": np.array([site[1] for site in sites], dtype=np.float64),
        "candidate_place": np.arange(candidates),
        "cover": csr_array((np.ones(len(pairs), dtype=bool), (rows, columns)), shape=(demands, candidates)),
        "existing_providers": np.zeros(demands, dtype=np.int64),
        "connection_cost": np.zeros(demands),
        "link_cost": None,
        "targets": tuple(targets or (target(range(demands)),)),
    }
    return Problem(**{**defaults, **more})


def target(
    demand: Sequence[int],
    *,
    weight: Sequence[float] | None = None,
    required: float | None = None,
    providers: int = 1,
    name: str = "all",
) -> TargetRow:
    """A target; by default each demand weighs 1 and all must be served."""
    amount = np.ones(len(demand)) if weight is None else np.array(weight, dtype=np.float64)
    least = float(amount.sum()) if required is None else required
    return TargetRow(name, np.array(demand, dtype=np.int64), amount, least, providers)
