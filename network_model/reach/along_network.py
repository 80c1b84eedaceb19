"""Within a walking or cable distance along the routes, both access legs included.

Places and demand points stay where they are, at an offset along an edge: nothing is moved to the nearest junction. The
distance between two of them is ``access + min over the ends of both edges + access``, or along the edge that they
share. A Dijkstra search from each place, bounded by the reach, gives the distances to the ends of the edges around it.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from gis_layers import Layer
from network_model.arrays import Floats, Ints
from network_model.compiled import compiled
from network_model.graph import SpatialGraph
from network_model.pairs import REACH_TOLERANCE_M, Pairs
from network_model.service import Demand, Places, Reach

Number = TypeVar("Number", bound=np.generic)


def find_pairs(graph: SpatialGraph, reach: Reach, places: Places, demand: Demand, layers: Mapping[str, Layer]) -> Pairs:
    """Pair each demand point with the places at most ``reach.within_m`` away along the routes.

    What is not attached to a route reaches nothing and is reached by nothing. Parallel edges and loops are kept.
    """
    within_m = reach.within_m + REACH_TOLERANCE_M
    attached = np.flatnonzero((demand.attachment.edge >= 0) & (demand.attachment.access_m <= within_m))
    attached = attached[np.argsort(demand.attachment.edge[attached], kind="stable")]
    edge_of_attached = demand.attachment.edge[attached]
    first_demand = np.searchsorted(edge_of_attached, np.arange(len(graph.u) + 1)).astype(np.int64)
    near, count, distance_m = _search(
        link_nodes(graph.u, graph.v, graph.length_m, len(graph.node_xy)),
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
    place = np.repeat(np.arange(len(count), dtype=np.int32), count)
    return Pairs(attached.astype(np.int32)[near], place, distance_m)


class Links(NamedTuple):
    """What each node is joined to: the links of node n stand at ``first[n]:first[n + 1]``; a loop stands there twice.

    Attributes
    ----------
    first : (N + 1,) int
    edge : (2E,) int
    other : (2E,) int
        Node at the other end.
    length_m : (2E,) float
    """

    first: Ints
    edge: Ints
    other: Ints
    length_m: Floats


@compiled
def link_nodes(u: Ints, v: Ints, length_m: Floats, nodes: int) -> Links:
    """Sort the two ends of every edge by node, those of u before those of v."""
    first = np.zeros(nodes + 1, dtype=np.int64)
    for edge in range(len(u)):
        first[u[edge] + 1] += 1
        first[v[edge] + 1] += 1
    first = np.cumsum(first)
    at = first[:-1].copy()
    links = Links(first, np.empty(2 * len(u), np.int64), np.empty(2 * len(u), np.int64), np.empty(2 * len(u)))
    for near, far in ((u, v), (v, u)):
        for edge in range(len(u)):
            slot = at[near[edge]]
            at[near[edge]] = slot + 1
            links.edge[slot], links.other[slot], links.length_m[slot] = edge, far[edge], length_m[edge]
    return links


@compiled
def _search(
    links: Links,
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
) -> tuple[npt.NDArray[np.int32], Ints, Floats]:
    """Measure demand around every place; memory follows what is touched, not nodes times places.

    Returns the demand and the distance of each pair, place by place, and how many pairs each place has.
    """
    to_node_m = np.full(len(links.first) - 1, np.inf)
    seen_from = np.full(len(u), -1)
    found: npt.NDArray[np.int32] = np.empty(1024, dtype=np.int32)
    found_m: Floats = np.empty(1024)
    size = 0
    count = np.zeros(len(place_edge), dtype=np.int64)
    for place in range(len(place_edge)):
        own, offset_m, access_m = place_edge[place], place_offset_m[place], place_access_m[place]
        if own < 0 or access_m > within_m:
            continue
        starts = [(access_m + offset_m, u[own]), (access_m + length_m[own] - offset_m, v[own])]
        reached = _settle(starts, links, within_m, to_node_m)
        before = size
        seen_from[own] = place
        edges = [own]
        for node in reached:
            for edge in links.edge[links.first[node] : links.first[node + 1]]:
                if seen_from[edge] != place:
                    seen_from[edge] = place
                    edges.append(edge)
        for edge in edges:
            while size + first_demand[edge + 1] - first_demand[edge] > len(found):
                # pages that are not written to take no memory
                found, found_m = _twice(found), _twice(found_m)
            for near in range(first_demand[edge], first_demand[edge + 1]):
                along_m = demand_offset_m[near]
                total_m = min(to_node_m[u[edge]] + along_m, to_node_m[v[edge]] + length_m[edge] - along_m)
                if edge == own:
                    total_m = min(total_m, access_m + abs(along_m - offset_m))
                total_m += demand_access_m[near]
                if total_m <= within_m:
                    found[size], found_m[size] = near, total_m
                    size += 1
        count[place] = size - before
        for node in reached:
            to_node_m[node] = np.inf
    return found[:size], count, found_m[:size]


@compiled
def _twice(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Make room for as many values again."""
    longer = np.empty(2 * len(values), dtype=values.dtype)
    longer[: len(values)] = values
    return longer


@compiled
def _settle(
    starts: list[tuple[float, int]],
    links: Links,
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
        for link in range(links.first[node], links.first[node + 1]):
            other, through_m = links.other[link], distance_m + links.length_m[link]
            if through_m <= within_m and through_m < to_node_m[other]:
                if to_node_m[other] == np.inf:
                    reached.append(other)
                to_node_m[other] = through_m
                heapq.heappush(queue, (through_m, other))
    return reached
