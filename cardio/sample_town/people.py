"""People of the sample town: zones like the IRIS of the census, and population cells of 200 m."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from cardio.sample_town import site
from cardio.sample_town.site import Floats, Ints

CELL_M = 200.0


def survey_zones() -> gpd.GeoDataFrame:
    """Return CODE_IRIS, NOM_IRIS, geometry (polygon); together they hold the whole town."""
    return gpd.GeoDataFrame(
        {
            "CODE_IRIS": [f"62041{9000 + number}" for number in range(1, len(site.ZONES) + 1)],
            "NOM_IRIS": list(site.ZONES),
        },
        geometry=site.to_lambert93(site.zone_polygons()),
        crs=site.CRS,
    )


def survey_cells(buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Share all inhabitants among squares of 200 m by the floor area of the homes in them.

    Returns
    -------
    GeoDataFrame
        IDCAR, IND (inhabitants, whole numbers that sum to `site.INHABITANTS`), geometry (square).
    """
    homes = buildings[buildings["USAGE"] == "Résidentiel"]
    floor_m2 = (homes.area * np.floor(homes["HAUTEUR"] / 3.0)).to_numpy()
    corner = np.floor(shapely.get_coordinates(homes.centroid) / CELL_M).astype(np.int64)
    cells, cell_of = np.unique(corner, axis=0, return_inverse=True)
    people = _whole_shares(np.bincount(cell_of.ravel(), floor_m2).astype(np.float64), site.INHABITANTS)
    x, y = (cells * CELL_M).T
    return gpd.GeoDataFrame(
        {"IDCAR": [f"CRS2154RES200mN{b:.0f}E{a:.0f}" for a, b in zip(x, y, strict=True)], "IND": people},
        geometry=shapely.box(x, y, x + CELL_M, y + CELL_M),
        crs=site.CRS,
    )


def _whole_shares(weight: Floats, total: int) -> Ints:
    """Split `total` in proportion to the weights into whole numbers, by largest remainders."""
    exact = weight * (total / weight.sum())
    whole: Ints = np.floor(exact).astype(np.int64)
    short = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:short]] += 1
    return whole
