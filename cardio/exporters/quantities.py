"""The take-off of the routes: metres and pieces by laying method and surface, summed from the bill."""

from __future__ import annotations

import pandas as pd

from cardio.exporters.totals import to_cents

BY = ["method", "surface", "price_key"]


def route_quantities(bill: pd.DataFrame) -> pd.DataFrame:
    """Sum the lines of routes by laying method, surface and price row, in the order of first use within a method.

    Parameters
    ----------
    bill : DataFrame
        As `cardio.bill.bill_frame` makes it.

    Returns
    -------
    DataFrame
        method, surface, price_key, label, unit, quantity (metres, or pieces where the row is in each), amount_eur;
        amounts add up to the routes to the cent.
    """
    routes = bill[bill["kind"] == "route"]
    table = routes[[*BY, "label", "unit"]].assign(
        hundredths=to_cents(routes["quantity"]), cents=to_cents(routes["amount_eur"])
    )
    sums = table.groupby(BY, sort=False, as_index=False).agg(
        {"label": "first", "unit": "first", "hundredths": "sum", "cents": "sum"}
    )
    ordered = sums.sort_values(["method", "surface"], kind="stable", ignore_index=True)
    return ordered.assign(quantity=ordered["hundredths"] / 100, amount_eur=ordered["cents"] / 100).drop(
        columns=["hundredths", "cents"]
    )
