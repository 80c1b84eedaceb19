"""The graph benchmark: lines of its output, ratios, failures said; no timing is asserted and no peer is needed."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.benchmarks import graph, graph_inputs, graph_peers
from tests.benchmarks.graph_answer import Answer
from tests.benchmarks.graph_cases import CASES, OURS
from tests.benchmarks.graph_inputs import SAMPLE, WHOLE, Inputs

SIDE = 12
ORIGIN = np.array([650_000.0, 6_860_000.0])


def write_grid(path: Path, crs: str = "EPSG:2154") -> Path:
    """A square grid of streets of 100 m, one line a street: crossings are in no line."""
    far = np.arange(SIDE) * 100.0
    ends = [((0.0, y), (far[-1], y)) for y in far] + [((x, 0.0), (x, far[-1])) for x in far]
    shapes = shapely.transform(shapely.linestrings(ends), lambda xy: xy + ORIGIN)
    columns = {"id": [f"r{row}" for row in range(2 * SIDE)], "class": ["main", "side"] * SIDE}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path)
    return path


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    return write_grid(tmp_path / "grid.gpkg")


@pytest.fixture
def inputs(tmp_path: Path, grid: Path) -> Inputs:
    folder = tmp_path / "inputs"
    folder.mkdir()
    made = Inputs(folder)
    made.write(graph_inputs.read_lines([grid]), 10)
    return made


def run_line(cpu_s: float, peak_mb: float = 100.0) -> graph.Run:
    return {"cpu_s": cpu_s, "peak_mb": peak_mb, "added_mb": 1.0}


def test_a_line_is_printed_for_each_case(grid: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [str(grid), "--case", "build-whole,build-double", "--vs", "shapely.node", "--repeat", "1"]
    assert graph.main(asked) == 0
    whole, twice = (json.loads(text) for text in capsys.readouterr().out.splitlines())
    assert (whole["case"], whole["files"], whole["segments"]) == ("build-whole", ["grid.gpkg"], 2 * SIDE)
    ours, peer = whole["runs"][OURS], whole["runs"]["shapely.node"]
    assert list(whole["runs"]) == [OURS, "shapely.node"]
    # the four corners are shape points of no single row: every crossing is a node
    assert (ours["nodes"], ours["edges"], ours["components"]) == (SIDE**2, 2 * SIDE * (SIDE - 1), 1)
    assert peer["pieces"] == ours["edges"]
    assert {"cpu_s", "peak_mb", "added_mb", "tries"} <= set(ours) and ours["peak_mb"] > 0 and ours["cpu_s"] > 0
    assert peer["cpu_ratio"] == pytest.approx(peer["cpu_s"] / ours["cpu_s"], rel=0.02, abs=0.01)
    assert peer["goal_met"] == (peer["cpu_ratio"] >= 1 / 1.5)
    again = twice["runs"][OURS]
    assert (again["nodes"], again["components"], again["goal"]) == (2 * SIDE**2, 2, graph.GROWTH)
    assert again["goal_met"] == (again["growth"] <= graph.GROWTH)


def test_ratios_are_theirs_by_ours() -> None:
    runs = {OURS: run_line(0.5), "snkit": run_line(200.0, 250.0), "osmnx.simplify_graph": run_line(1.0)}
    graph.compare(runs, CASES["build-sample"])
    assert (runs["snkit"]["cpu_ratio"], runs["snkit"]["peak_ratio"]) == (400.0, 2.5)
    assert (runs["snkit"]["goal"], runs["snkit"]["goal_met"]) == (200.0, True)
    assert (runs["osmnx.simplify_graph"]["cpu_ratio"], runs["osmnx.simplify_graph"]["goal_met"]) == (2.0, False)
    assert "cpu_ratio" not in runs[OURS]


def test_memory_has_its_goal() -> None:
    for peak_mb, met in ((999.0, True), (1_001.0, False)):
        runs = {OURS: run_line(1.0, peak_mb)}
        graph.compare(runs, CASES["cover-whole"])
        assert runs[OURS]["goal_met"] is met


def test_growth_is_the_double_by_the_single() -> None:
    def line(case: str, cpu_s: float) -> graph.Run:
        return {"case": case, "runs": {OURS: run_line(cpu_s)}}

    for cpu_s, met in ((4.6, True), (4.8, False)):
        twice = line("build-double", cpu_s)
        graph.add_growth(twice, {"build-whole": line("build-whole", 2.0)})
        ours = twice["runs"][OURS]  # type: ignore[index]
        assert (ours["growth"], ours["goal_met"]) == (cpu_s / 2.0, met)
    alone = line("build-double", 1.0)
    graph.add_growth(alone, {})
    assert "growth" not in alone["runs"][OURS]  # type: ignore[index]


def test_the_median_is_taken_and_one_failure_is_told() -> None:
    tries = [run_line(3.0, 10.0), run_line(1.0, 30.0), run_line(2.0, 20.0)]
    assert graph.summarise(tries)["cpu_s"] == 2.0 and graph.summarise(tries)["peak_mb"] == 20
    assert graph.summarise([*tries, {"failure": "no answer in 3 s"}]) == {"failure": "no answer in 3 s"}


def test_an_absent_peer_is_told(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "installed", lambda name: name != "snkit")
    line = graph.measure("snap-split-1k", ["snkit"], inputs.folder, 1, 60.0)
    peer = line["runs"]["snkit"]  # type: ignore[index]
    assert peer["failure"].startswith("not installed") and peer["cpu_ratio"] is None and peer["goal_met"] is None
    assert graph_peers.installed("shapely.node") and graph_peers.installed("networkx, split graph")
    assert not graph_peers.installed("absent_module.call")


def test_a_failing_run_is_told(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    assert graph.run_alone("build-whole", OURS, inputs.folder, 0.01)[0] == {"failure": "no answer in 0.1 s"}
    # limits of CPU are whole seconds, and starting takes longer than one
    monkeypatch.setattr(graph, "WAIT", 1_000.0)
    failure = {"failure": "no answer in 0.1 s of CPU"}
    assert graph.run_alone("build-whole", OURS, inputs.folder, 0.1)[0] == failure
    (inputs.folder / f"{WHOLE}.layer").unlink()
    run, pairs = graph.run_alone("build-whole", OURS, inputs.folder, 60.0)
    assert "FileNotFoundError" in str(run["failure"]) and pairs is None


def test_cover_is_that_of_a_split_graph(inputs: Inputs) -> None:
    case = CASES["cover-sample"]
    ours, exact = case.ours(inputs)(), case.peers["networkx, split graph"](inputs)()
    assert ours.pairs is not None and exact.pairs is not None and len(ours.pairs) > 0
    same = {"pairs_only_ours": 0, "pairs_only_theirs": 0, "demand_misclassified": 0.0}
    assert graph.differences(ours.pairs, exact.pairs, int(ours.figures["demand"])) == same


def test_the_line_says_whether_ours_is_exact(inputs: Inputs) -> None:
    line = graph.measure("cover-sample", ["networkx"], inputs.folder, 1, 120.0)
    ours, exact = line["runs"].values()  # type: ignore[attr-defined]
    assert ours["same_as_exact"] is True and ours["pairs"] == exact["pairs"] > 0


def test_differences_count_pairs_and_demand() -> None:
    ours, theirs = np.array([[0, 0], [1, 0], [2, 1]]), np.array([[0, 0], [0, 1], [3, 1]])
    assert graph.differences(ours, theirs, 10) == {
        "pairs_only_ours": 2,
        "pairs_only_theirs": 2,
        "demand_misclassified": 0.3,
    }


def test_snap_and_split_cuts_at_every_point_within_an_edge(inputs: Inputs) -> None:
    answer: Answer = CASES["snap-split-1k"].ours(inputs)()
    before, points = answer.figures["edges_before"], answer.figures["points"]
    # points beyond the last crossing snap to the end of their street, which is a node already
    assert before + 0.9 * points < answer.figures["edges_after"] <= before + points


def test_files_lie_apart_and_filters_hold(tmp_path: Path, grid: Path) -> None:
    other = write_grid(tmp_path / "other.gpkg")
    where = graph.parse_where(["class=main"])
    layer = graph_inputs.read_lines([grid, other], where=where)
    assert len(layer.frame) == 2 * SIDE and set(layer.frame["class"]) == {"main"}
    boxes = [shapely.box(*part.total_bounds) for _, part in layer.frame.groupby("part")]
    assert shapely.distance(*boxes) == pytest.approx(graph_inputs.APART_M)
    assert layer.frame["id"].is_unique and layer.frame["source_row"].is_unique
    assert graph.parse_where(["class!=main,side"])["class"].exclude


def test_degrees_are_measured_in_metres(tmp_path: Path) -> None:
    line = shapely.linestrings([[2.0, 48.0], [2.01, 48.0]])
    gpd.GeoDataFrame({"id": ["a"]}, geometry=[line], crs="EPSG:4326").to_file(tmp_path / "degrees.gpkg")
    read = graph_inputs.read_lines([tmp_path / "degrees.gpkg"])
    assert read.frame.length.sum() == pytest.approx(745.9, rel=0.01)


def test_the_sample_is_the_middle(grid: Path) -> None:
    whole = graph_inputs.read_lines([grid])
    sample = graph_inputs.cut_to(whole, 4)
    assert len(sample.frame) == 4 == graph_inputs.count_segments(sample.frame.geometry.values)
    assert set(sample.frame["id"]) <= set(whole.frame["id"])
    assert len(graph_inputs.cut_to(whole, 10**6).frame) == len(whole.frame)


def test_points_are_the_same_each_time_and_on_the_routes(inputs: Inputs) -> None:
    routes = inputs.graph(SAMPLE)
    first, again = (graph_inputs.points_on(routes, 50, 7) for _ in range(2))
    assert np.array_equal(first, again)
    assert shapely.distance(shapely.union_all(routes.geometry), shapely.points(first)).max() < 1e-6


@pytest.mark.parametrize("wrong", [["--case", "absent"], ["--vs", "absent"], ["--where", "class"]])
def test_wrong_options_are_told(grid: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert graph.main([str(grid), *wrong]) == 2
    assert wrong[1] in capsys.readouterr().err


def test_a_layer_without_lines_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(650_000, 6_860_000)], crs="EPSG:2154")
    points.to_file(tmp_path / "points.gpkg")
    assert graph.main([str(tmp_path / "points.gpkg"), "--kind", "street_light"]) == 3
    assert "no line" in capsys.readouterr().err
