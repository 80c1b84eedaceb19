from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import Layer, StudyError
from network_model import RULES, Attachment, Demand, Places, Reach, SpatialGraph, attach, reach_matrix
from tests.network_model.layers import layer
from tests.network_model.plain_graph import plain_graph

GRAPH = plain_graph([[(0.0, 0.0), (100.0, 0.0)]])
Spots = list[tuple[float, float]]


def places_at(graph: SpatialGraph, xy: Spots | np.ndarray) -> Places:
    spots = np.asarray(xy, dtype=float).reshape(-1, 2)
    names = np.array([f"p{i}" for i in range(len(spots))], dtype=object)
    return Places(spots, np.full(len(spots), "lights", dtype=object), names, attach(graph, spots, within_m=50.0))


def demand_at(graph: SpatialGraph, xy: Spots | np.ndarray, walls: Layer | None = None) -> Demand:
    spots = np.asarray(xy, dtype=float).reshape(-1, 2)
    held = [
        frozenset((walls.name, row) for row, wall in enumerate(walls.frame.geometry) if wall.intersects(point))
        if walls
        else frozenset()
        for point in shapely.points(spots)
    ]
    inside = np.empty(len(spots), dtype=object)
    inside[:] = held
    ones = np.ones(len(spots))
    label = np.array([str(i) for i in range(len(spots))], dtype=object)
    return Demand(spots, ones, np.arange(len(spots)), label, inside, attach(graph, spots, within_m=50.0))


def reached(graph: SpatialGraph, reach: Reach, places: Places, demand: Demand, *walls: Layer) -> dict:
    matrix = reach_matrix(graph, reach, places, demand, {wall.name: wall for wall in walls}).tocoo()
    return dict(zip(zip(matrix.row.tolist(), matrix.col.tolist(), strict=True), matrix.data.tolist(), strict=True))


def test_rules_are_found_by_their_file_name_and_an_unknown_one_is_refused() -> None:
    assert sorted(RULES) == ["along_network", "line_of_sight", "straight_line"]
    with pytest.raises(StudyError, match=r"straight_lines.*\n.*did you mean 'straight_line'"):
        reach_matrix(GRAPH, Reach("straight_lines", 5.0), places_at(GRAPH, []), demand_at(GRAPH, []), {})


@pytest.mark.parametrize("rule", sorted(RULES))
def test_nothing_reaches_nothing(rule: str) -> None:
    reach = Reach(rule, 60.0)
    assert reach_matrix(GRAPH, reach, places_at(GRAPH, []), demand_at(GRAPH, [(1, 1)]), {}).shape == (1, 0)
    assert reach_matrix(GRAPH, reach, places_at(GRAPH, [(1, 1)]), demand_at(GRAPH, []), {}).shape == (0, 1)


def test_a_straight_distance_counts_up_to_the_reach_itself_and_a_shared_spot_is_an_entry() -> None:
    places, demand = places_at(GRAPH, [(0, 0)]), demand_at(GRAPH, [(30, 40), (30, 40.001), (0, 0)])
    found = reached(GRAPH, Reach("straight_line", 50.0), places, demand)
    assert found == {(0, 0): 50.0, (2, 0): 1e-9}


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.data())
def test_straight_lines_misclassify_no_pair(data: st.DataObject) -> None:
    spot = st.tuples(st.integers(0, 40), st.integers(0, 40))
    places = places_at(GRAPH, data.draw(st.lists(spot, max_size=12)))
    demand = demand_at(GRAPH, data.draw(st.lists(spot, max_size=12)))
    within_m = float(data.draw(st.integers(1, 30)))
    apart_m = np.hypot(*(demand.xy[:, None] - places.xy[None]).transpose(2, 0, 1))
    expected = {(int(j), int(p)): max(apart_m[j, p], 1e-9) for j, p in np.argwhere(apart_m <= within_m)}
    assert reached(GRAPH, Reach("straight_line", within_m), places, demand) == pytest.approx(expected)


