"""Geometry that is valid but hardly right: doubled points, self-crossings, spikes, jumps, strays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from gis_layers.ledger import Ledger
from gis_layers.table import Rows

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

FIRST_LOOK = 8
"""Segments of a line looked at first: in a scribble nearly every one crosses another."""
MAX_PAIRS = 2_000_000
"""Pairs of segments of one line looked at together, so that a scribble takes no more memory than a survey."""

JUMP_M = 1000.0
"""A segment shorter than this is no jump, m."""
JUMP_FACTOR = 50.0
"""A jump is this many times longer than all but one in a hundred segments of the layer."""
JUMP_MIN_SEGMENTS = 20
"""With fewer segments nothing is known of what is usual in a layer."""

FAR_M = 10_000.0
"""A feature nearer than this to the middle half of its layer is not far away, m."""
FAR_FACTOR = 20.0
"""A feature is far away from this many times the extent of the middle half of its layer on."""
FAR_SHARE = 0.05
"""More than this share of a layer is a second place, not a stray."""
FAR_MIN_FEATURES = 10
"""With fewer features nothing is known of where a layer lies."""


def remove_doubled_points(parts: Geometries, row: Rows, ledger: Ledger) -> Geometries:
    """Remove vertices that equal the one before them.

    Parameters
    ----------
    parts : (P,) object
        Valid single parts.
    row : (P,) int
        Row of each.

    Returns
    -------
    (P,) object
    """
    xy, part = shapely.get_coordinates(parts, return_index=True)
    again = (part[1:] == part[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)
    suspect = np.unique(part[1:][again])
    cleaned = shapely.remove_repeated_points(parts[suspect], 0.0)
    removed = shapely.get_num_coordinates(parts[suspect]) - shapely.get_num_coordinates(cleaned)
    changed = removed > 0  # a hole may begin where the ring before it ends
    rows, position = np.unique(row[suspect[changed]], return_inverse=True)
    count = np.bincount(position, weights=removed[changed], minlength=len(rows)).astype(np.int64)
    result = parts.copy()
    result[suspect[changed]] = cleaned[changed]
    ledger.tell_rows(
        "repaired",
        rows,
        code="doubled-points",
        message=lambda at: f"{count[at]} points are drawn twice in a row",
        done="drawn once",
        advice="remove the doubled points in the survey",
    )
    return result


def check_shapes(parts: Geometries, row: Rows, ledger: Ledger) -> None:
    """Point out lines that cross themselves, turn back on themselves or jump, and features far from all others.

    Parameters
    ----------
    parts : (P,) object
        Valid single parts in the study CRS.
    row : (P,) int
        Row of each, increasing.
    """
    is_line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    lines, line_row = parts[is_line], row[is_line]
    if len(lines):
        _tell_self_crossings(lines, line_row, ledger)
        _tell_spikes(lines, line_row, ledger)
    rings, polygon = shapely.get_rings(parts, return_index=True)
    _tell_jumps(np.concatenate([lines, rings]), np.concatenate([line_row, row[polygon]]), ledger)
    _tell_far_away(parts, row, ledger)


def _tell_self_crossings(lines: Geometries, row: Rows, ledger: Ledger) -> None:
    show = ledger.show_place
    suspect = np.flatnonzero((shapely.get_num_coordinates(lines) > 3) & ~shapely.is_simple(lines))
    crossing = [(int(row[line]), at) for line in suspect if (at := _find_self_crossing(lines[line])) is not None]
    place = dict(reversed(crossing))  # the first of each row
    rows = np.array(sorted(place), dtype=np.int64)
    ledger.tell_rows(
        "warning",
        rows,
        code="self-crossing",
        message=lambda n: f"the line crosses itself without a vertex, first at {show(place[int(rows[n])])}",
        done="kept, and joined there when it is a route",
        advice="draw its course again, or put a vertex where it meets itself",
    )


def _find_self_crossing(line: shapely.LineString) -> Floats | None:
    """First place where two segments cross between their ends; lines that meet themselves at a vertex have none."""
    xy = shapely.get_coordinates(line)
    segment = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
    tree = shapely.STRtree(segment)
    begin, step = 0, FIRST_LOOK
    while begin < len(segment):
        first, second = tree.query(segment[begin : begin + step], predicate="crosses")
        if len(first):
            pair = np.lexsort((second, first))[0]
            met = shapely.intersection(segment[begin + first[pair]], segment[second[pair]])
            return np.asarray(shapely.get_coordinates(met)[0], dtype=np.float64)
        begin, step = begin + step, min(2 * step, max(1, MAX_PAIRS // len(segment)))
    return None


def _tell_spikes(lines: Geometries, row: Rows, ledger: Ledger) -> None:
    show = ledger.show_place
    xy, line = shapely.get_coordinates(lines, return_index=True)
    back = np.flatnonzero((line[2:] == line[:-2]) & (xy[2:] == xy[:-2]).all(axis=1))
    length_m = np.hypot(*(xy[back + 1] - xy[back]).T)
    rows, begin = np.unique(row[line[back]], return_index=True)
    ledger.tell_rows(
        "warning",
        rows,
        code="spike",
        message=lambda n: (
            f"the line runs {length_m[begin[n]]:.2f} m to {show(xy[back[begin[n]] + 1])} and back the same way"
        ),
        done="kept as drawn",
        advice="remove the spike, or draw the branch as a line of its own",
    )


def _tell_jumps(lines: Geometries, row: Rows, ledger: Ledger) -> None:
    show = ledger.show_place
    xy, line = shapely.get_coordinates(lines, return_index=True)
    start = np.flatnonzero(line[1:] == line[:-1])
    length_m = np.hypot(*(xy[start + 1] - xy[start]).T)
    if len(length_m) < JUMP_MIN_SEGMENTS:
        return
    usual_m = float(np.percentile(length_m, 99.0, method="lower"))
    jump = np.flatnonzero((length_m > JUMP_M) & (length_m > JUMP_FACTOR * usual_m))
    rows, begin = np.unique(row[line[start[jump]]], return_index=True)
    shown = jump[begin]
    ledger.tell_rows(
        "warning",
        rows,
        code="long-jump",
        message=lambda n: (
            f"a segment of {length_m[shown[n]]:.0f} m runs from {show(xy[start[shown[n]]])} to "
            f"{show(xy[start[shown[n]] + 1])}; 99 in 100 of this layer are at most {usual_m:.0f} m long"
        ),
        done="kept as drawn",
        advice="check the coordinates of both ends: a digit may be wrong",
    )


def _tell_far_away(parts: Geometries, row: Rows, ledger: Ledger) -> None:
    if len(parts) < FAR_MIN_FEATURES:
        return
    box = shapely.bounds(parts)
    middle = (box[:, :2] + box[:, 2:]) / 2.0
    low, high = np.percentile(middle, [25.0, 75.0], axis=0)
    reach_m = max(FAR_M, FAR_FACTOR * float((high - low).max()))
    # from box to box: a line that comes back is a jump at most
    distance_m = np.hypot(*np.maximum(np.maximum(low - box[:, 2:], box[:, :2] - high), 0.0).T)
    rows, begin = np.unique(row[distance_m > reach_m], return_index=True)
    if len(rows) > max(1.0, FAR_SHARE * len(parts)):
        return
    far_km = distance_m[distance_m > reach_m][begin] / 1000.0
    ledger.tell_rows(
        "warning",
        rows,
        code="far-away",
        message=lambda n: (
            f"lies {far_km[n]:.1f} km from where half of the layer lies; that half is "
            f"{(high - low).max() / 1000.0:.1f} km wide"
        ),
        done="kept where it is",
        advice="check its coordinates: a digit may be wrong, or it belongs to another survey",
    )
