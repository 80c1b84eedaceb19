"""The cases of the graph benchmark: what is timed for us, beside whom, and what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array

from network_model import Attachment, Reach, SpatialGraph, attach, build_graph, cut_edges, reach_matrix
from tests.benchmarks import graph_peers as peers
from tests.benchmarks.graph_answer import Answer, Prepare
from tests.benchmarks.graph_inputs import (
    NEAR_M,
    REACH_M,
    SAMPLE,
    SNAP_POINTS,
    SPLIT_POINTS,
    WHOLE,
    Floats,
    Inputs,
    circle_points,
    cover_points,
    cut_to,
    demand_at,
    double,
    places_at,
    points_beside,
    unattached,
)

OURS = "cardio"


@dataclass(frozen=True)
class Case:
    """One line of the benchmark.

    Attributes
    ----------
    shown : str
        What is done, in words.
    ours, peers
        Each prepares its input, untimed, and returns the call that is timed.
    goals : mapping of str to float
        Least CPU seconds of a peer per CPU second of ours.
    goal_mb : float or None
        Most memory of our process.
    doubles : str or None
        The case of which this one is the double; its CPU time may be at most `GROWTH` times as long.
    exact : str or None
        The peer whose pairs are exact too: ours must be the same.
    """

    shown: str
    ours: Prepare
    peers: Mapping[str, Prepare] = field(default_factory=dict)
    goals: Mapping[str, float] = field(default_factory=dict)
    goal_mb: float | None = None
    doubles: str | None = None
    exact: str | None = None


def _build(size: str, *, twice: bool = False) -> Prepare:
    def prepare(inputs: Inputs) -> Callable[[], Answer]:
        layer = double(inputs.layer(size)) if twice else inputs.layer(size)
        build_graph([cut_to(layer, 100)])  # the compiled kernels are loaded

        def run() -> Answer:
            graph, found = build_graph([layer])
            parts = int(graph.component.max()) + 1
            return Answer(
                {"edges": len(graph.u), "nodes": len(graph.node_xy), "components": parts, "findings": len(found)}
            )

        return run

    return prepare


def _warm(graph: SpatialGraph, xy: Floats) -> None:
    """Load what is compiled, on a copy: what the graph itself keeps is built when timed."""
    graph = replace(graph)
    at = attach(graph, xy[:1], within_m=NEAR_M)
    cut_edges(graph, at.edge, at.offset_m)


def _snap_and_split(inputs: Inputs) -> Callable[[], Answer]:
    graph = inputs.graph(SAMPLE)
    xy = points_beside(graph, SPLIT_POINTS, 0)
    _warm(graph, xy)

    def run() -> Answer:
        at = attach(graph, xy, within_m=NEAR_M)
        cut = cut_edges(graph, at.edge, at.offset_m)
        return Answer({"points": len(xy), "edges_before": len(graph.u), "edges_after": len(cut.u)})

    return run


def _snap(*, twice: bool = False) -> Prepare:
    def prepare(inputs: Inputs) -> Callable[[], Answer]:
        graph = build_graph([double(inputs.layer(WHOLE))])[0] if twice else inputs.graph(WHOLE)
        xy = points_beside(graph, SNAP_POINTS * (1 + twice), 0)
        _warm(graph, xy)

        def run() -> Answer:
            at = attach(graph, xy, within_m=NEAR_M)
            return Answer(
                {"points": len(xy), "edges": len(graph.u), "mean_access_m": round(float(at.access_m.mean()), 6)}
            )

        return run

    return prepare


def reach(graph: SpatialGraph, assets: Floats, demand: Floats) -> csr_array:
    """Exact cover along the network, attaching included."""
    at: list[Attachment] = [attach(graph, xy, within_m=NEAR_M) for xy in (demand, assets)]
    rule = Reach("along_network", REACH_M)
    return reach_matrix(graph, rule, places_at(assets, at[1]), demand_at(demand, at[0]), {})


def _cover(size: str, *, twice: bool = False) -> Prepare:
    def prepare(inputs: Inputs) -> Callable[[], Answer]:
        graph = build_graph([double(inputs.layer(size))])[0] if twice else inputs.graph(size)
        asset_xy, demand_xy = cover_points(graph, size)
        reach(replace(graph), asset_xy[:1], demand_xy[:1])  # the compiled kernels are loaded

        def run() -> Answer:
            matrix = reach(graph, asset_xy, demand_xy).tocoo()
            figures = {"edges": len(graph.u), "assets": len(asset_xy), "demand": len(demand_xy), "pairs": matrix.nnz}
            return Answer(figures, np.stack(matrix.coords, axis=1))

        return run

    return prepare


def _circles(inputs: Inputs) -> Callable[[], Answer]:
    points, centres = circle_points()
    places, demand = places_at(centres, unattached(len(centres))), demand_at(points, unattached(len(points)))
    graph = inputs.graph(SAMPLE)

    def run() -> Answer:
        matrix = reach_matrix(graph, Reach("straight_line", REACH_M), places, demand, {})
        return Answer({"points": len(points), "circles": len(centres), "pairs": matrix.nnz})

    return run


CASES: dict[str, Case] = {
    "build-sample": Case(
        "raw lines to a graph, the middle of the file",
        _build(SAMPLE),
        {
            "shapely.node": peers.shapely_node(SAMPLE),
            "osmnx.simplify_graph": peers.osmnx_simplify,
            "momepy.close_gaps": peers.momepy_close_gaps,
            "snkit": peers.snkit_build,
            "neatnet.induce_nodes": peers.neatnet_induce_nodes,
        },
        {"snkit": 200.0, "neatnet.induce_nodes": 200.0, "osmnx.simplify_graph": 20.0},
    ),
    "build-whole": Case(
        "raw lines to a graph, all of the file",
        _build(WHOLE),
        {"shapely.node": peers.shapely_node(WHOLE), "shapely.union_all": peers.shapely_union_all(WHOLE)},
        {"shapely.node": 1 / 1.5},
    ),
    "build-double": Case("the file and a copy of it beside", _build(WHOLE, twice=True), doubles="build-whole"),
    "snap-split-1k": Case(
        "1,000 points snapped and the edges split there",
        _snap_and_split,
        {"snkit": peers.snkit_snap_and_split},
        {"snkit": 500.0},
    ),
    "snap-100k": Case(
        "nearest edge of 100,000 points, index built on the way; ours also the offset along it",
        _snap(),
        {"osmnx.nearest_edges": peers.osmnx_nearest_edges},
        {"osmnx.nearest_edges": 2.0},
    ),
    "snap-double": Case("twice the edges and points", _snap(twice=True), doubles="snap-100k"),
    "cover-sample": Case(
        f"demand within {REACH_M:g} m of assets along the network, set-up included, the middle of the file",
        _cover(SAMPLE),
        {"networkx, split graph": peers.networkx_cover, "pandana": peers.pandana_cover},
        {"pandana": 25.0, "networkx, split graph": 4.0},
        exact="networkx, split graph",
    ),
    "cover-whole": Case(
        f"demand within {REACH_M:g} m of assets along the network, set-up included, all of the file",
        _cover(WHOLE),
        goal_mb=1_000.0,
    ),
    "cover-double": Case("twice the edges, points and assets", _cover(WHOLE, twice=True), doubles="cover-whole"),
    "circles-1m": Case(
        "1,000,000 made points in 5,000 circles of 500 m",
        _circles,
        {"geopandas dwithin": peers.geopandas_dwithin, "geopandas buffer, sjoin": peers.geopandas_buffer},
        {"geopandas dwithin": 1.0},
    ),
}
