"""From WKB to flat geometries: missing, unreadable and non-finite ones are set aside, open rings closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis_layers.ledger import Ledger
from gis_layers.salvage import BrokenWkbError, Salvaged, salvage_wkb
from gis_layers.table import Rows

Geometries = npt.NDArray[np.object_]

_UNREADABLE = "the geometry cannot be read (broken, a curve, or a surface in space)"
_PLAIN = "export it as plain points, lines or polygons"


def read_wkb(wkb: Geometries, *, on_invalid: Literal["ignore", "fix"] = "ignore") -> Geometries:
    """Parse WKB as far as it can be; None for what cannot be read.

    Parameters
    ----------
    wkb : (n,) object
        Bytes or None.
    on_invalid : {"ignore", "fix"}
        "fix" closes rings that are open.

    Returns
    -------
    (n,) object
        shapely geometries with their heights, None where missing, broken, curved or a surface in space.
    """
    with np.errstate(invalid="ignore"):  # GEOS compares coordinates, which may be nan
        try:
            geometries: Geometries = shapely.from_wkb(wkb, on_invalid=on_invalid)
        except NotImplementedError:  # shapely gives up on the whole array for one curve
            geometries = np.array([*(_read_one(one, on_invalid) for one in wkb), None], dtype=object)[:-1]
    return geometries


def _read_one(wkb: bytes | None, on_invalid: Literal["ignore", "fix"]) -> object:
    try:
        return shapely.from_wkb(wkb, on_invalid=on_invalid)
    except NotImplementedError:
        return None


def parse_geometries(wkb: Geometries, ledger: Ledger) -> Geometries:
    """Parse WKB of the rows still in to 2D geometries; missing, unreadable and non-finite ones are set aside.

    Returns
    -------
    (rows,) object
        shapely geometries, None for rows set aside.
    """
    rows = ledger.kept_rows
    missing = rows[pd.isna(wkb[rows])]
    ledger.set_aside(
        missing, code="null-geometry", message="the row has no geometry", advice="draw it, or remove the row"
    )
    rows = ledger.kept_rows
    geometries = np.full(len(wkb), None, dtype=object)
    geometries[rows] = read_wkb(wkb[rows])
    _fix_unread(wkb, geometries, ledger)
    rows = ledger.kept_rows
    flat = _flatten(geometries[rows], ledger)
    _set_aside_infinite(flat, rows, ledger)
    geometries[:] = None
    geometries[rows] = flat
    empty = rows[shapely.is_empty(flat) & ledger.alive[rows]]
    ledger.set_aside(empty, code="null-geometry", message="the geometry is empty", advice="draw it, or remove the row")
    return geometries


def _flatten(geometries: Geometries, ledger: Ledger) -> Geometries:
    has_z, has_m = int(shapely.has_z(geometries).sum()), int(shapely.has_m(geometries).sum())
    if has_z:
        ledger.tell("note", code="z-dropped", message=f"{has_z} rows have heights", done="heights dropped")
    if has_m:
        ledger.tell("note", code="m-dropped", message=f"{has_m} rows have measures (M)", done="measures dropped")
    flat: Geometries = shapely.force_2d(geometries) if has_z or has_m else geometries
    return flat


def _set_aside_infinite(flat: Geometries, rows: Rows, ledger: Ledger) -> None:
    if np.isfinite(shapely.get_coordinates(flat)).all():
        return
    coordinates, position = shapely.get_coordinates(flat, return_index=True)
    bad = np.flatnonzero(~np.isfinite(coordinates).all(axis=1))
    infinite, first, count = np.unique(position[bad], return_index=True, return_counts=True)
    vertices = shapely.get_num_coordinates(flat[infinite])
    ledger.set_aside(
        rows[infinite],
        code="bad-coordinate",
        message=lambda at: (
            f"{count[at]} of {vertices[at]} vertices are not finite numbers, the first is "
            f"({coordinates[bad[first[at]], 0]:g}, {coordinates[bad[first[at]], 1]:g})"
        ),
        advice="draw the feature again",
    )


def _fix_unread(wkb: Geometries, geometries: Geometries, ledger: Ledger) -> None:
    """Close unclosed rings in place, keep the good parts of broken geometries; set aside what cannot be read."""
    rows = ledger.kept_rows
    unread = rows[shapely.is_missing(geometries[rows])]
    if not len(unread):
        return
    geometries[unread] = read_wkb(wkb[unread], on_invalid="fix")
    closed = unread[~shapely.is_missing(geometries[unread])]
    broken = unread[shapely.is_missing(geometries[unread])].tolist()
    saved = [_salvage(wkb[row]) for row in broken]
    for row, one in zip(broken, saved, strict=True):
        geometries[row] = None if one is None or one.code else one.geometry
    with np.errstate(over="ignore", invalid="ignore"):  # coordinates are not judged yet
        area = shapely.area(geometries[closed])
    # those without area, or with coordinates that are no numbers, are set aside as such later on
    told = closed[np.isfinite(area) & (area > 0.0)].tolist()
    told += [row for row, one in zip(broken, saved, strict=True) if one is not None and one.closed and not one.code]
    ledger.tell_rows(
        "repaired",
        np.array(sorted(told), dtype=np.int64),
        code="unclosed-ring",
        message="a polygon ring does not end where it begins",
        done="ring closed",
        advice="check the outline",
    )
    _tell_salvaged(broken, saved, ledger)


def _salvage(wkb: bytes) -> Salvaged | None:
    try:
        return salvage_wkb(wkb)
    except BrokenWkbError:
        return None


def _tell_salvaged(broken: Sequence[int], saved: Sequence[Salvaged | None], ledger: Ledger) -> None:
    """Tell of rows that keep a part; set aside those of which nothing is left."""
    of_code: dict[str, list[tuple[int, str]]] = {}
    for row, one in zip(broken, saved, strict=True):
        code = "unreadable-geometry" if one is None else one.code or "part-dropped"
        what = ", ".join(one.dropped) if one is not None else _UNREADABLE
        of_code.setdefault(code, []).append((row, what))
    for code, found in of_code.items():
        rows = np.array([row for row, _ in found], dtype=np.int64)
        what_of = [what for _, what in found]
        if code == "part-dropped":
            ledger.record_change(rows, code=code)
            ledger.tell_rows(
                "warning",
                rows,
                code=code,
                message=[f"a part of the row cannot be used: {what}" for what in what_of].__getitem__,
                done="part dropped, row kept",
                advice="correct it in the survey",
            )
        else:
            advice = _PLAIN if code == "unreadable-geometry" else "draw it again, or remove the row"
            ledger.set_aside(rows, code=code, message=what_of.__getitem__, advice=advice)
