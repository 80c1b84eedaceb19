"""Street survey of the sample town: rows as a town delivers them, with names, surfaces and levels."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString

from cardio.sample_town import site
from cardio.sample_town.street_names import street_names
from cardio.sample_town.street_plan import StreetPlan, straight_on

_NATURE = {
    "ring": "Boulevard",
    "square": "Place",
    "bank": "Quai",
    "bridge": "Pont",
    "centre": "Rue",
    "outskirts": "Rue",
}
_WIDTH_M = {"ring": 12.0, "square": 8.0, "bank": 7.0, "bridge": 9.0, "centre": 6.0, "outskirts": 7.5}
# chances of pave, enrobe, stabilise, terre
_SURFACES = ("pave", "enrobe", "stabilise", "terre")
_SURFACE_CHANCES = {
    "ring": (0.0, 1.0, 0.0, 0.0),
    "square": (1.0, 0.0, 0.0, 0.0),
    "bank": (0.0, 0.45, 0.3, 0.25),
    "bridge": (0.0, 1.0, 0.0, 0.0),
    "centre": (0.55, 0.45, 0.0, 0.0),
    "outskirts": (0.0, 0.87, 0.08, 0.05),
}


_BRIDGES = (
    "Pont Saint-Sauveur", "Pont des Baudets", "Pont Bleu", "Pont du Rivage", "Pont des Hortillons",
    "Pont de Ronville", "Pont des Cheminots", "Pont de la Gare", "Pont du Dépôt",
)  # fmt: skip
_BOULEVARDS = ("Boulevard du Levant", "Boulevard du Nord", "Boulevard du Couchant", "Boulevard du Midi")
# south bank, north bank
_BANKS = {
    site.RIVER_ROW: ("Quai du Rivage", "Quai des Hortillons"),
    site.RAILWAY_ROW: ("Rue du Dépôt", "Rue des Cheminots"),
}


def survey_streets(plan: StreetPlan, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Turn the plan into survey rows.

    Streets of the outskirts are delivered over several crossings at a time, all others from crossing to crossing. The
    railway and the river stand in the same file, told apart by NATURE.

    Returns
    -------
    GeoDataFrame
        ID_VOIE, NOM_VOIE, NATURE, REVETEMENT, FRANCHISST (``Pont`` or missing), POS_SOL (level), LARGEUR (m), geometry.
    """
    names = iter(street_names())
    bridges = iter(_BRIDGES)
    rows: list[dict[str, object]] = []
    for kind, corners in straight_on(plan):
        name = next(bridges if kind == "bridge" else names)
        surface = str(rng.choice(_SURFACES, p=_SURFACE_CHANCES[kind]))
        chance_of_cut = 0.4 if kind == "outskirts" else 1.0
        rows.extend(_row(name, kind, surface, line) for line in _pieces(plan, corners, chance_of_cut, rng))
    rows.extend(_lines_that_are_no_streets())
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=site.CRS)
    frame.insert(0, "ID_VOIE", [f"V{number:04d}" for number in range(1, len(frame) + 1)])
    return _named_after_place(frame)


def _row(name: str, kind: str, surface: str | None, line: LineString) -> dict[str, object]:
    return {
        "NOM_VOIE": name,
        "NATURE": _NATURE[kind],
        "REVETEMENT": surface,
        "FRANCHISST": "Pont" if kind == "bridge" else None,
        "POS_SOL": int(kind == "bridge"),
        "LARGEUR": _WIDTH_M[kind],
        "geometry": line,
    }


def _pieces(plan: StreetPlan, corners: list[int], chance_of_cut: float, rng: np.random.Generator) -> list[LineString]:
    """Cut a street at its crossings (at some of them only, where the chance is below one)."""
    pieces: list[LineString] = []
    piece = [corners[0]]
    for corner in corners[1:]:
        piece.append(corner)
        if corner == corners[-1] or (plan.degree[corner] != 2 and rng.random() < chance_of_cut):
            pieces.append(LineString(plan.xy[piece]))
            piece = [corner]
    return pieces


def _lines_that_are_no_streets() -> list[dict[str, object]]:
    lines = ("La Scarpe", "Cours d'eau", site.RIVER_ROW), ("Voie ferrée", "Voie ferrée", site.RAILWAY_ROW)
    return [
        _row(name, "bank", None, site.to_lambert93(site.between_rows(row))) | {"NATURE": nature}
        for name, nature, row in lines
    ]


def _named_after_place(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Name streets after the square, river or railway beside them, and the parts of the ring after the compass."""
    middle = shapely.line_interpolate_point(frame.geometry.to_numpy(), 0.5, normalized=True)
    for name, square in {**site.centre_squares(), "Place Foch": site.station_square()}.items():
        around = shapely.dwithin(middle, shapely.boundary(site.to_lambert93(square)), 12.0)
        frame.loc[around & frame["NATURE"].isin(["Place", "Rue"]), ["NOM_VOIE", "NATURE"]] = name, "Place"
    bank = (frame["NATURE"] == "Quai").to_numpy()
    for row, names in _BANKS.items():
        middle_line = site.to_lambert93(site.between_rows(row))
        beside = bank & shapely.dwithin(middle, middle_line, 2.0 * site.HALF_CORRIDOR_M)
        nearest = shapely.line_interpolate_point(middle_line, shapely.line_locate_point(middle_line, middle[beside]))
        frame.loc[beside, "NOM_VOIE"] = np.where(
            shapely.get_y(middle[beside]) > shapely.get_y(nearest), names[1], names[0]
        )
        frame.loc[beside, "NATURE"] = names[0].split()[0]
    ring = (frame["NATURE"] == "Boulevard").to_numpy()
    out = shapely.get_coordinates(middle[ring]) - site.points_to_lambert93(np.zeros((1, 2)))
    quarter = np.round(np.arctan2(out[:, 1], out[:, 0]) / (np.pi / 2.0)).astype(int) % 4
    frame.loc[ring, "NOM_VOIE"] = np.array(_BOULEVARDS, dtype=object)[quarter]
    return frame
