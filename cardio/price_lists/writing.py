"""A price list as a file that reads back to the same prices: YAML, CSV or workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from cardio.exporters.files import write_files
from cardio.price_lists.csv_rows import GUARD, GUARDED
from cardio.price_lists.headers import REQUIRED
from cardio.price_lists.rows import NO_BREAK_SPACES
from cardio.study_yaml import resolve
from costing import Bracket, Price, sourced_prices
from gis_layers import StudyError

AMOUNT_NAMES = ("low", "typical", "high")
# Order of columns; those that hold nothing are left out.
COLUMNS = (
    "key", "label", "unit", *AMOUNT_NAMES, "brackets", "currency", "source", "assumed", "why", "dated", "index",
    "opex", "lifetime_years", "vat_rate", "vat_regime", "account", "family", "lot", "grade",
)  # fmt: skip
WIDTHS = {"key": 24, "label": 48, "source": 60, "why": 40, "brackets": 32, "opex": 24}
AMOUNT_FORMAT = "#,##0.00####"
Row = dict[str, Any]
# Texts that YAML takes as they are, unless they are words of its own.
_WORD = re.compile(r"[A-Za-z][A-Za-z_]*(/year)?")


def write_price_list(
    prices: Iterable[Price], file: Path, *, currency: str, revised: bool = False, force: bool = False
) -> None:
    """Write prices in the format that the extension tells, whole or not at all.

    Parameters
    ----------
    prices : iterable of Price
    file : Path
    currency : str
        ISO 4217 code; written into every row, so that no other study takes its amounts for its own.
    revised : bool
        Whether indices have a part in the amounts: each row then says that no index revises it again.
    force : bool
        Whether a file there is replaced.

    Raises
    ------
    StudyError
        Another extension, a file that is there already, or one that cannot be written.
    """
    render = _FORMATS.get(file.suffix.lower())
    if render is None:
        raise StudyError(f"{file}: a price list is written as {', '.join(_FORMATS)}", "choose another --out")
    shipped = sourced_prices()
    rows = [_row(price, currency, revised, shipped.get(price.key)) for price in prices]
    write_files({file: render(rows)}, force=force)


def _row(price: Price, currency: str, revised: bool, shipped: Price | None) -> Row:
    """Return a price as cells, without those that say nothing; what a shipped row would add is taken away."""
    no_lifetime = "none" if shipped is not None and shipped.lifetime_years is not None else None
    cells: Row = {
        "key": price.key,
        "label": price.label,
        "unit": price.unit,
        **_amounts(price),
        "currency": currency,
        "source": "" if price.assumed else price.source,
        "assumed": True if price.assumed else None,
        "why": price.source if price.assumed else "",
        "dated": "" if price.dated is None else price.dated.isoformat(),
        "index": "none" if revised else "",
        "opex": ("none",) if price.no_opex else tuple(row.key for row in price.opex),
        "lifetime_years": price.lifetime_years or no_lifetime,
        "vat_rate": price.vat_rate,
        "vat_regime": price.vat_regime,
        "account": price.account,
        "family": price.family,
        "lot": price.lot,
        "grade": price.grade,
    }
    return {name: value for name, value in cells.items() if value not in ("", None, ())}


def _amounts(price: Price) -> Row:
    if price.brackets:
        return {"brackets": tuple({"from": each.from_quantity, **_range(each)} for each in price.brackets)}
    return _range(price)


def _range(price: Price | Bracket) -> Row:
    return {"low": price.low_eur, "typical": price.typical_eur, "high": price.high_eur}


def _yaml(rows: Sequence[Row]) -> str:
    return "\n".join(line for row in rows for line in _yaml_lines(row)) + "\n" if rows else "{}\n"


def _yaml_lines(row: Row) -> Iterable[str]:
    yield f"{_yaml_value(row['key'])}:"
    for name, value in row.items():
        if name == "brackets":
            yield "  brackets:"
            yield from (f"    - {_yaml_mapping(each)}" for each in value)
        elif name != "key":
            yield f"  {name}: {_yaml_value(value)}"


def _yaml_mapping(cells: Mapping[str, Any]) -> str:
    return f"{{{', '.join(f'{name}: {_yaml_value(value)}' for name, value in cells.items())}}}"


def _yaml_value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_yaml_value(part) for part in value)}]"
    if isinstance(value, str):
        if _WORD.fullmatch(value) and resolve(value) == value:
            return value
        return f'"{"".join(_yaml_char(char) for char in value)}"'
    return str(value).lower() if isinstance(value, bool) else _plain(value)


def _yaml_char(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() or char in NO_BREAK_SPACES else f"\\U{ord(char):08x}"


def _plain(number: float) -> str:
    """Return a number without exponent: 0.000001."""
    return format(Decimal(str(number)).normalize(), "f")


def _unmistakable(number: float) -> str:
    """Return a number that no reader takes for thousands: 1.2340, as 1.234 could be 1234."""
    text = _plain(number)
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _cell(name: str, value: Any) -> Any:
    """Return the value of a cell of a table: a text, a number or a flag."""
    if name == "opex":
        return "; ".join(value)
    if name == "brackets":
        return "; ".join(
            f"{_unmistakable(each['from'])}: {' / '.join(_unmistakable(each[part]) for part in AMOUNT_NAMES)}"
            for each in value
        )
    return value


def _table(rows: Sequence[Row]) -> tuple[list[str], list[list[Any]]]:
    """Return the headers of the columns that hold something, and the rows."""
    columns = [name for name in COLUMNS if name in REQUIRED or any(name in row for row in rows)]
    return columns, [[_cell(name, row[name]) if name in row else None for name in columns] for row in rows]


def _csv(rows: Sequence[Row]) -> bytes:
    columns, cells = _table(rows)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows([_csv_cell(value) for value in row] for row in cells)
    return stream.getvalue().encode("utf-8-sig")  # without a byte order mark, spreadsheets garble accents


def _csv_cell(value: Any) -> str:
    if isinstance(value, str):
        return f"{GUARD}{value}" if value.lstrip().startswith(GUARDED) else value
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else _unmistakable(value)


def _workbook(rows: Sequence[Row]) -> bytes:
    columns, cells = _table(rows)
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet("Prices")
        bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": AMOUNT_FORMAT})
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, columns, bold)
        for number, name in enumerate(columns):
            sheet.set_column(number, number, WIDTHS.get(name, 14), amount if name in AMOUNT_NAMES else None)
        for number, row in enumerate(cells, start=1):
            sheet.write_row(number, 0, row)
    return content.getvalue()


_FORMATS: Mapping[str, Callable[[Sequence[Row]], str | bytes]] = {".yaml": _yaml, ".csv": _csv, ".xlsx": _workbook}
