"""Within a walking or cable distance along the routes, both access legs included.

Places and demand points stay where they are, at an offset along an edge: nothing is moved to the nearest junction. The
distance between two of them is ``access + min over the ends of both edges + access``, or along the edge that they
share. A Dijkstra search from each place, bounded by the reach, gives the distances to the ends of the edges around it.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping

import numpy as np

from gis_layers import Layer
from network_model.compiled import compiled
from network_model.graph import Floats, Ints, SpatialGraph
from network_model.pairs import REACH_TOLERANCE_M, Pairs
from network_model.service import Demand, Places, Reach


def find_pairs(graph: SpatialGraph, reach: Reach, places: Places, demand: Demand, layers: Mapping[str, Layer]) -> Pairs:
    """Pair each demand point with the places at most ``reach.within_m`` away along the routes.

    What is not attached to a route reaches nothing and is reached by nothing. Parallel edges and loops are kept.
    """
    within_m = reach.within_m + REACH_TOLERANCE_M
    attached = np.flatnonzero((demand.attachment.edge >= 0) & (demand.attachment.access_m <= within_m))
    attached = attached[np.argsort(demand.attachment.edge[attached], kind="stable")]
    edge_of_attached = demand.attachment.edge[attached]
    first_demand = np.searchsorted(edge_of_attached, np.arange(len(graph.u) + 1)).astype(np.int64)
    near, place, distance_m = _search(
        *list_edges_at(graph),
        graph.u,
        graph.v,
        graph.length_m,
        first_demand,
        demand.attachment.offset_m[attached],
        demand.attachment.access_m[attached],
        places.attachment.edge,
        places.attachment.offset_m,
        places.attachment.access_m,
        within_m,
    )
    return Pairs(attached[near].astype(np.int64), place, distance_m)


def list_edges_at(graph: SpatialGraph) -> tuple[Ints, Ints]:
    """List the edges at each node: those of node n stand at ``first[n]:first[n + 1]``; a loop stands there twice."""
    ends = np.concatenate([graph.u, graph.v])
    first = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=len(graph.node_xy)))]).astype(np.int64)
    edge = np.argsort(ends, kind="stable") % max(len(graph.u), 1)
    return first, edge.astype(np.int64)


@compiled
def _search(
    first: Ints,
    edge_at: Ints,
    u: Ints,
    v: Ints,
    length_m: Floats,
    first_demand: Ints,
    demand_offset_m: Floats,
    demand_access_m: Floats,
    place_edge: Ints,
    place_offset_m: Floats,
    place_access_m: Floats,
    within_m: float,
) -> tuple[Ints, Ints, Floats]:
    """Measure demand around every place; memory follows what is touched, not nodes times places."""
    to_node_m = np.full(len(first) - 1, np.inf)
    seen_from = np.full(len(u), -1)
    found_demand, found_place, found_m = [np.int64(0)], [np.int64(0)], [0.0]
    for place in range(len(place_edge)):
        own, offset_m, access_m = place_edge[place], place_offset_m[place], place_access_m[place]
        if own < 0 or access_m > within_m:
            continue
        starts = [(access_m + offset_m, u[own]), (access_m + length_m[own] - offset_m, v[own])]
        reached = _settle(starts, first, edge_at, u, v, length_m, within_m, to_node_m)
        seen_from[own] = place
        edges = [own]
        for node in reached:
            for edge in edge_at[first[node] : first[node + 1]]:
                if seen_from[edge] != place:
                    seen_from[edge] = place
                    edges.append(edge)
        for edge in edges:
            for near in range(first_demand[edge], first_demand[edge + 1]):
                along_m = demand_offset_m[near]
                total_m = min(to_node_m[u[edge]] + along_m, to_node_m[v[edge]] + length_m[edge] - along_m)
                if edge == own:
                    total_m = min(total_m, access_m + abs(along_m - offset_m))
                total_m += demand_access_m[near]
                if total_m <= within_m:
                    found_demand.append(np.int64(near))
                    found_place.append(np.int64(place))
                    found_m.append(total_m)
        for node in reached:
            to_node_m[node] = np.inf
    return np.array(found_demand)[1:], np.array(found_place)[1:], np.array(found_m)[1:]


@compiled
def _settle(
    starts: list[tuple[float, int]],
    first: Ints,
    edge_at: Ints,
    u: Ints,
    v: Ints,
    length_m: Floats,
    within_m: float,
    to_node_m: Floats,
) -> list[int]:
    """Fill `to_node_m` around the starts by Dijkstra's algorithm and return the nodes it touched."""
    reached = [starts[0][1] for _ in range(0)]
    queue = [starts[0] for _ in range(0)]
    for distance_m, node in starts:
        if distance_m <= within_m and distance_m < to_node_m[node]:
            if to_node_m[node] == np.inf:
                reached.append(node)
            to_node_m[node] = distance_m
            heapq.heappush(queue, (distance_m, node))
    while len(queue) > 0:
        distance_m, node = heapq.heappop(queue)
        if distance_m > to_node_m[node]:
            continue
        for edge in edge_at[first[node] : first[node + 1]]:
            other = v[edge] if u[edge] == node else u[edge]
            through_m = distance_m + length_m[edge]
            if through_m <= within_m and through_m < to_node_m[other]:
                if to_node_m[other] == np.inf:
                    reached.append(other)
                to_node_m[other] = through_m
                heapq.heappush(queue, (through_m, other))
    return reached
