"""Repair: from geometries as delivered to valid single parts of the right family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from gis_layers.geometry_checks import remove_doubled_points
from gis_layers.kinds import Kind
from gis_layers.ledger import Ledger
from gis_layers.table import Rows

Geometries = npt.NDArray[np.object_]

# shapely type ids 0 to 3: Point, LineString, LinearRing, Polygon
_LAST_SINGLE_TYPE = 3
_ROWS_AT_ONCE = 10_000
_FAMILIES = np.array(["point", "line", "line", "polygon"])


@dataclass(frozen=True)
class _Parts:
    """Single parts, P of them, each with the row it comes from."""

    geometry: Geometries
    row: Rows

    def only(self, mask: npt.NDArray[np.bool_]) -> _Parts:
        return _Parts(self.geometry[mask], self.row[mask])


def split_and_repair(geometries: Geometries, kind: Kind, ledger: Ledger) -> tuple[Geometries, Rows]:
    """Explode multiparts, repair invalid polygons, and drop parts that the kind cannot use.

    A row is set aside when none of its parts survives.

    Parameters
    ----------
    geometries : (rows,) object
        Emptied, so that memory need not hold the wholes beside their parts.
    kind : Kind
    ledger : Ledger

    Returns
    -------
    geometry : (P,) object
        Valid single parts, in row order.
    row : (P,) int
        Row of each part.
    """
    parts = _take_parts(geometries, ledger.kept_rows)
    family = _FAMILIES[shapely.get_type_id(parts.geometry)]
    allowed = np.isin(family, sorted(kind.families))
    wrong, parts = parts.only(~allowed), parts.only(allowed)
    no_length = (family[allowed] == "line") & (shapely.length(parts.geometry) == 0.0)
    pointlike = parts.only(no_length)
    parts, hopeless = _repair_polygons(parts.only(~no_length), ledger)
    _report_lost(
        wrong,
        parts,
        ledger,
        code="wrong-geometry",
        message=f"a {kind.name} must be a {' or '.join(sorted(kind.families))}",
    )
    _report_lost(pointlike, parts, ledger, code="zero-length", message="the line has no length")
    _report_lost(hopeless, parts, ledger, code="invalid-polygon", message="the polygon is invalid and encloses no area")
    copies = np.bincount(parts.row, minlength=len(ledger.alive))
    if (copies > 1).any():
        ledger.record_change(np.flatnonzero(copies > 1), code="multipart")
        ledger.tell(
            "note",
            code="multipart",
            message=f"{int((copies > 1).sum())} rows have several parts, {int(copies[copies > 1].sum())} in all",
            done="split into single parts that share the row's id and attributes",
        )
    return remove_doubled_points(parts.geometry, parts.row, ledger), parts.row


def _take_parts(geometries: Geometries, rows: Rows) -> _Parts:
    """Single parts of rows, which are taken out of the array on the way."""
    taken = []
    for start in range(0, max(1, len(rows)), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        taken.append(_explode(_Parts(geometries[some], some)))
        geometries[some] = None
    return _Parts(np.concatenate([each.geometry for each in taken]), np.concatenate([each.row for each in taken]))


def _explode(parts: _Parts) -> _Parts:
    while (shapely.get_type_id(parts.geometry) > _LAST_SINGLE_TYPE).any():  # a collection may hold multiparts
        geometry, position = shapely.get_parts(parts.geometry, return_index=True)
        parts = _Parts(geometry, parts.row[position])
    return parts.only(~shapely.is_empty(parts.geometry))


def _repair_polygons(parts: _Parts, ledger: Ledger) -> tuple[_Parts, _Parts]:
    """Make invalid polygons valid; return all good parts in row order, and the polygons of which nothing is left."""
    invalid = ~shapely.is_valid(parts.geometry)
    if not invalid.any():
        return parts, parts.only(invalid)
    broken = parts.only(invalid)
    why = shapely.is_valid_reason(broken.geometry)
    repaired = shapely.make_valid(broken.geometry, method="structure", keep_collapsed=False)
    before_m2, after_m2 = shapely.area(broken.geometry), shapely.area(repaired)
    hopeless = after_m2 == 0.0
    told = [(_show(why[i], ledger), before_m2[i], after_m2[i]) for i in np.flatnonzero(~hopeless)]
    ledger.tell_rows(
        "repaired",
        broken.row[~hopeless],
        code="invalid-polygon",
        message=lambda position: "the polygon is invalid: {} (area {:.1f} m² before, {:.1f} m² after)".format(
            *told[position]
        ),
        done="outline repaired",
        advice="check the outline",
    )
    pieces = _explode(_Parts(repaired[~hopeless], broken.row[~hopeless]))
    pieces = pieces.only(shapely.get_type_id(pieces.geometry) == _LAST_SINGLE_TYPE)
    good = parts.only(~invalid)
    geometry, row = np.concatenate([good.geometry, pieces.geometry]), np.concatenate([good.row, pieces.row])
    order = np.argsort(row, kind="stable")
    return _Parts(geometry[order], row[order]), broken.only(hopeless)


def _show(why: str, ledger: Ledger) -> str:
    """Why a polygon is invalid, its place as messages have it: GEOS writes ``Self-intersection[1.5 2.5]``."""
    reason, _, place = why.removesuffix("]").partition("[")
    if not place:
        return why
    return f"{reason} at {ledger.show_place(np.array(place.split(), dtype=np.float64))}"


def _report_lost(lost: _Parts, kept: _Parts, ledger: Ledger, *, code: str, message: str) -> None:
    """Set aside rows of which nothing is kept; warn of those that lose a part."""
    gone = np.unique(lost.row)
    survives = np.isin(gone, kept.row)
    ledger.record_change(gone[survives], code="part-dropped")
    ledger.tell_rows(
        "warning",
        gone[survives],
        code="part-dropped",
        message=f"a part of the row cannot be used: {message}",
        done="part dropped, row kept",
        advice="correct it in the survey",
    )
    whole = gone[~survives & ledger.alive[gone]]
    ledger.set_aside(whole, code=code, message=message, advice="correct it in the survey")
