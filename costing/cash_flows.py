"""What is paid in which year: investment and operation apart, undiscounted and discounted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import numpy as np
import pandas as pd

from costing.annuity import equivalent_annual_cost, present_factor, renewal_years, residual_share
from costing.figure import figure_cents, lines_by_price
from costing.finance import Finance
from costing.present_value import PresentValue
from costing.prices import Price
from costing.takeoff import Ints, Line, amounts_cents

Item = Literal["capex", "renewal", "residual", "opex", "rounding"]
SECTIONS: dict[Item, str] = {
    "capex": "investment",
    "renewal": "investment",
    "residual": "investment",
    "opex": "operation",
    "rounding": "rounding",
}
COLUMNS = ("year", "section", "item", "amount_eur", "present_eur", "due", "base_eur")


@dataclass(frozen=True)
class CashFlows:
    """What is paid in which year. Amounts are excl. tax.

    Attributes
    ----------
    frame : DataFrame
        year, section (``investment``, ``operation``, ``rounding``), item, amount_eur (of that year: at its prices with
        nominal terms, at those of the base year with real ones), present_eur (discounted to the base year), due (year
        at whose beginning it counts), base_eur (at the prices of the base year, not rounded); one row a year and item,
        whole cents. ``residual`` is negative. ``rounding`` is the difference between the discounted sums
        of years and the sum of the lines, each rounded to the cent, of `present_value_cents`.
    present_value_cents : int
        Sum of present_eur.
    opex_per_year_cents : int
        Running costs of a year with every work in service, at the prices of the base year.
    equivalent_annual_cents : int
        Equal amount at the end of each of the years of the horizon that is worth the present value, at the prices of
        the base year (with nominal terms it grows with them).
    """

    frame: pd.DataFrame
    present_value_cents: int
    opex_per_year_cents: int
    equivalent_annual_cents: int


@dataclass(frozen=True)
class Payment:
    """An amount at the prices of the base year.

    Attributes
    ----------
    booked : int
        Calendar year in which it is paid.
    item : str
    due : int
        Year at whose beginning it counts: the year after for what is paid at the end of a year.
    cents : Decimal
    """

    booked: int
    item: Item
    due: int
    cents: Decimal


def cash_flows(lines: Sequence[Line], years_of_lines: Sequence[int], finance: Finance) -> CashFlows:
    """List what the lines of a plan cost over their years in service.

    Parameters
    ----------
    lines : sequence of Line
        n lines.
    years_of_lines : (n,) sequence of int
        Calendar year in which each is built.
    finance : Finance

    Notes
    -----
    A line's capex, running costs and renewals at base prices are whole cents, as in the bill of quantities. Growth,
    straight-line rest and discount are applied to their sums by price row and year built, and rounded once a year and
    item. The present value is that of `PresentValue`, rounded line by line, as the program counts it.
    """
    built = np.array(years_of_lines, dtype=np.int64)
    capex = np.array([line.amount_cents for line in lines], dtype=np.int64)
    opex = opex_of_lines(lines)
    payments: list[Payment] = []
    for price, rows in lines_by_price(lines):
        for year in np.unique(built[rows]).tolist():
            own = np.array(rows)[built[rows] == year]
            payments += _payments_of_works(price, int(capex[own].sum()), int(opex[own].sum()), year, finance)
    value = figure_cents(lines, years_of_lines, PresentValue(finance))
    return gather_payments(payments, finance, opex_per_year_cents=int(opex.sum()), present_value_cents=value)


def opex_cents(lines: Sequence[Line]) -> int:
    """Return the running costs of the lines in service, EUR cents a year; each line is rounded for each of its rows."""
    return int(opex_of_lines(lines).sum())


def opex_not_stated(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return the keys of the rows that state no running costs: what they cost to run is not known to be nothing."""
    return tuple(sorted({line.price.key for line in lines if not (line.price.opex or line.price.no_opex)}))


def opex_of_lines(lines: Sequence[Line]) -> Ints:
    """(n,) running costs of each line, cents a year."""
    cents = np.zeros(len(lines), dtype=np.int64)
    for price, rows in lines_by_price(lines):
        quantity = np.array([lines[row].quantity_hundredths for row in rows])
        for row in price.opex:
            cents[rows] += amounts_cents(quantity, Decimal(str(row.typical_eur)))
    return cents


def _payments_of_works(price: Price, capex: int, opex: int, built: int, finance: Finance) -> list[Payment]:
    """What works of one row and year cost: bought, renewed and run to the horizon, less what is left."""
    end = built + finance.horizon_years
    life = price.lifetime_years
    renewals = renewal_years(life, finance.horizon_years)
    left = residual_share(life, finance.horizon_years) * capex
    return [
        Payment(built, "capex", built, Decimal(capex)),
        *(Payment(built + year, "renewal", built + year, Decimal(capex)) for year in renewals),
        *(Payment(year, "opex", year + 1, Decimal(opex)) for year in range(built, end)),
        Payment(end - 1, "residual", end, -left),
    ]


def gather_payments(
    payments: Iterable[Payment],
    finance: Finance,
    *,
    opex_per_year_cents: int,
    present_value_cents: int | None = None,
) -> CashFlows:
    """Sum payments by year and item.

    Parameters
    ----------
    payments : iterable of Payment
    finance : Finance
    opex_per_year_cents : int
    present_value_cents : int, optional
        The present value, where it is known to the cent; the sum of the rounded discounted payments without it.
    """
    sums: dict[tuple[int, Item, int], Decimal] = {}
    for payment in payments:
        key = (payment.booked, payment.item, payment.due)
        sums[key] = sums.get(key, Decimal(0)) + payment.cents
    rows: list[tuple[int, Item, int, int, int, Decimal]] = []
    for (booked, item, due), cents in sorted(sums.items()):
        years = due - finance.base_year
        if cents:
            present = _whole(cents * present_factor(finance.real_rate, years))
            rows.append((booked, item, _whole(cents * finance.growth**years), present, due, cents))
    discounted = sum(row[3] for row in rows)
    total = discounted if present_value_cents is None else present_value_cents
    if total != discounted:
        rows.append((finance.base_year, "rounding", 0, total - discounted, finance.base_year, Decimal(0)))
    equal = _whole(equivalent_annual_cost(Decimal(total), finance.real_rate, finance.horizon_years))
    return CashFlows(_frame(rows), total, opex_per_year_cents, equal)


def _frame(rows: Sequence[tuple[int, Item, int, int, int, Decimal]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (year, SECTIONS[item], item, amount / 100, present / 100, due, float(base / 100))
            for year, item, amount, present, due, base in rows
        ],
        columns=list(COLUMNS),
    )


def _whole(cents: Decimal) -> int:
    return int(cents.to_integral_value(ROUND_HALF_UP))  # `quantize` fails above 28 digits, which growth can reach
