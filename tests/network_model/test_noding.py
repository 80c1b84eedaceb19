from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_layers import Finding, Layer, LayerSpec, StudyError, SurveyError, read_layer
from network_model import Crossings, SpatialGraph, build_graph
from tests.network_model.layers import layer

Course = Sequence[tuple[float, float]]


def streets(*paths: Course, rows: Sequence[int] | None = None, **columns: object) -> Layer:
    return layer("streets", "street", [shapely.LineString(path) for path in paths], rows, **columns)


def graph_of(*paths: Course, close_gaps_m: float = 0.5, rows: Sequence[int] | None = None) -> SpatialGraph:
    return build_graph([streets(*paths, rows=rows)], close_gaps_m=close_gaps_m)[0]


def findings_of(*paths: Course, close_gaps_m: float = 0.5) -> dict[str, list[Finding]]:
    by_code: dict[str, list[Finding]] = {}
    for finding in build_graph([streets(*paths)], close_gaps_m=close_gaps_m)[1]:
        by_code.setdefault(finding.code, []).append(finding)
    return by_code


def texts(graph: SpatialGraph) -> list[str]:
    return [line.wkt for line in graph.geometry]


def size(graph: SpatialGraph) -> tuple[int, int]:
    return len(graph.node_xy), len(graph.u)


# ---- cases with known answers


def test_an_end_on_a_line_joins() -> None:
    graph = graph_of([(0, 0), (0, 2)], [(0, 1), (1, 1)], close_gaps_m=0)
    assert size(graph) == (4, 3)
    assert texts(graph) == ["LINESTRING (0 0, 0 1)", "LINESTRING (0 1, 0 2)", "LINESTRING (0 1, 1 1)"]


def test_a_crossing_joins() -> None:
    graph = graph_of([(0, 0), (2, 2)], [(0, 2), (2, 0)])
    assert size(graph) == (5, 4)
    assert [1.0, 1.0] in graph.node_xy.tolist()


def test_lines_join_at_a_vertex_that_both_have() -> None:
    graph = graph_of([(0, 0), (1, 1), (2, 0)], [(0, 2), (1, 1), (2, 2)], close_gaps_m=0)
    assert size(graph) == (5, 4)


def test_two_lines_a_millimetre_apart_stay_apart() -> None:
    graph = graph_of([(0, 0), (0, 2)], [(0.001, 0), (0.001, 2)], close_gaps_m=0)
    assert sorted(set(graph.component)) == [0, 1]


def test_a_ring_has_one_node() -> None:
    graph = graph_of([(0, 0), (2, 0), (2, 2), (0, 0)])
    assert size(graph) == (1, 1)
    assert graph.u[0] == graph.v[0]
    assert graph.degree.tolist() == [2]
    assert graph.length_m[0] == pytest.approx(4 + np.sqrt(8))


def test_a_ring_joined_by_a_street_starts_at_the_junction() -> None:
    graph = graph_of([(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)], [(2, 2), (5, 5)])
    assert size(graph) == (2, 2)
    assert texts(graph)[0] == "LINESTRING (2 2, 0 2, 0 0, 2 0, 2 2)"


def test_a_line_that_crosses_itself_is_cut_there() -> None:
    graph = graph_of([(0, 0), (2, 2), (2, 0), (0, 2)])
    assert size(graph) == (3, 3)
    assert texts(graph)[1] == "LINESTRING (1 1, 2 2, 2 0, 1 1)"


def test_duplicates_in_both_directions_are_kept_once() -> None:
    paths = [[(0, 0), (2, 0)], [(0, 0), (2, 0)], [(2, 0), (0, 0)]]
    assert texts(graph_of(*paths)) == ["LINESTRING (0 0, 2 0)"]
    (found,) = findings_of(*paths)["route-drawn-twice"]
    assert found.severity == "repaired"
    assert "2 pieces, 4.0 m, of 2 rows" in found.message
    assert "first in row 1" in found.message


