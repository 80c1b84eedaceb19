"""From a table to rows of a price list: items are read, titles passed over, everything wrong is told with its cell."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cardio.price_lists.amounts import decimal_sign, header_currencies, read_amount
from cardio.price_lists.headers import Header, find_header
from cardio.price_lists.rows import ListFormat, PriceRows, complain_of_key, wrong_key
from cardio.price_lists.table import Cell, MergedRange, Table, Unreadable
from cardio.price_lists.units import read_unit
from cardio.study_yaml import KeyPath, shown

AMOUNTS = ("low", "typical", "high")
NUMBERS = ("lifetime_years", "vat_rate")
NONE = "none"  # a lifetime that takes away the one of the row that is replaced
LISTS = ("opex",)
_YES_NO = {
    **dict.fromkeys(("true", "yes", "oui", "vrai", "x", "1"), True),
    **dict.fromkeys(("false", "no", "non", "faux", "0"), False),
}


def read_table_rows(table: Table, form: ListFormat) -> PriceRows:
    """Read the rows of a price list from a table.

    Parameters
    ----------
    table : Table
    form : ListFormat

    Raises
    ------
    StudyError
        As `find_header`. What is wrong in single rows stands in the complaints of the result.
    """
    header = find_header(table, form.columns)
    reading = _Reading(table, header, form, _decimal(table, header))
    reading.check_currencies()
    for row in table.rows:
        if row > header.row:
            reading.take(row)
    return PriceRows(
        entries=reading.entries,
        places=reading.places,
        notes=tuple(_notes(reading)),
        complaints=tuple(reading.complaints),
        wrong_places=frozenset(reading.wrong),
    )


def _decimal(table: Table, header: Header) -> str:
    columns = [header.columns[key] for key in AMOUNTS if key in header.columns]
    cells = (table.cell(row, column) for row in table.rows if row > header.row for column in columns)
    return decimal_sign(cell for cell in cells if isinstance(cell, str))


def _notes(reading: _Reading) -> Iterator[str]:
    name = reading.table.source
    yield f"{name}: {len(reading.entries)} prices read, header in row {reading.header.row}"
    if reading.titles:
        yield f"{name}: {_counted(reading.titles)} without unit and price taken for titles"
    if reading.header.ignored:
        yield f"{name}: columns not read: {', '.join(reading.header.ignored)}"


def _counted(rows: list[int]) -> str:
    listed = ", ".join(str(row) for row in rows[:10]) + (", ..." if len(rows) > 10 else "")
    return f"{len(rows)} row{'s' if len(rows) > 1 else ''} ({listed})"


@dataclass
class _Reading:
    """Rows read so far."""

    table: Table
    header: Header
    form: ListFormat
    decimal: str
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: dict[KeyPath, str] = field(default_factory=dict)
    titles: list[int] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)
    rows: dict[str, int] = field(default_factory=dict)
    told: set[MergedRange] = field(default_factory=set)

    def check_currencies(self) -> None:
        """Complain of columns of amounts whose header names another currency than the study's."""
        for key in AMOUNTS:
            if key in self.header.columns:
                header = self.table.cell(self.header.row, self.header.columns[key])
                for code in header_currencies(str(header)) - {self.form.currency}:
                    self._complain(
                        self.header.row, key, f"{key} is in {code}, the study counts in {self.form.currency}"
                    )

    def take(self, row: int) -> None:
        """Take the next row."""
        cells = {key: self.table.cell(row, column) for key, column in self.header.columns.items()}
        if all(cell is None for cell in cells.values()) or self._repeats_header(cells):
            return
        if all(cells.get(key) is None for key in ("unit", "brackets", *AMOUNTS)):
            self.titles.append(row)
            return
        merged = {key for key, merge in self._merges(row) if self._complain_of_merge(row, key, merge)}
        key = None if "key" in merged else self._key(row, cells["key"])
        values = dict(self._values(row, {name: cell for name, cell in cells.items() if name not in ("key", *merged)}))
        self._require(row, cells, merged)
        if key is not None:
            self._add(key, row, values)

    def _require(self, row: int, cells: Mapping[str, Cell], merged: set[str]) -> None:
        """Complain of an item without unit or price, which would else inherit those of a shipped row."""
        if cells["unit"] is None and "unit" not in merged:
            self._complain(row, "unit", "unit: missing")
        if cells["typical"] is None and cells.get("brackets") is None and "typical" not in merged:
            self._complain(row, "typical", "typical: no unit price, but a unit")

    def _repeats_header(self, cells: Mapping[str, Cell]) -> bool:
        """Whether a row says the header again, as on top of each printed page."""
        return all(self.table.cell(self.header.row, self.header.columns[key]) == cell for key, cell in cells.items())

    def _merges(self, row: int) -> Iterator[tuple[str, MergedRange]]:
        """Yield the columns of a row that merged cells make unclear.

        A label merged to the right over columns that are not read is clear.
        """
        for merge in self.table.merges_at(row):
            touched = [
                key for key, column in self.header.columns.items() if merge.first_column <= column <= merge.last_column
            ]
            alone = len(touched) == 1 and self.header.columns[touched[0]] == merge.first_column
            if not (alone and merge.first_row == merge.last_row):
                yield from ((key, merge) for key in touched)

    def _complain_of_merge(self, row: int, key: str, merge: MergedRange) -> bool:
        if merge not in self.told:
            self.told.add(merge)
            self._complain(row, key, f"merged cells {merge.name}: unmerge them, each row needs its own values")
        self.wrong.add(self.table.place(row, self.header.columns[key]))
        return True

    def _complain(self, row: int, key: str, words: str) -> None:
        place = self.table.place(row, self.header.columns[key])
        self.wrong.add(place)
        self.complaints.append(f"{place}: {words}")

    def _key(self, row: int, cell: Cell) -> str | None:
        """Return the price key of an item; None after a complaint."""
        if isinstance(cell, Unreadable):
            self._complain(row, "key", cell.words)
            return None
        if cell is None:
            self._complain(row, "key", "no number or key, but a unit or a price: give it one, or empty the row")
            return None
        key = as_text(cell)
        if wrong := wrong_key(key):
            self.complaints.append(complain_of_key(self.table.place(row, self.header.columns["key"]), key, wrong))
            return None
        if key in self.rows:
            hint = "" if isinstance(cell, str) else "; numbers lose their last zeros: write keys as text"
            self._complain(row, "key", f"{shown(key)}: given twice, first in row {self.rows[key]}{hint}")
            return None
        self.rows[key] = row
        return key

    def _values(self, row: int, cells: Mapping[str, Cell]) -> Iterator[tuple[str, Any]]:
        for name, cell in cells.items():
            if cell is None:
                continue
            try:
                yield name, self._value(row, name, cell)
            except ValueError as error:
                self._complain(row, name, f"{name}: {error}")
                if name == "brackets":  # which stand for the unit price
                    self.wrong.add(self.table.place(row, self.header.columns["typical"]))

    def _value(self, row: int, name: str, cell: Cell) -> Any:
        if isinstance(cell, Unreadable):
            raise ValueError(cell.words)
        if name in AMOUNTS:
            shown_currency = self.table.currencies.get((row, self.header.columns[name]), self.form.currency)
            if shown_currency != self.form.currency:
                raise ValueError(f"is in {shown_currency}, the study counts in {self.form.currency}")
        if name in (*AMOUNTS, *NUMBERS):
            return self._number(name, cell)
        if name == "brackets":
            return tuple(self._bracket(part) for part in _parts(as_text(cell)))
        if name == "unit":
            return read_unit(as_text(cell))
        if name == "assumed":
            return _yes_or_no(cell)
        return _parts(as_text(cell)) if name in LISTS else as_text(cell)

    def _bracket(self, text: str) -> dict[str, Any]:
        """Read ``from: typical`` or ``from: low / typical / high``."""
        start, colon, amounts = text.partition(":")
        parts = amounts.split("/")
        if not colon or len(parts) not in (1, 3):
            raise ValueError(
                f"should be like 0: 20; 100: 15, or 0: 15 / 20 / 25 with low and high (is {shown(text)!r})"
            )
        names = ("typical",) if len(parts) == 1 else AMOUNTS
        texts = {"from": start, **dict(zip(names, parts, strict=True))}
        return {name: self._number(name, part.strip()) for name, part in texts.items()}

    def _number(self, name: str, cell: Cell) -> Any:
        if isinstance(cell, datetime.date):
            raise ValueError(f"is a date ({as_text(cell)}): write a number, and format the cell as one")
        if isinstance(cell, str) and name == "vat_rate" and cell.endswith("%"):
            percent = read_amount(cell.removesuffix("%"), decimal=self.decimal, currency=self.form.currency)
            return float(Decimal(str(percent)).scaleb(-2))
        if name == "lifetime_years" and cell == NONE:
            return cell
        if isinstance(cell, str):
            return read_amount(cell, decimal=self.decimal, currency=self.form.currency)
        return cell

    def _add(self, key: str, row: int, values: dict[str, Any]) -> None:
        if "source" not in self.header.columns and not values.get("assumed"):
            values["source"] = f"{self.table.source}, row {row}"  # the list itself is where the price comes from
        if self.form.dated is not None:
            values.setdefault("dated", self.form.dated)
        self.entries[key] = values
        self.places[(key,)] = self.table.place(row)
        for name, column in self.header.columns.items():
            self.places[(key, name)] = self.table.place(row, column)


def as_text(cell: Cell) -> str:
    """Return a cell as text: whole numbers without decimals, dates as 2026-01-31."""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _yes_or_no(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    text = as_text(cell).casefold()
    if text not in _YES_NO:
        raise ValueError(f"should be yes or no (is {shown(as_text(cell))!r})")
    return _YES_NO[text]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
