"""The works graph: routes cut where works start, end or change price, and a lead-in to what stands off its route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely

from gis_layers import Layer, nothing_usable
from network_model.alongside import Stretches, stretches_along
from network_model.backbone import Joints
from network_model.cutting import CutGraph, cut_edges
from network_model.graph import Floats, Ints, Objects, SpatialGraph
from network_model.places import distinct_spots
from network_model.service import Places
from network_model.sites import join_places, number_repeats, take_places
from network_model.works import Laying, RouteSegments

#: Cuts are rounded to this step of their edge, so that cuts that nearly agree are one and ids stay stable, m.
CUT_STEP_M = 0.1
#: What is nearer than this to its route is on it and needs no lead-in, m.
ON_ROUTE_M = 0.01
LEAD_IN = "lead_in"


def build_routes(
    graph: SpatialGraph, layers: Mapping[str, Layer], places: Places, joints: Joints, laying: Sequence[Laying]
) -> tuple[RouteSegments, Ints]:
    """Cut the routes and lead them to the places and to the points of the existing network.

    A place and a point of the existing network at one spot are one node.

    Parameters
    ----------
    graph : SpatialGraph
    layers : mapping of str to Layer
    places : Places
        Places that need backhaul, all attached. P places.
    joints : Joints
        Where the existing network can be joined.
    laying : sequence of Laying

    Returns
    -------
    RouteSegments
    (P,) int
        Node of each place.

    Raises
    ------
    StudyError, SurveyError
        A layer that a laying follows holds no line.
    """
    followed = {way.name: _follow(graph, layers, way) for way in laying if way.along is not None}
    # the points first: their lead-ins are named the same whatever is offered beside them
    both = join_places([joints.points, places])
    spot_of, first = distinct_spots(both.xy), len(joints.points.xy)
    spots = take_places(both, np.unique(spot_of, return_index=True)[1])
    cut, spot_cut, joint_cut = _cut(graph, spots, joints, list(followed.values()))
    middle_m = (cut.from_m + cut.to_m) / 2
    off_route = np.flatnonzero(spots.attachment.access_m > ON_ROUTE_M)
    node_of_spot = spot_cut.copy()
    node_of_spot[off_route] = len(cut.node_xy) + np.arange(len(off_route))
    node_xy = np.concatenate([cut.node_xy, spots.xy[off_route]])
    on_backbone = np.zeros(len(node_xy), dtype=np.bool_)
    on_backbone[joint_cut] = on_backbone[node_of_spot[spot_of[:first]]] = True
    existing = joints.stretches.hold(cut.edge, middle_m)
    on_backbone[cut.u[existing]] = on_backbone[cut.v[existing]] = True
    lead_in = shapely.linestrings(np.stack([spots.xy[off_route], cut.node_xy[spot_cut[off_route]]], axis=1))
    none = np.zeros(len(off_route), dtype=np.bool_)
    segments = RouteSegments(
        node_xy=node_xy,
        on_backbone=on_backbone,
        u=np.concatenate([cut.u, node_of_spot[off_route]]),
        v=np.concatenate([cut.v, spot_cut[off_route]]),
        length_m=np.concatenate([cut.length_m, shapely.length(lead_in)]),
        geometry=np.concatenate([cut.geometry, lead_in]),
        attributes=_attributes(graph, cut, len(off_route)),
        edge=np.concatenate([cut.edge, np.full(len(off_route), -1)]),
        allowed={
            way.name: np.ones(len(cut.u) + len(none), dtype=np.bool_)
            if way.along is None
            else np.concatenate([followed[way.name].hold(cut.edge, middle_m), none])
            for way in laying
        },
        segment_id=np.concatenate([_segment_ids(graph, cut), _lead_in_ids(spots, off_route)]),
    )
    return segments, node_of_spot[spot_of[first:]]


def _follow(graph: SpatialGraph, layers: Mapping[str, Layer], way: Laying) -> Stretches:
    layer = layers[str(way.along)]
    geometry = np.asarray(layer.frame.geometry.array, object)
    is_line = shapely.get_dimensions(geometry) == 1
    if not is_line.any():
        raise nothing_usable(
            f"laying.{way.name}.along: layer {layer.name!r} ({layer.path}) holds no line",
            [layer],
            "name a layer of ducts or other lines, or leave along out",
        )
    # ducts that can take no cable are there all the same: a duct layer without any reusable one allows nothing
    usable = layer.frame["reusable"].to_numpy(bool) if layer.kind == "duct" and "reusable" in layer.frame else True
    return stretches_along(graph, geometry[is_line & usable], way.within_m)[0]


def _cut(
    graph: SpatialGraph, spots: Places, joints: Joints, followed: Sequence[Stretches]
) -> tuple[CutGraph, Ints, Ints]:
    """Cut at spots, joints and the ends of stretches; return the nodes of the spots and of the joints too."""
    ends = [joints.stretches, *followed]
    edge = [spots.attachment.edge, joints.edge, *(run.edge for run in ends), *(run.edge for run in ends)]
    offset_m = [spots.attachment.offset_m, joints.offset_m, *(run.from_m for run in ends), *(run.to_m for run in ends)]
    at_edge = np.concatenate(edge)
    cut = cut_edges(graph, at_edge, _round_cuts(np.concatenate(offset_m), graph.length_m[at_edge]))
    spots_end = len(spots.xy)
    return cut, cut.node_of_cut[:spots_end], cut.node_of_cut[spots_end : spots_end + len(joints.edge)]


def _round_cuts(offset_m: Floats, length_m: Floats) -> Floats:
    """Round offsets to `CUT_STEP_M`, and to the end of the edge where that is nearer."""
    rounded_m = np.round(np.rint(offset_m / CUT_STEP_M) * CUT_STEP_M, 6)
    return np.where(rounded_m > length_m - CUT_STEP_M / 2, length_m, rounded_m)


def _attributes(graph: SpatialGraph, cut: CutGraph, lead_ins: int) -> pd.DataFrame:
    """Attributes of the source line, and where the segment lies on it; missing on lead-ins."""
    edge = np.concatenate([cut.edge, np.full(lead_ins, -1)])
    frame = graph.attributes.reset_index(drop=True).reindex(edge).reset_index(drop=True)
    frame["source_row"] = frame["source_row"].astype("Int64")
    frame["from_m"] = np.concatenate([cut.from_m, np.full(lead_ins, np.nan)])
    frame["to_m"] = np.concatenate([cut.to_m, np.full(lead_ins, np.nan)])
    frame.loc[edge < 0, "layer"] = LEAD_IN
    return frame


def _segment_ids(graph: SpatialGraph, cut: CutGraph) -> Objects:
    layer = graph.attributes["layer"].to_numpy(object)[cut.edge]
    line = graph.attributes["id"].to_numpy(object)[cut.edge]
    named = zip(layer, line, cut.from_m.tolist(), cut.to_m.tolist(), strict=True)
    return number_repeats(np.array([f"{a}/{b}/{start:.1f}-{end:.1f}" for a, b, start, end in named], dtype=object))


def _lead_in_ids(spots: Places, rows: Ints) -> Objects:
    named = zip(spots.layer[rows], spots.feature_id[rows], strict=True)
    return number_repeats(np.array([f"{LEAD_IN}/{layer}/{feature}" for layer, feature in named], dtype=object))
