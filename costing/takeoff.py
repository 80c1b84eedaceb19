"""Quantities and amounts: each work is one or more lines, rounded to the cent line by line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from costing.prices import Price

WorkKind = Literal["site", "route", "connection"]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Hundredths = TypeVar("Hundredths", int, Ints)
MOST_QUANTITY = 1e7


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


@dataclass(frozen=True)
class Rate:
    """So many units of a price row for each metre of route, or for each piece of equipment.

    Attributes
    ----------
    price : Price
    quantity : float
        Units of the price row: 1 for a trench by the metre, 1.05 for a cable with slack, 1/80 for a chamber every 80 m.
    """

    price: Price
    quantity: float = 1.0


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
    if not 0 <= quantity <= MOST_QUANTITY:
        raise _wrong_quantity(quantity)
    hundredths = math.floor(quantity * 100 + 0.5)  # of one number; as `to_hundredths` of an array
    return Line(work_id, kind, price, hundredths, amounts_cents(hundredths, Decimal(str(price.typical_eur))))


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
    wrong = ~((quantity >= 0) & (quantity <= MOST_QUANTITY))
    if wrong.any():
        raise _wrong_quantity(float(quantity[wrong][0]))
    return np.floor(quantity * 100 + 0.5).astype(np.int64)


def _wrong_quantity(quantity: float) -> ValueError:
    return ValueError(f"quantity should be from 0 to {MOST_QUANTITY:g}, is {quantity}")


def amounts_cents(quantity_hundredths: Hundredths, unit_value: Decimal) -> Hundredths:
    """Multiply quantities by a unit price in exact integers, rounded half up to the cent.

    The price is an integer number of millionths of a unit of money, 10^6 units + rest; so the amount in cents is
    quantity x units + (quantity x rest + 500000) // 10^6, and no product leaves 64 bits (prices are at most 10^9).

    Parameters
    ----------
    quantity_hundredths : (n,) int, or one int
    unit_value : Decimal
        Not negative.

    Returns
    -------
    (n,) int, or one int

    Raises
    ------
    ValueError
        A unit value with more than six decimals, or a negative one.
    """
    millionths = unit_value.scaleb(6)
    if millionths % 1 or millionths < 0:
        raise ValueError(f"unit value should not be negative and have at most six decimals: {unit_value}")
    units, rest = divmod(int(millionths), 1_000_000)
    return quantity_hundredths * units + (quantity_hundredths * rest + 500_000) // 1_000_000
