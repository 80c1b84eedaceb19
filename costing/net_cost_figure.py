"""The net cost of the town as the greatest of linear figures: what the program can minimise, with proof.

All grants together come to min(c H, sum over grants of min(cap, r E)), where H is the spending excl. tax, E the part
of it that is eligible, and c the ceiling. That minimum of linear amounts is also the least, over all weights
0 <= w_g <= t <= 1, of (1 - t) c H + sum of (w_g r_g E_g + (t - w_g) cap_g). So each choice of weights takes off at
least the grants that the town really gets: its figure never exceeds the net cost, whatever the plan, and the best
choice equals it. Among plans whose eligible spending is at least e_g, v_g (r_g E_g - r_g e_g), v_g >= 0, may be taken
off besides: a Lagrange multiplier on that limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from costing.figure import SMALLEST_STEP, FigureName
from costing.funding import Funding, as_decimal
from costing.net_cost import NetCityCost
from costing.prices import Price
from gis_layers import StudyError

BASIS: Final = "net city cost: capex incl. tax, less VAT got back, FCTVA and grants"


@dataclass(frozen=True)
class Weights:
    """Which limits on grants are taken to bind.

    Attributes
    ----------
    below_ceiling : float
        t above: 1 where the ceiling does not bind, 0 where it does.
    uncapped : tuple of float
        w above, by grant: t where the cap does not bind, 0 where it does; always t for a grant without cap.
    beyond : tuple of float
        v above, by grant; empty for none.
    least_cents : tuple of int
        e above, by grant, cents excl. tax; empty for none.
    """

    below_ceiling: float
    uncapped: tuple[float, ...]
    beyond: tuple[float, ...] = ()
    least_cents: tuple[int, ...] = ()


@dataclass(frozen=True)
class NetCost:
    """Net cost of the town with grants at some weights, in a year; a `Figure`.

    Attributes
    ----------
    funding : Funding
    weights : Weights
    year : int
        Of the spending: rates and grants of that year.
    """

    funding: Funding
    weights: Weights
    year: int
    name: FigureName = "net_city_cost"
    basis: str = BASIS

    def unit_value(self, price: Price) -> Decimal:
        """Return what a unit costs the town, grants at these weights taken off."""
        factor = before_grants(self.funding, price, self.year) - self.aid(price)
        if factor < 0:
            raise StudyError(
                f"plan.minimise: net_city_cost: FCTVA and grants pay for more than price {price.key!r} costs",
                "state funding.own_share_at_least, or minimise capex",
            )
        value = Decimal(str(price.typical_eur)) * factor
        return value.quantize(SMALLEST_STEP, ROUND_FLOOR)  # never above the net cost: the bound stays one

    def year_factors(self, years: Sequence[int]) -> tuple[float, ...]:
        """Return 1 for every year: `refuse_changing_years` has seen to that."""
        return (1.0,) * len(years)

    @property
    def constant_eur(self) -> Decimal:
        """Amounts that do not depend on the plan at these weights, taken off once."""
        caps = [as_decimal(grant.cap_eur or 0) for grant in self.funding.grants]
        uncapped = [as_decimal(weight) for weight in self.weights.uncapped]
        below = as_decimal(self.weights.below_ceiling)
        constant = sum(((below - weight) * cap for weight, cap in zip(uncapped, caps, strict=True)), Decimal(0))
        grants = zip(self.funding.grants, self.weights.beyond, self.weights.least_cents, strict=False)
        least = (as_decimal(beyond) * as_decimal(grant.rate) * cents / 100 for grant, beyond, cents in grants)
        return constant - sum(least, Decimal(0))

    def aid(self, price: Price) -> Decimal:
        """Return the grants that a euro excl. tax of a row takes with it."""
        aid = (1 - as_decimal(self.weights.below_ceiling)) * self.funding.ceiling
        for grant, weight in zip(self.funding.grants, self.weights.uncapped, strict=True):
            if grant.takes(price, self.year):
                aid += as_decimal(weight) * as_decimal(grant.rate)
        for grant, beyond in zip(self.funding.grants, self.weights.beyond, strict=False):
            if grant.takes(price, self.year):
                aid += as_decimal(beyond) * as_decimal(grant.rate)
        return aid


def before_grants(funding: Funding, price: Price, year: int) -> Decimal:
    """What a euro excl. tax of a row costs the town before grants: VAT that stays with it, less FCTVA.

    Raises
    ------
    StudyError
        As `Funding.vat` and `Fctva.rate`.
    """
    if funding.regime(price) == "deductible":
        return Decimal(1)
    incl_tax = 1 + funding.vat(price)
    if funding.fctva is None or not funding.has_fctva(price):
        return incl_tax
    return incl_tax * (1 - as_decimal(funding.fctva.rate(year)))


def rounding_cents(funding: Funding, rows: Sequence[Price], years: int) -> int:
    """Cents by which the rounding of VAT, FCTVA, grants and their ceiling can lower the net cost of a plan at most."""
    rules = {(funding.regime(row), row.vat_rate, funding.has_fctva(row)) for row in rows}
    return years * (len(rules) + 1) + len(funding.grants) + 1


def never_limited(funding: Funding, most_eur: float | None) -> bool:
    """Whether no cap or ceiling of the grants can bind for any plan, of no more than `most_eur` excl. tax if given."""
    caps = [(as_decimal(grant.rate), grant.cap_eur) for grant in funding.grants]
    capped = [
        cap is not None and (most_eur is None or rate * as_decimal(most_eur) > as_decimal(cap)) for rate, cap in caps
    ]
    return not any(capped) and sum((rate for rate, _ in caps), Decimal(0)) <= funding.ceiling


def uncapped(funding: Funding) -> Weights:
    """Return the weights at which no cap and no ceiling binds."""
    return Weights(1.0, (1.0,) * len(funding.grants))


def grants_as_weighed(cost: NetCityCost, funding: Funding, weights: Weights) -> Decimal:
    """Cents of grants that some weights take off a plan: never less than it gets, but for rounding."""
    below = as_decimal(weights.below_ceiling)
    total = (1 - below) * funding.ceiling * cost.excl_tax
    for row, weight in zip(cost.grants, weights.uncapped, strict=True):
        uncapped = as_decimal(weight)
        total += uncapped * as_decimal(row.grant.rate) * sum(row.eligible.values())
        total += (below - uncapped) * as_decimal(row.grant.cap_eur or 0) * 100
    for row, weight, cents in zip(cost.grants, weights.beyond, weights.least_cents, strict=False):
        total += as_decimal(weight) * as_decimal(row.grant.rate) * (sum(row.eligible.values()) - cents)
    return total


def refuse_changing_years(funding: Funding, years: Sequence[int]) -> None:
    """Refuse to minimise the net cost of a plan whose years differ in their rates.

    Raises
    ------
    StudyError
    """
    if len(years) < 2:
        return
    first, last = min(years), max(years)
    if funding.fctva is not None and len({funding.fctva.rate(year) for year in years}) > 1:
        raise StudyError(
            f"plan.minimise: net_city_cost: the FCTVA rate changes between {first} and {last}",
            "minimise capex: the net cost of the plan is told all the same",
        )
    for grant in funding.grants:
        if grant.until is not None and first < grant.until.year + (grant.until.timetuple().tm_yday > 1) <= last:
            raise StudyError(
                f"plan.minimise: net_city_cost: grant {grant.name} ends on {grant.until}, within the years of the plan",
                "minimise capex: the net cost of the plan is told all the same",
            )
