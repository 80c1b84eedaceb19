"""Writes sheets into a workbook: formats, filters, pages; texts stay texts."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from cardio.exporters.cells import MONEY, YEAR, Cell, Formula, Heading, Input, Number, Sheet, ToFill
from gis_layers import CardioError

MOST_ROWS = 1_048_576  # a sheet's rows
MOST_TEXT = 32_767  # a cell's characters
TO_FILL = "#FFF2CC"
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
PAGE_OF_PAGES = "&C&A&R&P / &N"
LONGEST_FOOTER = 200  # of the 255 characters that a footer may have
ALL_CELLS = f"A1:XFD{MOST_ROWS}"


@dataclass(frozen=True)
class Imprint:
    """What a workbook says of itself: its title, printed on each page, and when it was made (ISO 8601)."""

    title: str
    created: str

    @classmethod
    def of(cls, summary: Mapping[str, Any]) -> Imprint:
        """Return that of a plan."""
        parts = [str(summary[name]) for name in ("study", "scenario") if summary[name]]
        return cls(" – ".join(parts), str(summary["created"]))

    def properties(self) -> dict[str, Any]:
        """Return the properties of the document; dated by the plan, so that the same plan gives the same bytes."""
        created = datetime.datetime.fromisoformat(self.created).astimezone(datetime.UTC)
        return {"title": self.title, "author": "", "created": created.replace(tzinfo=None)}

    def footer(self) -> str:
        """Return the footer of a page: title, sheet, page of pages."""
        title = self.title[:LONGEST_FOOTER].replace("&", "&&")
        return (f"&L{title}" if title else "") + PAGE_OF_PAGES


def write_book(sheets: Mapping[str, Sheet], path: Path, imprint: Imprint | None = None) -> None:
    """Write a workbook.

    Parameters
    ----------
    sheets : mapping of str to Sheet
        By name, in their order.
    path : Path
    imprint : Imprint, optional

    Raises
    ------
    CardioError
        Something needs more rows than a sheet has.
    """
    with xlsxwriter.Workbook(path, OPTIONS) as book:
        formats = _Formats(book)
        if imprint is not None:
            book.set_properties(imprint.properties())
        for name, sheet in sheets.items():
            target = book.add_worksheet(name)
            _write_sheet(target, name, sheet, formats)
            _set_page(target, sheet, imprint)


class _Formats:
    """Formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def number(self, pattern: str) -> Any:
        return self.get(num_format=pattern, valign="top") if pattern else self.get(valign="top")

    def text(self, *, wrapped: bool) -> Any:
        return self.get(text_wrap=True, valign="top") if wrapped else self.get(valign="top")

    def header(self) -> Any:
        return self.get(bold=True, bottom=1, text_wrap=True, valign="top")


def _write_sheet(target: Worksheet, name: str, sheet: Sheet, formats: _Formats) -> None:
    for number, column in enumerate(sheet.columns):
        target.set_column(number, number, column.width)
    is_table = sheet.header_row is None
    if is_table:
        target.write_row(0, 0, [column.header for column in sheet.columns], formats.header())
    first, count = int(is_table), 0
    for count, row in enumerate(sheet.rows, start=1):
        if first + count > MOST_ROWS:
            raise CardioError(f"sheet {name} would need more than {MOST_ROWS} rows", "split the study by district")
        for number, cell in enumerate(row):
            if isinstance(cell, str):
                # a long text of a table wraps in its column; elsewhere it runs on over the empty cells beside it
                wrapped = is_table and len(cell) > sheet.columns[number].width
                _write_text(target, first + count - 1, number, cell, formats.text(wrapped=wrapped))
            else:
                _write_cell(target, first + count - 1, number, cell, sheet.columns[number].format, formats)
    if is_table and count:
        target.autofilter(f"A1:{xl_col_to_name(len(sheet.columns) - 1)}{count + 1}")
    target.ignore_errors({"number_stored_as_text": ALL_CELLS})  # ids and accounts are texts


def _set_page(target: Worksheet, sheet: Sheet, imprint: Imprint | None) -> None:
    """Keep the header in sight and on every page; print landscape, as wide as the paper, pages numbered."""
    header_row = sheet.header_row or 0
    target.freeze_panes(header_row + 1, 0)
    target.repeat_rows(header_row)
    target.set_landscape()
    target.set_paper(9)  # A4
    target.fit_to_pages(1, 0)
    target.set_footer(imprint.footer() if imprint is not None else PAGE_OF_PAGES)


def _write_text(target: Worksheet, row: int, column: int, text: str, look: Any) -> None:
    # xlsxwriter would cut a longer text without a word
    target.write_string(row, column, text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…", look)


def _write_cell(target: Worksheet, row: int, column: int, cell: Cell, pattern: str, formats: _Formats) -> None:
    if isinstance(cell, Formula):
        target.write_formula(row, column, cell.text, formats.number(cell.format or pattern), cell.value)
    elif isinstance(cell, Heading):
        if isinstance(cell.value, str):
            target.write_string(row, column, cell.value, formats.header())
        else:
            target.write_number(row, column, cell.value, formats.get(bold=True, bottom=1, num_format=YEAR))
    elif isinstance(cell, Number):
        target.write_number(row, column, cell.value, formats.number(cell.format))
    elif isinstance(cell, Input):
        _write_input(target, row, column, cell, formats)
    elif isinstance(cell, ToFill):
        _write_to_fill(target, row, column, cell, formats)
    elif cell is not None and not isinstance(cell, str) and math.isfinite(cell):
        target.write_number(row, column, cell, formats.number(pattern))


def _write_input(target: Worksheet, row: int, column: int, cell: Input, formats: _Formats) -> None:
    look = formats.get(num_format=cell.format or "General", bg_color=TO_FILL, border=1, align="right")
    if isinstance(cell.value, str):
        target.write_string(row, column, cell.value, look)
    elif cell.value is None:
        target.write_blank(row, column, None, look)
    else:
        target.write_number(row, column, cell.value, look)


def _write_to_fill(target: Worksheet, row: int, column: int, cell: ToFill, formats: _Formats) -> None:
    if not cell.error:
        target.write_blank(row, column, None, formats.get(bg_color=TO_FILL, border=1))
        return
    target.write_blank(row, column, None, formats.get(bg_color=TO_FILL, border=1, num_format=MONEY))
    target.data_validation(
        row,
        column,
        row,
        column,
        {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": cell.error},
    )
