"""Loans of constant annuities."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from costing.funding import Loan, as_decimal
from costing.net_cost import round_cents


@dataclass(frozen=True)
class LoanYear:
    """One year of a loan, cents.

    Attributes
    ----------
    year : int
    drawn : int
    interest, repayment : int
        The annuity is their sum.
    owed : int
        At the end of the year.
    """

    year: int
    drawn: int
    interest: int
    repayment: int
    owed: int


def amortise(loan: Loan, net_cost_cents: int, year: int) -> tuple[LoanYear, ...]:
    """Return the table of a loan that is drawn in `year`.

    The constant annuity is C i / (1 - (1 + i)^-n), C / n without interest, rounded half up to the cent; the last one
    pays what is left. Formula and a worked example: http://experts-univers.com/mathematique-financiere.html

    Parameters
    ----------
    loan : Loan
    net_cost_cents : int
        Of which the loan is a share.
    year : int
        In which it is drawn; the first annuity follows a year later.
    """
    capital = round_cents(as_decimal(loan.share) * max(net_cost_cents, 0))
    rate = as_decimal(loan.rate)
    annuity = round_cents(capital * rate / (1 - (1 + rate) ** -loan.years) if rate else Decimal(capital) / loan.years)
    rows = [LoanYear(year, capital, 0, 0, capital)]
    for number in range(1, loan.years + 1):
        owed = rows[-1].owed
        interest = round_cents(owed * rate)
        repayment = owed if number == loan.years else min(annuity - interest, owed)
        rows.append(LoanYear(year + number, 0, interest, repayment, owed - repayment))
    return tuple(rows)
