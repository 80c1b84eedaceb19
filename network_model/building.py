"""From route layers to the spatial graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from gis_layers import Condition, Finding, Layer, Progress, StudyError, SurveyError, silent
from network_model.attachable import pick_attachable
from network_model.chains import Chains, chain_pieces
from network_model.components import label_components
from network_model.graph import Bools, SpatialGraph
from network_model.lines import Crossings, collect_lines
from network_model.noding import node_lines
from network_model.noding_findings import noding_findings
from network_model.pieces import Pieces
from network_model.ragged import build_lines

GROUND_ONLY = Crossings()
ANYWHERE: Mapping[str, Condition] = MappingProxyType({})


def build_graph(
    layers: Sequence[Layer],
    *,
    close_gaps_m: float = 0.5,
    crossings: Crossings = GROUND_ONLY,
    attach_where: Mapping[str, Condition] = ANYWHERE,
    progress: Progress = silent,
) -> tuple[SpatialGraph, tuple[Finding, ...]]:
    """Build the graph of the route lines of all layers together.

    Lines join where they share a vertex, where a line or an edge ends on another one, and where they cross, there only
    if `crossings` sees no bridge, tunnel or other level between them. A loose end that stops at most `close_gaps_m`
    short of a vertex, or else of a line, is extended onto it by a straight piece; the line itself keeps its course.
    Lines drawn over each other are cut at each other's ends and kept once, with the attributes of the first of those
    on the lowest level. Vertices of degree 2 are shape points, unless the source row changes there.

    Parameters
    ----------
    layers : sequence of Layer
        Lines in one projected CRS in metres.
    close_gaps_m : float
        Widest gap to close, m; 0 closes none.
    crossings : Crossings
        Columns that tell bridges, tunnels and levels apart.
    attach_where : mapping of str to Condition
        Columns of the route layers and what they must say for something to be attached to a line; others are only
        passed through.
    progress : Progress

    Returns
    -------
    graph : SpatialGraph
        Order and direction of the rows have no influence on it, but for the numbers and directions of the edges.
    findings : tuple of Finding

    Raises
    ------
    SurveyError
        No usable line in the files, other geometry than lines, or a CRS that is not in metres.
    StudyError
        No line that passes the filters of the study, a gap width that is negative or not finite, a column for crossings
        or `attach_where` that no layer has, or no line to attach to.
    """
    if not (np.isfinite(close_gaps_m) and close_gaps_m >= 0):
        raise StudyError(f"close_gaps_m is {close_gaps_m}", "Give a width in metres, 0 or more.")
    progress("graph", 0.0, "lines")
    lines = collect_lines(layers, crossings)
    attachable, found = pick_attachable(layers, attach_where)
    progress("graph", 0.1, f"{len(lines.row)} lines")
    noded = node_lines(lines, close_gaps_m=close_gaps_m)
    if not len(noded.pieces.low):
        names = ", ".join(layer.name for layer in layers)
        raise SurveyError(f"no line of the route layers has a length: {names}", "Check the geometry of the layers.")
    progress("graph", 0.7, f"{len(noded.pieces.low)} pieces")
    chains = chain_pieces(noded.pieces, lines.row)
    on_edge = None if attachable is None else attachable[chains.line]
    graph = _assemble(noded.pieces, chains, _collect_attributes(layers).iloc[chains.line], on_edge)
    progress("graph", 1.0, f"{len(graph.u)} edges")
    return graph, found + noding_findings(layers, lines, noded, graph, close_gaps_m=close_gaps_m)


def _assemble(pieces: Pieces, chains: Chains, attributes: pd.DataFrame, attachable: Bools | None) -> SpatialGraph:
    first, last = chains.vertex[chains.begin[:-1]], chains.vertex[chains.begin[1:] - 1]
    is_node = np.zeros(len(pieces.xy), dtype=np.bool_)
    is_node[first] = True
    is_node[last] = True
    number = np.cumsum(is_node) - 1
    u, v = number[first], number[last]
    return SpatialGraph(
        node_xy=pieces.xy[is_node],
        u=u,
        v=v,
        length_m=chains.length_m,
        geometry=build_lines(pieces.xy[chains.vertex], chains.begin),
        attributes=attributes.reset_index(drop=True),
        component=label_components(u, v, int(is_node.sum())),
        attachable=attachable,
    )


def _collect_attributes(layers: Sequence[Layer]) -> pd.DataFrame:
    """Return one row a line: layer, source row and all columns that some layer has, missing in the others."""
    tables = []
    for layer in layers:
        table = pd.DataFrame(layer.frame.drop(columns=layer.frame.geometry.name))
        table = table.rename(columns={"layer": "src_layer"})
        # columns without any value say nothing about the type of the column in other layers
        table = table.dropna(axis="columns", how="all") if len(layers) > 1 else table
        tables.append(table)
    rows = pd.concat(tables, ignore_index=True)
    columns = dict.fromkeys(
        name for layer in layers for name in layer.frame.columns if name != layer.frame.geometry.name
    )
    names = ["src_layer" if name == "layer" else name for name in columns]
    rows = rows.reindex(columns=[name for name in names if name != "source_row"])
    size = [len(layer.frame) for layer in layers]
    rows.insert(0, "layer", np.repeat(np.array([layer.name for layer in layers], dtype=object), size))
    source_row = np.concatenate([layer.frame["source_row"].to_numpy(dtype=np.int64) for layer in layers])
    rows.insert(1, "source_row", source_row)
    return rows
