"""What the graph benchmark runs on: line layers read, laid beside one another, cut to a size, and points on them."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis_layers import Condition, Layer, LayerSpec, SurveyError, metric_crs_of, read_layer
from network_model import Attachment, Demand, Places, SpatialGraph, build_graph

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

APART_M = 10_000.0
"""Free space between layers that are laid beside one another."""
SAMPLE = "sample"
WHOLE = "whole"
NEAR_M = 200.0
"""Points are looked for this far from a route; all of them lie nearer."""
REACH_M = 500.0
SPLIT_POINTS, SNAP_POINTS = 1_000, 100_000
SEGMENTS_EACH = {SAMPLE: (50.0, 2.5), WHOLE: (100.0, 2.5)}
"""Segments for each asset and demand point of a cover: 1,000 and 20,000 on 50,000, 5,000 and 200,000 on 500,000."""
CIRCLES = (1_000_000, 5_000, 30_000.0)
"""Points, circles, side of the square in which both lie, m."""


@dataclass(frozen=True)
class Inputs:
    """Layers and graphs in a folder, so that every measurement can load them in a process of its own."""

    folder: Path

    def layer(self, size: str) -> Layer:
        """The lines: `SAMPLE` or `WHOLE`."""
        return self._load(f"{size}.layer")  # type: ignore[return-value]

    def graph(self, size: str) -> SpatialGraph:
        """Their graph."""
        return self._load(f"{size}.graph")  # type: ignore[return-value]

    def write(self, lines: Layer, segments: int) -> dict[str, int]:
        """Write the layer and its sample with their graphs; return the segments of each."""
        layers = {SAMPLE: cut_to(lines, segments), WHOLE: lines}
        for size, layer in layers.items():
            self._dump(f"{size}.layer", layer)
            self._dump(f"{size}.graph", build_graph([layer])[0])
        return {size: count_segments(layer.frame.geometry.values) for size, layer in layers.items()}

    def _load(self, name: str) -> object:
        return pickle.loads((self.folder / name).read_bytes())

    def _dump(self, name: str, value: object) -> None:
        (self.folder / name).write_bytes(pickle.dumps(value, protocol=5))


def read_lines(
    paths: Sequence[Path],
    *,
    kind: str = "street",
    layer: str | None = None,
    where: Mapping[str, Condition] | None = None,
    crs: str | None = None,
) -> Layer:
    """Read line layers as a study would and lay them beside one another, each in its own metric CRS unless given.

    Raises
    ------
    SurveyError, StudyError
        As reading does; SurveyError also where no row is a line.
    """
    frames = []
    for path in paths:
        spec = LayerSpec("routes", kind, path, path.name, layer=layer, where=where or {})
        frames.append(read_layer(spec, crs=crs or metric_crs_of(spec)).frame)
    return _as_layer(lay_apart([_lines_only(frame) for frame in frames]))


def _lines_only(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    lines = frame[shapely.get_dimensions(frame.geometry.values) == 1]
    if not len(lines):
        raise SurveyError("the layer holds no line", "name a layer of lines, and a kind that has lines")
    return lines


def _as_layer(frame: gpd.GeoDataFrame) -> Layer:
    rows = len(frame)
    return Layer("routes", "street", "routes", "0" * 64, frame, rows_read=rows, rows_kept=rows, set_aside={})


def lay_apart(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Lay frames out on a square grid, apart from one another, in the CRS of the first; ``part`` tells which is which.

    Rows and ids are numbered through, so that no two lines seem to be one feature.
    """
    bounds = np.array([frame.total_bounds for frame in frames])
    step = (bounds[:, 2:] - bounds[:, :2]).max(axis=0) + APART_M
    across = int(np.ceil(np.sqrt(len(frames))))
    moved = []
    for number, frame in enumerate(frames):
        cell = np.array([number % across, number // across])
        shift = np.round(bounds[0, :2] + cell * step - bounds[number, :2], 3) if number else np.zeros(2)
        shapes = shapely.transform(frame.geometry.values, lambda xy, shift=shift: xy + shift)
        plain = pd.DataFrame(frame.drop(columns="geometry"))
        moved.append(gpd.GeoDataFrame(plain.assign(part=number), geometry=shapes, crs=frames[0].crs))
    together = pd.concat(moved, ignore_index=True)
    together["source_row"] = np.arange(len(together))
    together["id"] = together["source_row"].astype(str)
    return together


def double(layer: Layer) -> Layer:
    """The layer and a copy of it, apart: exactly twice the work, of the same nature."""
    return _as_layer(lay_apart([layer.frame, layer.frame]))


def cut_to(layer: Layer, segments: int) -> Layer:
    """The rows nearest to the middle of the first part, at most so many segments; further parts only if it is small."""
    frame = layer.frame
    box = shapely.bounds(frame.geometry.values)
    middle = (box[:, :2] + box[:, 2:]) / 2.0
    centre = pd.DataFrame(middle).groupby(frame["part"].to_numpy()).median().to_numpy()
    off_m = np.abs(middle - centre[frame["part"].to_numpy()]).max(axis=1)
    order = np.lexsort((off_m, frame["part"].to_numpy()))
    sizes = shapely.get_num_coordinates(frame.geometry.values)[order] - 1
    kept = np.sort(order[: max(1, int(np.searchsorted(np.cumsum(sizes), segments, side="right")))])
    return _as_layer(frame.iloc[kept].reset_index(drop=True))


def count_segments(lines: npt.NDArray[np.object_]) -> int:
    """Straight pieces between vertices."""
    return int((shapely.get_num_coordinates(np.asarray(lines, dtype=object)) - 1).sum())


def points_on(graph: SpatialGraph, count: int, seed: int) -> Floats:
    """Points on the edges, evenly by length: (count, 2)."""
    random = np.random.default_rng(seed)
    along_m = np.sort(random.uniform(0.0, graph.length_m.sum(), count))
    end_m = np.cumsum(graph.length_m)
    edge = np.minimum(np.searchsorted(end_m, along_m), len(end_m) - 1)
    points = shapely.line_interpolate_point(graph.geometry[edge], along_m - (end_m - graph.length_m)[edge])
    return random.permutation(shapely.get_coordinates(points))


def points_beside(graph: SpatialGraph, count: int, seed: int, off_m: float = 30.0) -> Floats:
    """Points up to `off_m` away from the edges in x and in y: (count, 2)."""
    random = np.random.default_rng(seed + 1)
    return points_on(graph, count, seed) + random.uniform(-off_m, off_m, (count, 2))


def cover_points(graph: SpatialGraph, size: str) -> tuple[Floats, Floats]:
    """Assets and demand on the routes, so that only what moves them to nodes misplaces them."""
    segments = count_segments(graph.geometry)
    assets, demand = (max(1, round(segments / each)) for each in SEGMENTS_EACH[size])
    return points_on(graph, assets, 1), points_on(graph, demand, 2)


def circle_points() -> tuple[Floats, Floats]:
    """Points and centres, spread evenly."""
    points, circles, side_m = CIRCLES
    random = np.random.default_rng(3)
    return random.uniform(0.0, side_m, (points, 2)), random.uniform(0.0, side_m, (circles, 2))


def places_at(xy: Floats, attachment: Attachment) -> Places:
    """Assets."""
    names = np.full(len(xy), "", dtype=object)
    return Places(xy, names, names, attachment)


def demand_at(xy: Floats, attachment: Attachment) -> Demand:
    """Demand points of weight 1."""
    names = np.full(len(xy), "", dtype=object)
    return Demand(xy, np.ones(len(xy)), np.arange(len(xy)), names, names, attachment)


def unattached(count: int) -> Attachment:
    """No route near, for rules that need none."""
    return Attachment(np.full(count, -1, dtype=np.int64), np.full(count, np.nan), np.full(count, np.inf))
