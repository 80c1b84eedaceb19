"""``cardio graph`` as a user meets it: figures, files, picture, refusals."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import pyogrio
import pytest
import shapely

from cardio.cli import main
from cardio.exporters import export_graph
from cardio.graph_description import describe_graph
from gis_layers import StudyError, SurveyError
from network_model import build_graph, measure_components
from tests.cardio.deliverables import HOSTILE
from tests.cardio.tiny_town import CRS, STUDY, at, write_tiny_town
from tests.network_model.layers import layer
from tests.real_data import real_data


@pytest.fixture
def cardio(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cardio", "graph", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, *capsys.readouterr()

    return run


def with_streets(folder: Path, lines: list[shapely.LineString], crs: str = CRS) -> Path:
    """Return the tiny town with other streets."""
    study = write_tiny_town(folder)
    gpd.GeoDataFrame({"REVET": "terre"}, index=range(len(lines)), geometry=lines, crs=crs).to_file(
        folder / "town.gpkg", layer="streets", driver="GPKG"
    )
    return study


def test_the_figures_of_the_tiny_town(tmp_path: Path) -> None:
    document = describe_graph(write_tiny_town(tmp_path / "town"), by="surface").document
    # the spur goes on from a corner: 12 nodes, of them one shape point where the source row changes
    assert document["schema"] == "cardio-graph/1"
    assert {key: document["graph"][key] for key in ("junctions", "nodes", "edges", "components", "dead_ends")} == {
        "junctions": 11, "nodes": 12, "edges": 15, "components": 1, "dead_ends": 3
    }  # fmt: skip
    assert (document["graph"]["loops"], document["graph"]["parallel_edges"]) == (0, 0)
    assert document["graph"]["shortest_edge"]["length_m"] == 20.0
    assert document["length_by"]["rows"] == [
        {"value": "terre", "edges": 11, "length_m": 860.0},
        {"value": "pave", "edges": 4, "length_m": 400.0},
    ]
    (part,) = document["components"]
    assert (part["nodes"], part["length_m"]) == (12, 1260.0)
    assert part["demand"] == {"fibre_access": 2.0, "parking_payment": 40.0}


def test_parts_loops_and_parallel_edges_are_counted_and_told_with_their_demand(cardio: Any, tmp_path: Path) -> None:
    ring = [at(100, 0), at(120, 30), at(140, 0), at(100, 0)]
    bow = [at(0, 0), at(50, 30), at(100, 0)]
    apart = [at(200, 220), at(240, 220)]
    lines = [[at(0, 0), at(100, 0)], bow, ring, apart, [at(240, 220), at(245, 230)]]
    code, out, _ = cardio(with_streets(tmp_path / "town", [shapely.LineString(line) for line in lines]))
    assert code == 0
    assert "1 loops, 1 parallel to another" in out
    assert "parts      2" in out
    assert "holds 1 of fibre_access" in out.split("parts")[1].splitlines()[2]


def test_demand_far_from_every_street_is_told(cardio: Any, tmp_path: Path) -> None:
    study = with_streets(tmp_path / "town", [shapely.LineString([at(0, 0), at(200, 0)])])
    document = describe_graph(study).document
    assert document["demand_off_routes"] == {"fibre_access": 1.0, "parking_payment": 10.0}
    assert document["components"][0]["demand"] == {"fibre_access": 1.0, "parking_payment": 30.0}
    assert "off routes 1 of fibre_access, 10 of parking_payment" in cardio(study)[1]


def test_the_files_hold_the_same_graph(tmp_path: Path) -> None:
    result = describe_graph(write_tiny_town(tmp_path / "town"), out=tmp_path / "graph")
    folder, graph = tmp_path / "graph", result.town.graph
    assert {path.name for path in folder.iterdir()} == {
        "summary.json", "graph.gpkg", "graph.graphml", "graph.html", "findings.csv"
    }  # fmt: skip
    assert json.loads((folder / "summary.json").read_text("utf-8"))["components"] == result.document["components"]
    nodes, edges = (pyogrio.read_dataframe(folder / "graph.gpkg", layer=name) for name in ("nodes", "edges"))
    assert nodes.crs == edges.crs == CRS
    assert (nodes["degree"].tolist(), edges["u"].tolist()) == (graph.degree.tolist(), graph.u.tolist())
    assert edges["length_m"].sum() == pytest.approx(1260.0)
    for end, position in (("u", 0), ("v", -1)):
        ends = shapely.get_point(edges.geometry.to_numpy(), position)
        assert shapely.equals_exact(ends, nodes.geometry.to_numpy()[edges[end]], 1e-9).all()
    markup = nx.read_graphml(folder / "graph.graphml", node_type=int, force_multigraph=True)
    assert markup.number_of_edges() == 15
    assert describe_graph(tmp_path / "town" / "study.yaml", out=folder).folder == folder  # its own folder is replaced


def test_the_page_draws_parts_and_dead_ends_and_is_safe_from_survey_text(tmp_path: Path) -> None:
    street = layer("streets", "street", [shapely.LineString([(0, 0), (90, 0)]), shapely.LineString([(0, 50), (9, 50)])])
    graph, findings = build_graph([street])
    document = describe_graph(write_tiny_town(tmp_path / "town")).document
    document |= {"study": HOSTILE, "length_by": {"column": HOSTILE, "rows": []}}
    document["components"][0]["demand"] = {HOSTILE: 1.0}
    written = export_graph(document, graph, findings, tmp_path, language="en", labels={})
    page = written["page"].read_text("utf-8")
    assert HOSTILE not in page and "<script" not in page and "http" not in page.replace("http-equiv", "")
    for words in ("Largest part", "Parts cut off", "Dead ends", "Length by"):
        assert words in page
    assert "Crossings" not in page  # there is none


def test_json_is_one_document(cardio: Any, tmp_path: Path) -> None:
    code, out, _ = cardio(write_tiny_town(tmp_path / "town"), "--json")
    assert code == 0
    assert json.loads(out)["graph"]["dead_ends"] == 3


def test_an_unknown_column_is_refused_with_the_nearest(cardio: Any, tmp_path: Path) -> None:
    code, _, err = cardio(write_tiny_town(tmp_path / "town"), "--by", "surfaces")
    assert code == 2
    assert "--by surfaces" in err and "the nearest are surface" in err


def test_one_street_is_a_graph(tmp_path: Path) -> None:
    document = describe_graph(with_streets(tmp_path / "town", [shapely.LineString([at(0, 0), at(200, 0)])])).document
    graph = document["graph"]
    assert (graph["nodes"], graph["edges"], graph["dead_ends"], graph["components"]) == (2, 1, 2, 1)
    assert graph["largest_component_share"] == 1.0


def test_streets_without_any_row_and_a_study_in_degrees_are_refused(tmp_path: Path) -> None:
    with pytest.raises((SurveyError, StudyError), match="streets"):
        describe_graph(with_streets(tmp_path / "none", []))
    study = write_tiny_town(tmp_path / "degrees", study=STUDY.replace("EPSG:2154", "EPSG:4326"))
    with pytest.raises(StudyError, match=r"EPSG:4326"):
        describe_graph(study)


def test_the_table_of_components_adds_up_to_the_graph() -> None:
    lines = [[(0, y), (100 + y, y)] for y in (0, 10, 20)] + [[(0, 0), (0, 5)]]
    graph, _ = build_graph([layer("streets", "street", [shapely.LineString(line) for line in lines])])
    table = measure_components(graph, {})
    assert table.nodes.tolist() == [3, 2, 2]
    assert (table.edges.sum(), table.length_m.sum()) == (len(graph.u), pytest.approx(graph.length_m.sum()))
    assert graph.component[table.first_node].tolist() == [0, 1, 2]


@pytest.mark.real_data
def test_a_real_town_is_described(tmp_path: Path) -> None:
    study = Path(__file__).parents[1] / "studies" / "rodez" / "study.yaml"
    result = describe_graph(study, data=[real_data("rodez")], out=tmp_path / "graph")
    document = result.document
    assert sum(row["length_m"] for row in document["components"]) == pytest.approx(document["graph"]["length_m"], abs=1)
    held = sum(row["demand"]["fibre_access"] for row in document["components"])
    total = result.town.demand["fibre_access"].weight.sum()
    assert held + document["demand_off_routes"]["fibre_access"] == pytest.approx(total)
    assert len(pyogrio.read_dataframe(tmp_path / "graph" / "graph.gpkg", layer="edges")) == document["graph"]["edges"]
