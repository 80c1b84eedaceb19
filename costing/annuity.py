"""Formulas by which amounts of different years are compared. All are exact in `Decimal`, to 28 digits.

Sources: GSA, Facilities Standards for the Public Buildings Service (PBS-P100), life-cycle costing: escalate an amount
of today to its year, discount it back, and approximate the residual value by the part of the service life that remains;
Fuller and Petersen, Life-Cycle Costing Manual (NIST Handbook 135, 1995): single and uniform present value factors;
Fisher, The Theory of Interest (1930): nominal and real rates.
"""

from __future__ import annotations

from decimal import Decimal

ONE = Decimal(1)


def real_rate(nominal_rate: Decimal, inflation: Decimal) -> Decimal:
    """Return the rate above inflation: (1 + nominal) / (1 + inflation) - 1, the Fisher relation.

    Parameters
    ----------
    nominal_rate, inflation : Decimal
        A year; greater than -1.
    """
    return (ONE + nominal_rate) / (ONE + inflation) - ONE


def present_factor(rate: Decimal, years: int) -> Decimal:
    """Return what 1 after some years is worth now: (1 + rate)^-years."""
    return (ONE + rate) ** -years


def annuity_factor(rate: Decimal, years: int) -> Decimal:
    """Return what 1 at the end of each of some years is worth now: (1 - (1 + rate)^-years) / rate, `years` at rate 0.

    Parameters
    ----------
    rate : Decimal
        A year; greater than -1.
    years : int
        Not negative.
    """
    return Decimal(years) if rate == 0 else (ONE - present_factor(rate, years)) / rate


def equivalent_annual_cost(present_value: Decimal, rate: Decimal, years: int) -> Decimal:
    """Return the equal amount at the end of each year that is worth as much: present value / annuity factor."""
    return present_value / annuity_factor(rate, years)


def renewal_years(lifetime_years: int | None, horizon_years: int) -> tuple[int, ...]:
    """Return after how many years something is bought again: L, 2 L, ... before the horizon; never without lifetime."""
    return () if lifetime_years is None else tuple(range(lifetime_years, horizon_years, lifetime_years))


def residual_share(lifetime_years: int | None, horizon_years: int) -> Decimal:
    """Return what is left of the last purchase at the horizon, by straight line over its lifetime, 0 to 1.

    0 where nothing is known of the lifetime, and where it ends with the horizon.
    """
    if lifetime_years is None:
        return Decimal(0)
    return Decimal(-horizon_years % lifetime_years) / lifetime_years


def purchase_factor(rate: Decimal, horizon_years: int, lifetime_years: int | None) -> Decimal:
    """Return what buying for 1 costs over the horizon: purchase and renewals less what is left, at present value.

    Parameters
    ----------
    rate : Decimal
        Real rate a year, not negative: the factor is then above 0.
    horizon_years : int
        At least 1.
    lifetime_years : int or None
        At least 1.
    """
    bought = ONE + sum(
        (present_factor(rate, year) for year in renewal_years(lifetime_years, horizon_years)), Decimal(0)
    )
    return bought - residual_share(lifetime_years, horizon_years) * present_factor(rate, horizon_years)
