"""Who pays: the rules by which taxes, compensation and grants make the net cost of the town out of its spending."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from costing.prices import VatRegime


@dataclass(frozen=True)
class Fctva:
    """Compensation of VAT by the state (fonds de compensation pour la TVA).

    Attributes
    ----------
    rates : mapping of date to float
        First day of a rate: rate on eligible spending incl. tax; the spending's year decides.
    lag_years : int
        Years between spending and payment.
    accounts : tuple of str
        Beginnings of the eligible accounts; rows without an account are eligible. Empty: all are.
    """

    rates: Mapping[datetime.date, float]
    lag_years: int = 0
    accounts: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Loan:
    """A loan for a part of what the town pays.

    Attributes
    ----------
    share : float
        Of the town's net cost, 0 to 1.
    rate : float
        Interest a year.
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
    vat_rate : float
        Of rows that state none.
    vat_regime : str
        Of rows that state none.
    fctva : Fctva or None
    grants : tuple of Grant
    own_share_at_least : float
        Part of the spending excl. tax that the town bears itself, 0 to 1.
    public_aid_at_most : float
        Ceiling of all grants together, part of the spending excl. tax, 0 to 1.
    loan : Loan or None
    """

    vat_rate: float = 0.0
    vat_regime: VatRegime = "none"
    fctva: Fctva | None = None
    grants: tuple[Grant, ...] = field(default_factory=tuple)
    own_share_at_least: float = 0.0
    public_aid_at_most: float = 1.0
    loan: Loan | None = None
