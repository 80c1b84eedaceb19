"""The graph of delivered route segments is the one that their node codes say; works run only in reusable ducts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from gis_layers import Layer, LayerSpec, as_text, read_layer
from network_model import Laying, build_graph
from network_model.alongside import stretches_along
from network_model.works_graph import _follow
from tests.gis_layers.files import X, Y
from tests.gis_layers.gracethd_files import NODES, deliver, with_status
from tests.network_model.layers import layer
from tests.real_data import real_data

CRS = "EPSG:2154"


def read_planned(folder: Path, kind: str, **options: Any) -> Layer:
    spec = LayerSpec(name=kind, kind=kind, path=folder, exists_column="status", exists_values=("planned",), **options)
    return read_layer(spec, crs=CRS)


def degrees_by_code(segments: Layer, nodes: Layer) -> Counter[tuple[float, float]]:
    """Line ends at each place, counted from the codes alone; nodes at one place are one."""
    places = {
        code: (round(at.x, 3), round(at.y, 3)) for code, at in zip(nodes.frame["id"], nodes.frame.geometry, strict=True)
    }
    ends = [code for column in ("cm_ndcode1", "cm_ndcode2") for code in as_text(segments.frame[column].to_numpy())]
    return Counter(places[code] for code in ends if code in places)


def degrees_in_graph(segments: Layer, places: Counter[tuple[float, float]]) -> Counter[tuple[float, float]]:
    graph, _ = build_graph([segments], close_gaps_m=0.0)
    return Counter(
        {
            (round(x, 3), round(y, 3)): int(degree)
            for (x, y), degree in zip(graph.node_xy, graph.degree, strict=True)
            if (round(x, 3), round(y, 3)) in places
        }
    )


def passing(segments: Layer, places: Counter[tuple[float, float]]) -> set[tuple[float, float]]:
    """Places that some line meets elsewhere than at an end: there the graph joins what the codes do not."""
    met = set()
    for place in places:
        for line in segments.frame.geometry:
            ends = {(round(x, 3), round(y, 3)) for x, y in (line.coords[0], line.coords[-1])}
            if place not in ends and line.distance(Point(place)) < 1e-3:
                met.add(place)
    return met


def test_degrees_of_the_sample_are_those_of_its_codes() -> None:
    folder = real_data("gracethd_sample")
    segments = read_planned(folder, "route_segment")
    nodes = read_layer(
        LayerSpec(
            "n", "fibre_node", folder, exists_column="status", exists_values=("planned", "unknown", "in service")
        ),
        crs=CRS,
    )
    assert nodes.rows_kept == 27
    expected = degrees_by_code(segments, nodes)
    assert sum(expected.values()) == 2 * 25 - 2, "two ends name no node"
    assert passing(segments, expected) == set(), "no line runs over a node of others"
    assert degrees_in_graph(segments, expected) == expected


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.integers(0, 10**6))
def test_degrees_of_drawn_networks_are_those_of_their_codes(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(7) / 7
    xy = 100 * np.column_stack([np.cos(angle), np.sin(angle)])  # on a circle: no line passes over another node
    pairs = [(a, b) for a in range(7) for b in (a + 1, a + 2) if rng.random() < 0.6 and b < 7] or [(0, 1)]
    nodes = [{"nd_code": f"ND{i}", "nd_type": "PT", "xy": at} for i, at in enumerate(xy.tolist())]
    segments = [
        {
            "cm_code": f"CM{i}",
            "cm_ndcode1": f"ND{a}",
            "cm_ndcode2": f"ND{b}",
            "line": (xy[[a, b]] + rng.uniform(-5, 5, (2, 2))).tolist(),
        }
        for i, (a, b) in enumerate(pairs)
    ]
    folder = deliver(
        tmp_path_factory.mktemp("net") / "l", t_noeud=nodes, t_cheminement=with_status(segments, "cm", "AVP")
    )
    routes = read_planned(folder, "route_segment")
    points = read_layer(
        LayerSpec("n", "fibre_node", folder, exists_column="status", exists_values=("unknown", "in service")), crs=CRS
    )
    expected = degrees_by_code(routes, points)
    assert sum(expected.values()) == 2 * len(pairs)
    assert degrees_in_graph(routes, expected) == expected


def test_a_line_over_a_node_of_others_is_joined_there_and_told(tmp_path: Path) -> None:
    long = {"cm_code": "CM3", "cm_ndcode1": "ND1", "cm_ndcode2": "ND3", "line": [(0, 0), (100, 0), (200, 0)]}
    short = {"cm_code": "CM4", "cm_ndcode1": "ND2", "cm_ndcode2": "ND4", "line": [(100, 0), (100, 50)]}
    nodes = [*NODES, {"nd_code": "ND4", "nd_type": "PT", "xy": (100, 50)}]
    folder = deliver(tmp_path / "l", t_noeud=nodes, t_cheminement=with_status([long, short], "cm", "AVP"))
    segments = read_planned(folder, "route_segment")
    expected = Counter({(X, Y): 1, (X + 200, Y): 1, (X + 100, Y): 1, (X + 100, Y + 50): 1})
    assert passing(segments, expected) == {(X + 100, Y)}
    assert degrees_in_graph(segments, expected) - expected == Counter({(X + 100, Y): 2})
    assert [finding.feature for finding in segments.findings if finding.code == "line-over-node"] == ["0"]


STREET = layer("streets", "street", [LineString([(0, 0), (100, 0), (200, 0)])])
IN_DUCT = Laying("duct", along="ducts", within_m=3.0, price="cable_in_duct")


@pytest.mark.parametrize(
    ("reusable", "length_m"), [([True, True], 200), ([True, False], 100), ([False, True], 100), ([False, False], 0)]
)
def test_works_run_only_in_reusable_ducts(reusable: list[bool], length_m: float) -> None:
    graph, _ = build_graph([STREET])
    lines = [LineString([(0, 1), (100, 1)]), LineString([(100, 1), (200, 1)])]
    ducts = layer("ducts", "duct", lines, reusable=reusable)
    found = _follow(graph, {"ducts": ducts}, IN_DUCT)
    assert float((found.to_m - found.from_m).sum()) == pytest.approx(length_m, abs=6), (
        "a line is followed a bit past its ends"
    )


def test_ducts_that_say_nothing_are_all_used() -> None:
    graph, _ = build_graph([STREET])
    line = LineString([(0, 1), (100, 1)])
    found = _follow(graph, {"ducts": layer("ducts", "duct", [line])}, IN_DUCT)
    plain, _ = stretches_along(graph, np.array([line], dtype=object), 3.0)
    assert found.to_m.tolist() == plain.to_m.tolist()
