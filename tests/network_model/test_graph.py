from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from gis_layers import Condition, Layer, LayerSpec, read_layer
from network_model import (
    Attachment,
    Crossings,
    SpatialGraph,
    attach,
    build_graph,
    component_findings,
    to_frames,
    to_networkx,
    write_graphml,
)
from tests.network_model.layers import layer
from tests.real_data import real_data


def line(*path: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(path)


def towns(*sizes: int) -> SpatialGraph:
    """Return streets of 10 m in a row for each size, far from one another."""
    shapes = [
        line((10 * n, 1000 * town), (10 * n + 10, 1000 * town)) for town, size in enumerate(sizes) for n in range(size)
    ]
    return build_graph([layer("streets", "street", shapes)])[0]


# ---- the graph


def test_nodes_and_edges_know_each_other() -> None:
    graph, _ = build_graph(
        [layer("streets", "street", [line((0, 0), (4, 0)), line((2, 0), (2, 3)), line((2, 0), (2, -1))])]
    )
    assert graph.degree.tolist() == [1, 1, 4, 1, 1]
    assert graph.node_xy[graph.junctions].tolist() == graph.node_xy.tolist()
    ends = shapely.get_coordinates(shapely.get_point(graph.geometry, [[0], [-1]])).reshape(2, -1, 2)
    np.testing.assert_array_equal(ends, graph.node_xy[[graph.u, graph.v]])


def test_a_node_where_only_the_row_changes_is_no_junction() -> None:
    graph = towns(3)
    assert graph.degree.tolist() == [1, 2, 2, 1]
    assert graph.junctions.tolist() == [0, 3]


def test_edges_carry_the_attributes_of_their_row_and_layer() -> None:
    roads = layer("roads", "street", [line((0, 0), (4, 0)), line((2, -1), (2, 1))], [7, 3], name=["High St", None])
    paths = layer("paths", "street", [line((3, 0), (3, 5))], lit=[True], width_m=[1.5])
    graph, _ = build_graph([roads, paths])
    table = graph.attributes
    assert list(table.columns[:2]) == ["layer", "source_row"]
    assert {"name", "id", "lit", "width_m"} < set(table.columns)
    assert table["layer"].tolist() == ["roads"] * 5 + ["paths"]
    assert table["source_row"].tolist() == [7, 7, 7, 3, 3, 0]
    assert table["name"].fillna("-").tolist() == ["High St"] * 3 + ["-"] * 3
    assert table["width_m"].isna().tolist() == [True] * 5 + [False]


def test_the_first_layer_wins_where_two_lie_on_each_other() -> None:
    roads = layer("roads", "street", [line((0, 0), (4, 0))])
    ducts = layer("ducts", "duct", [line((3, 0), (1, 0))])
    for layers, expected in (([roads, ducts], ["roads"] * 3), ([ducts, roads], ["ducts", "roads", "roads"])):
        assert build_graph(layers)[0].attributes["layer"].tolist() == expected


def test_a_delivered_column_named_layer_is_kept_under_another_name() -> None:
    graph, _ = build_graph([layer("roads", "street", [line((0, 0), (4, 0))], layer=["-1"])])
    assert graph.attributes["layer"].tolist() == ["roads"]
    assert graph.attributes["src_layer"].tolist() == ["-1"]


def test_an_empty_layer_beside_others_adds_columns_only() -> None:
    roads = layer("roads", "street", [line((0, 0), (4, 0))])
    empty = layer("paths", "street", [line((0, 0), (0, 1))], lit=[True])
    empty = Layer("paths", "street", "", "", empty.frame.iloc[:0], 0, 0, {})
    graph, _ = build_graph([empty, roads])
    assert graph.attributes["layer"].tolist() == ["roads"]
    assert "lit" in graph.attributes.columns


def test_components_are_numbered_by_nodes() -> None:
    graph = towns(1, 4, 2)
    assert np.bincount(graph.component).tolist() == [5, 3, 2]
    assert graph.node_xy[graph.component == 0, 1].tolist() == [1000] * 5


def test_progress_runs_from_start_to_end() -> None:
    shares: list[float] = []

    def note(stage: str, share: float | None = None, note: str = "") -> None:
        assert stage == "graph"
        shares.append(-1.0 if share is None else share)

    build_graph([layer("roads", "street", [line((0, 0), (4, 0))])], progress=note)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)


