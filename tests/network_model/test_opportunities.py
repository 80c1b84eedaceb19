"""What could be built in a tiny town.

::

    (0,100) a lane
       |
    (0,0)----- s0 -----(100,0)----- s1 -----(200,0)----- s2 -----(300,0)
"""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from gis_layers import Finding, Layer, StudyError
from network_model import (
    Laying,
    Opportunities,
    Option,
    Reach,
    Service,
    SpatialGraph,
    count_providers,
    distinct_places,
    existing_places,
    find_opportunities,
    reach_matrix,
    spread_demand,
)
from network_model.sites import find_sites, junction_sites
from tests.network_model.layers import layer
from tests.network_model.plain_graph import Path, plain_graph

PATHS = [
    [(0.0, 0.0), (100.0, 0.0)],
    [(100.0, 0.0), (200.0, 0.0)],
    [(200.0, 0.0), (300.0, 0.0)],
    [(0.0, 0.0), (0.0, 100.0)],
]
POLE = Option("pole", "wifi", ("lights",), "access_point", "fibre")
TRENCH = Laying("trench", price="trench")


def street_graph(paths: list[Path]) -> SpatialGraph:
    graph = plain_graph(paths)
    names = [f"s{edge}" for edge in range(len(paths))]
    return replace(graph, attributes=graph.attributes.assign(id=names, surface="paved"))


TOWN = street_graph(PATHS)


def build(
    layers: list[Layer],
    options: tuple[Option, ...] = (POLE,),
    laying: tuple[Laying, ...] = (TRENCH,),
    backbone: tuple[str, ...] = ("exchange",),
    graph: SpatialGraph = TOWN,
    enough: dict[str, int] | None = None,
    provided_by: tuple[str, ...] = (),
) -> tuple[Opportunities, tuple[Finding, ...]]:
    shapes = {each.name: each for each in layers}
    services = {
        name: Service(name, "people", None, None, provided_by, Reach("straight_line", 60.0))
        for name in ("wifi", "fibre")
    }
    demand, providers = {}, {}
    for name, service in services.items():
        demand[name], _ = spread_demand(service, shapes, graph, attach_within_m=80)
        today = existing_places(shapes, provided_by, graph, attach_within_m=80)
        matrix = reach_matrix(graph, service.reach, today, demand[name], shapes)
        providers[name] = count_providers(matrix, distinct_places(today))
    return find_opportunities(
        graph,
        shapes,
        services,
        demand,
        providers,
        options=options,
        laying=laying,
        backbone=backbone,
        attach_within_m=80.0,
        backbone_within_m=3.0,
        enough_providers=enough or {},
    )


PEOPLE = layer("people", "address", [Point(50, 20), Point(250, 20)])
LIGHTS = layer("lights", "street_light", [Point(50, 6), Point(250, 0), Point(150, 70)])
EXCHANGE = layer("exchange", "fibre_node", [Point(120, -10)])


def test_the_works_graph_of_a_tiny_town() -> None:
    found, findings = build([PEOPLE, LIGHTS, EXCHANGE])
    candidates, routes = found.candidates, found.routes
    # the light at (150, 70) reaches nobody
    assert [(each.code, each.message) for each in findings] == [
        ("candidates-without-use", "1 of 3 places for pole reach no demand that lacks wifi")
    ]
    assert candidates.work_id.tolist() == ["pole@lights/lights0", "pole@lights/lights1"]
    assert candidates.reach["wifi"].toarray().tolist() == [[14.0, 0.0], [0.0, 20.0]]
    assert candidates.reach["fibre"].shape == (2, 2)
    assert routes.node_xy[candidates.node].tolist() == [[50, 6], [250, 0]]
    # cut at the first light's foot, at the exchange and at the second light
    assert dict(zip(routes.segment_id, routes.length_m, strict=True)) == {
        "streets/s0/0.0-50.0": 50,
        "streets/s0/50.0-100.0": 50,
        "streets/s1/0.0-20.0": 20,
        "streets/s1/20.0-100.0": 80,
        "streets/s2/0.0-50.0": 50,
        "streets/s2/50.0-100.0": 50,
        "streets/s3/0.0-100.0": 100,
        "lead_in/exchange/exchange0": 10,
        "lead_in/lights/lights0": 6,
    }
    assert routes.node_xy[routes.on_backbone].tolist() == [[120, -10]]
    assert routes.allowed["trench"].all()
    lead_in = routes.attributes.iloc[-1]
    assert (lead_in["layer"], routes.edge[-1]) == ("lead_in", -1)
    assert lead_in[["source_row", "surface", "from_m", "to_m"]].isna().all()
    assert routes.attributes.iloc[1][["layer", "source_row", "surface", "from_m", "to_m"]].tolist() == [
        "streets",
        0,
        "paved",
        50,
        100,
    ]


