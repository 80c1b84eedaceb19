"""Places: from the CRS of the file to that of the study, and rows that lie where they cannot be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gis_layers.crs import NEXT_ZONE_DEG, crs_name, crs_text, inside_area, to_lonlat
from gis_layers.crs_candidates import middles, show_lonlat, suggest_crs, thin
from gis_layers.datum_shift import tell_how_placed
from gis_layers.errors import SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.ledger import Ledger, ShowPlace, show_metres
from gis_layers.operations import place_of, reproject_geometries
from gis_layers.readers.vector import describe
from gis_layers.source_crs import SourceCRS, advise
from gis_layers.table import Rows

Geometries = npt.NDArray[np.object_]


def place_geometries(
    geometries: Geometries, source: SourceCRS, target: pyproj.CRS, ledger: Ledger, *, spec: LayerSpec
) -> Geometries:
    """Reproject to the study CRS and set aside rows that lie where neither CRS is meant to be used.

    Parameters
    ----------
    geometries : (rows,) object
    source : SourceCRS
        How the numbers of the file are read.
    target : CRS
        Of the study.
    ledger : Ledger
        Takes the findings.
    spec : LayerSpec
        For messages.

    Returns
    -------
    (rows,) object
        Geometries in `target`, None for rows set aside. ``ledger.xy`` is filled in.

    Raises
    ------
    SurveyError
        When more than half of the rows lie outside: the CRS is wrong. It names those that would fit.
    """
    rows = ledger.kept_rows
    straight = _straighten(geometries[rows], source, ledger)
    bounds = shapely.bounds(straight)
    if spec.crs is None:
        outside = ~inside_area(bounds, source.crs, source.crs, target)
    else:
        outside = ~inside_area(bounds, source.crs, target)
        outside |= ~inside_area(bounds, source.crs, source.crs, margin_deg=NEXT_ZONE_DEG)
    if 2 * int(outside.sum()) > len(rows):
        raise _wrong_crs(bounds, outside, source, target, spec)
    _set_aside_outside(rows[outside], bounds[outside], ledger)
    kept = ledger.kept_rows
    placed = np.full(len(geometries), None, dtype=object)
    place = place_of(bounds[~outside], source.crs)
    placed[kept] = reproject_geometries(straight[~outside], source.crs, target, place=place)
    tell_how_placed(ledger, source.crs, target, bounds[~outside], place, of_file=spec.crs is None)
    box = shapely.bounds(placed[kept])
    lost = ~np.isfinite(box).all(axis=1)
    ledger.set_aside(
        kept[lost],
        code="outside-area",
        message=f"a part of it has no place in {target.name}: it lies on the other side of the earth",
        advice="correct its coordinates",
    )
    placed[kept[lost]] = None
    ledger.xy[kept[~lost]] = (box[~lost, :2] + box[~lost, 2:]) / 2.0
    return placed


def place_writer(target: pyproj.CRS) -> ShowPlace:
    """How messages write a place: in the study CRS where others know it too, else in degrees."""
    if not crs_text(target).endswith("]"):  # no WKT but a code
        return show_metres

    def show_degrees(xy: npt.NDArray[np.float64]) -> str:
        return show_lonlat(*to_lonlat(xy[None], target)[0].tolist(), digits=6)

    return show_degrees


def _straighten(geometries: Geometries, source: SourceCRS, ledger: Ledger) -> Geometries:
    """Geometries with x before y."""
    if not source.swapped:
        return geometries
    ledger.tell(
        "repaired",
        code="axes-swapped",
        message="the study says that the file gives y before x",
        done="axes swapped",
        advice="export the file with x (longitude) first",
    )
    return source.straighten(geometries)


def _set_aside_outside(rows: Rows, bounds: npt.NDArray[np.float64], ledger: Ledger) -> None:
    corner = bounds[:, :2].tolist()
    null_island = (bounds == 0.0).all(axis=1)

    def message(position: int) -> str:
        x, y = corner[position]
        why = ", where features without coordinates end up" if null_island[position] else ""
        return f"lies at ({x:g}, {y:g}){why}, outside the area of the CRS"

    ledger.set_aside(rows, code="outside-area", message=message, advice="correct its coordinates")


def _wrong_crs(
    bounds: npt.NDArray[np.float64],
    outside: npt.NDArray[np.bool_],
    source: SourceCRS,
    target: pyproj.CRS,
    spec: LayerSpec,
) -> SurveyError:
    """Say where the rows lie as read, where the study is, and which CRS would fit."""
    read = middles(bounds[outside])
    lon, lat = np.median(to_lonlat(read, source.crs), axis=0)
    x, y = bounds[outside][0, :2]
    delivered = middles(bounds)
    numbers = thin(delivered[:, ::-1] if source.swapped else delivered)
    area = target.area_of_use
    used = "" if area is None else f" ({area.south:g}° to {area.north:g}° N, {area.west:g}° to {area.east:g}° E)"
    return SurveyError(
        f"{describe(spec)}: {int(outside.sum())} of {len(bounds)} rows, read as {crs_name(source.crs)}, lie outside "
        f"the area where it or the study's {crs_name(target)}{used} is used: at {show_lonlat(lon, lat)}, "
        f"the first at ({x:g}, {y:g})",
        advise(suggest_crs(numbers, target), spec.name),
        numbers=numbers,
    )
