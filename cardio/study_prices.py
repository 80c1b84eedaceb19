"""Prices of a study: what its section says of dates, indices and shipped prices, checked and read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from cardio.price_lists import NO_ROWS, PRICE_COLUMNS, TABLES, WORKBOOKS, ListFormat, PriceRows, read_price_list
from cardio.study_keys import suggest
from cardio.study_money import PricesSection
from cardio.study_schema import StudyFile
from cardio.study_yaml import KeyPath, shown
from costing import PriceSettings, read_date


def price_settings(section: PricesSection, currency: str) -> PriceSettings:
    """Return how the price list of a study is made; shipped prices are inherited where the study is in their currency.

    Parameters
    ----------
    section : PricesSection
    currency : str
        ISO 4217 code.
    """
    return PriceSettings(
        date=None if section.date is None else read_date(section.date),
        index=section.index or "",
        indices={
            name: {read_date(day): value for day, value in sorted(values.items())}
            for name, values in section.indices.items()
        },
        obsolete_after_years=section.obsolete_after_years,
        currency=currency,
        inherit=section.inherit or "france",
    )


def list_format(form: StudyFile) -> ListFormat:
    """Return how the price list of a study is to be read."""
    prices = form.prices
    return ListFormat(prices.sheet, prices.columns, prices.dated, form.study.currency)


class PriceLists:
    """Price lists that are read once, however many scenarios name them."""

    def __init__(self) -> None:
        self._read: list[tuple[Path, ListFormat, PriceRows]] = []

    def rows(self, file: Path | None, form: ListFormat) -> PriceRows:
        """Return the rows of a price list, none without one; see `read_price_list`."""
        if file is None:
            return NO_ROWS
        for known, same_form, rows in self._read:
            if (known, same_form) == (file, form):
                return rows
        rows = read_price_list(file, form)
        self._read.append((file, form, rows))
        return rows


def check_prices(data: Any) -> Iterator[tuple[KeyPath, str]]:
    """Check what the keys of ``prices`` say of each other; silent where their form is wrong."""
    try:
        section = PricesSection.model_validate(data.get("prices", {}))
    except ValidationError:
        return
    yield from _check_table(section)
    study = data.get("study")
    currency = study.get("currency", "EUR") if isinstance(study, dict) else "EUR"
    if section.inherit == "france" and currency != "EUR":
        yield (
            ("prices", "inherit"),
            f"the shipped prices are in EUR, and the study's currency is {shown(str(currency))}",
        )
    if section.index is not None and section.index not in section.indices:
        yield (
            ("prices", "index"),
            (f"prices.indices has none named {shown(section.index)}; {suggest(section.index, section.indices)}"),
        )
    if section.index is not None and section.date is None:
        yield ("prices", "index"), "revises prices to the date of the study: give prices.date"
    for name, values in section.indices.items():
        days = sorted(read_date(day) for day in values)
        twice = [str(one) for one, other in pairwise(days) if one == other]
        if twice:
            yield ("prices", "indices", name), f"has two values on {twice[0]}"
        if section.date is not None and days[0] > read_date(section.date):
            yield ("prices", "indices", name), f"has no value at or before prices.date (its first is on {days[0]})"


def _check_table(section: PricesSection) -> Iterator[tuple[KeyPath, str]]:
    """Check the keys that say how a table is read: a price list in YAML says all of that itself."""
    extension = PurePosixPath(section.file or "").suffix.lower()
    if section.sheet is not None and extension not in WORKBOOKS:
        yield ("prices", "sheet"), f"is for a price list in a workbook ({', '.join(WORKBOOKS)})"
    for key, given in (("columns", section.columns), ("dated", section.dated)):
        if given and extension not in TABLES:
            yield ("prices", key), f"is for a price list as a table ({', '.join(TABLES)})"
    for column in section.columns:
        if column not in PRICE_COLUMNS:
            yield ("prices", "columns", column), f"no row of a price list has this; {suggest(column, PRICE_COLUMNS)}"
