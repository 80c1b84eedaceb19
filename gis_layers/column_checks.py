"""Checks of every delivered column: dates, codes, text and names that cannot be what was meant. Nothing is changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_layers.columns import Objects, Values, as_text
from gis_layers.findings import Severity
from gis_layers.ledger import Ledger
from gis_layers.table import Rows

Bools = npt.NDArray[np.bool_]

LONGEST_TEXT = 1000
FIRST_YEAR, LAST_YEAR = 1000, 2050
"""Years outside are no dates of things that stand in a town today."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DATE_NAME = re.compile(r"date|_dt$|^dt_|datum|timestamp", re.IGNORECASE)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[T ].*)?")
_SLASHED = re.compile(r"(?P<day>\d\d?)[/.](?P<month>\d\d?)[/.](?P<year>\d{4})(?: .*)?")
_CODE_WIDTHS = (
    (re.compile(r"insee|postal|postcode|codepost|code_post|plz|(^|_)cp(_|$)", re.IGNORECASE), 5),
    (re.compile(r"siren", re.IGNORECASE), 9),
    (re.compile(r"siret", re.IGNORECASE), 14),
)
_CUT_NAME = re.compile(r"(.{8})_[1-9]")
_DBF_NAME_LENGTH = 10
_SHOWN_LENGTH = 60
_ADVICE = {
    "implausible-date": "correct the dates, and leave unknown ones empty",
    "leading-zeros-lost": "ask for the file again with this column as text",
    "odd-text": "look at these texts before they are shown to others",
}


def check_columns(columns: Mapping[str, Values], ledger: Ledger) -> None:
    """Report names, dates, codes and texts of the rows still in that cannot be what was meant.

    Parameters
    ----------
    columns : mapping of str to (rows,) array
    ledger : Ledger
        Gets ``truncated-names``, ``names-alike``, and by column ``implausible-date``, ``leading-zeros-lost`` and
        ``odd-text``.
    """
    _check_names(columns, ledger)
    alive = ledger.kept_rows
    if not len(alive):
        return
    for name, values in columns.items():
        if values.dtype.kind == "M":
            _check_dates(name, values[alive].astype("datetime64[D]").astype(str).astype(object), alive, ledger)
        elif (width := _code_width(name)) is not None:
            _check_width(name, as_text(values[alive]), width, alive, ledger)
        if values.dtype.kind == "O":
            _check_texts(name, values[alive], alive, ledger)


def _check_names(names: Iterable[str], ledger: Ledger) -> None:
    alike: dict[str, list[str]] = defaultdict(list)
    for name in names:
        alike[name.casefold()].append(name)
    twins = [" and ".join(group) for group in alike.values() if len(group) > 1]
    if twins:
        ledger.tell(
            "warning",
            code="names-alike",
            message=f"columns differ only in case: {', '.join(twins)}",
            done="the first is taken where the kind needs it",
            advice="state columns: in the study to say which is meant",
        )
    cut = _cut_names(list(names))
    if cut:
        ledger.tell(
            "note",
            code="truncated-names",
            message=f"columns were renamed when longer names were cut to {_DBF_NAME_LENGTH} characters: "
            + ", ".join(f"{name} began like {' and '.join(others)}" for name, others in cut.items()),
            advice="look up in the source of the file which is which before naming one in the study",
        )


def _cut_names(names: list[str]) -> dict[str, list[str]]:
    """Columns such as ``target_c_1`` -> those that began with the same letters, in files of short names only."""
    if max(map(len, names), default=0) > _DBF_NAME_LENGTH:
        return {}
    cut: dict[str, list[str]] = {}
    for name in names:
        match = _CUT_NAME.fullmatch(name)
        others = [
            other
            for other in names
            if match and other != name and len(other) == _DBF_NAME_LENGTH and other.startswith(match[1])
        ]
        if others:
            cut[name] = others
    return cut


def _check_dates(name: str, texts: Objects, rows: Rows, ledger: Ledger) -> None:
    codes, distinct = pd.factorize(texts)
    odd = np.array([_is_odd_date(str(text)) for text in distinct] + [False], dtype=bool)[codes]
    _tell(name, texts, odd, rows, ledger, code="implausible-date", what="dates cannot be right", severity="note")


def _is_odd_date(text: str) -> bool:
    match = _ISO.fullmatch(text) or _SLASHED.fullmatch(text)
    if match is None:
        return False
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    if (year, month) == (1899, 12) and day >= 30:  # the zero of spreadsheets
        return True
    return not (FIRST_YEAR <= year < LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31)


def _code_width(name: str) -> int | None:
    return next((width for pattern, width in _CODE_WIDTHS if pattern.search(name)), None)


def _check_width(name: str, texts: Objects, width: int, rows: Rows, ledger: Ledger) -> None:
    """Codes a digit short next to whole ones: a program on the way read them as numbers."""
    codes, distinct = pd.factorize(texts)
    digits = [len(text) if text.isascii() and text.isdigit() else 0 for text in map(str, distinct)]
    if width not in digits:
        return
    odd = np.array([length == width - 1 for length in digits], dtype=bool)[codes]
    what = f"codes have {width - 1} digits where others have {width}"
    _tell(name, texts, odd, rows, ledger, code="leading-zeros-lost", what=what, severity="warning")


def _check_texts(name: str, values: Values, rows: Rows, ledger: Ledger) -> None:
    cells = [value for value in values.tolist() if isinstance(value, str)]
    is_odd = max(map(len, cells), default=0) > LONGEST_TEXT or not all(map(str.isprintable, cells))
    if not (is_odd or _DATE_NAME.search(name)):  # as nearly always
        return
    codes, distinct = pd.factorize(values)
    texts = [value if isinstance(value, str) else "" for value in distinct.tolist()]
    if is_odd:
        control = [not text.isprintable() and _CONTROL.search(text) is not None for text in texts]
        odd = np.array([*control, False], dtype=bool)[codes]
        _tell(name, values, odd, rows, ledger, code="odd-text", what="texts hold control characters", severity="note")
        odd = np.array([*(len(text) > LONGEST_TEXT for text in texts), False], dtype=bool)[codes]
        what = f"texts are longer than {LONGEST_TEXT} characters"
        _tell(name, values, odd, rows, ledger, code="odd-text", what=what, severity="note")
    if _DATE_NAME.search(name):
        odd = np.array([*map(_is_odd_date, texts), False], dtype=bool)[codes]
        _tell(name, values, odd, rows, ledger, code="implausible-date", what="dates cannot be right", severity="note")


def _tell(
    name: str,
    values: Values,
    odd: Bools,
    rows: Rows,
    ledger: Ledger,
    *,
    code: str,
    what: str,
    severity: Severity,
) -> None:
    """One finding a column, with the first row as example."""
    if not odd.any():
        return
    first = int(np.argmax(odd))
    shown = str(values[first])
    shown = shown if len(shown) <= _SHOWN_LENGTH else f"{shown[:_SHOWN_LENGTH]}..."
    ledger.tell(
        severity,
        code=code,
        message=f"{name}: {int(odd.sum())} {what}; row {int(rows[first])} has {shown!r}",
        done="kept as delivered",
        advice=_ADVICE[code],
    )