def test_two_options_at_one_spot_share_place_node_and_lead_in() -> None:
    cabinets = layer("cabinets", "street_cabinet", [Point(50, 6), Point(60, 6)])
    box_option = Option("box", "fibre", ("cabinets", "lights"), "splice_box", "fibre")
    found, _ = build([PEOPLE, LIGHTS, cabinets, EXCHANGE], (POLE, box_option))
    candidates = found.candidates
    assert candidates.work_id.tolist() == [
        "pole@lights/lights0",
        "pole@lights/lights1",
        "box@lights/lights0",
        "box@lights/lights1",
        "box@cabinets/cabinets0",
        "box@cabinets/cabinets1",
    ]
    assert candidates.place.tolist() == [0, 1, 0, 1, 0, 2]
    assert candidates.node[[0, 2, 4]].tolist() == [candidates.node[0]] * 3
    assert [name for name in found.routes.segment_id if name.startswith("lead_in")] == [
        "lead_in/exchange/exchange0",
        "lead_in/lights/lights0",
        "lead_in/cabinets/cabinets1",
    ]
    assert candidates.reach["wifi"][:, 2:].nnz == 0


def test_options_without_backhaul_need_no_backbone_and_cut_no_route() -> None:
    free = replace(POLE, backhaul=None)
    found, _ = build([PEOPLE, LIGHTS], (free,), backbone=())
    assert found.candidates.node.tolist() == [-1, -1]
    assert len(found.routes.u) == 4
    assert not found.routes.on_backbone.any()


def test_a_backbone_out_of_reach_is_refused_and_a_stray_row_is_a_finding() -> None:
    away = layer("exchange", "fibre_node", [Point(120, -500)])
    with pytest.raises(StudyError, match=r"network\.backbone: .*'exchange' \(exchange\.gpkg\)"):
        build([PEOPLE, LIGHTS, away])
    with pytest.raises(StudyError, match="none is named"):
        build([PEOPLE, LIGHTS], backbone=())
    half = layer("exchange", "fibre_node", [Point(120, -500), Point(120, -10)])
    _, findings = build([PEOPLE, LIGHTS, half])
    assert [(each.code, each.feature, each.y) for each in findings if each.code.startswith("backbone")] == [
        ("backbone-far-from-routes", "0", -500)
    ]


def test_a_backbone_line_joins_along_itself_and_where_it_crosses() -> None:
    loop = layer("loop", "fibre_cable", [LineString([(110, 1), (190, 1)]), LineString([(40, -30), (40, 30)])])
    found, _ = build([PEOPLE, LIGHTS, loop], backbone=("loop",))
    joined = found.routes.node_xy[found.routes.on_backbone]
    past_m = 8**0.5  # 1 m aside and 3 m apart at most
    assert joined[:, 1].tolist() == [0, 0, 0]
    assert sorted(joined[:, 0].tolist()) == pytest.approx([40, 110 - past_m, 190 + past_m], abs=0.1)


def test_a_backbone_line_beside_every_route_is_joined_by_a_lead_in_where_it_comes_nearest() -> None:
    loop = layer("loop", "fibre_cable", [LineString([(120, -40), (140, -20), (160, -40)])])
    found, findings = build([PEOPLE, LIGHTS, loop], backbone=("loop",))
    assert found.routes.node_xy[found.routes.on_backbone].tolist() == [[140, -20]]
    assert found.routes.length_m[found.routes.segment_id == "lead_in/loop/loop0"].tolist() == [20]
    assert [each.code for each in findings] == ["candidates-without-use"]


def test_equipment_at_a_point_of_the_backbone_needs_no_route() -> None:
    cabinets = layer("cabinets", "street_cabinet", [Point(50, 6), Point(240, 9)])
    found, _ = build([PEOPLE, LIGHTS, cabinets], backbone=("cabinets",))
    at_cabinet = found.routes.on_backbone[found.candidates.node]
    assert dict(zip(found.candidates.work_id, at_cabinet, strict=True)) == {
        "pole@lights/lights0": True,
        "pole@lights/lights1": False,
    }
    lead_ins = [name for name in found.routes.segment_id if name.startswith("lead_in")]
    assert lead_ins == ["lead_in/cabinets/cabinets0", "lead_in/cabinets/cabinets1"]


