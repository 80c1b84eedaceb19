"""Places, providers, zones, coverage and the gap list."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from shapely import Point, box

from gis_layers import Finding, Layer, StudyError
from network_model import (
    Demand,
    Places,
    Reach,
    Service,
    Target,
    TargetCoverage,
    count_providers,
    distinct_places,
    existing_places,
    expand_targets,
    far_places,
    find_gaps,
    spread_demand,
)
from tests.network_model.layers import layer
from tests.network_model.plain_graph import plain_graph

GRAPH = plain_graph([[(0.0, 0.0), (1000.0, 0.0)]])
WIFI = Service("wifi", "people", "people", None, ("hotspots",), Reach("straight_line", 50.0))
PEOPLE = layer(
    "people", "address", [Point(10, 0), Point(100, 0), Point(200, 0), Point(900, 0)], people=[1.0, 2.0, 3.0, 4.0]
)
ZONES = layer(
    "iris",
    "zone",
    [box(0, -50, 100, 50), box(100, -50, 300, 50), box(400, -50, 500, 50)],
    name=["Centre", "Nord", None],
)


def demand(people: Layer = PEOPLE) -> dict[str, Demand]:
    return {"wifi": spread_demand(WIFI, {"people": people}, GRAPH, attach_within_m=80)[0]}


def standing(hotspots: dict[str, Layer]) -> dict[str, Places]:
    return {"wifi": existing_places(hotspots, ["hotspots"], GRAPH, attach_within_m=80)}


def expand(*targets: Target, zones: Layer = ZONES, people: Layer = PEOPLE):
    return expand_targets(targets, {"wifi": WIFI}, demand(people), {"iris": zones, "people": people})


def test_existing_places_are_points_and_points_inside_polygons() -> None:
    shapes = {
        "hotspots": layer("hotspots", "wifi_hotspot", [Point(5, 3)]),
        "halls": layer("halls", "public_building", [box(20, 2, 30, 8), box(20, 200, 30, 210)]),
    }
    found = existing_places(shapes, ["hotspots", "halls"], GRAPH, attach_within_m=80)
    assert found.layer.tolist() == ["hotspots", "halls", "halls"]
    assert found.feature_id.tolist() == ["hotspots0", "halls0", "halls1"]
    assert box(20, 2, 30, 8).contains(Point(found.xy[1]))
    assert found.attachment.edge.tolist() == [0, 0, -1]
    summary, row = far_places(found, shapes, attach_within_m=80)
    assert summary.message == "1 places stand farther than 80 m from every route"
    assert (row.code, row.layer, row.feature) == ("place-far-from-routes", "halls", "halls1")


def test_lines_serve_nobody() -> None:
    cables = layer("loop", "fibre_cable", [shapely.LineString([(0, 0), (9, 9)])])
    with pytest.raises(StudyError, match=r"provided_by: layer 'loop' .* holds lines"):
        existing_places({"loop": cables}, ["loop"], GRAPH, attach_within_m=80)


def test_one_place_is_one_feature_or_one_spot() -> None:
    shapes = {
        # the first feature has two parts; the second stands where the cabinet does
        "hotspots": layer("hotspots", "wifi_hotspot", [Point(0, 0), Point(9, 0), Point(50, 0)], [0, 0, 1]),
        "cabinets": layer("cabinets", "street_cabinet", [Point(50, 5e-7), Point(50, 1e-3)]),
    }
    found = existing_places(shapes, ["hotspots", "cabinets"], GRAPH, attach_within_m=80)
    label = distinct_places(found).tolist()
    assert label[0] == label[1]
    assert label[2] == label[3]
    assert len(set(label)) == 3
    assert distinct_places(existing_places(shapes, [], GRAPH, attach_within_m=80)).shape == (0,)


def test_providers_are_distinct_places() -> None:
    matrix = csr_array(np.array([[5.0, 6.0, 0.0], [0.0, 1.0, 2.0], [0.0, 0.0, 0.0]]))
    assert count_providers(matrix, np.array([0, 0, 1])).tolist() == [1, 2, 0]
    assert count_providers(csr_array((3, 0)), np.empty(0, np.int64)).tolist() == [0, 0, 0]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.data())
def test_counting_equals_sets(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 6))
    dense = np.array(
        data.draw(st.lists(st.lists(st.booleans(), min_size=columns, max_size=columns), min_size=rows, max_size=rows)),
        dtype=float,
    )
    label = np.array(data.draw(st.lists(st.integers(0, 4), min_size=columns, max_size=columns)))
    expected = [len(set(label[row > 0].tolist())) for row in dense]
    assert count_providers(csr_array(dense), label).tolist() == expected


def test_a_town_target_has_one_scope_with_all_demand() -> None:
    (scope,), findings = expand(Target("town", "wifi", 0.5, providers=2))
    assert (scope.zone, scope.total, scope.required, scope.providers) == (None, 10.0, 0.5, 2)
    assert scope.demand.tolist() == [0, 1, 2, 3]
    assert findings == ()


@pytest.mark.parametrize("name", ["Centre", "iris0"])
def test_a_zone_is_found_by_name_or_id(name: str) -> None:
    (scope,), _ = expand(Target("centre", "wifi", 0.5, zone_layer="iris", zone_name=name))
    # the point on the boundary of Centre and Nord belongs to the first of them
    assert (scope.zone, scope.zone_name, scope.demand.tolist()) == ("iris0", "Centre", [0, 1])


def test_in_each_gives_one_scope_a_zone_and_notes_what_lies_outside_or_is_empty() -> None:
    each = Target("each", "wifi", 0.5, in_each="iris")
    scopes, findings = expand(each, Target("again", "wifi", 0.9, in_each="iris"))
    assert [scope.zone_name for scope in scopes[:3]] == ["Centre", "Nord", "iris2"]
    assert [scope.demand.tolist() for scope in scopes[:3]] == [[0, 1], [2], []]
    assert [finding.code for finding in findings].count("demand-outside-zones") == 1
    outside = next(finding for finding in findings if finding.code == "demand-outside-zones")
    assert "weight 4 of 10" in outside.message
    empty = [finding for finding in findings if finding.code == "zone-without-demand"]
    assert [(finding.severity, finding.feature) for finding in empty] == [("note", "iris2")] * 2
    nobody = np.zeros(4, np.int64)
    met = [TargetCoverage(scope, before=scope.share(nobody), reachable=scope.share(nobody)).met for scope in scopes[:3]]
    assert met == [False, False, True]


def test_a_zone_whose_demand_cannot_be_used_is_a_warning() -> None:
    spots = [Point(10, 0), Point(450, 0), Point(460, 0), Point(120, 0)]
    people = layer("people", "address", spots, people=[1.0, -2.0, None, 0.0])
    set_aside = Finding("error", "missing-value", "people", "people.gpkg", "4", "people is empty", x=470.0, y=1.0)
    people = replace(people, findings=(set_aside,))
    _, findings = expand(Target("each", "wifi", 0.5, in_each="iris"), people=people)
    # nothing is wrong with the row of Nord: nobody lives there
    assert [(each.severity, each.feature) for each in findings] == [("note", "iris1"), ("warning", "iris2")]
    assert "3 rows of it there cannot" in findings[1].message


def test_parts_of_one_row_are_one_zone() -> None:
    islands = layer("iris", "zone", [box(0, -9, 50, 9), box(60, -9, 90, 9), box(850, -9, 950, 9)], [0, 1, 0])
    scopes, _ = expand(Target("each", "wifi", 0.5, in_each="iris"), zones=islands)
    assert [(scope.zone, scope.demand.tolist()) for scope in scopes] == [("iris0", [0, 3]), ("iris1", [])]


def test_overlapping_zones_count_demand_once_and_say_so() -> None:
    overlapping = layer("iris", "zone", [box(0, -9, 300, 9), box(150, -9, 950, 9)])
    scopes, findings = expand(Target("each", "wifi", 0.5, in_each="iris"), zones=overlapping)
    assert [scope.demand.tolist() for scope in scopes] == [[0, 1, 2], [3]]
    assert [(each.severity, each.code) for each in findings] == [("warning", "zones-overlap")]


def test_unknown_and_ambiguous_zones_are_refused_with_the_nearest() -> None:
    with pytest.raises(StudyError, match=r"no zone 'Centr'.*\n.*'Centre'"):
        expand(Target("centre", "wifi", 0.5, zone_layer="iris", zone_name="Centr"))
    twins = layer("iris", "zone", [box(0, 0, 1, 1), box(2, 2, 3, 3)], name=["Centre", "Centre"])
    with pytest.raises(StudyError, match=r"2 zones called 'Centre'.*\n.*'iris0', 'iris1'"):
        expand(Target("centre", "wifi", 0.5, zone_layer="iris", zone_name="Centre"), zones=twins)
    with pytest.raises(StudyError, match="no polygon"):
        expand(Target("each", "wifi", 0.5, in_each="iris"), zones=layer("iris", "zone", [Point(0, 0)]))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=30))
def test_every_point_of_a_tiled_town_belongs_to_exactly_one_zone(spots: list[tuple[int, int]]) -> None:
    tiles = layer("iris", "zone", [box(x, y, x + 10, y + 10) for x in range(0, 40, 10) for y in range(0, 40, 10)])
    people = layer("people", "address", [Point(spot) for spot in spots], people=np.arange(1.0, len(spots) + 1))
    scopes, _ = expand_targets(
        [Target("each", "wifi", 0.5, in_each="iris")], {"wifi": WIFI}, demand(people), {"iris": tiles, "people": people}
    )
    assert sorted(np.concatenate([scope.demand for scope in scopes]).tolist()) == list(range(len(spots)))


def test_coverage_is_a_share_of_all_weight() -> None:
    scopes, _ = expand(Target("town", "wifi", 0.5), Target("twice", "wifi", 0.2, providers=2))
    today, best = np.array([1, 0, 2, 0]), np.array([2, 2, 3, 0])
    rows = [TargetCoverage(scope, before=scope.share(today), reachable=scope.share(best)) for scope in scopes]
    assert [(row.before, row.reachable, row.after, row.met) for row in rows] == [
        (0.4, 0.6, None, False),
        (0.3, 0.6, None, True),
    ]
    after = [replace(row, after=row.scope.share(best)) for row in rows]
    assert [(row.after, row.met) for row in after] == [(0.6, True), (0.6, True)]


def test_the_gap_list_names_what_is_lacking_the_heaviest_first() -> None:
    scopes, _ = expand(Target("town", "wifi", 0.5), Target("north", "wifi", 0.5, zone_layer="iris", zone_name="Nord"))
    hotspots = {"hotspots": layer("hotspots", "wifi_hotspot", [Point(100, 30)])}
    gaps = find_gaps(GRAPH, scopes, {"wifi": np.array([0, 1, 0, 0])}, demand(), standing(hotspots), {"wifi": WIFI})
    assert gaps[["target", "demand", "weight", "providers"]].to_numpy().tolist() == [
        ["town", "people3", 4.0, 0],
        ["town", "people2", 3.0, 0],
        ["north", "people2", 3.0, 0],
        ["town", "people0", 1.0, 0],
    ]
    assert gaps["zone_name"].tolist() == [None, None, "Nord", None]
    assert gaps["nearest_m"].tolist() == pytest.approx(
        [math.hypot(800, 30), *[math.hypot(100, 30)] * 2, math.hypot(90, 30)]
    )


def test_without_providers_there_is_no_nearest_and_without_gaps_no_row() -> None:
    scopes, _ = expand(Target("town", "wifi", 0.5))
    nothing = {"hotspots": layer("hotspots", "wifi_hotspot", [])}
    none = standing(nothing)
    gaps = find_gaps(GRAPH, scopes, {"wifi": np.zeros(4, np.int64)}, demand(), none, {"wifi": WIFI})
    assert gaps[["nearest_m", "nearest_along_m", "enough_m"]].isna().all(axis=None)
    assert len(find_gaps(GRAPH, scopes, {"wifi": np.ones(4, np.int64)}, demand(), none, {"wifi": WIFI})) == 0
    assert "nearest_m" in find_gaps(GRAPH, (), {}, {}, {}, {}).columns


def test_a_gap_tells_how_far_the_nearest_and_the_last_provider_asked_are_as_the_rule_measures() -> None:
    hotspots = {"hotspots": layer("hotspots", "wifi_hotspot", [Point(110, 30), Point(140, 0), Point(140, 0)])}
    scopes, _ = expand(Target("twice", "wifi", 0.5, providers=2), Target("thrice", "wifi", 0.5, providers=3))
    walked = replace(WIFI, reach=Reach("along_network", 50.0))
    for service, enough_m in ((WIFI, 40.0), (walked, 40.0)):
        given = {"wifi": np.array([9, 1, 9, 9])}, demand(), standing(hotspots), {"wifi": service}
        gaps = find_gaps(GRAPH, scopes, *given).set_index("target")
        row = gaps[gaps["demand"] == "people1"].loc["twice"]
        assert row["nearest_m"] == pytest.approx(math.hypot(10, 30))
        assert row["nearest_along_m"] == pytest.approx(40.0)
        assert row["enough_m"] == pytest.approx(enough_m)
        assert np.isnan(gaps.loc["thrice", "enough_m"])  # two hotspots at one spot are one place
    far = {"hotspots": layer("hotspots", "wifi_hotspot", [Point(100, 79), Point(100, 81)])}
    given = {"wifi": np.array([9, 0, 9, 9])}, demand(), standing(far), {"wifi": walked}
    row = find_gaps(GRAPH, scopes, *given).set_index("target").loc["twice"]
    assert (row["nearest_m"], row["nearest_along_m"]) == pytest.approx((79.0, 79.0))
    assert np.isnan(row["enough_m"])  # the other one is not joined to any route
