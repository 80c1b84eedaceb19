"""Street furniture of the sample town: lights, parking meters and paid parking places."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from cardio.sample_town import site
from cardio.sample_town.frontage import Frontage, clear_of, first_come, places_along, points_beside, rectangles_beside
from cardio.sample_town.site import Bools, Floats, Ints
from cardio.sample_town.street_plan import StreetPlan

_LIGHT_STEP_M = {"centre": 50.0, "square": 40.0, "ring": 50.0, "outskirts": 80.0, "bank": 90.0}
_LIGHT_OFF_M, _METER_OFF_M, _BAY_OFF_M, _BAY_WIDTH_M, _BAY_LENGTH_M = 5.2, 4.6, 2.2, 2.0, 5.5
_METERS, _METERS_APART_M = 48, 90.0
_PAID_BLOCKS_APART_M = 45.0


def survey_lights(plan: StreetPlan, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return street lights: ID_CAND, SUPPORT (mât, console or façade), HAUTEUR (m), POSE (year)."""
    places = []
    for kind, step_m in _LIGHT_STEP_M.items():
        at = places_along(plan, np.flatnonzero(plan.kind == kind), step_m=step_m, clear_m=6.0, rng=rng)
        left = at.side > 0
        places.append(at[left if kind in ("outskirts", "bank") else np.ones(len(left), dtype=bool)])
    points = shapely.points(np.concatenate([points_beside(plan, at, off_m=_LIGHT_OFF_M) for at in places]))
    points = points[first_come(points, 14.0)]
    return gpd.GeoDataFrame(
        {
            "ID_CAND": [f"EP{number:05d}" for number in range(1, len(points) + 1)],
            "SUPPORT": rng.choice(["mât", "console", "façade"], len(points), p=[0.5, 0.3, 0.2]),
            "HAUTEUR": rng.choice([4.5, 6.0, 8.0, 10.0], len(points)),
            "POSE": rng.integers(1978, 2023, len(points)),
        },
        geometry=points,
        crs=site.CRS,
    )


def survey_bays(plan: StreetPlan, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return paid parking along streets and on squares: ID_PLACE, NB_PLACES, ZONE_TARIF, TYPE_STAT."""
    at = _paid_streets(plan, rng, step_m=_PAID_BLOCKS_APART_M, clear_m=12.0)
    at = at[rng.random(len(at.segment)) < 0.55]
    places = rng.integers(2, 6, len(at.segment))
    full = np.ones(len(places))
    bays = rectangles_beside(
        plan,
        at,
        width_m=_BAY_LENGTH_M * places.astype(np.float64),
        off_m=_BAY_OFF_M * full,
        depth_m=_BAY_WIDTH_M * full,
    )
    kept = first_come(bays, 1.0) & clear_of(bays, plan.lines, 2.0)
    squares = {"Grand'Place": 98, "Place Foch": 76}
    parks = shapely.buffer(
        site.to_lambert93(np.array([site.centre_squares()["Grand'Place"], site.station_square()])), -22.0
    )
    zone = np.where(_distance_to_centre(bays[kept]) < 300.0, "Rouge", "Verte")
    return gpd.GeoDataFrame(
        {
            "ID_PLACE": [f"ST{number:04d}" for number in range(1, int(kept.sum()) + len(parks) + 1)],
            "NB_PLACES": [*places[kept], *squares.values()],
            "ZONE_TARIF": [*zone, "Rouge", "Verte"],
            "TYPE_STAT": ["Longitudinal"] * int(kept.sum()) + ["Parc de surface"] * len(parks),
        },
        geometry=np.concatenate([bays[kept], shapely.transform(parks, lambda xy: np.round(xy, 2))]),
        crs=site.CRS,
    )


def survey_meters(plan: StreetPlan, streets: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return parking meters, most of them near the squares: NUM_HORO, ADRESSE (accented), MODELE, ZONE_TARIF, POSE."""
    at = _paid_streets(plan, rng, step_m=20.0, clear_m=8.0)
    points = shapely.points(points_beside(plan, at, off_m=_METER_OFF_M))
    # nearer to the squares means earlier in the draw
    order = np.argsort(_distance_to_centre(points) * rng.uniform(0.4, 1.6, len(points)), kind="stable")
    chosen = points[order][first_come(points[order], _METERS_APART_M)][:_METERS]
    street = streets.geometry.sindex.nearest(chosen, return_all=False)[1]
    names = streets["NOM_VOIE"].to_numpy()[street]
    return gpd.GeoDataFrame(
        {
            "NUM_HORO": [f"H-{number:02d}" for number in range(1, len(chosen) + 1)],
            "ADRESSE": [f"{name}, côté n° {2 * number + 1}" for number, name in enumerate(names)],
            "MODELE": rng.choice(["Évolution", "Stratège"], len(chosen)),
            "ZONE_TARIF": np.where(_distance_to_centre(chosen) < 300.0, "Rouge", "Verte"),
            "POSE": rng.integers(2008, 2022, len(chosen)),  # year
        },
        geometry=chosen,
        crs=site.CRS,
    )


def _paid_streets(plan: StreetPlan, rng: np.random.Generator, *, step_m: float, clear_m: float) -> Frontage:
    """Return places along streets where parking is paid: inside the ring and between it and the station."""
    middle = shapely.line_interpolate_point(plan.lines, 0.5, normalized=True)
    square = site.to_lambert93(site.station_square())
    paid: Bools = np.isin(plan.kind, ["centre", "square", "ring"]) | (shapely.distance(middle, square) < 190.0)
    chosen: Ints = np.flatnonzero(paid & (plan.kind != "bridge")).astype(np.int64)
    return places_along(plan, chosen, step_m=step_m, clear_m=clear_m, rng=rng)


def _distance_to_centre(things: object) -> Floats:
    centre = shapely.centroid(site.to_lambert93(site.centre_squares()["Place des Héros"]))
    distance: Floats = shapely.distance(things, centre)
    return distance
