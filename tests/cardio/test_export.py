"""``cardio export`` to the Open Fibre Data Standard: valid, whole, the same each time, and read back as written."""

from __future__ import annotations

import copy
import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx
import numpy as np
import pytest
import shapely
from libcoveofds.geojson import JSONToGeoJSONConverter

from cardio.export import export_plan
from cardio.exporters.ofds import make_package
from cardio.exporters.ofds_check import check_package, validate_package
from cardio.exporters.ofds_features import make_features
from cardio.exporters.ofds_network import APART_M, build_network
from cardio.plan_folder import PlanFolder, read_plan_folder
from cardio.run import run_study
from cardio.sample_town import write_sample_town
from gis_layers import CardioError, Layer, LayerSpec, StudyError, read_layer
from tests.cardio.tiny_town import ORIGIN, STUDY, write_tiny_town
from tests.real_data import real_data

CRS = "EPSG:2154"
EVERYTHING = ("in service", "planned")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Output folder of the sample town's plan, as far as it is solved in two seconds."""
    folder = tmp_path_factory.mktemp("town")
    run_study(write_sample_town(folder / "survey"), out=folder / "plan", time_limit_s=2)
    return folder / "plan"


def network_of(path: Path) -> dict[str, Any]:
    (network,) = json.loads(path.read_text("utf-8"))["networks"]
    return network


def read_export(path: Path, kind: str, crs: str = CRS) -> Layer:
    spec = LayerSpec("back", kind, path, exists_column="status", exists_values=EVERYTHING)
    return read_layer(spec, crs=crs)