def test_every_part_of_a_backbone_feature_has_its_own_way_to_the_route() -> None:
    halls = layer("halls", "public_building", [Point(20, -5), Point(150, -30)], [0, 0])
    found, _ = build([PEOPLE, LIGHTS, halls], backbone=("halls",))
    lead_ins = dict(zip(found.routes.segment_id, found.routes.length_m, strict=True))
    assert (lead_ins["lead_in/halls/halls0"], lead_ins["lead_in/halls/halls0#2"]) == (5, 30)
    assert found.routes.on_backbone.sum() == 2


def test_a_duct_is_allowed_where_the_route_runs_along_it_and_not_on_lead_ins() -> None:
    ducts = layer("ducts", "duct", [LineString([(20, 0), (150, 0)]), LineString([(250, -30), (250, 30)])])
    pull = Laying("duct", along="ducts", within_m=2.0, price="cable")
    found, _ = build([PEOPLE, LIGHTS, ducts, EXCHANGE], laying=(pull, TRENCH))
    allowed = found.routes.segment_id[found.routes.allowed["duct"]].tolist()
    assert allowed == ["streets/s0/18.0-50.0", "streets/s0/50.0-100.0", "streets/s1/0.0-20.0", "streets/s1/20.0-52.0"]
    assert found.routes.allowed["trench"].all()
    with pytest.raises(StudyError, match=r"laying\.duct\.along: layer 'ducts' .* no line"):
        build([PEOPLE, LIGHTS, layer("ducts", "duct", [Point(0, 0)]), EXCHANGE], laying=(pull,))


def test_a_building_takes_equipment_on_the_facade_that_faces_its_nearest_route() -> None:
    halls = layer("halls", "public_building", [box(40, 8, 60, 30), box(90, 400, 95, 410), box(-5, 80, 5, 90)])
    option = replace(POLE, sites=("halls",))
    places, (rows,), findings = find_sites(TOWN, {"halls": halls}, [option], attach_within_m=80)
    assert places.feature_id[rows].tolist() == ["halls0", "halls2"]
    assert places.attachment.access_m.tolist() == [8, 0]  # the lane runs through the third hall
    assert halls.frame.geometry[0].boundary.distance(Point(places.xy[0])) < 1e-9
    assert [each.code for each in findings] == ["place-far-from-routes"] * 2
    assert findings[1].feature == "halls1"


def test_lines_take_no_equipment_and_a_feature_of_parts_takes_it_once() -> None:
    cables = layer("lights", "fibre_cable", [LineString([(0, 0), (9, 9)])])
    with pytest.raises(StudyError, match=r"options\.sites: layer 'lights'"):
        build([PEOPLE, cables, EXCHANGE])
    parts = layer("halls", "public_building", [box(0, 5, 2, 7), box(40, 8, 60, 30), Point(9, 9)], [0, 0, 1])
    places, _, _ = find_sites(TOWN, {"halls": parts}, [replace(POLE, sites=("halls",))], attach_within_m=80)
    assert places.feature_id.tolist() == ["halls0", "halls1"]
    assert places.attachment.access_m.tolist() == [8, 9]


def test_junctions_are_crossings_and_dead_ends_and_spacing_adds_points_between() -> None:
    places, rows = junction_sites(TOWN, [None, 50.0, 40.0])
    ids = [set(places.feature_id[rows[spacing]].tolist()) for spacing in (None, 50.0, 40.0)]
    assert ids[0] == {"j0.0,100.0", "j300.0,0.0"}
    assert ids[1] == ids[0] | {"j50.0,0.0", "j150.0,0.0", "j250.0,0.0", "j0.0,50.0"}
    assert {"j33.3,0.0", "j66.7,0.0"} < ids[2]
    assert len(set(places.feature_id.tolist())) == len(places.xy) == 2 + 4 + 8
    on_edge = shapely.line_interpolate_point(TOWN.geometry[places.attachment.edge], places.attachment.offset_m)
    assert shapely.distance(on_edge, shapely.points(places.xy)).max() < 1e-3
    assert set(places.attachment.access_m.tolist()) == {0.0}


