"""Text of a .dbf, decoded from its bytes: GDAL would stop at a NUL and fail at a byte that is no text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis_layers.encoding import Cell, Claims, choose_encoding, decode
from gis_layers.readers.dbf import Dbf, DbfField
from gis_layers.readers.vector import undecodable, unique_names
from gis_layers.table import FileNote, RowNote, Rows

Columns = dict[str, npt.NDArray[np.generic]]

_SHOWN_LENGTH = 60


@dataclass(frozen=True)
class _Unusual:
    """Cells of a field that GDAL cannot be trusted with: their rows, the distinct ones, and which row has which."""

    field: DbfField
    rows: Rows
    distinct: tuple[Cell, ...]
    which: npt.NDArray[np.int64]


@dataclass
class _Faults:
    """What is wrong with the text of rows, by row."""

    undecodable: dict[int, list[str]] = field(default_factory=dict)
    nul: dict[int, list[str]] = field(default_factory=dict)
    cut: dict[int, list[str]] = field(default_factory=dict)


def read_texts(
    dbf: Dbf, columns: Columns, claims: Claims
) -> tuple[Columns, str, tuple[FileNote, ...], tuple[RowNote, ...]]:
    """Decode the names of the fields, and the cells that are not plain ASCII.

    Parameters
    ----------
    dbf : Dbf
    columns : dict of str to (rows,) array
        Of every field, all records of the file, as GDAL reads them.
    claims : Claims

    Returns
    -------
    columns : dict of str to (rows,) array
    encoding : str
        Python name.
    notes, row_notes : tuple
    """
    unusual = {position: _unusual(dbf, one) for position, one in dbf.text_fields()}
    cells = [cell for found in unusual.values() for cell in found.distinct if not cell.raw.isascii()]
    names = [Cell(one.name) for one in dbf.fields if not one.name.isascii()]
    encoding, notes = choose_encoding([*cells, *names], claims)
    faults = _Faults()
    decoded: Columns = {}
    decoded_names = [decode(Cell(one.name), encoding)[0] for one in dbf.fields]
    readable_names = unique_names(
        [
            name if one.name.isascii() else text
            for name, one, text in zip(columns, dbf.fields, decoded_names, strict=True)
        ]
    )
    for position, (readable, values) in enumerate(zip(readable_names, columns.values(), strict=True)):
        found = unusual.get(position)
        decoded[readable] = values if found is None else _replace(readable, values, found, encoding, faults)
    return decoded, encoding, notes, _notes(faults)


def _unusual(dbf: Dbf, one: DbfField) -> _Unusual:
    rows = dbf.unusual_rows(one)
    which, distinct = pd.factorize(dbf.cells(one)[rows].astype(object), sort=True)
    cells = tuple(Cell(bytes(raw), len(raw) == one.width) for raw in distinct.tolist())
    return _Unusual(one, rows, cells, which)


def _replace(
    name: str, values: npt.NDArray[np.generic], found: _Unusual, encoding: str, faults: _Faults
) -> npt.NDArray[np.generic]:
    if not len(found.rows):
        return values
    texts = np.empty(len(found.distinct), dtype=object)
    wrong: list[tuple[dict[int, list[str]], str] | None] = []
    for position, cell in enumerate(found.distinct):
        text, fault = decode(cell, encoding)
        shown = text.strip(" \0").replace("\0", " ")
        texts[position] = shown or None
        wrong.append(_fault(name, shown[:_SHOWN_LENGTH], fault, faults, has_nul="\0" in text.strip(" \0")))
    is_wrong = np.array([fault is not None for fault in wrong], dtype=bool)[found.which]
    for row, position in zip(found.rows[is_wrong].tolist(), found.which[is_wrong].tolist(), strict=True):
        if (fault_of_cell := wrong[position]) is not None:
            fault_of_cell[0].setdefault(row, []).append(fault_of_cell[1])
    replaced = values.astype(object)
    replaced[found.rows] = texts[found.which]
    return replaced


def _fault(
    name: str, shown: str, fault: str, faults: _Faults, *, has_nul: bool
) -> tuple[dict[int, list[str]], str] | None:
    if fault == "undecodable":
        return faults.undecodable, f'{name} holds bytes that are no text in this encoding: "{shown}"'
    if has_nul:
        return faults.nul, f'{name} goes on after a NUL byte, where most programs stop: "{shown}"'
    if fault == "cut":
        return faults.cut, f'{name} was cut at the width of its field, within a character: "{shown}"'
    return None


def _notes(faults: _Faults) -> tuple[RowNote, ...]:
    nul = "read whole, a space for the NUL"
    cut = "the half character left out"
    found = list(undecodable(faults.undecodable))
    if faults.nul:
        rows, messages = _by_row(faults.nul)
        found.append(RowNote("repaired", "text-cut", rows, messages, done=nul, advice="correct the text of this row"))
    if faults.cut:
        rows, messages = _by_row(faults.cut)
        found.append(RowNote("warning", "text-cut", rows, messages, done=cut, advice="ask for the whole text"))
    return tuple(found)


def _by_row(wrong: Mapping[int, list[str]]) -> tuple[Rows, tuple[str, ...]]:
    rows = sorted(wrong)
    return np.array(rows, dtype=np.int64), tuple("; ".join(wrong[row]) for row in rows)