def plan_of(
    nodes: dict[str, tuple[float, float]] | None = None,
    cables: dict[str, list[tuple[float, float]]] | None = None,
    sites: dict[str, tuple[float, float]] | None = None,
    routes: dict[str, list[tuple[float, float]]] | None = None,
    *,
    years: dict[str, int] | None = None,
) -> PlanFolder:
    """Plan drawn near (0, 0), in metres."""
    nodes, cables, sites, routes, years = nodes or {}, cables or {}, sites or {}, routes or {}, years or {}
    moved = [shapely.Point(xy) for xy in (*nodes.values(), *sites.values())]
    moved += [shapely.LineString(xy) for xy in (*cables.values(), *routes.values())]
    shapes = dict(
        zip(
            (*nodes, *sites, *cables, *routes),
            shapely.transform(np.array(moved, dtype=object), lambda xy: xy + ORIGIN),
            strict=True,
        )
    )

    def frame(columns: dict[str, Any], names: list[str]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(columns, geometry=[shapes[name] for name in names], crs=CRS)

    def dated(names: list[str]) -> Any:
        return np.array([years.get(name) for name in names], dtype=object)

    existing = [*nodes, *cables]
    kinds = ["fibre_node"] * len(nodes) + ["fibre_cable"] * len(cables)
    return PlanFolder(
        Path("plan"),
        {"study": "Drawn", "scenario": "", "created": "2026-01-31T12:00:00+00:00", "cardio_version": "1",
         "status": "optimal"},
        frame({"id": list(sites), "option": "box", "backhaul": "fibre", "year": dated(list(sites))}, list(sites)),
        frame({"id": list(routes), "method": "trench", "price_keys": "", "year": dated(list(routes))}, list(routes)),
        frame({"layer": "survey", "kind": kinds, "id": existing}, existing),
    )  # fmt: skip


def drawn(plan: PlanFolder) -> tuple[list[str], list[tuple[str, str, str, float]]]:
    """Names of the nodes, and each span as (name, start, end, length in m); a node without a name is ``.``."""
    nodes, spans = build_network(plan)
    names = ["+".join(node.names) or "." for node in nodes]
    return names, [(span.name, names[span.start], names[span.end], round(span.line.length, 2)) for span in spans]


# --- what libcoveofds says


def test_the_official_example_passes_and_the_wrong_one_fails() -> None:
    folder = real_data("ofds_sample") / "json"
    good, wrong, checks = (
        json.loads((folder / f"network-package{name}.json").read_text("utf-8"))
        for name in ("", "-invalid", "-additional-checks")
    )
    assert validate_package(good) == ([], [])
    errors, _ = validate_package(wrong)
    assert len(errors) > 10
    assert {check["type"] for check in validate_package(checks)[1]} >= {"contract_related_phase_reference_id_not_found"}
    with pytest.raises(CardioError, match="breaks the Open Fibre Data Standard"):
        check_package(wrong)


@pytest.mark.parametrize("which", ["tiny_plan", "town"])
def test_our_export_has_no_error(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    document = export_plan(request.getfixturevalue(which), str(tmp_path / "out.json"))
    package = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert validate_package(package) == ([], [])
    assert document["notes"] == []


@pytest.mark.parametrize("break_it", ["status", "start", "id", "crs"])
def test_a_broken_package_would_not_pass(tiny_plan: Path, break_it: str) -> None:
    package = make_package(read_plan_folder(tiny_plan))
    network = package["networks"][0]
    if break_it == "crs":
        network["crs"] = {"name": "EPSG:2154", "uri": "here"}
    else:
        network["spans"][0][break_it] = {"status": "open", "start": "nowhere", "id": network["spans"][1]["id"]}[
            break_it
        ]
    with pytest.raises(CardioError, match="breaks the Open Fibre Data Standard"):
        check_package(package)


def test_without_libcoveofds_the_export_says_that_it_is_not_validated(
    tiny_plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "libcoveofds" else found(name))
    (note,) = export_plan(tiny_plan, str(tmp_path / "out.json"))["notes"]
    assert "not validated" in note and "cardio-planning[ofds]" in note


def test_geojson_is_what_the_standards_own_converter_makes(tiny_plan: Path) -> None:
    package = make_package(read_plan_folder(tiny_plan))
    converter = JSONToGeoJSONConverter()
    converter.process_package(copy.deepcopy(package))
    ours = make_features(package)
    assert ours["nodes"] == converter.get_nodes_geojson()
    assert ours["spans"] == converter.get_spans_geojson()


# --- what is written


def test_the_tiny_town_by_hand(tiny_plan: Path, tmp_path: Path) -> None:
    document = export_plan(tiny_plan, str(tmp_path / "out.json"))
    assert document["written"] == {"existing nodes": 1, "proposed nodes": 4, "existing spans": 0, "proposed spans": 4}
    assert document["left_out"] == {"sites without fibre": 2, "existing street": 15}
    network = network_of(tmp_path / "out.json")
    assert network["name"] == "Tinyville"
    assert [node["name"] for node in network["nodes"] if node["status"] == "operational"] == ["NRO"]
    assert sorted(node["type"] for node in network["nodes"] if "type" in node) == [["box"], ["box"]]
    assert sum(span["fibreLength"] for span in network["spans"]) == pytest.approx(0.4)
    assert {phase["id"] for phase in network["phases"]} == {"existing", "plan"}
    (plan,) = [phase for phase in network["phases"] if phase["id"] == "plan"]
    summary = json.loads((tiny_plan / "summary.json").read_text("utf-8"))
    for word in (f"Cardio {summary['cardio_version']}", "Tinyville", summary["created"][:10], "optimal"):
        assert word in plan["description"]
    assert network["publicationDate"] == summary["created"][:10]
    coordinates = [xy for node in network["nodes"] for xy in node["location"]["coordinates"]]
    assert all(round(value, 7) == value for value in coordinates)


def test_the_same_plan_gives_the_same_file(tiny_plan: Path, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        export_plan(tiny_plan, str(tmp_path / name))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize("which", ["tiny_plan", "town"])
@pytest.mark.parametrize("form", ["json", "geojson"])
def test_what_was_written_is_read_back(which: str, form: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    plan = read_plan_folder(request.getfixturevalue(which))
    document = export_plan(plan.path, str(tmp_path / f"out.{form}"))
    files = document["files"] if form == "geojson" else document["files"] * 2
    nodes, spans = (
        read_export(Path(path), kind) for path, kind in zip(files, ("fibre_node", "fibre_cable"), strict=True)
    )
    made_nodes, made_spans = build_network(plan)
    for layer, made, name in ((nodes, made_nodes, "nodes"), (spans, made_spans, "spans")):
        # the tiny town has no cable: exists: names a value that no row has
        assert {finding.code for finding in layer.findings} <= {"value-not-found"}
        assert layer.frame["id"].tolist() == [thing.id for thing in made]
        assert layer.frame["status"].tolist() == ["in service" if thing.exists else "planned" for thing in made]
        assert len(made) == sum(count for key, count in document["written"].items() if key.endswith(name))
    xy = np.array([(node.x, node.y) for node in made_nodes])
    assert np.abs(shapely.get_coordinates(nodes.frame.geometry) - xy).max() < 0.02
    away_m = shapely.hausdorff_distance(spans.frame.geometry.to_numpy(), [span.line for span in made_spans])
    assert np.max(away_m) < 0.02
    # what the plan asks to build is all there, and what exists is not longer or shorter than surveyed
    lengths_m = spans.frame.length.groupby(spans.frame["status"]).sum()
    assert lengths_m["planned"] == pytest.approx(plan.routes.length.sum(), abs=0.05 * len(plan.routes))
    cables = plan.existing[plan.existing["kind"] == "fibre_cable"]
    assert lengths_m.get("in service", 0.0) == pytest.approx(cables.length.sum(), abs=0.05 * len(made_spans))


def test_without_exists_only_what_is_in_service_is_read(tiny_plan: Path, tmp_path: Path) -> None:
    export_plan(tiny_plan, str(tmp_path / "out.json"))
    layer = read_layer(LayerSpec("back", "fibre_node", tmp_path / "out.json"), crs=CRS)
    assert layer.frame["name"].tolist() == ["NRO"]
    assert dict(layer.set_aside) == {"not-existing": 4}


def test_every_part_of_the_sample_towns_plan_hangs_on_what_exists(town: Path) -> None:
    network = make_package(read_plan_folder(town))["networks"][0]
    graph = networkx.Graph([(span["start"], span["end"]) for span in network["spans"]])
    exists = {node["id"] for node in network["nodes"] if node["status"] == "operational"}
    exists |= {span["start"] for span in network["spans"] if span["status"] == "operational"}
    assert set(graph) == {node["id"] for node in network["nodes"]}
    assert all(part & exists for part in networkx.connected_components(graph))
    options = {kind for node in network["nodes"] for kind in node.get("type", [])}
    assert options == {"access_point", "splice_box"}, "parking meters have no fibre"


def test_years_become_phases(tmp_path: Path) -> None:
    study = STUDY.replace("plan: {", "plan: {phases: {2027: {budget: 9000}, 2028: {budget: 9000}}, ")
    run_study(write_tiny_town(tmp_path / "town", study=study), out=tmp_path / "plan")
    export_plan(tmp_path / "plan", str(tmp_path / "out.json"))
    network = network_of(tmp_path / "out.json")
    assert [phase["name"] for phase in network["phases"]] == ["Existing network", "Plan 2027", "Plan 2028"]
    plan = read_plan_folder(tmp_path / "plan")
    years = dict(zip(plan.routes["id"], plan.routes["year"], strict=True))
    assert {span["name"]: span["phase"]["id"] for span in network["spans"]} == {
        name: f"plan-{int(year)}" for name, year in years.items()
    }


# --- nodes and spans, by hand


def test_a_cable_is_cut_where_nodes_lie_on_it_and_ends_at_those_near_its_ends() -> None:
    plan = plan_of({"NRO": (-2, 0), "SRO": (60, 1), "away": (30, 6)}, {"C": [(0, 0), (100, 0)]})
    names, spans = drawn(plan)
    assert names == ["NRO", "SRO", "away", "."]
    assert spans == [("C", "NRO", "SRO", 60.0), ("C", "SRO", ".", 40.0)]


def test_what_stands_at_one_place_is_one_node() -> None:
    plan = plan_of({"NRO": (0, 0)}, sites={"box": (50, 0), "wifi": (50, 0)}, routes={"r": [(0, 0), (50, 0)]})
    nodes, spans = build_network(plan)
    assert [(node.names, node.exists, node.types) for node in nodes] == [
        (["NRO"], True, []),
        (["box", "wifi"], False, ["box"]),
    ]
    assert [(span.start, span.end) for span in spans] == [(0, 1)]


def test_a_route_begins_where_it_leaves_the_cable() -> None:
    plan = plan_of(cables={"C": [(0, 1), (100, 1)]}, sites={"box": (40, 50)}, routes={"r": [(40, 0), (40, 50)]})
    assert drawn(plan)[1] == [("C", ".", ".", 40.0), ("C", ".", ".", 60.0), ("r", ".", "box", 50.0)]


def test_a_part_of_the_plan_that_touches_no_cable_is_joined_once_where_it_is_nearest() -> None:
    plan = plan_of(
        cables={"C": [(0, 0), (100, 0)]}, sites={"box": (40, 20), "lone": (70, 90), "far": (50, 150)},
        routes={"r": [(40, 20), (30, 12)]},
    )  # fmt: skip
    _, spans = drawn(plan)
    assert spans[:3] == [("C", ".", ".", 30.0), ("C", ".", "lone", 40.0), ("C", "lone", ".", 30.0)]
    (note,) = check_package(make_package(plan))
    assert note == "1 nodes are reached by no span", "the one 150 m away"


def test_nodes_side_by_side_on_a_cable_keep_their_distance() -> None:
    plan = plan_of({"A": (50, 1), "B": (50, -1), "D": (50.01, 2)}, {"C": [(0, 0), (100, 0)]})
    lengths_m = [length for *_, length in drawn(plan)[1]]
    assert len(lengths_m) == 4 and sum(lengths_m) == pytest.approx(100.0)
    assert min(lengths_m) == pytest.approx(APART_M)


def test_a_cable_too_short_for_all_nodes_takes_those_that_fit() -> None:
    plan = plan_of({f"N{number}": (10.05, number - 1.5) for number in range(4)}, {"C": [(10, 0), (10.3, 0)]})
    spans = drawn(plan)[1]
    assert all(length > 0.0 for *_, length in spans)
    assert sum(length for *_, length in spans) == pytest.approx(0.3)
    assert validate_package(make_package(plan))[0] == []


def test_ids_depend_on_the_thing_and_not_on_its_neighbours() -> None:
    few, many = (
        plan_of({"NRO": (0, 0)} | more, {"C": [(0, 0), (100, 0)]}, {"box": (0, 300)})
        for more in ({}, {"SRO": (500, 0)})
    )
    ids = [{"+".join(node.names): node.id for node in build_network(plan)[0]} for plan in (few, many)]
    assert ids[0].items() <= ids[1].items()


def test_two_rows_of_one_cable_are_two_spans() -> None:
    plan = plan_of(cables={"C": [(0, 0), (100, 0)], "D": [(0, 50), (100, 50)]})
    twins = replace(plan, existing=plan.existing.assign(id="C"))
    _, spans = build_network(twins)
    assert len({span.id for span in spans}) == 2


def test_a_plan_without_fibre_is_refused() -> None:
    with pytest.raises(StudyError, match="nothing of a fibre network") as error:
        make_package(plan_of())
    assert "backhaul: fibre" in error.value.hint


def test_many_nodes_do_not_take_long() -> None:
    """The uniqueness test of JSON Schema compares every pair: 3,000 nodes took half a minute."""
    grid = {f"N{number}": (10.0 * number, 0.0) for number in range(1500)}
    package = make_package(plan_of(grid, {"C": [(0, 0), (14_990, 0)]}))
    assert len(package["networks"][0]["spans"]) == 1499
    assert check_package(package) == []
