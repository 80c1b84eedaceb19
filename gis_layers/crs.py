"""Coordinate reference systems: what is metric, what is plausible, and how to get from one to another."""

from __future__ import annotations

import functools
import math
import re

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj._crs import AreaOfUse
from pyproj._network import set_network_enabled
from pyproj.exceptions import CRSError, ProjError

from gis_layers.errors import StudyError

set_network_enabled(False)  # nothing is fetched, whatever the environment says

Floats = npt.NDArray[np.float64]

AREA_MARGIN_DEG = 1.0
"""How far outside the area of use of a CRS a coordinate may lie, degrees (about 100 km)."""

NEXT_ZONE_DEG = 7.0
"""The same for a CRS that the study states: a town may be delivered in the next zone of UTM, 6 degrees away."""

SWAPPED = "swapped"
"""Word after the CRS of a layer: its file gives y before x, or latitude before longitude."""

OWN_GRIDS = "its CRS names grid files of its own"
"""Why a CRS of a file is not used: PROJ would open any file, or ask the network, for a shift of datum."""

_GRID_FILE = re.compile(r"grids\s*=\s*(?!@?null(?![\w.,/]))|PARAMETERFILE\s*\[", re.IGNORECASE)
_METRIC_HINT = "name the projected CRS in metres of the country, for example EPSG:2154 in mainland France"


def parse_crs(text: str, *, where: str) -> pyproj.CRS:
    """Parse a CRS that a study states.

    Raises
    ------
    StudyError
        When PROJ does not know it.
    """
    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError as error:
        raise StudyError(f"{where}: unknown CRS {text!r}", "write an EPSG code such as EPSG:2154") from error


def understand_crs(stated: object) -> tuple[pyproj.CRS | None, str]:
    """CRS that a file states, as text or PROJJSON, or None and why it has none; files are not trusted.

    Parameters
    ----------
    stated : object
        As the file has it; nothing where it is None or empty.
    """
    if not stated:
        return None, ""
    try:
        crs = pyproj.CRS.from_user_input(stated)
    except CRSError:
        return None, "the CRS that it states cannot be understood"
    # of heights the grids may be named: they are dropped
    in_plan = crs.sub_crs_list[0] if crs.sub_crs_list else crs
    return (None, OWN_GRIDS) if _GRID_FILE.search(in_plan.to_wkt()) else (crs, "")


def require_metric_crs(text: str, *, where: str) -> str:
    """Check that a CRS measures true lengths in metres.

    Parameters
    ----------
    text : str
        CRS as the study states it.
    where : str
        Study key, for the message.

    Returns
    -------
    str
        ``AUTHORITY:CODE`` where the CRS has one, otherwise its WKT.

    Raises
    ------
    StudyError
        When the CRS is unknown, geographic, not in metres, of another planet, or Web Mercator (whose metres are 1.4
        times too long in central Europe).
    """
    crs = parse_crs(text, where=where)
    if not crs.is_projected:
        raise StudyError(f"{where}: {crs.name} ({text}) is not a projected CRS", _METRIC_HINT)
    units = {(axis.unit_name, axis.unit_conversion_factor) for axis in crs.axis_info[:2]}
    if any(not math.isclose(factor, 1.0, rel_tol=1e-9) for _, factor in units):
        names = ", ".join(sorted(name for name, _ in units))
        raise StudyError(f"{where}: {crs.name} ({text}) measures in {names}, not in metres", _METRIC_HINT)
    if not on_earth(crs):
        raise StudyError(f"{where}: {crs.name} ({text}) is not on earth", _METRIC_HINT)
    operation = crs.coordinate_operation
    if operation is not None and "Pseudo Mercator" in operation.method_name:
        raise StudyError(f"{where}: {crs.name} ({text}) is Web Mercator, whose lengths are not true", _METRIC_HINT)
    return crs_text(crs)


@functools.lru_cache(maxsize=64)
def crs_text(crs: pyproj.CRS) -> str:
    """Shortest exact name of a CRS: ``AUTHORITY:CODE``, otherwise WKT; kept, for the same reason as `epsg_code`."""
    authority = crs.to_authority(min_confidence=100)
    return ":".join(authority) if authority else str(crs.to_wkt())


