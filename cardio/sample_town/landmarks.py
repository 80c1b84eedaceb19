"""Public buildings of the sample town."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from cardio.sample_town import site
from cardio.sample_town.frontage import Frontage, clear_of, rectangles_beside
from cardio.sample_town.site import Objects
from cardio.sample_town.street_plan import StreetPlan

# name, category, rough place in the local frame (m)
_LANDMARKS: tuple[tuple[str, str, float, float], ...] = (
    ("Hôtel de ville et beffroi", "Mairie", -80, 50),
    ("Gare", "Transport", 190, -690),
    ("Citadelle", "Administration", -1000, -240),
    ("Abbaye Saint-Vaast", "Culture", -170, 150),
    ("Musée des Beaux-Arts", "Culture", -230, 210),
    ("Cathédrale", "Culte", -190, 260),
    ("Théâtre", "Culture", 20, -60),
    ("Office culturel", "Culture", 120, -20),
    ("Médiathèque centrale", "Culture", -60, 200),
    ("Préfecture", "Administration", -260, -200),
    ("Palais de justice", "Administration", -120, -130),
    ("Hôtel de police", "Administration", 170, -330),
    ("Centre des impôts", "Administration", 320, -120),
    ("Maison de la Grand'Place", "Social", 270, 200),
    ("Poste centrale", "Administration", 110, -170),
    ("Centre hospitalier", "Santé", 780, -520),
    ("Clinique du Levant", "Santé", 900, 200),
    ("Centre de secours", "Secours", -820, 180),
    ("Lycée Baudimont", "Enseignement", -720, 420),
    ("Lycée du Rivage", "Enseignement", 330, 520),
    ("Collège des Hortillons", "Enseignement", 560, 420),
    ("Collège Ronville", "Enseignement", -420, -610),
    ("Collège Saint-Michel", "Enseignement", 700, -230),
    ("École du Centre", "Enseignement", 60, 350),
    ("École Méaulens", "Enseignement", -340, 590),
    ("École des Tilleuls", "Enseignement", -980, 90),
    ("École de la Scarpe", "Enseignement", 120, 860),
    ("École Saint-Sauveur", "Enseignement", 820, 390),
    ("École du Dépôt", "Enseignement", -180, -960),
    ("École Notre-Dame", "Enseignement", -640, -420),
    ("École du Faubourg", "Enseignement", 1060, -80),
    ("École maternelle Bleue", "Enseignement", -700, 820),
    ("Crèche des Capucins", "Petite enfance", 330, 60),
    ("Crèche des Remparts", "Petite enfance", -420, 330),
    ("Gymnase du Midi", "Sport", 80, -860),
    ("Gymnase des Fusillés", "Sport", -860, -640),
    ("Piscine", "Sport", 640, 760),
    ("Salle de la Scarpe", "Sport", -420, 900),
    ("Mairie annexe Est", "Mairie", 980, 480),
    ("Maison de quartier Ouest", "Social", -1040, 420),
    ("Maison de quartier Sud", "Social", 480, -900),
    ("Campus universitaire", "Enseignement", 520, -420),
)


def survey_landmarks(plan: StreetPlan, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Put each public building beside the street nearest to its rough place where there is room.

    Returns
    -------
    GeoDataFrame
        ID_EQUIP, NOM, CATEGORIE, geometry (polygon).
    """
    lines = plan.lines
    squares = [*site.centre_squares().values(), site.station_square()]
    taken = np.concatenate([lines, site.to_lambert93(np.array(squares, dtype=object))])
    placed: list[object] = []
    for _, _, x, y in _LANDMARKS:
        spot = site.points_to_lambert93(np.array([[x, y]]))
        room = _room_near(plan, shapely.points(spot)[0], rng)
        clear = clear_of(room, taken, 5.0)
        if placed:
            clear &= clear_of(room, np.array(placed, dtype=object), 4.0)
        placed.append(room[clear][0])
    return gpd.GeoDataFrame(
        {
            "ID_EQUIP": [f"EQ{number:03d}" for number in range(1, len(placed) + 1)],
            "NOM": [name for name, *_ in _LANDMARKS],
            "CATEGORIE": [category for _, category, *_ in _LANDMARKS],
        },
        geometry=placed,
        crs=site.CRS,
    )


def _room_near(plan: StreetPlan, spot: shapely.Point, rng: np.random.Generator) -> Objects:
    """Return rectangles in the middle of segments, nearest segment first, on both sides of each."""
    lines = plan.lines
    by_distance = np.argsort(shapely.distance(lines, spot), kind="stable")
    near = by_distance[np.isin(plan.kind[by_distance], ["centre", "outskirts", "square"])][:60]
    width_m, depth_m = rng.uniform(20.0, 32.0), rng.uniform(13.0, 20.0)
    segment, side = np.repeat(near, 2), np.tile([1.0, -1.0], len(near))
    at = Frontage(segment, shapely.length(lines[segment]) / 2.0, side)
    full = np.ones(len(segment))
    return rectangles_beside(plan, at, width_m=width_m * full, off_m=8.0 * full, depth_m=depth_m * full)
