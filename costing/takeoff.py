"""Quantities and amounts: each work is one or more lines, rounded to the cent line by line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt

from costing.prices import Price

WorkKind = Literal["site", "route", "connection"]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


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


def make_line(work_id: str, kind: WorkKind, price: Price, quantity: float) -> Line:
    """Return one line: the quantity rounded to hundredths, the amount to cents, both half up.

    Parameters
    ----------
    work_id : str
    kind : {"site", "route", "connection"}
    price : Price
    quantity : float
        In the price's unit; finite, not negative.

    Raises
    ------
    ValueError
        Quantity negative or not finite.
    """
    hundredths = to_hundredths(np.array([quantity], dtype=np.float64))
    return Line(work_id, kind, price, int(hundredths[0]), int(amounts_cents(hundredths, price)[0]))


def to_hundredths(quantity: Floats) -> Ints:
    """Round quantities half up to hundredths of their unit.

    Parameters
    ----------
    quantity : (n,) float

    Returns
    -------
    (n,) int

    Raises
    ------
    ValueError
        A quantity that is negative, not finite or above 10^7.
    """
    wrong = ~((quantity >= 0) & (quantity <= 1e7))
    if wrong.any():
        raise ValueError(f"quantity should be from 0 to 1e7, is {quantity[wrong][0]}")
    return np.floor(quantity * 100 + 0.5).astype(np.int64)


def amounts_cents(quantity_hundredths: Ints, price: Price) -> Ints:
    """Multiply quantities by a unit price in exact integers, rounded half up to the cent.

    The price is an integer number of ten-thousandths of a euro, 10^4 euros + rest; so the amount in cents is
    quantity x euros + (quantity x rest + 5000) // 10^4, and no product leaves 64 bits (prices are at most 10^9 euros).

    Parameters
    ----------
    quantity_hundredths : (n,) int
    price : Price

    Returns
    -------
    (n,) int

    Raises
    ------
    ValueError
        Price with more than four decimals.
    """
    ten_thousandths = Decimal(str(price.typical_eur)).scaleb(4)
    if ten_thousandths % 1:
        raise ValueError(f"price {price.key} has more than four decimals: {price.typical_eur}")
    euros, rest = divmod(int(ten_thousandths), 10_000)
    return quantity_hundredths * euros + (quantity_hundredths * rest + 5_000) // 10_000
