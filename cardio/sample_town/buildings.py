"""Buildings of the sample town: rows of houses along its streets."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from cardio.sample_town import site
from cardio.sample_town.frontage import clear_of, first_come, places_along, rectangles_beside
from cardio.sample_town.site import Ints, Objects
from cardio.sample_town.street_plan import StreetPlan

_STREET_CLEAR_M, _GAP_M = 4.5, 0.4
# step between fronts, width of a front and depth of a house, storeys: from, below
_OLD_TOWN = (17.0, (11.0, 16.0), (9.0, 13.0), (3, 5))
_OUTSKIRTS = (38.0, (13.0, 30.0), (9.0, 13.0), (1, 5))


def survey_buildings(plan: StreetPlan, landmarks: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Line the streets with rectangles that keep clear of streets, squares, water, railway, landmarks and each other.

    Public buildings come first in the file, as in any building survey.

    Returns
    -------
    GeoDataFrame
        ID_BATI, USAGE, HAUTEUR (m), geometry (polygon).
    """
    old_town = np.isin(plan.kind, ["centre", "square", "ring"])
    outskirts = np.isin(plan.kind, ["outskirts", "bank"])
    old_houses, old_storeys = _houses(plan, np.flatnonzero(old_town), _OLD_TOWN, rng)
    new_houses, new_storeys = _houses(plan, np.flatnonzero(outskirts), _OUTSKIRTS, rng)
    houses = np.concatenate([old_houses, new_houses])
    storeys = np.concatenate([old_storeys, new_storeys])
    kept = np.flatnonzero(clear_of(houses, plan.lines, _STREET_CLEAR_M) & clear_of(houses, _kept_free(landmarks), 2.0))
    kept = kept[first_come(houses[kept], _GAP_M)]
    public = landmarks.geometry.to_numpy()
    frame = gpd.GeoDataFrame(
        {
            "USAGE": ["Public"] * len(public) + ["Résidentiel"] * len(kept),
            "HAUTEUR": np.concatenate([np.full(len(public), 12.0), 3.0 * storeys[kept] + 1.5]),
        },
        geometry=np.concatenate([public, houses[kept]]),
        crs=site.CRS,
    )
    frame.insert(0, "ID_BATI", [f"B{number:05d}" for number in range(1, len(frame) + 1)])
    return frame


def _houses(
    plan: StreetPlan,
    segments: Ints,
    style: tuple[float, tuple[float, float], tuple[float, float], tuple[int, int]],
    rng: np.random.Generator,
) -> tuple[Objects, Ints]:
    """Return one rectangle and its number of storeys for each place along the segments."""
    step_m, widths_m, depths_m, storeys = style
    at = places_along(plan, segments, step_m=step_m, clear_m=10.0, rng=rng)
    count = len(at.segment)
    rectangles = rectangles_beside(
        plan,
        at,
        width_m=rng.uniform(*widths_m, count),
        off_m=rng.uniform(6.5, 9.5, count),
        depth_m=rng.uniform(*depths_m, count),
    )
    return rectangles, rng.integers(*storeys, count, dtype=np.int64)


def _kept_free(landmarks: gpd.GeoDataFrame) -> Objects:
    """Return what nobody builds on: squares, river, railway, citadel, public buildings."""
    local = [
        *site.centre_squares().values(),
        site.station_square(),
        site.citadel(),
        *(shapely.buffer(site.between_rows(row), 14.0) for row in (site.RIVER_ROW, site.RAILWAY_ROW)),
    ]
    free: Objects = np.concatenate([site.to_lambert93(np.array(local, dtype=object)), landmarks.geometry.to_numpy()])
    return free
