"""Quantities and amounts: each work is one or more lines, rounded to the cent line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from costing.prices import Price

WorkKind = Literal["site", "route", "connection"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill of quantities.

    Attributes
    ----------
    work_id : str
        Work to which it belongs.
    kind : {"site", "route", "connection"}
    price : Price
    quantity_hundredths : int
        Quantity in hundredths of the unit (centimetres for unit m).
    amount_cents : int
        quantity x unit price, EUR cents excl. tax, rounded half up.
    """

    work_id: str
    kind: WorkKind
    price: Price
    quantity_hundredths: int
    amount_cents: int
