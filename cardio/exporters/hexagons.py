"""Demand summed in hexagons, for towns with more points than a browser draws quickly."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CLASSES = 4
MOST_HEXAGONS = 3_000
ROUND_M = 10.0


@dataclass(frozen=True)
class Hexagons:
    """Occupied hexagons, H of them, in order of row then column.

    Attributes
    ----------
    geometry : GeoSeries of H polygons
        In the CRS of the points.
    weights : (H, 4) float
        Demand weight by class.
    counts : (H,) int
        Points.
    """

    geometry: gpd.GeoSeries
    weights: Floats
    counts: Ints


def edge_for(geometry: gpd.GeoSeries) -> float:
    """Edge (m) with which the extent of the points holds at most 3,000 hexagons or so, rounded up to 10 m."""
    west, south, east, north = geometry.total_bounds
    area_m2 = max(east - west, 1.0) * max(north - south, 1.0)
    # a regular hexagon of edge e covers 3/2 * sqrt(3) * e^2
    return float(np.ceil(np.sqrt(area_m2 / MOST_HEXAGONS / (1.5 * np.sqrt(3))) / ROUND_M) * ROUND_M)


def sum_in_hexagons(geometry: gpd.GeoSeries, classes: Ints, weight: Floats, edge_m: float) -> Hexagons:
    """Sum points (n of them) by pointy-topped hexagon of edge `edge_m`."""
    column, row = _nearest_centre(shapely.get_coordinates(geometry.to_numpy()), edge_m)
    cells, cell = np.unique(np.column_stack([row, column]), axis=0, return_inverse=True)
    weights = np.zeros((len(cells), CLASSES))
    np.add.at(weights, (cell, classes), weight)
    angles = np.deg2rad(np.arange(30, 390, 60))
    corners = edge_m * np.column_stack([np.cos(angles), np.sin(angles)])
    rings = _centre(cells[:, 1], cells[:, 0], edge_m)[:, None, :] + corners[None, :, :]
    counts = np.bincount(cell, minlength=len(cells)).astype(np.int64)
    return Hexagons(gpd.GeoSeries(shapely.polygons(rings), crs=geometry.crs), weights, counts)


def _centre(column: Ints, row: Ints, edge_m: float) -> Floats:
    return np.column_stack([np.sqrt(3) * edge_m * (column + row / 2), 1.5 * edge_m * row])


def _nearest_centre(xy: Floats, edge_m: float) -> tuple[Ints, Ints]:
    """Axial coordinates of the nearest centre: cube rounding, where the coordinate rounded furthest gives way."""
    row = xy[:, 1] / (1.5 * edge_m)
    column = xy[:, 0] / (np.sqrt(3) * edge_m) - row / 2
    cube = np.column_stack([column, row, -column - row])
    nearest = np.rint(cube)
    worst = np.abs(nearest - cube).argmax(axis=1)
    others = nearest.sum(axis=1) - nearest[np.arange(len(xy)), worst]
    nearest[np.arange(len(xy)), worst] = -others
    return nearest[:, 0].astype(np.int64), nearest[:, 1].astype(np.int64)
