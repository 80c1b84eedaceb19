"""A CRS in which one survey file can be measured, where no study states one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.crs.coordinate_operation import LambertAzimuthalEqualAreaConversion

from gis_layers.crs import crs_text, on_earth, require_metric_crs, to_lonlat
from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.readers import read_table
from gis_layers.readers.vector import describe
from gis_layers.source_crs import SourceCRS


def metric_crs_of(spec: LayerSpec) -> str:
    """Find a projected CRS in metres for a survey file: its own where that will do, else one around its middle.

    Returns
    -------
    str
        As `require_metric_crs` gives it.

    Raises
    ------
    StudyError
        When neither the file nor `spec` states a CRS.
    SurveyError
        When the file cannot be read, or its coordinates lie nowhere on earth in its CRS.
    """
    table = read_table(spec)
    stated = None if spec.crs is None else SourceCRS.parse(spec.crs, where=describe(spec))
    crs = table.crs if stated is None else stated.crs
    if crs is None:
        reason = f": {table.crs_note}" if table.crs_note else ""
        raise StudyError(f"{describe(spec)} has no CRS{reason}", "state it, for example EPSG:2154 in mainland France")
    try:
        return require_metric_crs(crs_text(crs), where=describe(spec))
    except StudyError:  # in degrees, feet or Web Mercator
        middle = _middle(table.wkb)
        return _around(spec, crs, middle[::-1] if stated is not None and stated.swapped else middle)


def _middle(wkb: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Median x and y of the geometries that can be read; nan without any."""
    present = wkb[[each is not None for each in wkb]]
    box = shapely.bounds(shapely.from_wkb(present, on_invalid="ignore"))
    box = box[np.isfinite(box).all(axis=1)]
    if not len(box):
        return np.full(2, np.nan)
    middle: npt.NDArray[np.float64] = np.median((box[:, :2] + box[:, 2:]) / 2.0, axis=0)
    return middle


def _around(spec: LayerSpec, crs: pyproj.CRS, middle: npt.NDArray[np.float64]) -> str:
    """Equal-area CRS around a place: true near it, and used everywhere on earth, so that no row is refused for it."""
    if not np.isfinite(middle).all():  # no row can be placed: any CRS will do for what else there is to say
        return _equal_area(0.0, 0.0)
    lon, lat = to_lonlat(middle[None], crs)[0].tolist() if on_earth(crs) else (np.inf, np.inf)
    if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):  # infinite where PROJ knows no place
        raise SurveyError(
            f"{describe(spec)}: its middle ({middle[0]:g}, {middle[1]:g}) lies nowhere on earth in {crs.name}",
            "state its true CRS",
        )
    return _equal_area(round(lat, 2), round(lon, 2))


def _equal_area(lat: float, lon: float) -> str:
    plane = LambertAzimuthalEqualAreaConversion(latitude_natural_origin=lat, longitude_natural_origin=lon)
    return crs_text(pyproj.crs.ProjectedCRS(plane, name="metres around the middle of the layer"))
