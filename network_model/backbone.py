"""Where the existing network can be joined from the routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import shapely

from gis_layers import Finding, Layer, StudyError
from network_model.alongside import Stretches, crossings_of, stretches_along
from network_model.graph import Floats, Ints, Objects, SpatialGraph
from network_model.service import Places
from network_model.sites import join_places, nearest_to_routes, take_places
from network_model.snapping import attach


class Joints(NamedTuple):
    """Where works can join the existing network: at points beside the routes, at points and along stretches of them.

    Attributes
    ----------
    points : Places
        Points of the existing network, all attached: the way from there to the route is still to be dug.
    edge : (B,) int
        Where routes cross the existing network.
    offset_m : (B,) float
        Offset along the edge, m.
    stretches : Stretches
    """

    points: Places
    edge: Ints
    offset_m: Floats
    stretches: Stretches


def no_joints() -> Joints:
    """Return the joints of works that need no existing network."""
    none, none_m = np.empty(0, np.int64), np.empty(0)
    return Joints(join_places([]), none, none_m, Stretches(none, none_m, none_m))


def find_joints(
    graph: SpatialGraph,
    layers: Mapping[str, Layer],
    backbone: Sequence[str],
    *,
    attach_within_m: float,
    backbone_within_m: float,
) -> tuple[Joints, tuple[Finding, ...]]:
    """Join the backbone to the routes.

    A line joins all along the routes that run within `backbone_within_m` of it, and where it crosses routes. A point,
    an area, or a line that does neither is joined where it comes nearest to a route, at most `attach_within_m` away:
    nothing says that a way from there to the route exists, so it is dug like any other.

    Raises
    ------
    StudyError
        Nothing of the backbone is near a route.
    """
    source = [(layers[name], row) for name in backbone for row in range(len(layers[name].frame))]
    geometry = np.concatenate(
        [np.empty(0, object), *(np.asarray(layers[name].frame.geometry.array, object) for name in backbone)]
    )
    line = np.flatnonzero(shapely.get_dimensions(geometry) == 1)
    stretches, followed = stretches_along(graph, geometry[line], backbone_within_m)
    crossed_edge, crossed_m, crossing = crossings_of(graph, geometry[line])
    joined = np.zeros(len(geometry), dtype=np.bool_)
    joined[line[followed]] = True
    joined[line[crossing]] = True
    rest = np.flatnonzero(~joined)
    points = _points_of(graph, [source[row] for row in rest], geometry[rest], attach_within_m)
    near = points.attachment.edge >= 0
    joined[rest[near]] = True
    if not joined.any():
        named = ", ".join(f"{name!r} ({layers[name].path})" for name in backbone) or "none is named"
        raise StudyError(
            f"network.backbone: nothing of the existing network lies within {attach_within_m:g} m of a route: {named}",
            "name the layers of the existing network, check their CRS, or raise network.attach_within_m",
        )
    joints = Joints(take_places(points, np.flatnonzero(near)), crossed_edge, crossed_m, stretches)
    far = np.flatnonzero(~joined)
    return joints, tuple(_report_far(*source[row], geometry[row], attach_within_m) for row in far)


def _points_of(
    graph: SpatialGraph, source: Sequence[tuple[Layer, int]], geometry: Objects, attach_within_m: float
) -> Places:
    """Place each feature where it comes nearest to its nearest route."""
    xy = nearest_to_routes(graph, geometry, attach_within_m)
    return Places(
        xy=xy,
        layer=np.array([layer.name for layer, _ in source], dtype=object),
        feature_id=np.array([layer.frame["id"].iloc[row] for layer, row in source], dtype=object),
        attachment=attach(graph, xy, within_m=attach_within_m),
    )


def _report_far(layer: Layer, row: int, geometry: shapely.Geometry, attach_within_m: float) -> Finding:
    spot = shapely.point_on_surface(geometry)
    return Finding(
        "warning",
        "backbone-far-from-routes",
        layer.name,
        layer.path,
        str(layer.frame["source_row"].iloc[row]),
        f"lies farther than {attach_within_m:g} m from every route",
        "nothing can be connected to it",
        "check the survey, or raise network.attach_within_m",
        spot.x,
        spot.y,
    )
