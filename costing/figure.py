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
    return [
        int(amounts_cents(np.array([line.quantity_hundredths]), figure.unit_value(line.price))[0]) for line in lines
    ]


def to_unit_value(amount: Decimal | float) -> Decimal:
    """Round an amount half up to the six decimals that unit values have."""
    return Decimal(str(amount)).quantize(SMALLEST_STEP, ROUND_HALF_UP)