# ---- parts that are cut off


def test_each_part_cut_off_tells_its_size_and_demand() -> None:
    graph = towns(5, 1, 2)
    homes = attach(graph, np.array([[5.0, 1.0], [5.0, 1001.0], [5.0, 2001.0], [500.0, 500.0]]), within_m=10)
    shops = attach(graph, np.array([[5.0, 1.0]]), within_m=10)
    first, second = component_findings(
        graph, {"wifi": (homes, np.array([8.0, 7.0, 0.0, 9.0])), "pay": (shops, np.ones(1))}
    )
    assert (first.code, first.severity) == ("network-part-cut-off", "warning")
    assert "2 nodes and 10 m of routes" in first.message
    assert "demand on it: 7 of wifi" in first.message
    assert (first.x, first.y) == (0, 1000)
    assert second.severity == "note"
    assert "3 nodes and 20 m" in second.message
    assert "demand on it: none" in second.message


def test_twenty_parts_are_named_and_the_rest_summed_up() -> None:
    graph = towns(9, *[2] * 22)
    demand = attach(graph, np.array([[5.0, 22000.0]]), within_m=10)
    found = component_findings(graph, {"wifi": (demand, np.array([3.0]))})
    assert len(found) == 21
    assert "3 of wifi" in found[0].message
    assert found[-1].message.startswith("2 more parts with 6 nodes and 40 m")


def test_a_whole_network_gives_no_finding() -> None:
    nobody = Attachment(edge=np.empty(0, np.int64), offset_m=np.empty(0), access_m=np.empty(0))
    assert component_findings(towns(4), {"wifi": (nobody, np.empty(0))}) == ()


# ---- networkx and GraphML


def looped() -> SpatialGraph:
    shapes = [line((0, 0), (2, 0)), line((2, 0), (1, 1), (0, 0)), line((2, 0), (4, 1), (4, -1), (2, 0))]
    columns = {"name": ["rue d'en\x00bas", None, "é"], "lanes": [1, 2, 3], "length_m": [9.0, np.nan, 9.0]}
    return build_graph([layer("streets", "street", shapes, **columns)])[0]


def test_networkx_keeps_parallel_edges_loops_and_attributes() -> None:
    graph = looped()
    result = to_networkx(graph)
    assert isinstance(result, nx.MultiGraph)
    assert sorted(result.edges(keys=True)) == [(0, 1, 0), (0, 1, 1), (1, 1, 2)]
    assert result.nodes[1] == {"x": 2.0, "y": 0.0, "component": 0}
    assert result.edges[0, 1, 0]["length_m"] == 2.0
    assert result.edges[0, 1, 0]["src_length_m"] == 9.0
    assert "name" not in result.edges[0, 1, 1]
    assert result.size(weight="length_m") == pytest.approx(graph.length_m.sum())


def test_graphml_reads_back_with_hostile_text(tmp_path: Path) -> None:
    graph = looped()
    graph.attributes["opened"] = pd.Timestamp("2024-05-01")
    write_graphml(graph, tmp_path / "streets.graphml")
    back = nx.read_graphml(tmp_path / "streets.graphml", node_type=int, force_multigraph=True)
    assert back.number_of_edges() == 3
    edges = {data["source_row"]: data for _, _, data in back.edges(data=True)}
    assert edges[0]["name"] == "rue d'en\ufffdbas"
    assert edges[2]["name"] == "é"
    assert edges[1]["lanes"] == 2
    assert edges[0]["opened"].startswith("2024-05-01")


