"""From a `Problem` to the `Compact` one of equal least cost: what exists served, dead rows gone, like rows merged."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from optimise.compact import ROOT, Compact, Coverage, Network, Origin, group_first
from optimise.diagnosis import WEIGHT_TOLERANCE, connectable
from optimise.problem import Bools, Floats, Ints, Problem
from optimise.reductions import reduce_graph

_ROUNDING = 1e-9
"""Sums of weights nearer than this (relative) are taken as equal."""


def compact_problem(problem: Problem) -> Compact | None:
    """Reduce a problem whose targets ask for one provider each.

    Returns
    -------
    Compact or None
        None where some target cannot be met by all candidates together.
    """
    root_of_node = _contract_existing(problem)
    cover = _usable_cover(problem)
    weights, required = _open_targets(problem)
    served_by_all = weights.multiply((np.diff(cover.indptr) > 0)[:, None]).tocsr()
    if (np.asarray(served_by_all.sum(axis=0)).ravel() < required).any():
        return None
    weights = _clip_weights(served_by_all, required)
    coverage, linked, customers, candidate = _merge_demands(problem, cover, weights, required)
    node = np.where(problem.candidate_node >= 0, root_of_node[problem.candidate_node], ROOT)[candidate]
    network, coverage, edges = _reduce_network(problem, root_of_node, coverage._replace(node=node))
    hosts = np.unique(coverage.node[coverage.node != ROOT])
    host_of_node = np.full(network.nodes, -1, dtype=np.int64)
    host_of_node[hosts] = np.arange(len(hosts))
    origin = Origin(edges, candidate, customers)
    return Compact(network, coverage, origin, linked, _must_serve(coverage), hosts, host_of_node)


def _contract_existing(problem: Problem) -> Ints:
    """Number the nodes with everything that exists as node 0."""
    built = problem.existing
    return np.where(built, ROOT, np.cumsum(~built))


def _usable_cover(problem: Problem) -> csr_array:
    """Who serves whom, without candidates that nothing can connect and demands that are served already."""
    pairs = problem.cover.tocoo()
    keep = connectable(problem)[pairs.col] & (problem.existing_providers[pairs.row] < 1) & (pairs.data != 0)
    cover = csr_array((np.ones(int(keep.sum())), (pairs.row[keep], pairs.col[keep])), shape=problem.cover.shape)
    cover.sort_indices()
    return cover


def _open_targets(problem: Problem) -> tuple[csr_array, Floats]:
    """Weights (J, Q) and required weight of the targets that existing places do not meet."""
    rows: list[Ints] = []
    columns: list[Ints] = []
    weights: list[Floats] = []
    required: list[float] = []
    for target in problem.targets:
        served = problem.existing_providers[target.demand] >= target.providers
        missing = _round_up(target.weight, target.required - float(target.weight[served].sum()))
        if missing > 0:
            rows.append(target.demand[~served])
            columns.append(np.full(int((~served).sum()), len(required)))
            weights.append(target.weight[~served])
            required.append(missing)
    shape = (problem.cover.shape[0], len(required))
    if not required:
        return csr_array(shape), np.zeros(0)
    entries = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
    return csr_array(entries, shape=shape), np.array(required)


def _round_up(weight: Floats, required: float) -> float:
    """Required weight less the tolerance; the next whole number where all weights are whole."""
    required -= WEIGHT_TOLERANCE * max(1.0, float(weight.sum()))
    whole = bool((weight == np.rint(weight)).all())
    return float(np.ceil(required)) if whole else required


def _clip_weights(weights: csr_array, required: Floats) -> csr_array:
    """A demand heavier than its target counts as the whole target; demands of no weight leave."""
    entries = weights.tocoo()
    keep = entries.data > 0
    data = np.minimum(entries.data, required[entries.col])[keep]
    return csr_array((data, (entries.row[keep], entries.col[keep])), shape=weights.shape)


def _merge_demands(
    problem: Problem, cover: csr_array, weights: csr_array, required: Floats
) -> tuple[Coverage, Bools, tuple[Ints, ...], Ints]:
    """Customers: open demands, those of equal cover and free connection as one."""
    open_demand = np.flatnonzero(np.diff(weights.indptr) > 0)
    cover, weights = cover[open_demand], weights[open_demand]
    cost = _pair_costs(problem, cover, open_demand)
    cheapest = np.minimum.reduceat(cost, cover.indptr[:-1]) if len(open_demand) else np.zeros(0)
    cost -= np.repeat(cheapest, np.diff(cover.indptr))
    linked = np.bincount(np.repeat(np.arange(len(open_demand)), np.diff(cover.indptr)), cost, len(open_demand)) > 0
    label = _equal_rows(cover, (cheapest > 0) | linked)
    head = np.unique(label, return_index=True)[1]
    customers = tuple(
        np.sort(part)
        for part in np.split(open_demand[np.argsort(label, kind="stable")], np.cumsum(np.bincount(label))[:-1])
    )
    merge = csr_array((np.ones(len(label)), (label, np.arange(len(label)))), shape=(len(head), len(label)))
    lengths = np.diff(cover.indptr)
    of_head = np.isin(np.repeat(np.arange(len(label)), lengths), head)
    coverage, candidate = _index_coverage(
        problem,
        cover=cover[head],
        pair_cost=cost[of_head],
        connection=cheapest[head],
        weights=_clip_weights(csr_array(merge @ weights), required),
        required=required,
    )
    return coverage, linked[head], customers, candidate


def _pair_costs(problem: Problem, cover: csr_array, demand: Ints) -> Floats:
    """Connection and link cost of each covering pair, in the order of `cover`."""
    row = np.repeat(np.arange(len(demand)), np.diff(cover.indptr))
    cost = problem.connection_cost[demand][row].astype(float)
    if problem.link_cost is not None and len(row):
        cost += np.asarray(problem.link_cost[demand[row], cover.indices], dtype=float).ravel()
    return cost


def _equal_rows(cover: csr_array, alone: Bools) -> Ints:
    """Label rows 0, 1, ... in order of first appearance; rows of equal pattern share one unless `alone`."""
    labels: dict[object, int] = {}
    keys = (
        (row,) if alone[row] else cover.indices[cover.indptr[row] : cover.indptr[row + 1]].tobytes()
        for row in range(cover.shape[0])
    )
    return np.array([labels.setdefault(key, len(labels)) for key in keys], dtype=np.int64)


def _index_coverage(
    problem: Problem, *, cover: csr_array, pair_cost: Floats, connection: Floats, weights: csr_array, required: Floats
) -> tuple[Coverage, Ints]:
    """Put the pairs in both orders, without candidates that serve no customer."""
    candidate, column = np.unique(cover.indices, return_inverse=True)
    order = np.argsort(column, kind="stable")
    customer = np.repeat(np.arange(cover.shape[0]), np.diff(cover.indptr))
    coverage = Coverage(
        node=np.zeros(len(candidate), dtype=np.int64),
        price=problem.candidate_cost[candidate].astype(float),
        cover_first=cover.indptr.astype(np.int64),
        cover=column.astype(np.int64),
        pair_cost=pair_cost,
        serves_first=group_first(column[order], len(candidate)),
        serves=customer[order].astype(np.int64),
        serves_pair=order,
        connection=connection,
        member_first=weights.indptr.astype(np.int64),
        member_target=weights.indices.astype(np.int64),
        member_weight=weights.data,
        required=required,
    )
    return coverage, candidate.astype(np.int64)


def _reduce_network(
    problem: Problem, root_of_node: Ints, coverage: Coverage
) -> tuple[Network, Coverage, tuple[Ints, ...]]:
    """Shrink the graph around the candidates' nodes."""
    nodes = int(root_of_node.max(initial=0)) + 1
    keep = np.zeros(nodes, dtype=bool)
    keep[coverage.node] = True
    network, number, edges = reduce_graph(
        nodes, root_of_node[problem.edge_u], root_of_node[problem.edge_v], problem.edge_cost, keep
    )
    return network, coverage._replace(node=number[coverage.node]), edges


def _must_serve(coverage: Coverage) -> Bools:
    """Customers without whom the rest cannot meet some target."""
    targets = len(coverage.required)
    total = np.bincount(coverage.member_target, coverage.member_weight, targets)
    customer = np.repeat(np.arange(len(coverage.connection)), np.diff(coverage.member_first))
    enough = coverage.required[coverage.member_target] * (1.0 - _ROUNDING)
    needed = total[coverage.member_target] - coverage.member_weight < enough
    return np.bincount(customer, needed, len(coverage.connection)) > 0
