from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from gis_layers import Layer, StudyError, SurveyError
from network_model import Demand, Reach, Service, spread_demand
from tests.network_model.layers import layer
from tests.network_model.plain_graph import plain_graph

GRAPH = plain_graph([[(0.0, 0.0), (1000.0, 0.0)]])


def service(
    weight: str | None = None, over: str | None = None, rule: str = "straight_line", m: float = 60.0
) -> Service:
    walls = ("buildings",) if rule == "line_of_sight" else ()
    return Service("wifi", "people", weight, over, (), Reach(rule, m, walls))


def spread(asked: Service, *layers: Layer, within_m: float = 1e4) -> Demand:
    return spread_demand(asked, {each.name: each for each in layers}, GRAPH, attach_within_m=within_m)[0]


def test_points_stand_for_themselves_and_count_one_without_a_weight() -> None:
    found = spread(service(), layer("people", "address", [Point(3, 4), Point(5, 6)]))
    assert found.xy.tolist() == [[3, 4], [5, 6]]
    assert found.weight.tolist() == [1, 1]
    assert found.label.tolist() == ["people0", "people1"]
    assert found.attachment.offset_m.tolist() == [3, 5]
    assert found.inside.tolist() == [frozenset(), frozenset()]


def test_a_cell_is_spread_over_its_buildings_by_the_footprint_inside_it() -> None:
    cells = layer("people", "population_cell", [box(0, 0, 200, 200), box(200, 0, 400, 200)], people=[12.0, 5.0])
    # the second building stands across both cells; the third only touches the first cell
    footprints = layer("buildings", "building", [box(10, 10, 30, 20), box(190, 50, 210, 70), box(-5, 0, 0, 9)])
    found = spread(service("people", "buildings"), cells, footprints)
    assert found.feature.tolist() == [0, 0, 1]
    assert found.weight.tolist() == [6.0, 6.0, 5.0]  # 200 m2 each in the first cell, all of the second one's people
    assert found.label.tolist() == ["people0/1", "people0/2", "people1"]
    held = [(0, 0), (1, 0), (1, 1)]
    for (building, cell), spot in zip(held, shapely.points(found.xy), strict=True):
        assert footprints.frame.geometry[building].contains(spot)
        assert cells.frame.geometry[cell].contains(spot)


def test_a_cell_without_buildings_gets_a_grid_finer_than_half_the_reach() -> None:
    cells = layer("people", "population_cell", [box(0, 0, 200, 120)], people=[7.0])
    far = layer("buildings", "building", [box(900, 900, 910, 910)])
    found = spread(service("people", "buildings"), cells, far)
    x, y = np.unique(found.xy[:, 0]), np.unique(found.xy[:, 1])
    assert len(found.xy) == len(x) * len(y)
    assert np.diff(x).max() < 30
    assert np.diff(y).max() < 30
    assert math.fsum(found.weight) == pytest.approx(7.0, rel=1e-15)


@pytest.mark.parametrize(
    ("kind", "side", "points"),
    [("zone", 42, 1), ("zone", 43, 4), ("parking_bay", 100, 16), ("public_building", 100, 1), ("building", 100, 1)],
)
def test_areas_wider_than_the_reach_get_a_grid_but_buildings_are_reached_as_one(
    kind: str, side: float, points: int
) -> None:
    found = spread(service(), layer("people", kind, [box(0, 0, side, side)]))
    assert len(found.xy) == points
    assert found.weight.sum() == 1


def test_an_area_thinner_than_its_grid_still_gets_a_point_inside() -> None:
    ring = box(0, 0, 100, 100).difference(box(0.5, 0.5, 99.5, 99.5))
    found = spread(service(), layer("people", "zone", [ring]))
    assert len(found.xy) == 1
    assert ring.contains(Point(found.xy[0]))


def test_the_parts_of_one_row_share_its_weight_by_area() -> None:
    parts = layer(
        "people", "zone", [box(0, 0, 10, 10), box(20, 0, 50, 10), Point(70, 0)], [4, 4, 9], bays=[8.0, 8.0, 3.0]
    )
    found = spread(service("bays"), parts)
    assert found.weight.tolist() == [2, 6, 3]
    assert found.label.tolist() == ["people4/1", "people4/2", "people9"]
    doubled = layer("people", "parking_bay", [Point(0, 0), Point(1, 0)], [0, 0])
    assert spread(service(), doubled).weight.tolist() == [0.5, 0.5]


def test_a_building_of_several_parts_is_one_point_on_its_widest_part() -> None:
    shapes = [box(0, 0, 10, 10), box(20, 0, 50, 10), Point(70, 0), Point(80, 0), Point(90, 0)]
    parts = layer("people", "public_building", shapes, [4, 4, 9, 9, 2], pupils=[8.0, 8.0, 3.0, 3.0, None])
    found, findings = spread_demand(service("pupils"), {"people": parts}, GRAPH, attach_within_m=80)
    assert found.weight.tolist() == [8, 3]
    assert found.label.tolist() == ["people4", "people9"]
    assert found.xy.tolist() == [[35, 5], [70, 0]]
    assert [each.feature for each in findings] == ["2"]


def test_unusable_weights_are_findings_and_leave_the_total() -> None:
    spots = [Point(i, 0) for i in range(5)]
    people = layer("people", "address", spots, people=[2.0, None, -1.0, float("inf"), 0.0])
    found, findings = spread_demand(service("people"), {"people": people}, GRAPH, attach_within_m=9)
    assert found.feature.tolist() == [0, 4]
    assert found.weight.sum() == 2
    assert [(each.severity, each.code, each.feature) for each in findings] == [
        ("error", "demand-weight-unusable", row) for row in ("1", "2", "3")
    ]


