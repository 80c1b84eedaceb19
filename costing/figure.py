"""What the program minimises: capex, or another amount that is worth the same for each unit of a price row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, Protocol

import numpy as np

from costing.prices import Price
from costing.takeoff import Line, amounts_cents

FigureName = Literal["capex", "present_value", "net_city_cost"]
SMALLEST_STEP = Decimal("0.000001")


class Figure(Protocol):
    """An amount of money that adds up over the lines of a plan.

    Attributes
    ----------
    name : str
    basis : str
        What the amount is, in words, for every output that shows it.
    """

    @property
    def name(self) -> FigureName:
        """As ``plan.minimise`` names it."""
        ...

    @property
    def basis(self) -> str:
        """What the amount is, in English words."""
        ...

    def unit_value(self, price: Price) -> Decimal:
        """Amount for each unit of a price row when it is built in the first year; >= 0, at most six decimals."""
        ...

    def year_factors(self, years: Sequence[int]) -> tuple[float, ...]:
        """Factor on the amount of what is built in each calendar year, > 0."""
        ...


@dataclass(frozen=True)
class Capex:
    """Investment excl. tax: the unit price itself, the same in every year."""

    name: FigureName = "capex"
    basis: str = "capex excl. tax"

    def unit_value(self, price: Price) -> Decimal:
        """Return the unit price."""
        return Decimal(str(price.typical_eur))

    def year_factors(self, years: Sequence[int]) -> tuple[float, ...]:
        """Return 1 for every year."""
        return (1.0,) * len(years)


def value_cents(lines: Iterable[Line], figure: Figure) -> list[int]:
    """Return the figure of each line as the program counts it, in cents, for what is built in the first year."""
    lines = tuple(lines)
    cents = np.zeros(len(lines), dtype=np.int64)
    for price, rows in lines_by_price(lines):
        quantity = np.array([lines[row].quantity_hundredths for row in rows])
        cents[rows] = amounts_cents(quantity, figure.unit_value(price))
    values: list[int] = cents.tolist()
    return values


def figure_cents(lines: Sequence[Line], years: Sequence[int], figure: Figure) -> int:
    """Return the figure of a plan as the program counts it, rounded half up to the cent.

    Parameters
    ----------
    lines : sequence of Line
        n lines.
    years : (n,) sequence of int
        Calendar year in which each is built.
    figure : Figure
    """
    by_year = dict.fromkeys(sorted(set(years)), 0)
    for year, cents in zip(years, value_cents(lines, figure), strict=True):
        by_year[year] += cents
    factors = figure.year_factors(list(by_year))
    total = sum((Decimal(factor) * cents for factor, cents in zip(factors, by_year.values(), strict=True)), Decimal(0))
    return int(total.quantize(Decimal(1), ROUND_HALF_UP))


def lines_by_price(lines: Sequence[Line]) -> list[tuple[Price, list[int]]]:
    """Return each price row with the indices of its lines, in order of first use."""
    rows: dict[int, list[int]] = {}
    for number, line in enumerate(lines):
        rows.setdefault(id(line.price), []).append(number)
    return [(lines[own[0]].price, own) for own in rows.values()]


def to_unit_value(amount: Decimal | float) -> Decimal:
    """Round an amount half up to the six decimals that unit values have."""
    return Decimal(str(amount)).quantize(SMALLEST_STEP, ROUND_HALF_UP)
