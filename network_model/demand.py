"""From a demand layer to weighted demand points: areas are spread before they are served, totals are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from gis_layers import Finding, Layer, StudyError, nothing_usable
from network_model.graph import Bools, Floats, Ints, Objects, SpatialGraph
from network_model.places import list_far_rows, refuse_lines, widest_parts
from network_model.service import Demand, Service
from network_model.snapping import attach

#: Kinds reached by their building, not by their area: one point each, however wide.
ONE_POINT_KINDS = frozenset({"public_building", "building", "address"})
#: A footprint with less than this inside an area is a touch, not a part of it, m2.
SMALLEST_FOOTPRINT_M2 = 1e-6
#: More grid points than this in one area is a mistake in the reach or in the coordinates.
GRID_POINTS_AT_MOST = 1_000_000


class _Parts(NamedTuple):
    """Demand points before weights: row of the frame, coordinates, share of that row's weight."""

    row: Ints
    xy: Floats
    share: Floats


def spread_demand(
    service: Service, layers: Mapping[str, Layer], graph: SpatialGraph, *, attach_within_m: float
) -> tuple[Demand, tuple[Finding, ...]]:
    """Turn the demand layer of a service into weighted points.

    - A row of the file is one point where it is a building (`ONE_POINT_KINDS`), on the widest of its parts.
    - A point stands for itself.
    - A polygon with ``spread_over`` gives one point for each footprint that meets it, inside both, with a share of
      the weight by the footprint area inside the polygon; a polygon without any footprint gets a grid.
    - Any other polygon is one point where it is not wider than the reach (diagonal of its bounding box); else a grid
      of equal shares, finer than half the reach.

    The weight of a row of the file is shared over its parts by area, then spread; its last point takes the rounding
    rest, so the total is kept. With ``spread_over``, buildings are spread as other polygons are.

    Parameters
    ----------
    service : Service
    layers : mapping of str to Layer
    graph : SpatialGraph
    attach_within_m : float
        Demand farther from every route stays in the total, unreachable along the network, and is a finding, m.

    Returns
    -------
    Demand
        Ordered by row of the layer.
    tuple of Finding

    Raises
    ------
    StudyError
        The layer holds lines, lacks the weight column, or holds no demand; a reach far too small to grid.
    SurveyError
        No row of the file can be used.
    """
    layer = layers[service.demand_layer]
    refuse_lines(layer, f"services.{service.name}.demand")
    row_weight, findings = _weigh_rows(service, layer)
    parts = _spread(service, layer, layers, np.flatnonzero(np.isfinite(row_weight)))
    weight = _share_out(row_weight, parts)
    if not weight.sum() > 0:
        raise nothing_usable(
            f"services.{service.name}: layer {layer.name!r} ({layer.path}) holds no demand",
            [layer],
            "check its where: filter and the column named by weight:, or drop the service",
            found=findings,
        )
    demand = Demand(
        xy=parts.xy,
        weight=weight,
        feature=parts.row,
        label=_label(layer, parts.row),
        inside=_find_holders(service, layers, parts.xy),
        attachment=attach(graph, parts.xy, within_m=attach_within_m),
    )
    findings += _report_wide(service, layer, parts) + _report_far(service, layer, demand, attach_within_m)
    return demand, tuple(findings)


