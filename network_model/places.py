"""Where equipment stands today, and which places count as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gis_layers import Finding, Layer, StudyError
from network_model.graph import Floats, Ints, Objects, SpatialGraph
from network_model.service import Places
from network_model.snapping import attach

#: Features nearer than this stand at one place, m.
SAME_SPOT_M = 1e-6
#: At most so many rows of one kind of finding are listed one by one.
ROWS_LISTED = 20


def existing_places(
    layers: Mapping[str, Layer], names: Sequence[str], graph: SpatialGraph, *, attach_within_m: float
) -> Places:
    """Place what serves today: every part of every feature of the layers, polygons by a point inside them.

    Parameters
    ----------
    layers : mapping of str to Layer
    names : sequence of str
        Layers whose features serve (``provided_by``).
    graph : SpatialGraph
    attach_within_m : float
        Farther from every route, a place is not attached, m.

    Raises
    ------
    StudyError
        A layer holds lines.
    """
    frames = [layers[name].frame for name in names]
    for name in names:
        refuse_lines(layers[name], "services.provided_by")
    xy = np.concatenate([np.empty((0, 2)), *(points_of(layers[name]) for name in names)])
    return Places(
        xy=xy,
        layer=np.repeat(np.asarray(names, dtype=object), [len(frame) for frame in frames]),
        feature_id=np.concatenate([np.empty(0, object), *(frame["id"].to_numpy(object) for frame in frames)]),
        attachment=attach(graph, xy, within_m=attach_within_m),
    )


def points_of(layer: Layer) -> Floats:
    """Coordinates of the points of a layer, and of a point inside each polygon: (n, 2) float, m."""
    xy: Floats = shapely.get_coordinates(shapely.point_on_surface(np.asarray(layer.frame.geometry.array, object)))
    return xy


def widest_parts(layer: Layer) -> Ints:
    """Pick the widest part of each row of the file, the first where none has an area: rows of the frame, increasing."""
    widest_first = np.argsort(-shapely.area(np.asarray(layer.frame.geometry.array, object)), kind="stable")
    source_row = layer.frame["source_row"].to_numpy()
    kept: Ints = np.sort(widest_first[np.unique(source_row[widest_first], return_index=True)[1]])
    return kept


def distinct_places(places: Places) -> Ints:
    """Label places such that two rows have the same label when they are one place: (P,) int, from 0.

    One place is one survey feature, all its parts included, or features of any layer at the same spot (`SAME_SPOT_M`).
    """
    count = len(places.xy)
    if not count:
        return np.empty(0, np.int64)
    feature = pd.MultiIndex.from_arrays([places.layer, places.feature_id]).factorize()[0]
    first_of_feature = np.full(feature.max() + 1, count, dtype=np.int64)
    np.minimum.at(first_of_feature, feature, np.arange(count))
    return _label(
        np.concatenate([_same_spot(places.xy), np.stack([np.arange(count), first_of_feature[feature]], axis=1)]), count
    )


def distinct_spots(xy: Floats) -> Ints:
    """Label points such that two have the same label when they are at one spot (`SAME_SPOT_M`): (P,) int, from 0."""
    return _label(_same_spot(xy), len(xy)) if len(xy) else np.empty(0, np.int64)


def _same_spot(xy: Floats) -> Ints:
    pairs: Ints = cKDTree(xy).query_pairs(SAME_SPOT_M, output_type="ndarray").astype(np.int64)
    return pairs


def _label(pairs: Ints, count: int) -> Ints:
    """Number the groups that pairs of points make."""
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    label: Ints = connected_components(links, directed=False)[1].astype(np.int64)
    return label


def far_places(
    places: Places,
    layers: Mapping[str, Layer],
    *,
    attach_within_m: float,
    done: str = "cannot be reached or connected along the network",
) -> tuple[Finding, ...]:
    """Report places farther than `attach_within_m` from every route: a summary for each layer, then its first rows."""
    far = places.attachment.edge < 0
    found: list[Finding] = []
    for name in pd.unique(places.layer[far]):
        rows = np.flatnonzero(far & (places.layer == name))
        found += list_far_rows(
            layers[name],
            places.feature_id[rows],
            places.xy[rows],
            code="place-far-from-routes",
            message=f"{len(rows)} places stand farther than {attach_within_m:g} m from every route",
            done=done,
        )
    return tuple(found)


def list_far_rows(
    layer: Layer, feature_id: Objects, xy: Floats, *, code: str, message: str, done: str
) -> list[Finding]:
    """Make a summary finding and one for each of the first `ROWS_LISTED` rows."""
    advice = "check the CRS and the extent of both layers, or raise network.attach_within_m"
    summary = Finding("warning", code, layer.name, layer.path, "", message, done, advice)
    return [summary] + [
        Finding("warning", code, layer.name, layer.path, str(feature), "too far from every route", done, advice, x, y)
        for feature, (x, y) in zip(feature_id[:ROWS_LISTED], xy[:ROWS_LISTED].tolist(), strict=True)
    ]


def refuse_lines(layer: Layer, key: str) -> None:
    """Refuse a layer that holds lines where points or polygons are meant.

    Raises
    ------
    StudyError
    """
    lines = np.flatnonzero(shapely.get_dimensions(np.asarray(layer.frame.geometry.array, object)) == 1)
    if len(lines):
        row = layer.frame["source_row"].iloc[lines[0]]
        raise StudyError(
            f"{key}: layer {layer.name!r} ({layer.path}) holds lines, {len(lines)} of them, the first in row {row}",
            "name a layer of points or polygons, or filter the lines out with where:",
        )
