"""Telecom assets of the sample town: fibre loop and nodes, ducts, street cabinets, public wifi."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString

from cardio.sample_town import site
from cardio.sample_town.fibre_streets import fibre_streets
from cardio.sample_town.frontage import first_come, places_along, points_beside
from cardio.sample_town.site import Ints, Objects
from cardio.sample_town.street_plan import StreetPlan, straight_on

CABINETS = 29
_CABLE_OFF_M, _DUCT_OFF_M = 1.0, 1.5
_CABINETS_APART_M = 160.0
# status of ducts, as GraceTHD has it (handed over, maintained, planned, abandoned), and its chance
_DUCT_STATUS = {"REC": 0.55, "MCO": 0.27, "AVP": 0.12, "HS": 0.06}
_DUCT_CHANCE = {"centre": 0.45, "ring": 1.0, "square": 1.0, "outskirts": 0.35, "bank": 0.0, "bridge": 0.7}


def survey_loop(plan: StreetPlan) -> gpd.GeoDataFrame:
    """Return cables of the fibre loop, one metre beside the middle of their streets: ID_CABLE, NB_FIBRES, ETAT."""
    streets = fibre_streets(plan)
    lines = shapely.offset_curve(np.array(streets, dtype=object), _CABLE_OFF_M, join_style="mitre")
    return gpd.GeoDataFrame(
        {
            "ID_CABLE": [f"BOU{number:02d}" for number in range(1, len(lines) + 1)],
            "NB_FIBRES": [144] + [72] * (len(lines) - 1),
            "ETAT": "MCO",
        },
        geometry=_to_centimetres(lines),
        crs=site.CRS,
    )


def survey_nodes(plan: StreetPlan) -> gpd.GeoDataFrame:
    """Return the exchange (NRO) and distribution points (SRO) on the loop: CODE, NATURE, NOM."""
    streets = fibre_streets(plan)
    ends = shapely.get_point(np.array(streets, dtype=object), -1)
    apart = np.flatnonzero(first_come(ends[1:], 300.0))[:5] + 1
    points = [shapely.line_interpolate_point(streets[0], 0.6, normalized=True), *ends[apart]]
    return gpd.GeoDataFrame(
        {
            "CODE": [f"62041/{'NRO' if number == 0 else 'SRO'}/{number:02d}" for number in range(len(points))],
            "NATURE": ["NRO"] + ["SRO"] * len(apart),
            "NOM": ["NRO du Midi"] + [f"SRO {number}" for number in range(1, len(points))],
        },
        geometry=points,
        crs=site.CRS,
    )


def survey_ducts(plan: StreetPlan, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return ducts along some streets, several of them planned or abandoned: id_fourr, etat, diam_mm, proprio."""
    streets = [corners for kind, corners in straight_on(plan) if rng.random() < _DUCT_CHANCE[kind]]
    blocks = [corners[first : first + 4] for corners in streets for first in range(0, len(corners) - 1, 3)]
    lines = shapely.offset_curve(
        np.array([LineString(plan.xy[block]) for block in blocks], dtype=object), -_DUCT_OFF_M, join_style="mitre"
    )
    return gpd.GeoDataFrame(
        {
            "id_fourr": [f"F{number:04d}" for number in range(1, len(lines) + 1)],
            "etat": rng.choice(list(_DUCT_STATUS), len(lines), p=list(_DUCT_STATUS.values())),
            "diam_mm": rng.choice([33, 45, 60, 80], len(lines)),
            "proprio": rng.choice(["Ville", "Opérateur"], len(lines), p=[0.7, 0.3]),
        },
        geometry=_to_centimetres(lines),
        crs=site.CRS,
    )


def survey_cabinets(plan: StreetPlan, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return `CABINETS` street cabinets well apart: NUM_ARM, MODELE, EMPL_LIB (free slots)."""
    at = places_along(plan, _on_ground(plan), step_m=20.0, clear_m=8.0, rng=rng)
    points = shapely.points(points_beside(plan, at, off_m=4.0))[rng.permutation(len(at.segment))]
    chosen = points[first_come(points, _CABINETS_APART_M)][:CABINETS]
    return gpd.GeoDataFrame(
        {
            "NUM_ARM": [f"ARM-{number:02d}" for number in range(1, len(chosen) + 1)],
            "MODELE": rng.choice(["A400", "A800", "Double porte"], len(chosen)),
            "EMPL_LIB": rng.integers(0, 9, len(chosen)),
        },
        geometry=chosen,
        crs=site.CRS,
    )


def survey_hotspots() -> gpd.GeoDataFrame:
    """Return public wifi on place des Héros and place Foch: ID_BORNE, NOM, SSID, PLACE."""
    squares = {"Place des Héros": site.centre_squares()["Place des Héros"], "Place Foch": site.station_square()}
    shares = np.array([0.05, 0.4, 0.7])
    points = [
        shapely.line_interpolate_point(shapely.boundary(shapely.buffer(square, -6.0)), shares, normalized=True)
        for square in squares.values()
    ]
    names = [f"{name} {number}" for name in squares for number in range(1, len(shares) + 1)]
    return gpd.GeoDataFrame(
        {
            "ID_BORNE": [f"WIFI{number:02d}" for number in range(1, len(names) + 1)],
            "NOM": names,
            "SSID": "wifi-ville",
            "PLACE": np.repeat(list(squares), len(shares)),
        },
        geometry=site.to_lambert93(np.concatenate(points)),
        crs=site.CRS,
    )


def _on_ground(plan: StreetPlan) -> Ints:
    return np.flatnonzero(plan.kind != "bridge").astype(np.int64)


def _to_centimetres(lines: Objects) -> Objects:
    rounded: Objects = shapely.transform(lines, lambda xy: np.round(xy, 2))
    return rounded
