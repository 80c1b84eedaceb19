"""Metric geometry to paths of a picture: whole pixels, each stretch once, streets joined end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from cardio.exporters.styles import SIGN_OUTLINES

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]
WIDTH_PX, LEAST_HEIGHT_PX, MOST_HEIGHT_PX, MARGIN_PX = 1080, 420, 680, 26
LEAST_EXTENT_M = 50.0
TOLERANCE_PX = 0.7


@dataclass(frozen=True)
class Sheet:
    """The rectangle of ground that the picture shows, north up.

    Attributes
    ----------
    west, north : float
        Coordinates of its upper left corner, m.
    px_per_m : float
    width, height : int
        px.
    """

    west: float
    north: float
    px_per_m: float
    width: int
    height: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, m."""
        east, south = self.west + self.width / self.px_per_m, self.north - self.height / self.px_per_m
        return self.west, south, east, self.north

    def to_pixels(self, xy: Floats) -> Ints:
        """Return the pixel of each of n points: (n, 2), right and down from the upper left corner."""
        pixels: Ints = np.rint((xy - (self.west, self.north)) * (self.px_per_m, -self.px_per_m)).astype(np.int64)
        return pixels


def fit_sheet(frames: Sequence[gpd.GeoDataFrame]) -> Sheet:
    """Return the sheet that shows the frames whole, at least one of them not empty."""
    boxes = np.array([frame.total_bounds for frame in frames if len(frame)])
    (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    across_m, along_m = max(east - west, LEAST_EXTENT_M), max(north - south, LEAST_EXTENT_M)
    inner = WIDTH_PX - 2 * MARGIN_PX
    height = round(float(np.clip(inner * along_m / across_m + 2 * MARGIN_PX, LEAST_HEIGHT_PX, MOST_HEIGHT_PX)))
    px_per_m = float(min(inner / across_m, (height - 2 * MARGIN_PX) / along_m))
    corner = (west + east) / 2 - WIDTH_PX / 2 / px_per_m, (south + north) / 2 + height / 2 / px_per_m
    return Sheet(float(corner[0]), float(corner[1]), px_per_m, WIDTH_PX, height)


def line_path(geometry: gpd.GeoSeries, sheet: Sheet) -> str:
    """Draw lines, and the outlines of areas, as one path; what lies outside the sheet is cut off."""
    parts = shapely.get_parts(geometry.to_numpy())
    areas = shapely.get_dimensions(parts) == 2
    lines = np.concatenate([parts[shapely.get_dimensions(parts) == 1], shapely.boundary(parts[areas])])
    segments = _pixel_segments(shapely.get_parts(shapely.clip_by_rect(lines, *sheet.bounds)), sheet)
    if not len(segments):
        return ""
    chains = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(segments)))
    return "".join(_chain(line) for line in shapely.simplify(shapely.get_parts(chains), TOLERANCE_PX))


def sign_paths(geometry: gpd.GeoSeries, sheet: Sheet, outline: str) -> list[str]:
    """Draw a sign at each point on the sheet; points of one pixel share theirs."""
    parts = shapely.get_parts(geometry.to_numpy())
    pixels = sheet.to_pixels(shapely.get_coordinates(parts[shapely.get_dimensions(parts) == 0]))
    inside = ((pixels >= 0) & (pixels <= (sheet.width, sheet.height))).all(axis=1)
    return [f"M{x} {y}{outline}" for x, y in np.unique(pixels[inside], axis=0).tolist()]


def outline_path(shape: str, radius: float) -> str:
    """Outline of a sign from its middle, radius in px."""
    corners = SIGN_OUTLINES.get(shape)
    if corners is None:
        half = f"a{radius:g} {radius:g} 0 0 0"
        return f"m{-radius:g} 0{half} {2 * radius:g} 0{half} {-2 * radius:g} 0z"
    return "m" + " ".join(f"{step:g}" for step in _steps(np.array(corners) * radius).tolist()) + "z"


def scale_length_m(sheet: Sheet, most_px: float) -> float:
    """Length of the scale bar: the greatest of 1, 2, 5, 10, ... m that fits."""
    most_m = most_px / sheet.px_per_m
    power = 10.0 ** np.floor(np.log10(most_m))
    return float(max(step for step in (1, 2, 5) if step * power <= most_m) * power)


def _pixel_segments(lines: Objects, sheet: Sheet) -> npt.NDArray[np.int64]:
    """Segments of the lines in whole pixels, (n, 2, 2): each once whatever its direction, none without length."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    pixels = sheet.to_pixels(xy)
    ends = np.concatenate([pixels[:-1], pixels[1:]], axis=1)[line[:-1] == line[1:]]
    backwards = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[backwards] = ends[backwards][:, [2, 3, 0, 1]]
    long = (ends[:, :2] != ends[:, 2:]).any(axis=1)
    segments: Ints = np.unique(ends[long], axis=0).reshape(-1, 2, 2)
    return segments


def _chain(line: shapely.LineString) -> str:
    first, *steps = np.split(_steps(shapely.get_coordinates(line)).astype(np.int64), [2])
    return f"M{first[0]} {first[1]}l" + " ".join(map(str, steps[0].tolist())).replace(" -", "-")


def _steps(points: Floats) -> Floats:
    """First point, then steps: 2n numbers of n points."""
    steps: Floats = np.round(np.diff(points, axis=0, prepend=[[0, 0]]), 1).reshape(-1)
    return steps
