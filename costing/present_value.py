"""The present value of what is built: investment, running costs, renewals, less what is left at the horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from costing.annuity import annuity_factor, present_factor, purchase_factor
from costing.figure import FigureName, to_unit_value
from costing.finance import Finance
from costing.prices import Price
from gis_layers import StudyError

# above it quantity x unit value could leave 64 bits, see `amounts_cents`
GREATEST_UNIT_VALUE = Decimal(9_000_000_000)


@dataclass(frozen=True)
class PresentValue:
    """Figure: what a work costs over `finance.horizon_years` years in service, discounted to the base year.

    Investment falls at the beginning of the year in which a work is built, running costs at the end of each year in
    service, renewals at the unit price at the end of each lifetime; at the horizon what is left of the last purchase by
    straight line is taken off. The horizon of each work counts from its own year, so that a work built k years later
    has the same cash flows k years later: its value is that of the first year times (1 + real rate)^-k.
    """

    finance: Finance
    name: FigureName = "present_value"

    @property
    def basis(self) -> str:
        """What the amount is, with horizon, rate and terms."""
        return f"present value excl. tax of investment, renewals and running costs less residual: {self.finance.words}"

    def unit_value(self, price: Price) -> Decimal:
        """Return the present value of one unit built at the beginning of the base year.

        Raises
        ------
        StudyError
            A value too great to be counted in cents.
        """
        finance = self.finance
        bought = Decimal(str(price.typical_eur)) * purchase_factor(
            finance.real_rate, finance.horizon_years, price.lifetime_years
        )
        run = opex_per_unit(price) * annuity_factor(finance.real_rate, finance.horizon_years)
        value = to_unit_value(bought + run)
        if value > GREATEST_UNIT_VALUE:
            raise StudyError(
                f"price {price.key!r}: {value:.0f} over {finance.horizon_years} years is more than can be counted",
                "check its unit price, its running costs and its lifetime",
            )
        return value

    def year_factors(self, years: Sequence[int]) -> tuple[float, ...]:
        """Return what 1 at the prices of the base year is worth when it is paid in each year."""
        return tuple(float(present_factor(self.finance.real_rate, year - self.finance.base_year)) for year in years)


def opex_per_unit(price: Price) -> Decimal:
    """Return the running costs of one unit in service, a year."""
    return sum((Decimal(str(row.typical_eur)) for row in price.opex), Decimal(0))
