"""Routes that are passed through but to which nothing is attached.

::

    (0,100)--- lane ---(100,100)
       |                   |
    (0,0)---- motorway ----(100,0)      every side 100 m, the upright ones lanes
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from gis_layers import Condition, Finding, Layer, StudyError
from network_model import (
    Laying,
    Option,
    Reach,
    Service,
    SpatialGraph,
    attach,
    build_graph,
    existing_places,
    find_opportunities,
    find_sites,
    reach_matrix,
    spread_demand,
)
from tests.network_model.layers import layer
from tests.network_model.plain_graph import plain_graph

ROADS = layer(
    "roads",
    "street",
    [
        LineString([(0, 0), (100, 0)]),
        LineString([(0, 0), (0, 100)]),
        LineString([(100, 0), (100, 100)]),
        LineString([(0, 100), (100, 100)]),
    ],
    highway=["motorway", "lane", "lane", "lane"],
)
NO_MOTORWAY = {"highway": Condition(("motorway",), exclude=True)}
OFF_MOTORWAY = build_graph([ROADS], attach_where=NO_MOTORWAY)[0]


def named(graph: SpatialGraph, edges: np.ndarray) -> list[str]:
    return graph.attributes["highway"].iloc[edges].tolist()


def picked(where: dict[str, Condition], *layers: Layer) -> tuple[list[str], tuple[Finding, ...]]:
    """Ids of the lines to which something may be attached."""
    graph, findings = build_graph(list(layers) or [ROADS], attach_where=where)
    return sorted(graph.attributes["id"].iloc[graph.attachable_edges]), findings


def test_by_default_points_attach_to_every_route() -> None:
    graph, _ = build_graph([ROADS])
    found = attach(graph, np.array([[30.0, 10.0]]), within_m=80)
    assert graph.attachable is None
    assert named(graph, found.edge) == ["motorway"]
    assert found.access_m.tolist() == [10.0]


def test_where_the_nearest_street_is_a_motorway_the_second_nearest_is_taken() -> None:
    found = attach(OFF_MOTORWAY, np.array([[30.0, 10.0], [60.0, 0.0]]), within_m=80)
    assert named(OFF_MOTORWAY, found.edge) == ["lane", "lane"]
    assert found.access_m.tolist() == [30.0, 40.0]
    assert shapely.line_interpolate_point(OFF_MOTORWAY.geometry[found.edge], found.offset_m).tolist() == [
        Point(0, 10),
        Point(100, 0),
    ]


def test_with_no_other_street_in_reach_a_point_stays_unattached() -> None:
    found = attach(OFF_MOTORWAY, np.array([[50.0, 1.0]]), within_m=49)
    assert found.edge.tolist() == [-1]


def test_paths_lead_along_routes_to_which_nothing_is_attached() -> None:
    layers = {"lights": layer("lights", "street_light", [Point(-5, 10)])}
    homes = {"homes": layer("homes", "address", [Point(105, 10)])}
    service = Service("wifi", "homes", None, None, ("lights",), Reach("along_network", 200))
    places = existing_places(layers, ["lights"], OFF_MOTORWAY, attach_within_m=80)
    demand, _ = spread_demand(service, homes, OFF_MOTORWAY, attach_within_m=80)
    found = reach_matrix(OFF_MOTORWAY, service.reach, places, demand, {})
    # 5 m to the lane, 10 m down, 100 m of motorway, 10 m up, 5 m
    assert found.toarray().tolist() == [[130.0]]


def test_sites_and_areas_stand_at_other_routes() -> None:
    halls = layer("halls", "building", [box(20, 5, 30, 15)])
    option = Option("pole", "wifi", ("halls",), "pole", "fibre")
    places, _, _ = find_sites(OFF_MOTORWAY, {"halls": halls}, [option], attach_within_m=80)
    assert named(OFF_MOTORWAY, places.attachment.edge) == ["lane"]
    assert places.attachment.access_m.tolist() == [20.0]
    assert places.xy[0, 0] == 20.0


def test_junctions_and_points_between_them_are_offered_on_other_routes_only() -> None:
    spur = layer("spur", "street", [LineString([(50, 0), (50, -40)])], highway=["motorway"])
    graph, _ = build_graph([ROADS, spur], attach_where=NO_MOTORWAY)
    option = Option("pole", "wifi", ("junctions",), "pole", "fibre", spacing_m=50)
    places, _, _ = find_sites(graph, {}, [option], attach_within_m=80)
    assert set(named(graph, places.attachment.edge)) == {"lane"}
    everywhere, _, _ = find_sites(replace(graph, attachable=None), {}, [option], attach_within_m=80)
    spots = {tuple(xy) for xy in places.xy.tolist()}
    offered = {tuple(xy) for xy in everywhere.xy.tolist()}
    # the junction of two motorways, the end of one, and nothing else is gone
    assert offered - spots == {(50.0, 0.0), (50.0, -40.0)}
    assert spots < offered


def test_works_follow_routes_to_which_nothing_is_attached() -> None:
    layers = {
        "lights": layer("lights", "street_light", [Point(30, 10)]),
        "exchange": layer("exchange", "fibre_node", [Point(70, 2)]),
        "homes": layer("homes", "address", [Point(30, 12)]),
    }
    service = Service("wifi", "homes", None, None, (), Reach("straight_line", 50))
    demand, _ = spread_demand(service, layers, OFF_MOTORWAY, attach_within_m=80)
    found, _ = find_opportunities(
        OFF_MOTORWAY,
        layers,
        {"wifi": service},
        {"wifi": demand},
        {"wifi": np.zeros(1, np.int64)},
        options=[Option("pole", "wifi", ("lights",), "pole", "fibre")],
        laying=[Laying("trench", price="trench")],
        backbone=["exchange"],
        attach_within_m=80.0,
        backbone_within_m=3.0,
    )
    segments = found.routes
    on_motorway = segments.attributes["highway"].to_numpy(object) == "motorway"
    # in one piece, for neither the light nor the exchange joins it, though both are nearest to it
    assert segments.length_m[on_motorway].tolist() == [100.0]
    assert segments.allowed["trench"][on_motorway].all()
    lead_ins_m = segments.length_m[segments.edge < 0]
    assert sorted(lead_ins_m.tolist()) == [30.0, 30.0]


def test_values_that_pass_may_be_listed() -> None:
    assert picked({"highway": Condition(("motorway",))})[0] == ["roads0"]
    assert picked(NO_MOTORWAY)[0] == ["roads1", "roads2", "roads3"]


def test_every_condition_must_hold() -> None:
    assert picked({"highway": Condition(("lane",)), "id": Condition(("roads0", "roads2"))})[0] == ["roads2"]


def test_a_layer_without_the_column_has_no_value_there() -> None:
    ducts = layer("ducts", "duct", [LineString([(0, 200), (100, 200)])])
    assert picked(NO_MOTORWAY, ROADS, ducts)[0] == ["ducts0", "roads1", "roads2", "roads3"]
    assert picked({"highway": Condition(("motorway",))}, ROADS, ducts)[0] == ["roads0"]
    assert picked({"highway": Condition(("",))}, ROADS, ducts)[0] == ["ducts0"]


def test_a_value_that_no_route_has_is_pointed_out() -> None:
    (warning,) = (f for f in picked({"highway": Condition(("motorways",), exclude=True)})[1] if f.severity == "warning")
    assert (warning.code, warning.layer) == ("value-not-found", "roads")
    assert "network.attach_where: highway lists 'motorways'" in warning.message
    assert warning.advice == "did you mean 'motorway'?"


def test_a_column_that_no_route_layer_has_is_refused() -> None:
    with pytest.raises(StudyError, match="no route layer has a column 'higway'") as refused:
        picked({"higway": Condition(("lane",))})
    assert "did you mean 'highway'?" in refused.value.hint


def test_a_condition_that_leaves_nothing_to_attach_to_is_refused() -> None:
    with pytest.raises(StudyError, match="no route passes highway"):
        picked({"highway": Condition(("path",))})


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_a_mask_is_the_graph_without_the_other_edges(data: st.DataObject) -> None:
    place = st.tuples(st.integers(0, 30), st.integers(0, 30))
    lines = data.draw(st.lists(st.lists(place, min_size=2, max_size=5, unique=True), min_size=1, max_size=8))
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines))))
    xy = np.array(data.draw(st.lists(place, min_size=1, max_size=10)), dtype=float)
    found = attach(replace(plain_graph(lines), attachable=allowed), xy, within_m=6.0)
    kept = np.flatnonzero(allowed)
    if not len(kept):
        assert (found.edge == -1).all()
        return
    alone = attach(plain_graph([lines[line] for line in kept]), xy, within_m=6.0)
    np.testing.assert_array_equal(found.edge, np.where(alone.edge < 0, -1, kept[alone.edge]))
    np.testing.assert_array_equal(found.offset_m, alone.offset_m)
    np.testing.assert_array_equal(found.access_m, alone.access_m)