def _weigh_rows(service: Service, layer: Layer) -> tuple[Floats, list[Finding]]:
    """Return the weight of each frame row, nan where unusable; parts of one source row share its weight by area."""
    frame = layer.frame
    if service.weight is None:
        weight = np.ones(len(frame))
    elif service.weight not in frame.columns:
        raise StudyError(
            f"services.{service.name}.demand: layer {layer.name!r} ({layer.path}) has no column {service.weight!r}",
            f"map it in layers.{layer.name}.columns, or name another weight",
        )
    else:
        weight = pd.to_numeric(frame[service.weight], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    bad = ~(np.isfinite(weight) & (weight >= 0))
    share = _main_parts(layer) if _is_one_point(service, layer) else _part_share(layer)
    return np.where(bad | (share == 0), np.nan, weight * share), _report_unusable(service, layer, bad)


def _report_unusable(service: Service, layer: Layer, bad: Bools) -> list[Finding]:
    rows = layer.frame[bad].drop_duplicates("source_row")
    return [
        Finding(
            "error",
            "demand-weight-unusable",
            layer.name,
            layer.path,
            str(source_row),
            f"{service.weight} is {value!r}: missing, negative or not a number",
            "left out of the demand",
            "correct the value in the survey",
        )
        for source_row, value in zip(rows["source_row"], rows[service.weight] if len(rows) else (), strict=True)
    ]


def _part_share(layer: Layer) -> Floats:
    """Share of each frame row in its source row: by area, equal where no part has any."""
    area = pd.Series(shapely.area(np.asarray(layer.frame.geometry.array, object)))
    by_row = area.groupby(layer.frame["source_row"].to_numpy())
    total, count = by_row.transform("sum").to_numpy(), by_row.transform("size").to_numpy()
    share: Floats = np.divide(area.to_numpy(), total, out=1.0 / count, where=total > 0)
    return share


def _is_one_point(service: Service, layer: Layer) -> bool:
    """Whether each row of the file is one point, however wide and of however many parts."""
    return layer.kind in ONE_POINT_KINDS and service.spread_over is None


def _main_parts(layer: Layer) -> Floats:
    """1 for the widest part of each source row, the first of equals; 0 for its other parts."""
    share = np.zeros(len(layer.frame))
    share[widest_parts(layer)] = 1.0
    return share


def _spread(service: Service, layer: Layer, layers: Mapping[str, Layer], rows: Ints) -> _Parts:
    """Choose the points of each usable row, ordered by row."""
    geometry = np.asarray(layer.frame.geometry.array, object)
    polygons = rows[shapely.get_dimensions(geometry[rows]) == 2]
    found = [_one_point(np.setdiff1d(rows, polygons), geometry)]
    if service.spread_over is not None:
        over = _spread_over(polygons, geometry, layers[service.spread_over])
        found.append(over)
        gridded = np.setdiff1d(polygons, over.row)
    else:
        wide = _width_m(geometry[polygons]) > service.reach.within_m
        if _is_one_point(service, layer):
            wide[:] = False
        found.append(_one_point(polygons[~wide], geometry))
        gridded = polygons[wide]
    found.append(_grid(service, layer, gridded, geometry))
    row, xy, share = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(row, kind="stable")
    return _Parts(row[order], xy[order], share[order])


def _one_point(rows: Ints, geometry: Objects) -> _Parts:
    xy = shapely.get_coordinates(shapely.point_on_surface(geometry[rows]))
    return _Parts(rows, xy, np.ones(len(rows)))


def _spread_over(rows: Ints, geometry: Objects, footprints: Layer) -> _Parts:
    """One point for each (footprint, area) that share ground; areas without any are left out."""
    outline = np.asarray(footprints.frame.geometry.array, object)
    outline = outline[shapely.get_dimensions(outline) == 2]
    if not len(outline):
        raise nothing_usable(
            f"spread_over: layer {footprints.name!r} ({footprints.path}) holds no polygon",
            [footprints],
            "name a layer of building footprints, or leave spread_over out",
        )
    building, area = shapely.STRtree(geometry[rows]).query(outline, predicate="intersects")
    shared = shapely.intersection(outline[building], geometry[rows][area])
    shared_m2 = shapely.area(shared)
    kept = np.flatnonzero(shared_m2 > SMALLEST_FOOTPRINT_M2)
    kept = kept[np.lexsort([building[kept], area[kept]])]
    total_m2 = np.bincount(area[kept], weights=shared_m2[kept], minlength=len(rows))
    xy = shapely.get_coordinates(shapely.point_on_surface(shared[kept]))
    return _Parts(rows[area[kept]], xy, shared_m2[kept] / total_m2[area[kept]])


def _grid(service: Service, layer: Layer, rows: Ints, geometry: Objects) -> _Parts:
    """Cover each area with points of equal share, finer than half the reach; at least one point each."""
    row, xy, share = [np.empty(0, np.int64)], [np.empty((0, 2))], [np.empty(0)]
    for each in rows:
        x0, y0, x1, y1 = shapely.bounds(geometry[each])
        columns, lines = (int(2 * side_m / service.reach.within_m) + 1 for side_m in (x1 - x0, y1 - y0))
        if columns * lines > GRID_POINTS_AT_MOST:
            raise StudyError(
                f"services.{service.name}: row {layer.frame['source_row'].iloc[each]} of {layer.path} is too wide "
                f"({x1 - x0:.0f} x {y1 - y0:.0f} m) for a reach of {service.reach.within_m:g} m",
                "check the reach and the CRS of the layer",
            )
        x = x0 + (np.arange(columns) + 0.5) * (x1 - x0) / columns
        y = y0 + (np.arange(lines) + 0.5) * (y1 - y0) / lines
        points = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        points = points[shapely.contains_xy(geometry[each], points)]
        if not len(points):
            points = shapely.get_coordinates(shapely.point_on_surface(geometry[each]))
        row.append(np.full(len(points), each))
        xy.append(points)
        share.append(np.full(len(points), 1 / len(points)))
    return _Parts(np.concatenate(row), np.concatenate(xy), np.concatenate(share))


def _width_m(geometry: Objects) -> Floats:
    """Diagonal of the bounding box, m."""
    bounds = shapely.bounds(geometry).reshape(-1, 4)
    diagonal_m: Floats = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    return diagonal_m


def _share_out(row_weight: Floats, parts: _Parts) -> Floats:
    """Weight of each point; the last point of a row takes what rounding left."""
    if not len(parts.row):
        return np.empty(0)
    weight = row_weight[parts.row] * parts.share
    first = np.flatnonzero(np.diff(parts.row, prepend=-1))
    last = np.append(first[1:], len(weight)) - 1
    weight[last] = 0
    weight[last] = np.maximum(row_weight[parts.row[last]] - np.add.reduceat(weight, first), 0)
    return weight


def _label(layer: Layer, row: Ints) -> Objects:
    """``id`` of the feature, with ``/k`` from 1 where the feature has several demand points."""
    identity = layer.frame["id"].iloc[row].reset_index(drop=True).astype(str)
    by_feature = identity.groupby(identity)
    numbered = identity + "/" + (by_feature.cumcount() + 1).astype(str)
    label: Objects = numbered.where(by_feature.transform("size") > 1, identity).to_numpy(dtype=object)
    return label


def _find_holders(service: Service, layers: Mapping[str, Layer], xy: Floats) -> Objects:
    """For line of sight: the wall polygons that hold each point, boundary included, as (layer, frame row)."""
    holders: list[set[tuple[str, int]]] = [set() for _ in range(len(xy))]
    for name in service.reach.walls if service.reach.rule == "line_of_sight" else ():
        walls = np.asarray(layers[name].frame.geometry.array, object)
        for point, wall in shapely.STRtree(walls).query(shapely.points(xy), predicate="intersects").T.tolist():
            if shapely.get_dimensions(walls[wall]) == 2:
                holders[point].add((name, wall))
    inside = np.empty(len(xy), dtype=object)
    inside[:] = [frozenset(each) for each in holders]
    return inside


def _report_wide(service: Service, layer: Layer, parts: _Parts) -> list[Finding]:
    """Report buildings wider than the reach that one point stands for."""
    if not _is_one_point(service, layer):
        return []
    width_m = _width_m(np.asarray(layer.frame.geometry.array, object)[parts.row])
    wide = int((width_m > service.reach.within_m).sum())
    if not wide:
        return []
    return [
        Finding(
            "note",
            "point-for-wide-area",
            layer.name,
            layer.path,
            message=f"{wide} of them are wider than the reach of {service.name} ({service.reach.within_m:g} m), "
            f"the widest {width_m.max():.0f} m, and one point stands for each",
            done="served when that point is reached",
            advice="survey entrances as points where it matters",
        )
    ]


def _report_far(service: Service, layer: Layer, demand: Demand, attach_within_m: float) -> list[Finding]:
    """List demand that no route can reach; where the service needs no route, one note that says so is enough."""
    far: Bools = demand.attachment.edge < 0
    if not far.any():
        return []
    message = (
        f"{int(far.sum())} demand points of {service.name}, weight {demand.weight[far].sum():g} of "
        f"{demand.weight.sum():g}, lie farther than {attach_within_m:g} m from every route"
    )
    if service.reach.rule != "along_network":
        done = "kept: this service needs no route"
        return [Finding("note", "demand-far-from-routes", layer.name, layer.path, message=message, done=done)]
    return list_far_rows(
        layer,
        demand.label[far],
        demand.xy[far],
        code="demand-far-from-routes",
        message=message,
        done="kept in the totals, unreachable along the network",
    )
