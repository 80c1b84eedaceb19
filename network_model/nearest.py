"""The nearest places of each demand point, however far: along the routes from edge offsets, or in a straight line."""

from __future__ import annotations

import heapq

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from network_model.compiled import compiled
from network_model.graph import Floats, Ints, SpatialGraph
from network_model.reach import SHORTEST_M
from network_model.reach.along_network import Links, link_nodes
from network_model.service import Demand, Places


def nearest_places(
    graph: SpatialGraph,
    places: Places,
    demand: Demand,
    place_of_column: Ints,
    *,
    count: int = 1,
    along_network: bool = True,
) -> csr_array:
    """Find the `count` nearest distinct places of each demand point.

    Parameters
    ----------
    graph : SpatialGraph
    places : Places
        P rows.
    demand : Demand
        J demand points.
    place_of_column : (P,) int
        Label of the place of each row (`distinct_places`): of rows with one label, the nearest stands for all.
    count : int
        At least 1.
    along_network : bool
        Along the routes, both access legs included, where what is not attached is nowhere; otherwise straight.

    Returns
    -------
    (J, P) csr_array of float
        Distances, m, none zero: at most `count` a row, fewer where fewer places can be reached at all. Of equally far
        places any may be taken.
    """
    find = _along_network if along_network else _straight
    point, place, distance_m = find(graph, places, demand, place_of_column, count)
    matrix = csr_array(
        (np.maximum(distance_m, SHORTEST_M), (point, place)), shape=(len(demand.xy), len(places.xy)), dtype=np.float64
    )
    matrix.sort_indices()
    return matrix


def nth_distance_m(nearest: csr_array, number: int) -> Floats:
    """Return the `number`-th smallest distance (from 1) in each row of `nearest_places`: (J,), m, nan for fewer."""
    row = np.repeat(np.arange(nearest.shape[0]), np.diff(nearest.indptr))
    sorted_m = nearest.data[np.lexsort((nearest.data, row))]
    at = nearest.indptr[:-1] + number - 1
    present = at < nearest.indptr[1:]
    result = np.full(nearest.shape[0], np.nan)
    result[present] = sorted_m[at[present]]
    return result


def _straight(
    graph: SpatialGraph, places: Places, demand: Demand, label: Ints, count: int
) -> tuple[Ints, Ints, Floats]:
    if not len(label) or not len(demand.xy):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    # the nearest points of all may belong to count - 1 places; one more point is of another place
    rows_of_place = np.sort(np.bincount(label))[::-1]
    asked = min(len(label), 1 + int(rows_of_place[: count - 1].sum()))
    distance_m, place = cKDTree(places.xy).query(demand.xy, k=range(1, asked + 1))
    point = np.repeat(np.arange(len(demand.xy)), asked)
    first = np.unique(point * (label.max() + 1) + label[place.ravel()], return_index=True)[1]
    first = np.sort(first)  # by point, then by distance
    rank = np.arange(len(first)) - np.searchsorted(point[first], point[first])
    first = first[rank < count]
    return point[first].astype(np.int64), place.ravel()[first].astype(np.int64), distance_m.ravel()[first]


def _along_network(
    graph: SpatialGraph, places: Places, demand: Demand, label: Ints, count: int
) -> tuple[Ints, Ints, Floats]:
    on, standing = demand.attachment, places.attachment
    attached = np.flatnonzero(standing.edge >= 0)
    attached = attached[np.argsort(standing.edge[attached], kind="stable")]
    first_place = np.searchsorted(standing.edge[attached], np.arange(len(graph.u) + 1)).astype(np.int64)
    offset_m, access_m, own_label = standing.offset_m[attached], standing.access_m[attached], label[attached]
    nearest, nearest_m = _settle_nodes(
        link_nodes(graph.u, graph.v, graph.length_m, len(graph.node_xy)),
        graph.u,
        graph.v,
        graph.length_m,
        standing.edge[attached],
        offset_m,
        access_m,
        own_label,
        count,
    )
    place, distance_m = _rank_at_demand(
        graph.u,
        graph.v,
        graph.length_m,
        nearest,
        nearest_m,
        on.edge,
        on.offset_m,
        first_place,
        offset_m,
        access_m,
        own_label,
        count,
    )
    point, slot = np.nonzero(place >= 0)
    return point, attached[place[point, slot]], distance_m[point, slot] + on.access_m[point]


@compiled
def _settle_nodes(
    links: Links,
    u: Ints,
    v: Ints,
    length_m: Floats,
    place_edge: Ints,
    place_offset_m: Floats,
    place_access_m: Floats,
    label: Ints,
    count: int,
) -> tuple[Ints, Floats]:
    """Find the `count` nearest places of each node by one Dijkstra search from all places: (N, count), -1 for none.

    A node is passed on once for each of its places: what comes to it later is no nearer to anything beyond it.
    """
    nearest = np.full((len(links.first) - 1, count), -1)
    nearest_m = np.full((len(links.first) - 1, count), np.inf)
    queue = [(0.0, u[0], 0) for _ in range(0)]
    for place in range(len(place_edge)):
        own, offset_m = place_edge[place], place_offset_m[place]
        heapq.heappush(queue, (place_access_m[place] + offset_m, u[own], place))
        heapq.heappush(queue, (place_access_m[place] + length_m[own] - offset_m, v[own], place))
    while len(queue) > 0:
        distance_m, node, place = heapq.heappop(queue)
        if not _take(nearest[node], nearest_m[node], label, place, distance_m):
            continue
        for link in range(links.first[node], links.first[node + 1]):
            other, through_m = links.other[link], distance_m + links.length_m[link]
            if through_m < nearest_m[other, count - 1]:
                heapq.heappush(queue, (through_m, other, place))
    return nearest, nearest_m


@compiled
def _rank_at_demand(
    u: Ints,
    v: Ints,
    length_m: Floats,
    nearest: Ints,
    nearest_m: Floats,
    demand_edge: Ints,
    demand_offset_m: Floats,
    first_place: Ints,
    place_offset_m: Floats,
    place_access_m: Floats,
    label: Ints,
    count: int,
) -> tuple[Ints, Floats]:
    """Merge, for each demand point, the places of both ends of its edge with those on the edge itself."""
    found = np.full((len(demand_edge), count), -1)
    found_m = np.full((len(demand_edge), count), np.inf)
    for point in range(len(demand_edge)):
        edge, offset_m = demand_edge[point], demand_offset_m[point]
        if edge < 0:
            continue
        for node, leg_m in ((u[edge], offset_m), (v[edge], length_m[edge] - offset_m)):
            for slot in range(count):
                if nearest[node, slot] >= 0:
                    _take(found[point], found_m[point], label, nearest[node, slot], nearest_m[node, slot] + leg_m)
        for place in range(first_place[edge], first_place[edge + 1]):
            along_m = place_access_m[place] + abs(place_offset_m[place] - offset_m)
            _take(found[point], found_m[point], label, place, along_m)
    return found, found_m


@compiled
def _take(found: Ints, found_m: Floats, label: Ints, place: int, distance_m: float) -> bool:
    """Put a place among the nearest ones of a point, in order, one a label; False where it changes nothing."""
    slot = len(found) - 1
    if distance_m >= found_m[slot]:
        return False
    for other in range(len(found)):
        if found[other] >= 0 and label[found[other]] == label[place]:
            if found_m[other] <= distance_m:
                return False
            slot = other
            break
    while slot > 0 and found_m[slot - 1] > distance_m:
        found[slot], found_m[slot] = found[slot - 1], found_m[slot - 1]
        slot -= 1
    found[slot], found_m[slot] = place, distance_m
    return True
