"""Places where equipment could stand: survey features, junctions, points along long routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely

from gis_layers import Finding, Layer
from network_model.graph import Attachment, Floats, Ints, Objects, SpatialGraph
from network_model.places import far_places, refuse_lines, widest_parts
from network_model.service import Places
from network_model.snapping import attach
from network_model.works import Option

JUNCTIONS = "junctions"


def find_sites(
    graph: SpatialGraph, layers: Mapping[str, Layer], options: Sequence[Option], *, attach_within_m: float
) -> tuple[Places, tuple[Ints, ...], tuple[Finding, ...]]:
    """List the places of every option, each place once however many options may use it.

    Parameters
    ----------
    graph : SpatialGraph
    layers : mapping of str to Layer
    options : sequence of Option
    attach_within_m : float
        Survey features farther from every route are left out and are findings, m.

    Returns
    -------
    Places
    tuple of (n,) int
        For each option its rows of the places, increasing.
    tuple of Finding
    """
    names = list(dict.fromkeys(name for option in options for name in option.sites if name != JUNCTIONS))
    blocks: list[Places] = []
    findings: list[Finding] = []
    for name in names:
        refuse_lines(layers[name], "options.sites")
        found = survey_sites(graph, layers[name], attach_within_m)
        findings += far_places(found, layers, attach_within_m=attach_within_m, done="not used as a place")
        blocks.append(take_places(found, np.flatnonzero(found.attachment.edge >= 0)))
    spacings = [option.spacing_m for option in options if JUNCTIONS in option.sites]
    junctions, rows_of_spacing = junction_sites(graph, spacings)
    first = np.cumsum([0, *(len(block.xy) for block in blocks)])
    rows_of_name = {name: np.arange(first[i], first[i + 1]) for i, name in enumerate(names)}
    rows = tuple(
        np.sort(
            np.concatenate(
                [
                    first[-1] + rows_of_spacing[option.spacing_m] if name == JUNCTIONS else rows_of_name[name]
                    for name in option.sites
                ]
            )
        )
        for option in options
    )
    return join_places([*blocks, junctions]), rows, tuple(findings)


def survey_sites(graph: SpatialGraph, layer: Layer, attach_within_m: float) -> Places:
    """Make one place of each feature: a point itself, a polygon the point of its boundary nearest to its nearest route.

    A feature of several parts has its place on the widest one, the first where all are points.
    """
    kept = widest_parts(layer)
    xy = nearest_to_routes(graph, np.asarray(layer.frame.geometry.array, object)[kept], attach_within_m)
    return Places(
        xy=xy,
        layer=np.full(len(kept), layer.name, dtype=object),
        feature_id=layer.frame["id"].to_numpy(object)[kept],
        attachment=attach(graph, xy, within_m=attach_within_m),
    )


def nearest_to_routes(graph: SpatialGraph, geometry: Objects, within_m: float) -> Floats:
    """Find on each point, line or polygon boundary the spot nearest to its nearest attachable route: (n, 2) float, m.

    Where no route is within `within_m`, any point of the geometry is returned.
    """
    xy: Floats = shapely.get_coordinates(shapely.point_on_surface(geometry))
    extended = np.flatnonzero(shapely.get_dimensions(geometry) > 0)
    routes = graph.geometry[graph.attachable_edges]
    found, route = shapely.STRtree(routes).query_nearest(geometry[extended], max_distance=within_m)
    order = np.lexsort((route, found))  # of routes equally near, the first of the graph
    found, first = np.unique(found[order], return_index=True)
    feature, route = geometry[extended[found]], route[order][first]
    outline = np.where(shapely.get_dimensions(feature) == 2, shapely.boundary(feature), feature)
    xy[extended[found]] = shapely.get_coordinates(shapely.shortest_line(outline, routes[route]))[::2]
    return xy


def junction_sites(graph: SpatialGraph, spacings_m: Sequence[float | None]) -> tuple[Places, dict[float | None, Ints]]:
    """Make a place of each junction and, for each spacing, of points along longer edges, on attachable routes only.

    An edge longer than the spacing is cut in equal parts, none longer than the spacing. Ids are made from coordinates
    rounded to 0.1 m, with ``#2`` and so on where two places round to the same.

    Returns
    -------
    Places
    dict of spacing to (n,) int
        Rows of the places that an option with this spacing may use.
    """
    if not spacings_m:
        return join_places([]), {}
    allowed = graph.attachable_edges
    nodes = np.intersect1d(graph.junctions, np.concatenate([graph.u[allowed], graph.v[allowed]]))
    node_edge, node_offset_m = _place_nodes(graph, nodes)
    # a place is a node (-1, node) or a point (edge, offset in mm), so that spacings share what they have in common
    keys = {spacing: _points_along(graph, spacing) for spacing in dict.fromkeys(spacings_m)}
    along = np.unique(np.concatenate(list(keys.values())), axis=0)
    edge = np.concatenate([node_edge, along[:, 0]])
    offset_m = np.concatenate([node_offset_m, along[:, 1] / 1000])
    xy = shapely.get_coordinates(shapely.line_interpolate_point(graph.geometry[edge], offset_m))
    xy[: len(nodes)] = graph.node_xy[nodes]
    row_of_key = pd.MultiIndex.from_arrays([along[:, 0], along[:, 1]])
    rows = {
        spacing: np.concatenate(
            [
                np.arange(len(nodes)),
                len(nodes) + row_of_key.get_indexer(pd.MultiIndex.from_arrays([key[:, 0], key[:, 1]])),
            ]
        )
        for spacing, key in keys.items()
    }
    ids = number_repeats(np.array([f"j{x:.1f},{y:.1f}" for x, y in xy.tolist()], dtype=object))
    layer = np.full(len(xy), JUNCTIONS, dtype=object)
    return Places(xy, layer, ids, Attachment(edge, offset_m, np.zeros(len(xy)))), rows


def _place_nodes(graph: SpatialGraph, nodes: Ints) -> tuple[Ints, Floats]:
    """(edge, offset) of nodes: an end of their first attachable edge."""
    allowed = graph.attachable_edges
    ends, first = np.unique(np.concatenate([graph.u[allowed], graph.v[allowed]]), return_index=True)
    end = first[np.searchsorted(ends, nodes)]
    edge = allowed[end % max(len(allowed), 1)]
    return edge, np.where(end < len(allowed), 0.0, graph.length_m[edge])


def _points_along(graph: SpatialGraph, spacing_m: float | None) -> Ints:
    """(n, 2) int: edge and offset in mm of evenly spaced points inside attachable edges longer than the spacing."""
    if spacing_m is None:
        return np.empty((0, 2), dtype=np.int64)
    allowed = graph.attachable_edges
    pieces = np.ceil(graph.length_m / spacing_m - 1e-9).astype(np.int64)
    inner = np.maximum(pieces - 1, 0)[allowed]
    edge = np.repeat(allowed, inner)
    rank = np.arange(len(edge)) - np.repeat(np.cumsum(inner) - inner, inner) + 1
    return np.stack([edge, np.rint(1000 * graph.length_m[edge] * rank / pieces[edge]).astype(np.int64)], axis=1)


def number_repeats(ids: Objects) -> Objects:
    """Make ids unique: the second of a kind gets ``#2`` behind it, and so on."""
    series = pd.Series(ids, dtype=object)
    repeat = series.groupby(series).cumcount()
    numbered: Objects = series.where(repeat == 0, series + "#" + (repeat + 1).astype(str)).to_numpy(object)
    return numbered


def take_places(places: Places, rows: Ints) -> Places:
    """Pick rows of places."""
    attachment = places.attachment
    return Places(
        places.xy[rows],
        places.layer[rows],
        places.feature_id[rows],
        Attachment(attachment.edge[rows], attachment.offset_m[rows], attachment.access_m[rows]),
    )


def join_places(blocks: Sequence[Places]) -> Places:
    """Put places below each other."""
    return Places(
        np.concatenate([np.empty((0, 2)), *(block.xy for block in blocks)]),
        np.concatenate([np.empty(0, object), *(block.layer for block in blocks)]),
        np.concatenate([np.empty(0, object), *(block.feature_id for block in blocks)]),
        Attachment(
            np.concatenate([np.empty(0, np.int64), *(block.attachment.edge for block in blocks)]),
            np.concatenate([np.empty(0), *(block.attachment.offset_m for block in blocks)]),
            np.concatenate([np.empty(0), *(block.attachment.access_m for block in blocks)]),
        ),
    )
