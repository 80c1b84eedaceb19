"""Defects planted in the survey of the sample town, as surveys come; each must be found when its layer is read."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString, Point, Polygon

from cardio.sample_town import site

SHORT_BY_M = 0.3
Frames = dict[str, gpd.GeoDataFrame]


@dataclass(frozen=True)
class PlantedDefect:
    """A defect that stands in a survey file on purpose.

    Attributes
    ----------
    layer : str
        Layer of the study.
    row : int or None
        Row in the file, 0 is the first; None where several rows are concerned.
    code : str
        Finding that tells it.
    what : str
        In words.
    """

    layer: str
    row: int | None
    code: str
    what: str


def plant_defects(frames: Frames, rng: np.random.Generator) -> tuple[Frames, tuple[PlantedDefect, ...]]:
    """Return the frames with defects in them, and what was planted.

    Parameters
    ----------
    frames : dict of str to GeoDataFrame
        Clean survey rows by layer of the study; left as they are.
    """
    frames = {layer: frame.copy() for layer, frame in frames.items()}
    planted = (
        _lose_a_geometry(frames, rng),
        _send_a_light_away(frames, rng),
        _deliver_a_building_twice(frames, rng),
        _cross_an_outline(frames, rng),
        _reuse_a_number(frames, rng),
        _leave_a_value_out(frames),
        _stop_short_of_a_junction(frames, rng),
        PlantedDefect("ducts", None, "not-existing", "ducts that are only planned (AVP) or abandoned (HS)"),
    )
    return frames, planted


def _lose_a_geometry(frames: Frames, rng: np.random.Generator) -> PlantedDefect:
    lights = frames["lights"]
    row = int(rng.choice(np.flatnonzero(lights["SUPPORT"] == "mât")))
    lights.loc[row, "geometry"] = None
    return PlantedDefect("lights", row, "null-geometry", "a street light without a place")


def _send_a_light_away(frames: Frames, rng: np.random.Generator) -> PlantedDefect:
    lights = frames["lights"]
    row = int(rng.choice(np.flatnonzero((lights["SUPPORT"] == "mât") & lights.geometry.notna())))
    lights.loc[row, "geometry"] = Point(0.0, 0.0)
    return PlantedDefect("lights", row, "outside-area", "a street light at (0, 0), far outside")


def _deliver_a_building_twice(frames: Frames, rng: np.random.Generator) -> PlantedDefect:
    buildings = frames["buildings"]
    again = buildings.iloc[[int(rng.integers(len(frames["landmarks"]), len(buildings)))]]
    frames["buildings"] = pd.concat([buildings, again], ignore_index=True)
    return PlantedDefect("buildings", len(buildings), "duplicate", "a building delivered twice")


def _cross_an_outline(frames: Frames, rng: np.random.Generator) -> PlantedDefect:
    bays = frames["bays"]
    row = int(rng.choice(np.flatnonzero(bays["TYPE_STAT"] == "Longitudinal")))
    one, two, three, four, _ = shapely.get_coordinates(bays.geometry.iloc[row])
    bays.loc[row, "geometry"] = Polygon([one, three, two, four])
    return PlantedDefect("bays", row, "invalid-polygon", "a parking bay drawn as a bow-tie")


def _reuse_a_number(frames: Frames, rng: np.random.Generator) -> PlantedDefect:
    cabinets = frames["cabinets"]
    first, row = sorted(rng.choice(len(cabinets), 2, replace=False).tolist())
    cabinets.loc[row, "NUM_ARM"] = cabinets.loc[first, "NUM_ARM"]
    return PlantedDefect("cabinets", row, "duplicate-id", "two street cabinets with one number")


def _leave_a_value_out(frames: Frames) -> PlantedDefect:
    """Add a cell, beside the town, whose number of inhabitants is not given: the sum over the others stays whole."""
    cells = frames["residents"]
    x, y = cells.total_bounds[2:]
    secret = gpd.GeoDataFrame(
        {"IDCAR": ["CRS2154RES200mSECRET"], "IND": [np.nan]},
        geometry=[shapely.box(x, y, x + 200.0, y + 200.0)],
        crs=site.CRS,
    )
    frames["residents"] = pd.concat([cells.astype({"IND": float}), secret], ignore_index=True)
    return PlantedDefect("residents", len(cells), "missing-value", "a population cell without its inhabitants")


def _stop_short_of_a_junction(frames: Frames, rng: np.random.Generator) -> PlantedDefect:
    """Cut the end of a street that runs into a crossing of at least three others."""
    streets = frames["streets"]
    tips = shapely.get_point(streets.geometry.to_numpy(), -1)
    meeting = np.bincount(streets.sindex.query(tips, predicate="dwithin", distance=0.01)[0], minlength=len(tips))
    plain = (streets["NATURE"] == "Rue") & (streets.length > 40.0)
    row = int(rng.choice(np.flatnonzero(plain.to_numpy() & (meeting >= 4))))
    line = streets.geometry.iloc[row]
    short = shapely.line_interpolate_point(line, line.length - SHORT_BY_M)
    streets.loc[row, "geometry"] = LineString([*line.coords[:-1], (round(short.x, 3), round(short.y, 3))])
    return PlantedDefect("streets", row, "gap-closed", f"a street that ends {SHORT_BY_M} m short of its junction")
