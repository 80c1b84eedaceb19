"""Money over time: the settings of a study by which amounts of different years are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finance:
    """How amounts of different years are compared.

    Attributes
    ----------
    base_year : int
        Year to whose beginning amounts are discounted.
    horizon_years : int
        Years in service for which each work is looked at, from the year in which it is built.
    discount_rate : float
        A year; above inflation with ``real`` terms, inflation included with ``nominal`` ones.
    terms : str
        ``real``: all amounts at the prices of the base year; ``nominal``: amounts grow by `inflation` a year.
    inflation : float
        A year; 0 with real terms.
    """

    base_year: int
    horizon_years: int
    discount_rate: float
    terms: Literal["real", "nominal"] = "real"
    inflation: float = 0.0
