"""What published files state, as arrays; indices from 0 in file order."""

from __future__ import annotations

from dataclasses import dataclass

from optimise.problem import Floats, Ints


@dataclass(frozen=True)
class SteinerTree:
    """Cheapest tree that holds some vertices, and pays the prizes of others that it does not hold.

    Attributes
    ----------
    nodes : int
    edge_u, edge_v, edge_cost : (E,)
        Parallel edges and loops allowed.
    terminals : (T,) int
        Vertices of the file's terminal lines (T, TP, Root), in file order, each once.
    prize : (T,) float
        inf for a vertex that the tree must hold.
    with_prizes : bool
        Whether the file gives prizes: then the tree may also be one vertex, or nothing.
    """

    nodes: int
    edge_u: Ints
    edge_v: Ints
    edge_cost: Floats
    terminals: Ints
    prize: Floats
    with_prizes: bool


@dataclass(frozen=True)
class PMedian:
    """Choose `medians` vertices; every vertex pays the shortest distance to the nearest.

    Attributes
    ----------
    nodes, medians : int
    edge_u, edge_v, edge_cost : (E,)
        Undirected, one edge a pair: the last one that the file gives.
    """

    nodes: int
    medians: int
    edge_u: Ints
    edge_v: Ints
    edge_cost: Floats


@dataclass(frozen=True)
class Warehouses:
    """Open warehouses and assign all demand; customers may be split.

    Attributes
    ----------
    capacity, fixed_cost : (M,) float
    demand : (N,) float
    cost : (N, M) float
        Cost of serving the whole customer from the warehouse.
    """

    capacity: Floats
    fixed_cost: Floats
    demand: Floats
    cost: Floats


@dataclass(frozen=True)
class SetCover:
    """Cheapest columns that cover a share of the rows.

    Attributes
    ----------
    column_cost : (N,) float
    row, column : (n,) int
        Row `row[k]` is covered by column `column[k]`.
    rows : int
    """

    column_cost: Floats
    row: Ints
    column: Ints
    rows: int


Instance = SteinerTree | PMedian | Warehouses | SetCover
