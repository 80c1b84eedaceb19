"""The bill of quantities and its totals: sums of lines already rounded to the cent."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from costing.takeoff import Line, WorkKind

COLUMNS = (
    "work_id",
    "kind",
    "price_key",
    "label",
    "unit",
    "quantity",
    "unit_price_eur",
    "amount_eur",
    "assumed",
    "source",
    "lot",
)
# lot of works whose price row names none
LOT_OF_KIND: dict[WorkKind, str] = {"route": "works", "site": "equipment", "connection": "connections"}


def bill_of_quantities(lines: Iterable[Line]) -> pd.DataFrame:
    """Return the bill of quantities, one row a line, in the order given; amounts in EUR excl. tax."""
    rows = [
        (
            line.work_id,
            line.kind,
            line.price.key,
            line.price.label,
            line.price.unit,
            line.quantity_hundredths / 100,
            line.price.typical_eur,
            line.amount_cents / 100,
            line.price.assumed,
            line.price.source,
            line.price.lot or LOT_OF_KIND[line.kind],
        )
        for line in lines
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def total_cents(lines: Iterable[Line]) -> int:
    """Return the sum of the lines, EUR cents excl. tax."""
    return sum(line.amount_cents for line in lines)


def share_assumed(lines: Iterable[Line]) -> float:
    """Return the share of the euros, 0 to 1, that rests on assumed prices; 0 where nothing is spent."""
    lines = tuple(lines)
    total = total_cents(lines)
    return total_cents(line for line in lines if line.price.assumed) / total if total else 0.0