@pytest.mark.parametrize("second", [[(1, 0), (3, 0)], [(3, 0), (1, 0)]])
def test_collinear_lines_are_cut_at_each_others_ends(second: Course) -> None:
    graph = graph_of([(0, 0), (2, 0)], second)
    assert size(graph) == (4, 3)
    assert graph.length_m.tolist() == [1, 1, 1]


def test_a_line_without_length_is_left_out() -> None:
    paths = [[(0, 0), (2, 0)], [(5, 5), (5, 5)], [(0, 0), (0, 0), (0, 1)]]
    assert texts(graph_of(*paths)) == ["LINESTRING (0 0, 2 0)", "LINESTRING (0 0, 0 1)"]
    (found,) = findings_of(*paths)["line-without-length"]
    assert (found.x, found.y, found.severity) == (5, 5, "warning")
    assert "row 1" in found.message


def test_parallel_edges_are_kept() -> None:
    graph = graph_of([(0, 0), (2, 0)], [(0, 0), (1, 1), (2, 0)])
    assert size(graph) == (2, 2)
    assert set(zip(graph.u, graph.v, strict=True)) == {(0, 1)}


def test_heights_do_not_count_as_length() -> None:
    steep = layer("streets", "street", [shapely.LineString([(0, 0, 0), (3, 4, 100)])])
    assert build_graph([steep])[0].length_m.tolist() == [5.0]


def test_parts_of_a_multiline_keep_its_attributes_and_heights_stay_in_what_was_delivered(tmp_path: Path) -> None:
    steep = shapely.from_wkt(
        "MULTILINESTRING Z ((7e5 6.7e6 5, 700003 6700004 100), (700010 6.7e6 1, 700010 6700002 1))"
    )
    gpd.GeoDataFrame({"name": ["Ring"]}, geometry=[steep], crs=2154).to_file(tmp_path / "roads.gpkg")
    roads = read_layer(LayerSpec("roads", "street", tmp_path / "roads.gpkg"), crs="EPSG:2154")
    graph, _ = build_graph([roads])
    assert graph.length_m.tolist() == [5.0, 2.0]
    assert graph.attributes[["source_row", "name"]].to_numpy().tolist() == [[0, "Ring"]] * 2
    assert roads.delivered is not None
    assert shapely.get_coordinates(shapely.from_wkb(roads.delivered.wkb), include_z=True)[:, 2].tolist() == [
        5,
        100,
        1,
        1,
    ]


def test_parts_of_one_row_dissolve_and_other_rows_do_not() -> None:
    paths = [[(0, 0), (1, 0)], [(2, 0), (1, 0)], [(2, 0), (3, 0)]]
    assert texts(graph_of(*paths, rows=[4, 4, 4])) == ["LINESTRING (0 0, 1 0, 2 0, 3 0)"]
    assert texts(graph_of(*paths, rows=[4, 4, 5])) == ["LINESTRING (0 0, 1 0, 2 0)", "LINESTRING (2 0, 3 0)"]


def test_an_edge_runs_as_its_line_was_drawn() -> None:
    graph = graph_of([(9, 0), (5, 1), (0, 0)])
    assert texts(graph) == ["LINESTRING (9 0, 5 1, 0 0)"]
    assert graph.node_xy[graph.u[0]].tolist() == [9, 0]


def test_places_half_a_world_apart_are_not_taken_for_one() -> None:
    step = 2.0**32 * 1e-4
    graph = graph_of([(0, 0), (1, 0)], [(0, step), (1, step)], [(2.1e7, -1.9e7), (2.1e7, 1.9e7)], close_gaps_m=0)
    assert size(graph) == (6, 3)


# ---- bridges, tunnels, levels

ACROSS: tuple[Course, Course] = ([(0, 0), (2, 2)], [(0, 2), (2, 0)])