def test_both_access_legs_count_along_the_network() -> None:
    places, demand = places_at(GRAPH, [(10, 3)]), demand_at(GRAPH, [(60, 4), (10, -5)])
    assert reached(GRAPH, Reach("along_network", 57.0), places, demand) == pytest.approx({(0, 0): 57.0, (1, 0): 8.0})
    assert (0, 0) not in reached(GRAPH, Reach("along_network", 56.99), places, demand)


def test_what_is_not_attached_reaches_nothing() -> None:
    places, demand = places_at(GRAPH, [(50, 0), (50, 60)]), demand_at(GRAPH, [(50, 61), (50, 1)])
    assert list(reached(GRAPH, Reach("along_network", 500.0), places, demand)) == [(1, 0)]


def test_the_shorter_of_parallel_edges_and_the_way_round_a_loop_are_taken() -> None:
    parallel = plain_graph([[(0, 0), (50, 40), (100, 0)], [(0, 0), (100, 0)], [(100, 0), (120, 0)]])
    ends = places_at(parallel, [(0, 0)]), demand_at(parallel, [(120, 0)])
    assert reached(parallel, Reach("along_network", 300.0), *ends) == pytest.approx({(0, 0): 120.0})
    loop = plain_graph([[(0, 0), (40, 0), (40, 40), (0, 40), (0, 0)]])
    beside = places_at(loop, [(10, 0)]), demand_at(loop, [(0, 10)])
    assert reached(loop, Reach("along_network", 300.0), *beside) == pytest.approx({(0, 0): 20.0})


def split_distances(graph: SpatialGraph, places: Places, demand: Demand) -> np.ndarray:
    """Distances on a graph that is really split at every place and demand point, as the plain way would."""
    stops: dict[int, list[tuple[float, object]]] = {edge: [] for edge in range(len(graph.u))}
    for side, attachment in (("place", places.attachment), ("demand", demand.attachment)):
        for row, (edge, offset_m) in enumerate(zip(attachment.edge, attachment.offset_m, strict=True)):
            if edge >= 0:
                stops[int(edge)].append((float(offset_m), (side, row)))
    split = nx.MultiGraph()
    for edge, along in stops.items():
        ends = [(0.0, int(graph.u[edge])), (float(graph.length_m[edge]), int(graph.v[edge]))]
        chain = [ends[0], *sorted(along, key=lambda stop: stop[0]), ends[1]]
        for (from_m, a), (to_m, b) in itertools.pairwise(chain):
            split.add_edge(a, b, weight=to_m - from_m)
    apart_m = np.full((len(demand.xy), len(places.xy)), np.inf)
    for place in np.flatnonzero(places.attachment.edge >= 0):
        for node, distance_m in nx.single_source_dijkstra_path_length(split, ("place", place)).items():
            if isinstance(node, tuple) and node[0] == "demand":
                legs_m = places.attachment.access_m[place] + demand.attachment.access_m[node[1]]
                apart_m[node[1], place] = distance_m + legs_m
    return apart_m


@settings(derandomize=True, deadline=None, max_examples=80)
@given(st.data())
def test_along_the_network_misclassifies_no_pair(data: st.DataObject) -> None:
    # on a coarse lattice, parallel edges, loops, dead ends, shared spots and equal distances all come up
    corner = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (at[0] * 10.0, at[1] * 10.0))
    lines = data.draw(st.lists(st.lists(corner, min_size=2, max_size=4), min_size=1, max_size=9))
    graph = plain_graph([line for line in lines if shapely.LineString(line).length > 0] or [[(0, 0), (10, 0)]])
    spot = st.tuples(st.integers(0, 40), st.integers(0, 40))
    places = places_at(graph, data.draw(st.lists(spot, min_size=1, max_size=8)))
    demand = demand_at(graph, data.draw(st.lists(spot, min_size=1, max_size=8)))
    within_m = float(data.draw(st.integers(1, 70)))
    apart_m = split_distances(graph, places, demand)
    expected = {(int(j), int(p)): max(apart_m[j, p], 1e-9) for j, p in np.argwhere(apart_m <= within_m + 1e-9)}
    assert reached(graph, Reach("along_network", within_m), places, demand) == pytest.approx(expected)


