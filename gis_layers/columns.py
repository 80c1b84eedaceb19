"""Attributes: from the columns of a file to the canonical columns of a kind, and cells as text."""

from __future__ import annotations

import difflib
import re
import shlex
import unicodedata
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import infer_dtype

from gis_layers.errors import StudyError
from gis_layers.kinds import Column, Kind
from gis_layers.layer import PLACE_COLUMNS, LayerSpec
from gis_layers.ledger import Ledger
from gis_layers.number_style import MISSING_TEXT
from gis_layers.readers.vector import describe

Values = npt.NDArray[np.generic]
Objects = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_CUT_NAME = re.compile(r".{8}_[1-9]")  # how GDAL renames the second of two names cut to the same
_NUMBER_START = re.compile(r"[-+\u2212<>~]?\s*[.,]?[0-9]")
_DBF_NAME_LENGTH = 10
_ROWS_LOOKED_AT = 1000
_MOSTLY = 0.9
_MOST_SUGGESTED = 5
_EXACT_BELOW = 2.0**53  # floats hold every whole number below


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


def map_columns(spec: LayerSpec, kind: Kind, columns: Mapping[str, Values], ledger: Ledger) -> dict[str, str]:
    """Find the column of the file behind each canonical column of a kind.

    The study's ``columns:`` come first, then a column of the canonical name, then an alias, then one of these cut to
    the 10 characters of a shapefile; the latter two are a note. Case and accents do not matter.

    Parameters
    ----------
    columns : mapping of str to (rows,) array
        Columns of the file; their content is looked at only to suggest one for a number that is missing.

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
    unfit: list[str] = []
    for column in kind.columns:
        if column.name in spec.columns:
            mapping[column.name] = require_column(spec, spec.columns[column.name], names, key=f"columns: {column.name}")
        elif (found := _find_column(column, columns)) is not None:
            if not (column.required or found.lower() == column.name or _holds_numbers(column, columns[found])):
                unfit.append(f"{found} for {column.name}")
                continue
            mapping[column.name] = found
            if found.lower() != column.name:
                by_alias.append(f"{column.name} from {found}")
        elif column.required:
            likely = _suggest(column, columns)
            option = f"--column {shlex.quote(f'{column.name}={likely}')} for a single file"
            hint = f"state columns: {{{column.name}: {likely}}} in the study ({option}); "
            message = f"{describe(spec)}: no column for {column.name} ({column.title}), which kind {kind.name} needs"
            raise StudyError(message, hint + _numeric(column, columns) + _listed(names))
    if by_alias:
        ledger.tell(
            "note",
            code="column-alias",
            message=f"columns recognised by their usual names: {', '.join(by_alias)}",
            done="taken",
            advice="state columns: in the study to settle it",
        )
    if unfit:
        ledger.tell(
            "note",
            code="column-alias",
            message=f"columns have a usual name but hold words, not numbers: {', '.join(unfit)}",
            done="not taken",
            advice="state columns: in the study if one is meant all the same",
        )
    return mapping


def recognise_columns(kind: Kind, columns: Mapping[str, Values]) -> dict[str, str]:
    """Column of the file behind each canonical column of a kind, as `map_columns` finds it where a study says nothing.

    Parameters
    ----------
    columns : mapping of str to (rows,) array

    Returns
    -------
    dict of str to str
        Canonical column -> column of the file; those that are not found, or hold words for numbers, are absent.
    """
    found = {column: _find_column(column, columns) for column in kind.columns}
    return {
        column.name: name
        for column, name in found.items()
        if name is not None and _holds_numbers(column, columns[name])
    }


def _find_column(column: Column, columns: Mapping[str, Values]) -> str | None:
    """Column of the canonical name, else the first of an alias that holds numbers where they are needed, else any."""
    names = list(columns)
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(_plain_name(name), name)
    wanted = (column.name, *column.aliases)
    cut = [name[:_DBF_NAME_LENGTH] for name in wanted if len(name) > _DBF_NAME_LENGTH]
    exact = next((name for name in names if name.lower() == column.name), None)
    known = [plain[name] for name in (*wanted, *cut) if name in plain]
    fitting = (name for name in known if _holds_numbers(column, columns[name]))
    return exact or next(fitting, known[0] if known else None)


def _holds_numbers(column: Column, values: Values) -> bool:
    """Whether at least half of the filled cells begin like a number, where the column is one; of a spread sample."""
    if column.dtype == "text" or values.dtype.kind in "iufb":
        return True
    filled = values[pd.notna(values)]
    cells = as_text(filled[:: max(1, len(filled) // _ROWS_LOOKED_AT)])
    given = [cell for cell in cells.tolist() if cell and cell.lower() not in MISSING_TEXT]
    return 2 * sum(_NUMBER_START.match(cell) is not None for cell in given) >= len(given)


def _plain_name(name: str) -> str:
    """Name in lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))


def _suggest(column: Column, columns: Mapping[str, Values]) -> str:
    """Column of the file that may be the one needed: by its name, else by its content."""
    plain = {_plain_name(name): name for name in columns}
    for wanted in (column.name, *column.aliases):
        cut = [name for name in plain if _CUT_NAME.fullmatch(name) and wanted.startswith(name[:-2])]
        near = cut or difflib.get_close_matches(wanted, plain, n=1)
        if near:
            return plain[near[0]]
    numeric = _numeric_columns(column, columns)
    return numeric[0] if len(numeric) == 1 else "COLUMN"


def _numeric(column: Column, columns: Mapping[str, Values]) -> str:
    numeric = _numeric_columns(column, columns)
    return f"columns that hold such numbers: {', '.join(numeric[:_MOST_SUGGESTED])}; " if numeric else ""


def _numeric_columns(column: Column, columns: Mapping[str, Values]) -> list[str]:
    """Columns of which nine cells in ten are numbers that the column allows, looking at the first thousand."""
    return [name for name, values in columns.items() if column.dtype != "text" and _looks_numeric(column, values)]


def _looks_numeric(column: Column, values: Values) -> bool:
    text = as_text(values[:_ROWS_LOOKED_AT])
    text = text[text != ""]
    if not len(text):
        return False
    numbers = pd.to_numeric(pd.Series(text, dtype=object).str.replace(",", "."), errors="coerce").to_numpy(np.float64)
    fits = np.isfinite(numbers) if column.minimum is None else numbers >= column.minimum
    return bool(fits.mean() >= _MOSTLY)


def _listed(names: list[str]) -> str:
    return f"columns of the file: {', '.join(names) or 'none'}"


def as_text(values: Values) -> Objects:
    """Cells as text, the empty string for missing ones; whole numbers without a decimal point (12, not 12.0).

    Null integers reach us as floats, so that ``12`` and ``12.0`` have to read the same.
    """
    if is_text(values):
        return np.array([value.strip() if isinstance(value, str) else "" for value in values.tolist()], dtype=object)
    if values.dtype.kind in "iu":
        return np.array(list(map(str, values.tolist())), dtype=object)
    codes, distinct = pd.factorize(values)
    texts = np.array([*(_cell_text(value) for value in distinct), ""], dtype=object)
    shown: Objects = texts[codes]
    return shown


def is_text(values: Values) -> bool:
    """Whether every cell is text or missing."""
    return values.dtype.kind == "O" and infer_dtype(values, skipna=True) in ("string", "empty")


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
