"""From capex to what the town pays in the end, step by step, at low, typical and high prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from costing import Funding, Line, NetCityCost, Price, is_got_back, make_line, net_city_cost, total_cents


@dataclass(frozen=True)
class Amounts:
    """An amount at low, typical and high prices, cents."""

    low: int
    typical: int
    high: int


@dataclass(frozen=True)
class Chain:
    """The way from capex to the net city cost of the works, cents; undiscounted, without fees and contingency.

    Attributes
    ----------
    excl_tax : Amounts
        Capex excl. tax.
    vat, vat_back, fctva, grants : Amounts or None
        What VAT adds, and what the town gets back or is given; positive. None where the study does not say who pays.
    net : Amounts or None
        ``excl_tax + vat - vat_back - fctva - grants``, of each column. The rules of funding are applied to the lines at
        low and at high prices: a grant that its cap limits does not grow with prices.
    """

    excl_tax: Amounts
    vat: Amounts | None = None
    vat_back: Amounts | None = None
    fctva: Amounts | None = None
    grants: Amounts | None = None
    net: Amounts | None = None

    @property
    def incl_tax(self) -> Amounts | None:
        """Capex and all VAT on it; None where the study does not say who pays."""
        if self.vat is None:
            return None
        one, tax = self.excl_tax, self.vat
        return Amounts(one.low + tax.low, one.typical + tax.typical, one.high + tax.high)

    @property
    def last(self) -> Amounts:
        """What the chain ends with: the net city cost, or capex where nobody says who pays."""
        return self.excl_tax if self.net is None else self.net


def make_chain(lines: Sequence[Line], years: Sequence[int], funding: Funding | None) -> Chain:
    """Follow the lines of a plan from capex to the net city cost, at low, typical and high prices.

    Parameters
    ----------
    years : (n,) sequence of int
        Calendar year in which each line is paid.
    funding : Funding or None
        None where the study states neither VAT nor who pays.
    """
    priced = (
        lines_at(lines, lambda price: price.low_eur),
        lines,
        lines_at(lines, lambda price: price.high_eur),
    )
    if funding is None:
        return Chain(Amounts(*(total_cents(each) for each in priced)))
    columns = [_steps(net_city_cost(each, years, funding)) for each in priced]
    steps = [Amounts(*row) for row in zip(*columns, strict=True)]
    return Chain(*steps)


def _steps(cost: NetCityCost) -> tuple[int, ...]:
    return (
        cost.excl_tax,
        cost.incl_tax - cost.excl_tax,
        sum(row.vat for row in cost.taxed if is_got_back(row)),
        sum(cost.fctva.values()),
        sum(row.awarded for row in cost.grants),
        cost.total,
    )


def lines_at(lines: Sequence[Line], amount: Callable[[Price], float]) -> list[Line]:
    """Return the same quantities at other unit prices, each line rounded to the cent."""
    rows = {line.price.key: replace(line.price, typical_eur=amount(line.price)) for line in lines}
    return [make_line(line.work_id, line.kind, rows[line.price.key], line.quantity_hundredths / 100) for line in lines]