def crs_name(crs: pyproj.CRS) -> str:
    """Name of a CRS for messages."""
    return "a CRS without a name" if crs.name in ("unknown", "unnamed", "") else crs.name


def same_crs(first: pyproj.CRS, second: pyproj.CRS) -> bool:
    """Whether two CRS place the same numbers at the same spot (dialects of one CRS count as the same)."""
    if first.equals(second, ignore_axis_order=True):
        return True
    code = epsg_code(first)
    return code is not None and code == epsg_code(second)


def own_degrees(crs: pyproj.CRS) -> pyproj.CRS:
    """Longitude and latitude on the datum of a geographic or projected CRS."""
    degrees = crs.geodetic_crs
    if degrees is None:
        raise StudyError(f"{crs.name} is no place on earth", "name a geographic or projected CRS")
    return degrees


def same_ellipsoid(first: pyproj.CRS, second: pyproj.CRS) -> bool:
    """Whether two CRS measure the earth by one ellipsoid, whatever it is called."""
    one, other = first.ellipsoid, second.ellipsoid
    if one is None or other is None:
        return False
    off_m = max(abs(one.semi_major_metre - other.semi_major_metre), abs(one.semi_minor_metre - other.semi_minor_metre))
    return bool(off_m < 0.01)


@functools.lru_cache(maxsize=64)
def epsg_code(crs: pyproj.CRS) -> int | None:
    """EPSG code; finding that of a CRS without one takes PROJ half a second, so it is kept."""
    return crs.to_epsg()


@functools.lru_cache(maxsize=256)
def _transformer(source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def on_earth(crs: pyproj.CRS) -> bool:
    """Whether a CRS is one of the earth: those of other planets have codes too."""
    try:
        _transformer(crs, pyproj.CRS.from_epsg(4326))
    except ProjError:
        return False
    return True


def inside_area(
    bounds: npt.NDArray[np.float64], crs: pyproj.CRS, *area_crs: pyproj.CRS, margin_deg: float = AREA_MARGIN_DEG
) -> npt.NDArray[np.bool_]:
    """Tell which boxes lie within the area of use of each CRS, a margin around it included.

    Parameters
    ----------
    bounds : (n, 4) float
        minx, miny, maxx, maxy in `crs`.
    crs : CRS
        Of the boxes.
    *area_crs : CRS
        Whose area of use counts; where one states none, every place on earth is inside.
    margin_deg : float
        Degrees.

    Returns
    -------
    (n,) bool
    """
    inside = np.ones(len(bounds), dtype=bool)
    low, high = bounds[:, :2], bounds[:, 2:]
    for corner in (low,) if np.array_equal(low, high) else (low, high):  # the same in a layer of points
        lon, lat = to_lonlat(corner, crs).T
        for one in area_crs:
            inside &= in_area(lon, lat, one.area_of_use, margin_deg=margin_deg)
    return inside


def to_lonlat(xy: npt.NDArray[np.float64], crs: pyproj.CRS) -> npt.NDArray[np.float64]:
    """Longitude and latitude on WGS 84, degrees, (n, 2); inf where there is no such place."""
    return transform_xy(xy, crs, pyproj.CRS.from_epsg(4326))


def transform_xy(xy: npt.NDArray[np.float64], source: pyproj.CRS, target: pyproj.CRS) -> npt.NDArray[np.float64]:
    """Transform coordinates, (n, 2), x before y on both sides; inf where that cannot be done."""
    transformer = _transformer(source, target)
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def in_area(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], area: AreaOfUse | None, *, margin_deg: float
) -> npt.NDArray[np.bool_]:
    """Tell which places, in degrees, lie within an area of use and its margin; anywhere on earth where it is None."""
    if area is None:
        anywhere: npt.NDArray[np.bool_] = (np.abs(lat) < 90.0) & (np.abs(lon) <= 180.0 + AREA_MARGIN_DEG)
        return anywhere
    inside = (lat >= area.south - margin_deg) & (lat <= area.north + margin_deg)
    # degrees east of the west edge, so that areas across the antimeridian need no case of their own
    width_deg = (area.east - area.west) % 360.0 or 360.0
    with np.errstate(invalid="ignore"):
        east_deg = np.mod(lon - area.west + margin_deg, 360.0)
    inside &= np.isfinite(lon) & (east_deg <= width_deg + 2.0 * margin_deg)
    return inside
