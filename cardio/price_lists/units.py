"""Units as towns write them, and what they are here."""

from __future__ import annotations

import unicodedata

from cardio.study_yaml import shown

_SPELLINGS = {
    "each": "each ea u un uts unite unites unit units unitaire pc pcs pce pces piece pieces nb nombre ens ensemble",
    "m": "m ml mlin metre metres meter meters metrelineaire metreslineaires lm",
    "m2": "m2 metrecarre metrescarres sqm",
    "m3": "m3 metrecube metrescubes cum",
    "h": "h hr heure heures hour hours",
    "lump": "lump lumpsum ls ft f fft forf forfait forfaits",
}
_UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split()}
_YEARLY = ("/year", "/yr", "/an", "/annee", "paran", "peryear", "peran")
_WITH_YEAR = ("each", "m")


def read_unit(text: str) -> str:
    """Return the unit that a text means: ``ml`` is ``m``, ``U`` is ``each``, ``U/an`` is ``each/year``.

    Raises
    ------
    ValueError
        An unknown unit; the message lists the known ones.
    """
    folded = "".join(char for char in _fold(text) if not char.isspace() and char not in ".()")
    yearly = next((ending for ending in _YEARLY if folded.endswith(ending)), "")
    unit = _UNITS.get(folded.removesuffix(yearly), "")
    if not unit or (yearly and unit not in _WITH_YEAR):
        raise ValueError(
            f"{shown(text)} is no unit known here; write U (each), ml (m), m2, m3, h, ft (lump), U/an (each/year) or"
            " ml/an (m/year), and convert the price"
        )
    return f"{unit}/year" if yearly else unit


def _fold(text: str) -> str:
    """Text in small letters without accents; ² and ³ become digits."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)).casefold()
