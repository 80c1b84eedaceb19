"""Unit prices with their source: the one list that drives the program, the totals and the bill of quantities."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast

from gis_layers import StudyError

Unit = Literal["each", "m", "m2", "m3", "h", "lump", "each/year", "m/year"]
VatRegime = Literal["fctva", "deductible", "none"]
OBSOLETE = "obsolete"
GRADES = ("R", "R†", "X", "X†", "M", "M†", "A", "S", "S†")
"""Where a price comes from, see `Price`; † is for a midpoint of ours."""


@dataclass(frozen=True)
class Bracket:
    """Unit price from a quantity on, of all units of the row in a plan.

    Attributes
    ----------
    from_quantity : float
        In the unit of the row; 0 for the first bracket.
    low_eur, typical_eur, high_eur : float
        Excl. tax.
    """

    from_quantity: float
    low_eur: float
    typical_eur: float
    high_eur: float


@dataclass(frozen=True)
class Price:
    """One row of a price list. Amounts are in the currency of the study, EUR unless it says otherwise.

    Attributes
    ----------
    key : str
    label : str
        Words for the bill of quantities.
    unit : str
        Works are counted in ``each`` and ``m``, running costs in ``each/year`` and ``m/year``; the others only stand in
        price lists.
    typical_eur : float
        Unit price, excl. tax, at most six decimals; that of the bracket in force where there are brackets.
    low_eur, high_eur : float
        Range, excl. tax.
    source : str
        Where it comes from, with year and place; for an assumed price, why it was assumed.
    assumed : bool
        True where no source supports it: it stands in a price file of the study.
    grade : str
        R read in a repository, X excerpt of a stored page, M common knowledge, A assumed, S sourced by the study;
        with † for our midpoint, and ``obsolete`` behind it where the price is old for the date of the study.
    dated : date or None
        When that price was paid or offered, the first day where only the year is known; None where the source does
        not say.
    opex : tuple of Price
        Rows of running costs, paid every year for each unit in service.
    no_opex : bool
        True where it is known to cost nothing to run; without it and without `opex` nothing is known.
    lifetime_years : int or None
        After so many years it is renewed; None where nothing is known: it lasts as long as anybody looks.
    vat_rate : float or None
        0 to 1; None for the rate of the study.
    vat_regime : str or None
        ``fctva``: VAT is paid, and partly compensated; ``deductible``: VAT is got back, no compensation; ``none``: no
        VAT. None for the regime of the study.
    account : str
        Account of the town's budget (2153, 615232, ...), empty where none is stated.
    family : str
        Rows of a family vary together; empty: on its own.
    lot : str
        Lot of the tender; empty for the lot of its kind of work.
    brackets : tuple of Bracket
        Unit prices by the quantity of the whole plan, from 0 up; empty where one price holds for any.
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
    dated: datetime.date | None = None
    opex: tuple[Price, ...] = ()
    no_opex: bool = False
    lifetime_years: int | None = None
    vat_rate: float | None = None
    vat_regime: VatRegime | None = None
    account: str = ""
    family: str = ""
    lot: str = ""
    brackets: tuple[Bracket, ...] = ()

    @property
    def obsolete(self) -> bool:
        """Whether the price is too old for the date of the study, and no index revised it."""
        return self.grade.endswith(OBSOLETE)


PriceList = Mapping[str, Price]


@dataclass(frozen=True)
class Unpriced:
    """Why a row has no price.

    Attributes
    ----------
    reason : str
        Goes on after the name of the row.
    hint : str
        What to do.
    """

    reason: str
    hint: str


@dataclass(frozen=True)
class StudyPrices(Mapping[str, Price]):
    """The price list of a study: a mapping of price keys to prices that nobody can change.

    Attributes
    ----------
    prices : mapping of str to Price
    unpriced : mapping of str to Unpriced
        Rows that are known, but have no price at the date of the study or in its currency.
    currency : str
    """

    prices: Mapping[str, Price]
    unpriced: Mapping[str, Unpriced]
    currency: str = "EUR"

    def __getitem__(self, key: str) -> Price:
        return self.prices[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.prices)

    def __len__(self) -> int:
        return len(self.prices)


def sourced_prices(language: Literal["en", "fr"] = "en") -> PriceList:
    """Return the packaged prices, each with its source.

    Parameters
    ----------
    language : {"en", "fr"}
        Language of the labels and of the words about sources.

    Returns
    -------
    PriceList
        Key -> price. What has no source is not in it: the study must give it.
    """
    text = (files("costing") / "prices.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    prices = {row["key"]: _shipped_price(row, language) for row in rows}
    opex = {row["key"]: tuple(prices[key] for key in row["opex"].split()) for row in rows}
    return MappingProxyType({key: replace(price, opex=opex[key]) for key, price in prices.items()})


def _shipped_price(row: Mapping[str, str], language: str) -> Price:
    return Price(
        key=row["key"],
        label=row[f"label_{language}"],
        unit=cast(Unit, row["unit"]),
        typical_eur=float(row["typical_eur"]),
        low_eur=float(row["low_eur"]),
        high_eur=float(row["high_eur"]),
        source=row[f"source_{language}"],
        assumed=False,
        grade=row["grade"],
        dated=datetime.date.fromisoformat(row["dated"]) if row["dated"] else None,
        lifetime_years=int(row["lifetime_years"]) if row["lifetime_years"] else None,
        family=row["family"],
    )


def price_of(prices: PriceList, key: str, *, asked_by: str, unit: Unit, hint: str = "") -> Price:
    """Look up a price row.

    Parameters
    ----------
    prices : PriceList
    key : str
    asked_by : str
        Study key that names the price, for the message (``options.access_point.price``).
    unit : str
        Unit in which the work is counted.
    hint : str
        What to do where the row has another unit; empty: name a row with this one.

    Raises
    ------
    StudyError
        No such row, a row without a price at the date of the study, or a row in another unit.
    """
    price = prices.get(key)
    unpriced = prices.unpriced.get(key) if isinstance(prices, StudyPrices) else None
    if unpriced is not None:
        raise StudyError(f"price {key!r}, asked by {asked_by}, {unpriced.reason}", unpriced.hint, key=asked_by)
    if price is None:
        near = get_close_matches(key, list(prices), n=3, cutoff=0.5)
        hint = f"nearest rows: {', '.join(near)}; " if near else ""
        raise StudyError(
            f"price {key!r}, asked by {asked_by}, is in no price list",
            f"{hint}add the row to the study's price file (prices.list)",
            key=asked_by,
        )
    if price.unit != unit:
        currency = prices.currency if isinstance(prices, StudyPrices) else "EUR"
        raise StudyError(
            f"price {key!r}, asked by {asked_by}, is in {currency}/{price.unit}, but that work is counted in {unit}",
            hint or f"name a row with unit: {unit}",
            key=asked_by,
        )
    return price
