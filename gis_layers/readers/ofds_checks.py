"""What is wrong inside an Open Fibre Data Standard network: unknown codes, ends without a node or far from it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gis_layers.readers.ofds_columns import MEDIA, STATUS, media_of, read_geometry
from gis_layers.readers.ofds_document import Entry, Network, text_of
from gis_layers.table import RowNote

END_WITHIN_M = 25.0
"""How far a route may end from its node where the network states no accuracy."""
_WORST_M = 10_000.0
"""An accuracy worse than this says nothing about a town."""

Row = tuple[Network, Entry]
Floats = npt.NDArray[np.float64]


def check_codes(entries: Sequence[Entry]) -> list[RowNote]:
    """Find codes that the closed lists of the standard do not have."""
    rows, messages = [], []
    for row, entry in enumerate(entries):
        told: list[tuple[str, str, Container[str]]] = [("status", text_of(entry.get("status")), STATUS)]
        told += [("transmissionMedium", medium, MEDIA) for medium in media_of(entry)]
        if wrong := [f"{field} {code!r}" for field, code, known in told if code and code not in known]:
            rows.append(row)
            messages.append(f"{', '.join(wrong)}: no code of the standard")
    return [_warning("ofds-unknown-code", rows, messages, "read as unknown", "correct the code")]


def check_ends(rows: Sequence[Row], wkb: npt.NDArray[np.object_], crs: pyproj.CRS | None) -> list[RowNote]:
    """Find spans whose start or end node does not exist, or lies too far from where the route ends."""
    networks = {id(network): network for network, _ in rows}
    nodes = {key: _node_places(network) for key, network in networks.items()}
    missing, missing_messages = [], []
    far_rows, ends, places, limits_m = [], [], [], []
    lines = shapely.from_wkb(wkb)
    for row, (network, span) in enumerate(rows):
        known = nodes[id(network)]
        names = [
            text_of(end.get("id") if isinstance(end, dict) else end) for end in (span.get("start"), span.get("end"))
        ]
        unknown = [name for name, end in zip(names, ("start", "end"), strict=True)
                   if name and known and name not in known and not isinstance(span.get(end), dict)]  # fmt: skip
        if unknown:
            missing.append(row)
            missing_messages.append(f"no node {', '.join(unknown)} in network {network.shown}")
        xy = [_place(span.get(end), known.get(name)) for name, end in zip(names, ("start", "end"), strict=True)]
        if (
            all(place is not None for place in xy)
            and shapely.get_type_id(lines[row]) == 1
            and len(lines[row].coords) > 1
        ):
            far_rows.append(row)
            ends.append([lines[row].coords[0][:2], lines[row].coords[-1][:2]])
            places.append(xy)
            limits_m.append(_accuracy_m(network))
    return [
        _warning("ofds-unknown-node", missing, missing_messages, "kept", "correct start and end, or add the node"),
        _far_ends(far_rows, np.array(ends), np.array(places, dtype=np.float64), limits_m, crs),
    ]


def _node_places(network: Network) -> dict[str, tuple[float, float] | None]:
    """Place of each node of a network by its id, None where it has none."""
    shapes = shapely.from_wkb(read_geometry([node.get("location") for node in network.nodes])[0])
    return {
        text_of(node.get("id")): _point(shape)
        for node, shape in zip(network.nodes, shapes, strict=True)
        if node.get("id")
    }


def _place(end: Any, known: tuple[float, float] | None) -> tuple[float, float] | None:
    if not isinstance(end, dict) or known is not None:
        return known
    return _point(shapely.from_wkb(read_geometry([end.get("location")])[0])[0])


def _point(shape: Any) -> tuple[float, float] | None:
    if shape is None or shape.geom_type != "Point" or shape.is_empty:
        return None
    return shape.x, shape.y


def _accuracy_m(network: Network) -> float:
    stated = network.header.get("accuracy")
    if isinstance(stated, int | float) and not isinstance(stated, bool) and END_WITHIN_M < stated < _WORST_M:
        return float(stated)
    return END_WITHIN_M


def _far_ends(
    rows: Sequence[int], ends: Floats, places: Floats, limits_m: Sequence[float], crs: pyproj.CRS | None
) -> RowNote:
    """Note spans of which one end is far from its node, whichever way round the two ends are taken."""
    far, messages = [], []
    if rows and crs is not None:
        away_m = np.minimum(*(_distance_m(ends[:, turn], places, crs).max(axis=1) for turn in ([0, 1], [1, 0])))
        for row, metres, limit_m in zip(rows, away_m.tolist(), limits_m, strict=True):
            if metres > limit_m:
                far.append(row)
                messages.append(f"its route ends {metres:,.0f} m from its node, where {limit_m:g} m are allowed")
    return _warning("ofds-end-far-from-node", far, messages, "kept as drawn", "check the route and the nodes")


def _distance_m(first: Floats, second: Floats, crs: pyproj.CRS) -> Floats:
    """Distances between places, (rows, 2, 2) each -> (rows, 2); nan or infinite places are infinitely far."""
    if crs.is_geographic:
        ellipsoid = crs.get_geod() or pyproj.Geod(ellps="WGS84")
        lonlat = [np.clip(values, -360.0, 360.0) for values in (first, second)]
        _, _, away_m = ellipsoid.inv(lonlat[0][..., 0], lonlat[0][..., 1], lonlat[1][..., 0], lonlat[1][..., 1])
        return np.asarray(away_m, dtype=np.float64)
    apart: Floats = np.hypot(*np.moveaxis(first - second, -1, 0))
    return apart * float(crs.axis_info[0].unit_conversion_factor)


def _warning(code: str, rows: Iterable[int], messages: Sequence[str], done: str, advice: str) -> RowNote:
    return RowNote("warning", code, np.array(list(rows), dtype=np.int64), tuple(messages), done, advice)