def test_frames_keep_every_attribute_under_a_name_that_a_geopackage_takes() -> None:
    columns = {"fid": ["x"], "Fid": [7], "geom": ["g"], "U": [3], "name": ["a"], "Name": ["b"], "length_m": [9.0]}
    graph, _ = build_graph([layer("streets", "street", [line((0, 0), (4, 0))], **columns)])
    nodes, edges = to_frames(graph, "EPSG:2154")
    assert (nodes["degree"].tolist(), nodes["component"].tolist()) == ([1, 1], [0, 0])
    row = edges.iloc[0]
    assert (row["edge"], row["u"], row["v"], row["length_m"], row["component"]) == (0, 0, 1, 4.0, 0)
    kept = ("src_fid", "src_src_Fid", "src_geom", "src_U", "name", "src_Name", "src_length_m")
    assert [row[name] for name in kept] == ["x", 7, "g", 3, "a", "b", 9.0]
    assert len({name.lower() for name in edges.columns}) == len(edges.columns)
    assert edges.crs == nodes.crs == "EPSG:2154"


def test_frames_keep_parallel_edges_and_loops() -> None:
    graph = looped()
    nodes, edges = to_frames(graph, "EPSG:2154")
    assert (edges["u"].tolist(), edges["v"].tolist()) == (graph.u.tolist(), graph.v.tolist())
    assert nodes["degree"].tolist() == [2, 4]


# ---- real towns

NO_ROADS = ("footway", "steps", "platform", "path", "cycleway", "motorway", "motorway_link")
NO_ROADS += ("construction", "bus_stop", "track", "busway")


@pytest.mark.real_data
def test_streets_split_at_junctions_keep_their_length_and_names() -> None:
    path = real_data("rodez", "bdtopo_v2", "ROUTE.shp")
    roads = read_layer(LayerSpec("streets", "street", path, encoding="utf-8"), crs="EPSG:2154")
    graph, findings = build_graph([roads], crossings=Crossings(bridge="franchisst", level="pos_sol"))
    assert graph.length_m.sum() == pytest.approx(roads.frame.length.sum(), abs=0.01)
    assert (graph.component == 0).mean() > 0.98
    assert [f.code for f in findings] == ["crossing-not-joined"]
    names = roads.frame.set_index("source_row")["nom_voie_g"]
    assert graph.attributes["nom_voie_g"].equals(names.loc[graph.attributes["source_row"]].reset_index(drop=True))
    middle = shapely.line_interpolate_point(graph.geometry, 0.5, normalized=True)
    on_a_road = shapely.STRtree(roads.frame.geometry.values).query(middle, predicate="dwithin", distance=1e-3)[0]
    assert len(np.unique(on_a_road)) == len(graph.u)


@pytest.mark.real_data
def test_ways_not_split_at_junctions_become_one_network_without_joining_bridges() -> None:
    path = real_data("geneva", "geneva_layers.gpkg")
    where = {"highway": Condition(NO_ROADS, exclude=True)}
    roads = read_layer(LayerSpec("streets", "street", path, layer="streets", where=where), crs="EPSG:2056")
    levels = Crossings(bridge="bridge", tunnel="tunnel", level="level")
    graph, findings = build_graph([roads], crossings=levels)
    assert (graph.component == 0).mean() > 0.95
    (note,) = [f for f in findings if f.code == "crossing-not-joined"]
    joined_anyway, _ = build_graph([roads])
    assert len(joined_anyway.node_xy) > len(graph.node_xy)
    bridge = graph.attributes["bridge"].notna().to_numpy()
    over, under = graph.geometry[bridge], graph.geometry[~bridge]
    pair = shapely.STRtree(under).query(over, predicate="crosses")
    assert 0 < pair.shape[1] <= int(note.message.split()[3])
