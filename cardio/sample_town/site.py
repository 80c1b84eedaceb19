"""Ground plan of the sample town in its local frame, and its way into Lambert-93.

The geometry is invented: only the rough position of Arras, a few well-known place names and the number of inhabitants
are real. No survey data of Arras is used.

The local frame has its origin in the old centre, metres, x along the streets of the outskirts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, MultiPoint, Polygon

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

CRS = "EPSG:2154"
INHABITANTS = 40_883
BLOCK_M = 118.0  # side of a block of the outskirts
COLUMNS, ROWS = range(-10, 11), range(-9, 10)  # corners of the blocks
RIVER_ROW, RAILWAY_ROW = 5, -7  # each runs between this row of corners and the next one
RIVER_BRIDGES, RAILWAY_BRIDGES = (-8, -4, 0, 3, 7), (-6, -1, 2, 6)
HALF_CORRIDOR_M = 22.0

_ORIGIN = np.array([684_000.0, 7_021_000.0])
_TILT = np.deg2rad(12.0)
_TURN = np.array([[np.cos(_TILT), -np.sin(_TILT)], [np.sin(_TILT), np.cos(_TILT)]])

ZONES: dict[str, tuple[float, float]] = {
    "Centre": (20, 60),
    "Grand'Place": (190, 300),
    "Saint-Vaast": (-230, 190),
    "Préfecture": (-220, -220),
    "Place Foch": (210, -290),
    "Gare": (330, -690),
    "Sud Voies": (-150, -930),
    "Citadelle": (-930, -330),
    "Ronville": (-560, -720),
    "Baudimont": (-700, 330),
    "Méaulens": (-330, 560),
    "Scarpe Ouest": (-600, 850),
    "Rivage": (300, 560),
    "Scarpe Est": (450, 850),
    "Saint-Sauveur": (700, 300),
    "Faubourg Est": (1000, 150),
    "Saint-Michel": (720, -250),
    "Blanchisserie": (850, -650),
}


def to_lambert93(geometry: object) -> object:
    """Turn local geometry (one or an array) into Lambert-93, rounded to the centimetre as surveys are."""
    return shapely.transform(geometry, points_to_lambert93)


def points_to_lambert93(xy: Floats) -> Floats:
    """Turn (n, 2) local points into Lambert-93, rounded to the centimetre."""
    turned: Floats = np.round(xy @ _TURN.T + _ORIGIN, 2)
    return turned


def corner(column: float, row: float) -> tuple[float, float]:
    """Return a corner of the blocks; rows sway gently, so that the outskirts are not drawn with a ruler."""
    x = column * BLOCK_M
    return x, row * BLOCK_M + 24.0 * float(np.sin(x / 420.0))


def boulevard(rng: np.random.Generator) -> Polygon:
    """Return the ring boulevard where the walls of the old centre stood."""
    angle = np.linspace(0.0, 2.0 * np.pi, 42, endpoint=False)
    radius = 505.0 + 35.0 * np.cos(2.0 * angle + 0.6) + rng.uniform(-9.0, 9.0, angle.size)
    return Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))


def centre_squares() -> dict[str, Polygon]:
    """Return the squares of the old centre by name."""
    return {
        "Grand'Place": Polygon([(85, 150), (255, 165), (248, 262), (78, 245)]),
        "Place des Héros": Polygon([(-60, 5), (62, 12), (56, 98), (-66, 88)]),
    }


def station_square() -> Polygon:
    """Return place Foch: one block of the outskirts before the station."""
    return Polygon([corner(1, -6), corner(2, -6), corner(2, -5), corner(1, -5)])


def citadel() -> Polygon:
    """Return the citadel: six blocks without any street."""
    return Polygon([corner(-9, -4), corner(-7, -4), corner(-7, -1), corner(-9, -1)])


def is_in_town(xy: Floats) -> Bools:
    """Tell which (n, 2) local points lie within the outline of the town."""
    inside: Bools = np.abs(xy[:, 0] / 1190.0) ** 3 + np.abs(xy[:, 1] / 1085.0) ** 3 <= 1.0
    return inside


def between_rows(row: int) -> LineString:
    """Return the line halfway between two rows of corners, from one end of the town to the other."""
    return LineString([corner(column, row + 0.5) for column in COLUMNS])


def zone_polygons() -> Objects:
    """Return one local polygon a zone, in the order of `ZONES`; together they hold the town with a margin."""
    seeds = MultiPoint(list(ZONES.values()))
    frame = shapely.box(-1400.0, -1250.0, 1400.0, 1250.0)
    cells = shapely.voronoi_polygons(seeds, extend_to=frame, ordered=True)
    polygons: Objects = shapely.intersection(np.array(list(cells.geoms)), frame)
    return polygons
