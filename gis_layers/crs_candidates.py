"""Which coordinate reference systems would put given numbers where the study lies: suggestions, never a choice."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import ProjError

from gis_layers.crs import (
    AREA_MARGIN_DEG,
    NEXT_ZONE_DEG,
    SWAPPED,
    Floats,
    in_area,
    own_degrees,
    same_ellipsoid,
    to_lonlat,
    transform_xy,
)
from gis_layers.parsing import read_wkb

Box = tuple[float, float, float, float]

MAX_CANDIDATES = 5
SAMPLE_ROWS = 200
"""Rows looked at, spread evenly over the layer."""

_SHARE_INSIDE = 0.5
_SAME_PLACE_M = 3.0
_SAME_DATUM_DEG = 3e-5
_NEAR_M = 10_000.0
_WIDE_DEG = 90.0
"""CRS used over more degrees of longitude are for maps of the world, not for surveys."""

_WORLD_WIDE = (4326, 3857)
_WIDE_DATUMS = ("ETRS89", "WGS 84")
"""Of grids that agree within metres, one on these datums stands for its national twins."""

_EQUAL_M = 0.01
_METRES_PER_DEGREE = 111_320.0
"""Of latitude; of longitude at the equator."""

_MAX_DEGREES = 180.0
"""Numbers up to here are longitudes and latitudes: no survey lies so near the false origin of a projected CRS."""


@dataclass(frozen=True)
class Candidate:
    """A CRS in which numbers would lie where the study does.

    Attributes
    ----------
    crs : str
        As ``crs:`` of the layer takes it, such as ``EPSG:27572``, or ``EPSG:4326 swapped`` for y before x.
    name : str
        Name of the CRS.
    lon, lat : float
        Where the middle of the layer would lie, degrees.
    away_m : float or None
        From there to the box of the other layers, metres; None where those are not known.
    """

    crs: str
    name: str
    lon: float
    lat: float
    away_m: float | None = None

    def __str__(self) -> str:
        fit = "" if self.away_m is None else f", {self.away_m / 1000:.0f} km from the other layers"
        if self.away_m is not None and self.away_m < 500.0:
            fit = ", among the other layers"
        return f'crs: "{self.crs}"   # {self.name}: lies at {show_lonlat(self.lon, self.lat)}{fit}'


def show_lonlat(lon: float, lat: float, *, digits: int = 3) -> str:
    """Longitude and latitude as people write them."""
    if not (abs(lon) <= 360.0 and abs(lat) <= 90.0):
        return "no place on earth"
    return f"{abs(lat):.{digits}f}° {'N' if lat >= 0 else 'S'}, {abs(lon):.{digits}f}° {'E' if lon >= 0 else 'W'}"


def sample_places(wkb: npt.NDArray[np.object_]) -> Floats:
    """Middles of some rows, spread evenly over a layer, in the numbers of its file.

    Parameters
    ----------
    wkb : (n,) object
        Geometries as WKB, None where there is none.

    Returns
    -------
    (k, 2) float
        x, y; finite; k at most ``SAMPLE_ROWS``.
    """
    given = thin(wkb[~pd.isna(wkb)])
    return middles(shapely.bounds(read_wkb(given)))


def thin(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """At most ``SAMPLE_ROWS`` rows, spread evenly."""
    step = -(-len(rows) // SAMPLE_ROWS)
    return rows[:: max(step, 1)]


def middles(bounds: Floats) -> Floats:
    """Centres of the boxes that are finite, (k, 2)."""
    with np.errstate(over="ignore", invalid="ignore"):
        xy: Floats = bounds[:, :2] / 2.0 + bounds[:, 2:] / 2.0
    return xy[np.isfinite(xy).all(axis=1)]


def suggest_crs(
    xy: Floats, study: pyproj.CRS, *, near: Box | None = None, within_m: float = np.inf
) -> tuple[Candidate, ...]:
    """List the CRS in which numbers would lie where the study does, best first.

    Parameters
    ----------
    xy : (k, 2) float
        A sample of the numbers, as `sample_places` takes it.
    study : CRS
        Of the study; candidates lie in its area of use.
    near : tuple of 4 float or None
        minx, miny, maxx, maxy of the other layers in the study CRS, metres; candidates are ranked by distance to it.
        A grid is then taken also where it lies up to ``NEXT_ZONE_DEG`` outside its area of use.
    within_m : float
        Only candidates so near to `near` are listed, metres.

    Returns
    -------
    tuple of Candidate
        At most ``MAX_CANDIDATES``. Of several that differ by less than 3 m the commonest is kept. Axes are taken as
        swapped only where no CRS fits as they are, or the numbers are degrees.
    """
    if not len(xy):
        return ()
    degrees = bool(np.median(np.abs(xy), axis=0).max() <= _MAX_DEGREES)
    codes = _WORLD_WIDE[:1] if degrees else _codes_in_use(_search_area(study, near))
    places = _near(_placed(codes, xy, study, near, swapped=False), within_m)
    if degrees or not places:
        places += _near(_placed(codes, xy[:, ::-1], study, near, swapped=True), within_m)
    ranked = sorted(_distinct(places), key=lambda place: place.rank)
    return tuple(place.candidate for place in ranked[:MAX_CANDIDATES])


def _near(places: list[_Place], within_m: float) -> list[_Place]:
    return [place for place in places if not (place.candidate.away_m or 0.0) > within_m]


def equal_crs(xy: Floats, crs: pyproj.CRS) -> tuple[pyproj.CRS, float] | None:
    """Find the CRS with an EPSG code, in use there, under which numbers mean what they do in one without.

    Parameters
    ----------
    xy : (k, 2) float
        A sample of the numbers, as `sample_places` takes it.
    crs : CRS
        Projected, as the file states it.

    Returns
    -------
    (CRS, float) or None
        The one of the shortest name, and how far off it is at worst, metres; None where none is within a centimetre.
        It has the ellipsoid of `crs`; of datums without a name more cannot be told.
    """
    lonlat = transform_xy(xy, crs, own_degrees(crs)) if crs.is_projected else np.zeros((0, 2))
    lonlat = lonlat[np.isfinite(lonlat).all(axis=1)]
    if not len(lonlat):
        return None
    lon, lat = np.median(lonlat, axis=0).tolist()
    around = (_crs_of(code) for code in _codes_in_use((lon, lat, lon, lat)))
    alike = [other for other in around if other.is_projected and same_ellipsoid(other, crs)]
    equal = [(other, off_m) for other in alike if (off_m := _off_m(xy, crs, other)) < _EQUAL_M]
    return min(equal, key=lambda pair: (len(pair[0].name), pair[0].to_epsg()), default=None)


def _off_m(xy: Floats, crs: pyproj.CRS, other: pyproj.CRS) -> float:
    """How far apart numbers lie under two CRS, the datum left aside, metres; inf where they are no place."""
    try:
        degrees = np.column_stack(_unproject(crs, xy)) - np.column_stack(_unproject(other, xy))
    except ProjError:  # a family of grids rather than one
        return np.inf
    off_m = float(np.abs(degrees).max()) * _METRES_PER_DEGREE
    return off_m if np.isfinite(off_m) else np.inf


@dataclass(frozen=True)
class _Place:
    """Where numbers lie under one CRS."""

    candidate: Candidate
    middle: Floats  # in the study CRS
    commonness: tuple[bool | int, ...]
    rank: tuple[float | bool, ...]


def _search_area(study: pyproj.CRS, near: Box | None) -> Box | None:
    """west, south, east, north of where to look for CRS; None for no place in particular."""
    if near is not None:
        to_world = pyproj.Transformer.from_crs(study, "EPSG:4326", always_xy=True)
        west, south, east, north = to_world.transform_bounds(*near)
        margin = NEXT_ZONE_DEG
        return west - margin, max(south - margin, -90.0), east + margin, min(north + margin, 90.0)
    area = study.area_of_use
    return None if area is None else (area.west, area.south, area.east, area.north)


@functools.lru_cache(maxsize=32)
def _codes_in_use(area: Box | None) -> tuple[int, ...]:
    """EPSG codes of projected CRS used in an area, and of the two that are used everywhere."""
    if area is None:
        return _WORLD_WIDE
    infos = query_crs_info(
        auth_name="EPSG", pj_types=PJType.PROJECTED_CRS, area_of_interest=AreaOfInterest(*area), contains=False
    )
    codes = {
        int(info.code)
        for info in infos
        if info.area_of_use is not None
        and (info.area_of_use.east - info.area_of_use.west) % 360.0 <= _WIDE_DEG
        and info.area_of_use.east - info.area_of_use.west < 360.0
    }
    return (*_WORLD_WIDE, *sorted(codes - set(_WORLD_WIDE)))


@functools.lru_cache(maxsize=1024)
def _crs_of(code: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(code)


def _unproject(crs: pyproj.CRS, xy: Floats) -> tuple[Floats, Floats]:
    """Longitude and latitude up to the datum: 100 times faster than a transformation, some 100 m off."""
    if crs.is_geographic:
        return xy[:, 0], xy[:, 1]
    lon, lat = pyproj.Proj(crs)(xy[:, 0], xy[:, 1], inverse=True)
    return lon, lat


def _share_inside(crs: pyproj.CRS, lon: Floats, lat: Floats, margin_deg: float) -> float:
    return float(in_area(lon, lat, crs.area_of_use, margin_deg=margin_deg).mean())


def _placed(codes: Iterable[int], xy: Floats, study: pyproj.CRS, near: Box | None, *, swapped: bool) -> list[_Place]:
    places = []
    margin_deg = AREA_MARGIN_DEG if near is None else NEXT_ZONE_DEG
    for code in codes:
        crs = _crs_of(code)
        try:
            lon, lat = _unproject(crs, xy)
        except ProjError:  # a family of grids rather than one, such as EPSG:32600
            continue
        inside = min(_share_inside(crs, lon, lat, margin_deg), _share_inside(study, lon, lat, AREA_MARGIN_DEG))
        if inside > _SHARE_INSIDE:
            places.append(_place(code, xy, np.array([np.median(lon), np.median(lat)]), study, near, swapped=swapped))
    return places


def _place(code: int, xy: Floats, rough: Floats, study: pyproj.CRS, near: Box | None, *, swapped: bool) -> _Place:
    crs = _crs_of(code)
    # by way of its own degrees: the transformation from one datum to another is costly to find, and grids share it
    own = own_degrees(crs)
    degrees = transform_xy(xy, crs, own)
    lonlat = np.median(to_lonlat(degrees, own), axis=0)
    middle = np.median(transform_xy(degrees, own, study), axis=0)
    away_m = None if near is None else float(shapely.distance(shapely.Point(middle), shapely.box(*near)))
    inside = min(_share_inside(area, lonlat[:1], lonlat[1:], 0.0) for area in (crs, study)) == 1.0
    # a datum of the satellite age is likelier today: it is that of WGS 84 within metres
    old_datum = bool(np.abs(lonlat - rough).max() > _SAME_DATUM_DEG)
    rank = (
        0.0 if away_m is None else away_m // _NEAR_M,
        not inside,
        swapped,
        crs != study,
        _country(crs) != _country(study),
        code not in _WORLD_WIDE,
        old_datum,
        float(np.hypot(*(lonlat - _centre(study)))),
    )
    text = f"EPSG:{code} {SWAPPED}" if swapped else f"EPSG:{code}"
    name = f"{crs.name}, y before x" if swapped else crs.name
    candidate = Candidate(text, name, float(lonlat[0]), float(lonlat[1]), away_m)
    national = crs.name.split(" / ")[0] not in _WIDE_DATUMS
    return _Place(candidate, middle, (swapped, crs != study, old_datum, national, len(crs.name), code), rank)


def _country(crs: pyproj.CRS) -> str:
    """Country of a CRS: EPSG names areas of use as ``France - mainland``."""
    return "" if crs.area_of_use is None else crs.area_of_use.name.split(" - ")[0]


def _centre(crs: pyproj.CRS) -> Floats:
    area = crs.area_of_use
    if area is None:
        return np.zeros(2)
    return np.array([area.west + (area.east - area.west) % 360.0 / 2.0, (area.south + area.north) / 2.0])


def _distinct(places: Sequence[_Place]) -> list[_Place]:
    """The commonest of those that place the layer at the same spot; places that are none are left out."""
    kept: list[_Place] = []
    for place in sorted(places, key=lambda place: place.commonness):
        apart_m = [float(np.hypot(*(place.middle - other.middle))) for other in kept]
        if np.isfinite(place.middle).all() and min(apart_m, default=np.inf) > _SAME_PLACE_M:
            kept.append(place)
    return kept
