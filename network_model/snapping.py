"""Attach points to the nearest route as (edge, offset): the graph is never split for them."""

from __future__ import annotations

import numpy as np
import shapely

from gis_layers import SurveyError
from network_model.graph import Attachment, Floats, Ints, SpatialGraph


def attach(graph: SpatialGraph, xy: Floats, *, within_m: float) -> Attachment:
    """Attach each point to its nearest edge.

    Parameters
    ----------
    graph : SpatialGraph
    xy : (P, 2) float
        Points in the CRS of the graph, m.
    within_m : float
        Points further than this from every edge stay unattached, m; positive.

    Returns
    -------
    Attachment
        Offsets run in the direction of the edge's geometry. Where several edges are equally near, the lowest edge
        index is taken.

    Raises
    ------
    SurveyError
        A point has a coordinate that is not finite.
    """
    bad = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    if len(bad):
        raise SurveyError(
            f"{len(bad)} points have no finite coordinates, first at position {bad[0]}",
            "Correct or remove the rows without a place.",
        )
    points = shapely.points(xy)
    tree = shapely.STRtree(graph.geometry)
    (point, edge), distance_m = tree.query_nearest(points, max_distance=within_m, return_distance=True)
    point, edge, distance_m = _lowest_edge_first(point, edge, distance_m)
    nearest = np.full(len(xy), -1, dtype=np.int64)
    offset_m = np.full(len(xy), np.nan)
    access_m = np.full(len(xy), np.inf)
    nearest[point] = edge
    # GEOS measures along the line; its last figure may pass the length that the graph states
    located = shapely.line_locate_point(graph.geometry[edge], points[point])
    offset_m[point] = np.minimum(located, graph.length_m[edge])
    access_m[point] = distance_m
    return Attachment(edge=nearest, offset_m=offset_m, access_m=access_m)


def _lowest_edge_first(point: Ints, edge: Ints, distance_m: Floats) -> tuple[Ints, Ints, Floats]:
    """Keep one match a point: of equally near edges, the lowest index."""
    order = np.lexsort((edge, point))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = point[order][1:] != point[order][:-1]
    keep = order[first]
    return point[keep], edge[keep], distance_m[keep]
