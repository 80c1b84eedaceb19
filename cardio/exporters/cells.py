"""What a sheet of the workbook is made of."""

from __future__ import annotations

from dataclasses import dataclass

MONEY, SHARE, QUANTITY = "#,##0.00", "0.0%", "#,##0.00"


@dataclass(frozen=True)
class Formula:
    """A formula, the value that readers see before they recalculate, and a number format other than the column's."""

    text: str
    value: float
    format: str = ""


@dataclass(frozen=True)
class Column:
    """Header, width in characters and number format of a column."""

    header: str
    width: int = 14
    format: str = ""


Cell = str | float | bool | Formula | None


def cell_range(sheet: str, column: str, count: int) -> str:
    """Return the range of a column of a sheet below its header, at least one cell."""
    return f"{sheet}!${column}$2:${column}${max(2, count + 1)}"
