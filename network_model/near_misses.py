"""Lines that are nearly joined: ends that stop short of another line, and ends that run a little past one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gis_layers import Finding, Layer
from network_model.graph import Floats, Ints, SpatialGraph
from network_model.lines import RouteLines
from network_model.locate import locate
from network_model.loose_ends import Near, find_loose_ends, find_missed_pieces
from network_model.pieces import Pieces, lead_traces

NEAR_MISS_M = 3.0
"""Ends that stop up to this short of a line may be meant to meet it, m: less than the width of a lane."""
JOINED_WITHIN_M = 20.0
"""An end that is joined to the line by pieces within this reach misses nothing, m."""
AHEAD = 0.5
"""Cosine of the widest angle between a line and what it may be meant to meet: those beside it run along it."""
SHORT_DANGLE_M = 2.0
"""A line that runs less than this past a junction was hardly meant to, m..."""
DANGLE_SHARE = 0.1
"""...when that is less than this share of its row's length."""
SHOWN = 100
"""Findings of a code named one by one."""


def near_miss_findings(
    layers: Sequence[Layer], lines: RouteLines, pieces: Pieces, graph: SpatialGraph
) -> Iterator[Finding]:
    """Tell where lines are nearly joined, once gaps are closed.

    Parameters
    ----------
    layers : sequence of Layer
    lines : RouteLines
    pieces : Pieces
        Noded.
    graph : SpatialGraph
        Of these pieces.

    Yields
    ------
    Finding
        ``near-miss``, the nearest first; ``short-dangle``, the shortest first; past `SHOWN` of each their number.
    """
    yield from _tell_near_misses(layers, lines, pieces)
    yield from _tell_short_dangles(graph, layers)


def _tell_near_misses(layers: Sequence[Layer], lines: RouteLines, pieces: Pieces) -> Iterator[Finding]:
    end, target, gap_m = _find_near_misses(pieces)
    line = pieces.traces.line[lead_traces(pieces)]
    once = _told_once(pieces.xy[end], line[_piece_at(pieces)[end]], line[target])
    end, target, gap_m = end[once], target[once], gap_m[once]
    of_end, of_target = line[_piece_at(pieces)[end]], line[target]
    for position in range(min(len(end), SHOWN)):
        layer, row = locate(layers, lines, int(of_end[position]))
        other, other_row = locate(layers, lines, int(of_target[position]))
        x, y = pieces.xy[end[position]].tolist()
        yield Finding(
            severity="warning",
            code="near-miss",
            layer=layer.name,
            file=layer.path,
            feature=row,
            message=f"line ends {gap_m[position]:.2f} m short of row {other_row} of {other.name}, and is not joined to "
            f"it within {JOINED_WITHIN_M:g} m",
            done="Not joined there: the gap is wider than close_gaps_m.",
            advice="Snap the line end in the survey if the lines meet in the street, or raise close_gaps_m.",
            x=x,
            y=y,
        )
    if len(end) > SHOWN:
        yield Finding(
            severity="warning",
            code="near-miss",
            layer="",
            message=f"{len(end)} line ends stop at most {NEAR_MISS_M:g} m short of another line; the nearest {SHOWN} "
            "are listed",
            done="Not joined there.",
            advice="Snap the line ends in the survey, or raise close_gaps_m.",
        )


def _find_near_misses(pieces: Pieces) -> tuple[Ints, Ints, Floats]:
    """Loose ends, the nearest piece of their level within reach, and the distance, m; nearest first."""
    # first what is missed by little, so that the wider search looks at few ends
    few = _missed(pieces, find_loose_ends(pieces), NEAR_MISS_M)
    near = _missed(pieces, np.unique(few.end), JOINED_WITHIN_M)
    order = np.lexsort((near.piece, near.distance_m, near.end))
    nearest = order[np.unique(near.end[order], return_index=True)[1]]
    nearest = nearest[np.lexsort((near.end[nearest], near.distance_m[nearest]))]
    return near.end[nearest], near.piece[nearest], near.distance_m[nearest]


def _told_once(xy: Floats, of_end: Ints, of_target: Ints) -> Ints:
    """Ends without those at a gap that the end of the other line, (E, 2) m, has told already."""
    kept: list[int] = []
    told: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for position, (x, y) in enumerate(xy.tolist()):
        own, other = int(of_end[position]), int(of_target[position])
        if any(np.hypot(x - a, y - b) <= 2 * NEAR_MISS_M for a, b in told.get((other, own), ())):
            continue
        told.setdefault((own, other), []).append((x, y))
        kept.append(position)
    return np.array(kept, dtype=np.int64)


