"""Attributes: from the columns of a file to the canonical columns of a kind, as text or as numbers."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_layers.errors import StudyError
from gis_layers.kinds import Column, Kind
from gis_layers.layer import PLACE_COLUMNS, LayerSpec
from gis_layers.ledger import Ledger
from gis_layers.readers.vector import describe

Values = npt.NDArray[np.generic]
Objects = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_EXACT_BELOW = 2.0**53  # floats hold every whole number below
_SPACES = str.maketrans("", "", " \u00a0\u202f")  # plain, no-break and narrow no-break spaces between thousands


def require_column(spec: LayerSpec, name: str, columns: Iterable[str], *, key: str) -> str:
    """Check that a file has a column that the study names.

    Raises
    ------
    StudyError
        Naming the nearest column.
    """
    names = list(columns)
    if name in names:
        return name
    near = difflib.get_close_matches(name.lower(), [other.lower() for other in names], n=1)
    nearest = [other for other in names if near and other.lower() == near[0]]
    hint = f"did you mean {nearest[0]}? " if nearest else ""
    raise StudyError(
        f"{describe(spec)}: {key} names column {name}, which the file does not have", hint + _listed(names)
    )


def map_columns(spec: LayerSpec, kind: Kind, columns: Iterable[str], ledger: Ledger) -> dict[str, str]:
    """Find the column of the file behind each canonical column of a kind.

    The study's ``columns:`` come first, then a column of the canonical name, then an alias (which is a note).

    Returns
    -------
    dict of str to str
        Canonical column -> column of the file; canonical columns that the file lacks are absent.

    Raises
    ------
    StudyError
        When the study names a column that the kind or the file does not have, or a required one is not found.
    """
    names = list(columns)
    canonical = [column.name for column in kind.columns]
    for name in spec.columns:
        if name not in canonical and name not in PLACE_COLUMNS:  # readers of tables judge the latter
            near = difflib.get_close_matches(name, canonical, n=1)
            hint = f"did you mean {near[0]}? " if near else ""
            known = f"columns of kind {kind.name}: {', '.join(canonical)}"
            raise StudyError(f"{describe(spec)}: columns: {name} is no column of kind {kind.name}", hint + known)
    mapping: dict[str, str] = {}
    by_alias: list[str] = []
    for column in kind.columns:
        if column.name in spec.columns:
            mapping[column.name] = require_column(spec, spec.columns[column.name], names, key=f"columns: {column.name}")
        elif (found := _find_column(column, names)) is not None:
            mapping[column.name] = found
            if found.lower() != column.name:
                by_alias.append(f"{column.name} from {found}")
        elif column.required:
            near = difflib.get_close_matches(column.name, names, n=1)
            hint = f"state columns: {{{column.name}: {near[0] if near else 'COLUMN'}}}; "
            message = f"{describe(spec)}: no column for {column.name} ({column.title}), which kind {kind.name} needs"
            raise StudyError(message, hint + _listed(names))
    if by_alias:
        ledger.tell(
            "note",
            code="column-alias",
            message=f"columns recognised by their usual names: {', '.join(by_alias)}",
            done="taken",
            advice="state columns: in the study to settle it",
        )
    return mapping


def _find_column(column: Column, names: list[str]) -> str | None:
    for wanted in (column.name, *column.aliases):
        for name in names:
            if name.lower() == wanted:
                return name
    return None


def _listed(names: list[str]) -> str:
    return f"columns of the file: {', '.join(names) or 'none'}"


def as_text(values: Values) -> Objects:
    """Cells as text, the empty string for missing ones; whole numbers without a decimal point (12, not 12.0).

    Null integers reach us as floats, so that ``12`` and ``12.0`` have to read the same.
    """
    codes, distinct = pd.factorize(values)
    texts = np.array([*(_cell_text(value) for value in distinct), ""], dtype=object)
    shown: Objects = texts[codes]
    return shown


def _cell_text(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < _EXACT_BELOW else str(number)
    return str(value).strip()


def as_names(values: Values) -> Objects:
    """Cells as text, None for missing ones."""
    texts = as_text(values)
    texts[texts == ""] = None
    return texts


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
    numbers, text, repaired = _parse_numbers(values)
    alive = ledger.alive
    if (repaired & alive).any():
        ledger.tell(
            "repaired",
            code="number-format",
            message=f"{source}: {int((repaired & alive).sum())} numbers are written as text with commas or spaces",
            done="read with the comma as decimal sign",
            advice="deliver this column as numbers",
        )
    missing = text == ""
    bad = ~missing & ~np.isfinite(numbers)
    if column.dtype == "integer":
        bad |= np.isfinite(numbers) & (numbers != np.floor(numbers))
    if column.minimum is not None:
        bad |= np.isfinite(numbers) & (numbers < column.minimum)
    rule = _number_rule(column)
    rows = np.flatnonzero(bad & alive)
    if column.required:
        ledger.set_aside(
            rows,
            code="bad-number",
            message=lambda position: f"{source} = {text[rows[position]]!r} is not {rule}",
            advice="correct the value",
        )
        ledger.set_aside(
            np.flatnonzero(missing & ledger.alive),
            code="missing-value",
            message=f"{source} is empty, but {column.name} ({column.title}) is needed",
            advice="fill in the value",
        )
    else:
        ledger.tell_rows(
            "warning",
            rows,
            code="ignored-number",
            message=lambda position: f"{source} = {text[rows[position]]!r} is not {rule}",
            done="value ignored, row kept",
            advice="correct the value",
        )
    return np.where(bad, np.nan, numbers)


def _number_rule(column: Column) -> str:
    rule = "a whole number" if column.dtype == "integer" else "a number"
    return rule if column.minimum is None else f"{rule} of at least {column.minimum:g}"


def _parse_numbers(values: Values) -> tuple[Floats, Objects, Bools]:
    """Numbers (nan where there is none), the text of each cell, and which cells needed help to be read."""
    text = as_text(values)
    if values.dtype.kind in "iuf":
        return values.astype(np.float64), text, np.zeros(len(values), dtype=bool)
    numbers = pd.to_numeric(pd.Series(text, dtype=object), errors="coerce").to_numpy(np.float64, copy=True)
    unread = np.isnan(numbers) & (text != "")
    if unread.any():
        helped = pd.Series([str(cell).translate(_SPACES).replace(",", ".", 1) for cell in text[unread]], dtype=object)
        numbers[unread] = pd.to_numeric(helped, errors="coerce").to_numpy(np.float64)
    return numbers, text, unread & np.isfinite(numbers)


def delivered_columns(columns: Mapping[str, Values], taken: Iterable[str]) -> dict[str, Values]:
    """Columns under their own names, ``src_`` before those that clash with a name already taken."""
    used = set(taken)
    renamed: dict[str, Values] = {}
    for name, values in columns.items():
        free = name
        while free in used or (free != name and free in columns):
            free = f"src_{free}"
        used.add(free)
        renamed[free] = values
    return renamed
