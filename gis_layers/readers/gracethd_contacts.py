"""Where route segments meet though their codes do not say so: nodes at one place, and lines over nodes of others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gis_layers.readers.gracethd_ends import ENDS
from gis_layers.readers.gracethd_tables import Objects, Table, list_rows
from gis_layers.table import FileNote, RowNote, Rows

TOUCH_M = 0.001
"""Coordinates this near are one place: both files round theirs."""


def check_contacts(segments: Table, nodes: Table, wkb: Objects) -> tuple[tuple[FileNote, ...], list[RowNote]]:
    """Tell where the graph of the lines joins more than the codes do.

    Parameters
    ----------
    segments, nodes : Table
        ``t_cheminement`` and ``t_noeud``.
    wkb : (n,) object
        Route segments that end at their nodes.
    """
    named = np.unique(np.concatenate([segments.codes(column) for column in ENDS]).astype(str))
    points = shapely.from_wkb(nodes.wkb, on_invalid="ignore")
    is_point = (shapely.get_type_id(points) == shapely.GeometryType.POINT) & ~shapely.is_empty(points)
    used = np.flatnonzero(is_point & np.isin(nodes.codes("nd_code").astype(str), named)).astype(np.int64)
    return _same_place(nodes, used, points[used]), _over_nodes(nodes, used, points[used], wkb)


def _same_place(nodes: Table, used: Rows, points: Objects) -> tuple[FileNote, ...]:
    cell = np.round(np.stack([shapely.get_x(points), shapely.get_y(points)], axis=1) / TOUCH_M)
    again = used[pd.DataFrame(cell).duplicated().to_numpy()]
    if not len(again):
        return ()
    message = f"{nodes.file}: {len(again)} nodes of route segments lie at the place of an earlier one: "
    return (
        FileNote(
            "warning",
            code="nodes-at-one-place",
            message=message + list_rows(again, nodes.codes("nd_code")[again]),
            done="what ends at either is joined there",
            advice="name one node, or draw them apart",
        ),
    )


def _over_nodes(nodes: Table, used: Rows, points: Objects, wkb: Objects) -> list[RowNote]:
    lines = shapely.from_wkb(wkb, on_invalid="ignore")
    rows = np.flatnonzero(np.isin(shapely.get_type_id(lines), [shapely.GeometryType.LINESTRING]))
    lines = lines[rows]
    point, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=TOUCH_M)
    ends = [shapely.distance(shapely.get_point(lines[line], index), points[point]) for index in (0, -1)]
    inside = np.minimum(*ends) > TOUCH_M
    pairs = pd.DataFrame({"row": rows[line[inside]], "code": nodes.codes("nd_code")[used[point[inside]]]})
    over = pairs.groupby("row")["code"].agg(lambda codes: ", ".join(sorted(codes)))
    messages = tuple(f"the line runs over {codes}, which it does not name" for codes in over)
    return [
        RowNote(
            "warning",
            code="line-over-node",
            rows=over.index.to_numpy(dtype=np.int64),
            messages=messages,
            done="joined there with what ends at it",
            advice="cut the segment at the node, or draw it beside",
        )
    ]
