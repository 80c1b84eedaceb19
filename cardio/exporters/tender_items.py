"""Items of a tender, numbered by lot, and the quantities that bidders are asked to price."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from cardio.exporters.totals import to_cents
from costing import LOT_OF_KIND

WHOLE = 100  # hundredths
OWN_LOTS = list(LOT_OF_KIND.values())


@dataclass(frozen=True)
class Item:
    """A price that bidders are asked for.

    Attributes
    ----------
    lot_number, place : int
        From 1; place of the item in its lot.
    lot, price_key, label, unit : str
    unit_price_eur : float
        Ours, excl. tax: never shown to bidders.
    """

    lot_number: int
    place: int
    lot: str
    price_key: str
    label: str
    unit: str
    unit_price_eur: float

    @property
    def number(self) -> str:
        """``2.5``: fifth item of the second lot."""
        return f"{self.lot_number}.{self.place}"


@dataclass(frozen=True)
class TenderLine:
    """What is asked of an item in a year.

    Attributes
    ----------
    item : Item
    year : int or None
        None for a plan without phases.
    planned_hundredths : int
        Sum of the take-off, hundredths of the unit.
    planned_cents : int
        Sum of its rounded lines.
    """

    item: Item
    year: int | None
    planned_hundredths: int
    planned_cents: int

    @property
    def tendered_hundredths(self) -> int:
        """Quantity to price: pieces that rules count by the metre are rounded up to whole ones."""
        if self.item.unit != "each":
            return self.planned_hundredths
        return -(-self.planned_hundredths // WHOLE) * WHOLE

    @property
    def tendered_cents(self) -> int:
        """Amount of that quantity at our price, rounded half up."""
        amount = self.tendered_hundredths * Decimal(str(self.item.unit_price_eur))
        return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def list_tender(bill: pd.DataFrame) -> list[TenderLine]:
    """Sum the take-off by lot, year and item: our own lots first, then the study's by name; items by price key.

    Parameters
    ----------
    bill : DataFrame
        As `Deliverable.bill`.
    """
    table = pd.DataFrame(
        {
            **{name: bill[name].astype(str) for name in ("lot", "price_key", "label", "unit")},
            "price": bill["unit_price_eur"],
            "year": bill["year"].fillna(0).astype(int),
            "hundredths": to_cents(bill["quantity"]),
            "cents": to_cents(bill["amount_eur"]),
        }
    )
    sums = table.groupby(["lot", "price_key", "label", "unit", "price", "year"], sort=True)[["hundredths", "cents"]]
    rows = [(*key, *values) for key, values in zip(sums.sum().index, sums.sum().to_numpy().tolist(), strict=True)]
    items = _number_items(sorted({row[:5] for row in rows}, key=lambda row: (_lot_order(row[0]), row[1:])))
    lines = [TenderLine(items[row[:5]], row[5] or None, row[6], row[7]) for row in rows]
    return sorted(lines, key=lambda line: (line.item.lot_number, line.year or 0, line.item.place))


def _number_items(keys: Sequence[tuple[str, str, str, str, float]]) -> dict[tuple[str, str, str, str, float], Item]:
    lots = list(dict.fromkeys(lot for lot, *_ in keys))
    count = dict.fromkeys(lots, 0)
    items = {}
    for key in keys:
        lot, price_key, label, unit, price = key
        count[lot] += 1
        items[key] = Item(lots.index(lot) + 1, count[lot], lot, price_key, label, unit, price)
    return items


def _lot_order(lot: str) -> tuple[int, list[tuple[int, str]]]:
    """Order of lots: ours as their works follow each other, then the study's, ``lot 2`` before ``lot 10``."""
    if lot in OWN_LOTS:
        return OWN_LOTS.index(lot), []
    parts = re.split(r"([0-9]+)", lot)
    return len(OWN_LOTS), [(int(part), "") if part.isdecimal() and part.isascii() else (0, part) for part in parts]