@pytest.mark.parametrize(
    ("values", "joined"),
    [
        ([None, "yes"], False),
        (["yes", "yes"], True),
        (["no", None], True),
        (["0", "False"], True),
        (["Non", "f"], True),
        ([1.0, "1"], True),
        ([float("nan"), 0], True),
        ([-1, 1], False),
    ],
)
@pytest.mark.parametrize("key", ["bridge", "tunnel", "level"])
def test_crossing_lines_join_only_at_one_level(key: str, values: list[object], joined: bool) -> None:
    roads = streets(*ACROSS, **{"state": np.array(values, dtype=object)})
    graph, findings = build_graph([roads], crossings=Crossings(**{key: "state"}))
    assert (graph.component.max() == 0) == joined
    assert [f.code for f in findings] == ([] if joined else ["crossing-not-joined"])


def test_every_named_column_must_agree() -> None:
    roads = streets(*ACROSS, bridge=["yes", "yes"], level=[1, 2])
    assert build_graph([roads], crossings=Crossings(bridge="bridge"))[0].component.max() == 0
    assert build_graph([roads], crossings=Crossings(bridge="bridge", level="level"))[0].component.max() == 1


def test_places_left_unjoined_are_counted_once_each() -> None:
    grid = streets([(0, 1), (9, 1)], [(0, 2), (9, 2)], [(3, 0), (3, 1.5), (3, 9)], level=[0, 0, 1])
    (found,) = build_graph([grid], crossings=Crossings(level="level"))[1]
    assert (found.severity, found.code) == ("note", "crossing-not-joined")
    assert "at 2 places" in found.message


def test_a_bridge_joins_where_it_ends_and_at_shared_vertices() -> None:
    ends = streets([(0, 0), (9, 0)], [(5, 0), (5, 5)], level=[0, 1])
    shared = streets([(0, 0), (4, 0), (9, 0)], [(4, -5), (4, 0), (4, 5)], level=[0, 1])
    for roads in (ends, shared):
        assert build_graph([roads], crossings=Crossings(level="level"))[0].component.max() == 0


def test_a_layer_without_the_column_is_on_the_ground() -> None:
    roads = streets(ACROSS[0], level=[1])
    paths = layer("paths", "street", [shapely.LineString(ACROSS[1])])
    assert build_graph([roads, paths], crossings=Crossings(level="level"))[0].component.max() == 1


def test_a_column_that_no_layer_has_is_refused() -> None:
    with pytest.raises(StudyError, match=r"crossings.tunnel: no route layer \(streets\) has a column tunel"):
        build_graph([streets(*ACROSS)], crossings=Crossings(tunnel="tunel"))


# ---- gaps


def test_a_near_miss_is_extended_onto_the_line() -> None:
    paths = [[(0, 0), (0, 2)], [(0.25, 1), (1, 1)]]
    graph = graph_of(*paths, close_gaps_m=0.5)
    assert size(graph) == (4, 3)
    assert texts(graph)[2] == "LINESTRING (0 1, 0.25 1, 1 1)"
    (found,) = findings_of(*paths)["gap-closed"]
    assert (found.severity, found.layer, found.file, found.feature) == ("repaired", "streets", "streets.gpkg", "1")
    assert (found.x, found.y) == (0.25, 1)
    assert "0.250 m short" in found.message


def test_a_gap_of_just_the_width_is_closed_and_a_wider_one_is_not() -> None:
    paths = [[(0, 0), (0, 2)], [(0.25, 1), (1, 1)]]
    assert graph_of(*paths, close_gaps_m=0.25).component.max() == 0
    assert graph_of(*paths, close_gaps_m=0.2499).component.max() == 1


def test_a_vertex_within_reach_goes_before_a_nearer_place_on_a_line() -> None:
    graph = graph_of([(0, 0), (0, 4), (0, 9)], [(0.1, 3.7), (5, 3.7)])
    assert "LINESTRING (0 4, 0.1 3.7, 5 3.7)" in texts(graph)


def test_two_ends_that_miss_each_other_are_one_gap() -> None:
    paths = [[(0, 0), (2, 0)], [(2.3, 0), (4, 0)]]
    graph = graph_of(*paths)
    assert size(graph) == (3, 2)
    assert graph.length_m.sum() == pytest.approx(4.0)
    assert len(findings_of(*paths)["gap-closed"]) == 1


