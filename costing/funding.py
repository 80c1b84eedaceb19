"""Who pays: the rules by which taxes, compensation and grants make the net cost of the town out of its spending."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from costing.prices import Price, VatRegime
from gis_layers import StudyError

# Rates of the fund by the first year of the spending to which they apply: 15.761 % from 2014, 16.404 % from 2015.
# https://www.weka.fr/administration-locale/dossier-pratique/schemas-de-procedures-administratives-dt102/exercer-le-droit-a-deduction-de-la-tva-8610/
FCTVA_RATES: Mapping[int, float] = {2014: 0.15761, 2015: 0.16404}
# General rule of article L1615-6 of the code général des collectivités territoriales; communautés de communes and
# communes nouvelles are paid in the same year, towns of the recovery plan of 2009 and 2010 a year later.
# https://archive.nossenateurs.fr/amendement/20212022-162/I-470
FCTVA_LAG_YEARS = 2


@dataclass(frozen=True)
class Fctva:
    """Compensation of VAT by the state (fonds de compensation pour la TVA).

    Attributes
    ----------
    rates : mapping of int to float
        First year of a rate: rate on eligible spending incl. tax; the spending's year decides.
    lag_years : int
        Years between spending and payment.
    accounts : tuple of str
        Beginnings of the eligible accounts; rows without an account are eligible. Empty: all are.
    """

    rates: Mapping[int, float] = field(default_factory=lambda: dict(FCTVA_RATES))
    lag_years: int = FCTVA_LAG_YEARS
    accounts: tuple[str, ...] = ()

    def rate(self, year: int) -> float:
        """Return the rate on spending of a year.

        Raises
        ------
        StudyError
            The year lies before the first rate.
        """
        known = [first for first in self.rates if first <= year]
        if not known:
            raise StudyError(
                f"no FCTVA rate is known for spending of {year}: the first one is of {min(self.rates)}",
                "state it under funding.fctva.rates",
                key="funding.fctva.rates",
            )
        return self.rates[max(known)]


@dataclass(frozen=True)
class Grant:
    """A grant on investment.

    Attributes
    ----------
    name : str
    rate : float
        On eligible spending excl. tax, 0 to 1.
    cap_eur : float or None
        Most that is paid in all; None for no cap.
    until : date or None
        Only spending of years that begin before that day is eligible.
    accounts : tuple of str
        As of `Fctva`.
    lag_years : int
        Years between spending and payment.
    """

    name: str
    rate: float
    cap_eur: float | None = None
    until: datetime.date | None = None
    accounts: tuple[str, ...] = ()
    lag_years: int = 0

    def takes(self, price: Price, year: int) -> bool:
        """Whether spending on a row in a year is eligible."""
        in_time = self.until is None or datetime.date(year, 1, 1) < self.until
        return in_time and is_eligible(price.account, self.accounts)


@dataclass(frozen=True)
class Loan:
    """A loan for a part of what the town pays.

    Attributes
    ----------
    share : float
        Of the town's net cost, 0 to 1.
    rate : float
        Interest a year, 0 to 1.
    years : int
        Constant annuities, the first one year after it is drawn.
    """

    share: float
    rate: float
    years: int


@dataclass(frozen=True)
class Funding:
    """Who pays.

    Attributes
    ----------
    vat_rate : float or None
        Of rows that state none; None where the study states none.
    vat_regime : str
        Of rows that state none.
    fctva : Fctva or None
    grants : tuple of Grant
        In the order of the study; where a ceiling binds, the last one is cut first.
    own_share_at_least : float
        Part of the spending excl. tax that grants must leave to the town, 0 to 1.
    public_aid_at_most : float
        Ceiling of all grants together, part of the spending excl. tax, 0 to 1.
    loan : Loan or None
    """

    vat_rate: float | None = None
    vat_regime: VatRegime = "none"
    fctva: Fctva | None = None
    grants: tuple[Grant, ...] = ()
    own_share_at_least: float = 0.0
    public_aid_at_most: float = 1.0
    loan: Loan | None = None

    def regime(self, price: Price) -> VatRegime:
        """Return the VAT regime of a row."""
        return price.vat_regime or self.vat_regime

    def vat(self, price: Price) -> Decimal:
        """Return the rate of the VAT that is paid on a row, 0 to 1.

        Raises
        ------
        StudyError
            Neither the row nor the study states a rate.
        """
        if self.regime(price) == "none":
            return Decimal(0)
        rate = self.vat_rate if price.vat_rate is None else price.vat_rate
        if rate is None:
            raise StudyError(
                f"price {price.key!r} is in VAT regime {self.regime(price)}, but nothing states its rate",
                "give the row a VAT rate, or state finance.vat",
                key="prices.list",
            )
        return as_decimal(rate)

    def has_fctva(self, price: Price) -> bool:
        """Whether VAT on a row is compensated: regime ``fctva``, and an eligible account."""
        return (
            self.fctva is not None and self.regime(price) == "fctva" and is_eligible(price.account, self.fctva.accounts)
        )

    @property
    def ceiling(self) -> Decimal:
        """All grants together, most part of the spending excl. tax: the stricter of the two limits."""
        return min(as_decimal(self.public_aid_at_most), 1 - as_decimal(self.own_share_at_least))


def is_eligible(account: str, beginnings: tuple[str, ...]) -> bool:
    """Whether an account begins as one of the eligible; what states no account, or no account asked, is."""
    return not account or not beginnings or account.startswith(beginnings)


def as_decimal(rate: float) -> Decimal:
    """Return a rate as the study writes it: 0.16404 is exactly that."""
    return Decimal(str(rate))
