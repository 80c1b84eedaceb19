"""Cells that a spreadsheet spoiled before delivery: its errors, and ids that it took for dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from gis_layers.ledger import Ledger

ERROR_STARTS = ("#", "Err:")
_ERROR = re.compile(r"#[\u00a1\u00bf]?[A-Z]{2,9}(?:/0)?[!?]|#N/[AD]|#NV|#{3,}|Err:5[0-9]{2}", re.IGNORECASE)
_MONTH = (
    r"(?:jan|feb|f\u00e9v|fev|mar|apr|avr|may|mai|jun|jui|jul|aug|ao\u00fb|aou|sep|oct|okt|nov|dec|d\u00e9c|dez)"
    r"[a-z\u00e9\u00fb]{0,6}\.?"
)
_DATE = re.compile(rf"[0-9]{{1,2}}-{_MONTH}(?:-[0-9]{{2,4}})?|{_MONTH}-[0-9]{{2}}", re.IGNORECASE)


def is_error(text: str) -> bool:
    """Whether a cell is the error of a formula (``#REF!``, ``#VALEUR!``, ``#N/A``)."""
    return _ERROR.fullmatch(text) is not None


def check_spreadsheet_damage(
    columns: Mapping[str, npt.NDArray[np.generic]], named: Iterable[str], ledger: Ledger
) -> None:
    """Report errors of formulas in every column of text, and in ids and names also what became a date.

    Parameters
    ----------
    columns : mapping of str to (rows,) array
    named : iterable of str
        Columns of ids and names.
    ledger : Ledger
        Gets ``spreadsheet-damage``, one finding a column and defect, of the rows still in.
    """
    named = set(named)
    for name, values in columns.items():
        if values.dtype.kind not in "OUT":
            continue
        counts = Counter(text.strip() for text in values[ledger.alive].tolist() if isinstance(text, str))
        errors = [text for text in counts if text.startswith(ERROR_STARTS) and is_error(text)]
        done = "read as missing in ids and numbers, else kept"
        _tell(name, "cells are the error of a formula", errors, counts, done, ledger)
        if name in named:
            dates = [text for text in counts if "-" in text and _DATE.fullmatch(text)]
            _tell(name, "cells look like dates that a spreadsheet made of a text", dates, counts, "kept", ledger)


def _tell(name: str, what: str, bad: list[str], counts: Counter[str], done: str, ledger: Ledger) -> None:
    if bad:
        ledger.tell(
            "warning",
            code="spreadsheet-damage",
            message=f"{name}: {sum(counts[text] for text in bad)} {what}, for example {bad[0]!r}",
            done=done,
            advice="ask for the file as exported from its source, not through a spreadsheet",
        )
