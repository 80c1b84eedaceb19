"""CSV files that are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

# a spreadsheet takes cells that start so for formulas
FORMULA_STARTS = ("=", "+", "-", "@")


def write_csv(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    path: Path,
    *,
    decimals: int = 3,
    byte_order_mark: bool = True,
) -> None:
    """Write rows of texts and numbers as UTF-8, by default with a byte order mark: spreadsheets garble accents without.

    Texts that a spreadsheet would run as a formula get a leading apostrophe; missing numbers are empty cells, others
    have at most `decimals` decimals.
    """
    with path.open("w", encoding="utf-8-sig" if byte_order_mark else "utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows([_cell(value, decimals) for value in row] for row in rows)


def _cell(value: Any, decimals: int) -> Any:
    if isinstance(value, str):
        # some spreadsheets pass over leading blanks, so a blank does not make the formula behind it safe
        risky = value.lstrip().startswith(FORMULA_STARTS) or value.startswith(("\t", "\r", "\n"))
        return f"'{value}" if risky else value
    if value is None:
        return ""
    if isinstance(value, float):
        return round(value, decimals) if math.isfinite(value) else ""
    return value
