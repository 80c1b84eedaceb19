"""What rows of a program count besides what it minimises: each adds up over the lines of a plan as a figure does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from costing.figure import FigureName
from costing.funding import Grant
from costing.prices import Price


@dataclass(frozen=True)
class EligibleSpending:
    """Spending excl. tax that a grant takes, in a year; a `Figure`."""

    grant: Grant
    year: int
    name: FigureName = "capex"
    basis: str = "eligible spending excl. tax"

    def unit_value(self, price: Price) -> Decimal:
        """Return the unit price of a row that is eligible, else nothing."""
        return Decimal(str(price.typical_eur)) if self.grant.takes(price, self.year) else Decimal(0)

    def year_factors(self, years: Sequence[int]) -> tuple[float, ...]:
        """Return 1 for every year."""
        return (1.0,) * len(years)


@dataclass(frozen=True)
class Quantity:
    """Quantity of a price row, in its unit; a `Figure` whose "cents" are hundredths of the unit."""

    key: str
    name: FigureName = "capex"
    basis: str = "quantity"

    def unit_value(self, price: Price) -> Decimal:
        """Return 1 for the row, 0 for any other."""
        return Decimal(int(price.key == self.key))

    def year_factors(self, years: Sequence[int]) -> tuple[float, ...]:
        """Return 1 for every year."""
        return (1.0,) * len(years)
