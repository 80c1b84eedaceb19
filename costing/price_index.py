"""Price indices: what a price of one date is at another."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Index = Mapping[datetime.date, float]
CENT, MILLIONTH = Decimal("0.01"), Decimal("0.000001")


@dataclass(frozen=True)
class PriceSettings:
    """How the price list of a study is made from price rows.

    Attributes
    ----------
    date : date or None
        Date of the study: prices that hold then are taken. None: no row may have several.
    index : str
        Index of dated prices that name none; empty: those are not revised.
    indices : mapping of str to mapping of date to float
        Values of each index, each from its date until the next one.
    obsolete_after_years : int
        Years after which a price that no index revised is obsolete.
    currency : str
        Of the study.
    inherit : str
        ``france``: rows that the study does not state are the shipped ones; ``none``: there are no others.
    """

    date: datetime.date | None = None
    index: str = ""
    indices: Mapping[str, Index] = field(default_factory=dict)
    obsolete_after_years: int = 5
    currency: str = "EUR"
    inherit: Literal["france", "none"] = "france"

    @property
    def inherits(self) -> bool:
        """Whether shipped prices hold for the study: they are in EUR."""
        return self.inherit == "france" and self.currency == "EUR"


def index_value(index: Index, day: datetime.date) -> Decimal | None:
    """Return the last value at or before a day; None where there is none yet."""
    dates = [date for date in index if date <= day]
    return Decimal(str(index[max(dates)])) if dates else None


def revise(amount: float, now: Decimal, then: Decimal) -> float:
    """Return amount x now / then, rounded half up to the cent, below 1 to six decimals.

    That is revision by reference to an index (France: Code de la commande publique, article R2112-13, 1°). The formulas
    of contracts may have a fixed term besides (2° of that article); there is none here.
    """
    revised = Decimal(str(amount)) * now / then
    return float(revised.quantize(CENT if revised >= 1 else MILLIONTH, ROUND_HALF_UP))
