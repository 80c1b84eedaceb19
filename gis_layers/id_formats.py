"""Ids that a program on the way took for numbers: read as their digits, and told where digits may be gone."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pandas as pd

from gis_layers.columns import Objects, Values, as_text
from gis_layers.ledger import Ledger
from gis_layers.spreadsheet_damage import ERROR_STARTS, is_error

_WHOLE = re.compile(r"-?[0-9]+(?:\.0+)?")
_SCIENTIFIC = re.compile(r"([1-9](?:[.,][0-9]+)?)[eE]\+([0-9]{1,2})")
_MISSING = frozenset({"<null>", "null", "(null)", "n/a", "nan", "none", "-", "?"})
_EXACT_DIGITS = 15
"""Spreadsheets keep no more digits of a number."""


def as_ids(source: str, values: Values, ledger: Ledger) -> Objects:
    """Ids as text: ``12.0`` as ``12`` where all are whole numbers, ``1.5E+12`` as its digits.

    Parameters
    ----------
    source : str
        Column of the file, for messages.
    values : (rows,) array
        Cells of the id column; text that is no number stays as it is, ``007`` too.
    ledger : Ledger
        Gets ``id-format`` (repaired) and ``id-digits-lost`` (warning).

    Returns
    -------
    (rows,) object of str
        Empty where there is none.
    """
    text = _without_marks(source, as_text(values), ledger)
    if not any("." in cell or "+" in cell for cell in text.tolist()):  # digits, or no numbers, as nearly always
        return text
    codes, distinct = pd.factorize(text)
    cells = [str(cell) for cell in distinct]
    lost = np.array([_may_have_lost_digits(cell) for cell in cells], dtype=bool)
    is_whole = all(_WHOLE.fullmatch(cell) or _SCIENTIFIC.fullmatch(cell) for cell in cells if cell)
    digits = np.array([_digits(cell) if is_whole else cell for cell in cells], dtype=object)
    changed = np.array([cell != new for cell, new in zip(cells, digits.tolist(), strict=True)], dtype=bool)
    ids: Objects = digits[codes] if cells else text
    if (repaired := (changed & ~lost)[codes] & ledger.alive).any():
        row = int(np.argmax(repaired))
        ledger.tell(
            "repaired",
            code="id-format",
            message=f"{source}: {int(repaired.sum())} ids are written as decimal numbers; row {row} has {text[row]!r}",
            done=f"read as their digits ({ids[row]})",
            advice="deliver ids as text",
        )
    if (doubtful := lost[codes] & ledger.alive).any():
        row = int(np.argmax(doubtful))
        ledger.tell(
            "warning",
            code="id-digits-lost",
            message=f"{source}: {int(doubtful.sum())} ids are numbers that may have lost digits; "
            f"row {row} has {text[row]!r}",
            done=f"read as {ids[row]}",
            advice="ask for the file again with ids as text",
        )
    return ids


def _without_marks(source: str, text: Objects, ledger: Ledger) -> Objects:
    """Ids, empty where the cell says so in words."""
    errors = np.fromiter((cell.startswith(ERROR_STARTS) and is_error(cell) for cell in text.tolist()), bool, len(text))
    text = np.where(errors, "", text)  # told where the damage of spreadsheets is
    if _MISSING.isdisjoint(map(str.lower, text.tolist())):
        return text
    marked = pd.Series(text, dtype=object).str.lower().isin(_MISSING).to_numpy()
    if not (told := marked & ledger.alive).any():
        return text
    row = int(np.argmax(told))
    ledger.tell(
        "note",
        code="missing-mark",
        message=f"{source}: {int(told.sum())} ids are a mark for a missing one; row {row} has {text[row]!r}",
        done="read as missing",
        advice="leave missing ids empty",
    )
    ids: Objects = np.where(marked, "", text)
    return ids


def _may_have_lost_digits(cell: str) -> bool:
    """Whether a program rounded the id: its digits do not reach down to the ones, or are more than a float holds."""
    match = _SCIENTIFIC.fullmatch(cell)
    return match is not None and not int(match[2]) < len(match[1]) - ("." in cell or "," in cell) <= _EXACT_DIGITS


def _digits(cell: str) -> str:
    if _SCIENTIFIC.fullmatch(cell):
        number = Decimal(cell.replace(",", "."))
        return f"{number:.0f}" if number == number.to_integral_value() else cell
    return cell.split(".", 1)[0] if _WHOLE.fullmatch(cell) else cell