def test_demand_far_from_routes_stays_in_the_total_and_is_reported_with_its_weight() -> None:
    spots = [Point(5, 1), *(Point(i, 500) for i in range(30))]
    people = layer("people", "address", spots, people=[10.0] * 31)
    asked = service("people", rule="along_network")
    found, findings = spread_demand(asked, {"people": people}, GRAPH, attach_within_m=80)
    assert found.weight.sum() == 310
    assert (found.attachment.edge < 0).sum() == 30
    assert {each.code for each in findings} == {"demand-far-from-routes"}
    summary, *rows = findings
    assert "30 demand points of wifi, weight 300 of 310" in summary.message
    assert "unreachable along the network" in summary.done
    assert len(rows) == 20
    assert (rows[0].feature, rows[0].x, rows[0].y) == ("people1", 0, 500)


@pytest.mark.parametrize("rule", ["straight_line", "line_of_sight"])
def test_demand_far_from_routes_is_but_one_note_where_the_service_needs_no_route(rule: str) -> None:
    walls = layer("buildings", "building", [box(2, 2, 9, 9)])
    people = layer("people", "address", [Point(5, 1), Point(0, 500), Point(1, 500)], people=[10.0] * 3)
    found, findings = spread_demand(
        service("people", rule=rule), {"people": people, "buildings": walls}, GRAPH, attach_within_m=80
    )
    assert found.weight.sum() == 30
    (note,) = findings
    assert (note.severity, note.code, note.feature) == ("note", "demand-far-from-routes", "")
    assert "2 demand points of wifi, weight 20 of 30" in note.message
    assert "needs no route" in note.done


def test_a_building_wider_than_the_reach_is_noted() -> None:
    halls = layer("people", "public_building", [box(0, 0, 300, 10)])
    findings = spread_demand(service(), {"people": halls}, GRAPH, attach_within_m=80)[1]
    assert [each.code for each in findings] == ["point-for-wide-area"]


def test_line_of_sight_knows_every_wall_that_holds_a_point_boundary_included() -> None:
    walls = layer("buildings", "building", [box(0, 0, 10, 10), box(5, 0, 15, 10), Point(3, 3)])
    people = layer("people", "address", [Point(3, 3), Point(7, 3), Point(15, 5), Point(50, 50)])
    found = spread(service(rule="line_of_sight"), people, walls)
    first, second = ("buildings", 0), ("buildings", 1)
    assert found.inside.tolist() == [{first}, {first, second}, {second}, frozenset()]


@pytest.mark.parametrize(
    ("people", "asked", "message"),
    [
        (layer("people", "address", []), service(), r"services\.wifi: layer 'people' .* holds no demand"),
        (layer("people", "address", [Point(0, 0)], n=[0.0]), service("n"), "holds no demand"),
        (layer("people", "address", [Point(0, 0)], n=[None]), service("n"), "holds no demand"),
        (layer("people", "address", [Point(0, 0)]), service("n"), "no column 'n'"),
        (layer("people", "street", [shapely.LineString([(0, 0), (1, 1)])]), service(), r"holds lines, 1 .* row 0"),
        (layer("people", "zone", [box(0, 0, 1e6, 1e6)]), service(m=1.0), "too wide"),
    ],
)
def test_demand_that_cannot_be_used_names_the_service_and_the_layer(
    people: Layer, asked: Service, message: str
) -> None:
    with pytest.raises((StudyError, SurveyError), match=message):
        spread(asked, people)


def test_no_demand_is_an_error_of_the_survey_where_its_values_are_unusable_else_of_the_study() -> None:
    unusable = layer("people", "address", [Point(0, 0), Point(1, 0)], n=[None, -1.0])
    with pytest.raises(SurveyError, match=r"2 rows read, 2 set aside \(2 demand-weight-unusable, first row 0: n is"):
        spread(service("n"), unusable)
    with pytest.raises(StudyError, match="1 rows read, none set aside"):
        spread(service("n"), layer("people", "address", [Point(0, 0)], n=[0.0]))


def test_spreading_over_a_layer_without_footprints_is_refused() -> None:
    cells = layer("people", "population_cell", [box(0, 0, 9, 9)])
    with pytest.raises(StudyError, match="spread_over: layer 'buildings'"):
        spread(service(over="buildings"), cells, layer("buildings", "building", [Point(1, 1)]))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.data())
def test_spreading_keeps_every_total_and_every_point_inside_its_area(data: st.DataObject) -> None:
    corner, side = st.floats(-300, 300), st.floats(0.5, 250)
    outline = st.builds(lambda x, y, w, h: box(x, y, x + w, y + h), corner, corner, side, side)
    weight = st.floats(0, 1e6, allow_subnormal=False)
    shapes = data.draw(st.lists(st.tuples(outline, weight), min_size=1, max_size=5))
    cells = layer("people", "population_cell", [shape for shape, _ in shapes], people=[w for _, w in shapes])
    footprints = layer("buildings", "building", data.draw(st.lists(outline, min_size=1, max_size=8)))
    if not sum(w for _, w in shapes) > 0:
        return
    for over in ("buildings", None):
        found = spread(service("people", over), cells, footprints)
        assert (found.weight >= 0).all()
        for row, (shape, expected) in enumerate(shapes):
            own = found.feature == row
            assert own.any()
            assert math.fsum(found.weight[own]) == pytest.approx(expected, rel=1e-14)
            assert shapely.dwithin(shape, shapely.points(found.xy[own]), 1e-9).all()
