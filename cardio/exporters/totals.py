"""Sums of the take-off to the cent, and the check that every document tells the same total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cardio.deliverable import Deliverable
from gis_layers import CardioError

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BillRow:
    """All lines of one price row.

    Attributes
    ----------
    price_key, label, unit : str
    quantity : float
        In the unit of the row.
    unit_price_eur : float
        EUR excl. tax.
    amount_cents : int
        Sum of the rounded lines, EUR cents excl. tax.
    assumed : bool
    """

    price_key: str
    label: str
    unit: str
    quantity: float
    unit_price_eur: float
    amount_cents: int
    assumed: bool


def to_cents(amounts_eur: pd.Series) -> Ints:
    """Whole cents of amounts that are whole cents but for binary rounding."""
    cents: Ints = np.rint(amounts_eur.to_numpy(dtype=float) * 100).astype(np.int64)
    return cents


def bill_by_price(bill: pd.DataFrame, prices: pd.DataFrame) -> list[BillRow]:
    """Sum the take-off by price row, in the order of `prices`."""
    table = bill.assign(cents=to_cents(bill["amount_eur"]), hundredths=to_cents(bill["quantity"]))
    sums = table.groupby("price_key")[["cents", "hundredths"]].sum()
    return [
        BillRow(
            price_key=row.key,
            label=row.label,
            unit=row.unit,
            quantity=int(sums.loc[row.key, "hundredths"]) / 100,
            unit_price_eur=float(row.typical_eur),
            amount_cents=int(sums.loc[row.key, "cents"]),
            assumed=bool(row.assumed),
        )
        for row in prices.itertuples(index=False)
    ]


def check_totals(deliverable: Deliverable) -> None:
    """Check that the take-off, the works and the summary tell the same amounts.

    Raises
    ------
    CardioError
        A total differs by a cent or more, or a line has no price row: a fault of Cardio, nothing is exported.
    """
    bill = deliverable.bill
    amounts = {
        "the summary's capex": (round(deliverable.summary["cost"]["capex"] * 100), bill),
        "the sites": (int(to_cents(deliverable.sites["cost_eur"]).sum()), bill[bill["kind"] == "site"]),
        "the routes": (int(to_cents(deliverable.routes["cost_eur"]).sum()), bill[bill["kind"] == "route"]),
    }
    for name, (cents, lines) in amounts.items():
        if cents != (billed := int(to_cents(lines["amount_eur"]).sum())):
            raise CardioError(
                f"the take-off sums to {billed} cents where {name} sum to {cents}", "report this as a bug"
            )
    used, listed = set(bill["price_key"]), list(deliverable.prices["key"])
    if used != set(listed) or len(set(listed)) != len(listed):
        raise CardioError(f"price rows {sorted(used)} are billed, {sorted(listed)} are listed", "report this as a bug")
