"""The graph for networkx, for GraphML readers such as Gephi and yEd, and as frames of nodes and edges."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
import shapely

from network_model.graph import SpatialGraph

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_networkx(graph: SpatialGraph) -> nx.MultiGraph:
    """Return the graph as a networkx MultiGraph; a simple Graph would silently lose parallel edges.

    Returns
    -------
    networkx.MultiGraph
        Nodes ``0..N-1`` with ``x``, ``y`` (m) and ``component``; edges keyed by edge index with ``length_m`` and the
        attributes of the source line that are not missing (one called ``length_m`` is ``src_length_m`` here).
    """
    result = nx.MultiGraph()
    places = zip(graph.node_xy.tolist(), graph.component.tolist(), strict=True)
    result.add_nodes_from((node, {"x": x, "y": y, "component": part}) for node, ((x, y), part) in enumerate(places))
    records = graph.attributes.rename(columns={"length_m": "src_length_m"}).to_dict("records")
    ends = zip(graph.u.tolist(), graph.v.tolist(), graph.length_m.tolist(), records, strict=True)
    result.add_edges_from(
        (u, v, edge, {"length_m": length_m, **_without_missing(record)})
        for edge, (u, v, length_m, record) in enumerate(ends)
    )
    return result


def to_frames(graph: SpatialGraph, crs: object) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return nodes and edges as frames for a GIS.

    Parameters
    ----------
    graph : SpatialGraph
    crs : object
        CRS of the graph, as geopandas takes it.

    Returns
    -------
    nodes : GeoDataFrame, N rows
        ``node``, ``degree`` (1 at a dead end), ``component``.
    edges : GeoDataFrame, E rows
        ``edge``, ``u``, ``v``, ``length_m``, ``component`` and the attributes of the source line, ``src_`` before those
        whose name, without regard to case, is taken or is one that a GeoPackage keeps for itself.
    """
    nodes = gpd.GeoDataFrame(
        {"node": range(len(graph.node_xy)), "degree": graph.degree, "component": graph.component},
        geometry=shapely.points(graph.node_xy),
        crs=crs,
    )
    own = {
        "edge": range(len(graph.u)),
        "u": graph.u,
        "v": graph.v,
        "length_m": graph.length_m,
        "component": graph.component[graph.u],
    }
    taken = {*own, "fid", "geom", "geometry"}
    names = {}
    for name in graph.attributes.columns:
        free = str(name)
        while free.lower() in taken:
            free = f"src_{free}"
        taken.add(free.lower())
        names[name] = free
    table = pd.concat([pd.DataFrame(own), graph.attributes.rename(columns=names)], axis="columns")
    return nodes, gpd.GeoDataFrame(table, geometry=graph.geometry, crs=crs)


def write_graphml(graph: SpatialGraph, path: Path) -> None:
    """Write the graph as GraphML: numbers and truth values as such, everything else as text.

    Characters that XML cannot hold become U+FFFD.
    """
    result = to_networkx(graph)
    for _, _, data in result.edges(data=True):
        for name, value in list(data.items()):
            del data[name]
            data[_xml_text(name)] = value if isinstance(value, bool | int | float) else _xml_text(value)
    nx.write_graphml(result, path)


def _without_missing(record: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in record.items() if not (pd.api.types.is_scalar(value) and pd.isna(value))}


def _xml_text(value: object) -> str:
    return _NOT_XML.sub("\ufffd", str(value))
