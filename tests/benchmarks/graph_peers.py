"""The graph benchmark's peers, each as its own documentation uses it; imported only where it runs."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely

from network_model import attach, cut_edges
from tests.benchmarks.graph_answer import Answer, Prepare
from tests.benchmarks.graph_inputs import (
    NEAR_M,
    REACH_M,
    SAMPLE,
    SNAP_POINTS,
    SPLIT_POINTS,
    WHOLE,
    Inputs,
    circle_points,
    cover_points,
    points_beside,
)

CLOSE_GAPS_M = 0.5


def installed(peer: str) -> bool:
    """Whether the module that a peer's name begins with can be imported."""
    return importlib.util.find_spec(peer.replace(",", " ").replace(".", " ").split()[0]) is not None


def _edges(lines: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(lines), crs="EPSG:32631")  # type: ignore[call-overload]


def shapely_node(size: str) -> Prepare:
    """Bare noding of all lines: pieces only, neither a graph nor the row a piece comes from."""

    def prepare(inputs: Inputs) -> Callable[[], Answer]:
        lines = inputs.layer(size).frame.geometry.values

        def run() -> Answer:
            return Answer({"pieces": len(shapely.get_parts(shapely.node(shapely.multilinestrings(list(lines)))))})

        return run

    return prepare


def shapely_union_all(size: str) -> Prepare:
    """Unary union of all lines: noded pieces only."""

    def prepare(inputs: Inputs) -> Callable[[], Answer]:
        lines = np.asarray(inputs.layer(size).frame.geometry.values)

        def run() -> Answer:
            return Answer({"pieces": len(shapely.get_parts(shapely.union_all(lines)))})

        return run

    return prepare


def osmnx_simplify(inputs: Inputs) -> Callable[[], Answer]:
    """Chains of segments to edges; the graph of segments, both ways, is there before."""
    import osmnx  # noqa: PLC0415 (an optional peer)

    lines = inputs.layer(SAMPLE).frame.geometry.values
    xy, line = shapely.get_coordinates(np.asarray(lines), return_index=True)
    code, places = pd.factorize(pd.MultiIndex.from_arrays(xy.T))
    inside = line[1:] == line[:-1]
    ends = np.stack([code[:-1][inside], code[1:][inside]], axis=1)
    length_m = np.hypot(*(xy[1:] - xy[:-1])[inside].T)
    graph = nx.MultiDiGraph(crs="EPSG:32631")
    graph.add_nodes_from((node, {"x": x, "y": y}) for node, (x, y) in enumerate(places))
    for u, v in (ends.T, ends.T[::-1]):
        rows = zip(u.tolist(), v.tolist(), length_m.tolist(), strict=True)
        graph.add_edges_from((a, b, {"length": far, "osmid": 0}) for a, b, far in rows)

    def run() -> Answer:
        simple = osmnx.simplify_graph(graph)
        return Answer({"edges": simple.number_of_edges(), "nodes": simple.number_of_nodes()})

    return run


def momepy_close_gaps(inputs: Inputs) -> Callable[[], Answer]:
    """Ends moved together; no graph yet."""
    import momepy  # noqa: PLC0415 (an optional peer)

    edges = _edges(inputs.layer(SAMPLE).frame.geometry.values)
    return lambda: Answer({"lines": len(momepy.close_gaps(edges, CLOSE_GAPS_M))})


def neatnet_induce_nodes(inputs: Inputs) -> Callable[[], Answer]:
    """Lines split where others end on them; no graph yet."""
    import neatnet  # noqa: PLC0415 (an optional peer)

    edges = _edges(inputs.layer(SAMPLE).frame.geometry.values)
    return lambda: Answer({"lines": len(neatnet.induce_nodes(edges))})


def snkit_build(inputs: Inputs) -> Callable[[], Answer]:
    """Ends to nodes, edges split at them, topology; crossings without a node are not looked for."""
    import snkit.network as snkit  # noqa: PLC0415 (an optional peer)

    network = snkit.Network(edges=_edges(inputs.layer(SAMPLE).frame.geometry.values))

    def run() -> Answer:
        split = snkit.split_edges_at_nodes(snkit.add_endpoints(network))
        done = snkit.add_topology(snkit.add_ids(split))
        return Answer({"edges": len(done.edges), "nodes": len(done.nodes)})

    return run


def snkit_snap_and_split(inputs: Inputs) -> Callable[[], Answer]:
    """Points moved to the nearest edge, edges split there (1e-6 m: a snapped point is not exactly on the line)."""
    import snkit.network as snkit  # noqa: PLC0415 (an optional peer)

    graph = inputs.graph(SAMPLE)
    points = _edges(shapely.points(points_beside(graph, SPLIT_POINTS, 0)))
    network = snkit.Network(nodes=points, edges=_edges(graph.geometry))

    def run() -> Answer:
        split = snkit.split_edges_at_nodes(snkit.snap_nodes(network), tolerance=1e-6)
        return Answer({"edges_after": len(split.edges)})

    return run


