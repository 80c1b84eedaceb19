"""A price list as a sheet of a workbook (.xlsx), the form in which most towns have theirs."""

from __future__ import annotations

import datetime
import re
import warnings
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError, iterparse
from zipfile import BadZipFile, ZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import range_boundaries
from openpyxl.utils.escape import unescape

from cardio.price_lists.amounts import SIGNS
from cardio.price_lists.rows import ListFormat, PriceRows
from cardio.price_lists.table import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cell,
    MergedRange,
    Table,
    Unreadable,
    as_cell_text,
    refuse_rows,
)
from cardio.price_lists.table_rows import read_table_rows
from cardio.study_yaml import shown
from gis_layers import StudyError

MOST_UNPACKED_BYTES = 100_000_000
MOST_MERGED = 20_000
# Results of formulas carry noise of binary numbers behind the decimals that prices may have.
NOISE_DECIMALS = 9
ROWS_OF_A_SHEET = 1_048_576
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password
_MERGED = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"
_CURRENCY_FORMAT = re.compile(r'\[\$([^\]\-]+)|"\s*(€|£|Fr\.|[A-Z]{3})\s*"')
# What the parts of a damaged or forged file can raise on the way through zip, XML and the workbook's own rules.
_DAMAGE = (
    BadZipFile, zlib.error, ParseError, EOFError, OSError, RuntimeError, ValueError, TypeError, AttributeError,
    LookupError, OverflowError,
)  # fmt: skip


def read_workbook_rows(file: Path, form: ListFormat) -> PriceRows:
    """Read a sheet of a workbook; values of formulas as they were last stored.

    Raises
    ------
    StudyError
        No workbook, a damaged or oversized one, several sheets and none named, or no header of a price list.
    """
    _require_harmless(file)
    try:
        with warnings.catch_warnings():
            # about styles, validations and print settings, which hold no prices
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
            table = _read_table(file, form.sheet)
    except _DAMAGE as error:
        raise StudyError(f"{file}: a damaged workbook ({shown(str(error))})", "open it and save it again") from error
    return read_table_rows(table, form)


def _require_harmless(file: Path) -> None:
    """Refuse what is no workbook, unpacks to more than any price list, or declares entities.

    Parts of a workbook hold no document type declaration (ECMA-376 part 2, markup of parts); without one, XML has no
    entities to expand.
    """
    try:
        with file.open("rb") as stream:
            if stream.read(4) == _OLD_FORMAT:
                raise StudyError(
                    f"{file}: an old workbook (.xls) or one with a password", "save it as .xlsx without a password"
                )
        with ZipFile(file) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise StudyError(
                    f"{file}: unpacks to more than {MOST_UNPACKED_BYTES} bytes; that is no price list",
                    "copy the sheet of prices into a workbook of its own",
                )
            declaring = next((name for name in archive.namelist() if _declares_type(archive, name)), None)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise StudyError(f"{file}: no workbook ({error})", "save it as .xlsx") from error
    except OSError as error:
        raise StudyError(f"{file}: cannot be read ({error.strerror})", "check the path of the file") from error
    if declaring is not None:
        raise StudyError(f"{file}: {shown(declaring)} declares a document type", "save the workbook again")


def _declares_type(archive: ZipFile, name: str) -> bool:
    if not name.endswith((".xml", ".rels")):
        return False
    content = archive.read(name)
    return any("<!DOCTYPE".encode(encoding) in content for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def _read_table(file: Path, sheet: str | None) -> Table:
    with file.open("rb") as one, file.open("rb") as other:
        values, formulas = _open(one, data_only=True), _open(other, data_only=False)
        title = _choose_sheet(file, values.wb.worksheets, sheet)
        name = f"{file}, sheet {shown(title)}"
        rows: dict[int, Sequence[Cell]] = {}
        currencies: dict[tuple[int, int], str] = {}
        pairs = zip(_cells(values.wb[title]), _cells(formulas.wb[title]), strict=True)
        last: Sequence[Any] = ()
        for number, (stored, written) in enumerate(pairs, start=1):
            if stored is last:  # rows that the file leaves out are one and the same
                continue
            last = stored
            cells = tuple(_value(value, formula) for value, formula in zip(stored, written, strict=True))
            if any(cell is not None for cell in cells):
                rows[number] = _trimmed(cells)
                currencies |= {(number, column): code for column, code in _currencies(stored)}
            if len(rows) > MOST_ROWS:
                raise refuse_rows(name)
        merged = tuple(_merged(file, values, title))
    return Table(name, f"{file.name}, sheet {shown(title)}", rows, merged, currencies)


def _open(stream: BinaryIO, *, data_only: bool) -> ExcelReader:
    reader = ExcelReader(stream, read_only=True, data_only=data_only, keep_links=False)
    reader.read()
    return reader


def _choose_sheet(file: Path, sheets: Sequence[Any], asked: str | None) -> str:
    titles = [str(each.title) for each in sheets]
    listed = ", ".join(shown(each.title) + ("" if each.sheet_state == "visible" else " (hidden)") for each in sheets)
    if asked is not None and asked not in titles:
        raise StudyError(f"{file}: no sheet {shown(asked)!r}; sheets: {listed}", "check prices.sheet")
    if asked is None and len(titles) != 1:
        raise StudyError(f"{file}: {len(titles)} sheets: {listed}", "name one of them in prices.sheet")
    return titles[0] if asked is None else asked


def _cells(sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    rows: Iterator[Sequence[Any]] = sheet.iter_rows(max_col=MOST_COLUMNS, max_row=ROWS_OF_A_SHEET)
    return rows


def _value(stored: Any, written: Any) -> Cell:
    value = stored.value
    if stored.data_type == "e":
        return Unreadable(f"a formula error ({shown(str(value))}): correct it and save the workbook")
    if value is None and written.data_type == "f":
        return Unreadable("a formula without a stored result: open the workbook, recalculate and save it")
    if isinstance(value, str):
        return as_cell_text(unescape(value))
    if isinstance(value, float):
        return round(value, NOISE_DECIMALS)
    known = value is None or isinstance(value, datetime.date | int)
    return value if known else Unreadable(f"a time ({shown(str(value))}): write a number or a date")


def _trimmed(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    last = max(column for column, cell in enumerate(cells) if cell is not None)
    return tuple(cells[: last + 1])


def _currencies(cells: Sequence[Any]) -> Iterator[tuple[int, str]]:
    """Yield the currencies that formats of numbers show, by column."""
    for column, cell in enumerate(cells, start=1):
        if isinstance(cell.value, int | float) and (match := _CURRENCY_FORMAT.search(cell.number_format or "")):
            sign = (match[1] or match[2]).strip()
            yield column, SIGNS.get(sign, sign)


def _merged(file: Path, reader: ExcelReader, title: str) -> Iterator[MergedRange]:
    """Yield the merged cells of a sheet, which a reader that streams passes over."""
    part = next(relation.target for sheet, relation in reader.parser.find_sheets() if sheet.name == title)
    count = 0
    with reader.archive.open(part) as stream:
        for _, element in iterparse(stream):  # noqa: S314 (no part declares entities: `_require_harmless`)
            if element.tag == _MERGED:
                first_column, first_row, last_column, last_row = range_boundaries(element.get("ref"))
                yield MergedRange(first_row, last_row, first_column, last_column)
                count += 1
            if count > MOST_MERGED:
                raise StudyError(f"{file}, sheet {shown(title)}: more than {MOST_MERGED} merged cells", "unmerge them")
            element.clear()
