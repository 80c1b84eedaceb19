"""Rows of a price list as read, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cardio.study_schema import NONE
from cardio.study_values import check_text
from cardio.study_yaml import KeyPath, shown
from costing import PriceList, PriceSettings, resolve_prices
from gis_layers import StudyError

HINT = "docs/study.md describes the rows of a price list"
LONGEST_KEY = 64
MOST_COMPLAINTS = 200
NO_BREAK_SPACES = "\u00a0\u202f"


@dataclass(frozen=True)
class ListFormat:
    """What a study says of how its price list is to be read.

    Attributes
    ----------
    sheet : str or None
        Sheet of a workbook; None where it has one.
    columns : mapping of str to str
        Key of a price row -> header of its column, ``none`` for no column; others are known by usual headers.
    dated : str or None
        Date of the prices of a table, in rows that state none.
    currency : str
        ISO 4217 code of the study's currency.
    """

    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    dated: str | None = None
    currency: str = "EUR"


@dataclass(frozen=True)
class PriceRows:
    """What a price list says, before any price is made of it.

    Attributes
    ----------
    entries : mapping of str to mapping
        Price key -> row, for `costing.resolve_prices`.
    places : mapping of key path to str
        (key,) and (key, name of a cell, ...) -> where it stands: ``prices.yaml:12``, or ``bpu.xlsx, sheet BPU, row 5,
        column D``.
    notes : tuple of str
        What was passed over, and how the file was understood.
    complaints : tuple of str
        What cannot be read, each with its place.
    wrong_places : frozenset of str
        Places of cells that could not be read, and stand in no row of `entries`.
    """

    entries: Mapping[str, Mapping[str, Any]]
    places: Mapping[KeyPath, str]
    notes: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    wrong_places: frozenset[str] = field(default=frozenset())

    def require_valid(self, base: PriceList, settings: PriceSettings) -> None:
        """Check every row against a base list, as `costing.resolve_prices` does.

        Raises
        ------
        StudyError
            Lists everything wrong with the list at once, each with its place.
        """
        complaints = [*self.complaints]
        try:
            resolve_prices(base, self.entries, settings, places=self.places)
        except StudyError as error:
            # a cell that could not be read is not also missing
            known = tuple(f"{place}: " for place in self.wrong_places)
            complaints += [line for line in error.message.splitlines() if not line.startswith(known)]
        if len(complaints) > MOST_COMPLAINTS:
            complaints[MOST_COMPLAINTS:] = [f"... and {len(complaints) - MOST_COMPLAINTS} more"]
        if complaints:
            raise StudyError("\n".join(complaints), HINT)


NO_ROWS = PriceRows({}, {})


def wrong_key(key: str) -> str:
    """Return what is wrong with a price key, empty where nothing is: BPU numbers such as ``1.2.3`` are keys too."""
    try:
        check_text(key)
    except ValueError as error:
        return f"a price key {error}"
    if not all(char.isprintable() or char in NO_BREAK_SPACES for char in key):
        return "a price key should have no control characters"
    if key != key.strip() or len(key) > LONGEST_KEY:
        return f"a price key has at most {LONGEST_KEY} characters and no blanks around it"
    return f"{NONE} has a meaning of its own; choose another price key" if key == NONE else ""


def complain_of_key(place: str, key: str, wrong: str) -> str:
    """Return the complaint about a key."""
    return f"{place}: {shown(key)}: {wrong}"
