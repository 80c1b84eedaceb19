"""Reading row by row with fiona, for files on which pyogrio gives up: slow, but a bad row costs only itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.errors import ShapelyError

from gis_layers.gdal import fiona

_MAX_ERRORS_IN_A_ROW = 10_000


@dataclass(frozen=True)
class Salvaged:
    """Rows of a damaged file.

    Attributes
    ----------
    wkb : (rows,) object or None
        None for a table without geometry.
    columns : dict of str to (rows,) object
    is_lost : (rows,) bool
        Rows that could not be read.
    reasons : tuple of str
        Why, for each lost row.
    ended_early : bool
        Reading stopped before the number of rows that the file states.
    """

    wkb: npt.NDArray[np.object_] | None
    columns: dict[str, npt.NDArray[np.generic]]
    is_lost: npt.NDArray[np.bool_]
    reasons: tuple[str, ...]
    ended_early: bool


def read_row_by_row(path: Path, layer: str | None) -> Salvaged | None:
    """Read every row that can be read; None when the file as a whole cannot.

    Parameters
    ----------
    path : Path
    layer : str or None
        Layer inside the file.
    """
    try:
        with fiona.open(str(path.absolute()), layer=layer) as collection:
            names = list(collection.schema["properties"])
            has_geometry = collection.schema["geometry"] != "None"
            rows = list(_rows(collection))
            stated = _stated_rows(collection)
    except (fiona.errors.FionaError, fiona.errors.FionaValueError):
        return None
    missing = max(0, stated - len(rows))
    rows += ["the file ends, or breaks off, before this row"] * missing
    read = [None if isinstance(row, str) else row for row in rows]
    wkb = np.array([None if row is None else row[0] for row in read], dtype=object) if has_geometry else None
    columns: dict[str, npt.NDArray[np.generic]] = {}
    for name in names:
        cells = np.empty(len(read), dtype=object)
        cells[:] = [None if row is None else row[1].get(name) for row in read]
        columns[str(name)] = cells
    reasons = tuple(row for row in rows if isinstance(row, str))
    is_lost = np.array([row is None for row in read], dtype=bool)
    return Salvaged(wkb, columns, is_lost, reasons, ended_early=missing > 0)


def _stated_rows(collection: Any) -> int:
    try:
        return len(collection)
    except (fiona.errors.FionaError, TypeError):  # a layer that cannot be counted
        return 0


def _rows(collection: Any) -> Iterator[tuple[bytes | None, dict[str, Any]] | str]:
    """Geometry and attributes of each row, or why it cannot be read."""
    features, errors = iter(collection), 0
    while errors < _MAX_ERRORS_IN_A_ROW:
        try:
            feature = next(features)
            geometry = None if feature.geometry is None else shapely.geometry.shape(feature.geometry)
            row = None if geometry is None else shapely.to_wkb(geometry), dict(feature.properties)
        except StopIteration:
            return
        except (fiona.errors.FionaError, fiona.errors.FionaValueError, ShapelyError, ValueError, OSError) as error:
            errors += 1
            yield f"the row cannot be read: {error}"
        else:
            errors = 0
            yield row