def test_places_that_round_to_the_same_id_are_numbered() -> None:
    near = street_graph([[(0.0, 0.0), (50.0, 0.0)], [(0.02, 0.01), (0.0, 50.0)]])
    places, _ = junction_sites(near, [None])
    assert sorted(places.feature_id.tolist()) == ["j0.0,0.0", "j0.0,0.0#2", "j0.0,50.0", "j50.0,0.0"]


def test_junction_candidates_stand_on_the_route() -> None:
    option = Option("box", "fibre", ("junctions", "lights"), "splice_box", "fibre", spacing_m=100 / 3)
    found, _ = build([PEOPLE, LIGHTS, EXCHANGE], (option,))
    assert "box@junctions/j33.3,0.0" in found.candidates.work_id
    lead_ins = [name for name in found.routes.segment_id if name.startswith("lead_in")]
    assert lead_ins == ["lead_in/exchange/exchange0", "lead_in/lights/lights0"]


def test_candidates_that_add_nothing_are_left_out() -> None:
    hotspots = layer("hotspots", "wifi_hotspot", [Point(50, 6), Point(240, 0)])
    layers = [PEOPLE, LIGHTS, EXCHANGE, hotspots]
    # the first light stands where a hotspot serves already; the second would be a second provider
    found, _ = build(layers, provided_by=("hotspots",), enough={"wifi": 2})
    assert found.candidates.work_id.tolist() == ["pole@lights/lights1"]
    found, _ = build(layers, provided_by=("hotspots",), enough={"wifi": 1})
    assert found.candidates.work_id.tolist() == []
    assert len(found.routes.u) == 6
    assert found.candidates.reach["wifi"].shape == (2, 0)


def test_the_segments_of_one_line_cut_in_edges_keep_apart_ids() -> None:
    graph = street_graph(PATHS)
    graph = replace(graph, attributes=graph.attributes.assign(id="same"))
    found, _ = build([PEOPLE, LIGHTS, EXCHANGE], graph=graph)
    ids = found.routes.segment_id.tolist()
    assert len(set(ids)) == len(ids)
    assert {"streets/same/0.0-50.0", "streets/same/0.0-50.0#2", "streets/same/50.0-100.0#2"} < set(ids)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.data())
def test_the_works_graph_keeps_lengths_and_links_every_place_to_its_route(data: st.DataObject) -> None:
    corner = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (at[0] * 25.0, at[1] * 25.0))
    graph = street_graph(
        data.draw(st.lists(st.lists(corner, min_size=2, max_size=3, unique=True), min_size=1, max_size=6))
    )
    spot = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(lambda at: Point(at[0] / 10, at[1] / 10))
    lights = layer("lights", "street_light", data.draw(st.lists(spot, min_size=1, max_size=8)))
    exchange = layer("exchange", "fibre_node", [Point(graph.node_xy[0])])
    ducts = layer("ducts", "duct", [LineString([data.draw(spot), Point(-9, -9)])])
    people = layer("people", "address", [Point(50, 50), Point(0, 0)])
    pull = Laying("duct", along="ducts", within_m=4.0, price="cable")
    options = (POLE, Option("box", "fibre", ("junctions",), "splice_box", "fibre", spacing_m=20.0))
    found, _ = build([people, lights, exchange, ducts], options, (pull, TRENCH), graph=graph)
    routes, candidates = found.routes, found.candidates
    cut = routes.edge >= 0
    laid_m = np.bincount(routes.edge[cut], weights=routes.length_m[cut], minlength=len(graph.u))
    assert laid_m == pytest.approx(graph.length_m)
    assert (routes.length_m > 0).all()
    ends = np.stack([shapely.get_coordinates(line)[[0, -1]] for line in routes.geometry])
    assert ends == pytest.approx(routes.node_xy[np.stack([routes.u, routes.v], axis=1)], abs=1e-6)
    assert len(set(routes.segment_id.tolist())) == len(routes.u)
    # each place stands at its node, as near as cuts are rounded, and hangs on the routes of its edge
    assert np.hypot(*(routes.node_xy[candidates.node] - candidates.places.xy[candidates.place]).T) == pytest.approx(
        0, abs=0.08
    )
    whole = nx.Graph(zip(graph.u.tolist(), graph.v.tolist(), strict=True))
    parts = nx.Graph(zip(routes.u.tolist(), routes.v.tolist(), strict=True))
    assert nx.number_connected_components(parts) == nx.number_connected_components(whole)
    assert routes.on_backbone.sum() == 1
