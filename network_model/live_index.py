"""A spatial index that takes assets in and out one at a time, for editing a survey."""

from __future__ import annotations

import math

import rtree
import shapely
from shapely.geometry.base import BaseGeometry


class LiveIndex:
    """Assets by a number of one's own, found by true distance.

    One insert or delete costs about as much as a search, where a packed tree would be built anew.
    """

    def __init__(self) -> None:
        self._tree = rtree.index.Index()
        self._geometry: dict[int, BaseGeometry] = {}

    def __len__(self) -> int:
        return len(self._geometry)

    def insert(self, key: int, geometry: BaseGeometry) -> None:
        """Add an asset; ValueError when the number is taken or there is no geometry."""
        if key in self._geometry:
            raise ValueError(f"asset {key} is already in the index")
        if geometry.is_empty:
            raise ValueError(f"asset {key} has no geometry")
        self._geometry[key] = geometry
        self._tree.insert(key, geometry.bounds)

    def delete(self, key: int) -> None:
        """Take an asset out; KeyError when it is not in."""
        self._tree.delete(key, self._geometry.pop(key).bounds)

    def nearest(self, x: float, y: float) -> tuple[int, float] | None:
        """Return the nearest asset and its distance, m; the lowest number of equally near ones, None when empty."""
        if not self._geometry:
            return None
        point = shapely.Point(x, y)
        # the tree ranks boxes: what is nearest in truth has its box within the true distance of the first by box
        first = next(iter(self._tree.nearest((x, y, x, y), 1)))
        reach_m = math.nextafter(point.distance(self._geometry[first]), math.inf)
        box = (x - reach_m, y - reach_m, x + reach_m, y + reach_m)
        return min(
            ((key, float(point.distance(self._geometry[key]))) for key in self._tree.intersection(box)),
            key=lambda found: (found[1], found[0]),
        )
