"""Words of a first study file, in its language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "head": {
        "en": "First study file, written by cardio init from {files} survey files. Read every line marked doubt:,"
        " then run cardio check. docs/keys.md says what each key means.",
        "fr": "Premier fichier d'étude, écrit par cardio init d'après {files} fichiers de relevés. Relire chaque ligne"
        " marquée doubt:, puis lancer cardio check. docs/keys.md décrit chaque clé.",
    },
    "crs_utm": {
        "en": "no layer comes in a projected CRS in metres; this is the UTM zone of the survey, the national one may"
        " be better (EPSG:2154 in mainland France)",
        "fr": "aucune couche n'est dans un SCR projeté en mètres ; voici le fuseau UTM des relevés, le système national"
        " peut convenir mieux (EPSG:2154 en France métropolitaine)",
    },
    "crs_several": {
        "en": "layers come in several projected CRS: {names}",
        "fr": "les couches sont dans plusieurs SCR projetés : {names}",
    },
    "alternative": {"en": "it may also be of kind {kind}", "fr": "il peut s'agir aussi du genre {kind}"},
    "weak": {"en": "the kind is recognised from little", "fr": "le genre est reconnu à peu d'indices"},
    "where": {
        "en": "are all rows meant? to keep only some, name them",
        "fr": "toutes les lignes sont-elles voulues ? pour n'en garder que certaines, les nommer",
    },
    "no_kind": {"en": "fits no kind: {what}", "fr": "ne convient à aucun genre : {what}"},
    "no_crs": {
        "en": "states no CRS; these would fit: {names}",
        "fr": "n'indique pas de SCR ; conviendraient : {names}",
    },
    "unread": {"en": "not used: {what}: {reason}", "fr": "non utilisé : {what} : {reason}"},
    "not_here": {"en": "none found", "fr": "aucun trouvé"},
    "one_of": {
        "en": "the layer with most rows of the kind is taken; others: {names}",
        "fr": "la couche du genre qui a le plus de lignes est prise ; autres : {names}",
    },
    "segments": {
        "en": "no layer of streets: works follow the route segments of the network",
        "fr": "aucune couche de rues : les travaux suivent les cheminements du réseau",
    },
    "no_backbone": {
        "en": "no fibre node or cable was found: what needs fibre cannot be planned until backbone: names a layer",
        "fr": "aucun nœud ni câble de fibre trouvé : rien de ce qui demande la fibre ne peut être planifié tant que"
        " backbone: ne nomme pas une couche",
    },
    "demand": {
        "en": "demand is taken from layer {name}, each row counting 1: a layer of population would be better",
        "fr": "la demande vient de la couche {name}, chaque ligne comptant 1 : une couche de population vaudrait mieux",
    },
    "no_provider": {
        "en": "nothing that serves today was found",
        "fr": "rien de ce qui dessert aujourd'hui n'a été trouvé",
    },
    "places": {
        "en": "each row counts 1: {share} of them tell their places (weight: places would set the others aside)",
        "fr": "chaque ligne compte 1 : {share} d'entre elles disent leur nombre de places (weight: places écarterait"
        " les autres)",
    },
    "no_walls": {
        "en": "no buildings were found that would hide the sight: distance alone counts",
        "fr": "aucun bâtiment trouvé qui masquerait la vue : seule la distance compte",
    },
    "reach": {
        "en": "distances are a start; choose those of your equipment",
        "fr": "distances de départ ; choisir celles des équipements",
    },
    "targets": {
        "en": "shares to be served are a start; a target whose equipment is still commented out below cannot be"
        " planned",
        "fr": "parts à desservir de départ ; un objectif dont l'équipement est encore en commentaire plus bas ne peut"
        " être planifié",
    },
    "in_each": {"en": "the same in every zone:", "fr": "la même chose dans chaque zone :"},
    "options": {
        "en": "equipment whose price has no source in the shipped list: give its rows in prices.yaml, name the file"
        " under prices:, then take out the #",
        "fr": "équipements dont le prix n'a pas de source dans la liste livrée : donner leurs lignes dans prices.yaml,"
        " nommer le fichier sous prices:, puis ôter les #",
    },
    "laying": {
        "en": "along what exists, with a price of yours:",
        "fr": "le long de l'existant, avec un prix de la ville :",
    },
    "surfaces": {
        "en": "by surface (values of the layer: {names}):",
        "fr": "selon le revêtement (valeurs de la couche : {names}) :",
    },
    "prices": {
        "en": "rows of prices.yaml, to fill in:",
        "fr": "lignes de prices.yaml, à remplir :",
    },
    "gap": {
        "en": "how far from the least cost a first plan may be; 0.01 for the plan that is voted",
        "fr": "à quelle distance du moindre coût un premier plan peut rester ; 0.01 pour le plan à voter",
    },
}


def text(key: str, language: str, **values: object) -> str:
    """Return a sentence in a language of `TEXTS` with its values."""
    return TEXTS[key][language].format(**values)
