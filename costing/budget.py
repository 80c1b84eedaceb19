"""The budget of an operation: its works, and what the town pays beside them. None of it is in the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal

import numpy as np

from costing.prices import Price
from costing.takeoff import amounts_cents, to_hundredths

BudgetKind = Literal["works", "investigation", "fees", "contingency", "revision"]


@dataclass(frozen=True)
class Investigation:
    """Which routes are investigated before they are dug: those of unverified survey classes.

    Attributes
    ----------
    column : str
        Attribute of the routes that tells the class.
    unverified : tuple of str
        Classes that are not to be relied on; a missing value is one of them.
    price : str
        Row of the price list, by the metre.
    """

    column: str
    unverified: tuple[str, ...]
    price: str


@dataclass(frozen=True)
class BudgetRules:
    """What an operation pays beside its works. All rates are 0 to 1, on the works excl. tax.

    Attributes
    ----------
    fees : mapping of str to float
        Name -> rate.
    stage : str
        Stage of the design (AVP, PRO, ACT, ...), empty where none is named.
    contingency : float or None
        At that stage; None for none.
    revision : float or None
        Revision of prices until the works are paid; None for none.
    investigation : Investigation or None
    """

    fees: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    stage: str = ""
    contingency: float | None = None
    revision: float | None = None
    investigation: Investigation | None = None


@dataclass(frozen=True)
class BudgetLine:
    """One line of the budget.

    Attributes
    ----------
    kind : str
    name : str
        Of a fee as the study names it, the stage of a contingency, the label of the price of an investigation.
    rate : float or None
        On the works; None for works and investigation.
    amount_cents : int
        Excl. tax, rounded half up.
    """

    kind: BudgetKind
    name: str
    rate: float | None
    amount_cents: int


@dataclass(frozen=True)
class OperationBudget:
    """Budget of an operation, excl. tax.

    Attributes
    ----------
    lines : tuple of BudgetLine
        The works first.
    unverified_m : float or None
        Metres that are investigated, whole centimetres; None where the study does not ask.
    investigation : Price or None
        What each of them costs.
    """

    lines: tuple[BudgetLine, ...]
    unverified_m: float | None = None
    investigation: Price | None = None

    @property
    def total_cents(self) -> int:
        """Sum of the lines, cents excl. tax."""
        return sum(line.amount_cents for line in self.lines)


def share_of(amount_cents: int, rate: float) -> int:
    """Return a part of an amount, cents, rounded half up; the rate counts as the decimal number that is written.

    Raises
    ------
    ValueError
        A rate below 0 or not finite.
    """
    if not 0 <= rate < float("inf"):
        raise ValueError(f"rate should not be negative: {rate}")
    return int((amount_cents * Decimal(str(rate))).quantize(Decimal(1), ROUND_HALF_UP))


def make_budget(
    works_cents: int, rules: BudgetRules, *, unverified_m: float = 0.0, investigation: Price | None = None
) -> OperationBudget:
    """Add to the works of a plan what the operation pays beside them.

    Parameters
    ----------
    works_cents : int
        Capex excl. tax.
    rules : BudgetRules
    unverified_m : float
        Metres built on routes of unverified survey classes.
    investigation : Price, optional
        Price of investigating them, by the metre; required where the rules ask for it.

    Raises
    ------
    ValueError
        A negative length, or an investigation without a price.
    """
    lines = [BudgetLine("works", "", None, works_cents)]
    if rules.investigation is not None:
        if investigation is None:
            raise ValueError("an investigation needs a price")
        hundredths = to_hundredths(np.array([unverified_m], dtype=np.float64))
        amount = int(amounts_cents(hundredths, Decimal(str(investigation.typical_eur)))[0])
        lines.append(BudgetLine("investigation", investigation.label, None, amount))
        unverified_m = int(hundredths[0]) / 100
    lines += [BudgetLine("fees", name, rate, share_of(works_cents, rate)) for name, rate in rules.fees.items()]
    if rules.contingency is not None:
        amount = share_of(works_cents, rules.contingency)
        lines.append(BudgetLine("contingency", rules.stage, rules.contingency, amount))
    if rules.revision is not None:
        lines.append(BudgetLine("revision", "", rules.revision, share_of(works_cents, rules.revision)))
    if rules.investigation is None:
        return OperationBudget(tuple(lines))
    return OperationBudget(tuple(lines), unverified_m, investigation)
