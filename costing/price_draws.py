"""Prices drawn from their ranges: rows of one family tend to be dear together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from costing.figure import to_unit_value
from costing.prices import Price, PriceList, StudyPrices

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Uncertainty:
    """How prices are drawn.

    Attributes
    ----------
    draws : int
        Draws of all prices together.
    correlation : float
        Of the rows of one family, 0 to 1. The default of 0.5 is a choice half way between two simple cases, not a
        fact: at 0 errors of single prices cancel out in the total, at 1 they all add up.
    """

    draws: int = 2000
    correlation: float = 0.5


def triangular_quantile(rank: Floats, low: Floats, mode: Floats, high: Floats) -> Floats:
    """Return the quantile of the triangular distribution; a range without width is a constant.

    With F = (mode - low) / (high - low): low + sqrt(u (high - low)(mode - low)) for u up to F, and
    high - sqrt((1 - u)(high - low)(high - mode)) above (Kotz and van Dorp, Beyond Beta, 2004, chapter 1). Three-point
    estimates of cost are commonly read as triangular (GAO, Cost Estimating and Assessment Guide, GAO-20-195G, 2020,
    chapter 12).

    Parameters
    ----------
    rank : (m, n) float
        0 to 1.
    low, mode, high : (n,) float
        low <= mode <= high.

    Returns
    -------
    (m, n) float
    """
    width = high - low
    turn = np.divide(mode - low, width, out=np.zeros_like(width), where=width > 0)
    rising = low + np.sqrt(rank * width * (mode - low))
    falling = high - np.sqrt((1.0 - rank) * width * (high - mode))
    return np.asarray(np.where(rank <= turn, rising, falling), dtype=np.float64)


def draw_ranks(families: Sequence[str], settings: Uncertainty, seed: int) -> Floats:
    """Draw the rank of each row in its distribution, correlated within families by a one-factor Gaussian copula.

    X_i = sqrt(r) Z_family + sqrt(1 - r) e_i with independent standard normal Z and e has the correlation r within a
    family and none between families (Vasicek, Loan portfolio value, 2002; Li, On default correlation, 2000); its normal
    ranks keep that dependence whatever the distributions (Sklar). Each column is then stratified: one draw in the
    middle of each of the m slices of equal probability, in the order of X (Latin hypercube sampling with dependence,
    Packham and Schmidt, 2010), which makes the mean of a sum of prices almost exact.

    Parameters
    ----------
    families : sequence of str
        Family of each of the n rows; empty: on its own.
    settings : Uncertainty
    seed : int

    Returns
    -------
    (m, n) float
        In (0, 1); m draws.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    known = sorted({family for family in families if family})
    factors = rng.standard_normal((settings.draws, len(known)))
    together = rng.standard_normal((settings.draws, len(families)))
    shared, own = np.sqrt(settings.correlation), np.sqrt(1.0 - settings.correlation)
    for column, family in enumerate(families):
        if family:
            together[:, column] = shared * factors[:, known.index(family)] + own * together[:, column]
    order = together.argsort(axis=0).argsort(axis=0)
    return np.asarray((order + 0.5) / settings.draws, dtype=np.float64)


def draw_prices(prices: Sequence[Price], settings: Uncertainty, seed: int) -> Floats:
    """Draw unit prices; (m, n) float, excl. tax, m draws of n rows.

    Rows are drawn in the order of their keys, so that the order in which they are given has no part in it.
    """
    order = sorted(range(len(prices)), key=lambda row: prices[row].key)
    ranks = np.empty((settings.draws, len(prices)))
    ranks[:, order] = draw_ranks([prices[row].family for row in order], settings, seed)
    return _prices_at(ranks, prices)


def draw_price_lists(prices: PriceList, settings: Uncertainty, seed: int) -> list[PriceList]:
    """Draw whole price lists: every row, its brackets at the same rank, and the rows of running costs that it names.

    Returns
    -------
    list of PriceList
        One a draw; ``typical_eur`` is what was drawn, at most six decimals; ``low_eur`` and ``high_eur`` stay.
    """
    rows = {price.key: price for price in _with_running_costs(prices.values())}
    keys = sorted(rows)
    ranks = draw_ranks([rows[key].family for key in keys], settings, seed)
    return [_price_list(prices, dict(zip(keys, own, strict=True))) for own in ranks.tolist()]


def _with_running_costs(prices: Iterable[Price]) -> list[Price]:
    found: list[Price] = []
    for price in prices:
        found += [price, *_with_running_costs(price.opex)]
    return found


def _price_list(prices: PriceList, rank: Mapping[str, float]) -> PriceList:
    drawn = MappingProxyType({key: _drawn(price, rank) for key, price in prices.items()})
    return replace(prices, prices=drawn) if isinstance(prices, StudyPrices) else drawn


def _drawn(price: Price, rank: Mapping[str, float]) -> Price:
    own = rank[price.key]
    return replace(
        price,
        typical_eur=_amount(own, price.low_eur, price.typical_eur, price.high_eur),
        opex=tuple(_drawn(running, rank) for running in price.opex),
        brackets=tuple(
            replace(part, typical_eur=_amount(own, part.low_eur, part.typical_eur, part.high_eur))
            for part in price.brackets
        ),
    )


def _amount(rank: float, low: float, mode: float, high: float) -> float:
    """Drawn price at the six decimals that unit prices have, which never leave the range."""
    at = triangular_quantile(np.array([[rank]]), np.array([low]), np.array([mode]), np.array([high]))
    return float(min(max(to_unit_value(float(at[0, 0])), Decimal(str(low))), Decimal(str(high))))


def _prices_at(ranks: Floats, prices: Sequence[Price]) -> Floats:
    low, mode, high = (
        np.array(amounts, dtype=np.float64)
        for amounts in zip(*((price.low_eur, price.typical_eur, price.high_eur) for price in prices), strict=True)
    )
    return triangular_quantile(ranks, low, mode, high)