def test_an_overshoot_is_not_led_back() -> None:
    graph = graph_of([(0, 0), (0, 4)], [(-0.3, 2), (5, 2)])
    assert size(graph) == (5, 4)
    assert graph.length_m.min() == pytest.approx(0.3)


def test_an_almost_closed_ring_is_closed() -> None:
    graph = graph_of([(0, 0), (9, 0), (9, 9), (0, 9), (0, 0.4)])
    assert size(graph) == (1, 1)
    assert graph.length_m[0] == pytest.approx(36)


def test_a_gap_finer_than_the_vertex_grid_is_closed_too() -> None:
    graph = graph_of([(0, 0), (0, 2)], [(0.00004, 1), (1, 1)])
    assert size(graph) == (4, 3)
    assert graph.component.max() == 0


@pytest.mark.parametrize("gap_m", [0.0, 1e-4, 0.5])
def test_a_tangle_as_fine_as_the_vertex_grid_comes_to_an_end(gap_m: float) -> None:
    places = np.random.default_rng(4).random((150, 5, 2)) * 2e-3 + [6e5, 6e6]
    graph = graph_of(*places, close_gaps_m=gap_m)
    assert outline(graph_of(*(line.coords for line in graph.geometry), close_gaps_m=gap_m)) == outline(graph)


def test_the_widest_hundred_gaps_are_named_and_the_rest_summed_up() -> None:
    main = [(0.0, 0.0), (2000.0, 0.0)]
    stubs = [[(10.0 * n, 0.1 + 0.001 * n), (10.0 * n, 5.0)] for n in range(1, 121)]
    found = findings_of(main, *stubs)["gap-closed"]
    assert len(found) == 101
    assert found[0].feature == "120"
    assert "20 more line ends stop at most 0.120 m short" in found[-1].message


def test_edges_shorter_than_the_gap_width_are_pointed_out() -> None:
    paths = [[(0, 0), (0.2, 0)], [(0.2, 0), (5, 0)]]
    (found,) = findings_of(*paths)["gap-wider-than-edges"]
    assert found.severity == "warning"
    assert "0.2000 m" in found.message
    assert "gap-wider-than-edges" not in findings_of(*paths, close_gaps_m=0.2)


# ---- what cannot be used


def test_no_line_at_all_is_refused_by_name() -> None:
    nothing = streets([(0, 0), (1, 0)])
    nothing = Layer("streets", "street", "s.shp", "", nothing.frame.iloc[:0], 0, 0, {})
    with pytest.raises(SurveyError, match="streets"):
        build_graph([nothing])
    with pytest.raises(SurveyError, match="no line of the route layers has a length: streets"):
        build_graph([streets([(1, 1), (1, 1)])])


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2229", None])
def test_a_crs_that_is_not_in_metres_is_refused(crs: str | None) -> None:
    roads = streets([(0, 0), (1, 0)])
    wrong = Layer("roads", "street", "", "", roads.frame.set_crs(crs, allow_override=True), 1, 1, {})
    with pytest.raises(SurveyError, match="layer roads: routes need a projected CRS in metres"):
        build_graph([wrong])


def test_layers_in_two_crs_are_refused() -> None:
    roads = streets([(0, 0), (1, 0)])
    other = Layer("other", "street", "", "", roads.frame.set_crs(2056, allow_override=True), 1, 1, {})
    with pytest.raises(SurveyError, match="layer other is in"):
        build_graph([roads, other])


def test_other_geometry_than_lines_is_refused() -> None:
    with pytest.raises(SurveyError, match="squares: routes must be lines, found Polygon"):
        build_graph([layer("squares", "street", [shapely.box(0, 0, 1, 1)])])


@pytest.mark.parametrize("width_m", [-0.1, np.nan, np.inf])
def test_a_gap_width_without_sense_is_refused(width_m: float) -> None:
    with pytest.raises(StudyError, match="close_gaps_m"):
        graph_of([(0, 0), (1, 0)], close_gaps_m=width_m)


# ---- properties

