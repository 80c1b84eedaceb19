"""What exists and is renewed and run whatever is planned: what doing nothing costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from costing.annuity import residual_share
from costing.cash_flows import CashFlows, Payment, gather_payments
from costing.finance import Finance
from costing.prices import Price
from costing.takeoff import amounts_cents


@dataclass(frozen=True)
class Stock:
    """Things of one kind that exist.

    Attributes
    ----------
    price : Price
        For what they are bought again and run.
    hundredths_by_year : mapping of int or None to int
        Year in which they were built -> quantity in hundredths of the unit of the price; None where it is not known:
        these are run and never renewed.
    """

    price: Price
    hundredths_by_year: Mapping[int | None, int]


def do_nothing(stocks: Iterable[Stock], finance: Finance) -> CashFlows:
    """List what exists costs over the horizon from the base year on.

    It runs every year. It is renewed after each lifetime from the year in which it was built; what is overdue is
    renewed in the base year. What is left of a renewal at the horizon is taken off; what was bought before the base
    year is paid, and no rest of it is counted.
    """
    payments: list[Payment] = []
    opex_per_year = 0
    for stock in stocks:
        for built, hundredths in stock.hundredths_by_year.items():
            opex = sum(_cents(hundredths, row) for row in stock.price.opex)
            opex_per_year += opex
            payments += _run(opex, finance)
            if built is not None and stock.price.lifetime_years is not None:
                cents = _cents(hundredths, stock.price)
                payments += _renew(cents, built, stock.price.lifetime_years, finance)
    return gather_payments(payments, finance, opex_per_year_cents=opex_per_year)


def _run(opex: int, finance: Finance) -> list[Payment]:
    years = range(finance.base_year, finance.base_year + finance.horizon_years)
    return [Payment(year, "opex", year + 1, Decimal(opex)) for year in years]


def _renew(cents: int, built: int, lifetime_years: int, finance: Finance) -> list[Payment]:
    end = finance.base_year + finance.horizon_years
    years = range(max(built + lifetime_years, finance.base_year), end, lifetime_years)
    if not years:
        return []
    left = residual_share(lifetime_years, end - years[0]) * cents
    return [
        *(Payment(year, "renewal", year, Decimal(cents)) for year in years),
        Payment(end - 1, "residual", end, -left),
    ]


def _cents(hundredths: int, price: Price) -> int:
    return int(amounts_cents(np.array([hundredths]), Decimal(str(price.typical_eur)))[0])
