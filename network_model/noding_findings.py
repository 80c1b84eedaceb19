"""What noding changed or left as it was, told to the user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gis_layers import Finding, Layer
from network_model.graph import SpatialGraph
from network_model.lines import RouteLines
from network_model.locate import locate
from network_model.loose_ends import MOST_NEAR, Gaps
from network_model.near_misses import near_miss_findings
from network_model.noding import Noded

SHOWN = 100
"""Closed gaps named one by one, the widest."""


def noding_findings(
    layers: Sequence[Layer], lines: RouteLines, noded: Noded, graph: SpatialGraph, *, close_gaps_m: float
) -> tuple[Finding, ...]:
    """Return what is worth knowing of how the lines were put together."""
    return (
        *_tell_gaps(layers, lines, noded.gaps),
        *_tell_drawn_twice(layers, lines, noded),
        *_tell_without_length(layers, lines, noded),
        *_tell_unjoined(noded),
        *_tell_wide_gap(graph, close_gaps_m),
        *_tell_narrowed(noded.gaps, close_gaps_m),
        *near_miss_findings(layers, lines, noded.pieces, graph),
    )


def _tell_gaps(layers: Sequence[Layer], lines: RouteLines, gaps: Gaps) -> Iterator[Finding]:
    order = np.lexsort((gaps.xy[:, 1], gaps.xy[:, 0], -gaps.width_m))
    for gap in order[:SHOWN]:
        layer, row = locate(layers, lines, int(gaps.line[gap]))
        yield Finding(
            severity="repaired",
            code="gap-closed",
            layer=layer.name,
            file=layer.path,
            feature=row,
            message=f"line ends {gaps.width_m[gap]:.3f} m short of another line",
            done="Extended by a straight piece onto it.",
            advice="Snap the line end in the survey, or lower close_gaps_m if the lines are really apart.",
            x=float(gaps.xy[gap, 0]),
            y=float(gaps.xy[gap, 1]),
        )
    rest = order[SHOWN:]
    if len(rest):
        yield Finding(
            severity="repaired",
            code="gap-closed",
            layer="",
            message=f"{len(rest)} more line ends stop at most {gaps.width_m[rest].max():.3f} m short of another line",
            done="Extended by straight pieces onto them.",
            advice="Snap the line ends in the survey.",
        )


def _tell_drawn_twice(layers: Sequence[Layer], lines: RouteLines, noded: Noded) -> Iterator[Finding]:
    """Tell by layer how much of it lies on other lines, or on itself, and was dropped."""
    pieces, traces = noded.pieces, noded.pieces.traces
    order = np.lexsort((traces.line, traces.piece))
    again = np.zeros(len(order), dtype=np.bool_)
    again[order[1:]] = traces.piece[order[1:]] == traces.piece[order[:-1]]
    line, piece = traces.line[again], traces.piece[again]
    length_m = np.hypot(*(pieces.xy[pieces.high[piece]] - pieces.xy[pieces.low[piece]]).T)
    for number, layer in enumerate(layers):
        own = lines.layer[line] == number
        if own.any():
            at = pieces.xy[pieces.low[piece[own][0]]]
            yield Finding(
                severity="repaired",
                code="route-drawn-twice",
                layer=layer.name,
                file=layer.path,
                message=f"{own.sum()} pieces, {length_m[own].sum():.1f} m, of {len(np.unique(lines.row[line[own]]))} "
                f"rows are drawn over lines there already, first in row "
                f"{locate(layers, lines, int(line[own].min()))[1]}",
                done="Cut at each other's ends and kept once, with the attributes of the first line.",
                advice="Remove duplicate lines from the survey.",
                x=float(at[0]),
                y=float(at[1]),
            )


def _tell_without_length(layers: Sequence[Layer], lines: RouteLines, noded: Noded) -> Iterator[Finding]:
    empty = np.ones(len(lines.row), dtype=np.bool_)
    empty[noded.pieces.traces.line] = False
    for number, layer in enumerate(layers):
        of_layer = np.flatnonzero(empty & (lines.layer == number))
        if len(of_layer):
            at = lines.xy[lines.begin[of_layer[0]]]
            yield Finding(
                severity="warning",
                code="line-without-length",
                layer=layer.name,
                file=layer.path,
                message=f"{len(of_layer)} lines have no length, first in row {locate(layers, lines, of_layer[0])[1]}",
                done="Left out of the network.",
                advice="Remove them from the survey, or draw their course.",
                x=float(at[0]),
                y=float(at[1]),
            )


def _tell_unjoined(noded: Noded) -> Iterator[Finding]:
    if len(noded.unjoined_xy):
        yield Finding(
            severity="note",
            code="crossing-not-joined",
            layer="",
            message=f"lines cross at {len(noded.unjoined_xy)} places without a common vertex and at different levels",
            done="Not joined there: bridges and tunnels pass over or under.",
            x=float(noded.unjoined_xy[0, 0]),
            y=float(noded.unjoined_xy[0, 1]),
        )


def _tell_wide_gap(graph: SpatialGraph, close_gaps_m: float) -> Iterator[Finding]:
    shortest = int(np.argmin(graph.length_m))
    if graph.length_m[shortest] < close_gaps_m:
        count = int((graph.length_m < close_gaps_m).sum())
        yield Finding(
            severity="warning",
            code="gap-wider-than-edges",
            layer="",
            message=f"close_gaps_m is {close_gaps_m:g} m, wider than {count} edges; the shortest has "
            f"{graph.length_m[shortest]:.4f} m",
            done="Gaps were closed all the same; no edge was removed.",
            advice="Lower close_gaps_m, or correct very short lines.",
            x=float(graph.node_xy[graph.u[shortest], 0]),
            y=float(graph.node_xy[graph.u[shortest], 1]),
        )


def _tell_narrowed(gaps: Gaps, close_gaps_m: float) -> Iterator[Finding]:
    if len(gaps.narrowed_xy):
        yield Finding(
            severity="warning",
            code="gap-search-narrowed",
            layer="",
            message=f"{len(gaps.narrowed_xy)} line ends have more than {MOST_NEAR} pieces of lines within "
            f"close_gaps_m, {close_gaps_m:g} m",
            done=f"Only the nearest pieces, at most {MOST_NEAR}, were looked at there, and no gap was found.",
            advice="Lower close_gaps_m: it is far wider than the lines are apart.",
            x=float(gaps.narrowed_xy[0, 0]),
            y=float(gaps.narrowed_xy[0, 1]),
        )
