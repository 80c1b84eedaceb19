"""Money over time: the settings of a study by which amounts of different years are compared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from costing.annuity import ONE, real_rate


@dataclass(frozen=True)
class Finance:
    """How amounts of different years are compared.

    Attributes
    ----------
    base_year : int
        Year to whose beginning amounts are discounted.
    horizon_years : int
        Years in service for which each work is looked at, from the year in which it is built.
    discount_rate : float
        A year; above inflation with ``real`` terms, inflation included with ``nominal`` ones.
    terms : str
        ``real``: all amounts at the prices of the base year; ``nominal``: amounts grow by `inflation` a year.
    inflation : float
        A year, no more than `discount_rate`; 0 with real terms.
    """

    base_year: int
    horizon_years: int
    discount_rate: float
    terms: Literal["real", "nominal"] = "real"
    inflation: float = 0.0

    @property
    def rate(self) -> Decimal:
        """Rate a year by which amounts of the terms are discounted."""
        return Decimal(str(self.discount_rate))

    @property
    def real_rate(self) -> Decimal:
        """Rate above inflation: by it amounts at the prices of the base year are discounted, whatever the terms."""
        return real_rate(self.rate, Decimal(str(self.inflation)))

    @property
    def growth(self) -> Decimal:
        """By which amounts are multiplied each year: 1 with real terms."""
        return ONE + Decimal(str(self.inflation))

    @property
    def words(self) -> str:
        """Horizon, rate and terms, for every output that shows an amount over time."""
        terms = "real terms"
        if self.terms == "nominal":
            terms = f"nominal terms, prices growing {_percent(self.inflation)} a year"
        rate = _percent(self.discount_rate)
        return f"{self.horizon_years} years in service, {rate} a year, {terms}, at the beginning of {self.base_year}"


def _percent(share: float) -> str:
    return f"{share:.4%}".rstrip("0%").rstrip(".") + " %"
