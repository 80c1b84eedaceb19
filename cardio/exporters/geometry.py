"""Geometry for the map: metric frames to whole microdegrees, each line as a first point and steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from cardio.deliverable import Deliverable
from gis_layers import CardioError

Ints = npt.NDArray[np.int64]
MICRODEGREES = 1_000_000
Steps = list[int]


@dataclass(frozen=True)
class Frame:
    """Where the map lies.

    Attributes
    ----------
    origin : tuple of int
        Longitude and latitude from which coordinates count, microdegrees (6 decimals of a degree, about 0.1 m).
    bounds : list of int or None
        West, south, east, north from the origin, microdegrees; None when there is nothing to show.
    """

    origin: tuple[int, int]
    bounds: list[int] | None


def shown_frames(deliverable: Deliverable) -> list[gpd.GeoDataFrame]:
    """Return the frames that a map shows whole: the plan and its demand, or all else where there is none."""
    plan = [deliverable.sites, deliverable.routes, deliverable.demand]
    return plan if any(len(frame) for frame in plan) else [deliverable.zones, deliverable.existing]


def frame_of(frames: Sequence[gpd.GeoDataFrame]) -> Frame:
    """Find the extent of the first frames that are not empty: all of them together."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return Frame((0, 0), None)
    corners = gpd.GeoSeries(shapely.points(_corners(filled)), crs=filled[0].crs).to_crs("EPSG:4326")
    if not np.isfinite(shapely.get_coordinates(corners)).all():  # a box around the earth has corners off it
        corners = pd.concat([frame.geometry.to_crs("EPSG:4326") for frame in filled])
    degrees = _microdegrees(corners.to_numpy())
    low, high = degrees.min(axis=0), degrees.max(axis=0)
    return Frame((int(low[0]), int(low[1])), [0, 0, int(high[0] - low[0]), int(high[1] - low[1])])


def _corners(frames: Sequence[gpd.GeoDataFrame]) -> npt.NDArray[np.float64]:
    """Corners of the box around all frames, (4, 2)."""
    boxes = np.array([frame.total_bounds for frame in frames])
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return np.array([[west, south], [west, north], [east, south], [east, north]])


def encode_features(geometry: gpd.GeoSeries, frame: Frame, *, simplify_m: float = 0.0) -> dict[str, list[Any]]:
    """Encode geometries of any type by dimension.

    Parameters
    ----------
    geometry : GeoSeries of n
        In the metric study CRS; missing geometries have no parts.
    simplify_m : float
        Tolerance of lines and areas, m.

    Returns
    -------
    dict
        ``points`` and ``lines``: n lists of parts, each a list of steps; ``areas``: n lists of polygons, each a list of
        rings. A dimension that does not occur is absent.
    """
    parts, owner = shapely.get_parts(geometry.to_numpy(), return_index=True)
    if simplify_m:
        parts = shapely.simplify(parts, simplify_m)
    degrees = gpd.GeoSeries(parts, crs=geometry.crs).to_crs("EPSG:4326").to_numpy()
    dimension = shapely.get_dimensions(degrees)
    encoded: dict[str, list[Any]] = {}
    for name, wanted in (("points", 0), ("lines", 1), ("areas", 2)):
        rows = np.flatnonzero(dimension == wanted)
        if len(rows):
            pieces = _polygons(degrees[rows], frame) if wanted == 2 else _steps(degrees[rows], frame)
            encoded[name] = _by_owner(pieces, owner[rows], len(geometry))
    return encoded


def encode_points(geometry: gpd.GeoSeries, frame: Frame) -> Steps:
    """Encode n points as one chain of steps, 2n integers."""
    degrees = _microdegrees(geometry.to_crs("EPSG:4326").to_numpy()) - np.array(frame.origin)
    steps: Steps = np.diff(degrees, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).reshape(-1).tolist()
    return steps


def encode_places(geometry: gpd.GeoSeries, frame: Frame) -> list[list[int]]:
    """Encode n points as n pairs of microdegrees from the origin."""
    degrees = _microdegrees(geometry.to_crs("EPSG:4326").to_numpy()) - np.array(frame.origin)
    places: list[list[int]] = degrees.tolist()
    return places


def _microdegrees(geometry: npt.NDArray[np.object_]) -> Ints:
    degrees = shapely.get_coordinates(geometry)
    if not np.isfinite(degrees).all():
        raise CardioError(
            "some coordinates have no place on the earth",
            "check the CRS of the study and of its layers with cardio check",
        )
    whole: Ints = np.rint(degrees * MICRODEGREES).astype(np.int64)
    return whole


def _steps(lines: npt.NDArray[np.object_], frame: Frame) -> list[Steps]:
    sizes = shapely.get_num_coordinates(lines)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    places = _microdegrees(lines) - np.array(frame.origin)
    steps = np.diff(places, axis=0, prepend=places[:1])
    steps[starts] = places[starts]
    flat = steps.reshape(-1).tolist()
    return [flat[2 * start : 2 * end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def _polygons(polygons: npt.NDArray[np.object_], frame: Frame) -> list[list[Steps]]:
    rings, owner = shapely.get_rings(polygons, return_index=True)
    return _by_owner(_steps(rings, frame), owner, len(polygons))


def _by_owner(pieces: Sequence[Any], owner: npt.NDArray[np.intp], count: int) -> list[list[Any]]:
    groups: list[list[Any]] = [[] for _ in range(count)]
    for piece, row in zip(pieces, owner.tolist(), strict=True):
        groups[row].append(piece)
    return groups
