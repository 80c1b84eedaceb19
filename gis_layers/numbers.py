"""Numbers as surveys write them: commas, spaces, units, marks for no value; never another number in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis_layers.columns import Bools, Floats, Objects, Values, as_text
from gis_layers.kinds import Column
from gis_layers.ledger import Ledger
from gis_layers.number_style import MISSING_TEXT, PLAIN, NumberStyle
from gis_layers.spreadsheet_damage import is_error
from gis_layers.table import Rows

_CERTAIN = re.compile(rf"(?![+-]?[1-9][0-9]{{0,2}}\.[0-9]{{3}}$)(?:{PLAIN.pattern})|")
_WITH_UNIT = re.compile(r"([+-]?[0-9][0-9.,' \u00a0\u202f\u2009\u2019]*?)[ \u00a0\u202f]?([^\W\d_]+|%)\.?")

_MISSING_NUMBERS = np.array([-999.0, -9999.0, -99999.0, -999999.0, -9999999.0, -32768.0, -2147483648.0])
_NINES = np.array([9999.0, 99999.0, 999999.0, 9999999.0, 2147483647.0])
_MANY_ROWS, _GREAT_COUNT = 20, 50
_METRES = {"mm": 0.001, "cm": 0.01, "dm": 0.1, "m": 1.0, "km": 1000.0}


@dataclass
class _Parsed:
    """Cells of a numeric column, (rows,) each, and what it took to read them."""

    values: Values
    """As delivered."""
    empty: Bools
    words: Bools
    """Words that stand for no value."""
    numbers: Floats
    """nan where no number could be read."""
    helped: Bools
    """Read as the file meant it, though not a plain number."""
    units: Bools
    """Read without the unit behind it."""
    guessed: Bools
    """Could mean another number too."""
    how: str
    """How the guessed ones were read."""

    def shown(self, rows: Rows) -> Objects:
        """Cells of some rows as text."""
        return as_text(self.values[rows])


def read_numbers(column: Column, source: str, values: Values, ledger: Ledger) -> Floats:
    """Read a numeric canonical column of the rows still in; bad cells become nan or put their row aside.

    Parameters
    ----------
    source : str
        Column of the file, for messages.
    values : (rows,) array
        All rows of the file.
    ledger : Ledger
        A row without a valid value of a required column is set aside; of an optional one, its value is ignored.

    Returns
    -------
    (rows,) float
        nan where missing or ignored.
    """
    parsed = _parse(column, values, ledger.alive)
    _tell_reading(source, parsed, ledger)
    missing = parsed.empty | _find_marks(source, parsed, ledger)
    numbers = parsed.numbers
    bad = ~missing & ~_is_allowed(column, numbers)
    _judge(column, source, parsed, missing, bad, ledger)
    numbers = np.where(bad | missing, np.nan, numbers) + 0.0  # no negative zero
    if column.plausible_maximum is not None:
        _tell_same(column, source, numbers, ledger)
        odd = np.flatnonzero(ledger.alive & (numbers > column.plausible_maximum))
        text = parsed.shown(odd)
        ledger.tell_rows(
            "warning",
            odd,
            code="implausible-number",
            message=lambda position: (
                f"{source} = {text[position]} is more than {column.plausible_maximum:g}, "
                f"which no {column.title} at one place should be"
            ),
            done="used as it is",
            advice="check the value, its unit, and that one row is one place",
        )
    return numbers


def _tell_same(column: Column, source: str, numbers: Floats, ledger: Ledger) -> None:
    """A great count that is the same in every row is rarely one of each place."""
    known = numbers[ledger.alive & np.isfinite(numbers)]
    if len(known) >= _MANY_ROWS and known.min() == known.max() >= _GREAT_COUNT:
        ledger.tell(
            "warning",
            code="same-number",
            message=f"{source} = {known[0]:g} in all {len(known)} rows, {known.sum():g} {column.title} together: "
            "it may be a figure of the whole town, joined to each row",
            done="used as it is",
            advice="name the right column in columns: of the study, or take this one out of the file",
        )


def _is_allowed(column: Column, numbers: Floats) -> Bools:
    allowed = np.isfinite(numbers)
    if column.dtype == "integer":
        allowed &= numbers == np.floor(numbers)
    if column.minimum is not None:
        allowed &= numbers >= column.minimum
    if column.maximum is not None:
        allowed &= numbers <= column.maximum
    return allowed


def _judge(column: Column, source: str, parsed: _Parsed, missing: Bools, bad: Bools, ledger: Ledger) -> None:
    rule = _number_rule(column)
    rows = np.flatnonzero(bad & ledger.alive)
    text = parsed.shown(rows)
    if not column.required:
        ledger.tell_rows(
            "warning",
            rows,
            code="ignored-number",
            message=lambda position: f"{source} = {text[position]!r} is not {rule}",
            done="value ignored, row kept",
            advice="correct the value",
        )
        return
    ledger.set_aside(
        rows,
        code="bad-number",
        message=lambda position: f"{source} = {text[position]!r} is not {rule}",
        advice="correct the value",
    )
    empty = np.flatnonzero(missing & ledger.alive)
    shown = parsed.shown(empty)
    ledger.set_aside(
        empty,
        code="missing-value",
        message=lambda position: (
            f"{source} is {_shown_missing(shown[position])}, but {column.name} ({column.title}) is needed"
        ),
        advice="fill in the value",
    )


def _shown_missing(text: str) -> str:
    if is_error(text):
        return f"{text!r}, an error of a spreadsheet"
    return f"{text!r}, which stands for no value" if text else "empty"


def _number_rule(column: Column) -> str:
    rule = "a whole number" if column.dtype == "integer" else "a number"
    unit = f" {column.unit}" if column.unit else ""
    if column.minimum is not None and column.maximum is not None:
        return f"{rule} from {column.minimum:g} to {column.maximum:g}{unit}"
    if column.minimum is not None:
        return f"{rule} of at least {column.minimum:g}{unit}"
    return rule if column.maximum is None else f"{rule} of at most {column.maximum:g}{unit}"


def _parse(column: Column, values: Values, alive: Bools) -> _Parsed:
    """Read every distinct cell once; rows already out do not decide how the others are read."""
    none = np.zeros(len(values), dtype=bool)
    if values.dtype.kind in "iuf":
        numbers = values.astype(np.float64)
        return _Parsed(values, np.isnan(numbers), none, numbers, none, none, none, "")
    codes, distinct = pd.factorize(as_text(values))
    cells = [str(cell) for cell in distinct]
    empty = np.array([cell == "" for cell in cells], dtype=bool)[codes]
    words = np.array([cell.lower() in MISSING_TEXT or is_error(cell) for cell in cells], dtype=bool)[codes]
    if all(map(_CERTAIN.fullmatch, cells)):  # plain numbers and empty cells, as nearly always
        plain_numbers = np.array([float(cell) if cell else np.nan for cell in cells], dtype=np.float64)
        return _Parsed(values, empty, words, plain_numbers[codes], none, none, none, "")
    present = np.zeros(len(cells), dtype=bool)
    present[codes[alive]] = True
    bare, factors = _strip_units(column, cells)
    style = NumberStyle([cell for cell, used in zip(bare, present.tolist(), strict=True) if used], column)
    read = np.array([style.read(cell) for cell in bare], dtype=np.float64).reshape(-1)
    plain = np.array([PLAIN.fullmatch(cell) is not None for cell in cells], dtype=bool)
    with_unit = np.array([cell != stripped for cell, stripped in zip(cells, bare, strict=True)], dtype=bool)
    known = np.isfinite(read)
    guessed = np.array([style.is_guess(cell) for cell in bare], dtype=bool) & known
    return _Parsed(
        values,
        empty,
        words,
        (read * np.array(factors, dtype=np.float64))[codes],
        (known & ~with_unit & ~guessed & ~(plain & ~style.regroups(cells)))[codes],
        (known & with_unit)[codes],
        guessed[codes],
        style.how,
    )


def _strip_units(column: Column, cells: Iterable[str]) -> tuple[list[str], list[float]]:
    """Cells without a unit that the column can have, and what to multiply each with."""
    bare, factors = [], []
    for cell in cells:
        match = _WITH_UNIT.fullmatch(cell)
        factor = None if match is None else _unit_factor(column, match[2])
        bare.append(cell if match is None or factor is None else match[1])
        factors.append(1.0 if factor is None else factor)
    return bare, factors


def _unit_factor(column: Column, unit: str) -> float | None:
    """What a number with this unit is multiplied with; None where the unit does not fit the column."""
    if unit == column.unit:
        return 1.0
    if column.unit in _METRES and unit in _METRES:
        return _METRES[unit] / _METRES[column.unit]
    if column.unit or len(unit) < 3:
        return None
    known = f"{column.name} {column.title} {' '.join(column.aliases)}".lower().replace("_", " ").split()
    return 1.0 if any(word.startswith(unit.lower()[:3]) for word in known if len(word) > 2) else None


def _tell_reading(source: str, parsed: _Parsed, ledger: Ledger) -> None:
    alive = ledger.alive
    if (helped := parsed.helped & alive).any():
        ledger.tell(
            "repaired",
            code="number-format",
            message=f"{source}: {int(helped.sum())} numbers are written as text with commas, points or spaces; "
            f"{_example(parsed, helped)}",
            done="read as numbers, the comma as decimal sign unless it stands between thousands",
            advice="deliver this column as numbers",
        )
    if (units := parsed.units & alive).any():
        ledger.tell(
            "repaired",
            code="number-with-unit",
            message=f"{source}: {int(units.sum())} numbers are written with their unit; {_example(parsed, units)}",
            done="read without it",
            advice="deliver this column as numbers",
        )
    if (guessed := parsed.guessed & alive).any():
        ledger.tell(
            "warning",
            code="ambiguous-number",
            message=f"{source}: {int(guessed.sum())} numbers can be read in two ways; {_example(parsed, guessed)}",
            done=parsed.how,
            advice="deliver this column as numbers",
        )


def _example(parsed: _Parsed, cells: Bools) -> str:
    row = int(np.argmax(cells))
    return f"row {row} has {parsed.shown(np.array([row]))[0]!r}, read as {parsed.numbers[row]:.15g}"


def _find_marks(source: str, parsed: _Parsed, ledger: Ledger) -> Bools:
    """Cells that hold a mark for a missing value."""
    numbers, alive = parsed.numbers, ledger.alive
    marks = parsed.words | np.isin(numbers, _MISSING_NUMBERS)
    nines = _find_nines(np.where(marks, np.nan, numbers), alive)
    for found, severity in ((marks & alive, "note"), (nines & alive, "warning")):
        if found.any():
            rows: Rows = np.flatnonzero(found)
            shown = ", ".join(
                f"{value!r}: {count}" for value, count in pd.Series(parsed.shown(rows)).value_counts().items()
            )
            ledger.tell(
                "note" if severity == "note" else "warning",
                code="missing-mark",
                message=f"{source}: {len(rows)} cells hold a mark for a missing value ({shown}); first row {rows[0]}",
                done="read as missing",
                advice="leave missing values empty",
            )
    return marks | nines


def _find_nines(numbers: Floats, alive: Bools) -> Bools:
    """9999 and its like, where every other number of the column is smaller by far."""
    nines: Bools = np.isin(numbers, _NINES)
    others = numbers[alive & ~nines & np.isfinite(numbers)]
    if not nines.any() or not len(others) or np.abs(others).max() * 10 > numbers[nines].min():
        return np.zeros(len(numbers), dtype=bool)
    return nines
