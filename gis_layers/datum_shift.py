"""How exactly a layer gets from its CRS to that of the study: what PROJ could do there, and what it did not know."""

from __future__ import annotations

import functools
import warnings

import numpy as np
import pyproj
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.transformer import TransformerGroup

from gis_layers.crs import Floats, crs_name, crs_text, epsg_code, own_degrees, same_crs, same_ellipsoid, transform_xy
from gis_layers.crs_candidates import equal_crs, middles, thin
from gis_layers.ledger import Ledger
from gis_layers.operations import Place, find_operation

EXACT_M = 1.0
"""A transformation stated to be this exact is not worth a word."""

EXACT_WGS84_M = 5.0
"""The same where one side is WGS 84: its degrees themselves are known within 2 m only, and often those of a national
datum taken for it (NAD83 to WGS 84 is stated to be exact within 4 m)."""

_SATELLITE_AGE_M = 2.0
"""Datums of the satellite age, all on one ellipsoid within 0.1 mm, agree so far."""

_SAME_SPOT_M = 0.01


def tell_how_placed(
    ledger: Ledger, source: pyproj.CRS, target: pyproj.CRS, bounds: Floats, place: Place | None, *, of_file: bool
) -> None:
    """Tell of a CRS without a code (``crs-without-code``) and of an inexact way to that of the study.

    Parameters
    ----------
    ledger : Ledger
        Takes the findings.
    source, target : CRS
        Of the layer, of the study.
    bounds : (n, 4) float
        minx, miny, maxx, maxy of the rows in `source`.
    place : tuple of float or None
        Of the layer, as `place_of` finds it.
    of_file : bool
        The file states `source`, not the study.
    """
    xy = thin(middles(bounds))
    if not len(xy):
        return
    equal = None
    if of_file and epsg_code(source) is None and not crs_text(source).startswith("OGC:"):
        equal = _tell_without_code(ledger, source, xy)
    _tell_datum_shift(ledger, source, target, np.median(xy, axis=0), place, equal)


def _tell_without_code(ledger: Ledger, source: pyproj.CRS, xy: Floats) -> pyproj.CRS | None:
    found = equal_crs(xy, source)
    if found is None:
        meaning, advice = "no CRS in use there is equal to it", "check that the layer lies where it should on the map"
    else:
        code = _code_of(found[0])
        meaning = (
            f"here its numbers mean the same as in {code} ({found[0].name}), to {max(found[1] * 1000.0, 1.0):.0f} mm"
        )
        advice = f'state crs: "{code}" in this layer if that is meant'
    ledger.tell(
        "note",
        code="crs-without-code",
        message=f"the CRS of the file, {crs_name(source)}, has no EPSG code; {meaning}",
        done="read as the file states it",
        advice=advice,
    )
    return None if found is None else found[0]


def _tell_datum_shift(
    ledger: Ledger,
    source: pyproj.CRS,
    target: pyproj.CRS,
    middle: Floats,
    place: Place | None,
    equal: pyproj.CRS | None,
) -> None:
    """Tell of a transformation at the middle of a layer that is inexact: ``datum-shift-approximate``."""
    if same_crs(source, target):
        return
    used = find_operation(source, target, place)
    if used.ballpark:
        _tell_ballpark(ledger, source, target, middle, place, equal)
    elif used.accuracy_m is None:
        message = f"how exactly {crs_name(source)} is turned into {crs_name(target)} is not stated: {used.name}"
        ledger.tell("note", code="datum-shift-approximate", message=message, done="used as it is")
    elif used.accuracy_m > (EXACT_WGS84_M if _on_wgs84(source) or _on_wgs84(target) else EXACT_M):
        grid, accuracy_m = _better(source, target, place, used.accuracy_m)
        better = f"; within {accuracy_m:g} m with the grid {grid}, which is not installed" if grid else ""
        ledger.tell(
            "note",
            code="datum-shift-approximate",
            message=f"{crs_name(source)} is turned into {crs_name(target)} within {used.accuracy_m:g} m{better}",
            done=f"all rows alike: {used.name}",
            advice=f"where metres count: pyproj sync --file {grid}, once, with a network" if grid else "",
        )


