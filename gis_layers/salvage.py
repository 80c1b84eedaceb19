"""Geometries that GEOS refuses whole for one bad ring or line: keep the parts that are good.

WKB is ISO or EWKB; only rows that shapely cannot read come here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

_POINT, _LINE, _POLYGON = 1, 2, 3
_COLLECTIONS = frozenset({4, 5, 6, 7})
_EWKB_Z, _EWKB_M, _EWKB_SRID = 0x80000000, 0x40000000, 0x20000000
_DEEPEST = 16

Floats = npt.NDArray[np.float64]


class BrokenWkbError(ValueError):
    """Bytes that are no WKB of points, lines, polygons and collections of them."""


@dataclass(frozen=True)
class Salvaged:
    """What is left of a broken geometry.

    Attributes
    ----------
    geometry : geometry
        2D; a collection where several parts are left, empty where none is.
    dropped : tuple of str
        What was left out, in words.
    closed : bool
        A ring was closed.
    code : str
        Finding code of the row where it is lost: something is not a finite number, or nothing is left.
    """

    geometry: BaseGeometry
    dropped: tuple[str, ...]
    closed: bool
    code: str


@dataclass
class _Walk:
    """Where the walk through the bytes is, and what it has found."""

    data: bytes
    at: int = 0
    parts: list[BaseGeometry] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    closed: bool = False
    infinite: bool = False
    families: set[int] = field(default_factory=set)

    def take(self, layout: str) -> int:
        try:
            (value,) = struct.unpack_from(layout, self.data, self.at)
        except struct.error as error:
            raise BrokenWkbError("the bytes end too early") from error
        self.at += struct.calcsize(layout)
        return int(value)

    def take_xy(self, order: str, count: int, dimensions: int) -> Floats:
        """Coordinates x and y of `count` vertices, (count, 2)."""
        size = count * dimensions * 8
        if self.at + size > len(self.data):
            raise BrokenWkbError("the bytes end too early")
        values = np.frombuffer(self.data, f"{order}f8", count * dimensions, self.at).reshape(count, dimensions)
        self.at += size
        self.infinite |= not bool(np.isfinite(values[:, :2]).all())
        return values[:, :2].astype(np.float64)


def salvage_wkb(wkb: bytes) -> Salvaged:
    """Read WKB part by part, without the rings and lines that have too few points.

    Raises
    ------
    BrokenWkbError
        When the bytes are no WKB, or hold curves or surfaces in space.
    """
    walk = _Walk(wkb)
    _walk_geometry(walk, 0)
    geometry = walk.parts[0] if len(walk.parts) == 1 else shapely.GeometryCollection(walk.parts)
    code = ""
    if walk.infinite:
        code = "bad-coordinate"
        walk.dropped.append("a coordinate is not a finite number")
    elif not walk.parts:
        code = "invalid-polygon" if _POLYGON in walk.families else "zero-length"
    return Salvaged(geometry, tuple(walk.dropped), walk.closed, code)


def _walk_geometry(walk: _Walk, depth: int) -> None:
    mark = walk.take("B")
    if mark > 1 or depth > _DEEPEST:
        raise BrokenWkbError("no byte order, or too deep")
    order = "<" if mark else ">"
    number = walk.take(f"{order}I")
    if number & _EWKB_SRID:
        walk.take(f"{order}I")
    flags = bool(number & _EWKB_Z) + bool(number & _EWKB_M)
    iso, family = divmod(number & 0x0FFFFFFF, 1000)
    dimensions = 2 + (flags or (0, 1, 1, 2)[min(iso, 3)])
    walk.families.add(family)
    if family == _POINT:
        walk.parts.append(shapely.Point(walk.take_xy(order, 1, dimensions)[0]))
    elif family == _LINE:
        _walk_line(walk, walk.take_xy(order, walk.take(f"{order}I"), dimensions))
    elif family == _POLYGON:
        _walk_polygon(walk, [walk.take_xy(order, walk.take(f"{order}I"), dimensions) for _ in _counted(walk, order)])
    elif family in _COLLECTIONS:
        for _ in _counted(walk, order):
            _walk_geometry(walk, depth + 1)
    else:
        raise BrokenWkbError(f"geometry type {number}")


def _counted(walk: _Walk, order: str) -> range:
    count = walk.take(f"{order}I")
    if count > len(walk.data) - walk.at:
        raise BrokenWkbError("the bytes end too early")
    return range(count)


def _walk_line(walk: _Walk, xy: Floats) -> None:
    if len(xy) == 1:
        walk.dropped.append("a line of 1 point")
    elif len(xy):
        walk.parts.append(shapely.LineString(xy))


def _walk_polygon(walk: _Walk, rings: list[Floats]) -> None:
    if walk.infinite:  # the row is lost, and a ring whose end is no number cannot be made
        return
    drawn = [_close(walk, xy, "an outline" if position == 0 else "a hole") for position, xy in enumerate(rings)]
    if drawn and drawn[0] is not None:
        walk.parts.append(shapely.Polygon(drawn[0], [hole for hole in drawn[1:] if hole is not None]))


def _close(walk: _Walk, xy: Floats, name: str) -> Floats | None:
    """Return the ring closed, None where it has fewer than three points."""
    is_closed = len(xy) > 1 and bool((xy[0] == xy[-1]).all())
    points = len(xy) - is_closed
    if points < 3:
        if points:
            walk.dropped.append(f"{name} of {points} point{'s' if points > 1 else ''}")
        return None
    walk.closed |= not is_closed
    return xy if is_closed else np.concatenate([xy, xy[:1]])
