"""A table as it stands in a file: one sheet of a workbook, or a CSV file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gis_layers import StudyError

MOST_ROWS = 20_000
MOST_COLUMNS = 100


@dataclass(frozen=True)
class Unreadable:
    """What stands in a cell that has no value, in words."""

    words: str


Cell = str | int | float | bool | datetime.date | Unreadable | None


@dataclass(frozen=True)
class MergedRange:
    """Merged cells; rows and columns count from 1, the last ones are included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def name(self) -> str:
        """As a spreadsheet writes it: ``A5:B7``."""
        first, last = column_letter(self.first_column), column_letter(self.last_column)
        return f"{first}{self.first_row}:{last}{self.last_row}"


@dataclass(frozen=True)
class Table:
    """A table as it stands in a file.

    Attributes
    ----------
    name : str
        Where it is: ``bpu.xlsx, sheet BPU``.
    source : str
        The same for outputs, without the folder.
    rows : mapping of int to sequence of Cell
        Number of the row, 1 first -> its cells from column A; rows without any value are left out.
    merged : tuple of MergedRange
    currencies : mapping of (row, column) to str
        Currencies that the number formats of cells show.
    """

    name: str
    source: str
    rows: Mapping[int, Sequence[Cell]]
    merged: tuple[MergedRange, ...] = ()
    currencies: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def place(self, row: int, column: int | None = None) -> str:
        """Return where a row or a cell is, for messages."""
        where = f"{self.name}, row {row}"
        return where if column is None else f"{where}, column {column_letter(column)}"

    def cell(self, row: int, column: int) -> Cell:
        """Return the value of a cell, None beyond the end of its row."""
        cells = self.rows[row]
        return cells[column - 1] if column <= len(cells) else None

    def merges_at(self, row: int) -> list[MergedRange]:
        """Return the merged cells that touch a row, at most as many as a row has cells."""
        first, last = self._merged_rows
        touching = np.flatnonzero((first <= row) & (row <= last))[:MOST_COLUMNS]
        return [self.merged[number] for number in touching.tolist()]

    @cached_property
    def _merged_rows(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        rows = np.array([(each.first_row, each.last_row) for each in self.merged], dtype=np.int64).reshape(-1, 2)
        return rows[:, 0], rows[:, 1]


def column_letter(column: int) -> str:
    """Return the letters of a column as spreadsheets write them: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def as_cell_text(text: str) -> str | None:
    """Return the text of a cell on one line without blanks around it, None where nothing is left.

    No-break spaces inside stay: French texts hold them.
    """
    return re.sub(r" *[\t\r\n\v\f]+ *", " ", text).strip() or None


def refuse_rows(name: str) -> StudyError:
    """Return the error of a table that has too many rows."""
    return StudyError(
        f"{name}: more than {MOST_ROWS} rows; that is no price list", "keep the rows of prices, and name that file"
    )
