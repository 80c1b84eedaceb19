"""Places: from the CRS of the file to that of the study, and rows that lie where they cannot be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gis_layers.crs import inside_area, reproject_geometries
from gis_layers.errors import SurveyError
from gis_layers.ledger import Ledger

Geometries = npt.NDArray[np.object_]


def place_geometries(
    geometries: Geometries, source: pyproj.CRS, target: pyproj.CRS, ledger: Ledger, *, where: str
) -> Geometries:
    """Reproject to the study CRS and set aside rows that lie where neither CRS is meant to be used.

    Parameters
    ----------
    geometries : (rows,) object
    source, target : CRS
        Of the file and of the study.
    where : str
        Layer and file, for messages.

    Returns
    -------
    (rows,) object
        Geometries in `target`, None for rows set aside. ``ledger.xy`` is filled in.

    Raises
    ------
    SurveyError
        When more than half of the rows lie outside: the CRS is wrong.
    """
    rows = ledger.kept_rows
    bounds = shapely.bounds(geometries[rows])
    inside = _inside_both(bounds, source, target)
    if 2 * int((~inside).sum()) > len(rows):
        x, y = bounds[np.flatnonzero(~inside)[0], :2]
        swapped = _inside_both(bounds[:, [1, 0, 3, 2]], source, target).mean() > 0.5
        raise SurveyError(
            f"{where}: {int((~inside).sum())} of {len(rows)} rows, read as {source.name}, lie outside the area where "
            f"it or the study's {target.name} is used, for example ({x:g}, {y:g})",
            "x and y (longitude and latitude) seem to be swapped" if swapped else "state the true CRS with crs:",
        )
    corner = bounds[~inside][:, :2].tolist()
    ledger.set_aside(
        rows[~inside],
        code="outside-area",
        message=lambda position: "lies at ({:g}, {:g}), outside the area of the CRS".format(*corner[position]),
        advice="correct its coordinates",
    )
    kept = ledger.kept_rows
    placed = np.full(len(geometries), None, dtype=object)
    placed[kept] = reproject_geometries(geometries[kept], source, target)
    box = shapely.bounds(placed[kept])
    ledger.xy[kept] = (box[:, :2] + box[:, 2:]) / 2.0
    return placed


def _inside_both(bounds: npt.NDArray[np.float64], source: pyproj.CRS, target: pyproj.CRS) -> npt.NDArray[np.bool_]:
    return inside_area(bounds, source, source) & inside_area(bounds, source, target)
