"""Words that surveys use for the status of a thing, and what they say; case, accents and endings do not matter."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from types import MappingProxyType

IN_SERVICE, PLANNED, ABANDONED, UNKNOWN = "in service", "planned", "abandoned", "unknown"
"""Canonical words: what a reader that knows its standard writes into a column ``status``."""


class Status(IntEnum):
    """What one cell says; of two columns, the greater value decides."""

    SILENT = 0
    """Nothing: the column only marks exceptions, and this is none."""
    UNMARKED = 1
    """Empty where other rows state a status."""
    IN_SERVICE = 2
    UNKNOWN = 3
    PLANNED = 4
    ABANDONED = 5


_UNMARKED = ("", "nr", "non renseigne", "non renseignee", "n a", "na", "null", "none", "sans objet", "so", "k a")
_UNKNOWN = (
    "unknown", "inconnu", "unbekannt", "?", "nc", "non communique", "non connu", "indetermine", "ne sait pas",
    "a verifier", "to be checked", "not known", "undefined", "indefini", "tbc", "tbd",
)  # fmt: skip
_CONDITION = (
    "bon", "bon etat", "tres bon", "moyen", "mauvais", "mauvais etat", "tres mauvais", "neuf", "use", "vetuste",
    "degrade", "correct", "good", "fair", "poor", "new", "ok", "ko", "gut", "mittel", "schlecht", "a remplacer",
)  # fmt: skip
_IN_SERVICE = (
    "in service", "en service", "existant", "exist", "existe", "existing", "construit", "deja construit", "pose",
    "installe", "realise", "built", "constructed", "as built", "complete", "completed", "installed", "operational",
    "operating", "in operation", "in use", "in place", "active", "actif", "activated", "live", "lit", "commissioned",
    "en exploitation", "exploite", "en place", "en fonction", "fonctionnel", "functional", "operationnel", "recole",
    "recolement", "recette", "receptionne", "livre", "mis en service", "mise en service", "maintien en conditions "
    "operationnelles", "rec", "mco", "in betrieb", "betrieb", "bestand", "bestehend", "vorhanden", "aktiv", "gebaut",
    "en servicio", "existente", "in esercizio", "esistente", "in dienst", "in gebruik", "i drift",
)  # fmt: skip
_PLANNED = (
    "planned", "projet", "en projet", "projete", "proposed", "proposal", "prevu", "planifie", "programme", "futur",
    "future", "a creer", "a construire", "a poser", "a realiser", "en construction", "construction",
    "under construction", "in construction", "being built", "en travaux", "travaux", "travaux en cours", "en cours",
    "en cours de construction", "en cours de travaux", "en cours de pose", "en cours de realisation", "en etude",
    "etude", "a l etude", "etudes", "conception", "design", "designed", "draft", "avant projet", "approved",
    "not built", "not built yet", "not yet built", "non construit", "non existant", "non realise", "inexistant",
    "pre", "dia", "avp", "pro", "act", "exe", "tvx", "geplant", "in planung", "planung", "im bau", "in bau",
    "baustelle", "projektiert", "en proyecto", "planificado", "in progetto", "gepland", "in aanbouw", "planlagt", "ec",
)  # fmt: skip
_ABANDONED = (
    "abandoned", "abandonne", "abandon", "hors service", "hs", "hors d usage", "hors exploitation", "depose",
    "supprime", "desaffecte", "disused", "removed", "retired", "decommissioned", "demolished", "demoli", "detruit",
    "destroyed", "en ruine", "ruine", "ruin", "razed", "dismantled", "demantele", "out of service", "not in service",
    "out of use", "inactive", "inactif", "obsolete", "a l abandon", "annule", "cancelled", "canceled", "condamne",
    "ferme definitivement", "historique", "historic", "dead", "arrete", "mort", "disaffected", "desactive",
    "stillgelegt", "ausser betrieb", "abgebaut", "ruckgebaut", "entfernt", "abgerissen", "inaktiv", "fuera de servicio",
    "abandonado", "fuori servizio", "abbandonato", "buiten gebruik",
)  # fmt: skip

_AMBIGUOUS = ("pre", "dia", "pro", "act", "exe", "ec", "hs", "etude", "etudes", "design", "historique", "historic",
              "complete", "correct", "programme", "approved", "draft", "new", "lit", "so", "use", "dead")  # fmt: skip
_GRACETHD = ("pre", "dia", "avp", "pro", "act", "exe", "tvx", "rec", "mco")

_REMARK = re.compile(r"\s*(?:[(:;,]|\s[-\u2013]\s)")
_BREAKS = re.compile(r"[^a-z0-9?]+")
_RANK = re.compile(r"^\d+ +(?=[a-z])")


def fold(text: str) -> str:
    """Text without case, accents, punctuation, leading rank and the endings of gender and number."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("(e)", "").replace("(s)", "").replace("(es)", "")
    words = _RANK.sub("", _BREAKS.sub(" ", plain).strip()).split()
    return " ".join(word if len(word) < 4 else word.removesuffix("s").rstrip("e") for word in words)


def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


WORDS = MappingProxyType(
    dict.fromkeys(_folded(_UNMARKED), Status.UNMARKED)
    | dict.fromkeys(_folded(_UNKNOWN), Status.UNKNOWN)
    | dict.fromkeys(_folded(_CONDITION) | _folded(_IN_SERVICE), Status.IN_SERVICE)
    | dict.fromkeys(_folded(_PLANNED), Status.PLANNED)
    | dict.fromkeys(_folded(_ABANDONED), Status.ABANDONED)
)
"""Folded word -> what it says in a column of status."""


def read_word(text: str) -> str:
    """Folded text of a cell; without the remark behind it, where only then it is a known word of status."""
    whole = fold(text)
    head = fold(_REMARK.split(text.strip(), maxsplit=1)[0])
    return head if whole not in WORDS and WORDS.get(head, Status.UNMARKED) != Status.UNMARKED else whole


EXISTENCE_WORDS = _folded(_IN_SERVICE)
"""Words that say that a thing exists, and nothing of its condition."""

CLEAR_WORDS = (_folded(_IN_SERVICE) | _folded(_PLANNED) | _folded(_ABANDONED)) - _folded(_AMBIGUOUS)
"""Words of which one is enough to tell that a column states status."""

GRACETHD_CODES = _folded(_GRACETHD)
"""Phases of a works programme; three of them tell that a column states status."""

UNKNOWN_WORDS = _folded(_UNKNOWN)

LIFECYCLE_WORDS = MappingProxyType(
    {
        "construction": Status.PLANNED,
        "proposed": Status.PLANNED,
        "planned": Status.PLANNED,
        "disused": Status.ABANDONED,
        "abandoned": Status.ABANDONED,
        "removed": Status.ABANDONED,
        "demolished": Status.ABANDONED,
        "razed": Status.ABANDONED,
    }
)
"""OpenStreetMap's words: values of a class (``highway=construction``), or columns of their own (``disused=yes``)."""

YES = _folded(("true", "yes", "oui", "ja", "1", "t", "y", "o", "x", "vrai", "wahr"))
NO = _folded(("", "false", "no", "non", "nein", "0", "f", "n", "faux", "falsch"))