def osmnx_nearest_edges(inputs: Inputs) -> Callable[[], Answer]:
    """Nearest edge and distance of each point; no offset."""
    import osmnx  # noqa: PLC0415 (an optional peer)

    ours = inputs.graph(WHOLE)
    xy = points_beside(ours, SNAP_POINTS, 0)
    graph = nx.MultiDiGraph(crs="EPSG:32631")
    graph.add_nodes_from((node, {"x": x, "y": y}) for node, (x, y) in enumerate(ours.node_xy.tolist()))
    ends = zip(ours.u.tolist(), ours.v.tolist(), ours.geometry, ours.length_m.tolist(), strict=True)
    graph.add_edges_from((u, v, {"geometry": line, "length": far, "osmid": 0}) for u, v, line, far in ends)

    def run() -> Answer:
        _, far = osmnx.distance.nearest_edges(graph, xy[:, 0], xy[:, 1], return_dist=True)
        return Answer({"mean_access_m": round(float(np.mean(far)), 6)})

    return run


def networkx_cover(inputs: Inputs) -> Callable[[], Answer]:
    """Every point made a node of a split graph (snapping and splitting are ours), then bounded Dijkstra searches."""
    graph = inputs.graph(SAMPLE)
    assets, demand = cover_points(graph, SAMPLE)

    def run() -> Answer:
        xy = np.concatenate([assets, demand])
        at = attach(graph, xy, within_m=NEAR_M)
        cut = cut_edges(graph, at.edge, at.offset_m)
        split = nx.Graph()
        longest_first = np.argsort(-cut.length_m, kind="stable")  # of parallel edges the shortest stays
        split.add_weighted_edges_from(
            zip(*(values[longest_first].tolist() for values in (cut.u, cut.v, cut.length_m)), strict=True)
        )
        legs = zip(cut.node_of_cut.tolist(), (-1 - np.arange(len(xy))).tolist(), at.access_m.tolist(), strict=True)
        split.add_weighted_edges_from(legs)
        found = []
        for asset in range(len(assets)):
            near = nx.single_source_dijkstra_path_length(split, -1 - asset, cutoff=REACH_M + 1e-6)
            found += [(-1 - node - len(assets), asset) for node in near if node < -len(assets)]
        return Answer({"pairs": len(found)}, np.array(found, dtype=np.int64).reshape(-1, 2))

    return run


def pandana_cover(inputs: Inputs) -> Callable[[], Answer]:
    """Assets and demand moved to their nearest nodes, then the nodes in range."""
    import pandana  # noqa: PLC0415 (an optional peer)

    graph = inputs.graph(SAMPLE)
    assets, demand = (pd.DataFrame(xy, columns=["x", "y"]) for xy in cover_points(graph, SAMPLE))

    def run() -> Answer:
        network = pandana.Network(
            pd.Series(graph.node_xy[:, 0]),
            pd.Series(graph.node_xy[:, 1]),
            pd.Series(graph.u),
            pd.Series(graph.v),
            pd.DataFrame({"length_m": graph.length_m}),
        )
        at = pd.DataFrame({"source": network.get_node_ids(assets.x, assets.y).to_numpy(), "asset": assets.index})
        to = pd.DataFrame({"destination": network.get_node_ids(demand.x, demand.y).to_numpy(), "demand": demand.index})
        near = network.nodes_in_range(at["source"].unique(), REACH_M)
        pairs = near.merge(at, on="source").merge(to, on="destination")[["demand", "asset"]].to_numpy(np.int64)
        return Answer({"pairs": len(pairs)}, pairs)

    return run


def _frames() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    points, centres = circle_points()
    return _edges(shapely.points(points)), _edges(shapely.points(centres))


def geopandas_dwithin(inputs: Inputs) -> Callable[[], Answer]:
    """Spatial join by distance."""
    points, centres = _frames()
    return lambda: Answer({"pairs": len(gpd.sjoin(points, centres, predicate="dwithin", distance=REACH_M))})


def geopandas_buffer(inputs: Inputs) -> Callable[[], Answer]:
    """Spatial join with circles as polygons of 16 segments a quarter: pairs near the rim are lost."""
    points, centres = _frames()

    def run() -> Answer:
        circles = centres.set_geometry(centres.buffer(REACH_M))
        return Answer({"pairs": len(gpd.sjoin(points, circles, predicate="within"))})

    return run