coarse = st.tuples(st.integers(0, 5), st.integers(0, 5))
fine = st.tuples(st.integers(0, 120), st.integers(0, 120)).map(lambda p: (650000.123456 + p[0] / 10, 6e6 + p[1] / 10))
lattices = st.lists(st.lists(coarse, min_size=2, max_size=5), min_size=1, max_size=14)
sketches = st.lists(st.lists(fine, min_size=2, max_size=4), min_size=1, max_size=10)


def long_paths(paths: list[Course]) -> list[Course]:
    return [path for path in paths if len(set(path)) > 1] or [[(0, 0), (1, 0)]]


def outline(graph: SpatialGraph) -> list[list[list[float]]]:
    """Return the edges whatever their order and direction."""
    edges = [shapely.get_coordinates(line).round(6).tolist() for line in graph.geometry]
    return sorted(min(edge, edge[::-1]) for edge in edges)


@settings(max_examples=80)
@given(paths=lattices.map(long_paths))
def test_junctions_and_length_are_those_of_shapely(paths: list[Course]) -> None:
    graph = graph_of(*paths, close_gaps_m=0)
    noded = shapely.node(shapely.MultiLineString([shapely.LineString(path) for path in paths]))
    parts = [shapely.get_coordinates(part) for part in shapely.get_parts(shapely.unary_union(noded))]
    steps = [(tuple(a), tuple(b)) for part in parts for a, b in zip(part.round(6), part[1:].round(6), strict=False)]
    places, degree = np.unique([place for step in set(steps) for place in step], axis=0, return_counts=True)
    assert graph.length_m.sum() == pytest.approx(noded.length)
    assert sorted(graph.node_xy[graph.junctions].round(6).tolist()) == places[degree != 2].tolist()


@settings(max_examples=60)
@given(paths=(lattices | sketches).map(long_paths), gap_m=st.sampled_from([0.0, 0.15, 0.5]), data=st.data())
def test_order_and_direction_of_rows_change_nothing(paths: list[Course], gap_m: float, data: st.DataObject) -> None:
    graph = graph_of(*paths, close_gaps_m=gap_m)
    shuffled = [path[::-1] if data.draw(st.booleans()) else path for path in data.draw(st.permutations(paths))]
    again = graph_of(*shuffled, close_gaps_m=gap_m)
    assert outline(graph) == outline(again)
    np.testing.assert_array_equal(graph.node_xy, again.node_xy)
    np.testing.assert_array_equal(graph.component, again.component)


@settings(max_examples=60)
@given(paths=(lattices | sketches).map(long_paths), gap_m=st.sampled_from([0.0, 0.15, 0.5]))
def test_noding_the_graph_again_changes_nothing(paths: list[Course], gap_m: float) -> None:
    graph, findings = build_graph([streets(*paths)], close_gaps_m=gap_m)
    again, repeated = build_graph([layer("again", "street", list(graph.geometry))], close_gaps_m=gap_m)
    assert outline(graph) == outline(again)
    assert not {finding.code for finding in repeated} - {"gap-wider-than-edges", "near-miss", "short-dangle"}
    np.testing.assert_allclose(graph.length_m, shapely.length(graph.geometry), atol=1e-9)
    drawn_m = shapely.unary_union([shapely.LineString(path) for path in paths]).length
    gaps = [float(f.message.split()[2]) for f in findings if f.code == "gap-closed"]
    assert graph.length_m.sum() == pytest.approx(drawn_m + sum(gaps), abs=1e-3 * (1 + len(graph.u)))


@settings(max_examples=40)
@given(paths=sketches.map(long_paths), data=st.data())
def test_levels_do_not_depend_on_the_order_of_rows(paths: list[Course], data: st.DataObject) -> None:
    level = data.draw(st.lists(st.integers(0, 1), min_size=len(paths), max_size=len(paths)))
    order = data.draw(st.permutations(range(len(paths))))
    crossings = Crossings(level="level")
    graph, _ = build_graph([streets(*paths, level=level)], crossings=crossings)
    again, _ = build_graph([streets(*(paths[n] for n in order), level=[level[n] for n in order])], crossings=crossings)
    assert outline(graph) == outline(again)
