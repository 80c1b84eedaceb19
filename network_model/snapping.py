"""Attach points to the nearest route as (edge, offset): the graph is never split for them."""

from __future__ import annotations

import numpy as np

from gis_layers import SurveyError
from network_model.graph import Attachment, Floats, SpatialGraph
from network_model.segments import locate_nearest


def attach(graph: SpatialGraph, xy: Floats, *, within_m: float) -> Attachment:
    """Attach each point to its nearest attachable edge.

    Parameters
    ----------
    graph : SpatialGraph
    xy : (P, 2) float
        Points in the CRS of the graph, m.
    within_m : float
        Points further than this from every such edge stay unattached, m; positive.

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
    edge, offset_m, access_m = locate_nearest(graph.segments, xy, within_m)
    # the last figure of what is measured along the line may pass the length that the graph states
    offset_m = np.minimum(offset_m, graph.length_m[edge]) if len(graph.u) else offset_m
    return Attachment(edge=edge, offset_m=offset_m, access_m=access_m)
