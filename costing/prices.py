"""Unit prices with their source: the one list that drives the program, the totals and the bill of quantities."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast

from gis_layers import StudyError

Unit = Literal["each", "m"]


@dataclass(frozen=True)
class Price:
    """One row of a price list.

    Attributes
    ----------
    key : str
    label : str
        Words for the bill of quantities.
    unit : {"each", "m"}
    typical_eur : float
        Unit price, EUR excl. tax, at most four decimals.
    low_eur, high_eur : float
        Range, EUR excl. tax.
    source : str
        Where it comes from, with year and place; for an assumed price, why it was assumed.
    assumed : bool
        True where no source supports it: it stands in a price file of the study.
    grade : str
        R read in a repository, X excerpt of a stored page, M common knowledge, A assumed, S sourced by the study;
        with † for our midpoint.
    """

    key: str
    label: str
    unit: Unit
    typical_eur: float
    low_eur: float
    high_eur: float
    source: str
    assumed: bool
    grade: str


PriceList = Mapping[str, Price]


def sourced_prices(language: Literal["en", "fr"] = "en") -> PriceList:
    """Return the packaged prices, each with its source.

    Parameters
    ----------
    language : {"en", "fr"}
        Language of the labels.

    Returns
    -------
    PriceList
        Key -> price. What has no source is not in it: the study must give it.
    """
    text = (files("costing") / "prices.csv").read_text(encoding="utf-8")
    prices = {
        row["key"]: Price(
            key=row["key"],
            label=row[f"label_{language}"],
            unit=cast(Unit, row["unit"]),
            typical_eur=float(row["typical_eur"]),
            low_eur=float(row["low_eur"]),
            high_eur=float(row["high_eur"]),
            source=row["source"],
            assumed=False,
            grade=row["grade"],
        )
        for row in csv.DictReader(text.splitlines())
    }
    return MappingProxyType(prices)


def price_of(prices: PriceList, key: str, *, asked_by: str, unit: Unit) -> Price:
    """Look up a price row.

    Parameters
    ----------
    prices : PriceList
    key : str
    asked_by : str
        Study key that names the price, for the message (``options.access_point.price``).
    unit : {"each", "m"}
        Unit in which the work is counted.

    Raises
    ------
    StudyError
        No such row, or a row in another unit.
    """
    price = prices.get(key)
    if price is None:
        near = get_close_matches(key, list(prices), n=3, cutoff=0.5)
        hint = f"nearest rows: {', '.join(near)}; " if near else ""
        raise StudyError(
            f"price {key!r}, asked by {asked_by}, is in no price list",
            f"{hint}add the row to the study's price file (prices.list)",
        )
    if price.unit != unit:
        raise StudyError(
            f"price {key!r}, asked by {asked_by}, is in EUR/{price.unit}, but that work is counted in {unit}",
            f"name a row with unit: {unit}",
        )
    return price
