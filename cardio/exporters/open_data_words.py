"""Words of an open-data folder in French and English."""

from __future__ import annotations

OPEN_WORDS: dict[str, tuple[str, str]] = {
    "title": ("{study} : plan d’infrastructure numérique", "{study}: plan of digital infrastructure"),
    "about": (
        "Proposition calculée par Cardio {version} le {day}. Ce n’est ni un relevé, ni un "
        "engagement de travaux, et ne vaut pas réponse à une déclaration (DT-DICT).",
        "A proposal computed by Cardio {version} on {day}. It is neither a survey nor a "
        "commitment to build, and no answer to a notice of works (DT-DICT).",
    ),
    "publisher": ("Producteur : {publisher}", "Publisher: {publisher}"),
    "contact": ("Contact : {contact}", "Contact: {contact}"),
    "licence": ("Licence : {title} ({name}), {url}", "Licence: {title} ({name}), {url}"),
    "files": ("Fichiers", "Files"),
    "files_note": (
        "Chaque table existe en GeoJSON (RFC 7946) et en CSV (UTF-8, virgule, point décimal). Longitude et latitude "
        "WGS 84, 7 décimales. datapackage.json décrit chaque champ. Montants en {currency}, hors taxes.",
        "Each table is there as GeoJSON (RFC 7946) and as CSV (UTF-8, comma, decimal point). Longitude and latitude "
        "WGS 84, 7 decimals. datapackage.json describes every field. Amounts in {currency}, excluding tax.",
    ),
    "sources": ("Sources", "Sources"),
    "no_sources": (
        "La source de ces couches n’est pas indiquée : {layers}.",
        "The source of these is not stated: {layers}.",
    ),
    "left_out": ("Ce qui n’est pas publié", "What is not published"),
    "left_out_note": (
        "suppressed.csv liste ce qui est écarté ou réuni, et pourquoi.",
        "suppressed.csv lists what is left out or joined, and why.",
    ),
    "counts": (
        "Aucun groupe de moins de {least} personnes n’est publié ni ne se déduit par soustraction : les zones ou "
        "carreaux qui en contiennent sont réunis à d’autres (rest : tous ceux qui sont réunis sans voisinage ; outside "
        ": hors de toute zone). Le total de chaque service est la somme de ses lignes.",
        "No group of fewer than {least} people is published or can be found by subtraction: the zones or squares that "
        "hold one are joined with others (rest: those joined without being neighbours; outside: outside every zone). "
        "The total of each service is the sum of its rows.",
    ),
    "not_people": (
        "Services dont le poids n’est pas un nombre de personnes, publiés tels quels : {services}.",
        "Services whose weight is no number of people, published as they are: {services}.",
    ),
    "sites": ("Équipements proposés", "Proposed equipment"),
    "routes": ("Tracés proposés", "Proposed routes"),
    "zones": ("Zones des cibles", "Zones of targets"),
    "demand": ("Desserte par zone ou carreau", "Service by zone or square"),
    "rows": ("{name} : {count} lignes, {fields}", "{name}: {count} rows, {fields}"),
    "none": ("rien n’en est publié", "nothing of it is published"),
    "why.not_listed": ("champ absent de la liste de publication", "field not listed for publication"),
    "why.private_place": ("support qui n’est pas d’un genre public", "place of a kind that is not public"),
    "why.never_published": ("jamais publié", "never published"),
    "why.no_rule_for_demand": (
        "la politique ne dit pas comment la publier",
        "the policy does not say how to publish it",
    ),
    "why.points_of_demand": (
        "les points de demande ne sont jamais publiés : sommes par zone ou carreau",
        "points of demand are never published: sums by zone or square",
    ),
    "why.service_too_small": (
        "un groupe de tout le service est sous le seuil : service écarté",
        "a group of the whole service is below the least count: service left out",
    ),
    "why.below_least_count": (
        "un groupe sous le seuil : réuni à d’autres",
        "a group below the least count: joined with others",
    ),
    "why.protects_others": (
        "réuni pour qu’un autre ne se déduise pas par soustraction",
        "joined so that another cannot be found by subtraction",
    ),
    "column.table": ("table", "table"),
    "column.item": ("element", "item"),
    "column.rows": ("lignes", "rows"),
    "column.reason": ("raison", "reason"),
}


def open_word(key: str, language: str, **values: object) -> str:
    """Return a text in ``fr`` or ``en``."""
    return OPEN_WORDS[key][0 if language == "fr" else 1].format(**values)
