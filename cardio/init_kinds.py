"""Of what kind a layer may be: words in its names, its columns, and the geometry that the kind must have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from cardio.init_files import FoundLayer
from gis_layers import KINDS

# Words of French and English surveys, without accents; a longer word that fits is surer than a shorter one.
WORDS: Mapping[str, tuple[str, ...]] = {
    "address": ("adresse", "address", "ban", "premise", "housenumber"),
    "building": ("bati", "batiment", "building", "footprint", "emprise_bati", "bati_indifferencie", "bati_industriel"),
    "duct": ("fourreau", "duct", "conduite", "conduit", "gaine"),
    "fibre_cable": ("boucle", "cable", "fibre_optique", "cable_fibre", "fibre_cable", "backbone", "artere"),
    "fibre_node": ("noeud", "nro", "sro", "pbo", "pop", "exchange", "fibre_node", "node", "telecom", "central"),
    "footfall_zone": ("frequentation", "footfall", "affluence", "flux_pieton", "pedestrian_count"),
    "parking_bay": (
        "stationnement", "parking", "place_de_stationnement", "zone_stationnement", "parking_space", "parking_bay",
        "car_park", "bay",
    ),
    "parking_meter": ("horodateur", "parking_meter", "parcmetre", "meter", "pay_station", "parkomat"),
    "population_cell": ("carreau", "carreaux", "population", "insee", "filosofi", "grid", "resident", "habitant"),
    "public_building": (
        "equipement", "public_building", "batiment_public", "bati_remarquable", "bati_public", "erp", "ecole",
        "mairie", "bibliotheque", "landmark", "amenity", "service_public", "equipub", "enseignement", "school",
    ),
    "route_segment": ("cheminement", "route_segment", "artere_genie_civil", "genie_civil"),
    "street": (
        "voirie", "voie", "rue", "filaire", "street", "road", "route", "troncon_de_route", "chaussee", "highway",
        "axe",
    ),
    "street_cabinet": ("armoire", "cabinet", "coffret", "street_cabinet"),
    "street_light": (
        "candelabre", "eclairage", "light", "lamp", "lampadaire", "luminaire", "point_lumineux", "street_light",
        "street_lamp", "lighting",
    ),
    "wifi_hotspot": ("wifi", "wi_fi", "hotspot", "wlan", "borne_wifi", "access_point", "point_acces"),
    "zone": ("iris", "quartier", "commune", "district", "neighbourhood", "neighborhood", "arrondissement", "secteur"),
}  # fmt: skip
WEAK_WORDS: Mapping[str, tuple[str, ...]] = {
    "wifi_hotspot": ("borne",),
    "parking_meter": ("borne_stationnement",),
    "zone": ("zone", "perimetre", "limite", "boundary"),
    "parking_bay": ("emplacement",),
}
# What runs like a street, stands like a building and is neither.
OTHER_THINGS = (
    "ferree", "ferroviaire", "rail", "railway", "railways", "waterway", "waterways", "eau", "riviere", "river", "hydro",
    "cours_d_eau", "tram", "recharge", "sport", "vegetation", "arbre", "tree",
)  # fmt: skip

NAME_POINTS, WEAK_POINTS, PLACE_POINTS, COLUMN_POINTS, LEAST_POINTS, NEAR_POINTS = 3.0, 2.0, 1.0, 0.5, 2.0, 0.5
_LENGTH_POINTS = 0.1
_SHARE_OF_ROWS = 0.9
_MOST_COLUMNS = 3
_LEAST_STEM = 4  # shorter words must stand alone: POP is no POPULATION


@dataclass(frozen=True)
class Guess:
    """Of what kind a layer seems to be.

    Attributes
    ----------
    kind : str
        Empty where it fits none.
    score : float
    alternative : str
        Kind that fits nearly as well; empty without one.
    """

    kind: str
    score: float = 0.0
    alternative: str = ""


def guess_kind(found: FoundLayer) -> Guess:
    """Choose the kind that fits best, the first by name of equals; certain where the file has layers by kind."""
    if found.kind:
        return Guess(found.kind, NAME_POINTS)
    if _says(fold(found.layer or PurePosixPath(found.path).stem), OTHER_THINGS):
        return Guess("")
    scores = {kind: round(_score(found, kind), 6) for kind in WORDS if _can_be(found, kind)}
    ranked = sorted(scores, key=lambda kind: (-scores[kind], kind))
    if not ranked or scores[ranked[0]] < LEAST_POINTS:
        return Guess("")
    second = ranked[1] if len(ranked) > 1 else ""
    near = bool(second) and scores[second] >= max(LEAST_POINTS, scores[ranked[0]] - NEAR_POINTS)
    return Guess(ranked[0], scores[ranked[0]], second if near else "")


def fold(text: str) -> str:
    """Text in lower case without accents, words joined by ``_``; ``NomVoie`` becomes ``nom_voie``."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", plain)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")


def _can_be(found: FoundLayer, kind: str) -> bool:
    """Whether nearly all rows have a geometry of the kind, and every column that it needs is there."""
    families = found.look.families
    fitting = sum(rows for family, rows in families.items() if family in KINDS[kind].families)
    needed = {column.name for column in KINDS[kind].columns if column.required}
    return fitting >= _SHARE_OF_ROWS * sum(families.values()) and needed <= found.look.recognised[kind].keys()


def _score(found: FoundLayer, kind: str) -> float:
    path = PurePosixPath(found.path)
    own, around = found.layer or path.stem, [*path.parts[:-1], *([path.stem] if found.layer else [])]
    name = _points(fold(own), kind)
    place = PLACE_POINTS if any(_says(fold(part), WORDS[kind]) for part in around) else 0.0
    known = found.look.recognised[kind].keys() - {"id", "name"}
    columns = COLUMN_POINTS * min(len(known), _MOST_COLUMNS)
    speaking = any(_says(fold(column), WORDS[kind]) for column in found.look.columns)
    return name + place + columns + (PLACE_POINTS if speaking else 0.0)


def _points(name: str, kind: str) -> float:
    if word := _says(name, WORDS[kind]):
        return NAME_POINTS + _LENGTH_POINTS * len(word)
    return WEAK_POINTS if _says(name, WEAK_WORDS.get(kind, ())) else 0.0


def _says(name: str, words: tuple[str, ...]) -> str:
    """Longest of the words that a name has, at the beginning of one of its own; empty without any."""
    return max((word for word in words if re.search(_pattern(word), name)), key=len, default="")


def _pattern(word: str) -> str:
    return rf"(^|_|[0-9]){word}" + (r"" if len(word) >= _LEAST_STEM else r"s?(_|$|[0-9])")
