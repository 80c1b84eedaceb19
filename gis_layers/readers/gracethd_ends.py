"""Ends of GraceTHD route segments: a segment begins and ends at the nodes that it names, wherever it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from gis_layers.readers.gracethd_codes import find_code
from gis_layers.readers.gracethd_tables import Objects, Table
from gis_layers.table import FileNote, RowNote, Rows

FARTHEST_M = 50.0
"""An end further from its node than this is drawn or named wrongly: it is not moved."""

NAMED_FROM_M = 0.001
"""Shorter moves are told together: both files round their coordinates."""

_LEAST_M = 1e-6
_MOVED = "line ends at its nodes; the delivered geometry is kept beside"
ENDS = ("cm_ndcode1", "cm_ndcode2")

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Ends:
    """Ends of L lines and the nodes they name: (L, 2, 2) float, first and last; nan for what is not known."""

    drawn_xy: Floats
    node_xy: Floats

    @property
    def apart_m(self) -> Floats:
        """(L, 2) float: distance of each end from its node, nan where there is none."""
        apart: Floats = np.hypot(*np.moveaxis(self.drawn_xy - self.node_xy, 2, 0))
        return apart


def move_ends(segments: Table, nodes: Table) -> tuple[Objects, list[RowNote], tuple[FileNote, ...]]:
    """Move the ends of route segments to the points of their nodes.

    Parameters
    ----------
    segments, nodes : Table
        ``t_cheminement`` and ``t_noeud``, in one CRS in metres.

    Returns
    -------
    wkb : (n,) object
    row_notes : list of RowNote
    notes : tuple of FileNote
        How many ends lay so near their nodes that their moves are not told one by one.
    """
    wkb = segments.wkb.copy()
    lines = shapely.from_wkb(wkb, on_invalid="ignore")
    notes = [note for column in ENDS for note in _check_codes(segments, nodes, column)]
    notes += _tell_parts(np.flatnonzero(shapely.get_type_id(lines) == shapely.GeometryType.MULTILINESTRING))
    row = np.flatnonzero(shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING)
    row = row[~shapely.is_empty(lines[row])]
    lines = shapely.force_2d(lines[row])
    ends, turned = _orient(lines, _place_nodes(segments, nodes, row))
    notes += _tell_turned(row[turned])
    apart_m = ends.apart_m
    far = apart_m > FARTHEST_M
    notes += _tell_far(row, apart_m, far)
    moves = (apart_m > _LEAST_M) & ~far
    target = np.where(moves[:, :, None], ends.node_xy, ends.drawn_xy)
    moved = _put_ends(lines, target)
    kept = moves.any(axis=1) & (shapely.length(moved) > 0)
    wkb[row[kept]] = shapely.to_wkb(moved[kept])
    notes += _tell_flat(row[moves.any(axis=1) & ~kept])
    moved_m = np.where(moves, apart_m, 0.0).max(axis=1, initial=0.0)
    named = kept & (moved_m > NAMED_FROM_M)
    notes += _tell_moved(row[named], moved_m[named])
    return (
        wkb,
        notes,
        _tell_slight(segments.file, int((kept & ~named).sum()), float(moved_m[kept & ~named].max(initial=0.0))),
    )


def _place_nodes(segments: Table, nodes: Table, row: Rows) -> Floats:
    """(L, 2, 2) float: where the two nodes of each segment lie, nan where that is not known."""
    points = shapely.from_wkb(nodes.wkb, on_invalid="ignore")
    points[shapely.get_type_id(points) != shapely.GeometryType.POINT] = None
    xy = np.vstack([np.stack([shapely.get_x(points), shapely.get_y(points)], axis=1), [[np.nan, np.nan]]])
    found = [find_code(nodes, "nd_code", segments.codes(column)[row]) for column in ENDS]
    return np.stack([xy[each] for each in found], axis=1)


def _orient(lines: Objects, node_xy: Floats) -> tuple[_Ends, Bools]:
    """Match the nodes with the ends; where the other way round lies nearer in all, take that."""
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    drawn_xy = np.stack([shapely.get_coordinates(first), shapely.get_coordinates(last)], axis=1)
    straight, turned = _Ends(drawn_xy, node_xy), _Ends(drawn_xy, node_xy[:, ::-1])
    better = np.nansum(turned.apart_m, axis=1) < np.nansum(straight.apart_m, axis=1) - _LEAST_M
    return _Ends(drawn_xy, np.where(better[:, None, None], turned.node_xy, node_xy)), better


def _put_ends(lines: Objects, target: Floats) -> Objects:
    xy = shapely.get_coordinates(lines)
    stop = np.cumsum(shapely.get_num_coordinates(lines))
    start = stop - shapely.get_num_coordinates(lines)
    xy[start] = target[:, 0]
    xy[stop - 1] = target[:, 1]
    moved: Objects = shapely.set_coordinates(lines.copy(), xy)
    return moved


def _check_codes(segments: Table, nodes: Table, column: str) -> list[RowNote]:
    codes = segments.codes(column)
    empty = np.flatnonzero(codes == "").astype(np.int64)
    lost = np.flatnonzero((codes != "") & (find_code(nodes, "nd_code", codes) < 0)).astype(np.int64)
    named = tuple(f"{column} = {code} is not in {nodes.file}" for code in codes[lost])
    done, advice = "end left as drawn", "name the node at which the segment ends"
    return [
        RowNote(
            "warning",
            code="node-code-missing",
            rows=empty,
            messages=(f"{column} is empty",) * len(empty),
            done=done,
            advice=advice,
        ),
        RowNote("warning", code="node-code-unknown", rows=lost, messages=named, done=done, advice=advice),
    ]


def _tell_parts(rows: Rows) -> list[RowNote]:
    message = "the line has several parts: which ends are its ends is not known"
    done, advice = "ends left as drawn", "draw it as one line, or as one route segment a part"
    return [
        RowNote("warning", code="ends-not-moved", rows=rows, messages=(message,) * len(rows), done=done, advice=advice)
    ]


def _tell_turned(rows: Rows) -> list[RowNote]:
    message = f"{ENDS[0]} lies at the end of the line and {ENDS[1]} at its start"
    done, advice = "ends matched with the nearer nodes", "swap the two codes, or turn the line"
    return [
        RowNote("note", code="nodes-reversed", rows=rows, messages=(message,) * len(rows), done=done, advice=advice)
    ]


def _tell_far(row: Rows, apart_m: Floats, far: Bools) -> list[RowNote]:
    rows = np.flatnonzero(far.any(axis=1))
    messages = tuple(
        f"an end lies {distance:.1f} m from the node that it names" for distance in np.nanmax(apart_m[rows], axis=1)
    )
    done, advice = "that end left as drawn", "correct the code of the node or the line"
    return [RowNote("warning", code="end-far-from-node", rows=row[rows], messages=messages, done=done, advice=advice)]


def _tell_flat(rows: Rows) -> list[RowNote]:
    message = "both ends name nodes at one place: moved there, the line would have no length"
    done, advice = "ends left as drawn", "correct the codes of its nodes"
    return [
        RowNote(
            "warning", code="end-far-from-node", rows=rows, messages=(message,) * len(rows), done=done, advice=advice
        )
    ]


def _tell_moved(rows: Rows, moved_m: Floats) -> list[RowNote]:
    messages = tuple(f"ends moved to the declared nodes, by up to {far:.2f} m" for far in moved_m)
    return [
        RowNote(
            "repaired", code="end-moved", rows=rows, messages=messages, done=_MOVED, advice="draw lines up to nodes"
        )
    ]


def _tell_slight(file: str, count: int, most_m: float) -> tuple[FileNote, ...]:
    if not count:
        return ()
    message = f"{file}: the ends of {count} lines lie at most {most_m * 1000:.2g} mm from their declared nodes"
    return (FileNote("repaired", code="end-moved", message=message, done=_MOVED, advice="nothing"),)
