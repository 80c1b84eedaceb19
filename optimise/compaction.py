"""From a `Problem` to the `Compact` one of equal least cost: what exists served, dead rows gone, like rows merged."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from optimise.compact import ROOT, Compact, Coverage, Network, Origin, group_first, make_network
from optimise.diagnosis import WEIGHT_TOLERANCE, connectable
from optimise.prices import existing_worth
from optimise.problem import Bools, Floats, Ints, Problem, TargetRow
from optimise.reductions import reduce_graph

_ROUNDING = 1e-9
"""Sums of weights nearer than this (relative) are taken as equal."""


class _Services(NamedTuple):
    """What targets may count: a demand with so many providers; S services, the levels of a demand side by side.

    Attributes
    ----------
    demand, providers, need : (S,) int
        `need` of the providers are still to come.
    cover : (S, K) csr_array
    """

    demand: Ints
    providers: Ints
    need: Ints
    cover: csr_array

    def pick(self, rows: Ints) -> _Services:
        """Some of the services, in the order asked."""
        return _Services(self.demand[rows], self.providers[rows], self.need[rows], self.cover[rows])


def compact_problem(problem: Problem, *, with_digs_as_they_are: bool = False) -> Compact | None:
    """Reduce a problem without any of the optional parts.

    Parameters
    ----------
    problem : Problem
    with_digs_as_they_are : bool
        Leave the graph as it is: edge e of the problem is arcs 2e and 2e + 1.

    Returns
    -------
    Compact or None
        None where some target cannot be met by all candidates together.
    """
    root_of_node = _contract_existing(problem)
    services = _services(problem)
    weights, required = _open_targets(problem, services)
    served_by_all = weights.multiply((np.diff(services.cover.indptr) > 0)[:, None]).tocsr()
    if (np.asarray(served_by_all.sum(axis=0)).ravel() < required).any():
        return None
    weights = _clip_weights(served_by_all, required)
    coverage, linked, customers, candidate = _merge_services(problem, services, weights, required)
    node = np.where(problem.candidate_node >= 0, root_of_node[problem.candidate_node], ROOT)[candidate]
    coverage = coverage._replace(node=node)
    if with_digs_as_they_are:
        ends = root_of_node[problem.edge_u], root_of_node[problem.edge_v]
        network = make_network(int(root_of_node.max(initial=0)) + 1, *ends, problem.edge_cost)
        edges = tuple(np.arange(len(problem.edge_cost), dtype=np.int64)[:, None])
    else:
        network, coverage, edges = _reduce_network(problem, root_of_node, coverage)
    hosts = np.unique(coverage.node[coverage.node != ROOT])
    host_of_node = np.full(network.nodes, -1, dtype=np.int64)
    host_of_node[hosts] = np.arange(len(hosts))
    origin = Origin(edges, candidate, customers)
    return Compact(network, coverage, origin, linked, _must_serve(coverage), hosts, host_of_node)


def with_required(compact: Compact, required: Floats) -> Compact:
    """The same customers, candidates and digs with less weight still to be served.

    Parameters
    ----------
    compact : Compact
    required : (Q,) float
        No more than the problem's own; a target that requires nothing leaves, its customers stay.
    """
    still = np.flatnonzero(required > 0)
    weights = _clip_weights(csr_array(compact.weights[:, still]), required[still])
    coverage = compact.coverage._replace(
        member_first=weights.indptr.astype(np.int64),
        member_target=weights.indices.astype(np.int64),
        member_weight=weights.data,
        required=required[still],
    )
    return replace(compact, coverage=coverage, must_serve=_must_serve(coverage))


def _contract_existing(problem: Problem) -> Ints:
    """Number the nodes with everything that exists as node 0."""
    built = problem.existing
    return np.where(built, ROOT, np.cumsum(~built))


def _services(problem: Problem) -> _Services:
    """Each demand with each number of providers that targets ask; no cover where enough exist or too few can come."""
    demands = problem.cover.shape[0]
    asked = np.array(sorted({target.providers for target in problem.targets}), dtype=np.int64)
    demand, level = np.repeat(np.arange(demands), len(asked)), np.tile(asked, demands)
    need = level - problem.existing_providers[demand]
    pairs = problem.cover.tocoo()
    keep = connectable(problem)[pairs.col] & (pairs.data != 0)
    shape = problem.cover.shape
    cover = csr_array((np.ones(int(keep.sum())), (pairs.row[keep], pairs.col[keep])), shape=shape)
    cover.sort_indices()
    at_place = _place_slots(problem, pairs.row[keep], pairs.col[keep])[0]
    possible = (need >= 1) & (need <= np.bincount(at_place, minlength=demands)[demand])
    length = np.diff(cover.indptr)[demand] * possible
    first = np.concatenate([[0], np.cumsum(length)])
    entry = np.repeat(cover.indptr[:-1][demand] - first[:-1], length) + np.arange(first[-1])
    of_service = csr_array((cover.data[entry], cover.indices[entry], first), shape=(len(demand), shape[1]))
    return _Services(demand, level, need, of_service)


def _place_slots(problem: Problem, row: Ints, candidate: Ints) -> tuple[Ints, Ints]:
    """Distinct places of each row: the rows of these slots, increasing, and the slot of each (row, candidate) pair."""
    place = np.unique(problem.candidate_place, return_inverse=True)[1]
    places = len(place) + 1
    slots, slot = np.unique(row.astype(np.int64) * places + place[candidate], return_inverse=True)
    return slots // places, slot


def _open_targets(problem: Problem, services: _Services) -> tuple[csr_array, Floats]:
    """Weights (S, Q) and required weight of the targets that existing places do not meet, then of the worth asked."""
    rows: list[Ints] = []
    columns: list[Ints] = []
    weights: list[Floats] = []
    required: list[float] = []
    asked = np.unique(services.providers)
    for target in problem.targets:
        served = problem.existing_providers[target.demand] >= target.providers
        missing = missing_weight(problem, target)
        if missing > 0:
            level = int(np.searchsorted(asked, target.providers))
            rows.append(target.demand[~served] * len(asked) + level)
            columns.append(np.full(int((~served).sum()), len(required)))
            weights.append(target.weight[~served])
            required.append(missing)
    least = missing_worth(problem)
    if least > 0:
        service, worth = _worth_of_services(problem, asked)
        rows.append(service)
        columns.append(np.full(len(service), len(required)))
        weights.append(worth)
        required.append(least)
    shape = (len(services.demand), len(required))
    if not required:
        return csr_array(shape), np.zeros(0)
    entries = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
    return csr_array(entries, shape=shape), np.array(required)


def missing_weight(problem: Problem, target: TargetRow) -> float:
    """Weight that existing places leave to be served; at most 0 where they meet the target."""
    served = problem.existing_providers[target.demand] >= target.providers
    return _round_up(target.weight, target.required - float(target.weight[served].sum()))


def missing_worth(problem: Problem) -> float:
    """Worth that existing places leave to be brought; at most 0 where they bring enough, or none is asked."""
    if problem.worth is None or not np.isfinite(problem.worth.at_least):
        return 0.0
    rows = zip(problem.worth.per_weight.tolist(), problem.targets, strict=True)
    whole = sum(value * float(row.weight.sum()) for value, row in rows)
    return float(problem.worth.at_least - WEIGHT_TOLERANCE * max(1.0, whole) - existing_worth(problem))


def _worth_of_services(problem: Problem, asked: Ints) -> tuple[Ints, Floats]:
    """Services (demand and level of `asked`) that are worth something, each once, and their worth."""
    services, worth = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    per_weight = np.zeros(len(problem.targets)) if problem.worth is None else problem.worth.per_weight
    for target, value in zip(problem.targets, per_weight.tolist(), strict=True):
        lacking = (problem.existing_providers[target.demand] < target.providers) & (target.weight * value > 0)
        services.append(target.demand[lacking] * len(asked) + int(np.searchsorted(asked, target.providers)))
        worth.append(value * target.weight[lacking])
    service, position = np.unique(np.concatenate(services), return_inverse=True)
    return service.astype(np.int64), np.bincount(position, np.concatenate(worth), len(service)).astype(np.float64)


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


def _merge_services(
    problem: Problem, services: _Services, weights: csr_array, required: Floats
) -> tuple[Coverage, Bools, tuple[Ints, ...], Ints]:
    """Customers: open services, those of equal cover and need and of free connection as one."""
    open_services = np.flatnonzero(np.diff(weights.indptr) > 0)
    services, weights = services.pick(open_services), weights[open_services]
    cost, cheapest, connection, linked = _service_costs(problem, services)
    alone = (cheapest > 0) | linked
    label = _equal_rows(services, alone)
    head = np.unique(label, return_index=True)[1]
    members = np.column_stack([services.demand, services.providers])
    customers = tuple(np.split(members[np.argsort(label, kind="stable")], np.cumsum(np.bincount(label))[:-1]))
    merge = csr_array((np.ones(len(label)), (label, np.arange(len(label)))), shape=(len(head), len(label)))
    of_head = np.isin(np.repeat(np.arange(len(label)), np.diff(services.cover.indptr)), head)
    coverage, candidate = _index_coverage(
        problem,
        services.pick(head),
        pair_cost=cost[of_head],
        connection=connection[head],
        below=_below(services.demand[head], alone[head]),
        weights=_clip_weights(csr_array(merge @ weights), required),
        required=required,
    )
    return coverage, linked[head], customers, candidate


def _service_costs(problem: Problem, services: _Services) -> tuple[Floats, Floats, Floats, Bools]:
    """What serving costs: per pair beyond the cheapest, of the cheapest pair, without pairs; whether pairs differ.

    A service above another of its demand costs only what it adds.
    """
    rows, first = len(services.demand), services.cover.indptr
    row = np.repeat(np.arange(rows), np.diff(first))
    once = problem.connection_cost[services.demand].astype(float)
    cost = once[row]
    if problem.link_cost is not None and len(row):
        link = problem.link_cost[services.demand[row], services.cover.indices]
        cost = cost + np.asarray(link, dtype=float).ravel()
    cheapest = np.minimum.reduceat(cost, first[:-1]) if rows else np.zeros(0)
    cost = cost - cheapest[row]
    link_alone = cheapest - once
    connection = cheapest + (services.need - 1) * link_alone
    above = np.flatnonzero(services.demand[1:] == services.demand[:-1]) + 1
    connection[above] = (services.need[above] - services.need[above - 1]) * link_alone[above]
    return cost, cheapest, connection, np.bincount(row, cost, rows) > 0


def _below(demand: Ints, alone: Bools) -> Ints:
    """The row before for rows of a demand that has one already, where its services are not merged with others."""
    rows = np.arange(len(demand))
    again = np.concatenate([[False], demand[1:] == demand[:-1]])[: len(demand)]
    return np.where(again & alone, rows - 1, -1)


def _equal_rows(services: _Services, alone: Bools) -> Ints:
    """Label rows 0, 1, ... in order of first appearance; rows of equal cover and need share one unless `alone`."""
    labels: dict[object, int] = {}
    first, candidate = services.cover.indptr, services.cover.indices
    keys = (
        (row,) if alone[row] else (need, candidate[first[row] : first[row + 1]].tobytes())
        for row, need in enumerate(services.need.tolist())
    )
    return np.array([labels.setdefault(key, len(labels)) for key in keys], dtype=np.int64)


def _index_coverage(
    problem: Problem,
    services: _Services,
    *,
    pair_cost: Floats,
    connection: Floats,
    below: Ints,
    weights: csr_array,
    required: Floats,
) -> tuple[Coverage, Ints]:
    """Put the pairs in both orders, without candidates that serve no customer."""
    cover = services.cover
    candidate, column = np.unique(cover.indices, return_inverse=True)
    order = np.argsort(column, kind="stable")
    customer = np.repeat(np.arange(cover.shape[0]), np.diff(cover.indptr))
    slot_customer, pair_slot = _place_slots(problem, customer, cover.indices)
    coverage = Coverage(
        node=np.zeros(len(candidate), dtype=np.int64),
        price=problem.candidate_cost[candidate].astype(float),
        cover_first=cover.indptr.astype(np.int64),
        cover=column.astype(np.int64),
        pair_cost=pair_cost,
        need=services.need,
        below=below,
        slot_first=group_first(slot_customer, cover.shape[0]),
        pair_slot=pair_slot,
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
    must: Bools = np.bincount(customer, needed, len(coverage.connection)) > 0
    for above in np.flatnonzero(coverage.below >= 0)[::-1].tolist():
        must[coverage.below[above]] |= must[above]
    return must
