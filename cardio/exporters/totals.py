"""Sums of the take-off to the cent, and the check that every document tells the same total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cardio.deliverable import Deliverable
from gis_layers import CardioError

Ints = npt.NDArray[np.int64]
WORK_KINDS = ("site", "route", "connection")


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


@dataclass(frozen=True)
class PhaseRow:
    """What the works of a year cost, EUR cents excl. tax.

    Attributes
    ----------
    year : int
    budget_eur : float or None
        None for no limit.
    sites_cents, routes_cents, connections_cents : int
    """

    year: int
    budget_eur: float | None
    sites_cents: int
    routes_cents: int
    connections_cents: int

    @property
    def total_cents(self) -> int:
        """Of the year."""
        return self.sites_cents + self.routes_cents + self.connections_cents


def bill_by_phase(deliverable: Deliverable) -> list[PhaseRow]:
    """Sum the take-off by year and kind of work; empty for a plan without phases."""
    bill = deliverable.bill
    rows = []
    for phase in deliverable.summary["phases"]:
        own = bill[(bill["year"] == phase["year"]).fillna(False).to_numpy(dtype=bool)]
        cents = [int(to_cents(own.loc[own["kind"] == kind, "amount_eur"]).sum()) for kind in WORK_KINDS]
        rows.append(PhaseRow(phase["year"], phase["budget"], *cents))
    return rows


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
    money = deliverable.money
    if money is not None and money.budget is not None:
        amounts["the works of the budget"] = (money.budget.lines[0].amount_cents, bill)
    if deliverable.money is not None and deliverable.money.shares is not None:
        amounts["the shares of the services"] = (int(to_cents(deliverable.money.shares["total_eur"]).sum()), bill)
    for phase, row in zip(deliverable.summary["phases"], bill_by_phase(deliverable), strict=True):
        if round(phase["capex"] * 100) != row.total_cents:
            raise CardioError(
                f"the take-off of {row.year} sums to {row.total_cents} cents, the summary says {phase['capex']} EUR",
                "report this as a bug",
            )
    for name, (cents, lines) in amounts.items():
        if cents != (billed := int(to_cents(lines["amount_eur"]).sum())):
            raise CardioError(
                f"the take-off sums to {billed} cents where {name} sum to {cents}", "report this as a bug"
            )
    used, listed = set(bill["price_key"]), list(deliverable.prices["key"])
    if used != set(listed) or len(set(listed)) != len(listed):
        raise CardioError(f"price rows {sorted(used)} are billed, {sorted(listed)} are listed", "report this as a bug")
