"""What a sheet of a workbook is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MONEY, SHARE, QUANTITY, YEAR = "#,##0.00", "0.0%", "#,##0.00", "0"


@dataclass(frozen=True)
class Formula:
    """A formula, the value that readers see before they recalculate, and a number format other than the column's."""

    text: str
    value: float | str
    format: str = ""


@dataclass(frozen=True)
class Number:
    """A number with a format other than the column's."""

    value: float
    format: str


@dataclass(frozen=True)
class Input:
    """A rule or rate that the reader may change, coloured; None for a blank."""

    value: float | str | None
    format: str = ""


@dataclass(frozen=True)
class Heading:
    """A bold text, or a bold year."""

    value: str | int


@dataclass(frozen=True)
class ToFill:
    """A cell left blank for the reader to fill in; with an error text it takes numbers from 0 up only."""

    error: str = ""


@dataclass(frozen=True)
class Column:
    """Header, width in characters and number format of a column."""

    header: str
    width: int = 14
    format: str = ""


Cell = str | float | bool | Formula | Number | Input | Heading | ToFill | None


@dataclass(frozen=True)
class Sheet:
    """Columns and rows of a sheet.

    Attributes
    ----------
    columns : sequence of Column
    rows : iterable of sequence of Cell
    header_row : int or None
        Row of `rows` that stays in sight and is printed on every page. None: the headers of the columns are written
        above the rows, with a filter.
    """

    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    header_row: int | None = None


def cell_range(sheet: str, column: str, count: int) -> str:
    """Return the range of a column of a sheet below its header, at least one cell."""
    return f"{sheet}!${column}$2:${column}${max(2, count + 1)}"