def _missed(pieces: Pieces, end: Ints, joined_within_m: float) -> Near:
    """Pairs of an end and a piece ahead of it, of its level, that it misses and is not joined to within reach."""
    near = find_missed_pieces(pieces, end, joined_within_m, nearest_only=False)
    near = near.only(near.distance_m <= NEAR_MISS_M)
    own = _piece_at(pieces)[near.end]
    return near.only((pieces.level[near.piece] == pieces.level[own]) & (_heading(pieces, near, own) >= AHEAD))


def _heading(pieces: Pieces, near: Near, own: Ints) -> Floats:
    """(K,) float: cosine of the angle between the way of the line at its end and the way on to the piece near it."""
    way = pieces.xy[near.end] - pieces.xy[pieces.low[own] + pieces.high[own] - near.end]
    low = pieces.xy[pieces.low[near.piece]]
    onward = low + near.share[:, None] * (pieces.xy[pieces.high[near.piece]] - low) - pieces.xy[near.end]
    with np.errstate(invalid="ignore"):  # nan where the end lies on the piece: nothing is missed
        cosine = (way * onward).sum(axis=1) / (np.hypot(*way.T) * np.hypot(*onward.T))
    return np.asarray(cosine, dtype=np.float64)


def _piece_at(pieces: Pieces) -> Ints:
    """(V,) int: a piece at each vertex, -1 where there is none; the only one at a loose end."""
    piece = np.full(len(pieces.xy), -1, dtype=np.int64)
    piece[pieces.low] = np.arange(len(pieces.low))
    piece[pieces.high] = np.arange(len(pieces.high))
    return piece


def _tell_short_dangles(graph: SpatialGraph, layers: Sequence[Layer]) -> Iterator[Finding]:
    edges = _find_short_dangles(graph)
    file = {layer.name: layer.path for layer in layers}
    for edge in edges[:SHOWN]:
        of_edge = graph.attributes.iloc[edge]
        loose = graph.u[edge] if graph.degree[graph.u[edge]] == 1 else graph.v[edge]
        yield Finding(
            severity="note",
            code="short-dangle",
            layer=str(of_edge["layer"]),
            file=file[str(of_edge["layer"])],
            feature=str(of_edge["source_row"]),
            message=f"line runs {graph.length_m[edge]:.2f} m past its junction with another line and ends there",
            done="Kept as drawn.",
            advice="Cut the line at the junction if it ends there in the street.",
            x=float(graph.node_xy[loose, 0]),
            y=float(graph.node_xy[loose, 1]),
        )
    if len(edges) > SHOWN:
        yield Finding(
            severity="note",
            code="short-dangle",
            layer="",
            message=f"{len(edges)} lines run less than {SHORT_DANGLE_M:g} m past a junction and end there; the "
            f"shortest {SHOWN} are listed",
            done="Kept as drawn.",
            advice="Cut the lines at their junctions.",
        )


def _find_short_dangles(graph: SpatialGraph) -> Ints:
    """Edges from a junction to a dead end whose own row also comes to the junction from elsewhere, shortest first."""
    degree = graph.degree
    low, high = np.minimum(degree[graph.u], degree[graph.v]), np.maximum(degree[graph.u], degree[graph.v])
    short = np.flatnonzero((graph.length_m < SHORT_DANGLE_M) & (low == 1) & (high > 2))
    junction = np.where(degree[graph.u[short]] == 1, graph.v[short], graph.u[short])
    row = graph.attributes.groupby(["layer", "source_row"], sort=False).ngroup().to_numpy()
    # a row counts once at a junction for each of its edges that end there
    asked = np.zeros(len(graph.node_xy), dtype=np.bool_)
    asked[junction] = True
    ends, of_row = np.concatenate([graph.u, graph.v]), np.tile(row, 2)
    there = asked[ends]
    rows = np.int64(row.max(initial=0) + 1)
    distinct, count = np.unique(ends[there] * rows + of_row[there], return_counts=True)
    place = np.searchsorted(distinct, junction * rows + row[short])
    whole_m = np.bincount(row, weights=graph.length_m)[row[short]]
    overshoots = short[(count[place] > 1) & (graph.length_m[short] < DANGLE_SHARE * whole_m)]
    ordered: Ints = overshoots[np.lexsort((overshoots, graph.length_m[overshoots]))]
    return ordered
