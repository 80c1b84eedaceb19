"""What a survey file seems to hold, before anyone says of what kind it is: for a first study file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from gis_layers.columns import as_text, recognise_columns
from gis_layers.crs import crs_text, on_earth, require_metric_crs, to_lonlat
from gis_layers.crs_candidates import sample_places, suggest_crs
from gis_layers.errors import StudyError
from gis_layers.kinds import KINDS
from gis_layers.layer import LayerSpec
from gis_layers.readers import archive, geopackage, gracethd, read_table
from gis_layers.readers.osm import EXTENSIONS as OSM_EXTENSIONS
from gis_layers.readers.osm_rules import RULES
from gis_layers.table import RawTable

MOST_VALUES = 30
"""Distinct values up to which a column of text is taken for a classification."""

_MOSTLY = 0.95
_FAMILIES: Mapping[int, str] = {0: "point", 4: "point", 1: "line", 2: "line", 5: "line", 3: "polygon", 6: "polygon"}


@dataclass(frozen=True)
class LayerLook:
    """A layer as it looks from outside.

    Attributes
    ----------
    families : mapping of str to int
        ``point``, ``line`` or ``polygon`` -> rows; rows without geometry are in none.
    rows : int
    crs : str
        CRS that the file states, ``AUTHORITY:CODE`` or WKT; empty without one.
    metric : bool
        Whether that CRS can be the one of a study.
    middle : tuple of float or None
        Median longitude and latitude, degrees; None where the CRS does not tell.
    columns : tuple of str
        Columns of the file.
    recognised : mapping of str to mapping
        Kind -> canonical column -> column of the file, as a study would find them without ``columns:``.
    unique : tuple of str
        Columns without holes that hold another value in nearly every row: ids, but for what is wrong with them.
    classes : mapping of str to tuple of str
        Columns of text with few values -> these, the commonest first.
    filled : mapping of str to float
        Column -> share of the rows in which it says something.
    numbers : (k, 2) float
        A sample of the coordinates.
    """

    families: Mapping[str, int]
    rows: int
    crs: str
    metric: bool
    middle: tuple[float, float] | None
    columns: tuple[str, ...]
    recognised: Mapping[str, Mapping[str, str]]
    unique: tuple[str, ...]
    classes: Mapping[str, tuple[str, ...]]
    filled: Mapping[str, float]
    numbers: npt.NDArray[np.float64]


def list_inside(path: Path) -> tuple[str, ...]:
    """Names that ``layer:`` may have for a file that holds several layers; empty for a file that is one.

    Raises
    ------
    SurveyError
        When the file cannot be opened.
    """
    spec = LayerSpec(path.name, "other", path)
    name = path.name.lower()
    if name.endswith(geopackage.EXTENSIONS):
        return geopackage.layers_inside(spec)
    return archive.layers_inside(spec) if name.endswith(archive.EXTENSIONS) else ()


def kinds_inside(path: Path) -> tuple[str, ...]:
    """Kinds of layer that can be asked of a file in which the kind says what is read; empty for any other file."""
    if path.is_dir():
        return tuple(gracethd.KINDS_INSIDE)
    return tuple(sorted(RULES)) if path.name.lower().endswith(OSM_EXTENSIONS) else ()


def is_delivery_folder(path: Path) -> bool:
    """Whether a folder is read as one delivery."""
    return any(each.name.lower() == gracethd.FOLDER for each in path.iterdir())


def look_at(path: Path, *, layer: str | None = None, kind: str = "other") -> LayerLook:
    """Read a layer of a file as it is delivered and describe it.

    Raises
    ------
    StudyError
        When it is no layer: no place columns, no such kind or layer inside.
    SurveyError
        When it cannot be read.
    """
    table = read_table(LayerSpec(path.name, kind, path, layer=layer))
    given = table.wkb[~pd.isna(table.wkb)]
    types = shapely.get_type_id(shapely.from_wkb(given, on_invalid="ignore"))
    names = pd.Series(types).map(_FAMILIES).dropna()
    numbers = sample_places(table.wkb)
    return LayerLook(
        families={str(name): int(count) for name, count in names.value_counts().sort_index().items()},
        rows=len(table.wkb),
        crs="" if table.crs is None else crs_text(table.crs),
        metric=table.crs is not None and _is_metric(table.crs),
        middle=_middle(numbers, table.crs),
        columns=tuple(table.columns),
        recognised={name: recognise_columns(KINDS[name], table.columns) for name in KINDS},
        unique=tuple(name for name, values in table.columns.items() if _is_unique(values)),
        classes=_classes(table),
        filled={name: float((as_text(values) != "").mean()) for name, values in table.columns.items() if len(values)},
        numbers=numbers,
    )


def utm_crs(lon: float, lat: float) -> str:
    """UTM zone of a place on WGS 84 as ``EPSG:code``; empty where there is none (near the poles)."""
    area = AreaOfInterest(lon, lat, lon, lat)
    found = query_utm_crs_info(datum_name="WGS 84", area_of_interest=area)
    return f"EPSG:{min(int(each.code) for each in found)}" if found else ""


def fitting_crs(look: LayerLook, study_crs: str) -> tuple[str, ...]:
    """CRS in which the numbers of a layer would lie in the area of the study's, best first; suggestions only."""
    return tuple(str(each) for each in suggest_crs(look.numbers, pyproj.CRS.from_user_input(study_crs)))


def _is_metric(crs: pyproj.CRS) -> bool:
    try:
        require_metric_crs(crs_text(crs), where="")
    except StudyError:
        return False
    return True


def _middle(numbers: npt.NDArray[np.float64], crs: pyproj.CRS | None) -> tuple[float, float] | None:
    if crs is None or not len(numbers) or not on_earth(crs):
        return None
    lon, lat = to_lonlat(np.median(numbers, axis=0)[None], crs)[0].tolist()
    return (lon, lat) if abs(lon) <= 180.0 and abs(lat) <= 90.0 else None


def _is_unique(values: npt.NDArray[np.generic]) -> bool:
    if values.dtype.kind == "f":  # measures differ too, and name nothing
        return False
    text = as_text(values)
    return len(text) > 1 and "" not in text and len(set(text.tolist())) >= _MOSTLY * len(text)


def _classes(table: RawTable) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, values in table.columns.items():
        if values.dtype.kind == "O":
            counts = pd.Series(as_text(values)).value_counts()
            if 2 <= len(counts) <= min(MOST_VALUES, len(values) // 2):
                found[name] = tuple(sorted(map(str, counts.index), key=lambda value: (-int(counts[value]), value)))
    return found
