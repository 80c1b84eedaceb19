"""Unit prices with their source: the one list that drives the program, the totals and the bill of quantities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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
        Unit price, EUR excl. tax.
    low_eur, high_eur : float
        Range, EUR excl. tax.
    source : str
        Where it comes from, with year and place; for an assumed price, why it was assumed.
    assumed : bool
        True where no source supports it: it stands in a price file of the study.
    grade : str
        R read in a repository, X excerpt of a stored page, M common knowledge, A assumed; with † for our midpoint.
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
