"""Delimited text: from bytes to cells that stay text, so that ``007`` stays ``007``."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis_layers.errors import SurveyError
from gis_layers.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES
from gis_layers.table import FileNote, RowNote

Cells = npt.NDArray[np.object_]

DELIMITERS = (",", ";", "\t", "|")
SURPLUS_COLUMN = "surplus_cells"
"""Column that keeps the cells beyond the last header."""

_SAMPLE_LINES = 50
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_END = "\x00end of file\x00"  # a last line of our own: swallowed where a quote is never closed
_SHOWN = 80
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True)
class _Records:
    """Records of a text that are not blank: the first, and the cells of all others, None where empty.

    Attributes
    ----------
    header : list of str
    columns : list of (n,) object
        One a cell of the header; shorter records are filled up, longer ones cut.
    odd : dict
        Row -> line and cells of records that have not as many cells as the header.
    blank : int
        Records left out.
    """

    header: list[str]
    columns: list[Cells]
    odd: dict[int, tuple[int, list[str]]]
    blank: int


@dataclass(frozen=True)
class TextTable:
    """Cells of a delimited text, n rows.

    Attributes
    ----------
    columns : dict of str to (n,) object
        Cells as delivered, None where empty; names trimmed and distinct.
    notes, row_notes : tuple
        What was found.
    """

    columns: dict[str, Cells]
    notes: tuple[FileNote, ...]
    row_notes: tuple[RowNote, ...]


def parse_text(text: str, *, where: str) -> TextTable:
    """Split a text into a header and cells; the delimiter is found from the content.

    Parameters
    ----------
    text : str
        Whole content, without byte order mark.
    where : str
        Layer and file, for messages.

    Raises
    ------
    SurveyError
        When there is no header, a quote is never closed, or there is more than a town can hold.
    """
    stated = _SEP_LINE.match(text)
    if stated:
        text = text[stated.end() :]
    first_line = 2 if stated else 1
    usual = csv.field_size_limit(MAX_TEXT_BYTES)  # one outline may be longer than what is usual
    try:
        delimiter = stated[1] if stated else _find_delimiter(text)
        records, notes = _read_records(text, delimiter, first_line, where)
    finally:
        csv.field_size_limit(usual)
    names, header_notes = _name_columns(records.header, where)
    columns, row_notes = _to_columns(names, records, delimiter)
    notes += header_notes
    if records.blank:
        notes += (FileNote("note", code="empty-lines", message=f"{records.blank} lines are empty", done="skipped"),)
    return TextTable(columns, (*notes, *_untrimmed(columns)), row_notes)


def _find_delimiter(text: str) -> str:
    """The delimiter that splits the first lines most evenly, then into most columns; a comma where none does."""
    sample = list(itertools.islice(io.StringIO(text, newline=""), _SAMPLE_LINES))
    scores = []
    for delimiter in DELIMITERS:
        counts = [len(cells) for cells in csv.reader(sample, delimiter=delimiter) if any(cells)]
        if counts and counts[0] > 1:
            even = sum(count == counts[0] for count in counts) / len(counts)
            scores.append((even, counts[0], delimiter))
    return max(scores)[2] if scores else ","


def _read_records(text: str, delimiter: str, first_line: int, where: str) -> tuple[_Records, tuple[FileNote, ...]]:
    try:
        return _collect(text, delimiter, first_line, where, strict=True), ()
    except csv.Error as error:
        found = _collect(text, delimiter, first_line, where, strict=False)
        note = FileNote(
            "warning",
            code="stray-quote",
            message=f"text stands after a closing quote ({error})",
            done="read as if it stood inside the quotes",
            advice="write a quote inside quotes twice, or export the file again",
        )
        return found, (note,)


def _collect(text: str, delimiter: str, first_line: int, where: str, *, strict: bool) -> _Records:
    lines = itertools.chain((match[0] for match in _LINE.finditer(text)), [_END])
    reader = csv.reader(lines, delimiter=delimiter, strict=strict)
    header: list[str] = []
    odd: dict[int, tuple[int, list[str]]] = {}
    blocks: list[list[Cells]] = []
    block: list[list[str]] = []  # of lists that live longer, the garbage collector would look at every one again
    last: list[str] = []
    blank, cell_count, count, line, last_line = 0, 0, 0, first_line, first_line
    for cells in reader:
        if any(cells):
            if len(block) == _ROWS_AT_ONCE:
                blocks.append(_to_arrays(block))
                block = []
            if not count:
                header = cells
            elif len(cells) == len(header):
                block.append(cells)
            else:
                odd[count - 1] = (line, cells)
                block.append([*cells[: len(header)], *[""] * (len(header) - len(cells))])
            last, last_line, count = cells, line, count + 1
            cell_count += len(cells)
            if cell_count > MAX_CELLS or count > MAX_ROWS:
                raise SurveyError(f"{where}: more than {count} rows of {len(cells)} cells", "cut out the town")
        else:
            blank += 1
        line = first_line + reader.line_num
    _require_end(last, last_line, where)
    if count < 2:
        raise SurveyError(f"{where} is empty", "ask for the file again")
    odd.pop(count - 2, None)
    blocks.append(_to_arrays(block[:-1], len(header)))
    return _Records(header, [np.concatenate(parts) for parts in zip(*blocks, strict=True)], odd, blank)


def _to_arrays(block: list[list[str]], width: int = 0) -> list[Cells]:
    """Columns of some records; as many as stated where there are none."""
    arrays = []
    for column in zip(*block, strict=True) if block else [()] * width:
        values = np.empty(len(block), dtype=object)
        values[:] = [cell or None for cell in column]
        arrays.append(values)
    return arrays


def _require_end(last: list[str], line: int, where: str) -> None:
    if last != [_END]:
        raise SurveyError(
            f"{where}: a quote opened in the record of line {line} is never closed", "export the file again"
        )


def _name_columns(header: Sequence[str], where: str) -> tuple[list[str], tuple[FileNote, ...]]:
    """Trimmed and distinct names of the columns."""
    if len(header) > MAX_COLUMNS:
        raise SurveyError(f"{where} has {len(header)} columns; at most {MAX_COLUMNS} are read", "check its delimiter")
    delivered = {cell.strip() for cell in header}
    names: list[str] = []
    notes = []
    for position, cell in enumerate(header, start=1):
        name = free = cell.strip() or f"column_{position}"
        if name in names:
            free = _free_name(name, delivered.union(names))
            message = f"two columns are named {name}"
            notes.append(
                FileNote("warning", code="duplicate-column", message=message, done=f"the later one is called {free}")
            )
        names.append(free)
    return names, tuple(notes)


def _to_columns(names: list[str], records: _Records, delimiter: str) -> tuple[dict[str, Cells], tuple[RowNote, ...]]:
    """Columns by name, surplus cells in one of their own; what is said of records of another length."""
    width = len(names)
    short = [row for row, (_, cells) in records.odd.items() if len(cells) < width]
    long = [row for row, (_, cells) in records.odd.items() if any(cells[width:])]
    said = {
        row: f"line {line} has {len(cells)} cells, the header {width}: {_shown(delimiter.join(cells))}"
        for row, (line, cells) in records.odd.items()
    }
    columns = dict(zip(names, records.columns, strict=True))
    if long:
        surplus = np.full(len(records.columns[0]), None, dtype=object)
        surplus[long] = [delimiter.join(records.odd[row][1][width:]) for row in long]
        columns[_free_name(SURPLUS_COLUMN, set(names))] = surplus
    return columns, (
        RowNote(
            "warning",
            code="row-too-short",
            rows=np.array(short, dtype=np.int64),
            messages=tuple(said[row] for row in short),
            done="the last cells are taken as empty",
            advice="check that no cell of this row is missing in the middle",
        ),
        RowNote(
            "error",
            code="row-too-long",
            rows=np.array(long, dtype=np.int64),
            messages=tuple(said[row] for row in long),
            done="row set aside: nothing tells which cell belongs to which column",
            advice="write cells that hold the delimiter in quotes",
            set_aside=True,
        ),
    )


def _free_name(name: str, taken: set[str]) -> str:
    """A name that is not taken: itself, or with the first free number behind it."""
    return next(free for free in (name, *(f"{name}_{k}" for k in range(2, len(taken) + 3))) if free not in taken)


def _untrimmed(columns: dict[str, Cells]) -> tuple[FileNote, ...]:
    """A note on cells with spaces around them; they are compared and read without, and kept as delivered."""
    counts = {
        name: sum(1 for cell in cells.tolist() if cell is not None and cell != cell.strip())
        for name, cells in columns.items()
    }
    shown = ", ".join(f"{name} ({count})" for name, count in counts.items() if count)
    if not shown:
        return ()
    message = f"cells with spaces around them, by column: {_shown(shown)}"
    return (FileNote("note", code="untrimmed", message=message, done="read without them"),)


def _shown(text: str) -> str:
    """A text for a message, on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