def _tell_ballpark(
    ledger: Ledger,
    source: pyproj.CRS,
    target: pyproj.CRS,
    middle: Floats,
    place: Place | None,
    equal: pyproj.CRS | None,
) -> None:
    """Say how far off a layer may lie whose datum was taken for that of the study."""
    satellites = _is_satellite_age(source) and _is_satellite_age(target)
    likely = (equal,) if equal is not None else () if satellites else _datums_around(source, place)
    shifts = [(_shift_m(source, each, target, middle, place), each) for each in likely]
    known = [(shift_m, each) for shift_m, each in shifts if shift_m is not None]
    far_m, datum = max(known, key=lambda pair: pair[0], default=(0.0, None))
    if equal is not None and known and far_m < _SAME_SPOT_M:
        return
    near = satellites or (datum is not None and far_m < _SATELLITE_AGE_M)
    if near:
        far = f"the layer lies within some {_SATELLITE_AGE_M:g} m of its place"
    elif datum is not None:
        far = f"if it is that of {datum.name}, the layer lies {far_m:.0f} m off here"
    else:
        far = "the layer may lie some 100 m off"
    code = _code_of(equal)
    ledger.tell(
        "note" if near else "warning",
        code="datum-shift-approximate",
        message=f"no way is known from the datum of {crs_name(source)} to that of {crs_name(target)}: {far}",
        done="the datum of the study taken for it",
        advice=f'state crs: "{code}" in this layer if that is meant' if code else "state a crs: whose datum is known",
    )


def _code_of(crs: pyproj.CRS | None) -> str:
    authority = None if crs is None else crs.to_authority()
    return ":".join(authority) if authority else ""


def _shift_m(
    source: pyproj.CRS, other: pyproj.CRS, target: pyproj.CRS, middle: Floats, place: Place | None
) -> float | None:
    """How far apart `middle` lies on the datums of two CRS, metres in `target`; None where that is not known either."""
    there = middle[None] if other.is_projected else transform_xy(middle[None], source, own_degrees(source))
    there = there.T
    operation = find_operation(other, target, place)
    if operation.ballpark:
        return None
    meant, used = operation.transform(*there), find_operation(source, target, place).transform(*middle[:, None])
    return float(np.hypot(meant[0] - used[0], meant[1] - used[1])[0])


@functools.lru_cache(maxsize=64)
def _datums_around(source: pyproj.CRS, place: Place | None) -> tuple[pyproj.CRS, ...]:
    """CRS in degrees that are used at a place and lie on the ellipsoid of a CRS."""
    if _is_satellite_age(source):  # of hundreds that agree one will do
        return (pyproj.CRS.from_epsg(4326),)
    if place is None:
        return ()
    infos = query_crs_info(
        auth_name="EPSG",
        pj_types=PJType.GEOGRAPHIC_2D_CRS,
        area_of_interest=AreaOfInterest(*place, *place),
        contains=True,
    )
    codes = sorted(int(info.code) for info in infos)
    every = (pyproj.CRS.from_epsg(code) for code in codes)
    return tuple(
        each for each in every if same_ellipsoid(each, source) and each.prime_meridian == source.prime_meridian
    )


def _is_satellite_age(crs: pyproj.CRS) -> bool:
    return same_ellipsoid(crs, pyproj.CRS.from_epsg(4326))


def _on_wgs84(crs: pyproj.CRS) -> bool:
    datum = crs.datum
    return datum is not None and "World Geodetic System 1984" in datum.name


def _better(source: pyproj.CRS, target: pyproj.CRS, place: Place | None, accuracy_m: float) -> tuple[str, float]:
    """A grid that is not installed and would be more exact, and how exact; an empty name where there is none."""
    aoi = None if place is None else AreaOfInterest(*place, *place)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Best transformation is not available")  # which is what is told here
        group = TransformerGroup(source, target, always_xy=True, area_of_interest=aoi)  # type: ignore[arg-type]
    better = [
        (operation.accuracy, grid.short_name)
        for operation in group.unavailable_operations
        if 0.0 <= operation.accuracy < accuracy_m
        for grid in list(operation.grids)[:1]
    ]
    best_m, name = min(better, default=(accuracy_m, ""))
    return name, best_m
