"""A price list as CSV, however a spreadsheet program of the town saved it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import Path

from cardio.price_lists.headers import count_columns
from cardio.price_lists.rows import ListFormat, PriceRows
from cardio.price_lists.table import MOST_COLUMNS, MOST_ROWS, Cell, Table, as_cell_text, refuse_rows
from cardio.price_lists.table_rows import read_table_rows
from gis_layers import StudyError

GREATEST_BYTES = 20_000_000
SEPARATORS = (";", ",", "\t")
# A text that a spreadsheet would run as a formula is written behind an apostrophe.
GUARD, GUARDED = "'", ("=", "+", "-", "@", "'")


def read_csv_rows(file: Path, form: ListFormat) -> PriceRows:
    """Read a CSV file; separator, encoding and decimal sign are told from its content.

    Raises
    ------
    StudyError
        No text, no table, or no header of a price list.
    """
    text = _decode(file)
    tables: list[Table] = []
    broken = ""
    for separator in SEPARATORS:
        try:
            tables.append(Table(str(file), file.name, _rows(text, separator, str(file))))
        except csv.Error as error:
            broken = str(error)
    best = max(tables, key=lambda table: count_columns(table, form.columns), default=None)
    if best is None or (broken and not count_columns(best, form.columns)):
        raise StudyError(f"{file}: no CSV table ({broken})", "check its quotes, or save it again as CSV")
    return read_table_rows(best, form)


def _decode(file: Path) -> str:
    """Read UTF-8, UTF-16 where a byte order mark says so, else the encoding of spreadsheets in western Europe."""
    try:
        if file.stat().st_size > GREATEST_BYTES:
            raise StudyError(f"{file}: larger than {GREATEST_BYTES} bytes", "is it the right file?")
        content = file.read_bytes()
    except OSError as error:
        raise StudyError(f"{file}: cannot be read ({error.strerror})", "check the path of the file") from error
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise StudyError(f"{file}: neither UTF-8 nor Windows-1252 text", "save it again as CSV UTF-8")


def _rows(text: str, separator: str, name: str) -> dict[int, Sequence[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: dict[int, Sequence[Cell]] = {}
    for number, record in enumerate(reader, start=1):
        cells = tuple(as_cell_text(_unguarded(cell)) for cell in record[:MOST_COLUMNS])
        if any(cell is not None for cell in cells):
            rows[number] = cells
        if len(rows) > MOST_ROWS:
            raise refuse_rows(name)
    return rows


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith(GUARD) and text[1:].lstrip().startswith(GUARDED) else text
