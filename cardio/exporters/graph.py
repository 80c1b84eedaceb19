"""graph.gpkg, graph.graphml and graph.html: the spatial graph for other tools, and drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd

from cardio.exporters.page import TEMPLATES, Table
from cardio.exporters.picture import STROKE, Mark, Picture, line_marks, make_picture, sign_marks
from cardio.exporters.styles import BLACK, GREY, INK, VERMILLION, YELLOW
from cardio.exporters.svg_path import fit_sheet
from cardio.exporters.texts import Words
from gis_layers import write_layers
from network_model import SpatialGraph, to_frames

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SHOWN = 20
MAIN = {"color": INK, "weight": 1.2}
APART = {"color": VERMILLION, "weight": 2.6}
DEAD_END = {"shape": "circle", "radius": 2.4, "fillColor": YELLOW, "color": BLACK, "weight": 0.6}
JUNCTION = {"shape": "circle", "radius": 1.6, "fillColor": GREY, "color": INK, "weight": 0.5}


def write_graph_layers(graph: SpatialGraph, crs: str, path: Path) -> None:
    """Write graph.gpkg with the layers ``nodes`` and ``edges``."""
    nodes, edges = to_frames(graph, crs)
    write_layers(path, {"nodes": nodes, "edges": edges})


def render_graph(document: Mapping[str, Any], graph: SpatialGraph, words: Words) -> str:
    """Return the graph as a picture with its figures: one page that needs neither network nor script."""
    return TEMPLATES.get_template("graph.html").render(
        document=document,
        headline=document,
        words=words,
        policy=POLICY,
        picture=draw_graph(*to_frames(graph, document["crs"]), words),
        picture_title=words["graph.title"],
        facts=_facts(document["graph"], words),
        by=words["graph.length_by"].format(column=document["length_by"]["column"]),
        lengths=_lengths(document["length_by"], words),
        parts=_parts(document["components"], words),
        shown=words["graph.shown"].format(
            shown=words.number(min(SHOWN, len(document["components"]))), total=words.number(len(document["components"]))
        ),
    )


def draw_graph(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, words: Words) -> Picture:
    """Draw edges, those cut off from the largest part in colour, crossings and dead ends."""
    sheet = fit_sheet([edges])
    apart = edges["component"] > 0

    def length(part: gpd.GeoDataFrame) -> str:
        return words.length(float(part["length_m"].sum()))

    main = line_marks(edges.geometry[~apart], sheet, MAIN, words["graph.main"], length(edges[~apart]), STROKE)
    rest = line_marks(edges.geometry[apart], sheet, APART, words["graph.apart"], length(edges[apart]), STROKE)
    crossing, dead_end = nodes[nodes["degree"] > 2], nodes[nodes["degree"] == 1]
    signs = [
        *sign_marks(crossing.geometry, sheet, JUNCTION, words["graph.crossings"], words.number(len(crossing))),
        *sign_marks(dead_end.geometry, sheet, DEAD_END, words["graph.dead_ends"], words.number(len(dead_end))),
    ]
    marks: Sequence[Mark] = [*main, *rest, *signs]
    return make_picture(sheet, marks, marks, words)


def _facts(graph: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    shortest = graph["shortest_edge"]
    return [
        (words["graph.junctions"], words.number(graph["junctions"])),
        (words["graph.dead_ends"], words.number(graph["dead_ends"])),
        (words["graph.edges"], f"{words.number(graph['edges'])} – {words.length(graph['length_m'])}"),
        (words["graph.loops"], words.number(graph["loops"])),
        (words["graph.parallel"], words.number(graph["parallel_edges"])),
        (words["graph.shortest"], f"{words.number(shortest['length_m'], 4)} m ({shortest['edge']})"),
    ]


def _lengths(length_by: Mapping[str, Any], words: Words) -> Table:
    rows = [
        [words["graph.unset"] if row["value"] is None else row["value"], words.number(row["edges"]),
         words.length(row["length_m"])]
        for row in length_by["rows"][:SHOWN]
    ]  # fmt: skip
    return Table([words["value"], words["graph.edges"], words["length"]], rows, frozenset({1, 2}))


def _parts(components: Sequence[Mapping[str, Any]], words: Words) -> Table:
    services = list(components[0]["demand"])
    rows = [
        [
            words.number(row["component"]),
            words.number(row["nodes"]),
            words.length(row["length_m"]),
            *(words.number(row["demand"][service], 1) for service in services),
        ]
        for row in components[:SHOWN]
    ]
    demand = [words["graph.demand_on"].format(service=words.name("services", service)) for service in services]
    headers = [words["graph.part"], words["graph.nodes"], words["length"], *demand]
    return Table(headers, rows, frozenset(range(1, len(headers))))
