"""The one transformation that takes a whole layer from its CRS to that of the study."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import ProjError
from pyproj.transformer import AreaOfInterest

from gis_layers.crs import Floats, same_crs, to_lonlat

Place = tuple[float, float]
"""Longitude and latitude, degrees, to a tenth: layers of one town share it, and what is found for it."""


@dataclass(frozen=True)
class Operation:
    """The transformation that PROJ holds for the best at a place, of those that are installed.

    PROJ would choose for each point again, by areas that end in straight lines: a town across such a line is torn by
    metres. One layer takes one operation.

    Attributes
    ----------
    name : str
        Its steps.
    accuracy_m : float or None
        As its source states it; None where it states none.
    ballpark : bool
        The datums are taken for one another: no way from one to the other is known.
    transformer : Transformer
        Takes x before y, gives x before y.
    elsewhere : Transformer
        For points where that one fails, such as outside its grid.
    """

    name: str
    accuracy_m: float | None
    ballpark: bool
    transformer: pyproj.Transformer
    elsewhere: pyproj.Transformer

    def transform(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Transform coordinates; inf where that cannot be done."""
        moved_x, moved_y = self.transformer.transform(x, y)
        lost = ~np.isfinite(moved_x)
        if lost.any():
            moved_x[lost], moved_y[lost] = self.elsewhere.transform(x[lost], y[lost])
        return moved_x, moved_y


def place_of(bounds: Floats, crs: pyproj.CRS) -> Place | None:
    """Where the middle of a layer lies: that of its boxes, (n, 4), in its CRS; None where they lie nowhere."""
    with np.errstate(over="ignore", invalid="ignore"):
        xy = bounds[:, :2] / 2.0 + bounds[:, 2:] / 2.0
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return None
    lon, lat = to_lonlat(np.median(xy, axis=0)[None], crs)[0].tolist()
    return (round(lon, 1), round(lat, 1)) if abs(lon) <= 180.0 and abs(lat) <= 90.0 else None


@functools.lru_cache(maxsize=256)
def find_operation(source: pyproj.CRS, target: pyproj.CRS, place: Place | None) -> Operation:
    """Find the best operation at a place; a new one takes PROJ 5 to 80 ms."""
    area = None if place is None else AreaOfInterest(*place, *place)
    every = pyproj.Transformer.from_crs(source, target, always_xy=True, area_of_interest=area)
    one = every if place is None else _used_at(every, source, place)
    ballpark = any(step.has_ballpark_transformation for step in one.operations or ())
    accuracy_m = one.accuracy if one.accuracy >= 0.0 else None
    locked = every if one is every else pyproj.Transformer.from_pipeline(one.definition)
    return Operation(one.description, accuracy_m, ballpark, locked, every)


def _used_at(every: pyproj.Transformer, source: pyproj.CRS, place: Place) -> pyproj.Transformer:
    x, y = pyproj.Transformer.from_crs("EPSG:4326", source, always_xy=True).transform(*place)
    every.transform(x, y)
    try:
        return every.get_last_used_operation()
    except ProjError:  # there is but one
        return every


def reproject_geometries(
    geometries: npt.NDArray[np.object_], source: pyproj.CRS, target: pyproj.CRS, *, place: Place | None
) -> npt.NDArray[np.object_]:
    """Reproject 2D geometries of a layer, x before y on both sides; coordinates that cannot be transformed become inf.

    `place` as `place_of` finds it.
    """
    if same_crs(source, target):
        return geometries
    operation = find_operation(source, target, place)
    moved: npt.NDArray[np.object_] = shapely.transform(geometries, operation.transform, interleaved=False)
    return moved
