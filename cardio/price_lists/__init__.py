"""Price lists as a town has them: one module per format, told apart by extension."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from cardio.price_lists.csv_rows import read_csv_rows
from cardio.price_lists.headers import USUAL
from cardio.price_lists.rows import NO_ROWS, ListFormat, PriceRows
from cardio.price_lists.workbook_rows import read_workbook_rows
from cardio.price_lists.yaml_rows import read_yaml_rows
from gis_layers import StudyError

__all__ = ["NO_ROWS", "PRICE_COLUMNS", "TABLES", "WORKBOOKS", "ListFormat", "PriceRows", "read_price_list"]

PRICE_COLUMNS = tuple(USUAL)
"""What a column of a price list can hold: the price key, and cells of its row."""
WORKBOOKS = (".xlsx", ".xlsm")
TABLES = (".csv", *WORKBOOKS)
_READERS: Mapping[str, Callable[[Path, ListFormat], PriceRows]] = {
    **dict.fromkeys((".yaml", ".yml"), read_yaml_rows),
    ".csv": read_csv_rows,
    **dict.fromkeys(WORKBOOKS, read_workbook_rows),
}


def read_price_list(file: Path, form: ListFormat) -> PriceRows:
    """Read a price list in the format that its extension tells.

    Raises
    ------
    StudyError
        The file cannot be read as a price list at all; wrong rows are told by `PriceRows.require_valid`.
    """
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        known = ", ".join(_READERS)
        raise StudyError(
            f"{file}: no format of a price list ({known})", "open it in a spreadsheet program and save it as .xlsx"
        )
    return reader(file, form)
