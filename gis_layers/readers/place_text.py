"""Geometry written as text in a cell: WKT, EWKT, GeoJSON, WKB in hexadecimal, or a pair "(lat, lon)"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from gis_layers.errors import SurveyError
from gis_layers.table import FileNote, RowNote

Cells = npt.NDArray[np.object_]
Bools = npt.NDArray[np.bool_]

_NUMBER = r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_PAIR = rf"^[(\[]?\s*({_NUMBER})\s*[,;]\s*({_NUMBER})\s*[)\]]?$"
_HEX = r"^0[01](?:[0-9A-Fa-f]{2}){4,}$"
_WKT = r"^(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b|^GEOMETRYCOLLECTION\b"
_SRID = re.compile(r"SRID\s*=\s*(\d+)\s*;\s*", re.IGNORECASE)
_SAMPLE_CELLS = 100
_SHOWN = 60
# at least one match a level of collections inside one another in hexadecimal WKB (either byte order; Z, M, SRID)
_LOW_BYTES = (("00", "0[4-9a-f]|1[01]"), ("03", "e[c-f]|f[0-9]"), ("07", "d[4-9a-f]|e[01]"), ("0b", "b[c-f]|c[0-9]"))
_WKB_LEVEL = "(?i:{})".format("|".join(f"01(?:{low}){high}00..|00..00{high}(?:{low})" for high, low in _LOW_BYTES))
_MAX_LEVELS = 1_000  # some ten thousand overflow the stack
MAX_LATITUDE_DEG = 90
MAX_LONGITUDE_DEG = 180


@dataclass(frozen=True)
class Places:
    """Geometry of n rows, as a reader found it.

    Attributes
    ----------
    wkb : (n,) object
        None where a row has none, or one that cannot be read.
    crs : CRS or None
        CRS that the cells state.
    crs_note : str
        What the columns say about the CRS where `crs` is None.
    notes, row_notes : tuple
    """

    wkb: Cells
    crs: pyproj.CRS | None
    crs_note: str
    notes: tuple[FileNote, ...]
    row_notes: tuple[RowNote, ...]


def looks_like_place(cells: Cells) -> bool:
    """Whether most of the first filled cells are written in one of the forms that are read."""
    sample = pd.Series(
        [cell.strip() for cell in cells if cell is not None and cell.strip()][:_SAMPLE_CELLS], dtype=object
    )
    if sample.empty:
        return False
    forms = _forms(sample)
    return 2 * int((forms != "").sum()) >= len(sample)


def _forms(texts: pd.Series) -> Cells:
    """Form of each text: wkt, geojson, wkb, pair, or the empty string."""
    bare = texts.str.replace(_SRID, "", n=1, regex=True)
    forms = np.full(len(texts), "", dtype=object)
    forms[bare.str.match(_WKT, case=False).to_numpy(bool)] = "wkt"
    forms[texts.str.startswith("{").to_numpy(bool)] = "geojson"
    forms[texts.str.match(_HEX).to_numpy(bool)] = "wkb"
    forms[texts.str.match(_PAIR).to_numpy(bool)] = "pair"
    return forms


def places_from_text(name: str, cells: Cells, *, where: str) -> Places:
    """Read the geometries of a column of text.

    Parameters
    ----------
    name : str
        Column, for messages.
    cells : (n,) object
        Texts, None where missing.
    where : str
        Layer and file, for messages.

    Raises
    ------
    SurveyError
        When the cells state several CRS, or one that is unknown.
    """
    texts = pd.Series(["" if cell is None else cell.strip() for cell in cells], dtype=object)
    forms = _forms(texts)
    forms[_too_deep(texts, forms)] = ""
    geometries = np.full(len(texts), None, dtype=object)
    srid = np.zeros(len(texts), dtype=np.int64)
    closed = np.zeros(len(texts), dtype=bool)
    for form, read in (("wkt", _read_wkt), ("wkb", _read_wkb), ("geojson", _read_geojson)):
        rows = forms == form
        with np.errstate(invalid="ignore"):  # GEOS compares coordinates, which may be nan
            geometries[rows], srid[rows], closed[rows] = read(texts[rows])
    pairs = forms == "pair"
    geometries[pairs], notes = _read_pairs(name, texts[pairs])
    read_rows = ~shapely.is_missing(geometries)
    wkb = np.full(len(texts), None, dtype=object)
    wkb[read_rows] = shapely.to_wkb(geometries[read_rows], flavor="iso")  # GDAL reads no other with measures
    crs = _stated_crs(srid[read_rows], where)
    unread = ~read_rows & (texts != "").to_numpy(bool)
    return Places(wkb, crs, "a table of text states none", notes, _row_notes(name, texts, closed, unread))


def _too_deep(texts: pd.Series, forms: Cells) -> Bools:
    """Collections nested so deep that reading them would overflow the stack of the geometry library."""
    deep: Bools = np.zeros(len(texts), dtype=bool)
    for form, level in (("wkt", "(?i:COLLECTION)"), ("geojson", r"\{"), ("wkb", _WKB_LEVEL)):
        rows = forms == form
        deep[rows] = texts[rows].str.count(level).to_numpy(np.int64) > _MAX_LEVELS
    return deep


_Read = tuple[Cells, npt.NDArray[np.int64], Bools]


def _read_wkt(texts: pd.Series) -> _Read:
    """Geometries, their SRID (0 where none is stated), and whether a ring had to be closed."""
    srid = pd.to_numeric(texts.str.extract(_SRID, expand=False)).fillna(0).to_numpy(np.int64)
    bare = texts.str.replace(_SRID, "", n=1, regex=True).to_numpy(object)
    geometries = shapely.from_wkt(bare, on_invalid="ignore")
    closed = _fill(geometries, lambda unread: shapely.from_wkt(bare[unread], on_invalid="fix"))
    return geometries, srid, closed


def _read_wkb(texts: pd.Series) -> _Read:
    cells = texts.to_numpy(object)
    geometries = shapely.from_wkb(cells, on_invalid="ignore")
    closed = _fill(geometries, lambda unread: shapely.from_wkb(cells[unread], on_invalid="fix"))
    return geometries, np.maximum(shapely.get_srid(geometries), 0).astype(np.int64), closed


def _read_geojson(texts: pd.Series) -> _Read:
    none = np.zeros(len(texts), dtype=np.int64)
    return shapely.from_geojson(texts.to_numpy(object), on_invalid="ignore"), none, none.astype(bool)


def _fill(geometries: Cells, fix: Callable[[Bools], Cells]) -> Bools:
    """Fill in the geometries that could not be read; which of them were fixed, and enclose an area."""
    unread: Bools = shapely.is_missing(geometries)
    geometries[unread] = fix(unread)
    with np.errstate(over="ignore", invalid="ignore"):  # coordinates are not judged yet
        area = shapely.area(geometries)
    fixed: Bools = unread & np.isfinite(area) & (area > 0.0)
    return fixed


def _read_pairs(name: str, texts: pd.Series) -> tuple[Cells, tuple[FileNote, ...]]:
    """Points of pairs: latitude before longitude, as the custom is, unless their range proves otherwise."""
    if texts.empty:
        return np.empty(0, dtype=object), ()
    pairs = texts.str.extract(_PAIR).astype(np.float64).to_numpy()
    size = np.abs(pairs)
    lat_lon = (size[:, 0] <= MAX_LATITUDE_DEG) & (size[:, 1] <= MAX_LONGITUDE_DEG)
    if 2 * int(lat_lon.sum()) < len(pairs):
        order, why = "x, y", f"the first number exceeds {MAX_LATITUDE_DEG}, which no latitude does"
    else:
        order, why = "latitude, longitude", "that is the custom"
        if (size[lat_lon, 1] > MAX_LATITUDE_DEG).any():
            why = f"the second number exceeds {MAX_LATITUDE_DEG} somewhere, which no latitude does"
        pairs = pairs[:, ::-1]
    note = FileNote(
        "note",
        code="lat-lon-text",
        message=f"{name} holds pairs of numbers in text, for example {texts.iloc[0]}",
        done=f"read as {order}: {why}",
        advice="check on the map that the layer lies where it should",
    )
    return shapely.points(pairs), (note,)


def _stated_crs(srid: npt.NDArray[np.int64], where: str) -> pyproj.CRS | None:
    """CRS that the cells state, if any does."""
    counts = Counter(srid[srid > 0].tolist())
    if not counts:
        return None
    if len(counts) > 1:
        shown = ", ".join(f"SRID {code} ({count} rows)" for code, count in counts.most_common())
        raise SurveyError(f"{where} holds geometry in several CRS: {shown}", "deliver one file for each, or one CRS")
    code = next(iter(counts))
    try:
        return pyproj.CRS.from_epsg(code)
    except CRSError as error:
        raise SurveyError(f"{where} states SRID {code}, which is no EPSG code", "deliver it in a known CRS") from error


def _row_notes(name: str, texts: pd.Series, closed: Bools, unread: Bools) -> tuple[RowNote, ...]:
    closed_rows, unread_rows = np.flatnonzero(closed), np.flatnonzero(unread)
    return (
        RowNote(
            "repaired",
            code="unclosed-ring",
            rows=closed_rows,
            messages=tuple(f"{name}: a polygon ring does not end where it begins" for _ in closed_rows),
            done="ring closed",
            advice="check the outline",
        ),
        RowNote(
            "error",
            code="unreadable-geometry",
            rows=unread_rows,
            messages=tuple(f"{name} = {texts.iloc[row][:_SHOWN]!r} cannot be read as geometry" for row in unread_rows),
            done="row set aside",
            advice="write WKT such as POINT (2.57 44.35), or two columns of numbers",
            set_aside=True,
        ),
    )
