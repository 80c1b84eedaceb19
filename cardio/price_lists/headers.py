"""Which column of a table holds what: as the study says, else by the usual French and English headers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardio.price_lists.table import Cell, Table
from cardio.study_schema import NONE
from cardio.study_yaml import shown
from gis_layers import StudyError

REQUIRED = ("key", "label", "unit", "typical")
# A title block above the header is shorter than this.
MOST_ROWS_ABOVE = 100
LONGEST_HEADER = 200
# Usual headers after `_fold`; the name of a row key is one of its own headers.
USUAL: Mapping[str, tuple[str, ...]] = {
    "key": ("cle", "n", "no", "no prix", "prix no", "numero", "numero prix", "num", "code", "code prix", "ref",
            "reference", "article", "item", "poste"),
    "label": ("designation", "libelle", "intitule", "description", "designation prestations", "designation prestation",
              "designation ouvrages", "designation travaux", "designation fournitures", "designation article",
              "designation prix", "libelle prix", "libelle article"),
    "unit": ("unite", "unites", "u", "un", "unite mesure", "uom"),
    "typical": ("pu", "prix unitaire", "prix unitaires", "prix", "price", "unit price", "unit rate",
                "montant unitaire"),
    "low": ("prix bas", "low price"),
    "high": ("prix haut", "high price"),
    "source": ("origine prix",),
    "grade": (),
    "assumed": ("hypothese",),
    "why": ("pourquoi",),
    "dated": ("date prix", "date valeur", "price date"),
    "lifetime_years": ("duree vie", "duree vie ans", "lifetime"),
    "vat_rate": ("tva", "taux tva", "vat"),
    "vat_regime": ("regime tva",),
    "account": ("compte", "imputation"),
    "family": ("famille",),
    "lot": (),
    "opex": (),
    "index": (),
    "currency": ("devise", "monnaie"),
    "brackets": (),
}  # fmt: skip
_KEYS_BY_HEADER = {usual: key for key, headers in USUAL.items() for usual in (key.replace("_", " "), *headers)}
# What changes nothing about what a column holds.
_FILLERS = re.compile(
    r"\b(hors taxes?|ht|excl(uding)? (tax|vat)|a|au|aux|d|de|des|du|en|et|in|l|la|le|les|par|of|per|the|chiffres?"
    r"|figures|eur|euros?|chf|gbp|usd)\b"
)
_OTHER_PRICES = re.compile(r"\b(ttc|lettres?|incl|including|words)\b")


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Attributes
    ----------
    row : int
        Its row, 1 is the first.
    columns : mapping of str to int
        ``key`` or key of a price row -> column, 1 is the first.
    ignored : tuple of str
        Headers of the columns that are not read.
    """

    row: int
    columns: Mapping[str, int]
    ignored: tuple[str, ...]


def find_header(table: Table, named: Mapping[str, str]) -> Header:
    """Find the first row that holds the columns of a price list.

    Parameters
    ----------
    table : Table
    named : mapping of str to str
        What the study says in ``prices.columns``: key of a price row -> header, or ``none`` for no column. Others are
        known by usual headers.

    Raises
    ------
    StudyError
        No row holds all columns; two columns could be the same one; a named column is not there.
    """
    rows = list(table.rows)[:MOST_ROWS_ABOVE]
    found = {row: _candidates(table.rows[row], named) for row in rows}
    row = next((row for row in rows if all(key in found[row] for key in REQUIRED)), None)
    if row is None:
        raise _no_header(table, found, named)
    complaints = [
        f"{table.place(row)}: no column {shown(header)!r}, which prices.columns names for {key}"
        for key, header in named.items()
        if header != NONE and key not in found[row]
    ]
    for key, several in found[row].items():
        if len(several) > 1:
            headers = " and ".join(f"{shown(str(table.cell(row, column)))!r}" for column in several)
            places = " and ".join(table.place(row, column) for column in several)
            complaints.append(f"{places}: {headers} could both be {key}: name one in prices.columns.{key}")
    if complaints:
        raise StudyError("\n".join(complaints), "prices.columns: {typical: header of the column, ...}")
    columns = {key: columns[0] for key, columns in found[row].items()}
    ignored = (
        cell
        for column, cell in enumerate(table.rows[row], start=1)
        if cell is not None and column not in columns.values()
    )
    return Header(row, columns, tuple(shown(str(cell)) for cell in ignored))


def count_columns(table: Table, named: Mapping[str, str]) -> int:
    """Return how many columns of a price list the best row holds: tells the separator of a CSV file."""
    return max((len(_candidates(table.rows[row], named)) for row in list(table.rows)[:MOST_ROWS_ABOVE]), default=0)


def _candidates(cells: Sequence[Cell], named: Mapping[str, str]) -> dict[str, list[int]]:
    """Return key -> columns whose header says so."""
    wanted = {_bare(header): key for key, header in named.items() if header != NONE}
    found: dict[str, list[int]] = {}
    for column, cell in enumerate(cells, start=1):
        if not isinstance(cell, str | int | float):
            continue
        text = str(cell)
        key = wanted.get(_bare(text)) or _usual(text, skip=named)
        if key is not None:
            found.setdefault(key, []).append(column)
    return found


def _usual(header: str, *, skip: Mapping[str, str]) -> str | None:
    key = _KEYS_BY_HEADER.get(_fold(header)) if len(header) <= LONGEST_HEADER else None
    return None if key in skip else key


def _fold(header: str) -> str:
    """Header in small letters without accents, signs and words that change nothing; empty for other prices."""
    decomposed = unicodedata.normalize("NFKD", header.replace("°", "o "))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    words = " ".join(re.findall(r"[^\W_]+", re.sub(r"\b(\w)\.", r"\1", plain)))
    return "" if _OTHER_PRICES.search(words) else " ".join(_FILLERS.sub(" ", words).split())


def _bare(header: str) -> str:
    return " ".join(header.split()).casefold()


def _no_header(table: Table, found: Mapping[int, Mapping[str, Sequence[int]]], named: Mapping[str, str]) -> StudyError:
    best = max(found, key=lambda row: sum(key in found[row] for key in REQUIRED), default=None)
    wanted = ", ".join(f"{key} ({named.get(key) or _example(key)})" for key in REQUIRED)
    text = f"{table.name}: no row holds the columns {wanted}"
    if best is not None and found[best]:
        lacking = ", ".join(key for key in REQUIRED if key not in found[best])
        text += f"; row {best} comes nearest and lacks {lacking}"
    return StudyError(text, "name the headers as they stand in the file: prices.columns: {key: ..., typical: ...}")


def _example(key: str) -> str:
    return {"key": "N°", "label": "Désignation", "unit": "Unité", "typical": "Prix unitaire HT"}[key]
