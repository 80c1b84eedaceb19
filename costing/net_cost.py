"""The net cost of the town by year: VAT, its compensation and grants, each rounded once where a body would round it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from costing.funding import Funding, Grant, as_decimal
from costing.prices import VatRegime
from costing.takeoff import Line


@dataclass(frozen=True, order=True)
class TaxedSpending:
    """Spending of a year under one rule of VAT, cents.

    Attributes
    ----------
    year : int
    regime : str
    rate : Decimal
    compensated : bool
        Whether FCTVA is paid on it.
    excl_tax, vat : int
        VAT is rounded half up on the total, as on an invoice.
    """

    year: int
    regime: VatRegime
    rate: Decimal
    compensated: bool
    excl_tax: int
    vat: int


@dataclass(frozen=True)
class Granted:
    """What becomes of a grant, cents.

    Attributes
    ----------
    grant : Grant
    eligible : mapping of int to int
        Year -> eligible spending excl. tax.
    asked : int
        Rate x eligible spending, rounded half up.
    capped : int
        No more than its cap.
    awarded : int
        What is left of it once the ceiling of all grants together has cut.
    paid : mapping of int to int
        Year -> payment; they add up to `awarded`.
    without_account : int
        Part of the eligible spending that counts although its rows state no account; 0 where any account is eligible.
    """

    grant: Grant
    eligible: Mapping[int, int]
    asked: int
    capped: int
    awarded: int
    paid: Mapping[int, int]
    without_account: int


@dataclass(frozen=True)
class NetCityCost:
    """Who pays what, cents; undiscounted.

    Attributes
    ----------
    taxed : tuple of TaxedSpending
        By year, regime, rate and compensation; spending excl. tax and VAT of all of it.
    fctva : mapping of int to int
        Year of payment -> compensation.
    grants : tuple of Granted
    ceiling : int
        Most that all grants may come to, rounded down.
    years : tuple of int
        Every year in which anything is spent or received, and those between.
    without_account : int
        As of `Granted`, of the spending excl. tax on which FCTVA is paid.
    """

    taxed: tuple[TaxedSpending, ...]
    fctva: Mapping[int, int]
    grants: tuple[Granted, ...]
    ceiling: int
    years: tuple[int, ...]
    without_account: int

    @property
    def excl_tax(self) -> int:
        """Spending excl. tax."""
        return sum(row.excl_tax for row in self.taxed)

    @property
    def incl_tax(self) -> int:
        """Spending and all VAT on it, that which is got back included."""
        return sum(row.excl_tax + row.vat for row in self.taxed)

    @property
    def before_grants(self) -> int:
        """What grants could make less."""
        return self.incl_tax - sum(row.vat for row in self.taxed if is_got_back(row)) - sum(self.fctva.values())

    @property
    def total(self) -> int:
        """Net cost of the town."""
        return self.before_grants - sum(row.awarded for row in self.grants)


def is_got_back(row: TaxedSpending) -> bool:
    """Whether VAT on the spending is deducted from VAT that the town owes, in the same year."""
    return row.regime == "deductible"


def net_city_cost(lines: Sequence[Line], years: Sequence[int], funding: Funding) -> NetCityCost:
    """Work out who pays for some lines.

    VAT is worked out on the total of each year, regime and rate; FCTVA on the total incl. tax of each year; each grant
    on all its eligible spending, then capped; where the grants exceed the ceiling, the last one is cut first. What a
    grant awards is paid in proportion to its eligible spending of each year. VAT of deductible activities is got back
    in the year in which it is paid.

    Parameters
    ----------
    lines : sequence of Line
        Investment, amounts excl. tax.
    years : sequence of int
        Calendar year of each.
    funding : Funding

    Raises
    ------
    StudyError
        A year without FCTVA rate, or a row without VAT rate.
    """
    taxed = _taxed(lines, years, funding)
    fctva = _fctva(taxed, funding)
    ceiling = int((funding.ceiling * sum(row.excl_tax for row in taxed)).to_integral_value(ROUND_FLOOR))
    grants = _granted(lines, years, funding.grants, ceiling)
    busy = {row.year for row in taxed} | set(fctva) | {year for row in grants for year in row.paid}
    span = tuple(range(min(busy), max(busy) + 1)) if busy else ()
    compensated = [line for line in lines if funding.has_fctva(line.price)]
    without = 0 if funding.fctva is None else _without_account(compensated, funding.fctva.accounts)
    return NetCityCost(taxed, fctva, grants, ceiling, span, without)


def round_cents(amount: Decimal) -> int:
    """Round half up, away from zero never: amounts are not negative."""
    return int(amount.to_integral_value(ROUND_HALF_UP))


def _taxed(lines: Sequence[Line], years: Sequence[int], funding: Funding) -> tuple[TaxedSpending, ...]:
    totals: dict[tuple[int, VatRegime, Decimal, bool], int] = defaultdict(int)
    for line, year in zip(lines, years, strict=True):
        price = line.price
        totals[year, funding.regime(price), funding.vat(price), funding.has_fctva(price)] += line.amount_cents
    rows = (TaxedSpending(*key, excl_tax, round_cents(excl_tax * key[2])) for key, excl_tax in totals.items())
    return tuple(sorted(rows))


def _fctva(taxed: Sequence[TaxedSpending], funding: Funding) -> dict[int, int]:
    if funding.fctva is None:
        return {}
    base: dict[int, int] = defaultdict(int)
    for row in taxed:
        if row.compensated:
            base[row.year] += row.excl_tax + row.vat
    lag, rates = funding.fctva.lag_years, funding.fctva
    return {year + lag: round_cents(base[year] * as_decimal(rates.rate(year))) for year in sorted(base)}


def _granted(lines: Sequence[Line], years: Sequence[int], grants: Sequence[Grant], ceiling: int) -> tuple[Granted, ...]:
    """Grants are awarded in the order of the study as long as the ceiling leaves room: so the last is cut first."""
    found, room = [], ceiling
    for grant in grants:
        taken = [(line, year) for line, year in zip(lines, years, strict=True) if grant.takes(line.price, year)]
        eligible: dict[int, int] = defaultdict(int)
        for line, year in taken:
            eligible[year] += line.amount_cents
        asked = round_cents(as_decimal(grant.rate) * sum(eligible.values()))
        capped = asked if grant.cap_eur is None else min(asked, round_cents(as_decimal(grant.cap_eur) * 100))
        awarded = min(capped, room)
        room -= awarded
        paid = {year + grant.lag_years: cents for year, cents in _split(awarded, eligible).items()}
        without = _without_account([line for line, _ in taken], grant.accounts)
        found.append(Granted(grant, dict(sorted(eligible.items())), asked, capped, awarded, paid, without))
    return tuple(found)


def _without_account(eligible: Sequence[Line], accounts: tuple[str, ...]) -> int:
    return sum(line.amount_cents for line in eligible if not line.price.account) if accounts else 0


def _split(amount: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Split cents over years in proportion; rounding the running sum keeps the total."""
    total, running, given = sum(weights.values()), 0, 0
    split: dict[int, int] = {}
    for year in sorted(weights):
        running += weights[year]
        until_now = round_cents(Decimal(amount * running) / total) if total else 0
        split[year], given = until_now - given, until_now
    return split