WALL = layer("buildings", "building", [shapely.box(10, 0, 20, 10)])
SIGHT = Reach("line_of_sight", 60.0, ("buildings",))


def sees(place: tuple[float, float], demand: tuple[float, float], walls: Layer = WALL) -> bool:
    return bool(reached(GRAPH, SIGHT, places_at(GRAPH, [place]), demand_at(GRAPH, [demand], walls), walls))


def test_a_wall_between_hides_and_one_that_is_only_touched_does_not() -> None:
    assert not sees((0, 5), (30, 5))
    assert sees((0, 10), (30, 10))  # along the edge
    assert sees((5, 5), (15, 15))  # over the corner (10, 10)
    assert not sees((5, 4.9), (15, 14.9))


def test_the_building_that_holds_a_demand_point_never_hides_it_but_its_neighbour_does() -> None:
    assert sees((0, 5), (18, 5))
    neighbours = layer("buildings", "building", [shapely.box(10, 0, 20, 10), shapely.box(20, 0, 30, 10)])
    assert sees((0, 5), (18, 5), neighbours)
    assert not sees((0, 5), (25, 5), neighbours)


def test_a_place_on_a_facade_sees_outward_and_not_through_its_building() -> None:
    slanted = layer("buildings", "building", [shapely.Polygon([(10, 0.1), (23.3, 3.7), (19.9, 14.2), (7.7, 9.9)])])
    outline = slanted.frame.geometry.iloc[0].boundary
    for share in np.linspace(0.01, 0.99, 29):
        spot = outline.interpolate(share, normalized=True)
        middle = slanted.frame.geometry.iloc[0].centroid
        away = (2 * spot.x - middle.x, 2 * spot.y - middle.y)
        through = (2.5 * middle.x - 1.5 * spot.x, 2.5 * middle.y - 1.5 * spot.y)
        assert sees((spot.x, spot.y), away, slanted)
        assert not sees((spot.x, spot.y), through, slanted)


def test_walls_without_a_polygon_are_refused() -> None:
    lines = layer("buildings", "building", [shapely.LineString([(0, 0), (1, 1)])])
    with pytest.raises(StudyError, match=r"'buildings'.*no polygon"):
        sees((0, 5), (30, 5), lines)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_sight_equals_brute_force(data: st.DataObject) -> None:
    size = st.integers(1, 9)
    corner = st.integers(0, 40)
    boxes = data.draw(st.lists(st.tuples(corner, corner, size, size), min_size=1, max_size=6))
    walls = layer("buildings", "building", [shapely.box(x, y, x + w, y + h) for x, y, w, h in boxes])
    # whole numbers meet edges and corners exactly; what passes inside over at most 25 m is deeper than the tolerance
    at = corner.map(float)
    places = places_at(GRAPH, data.draw(st.lists(st.tuples(at, at), min_size=1, max_size=6)))
    demand = demand_at(GRAPH, data.draw(st.lists(st.tuples(at, at), min_size=1, max_size=6)), walls)
    expected = set()
    for j, p in np.ndindex(len(demand.xy), len(places.xy)):
        line = shapely.LineString([demand.xy[j], places.xy[p]])
        hidden = any(
            ("buildings", row) not in demand.inside[j] and line.relate_pattern(wall, "T********")
            for row, wall in enumerate(walls.frame.geometry)
        )
        if line.length <= 25 and not hidden:
            expected.add((j, p))
    assert set(reached(GRAPH, Reach("line_of_sight", 25.0, ("buildings",)), places, demand, walls)) == expected


def test_unattached_places_have_no_network_distance_even_beside_demand() -> None:
    nowhere = Attachment(np.array([-1]), np.array([np.nan]), np.array([np.inf]))
    places = places_at(GRAPH, [(1, 1)])
    lost = Places(places.xy, places.layer, places.feature_id, nowhere)
    assert reached(GRAPH, Reach("along_network", 1e6), lost, demand_at(GRAPH, [(1, 1)])) == {}
