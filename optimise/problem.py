"""The planning problem as arrays: no geometry, no town, so that published instances are solved by the same code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class TargetRow:
    """One share to reach: a weighted set of demands.

    Attributes
    ----------
    name : str
    demand : (n,) int
        Demands that count, each once, increasing.
    weight : (n,) float
        Their weights, >= 0.
    required : float
        Weight that must be served, by `providers` distinct places each, existing ones counted.
    providers : int
        1 or more.
    """

    name: str
    demand: Ints
    weight: Floats
    required: float
    providers: int = 1


@dataclass(frozen=True)
class Problem:
    """Least cost of digs, equipment and connections such that every target is met.

    N nodes, E undirected edges, K candidates, J demands. Costs in one unit (the product: EUR, whole cents), >= 0.

    Attributes
    ----------
    existing : (N,) bool
        Node belongs to the network that exists; all of it is one network and costs nothing.
    edge_u, edge_v : (E,) int
        Ends of each possible dig; parallel edges allowed.
    edge_cost : (E,) float
        Paid once, however many candidates use the edge.
    candidate_node : (K,) int
        Node at which the candidate must be connected; -1 where it needs no backhaul.
    candidate_cost : (K,) float
    candidate_place : (K,) int
        Place label: candidates of one place count as one provider.
    cover : (J, K) csr_array of bool
        Candidate k can serve demand j.
    existing_providers : (J,) int
        Distinct existing places that serve the demand already.
    connection_cost : (J,) float
        Paid once for each demand that the plan newly serves.
    link_cost : (J, K) csr_array of float or None
        Paid for each (demand, candidate) pair by which the plan serves it. Same pattern as `cover` for every demand
        that has any entry; explicit zeros count as entries. None: no such cost.
    targets : tuple of TargetRow
    name : str
    """

    existing: Bools
    edge_u: Ints
    edge_v: Ints
    edge_cost: Floats
    candidate_node: Ints
    candidate_cost: Floats
    candidate_place: Ints
    cover: csr_array
    existing_providers: Ints
    connection_cost: Floats
    link_cost: csr_array | None
    targets: tuple[TargetRow, ...]
    name: str = ""
