"""How sure the total of a plan is: its range, its distribution over price ranges, and the rows that matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costing.figure import to_unit_value
from costing.price_draws import Floats, Uncertainty, draw_prices
from costing.prices import Price
from costing.takeoff import Ints, Line, amounts_cents

BINS = 20


@dataclass(frozen=True)
class Swing:
    """Total of a plan with one row at an end of its range, the others typical.

    Attributes
    ----------
    price : Price
    low_cents, high_cents : int
        Total with the row at its low and at its high price.
    """

    price: Price
    low_cents: int
    high_cents: int

    @property
    def swing_cents(self) -> int:
        """What the range of the row moves the total by."""
        return self.high_cents - self.low_cents


@dataclass(frozen=True)
class PriceSpread:
    """What the ranges of unit prices mean for the total of a plan: capex excl. tax.

    Attributes
    ----------
    low_cents, typical_cents, high_cents : int
        Sum of the lines with all prices low, typical, high; each line rounded to the cent.
    settings : Uncertainty
    seed : int
    totals_eur : (m,) float
        Total of each draw, increasing.
    swings : tuple of Swing
        Tornado: rows that have a range, widest swing first.
    without_range_cents, without_family_cents : int
        Typical total of the rows whose low is their high, which do not vary; and of the rows that vary without a
        family, each on its own.
    """

    low_cents: int
    typical_cents: int
    high_cents: int
    settings: Uncertainty
    seed: int
    totals_eur: Floats
    swings: tuple[Swing, ...]
    without_range_cents: int
    without_family_cents: int

    @property
    def mean_eur(self) -> float:
        """Mean of the draws."""
        return float(self.totals_eur.mean())

    def percentile_eur(self, percent: float) -> float:
        """Return the total that so many percent of the draws stay below; linear between draws."""
        return float(np.quantile(self.totals_eur, percent / 100.0))

    @property
    def share_above_typical(self) -> float:
        """Share of the draws above the total at typical prices."""
        return float(np.mean(np.rint(self.totals_eur * 100) > self.typical_cents))

    @property
    def share_without_range(self) -> float:
        """Share of the typical total that counts as exact because its prices have no range; 0 for no cost."""
        return self.without_range_cents / self.typical_cents if self.typical_cents else 0.0

    @property
    def share_without_family(self) -> float:
        """Share of the typical total on rows that vary each on its own; 0 for no cost."""
        return self.without_family_cents / self.typical_cents if self.typical_cents else 0.0

    def histogram(self, bins: int = BINS) -> tuple[Floats, npt.NDArray[np.int64]]:
        """(bins + 1,) edges in EUR and (bins,) draws between them; one bin where nothing varies."""
        if self.totals_eur[0] == self.totals_eur[-1]:
            return self.totals_eur[[0, -1]], np.array([len(self.totals_eur)])
        counts, edges = np.histogram(self.totals_eur, bins=bins)
        return edges, counts.astype(np.int64)


def spread_prices(lines: Iterable[Line], settings: Uncertainty, seed: int) -> PriceSpread:
    """Measure how the total of some lines varies with the unit prices.

    Quantities do not vary. The draws are summed by price row and not rounded line by line.

    Parameters
    ----------
    lines : iterable of Line
    settings : Uncertainty
    seed : int
        Of the draws.
    """
    rows = _quantities(lines)
    prices = [price for price, _ in rows]
    low, typical, high = (
        [_cents(quantity, amount) for (_, quantity), amount in zip(rows, amounts, strict=True)]
        for amounts in (
            [price.low_eur for price in prices],
            [price.typical_eur for price in prices],
            [price.high_eur for price in prices],
        )
    )
    total = sum(typical)
    swings = [
        Swing(price, total + at_low - at, total + at_high - at)
        for price, at_low, at, at_high in zip(prices, low, typical, high, strict=True)
        if at_low < at_high
    ]
    return PriceSpread(
        low_cents=sum(low),
        typical_cents=total,
        high_cents=sum(high),
        settings=settings,
        seed=seed,
        totals_eur=_draw_totals(rows, total, settings, seed),
        swings=tuple(sorted(swings, key=lambda swing: (-swing.swing_cents, swing.price.key))),
        without_range_cents=sum(at for price, at in zip(prices, typical, strict=True) if not _varies(price)),
        without_family_cents=sum(
            at for price, at in zip(prices, typical, strict=True) if _varies(price) and not price.family
        ),
    )


def _varies(price: Price) -> bool:
    return price.low_eur < price.high_eur


def price_range_cents(lines: Iterable[Line]) -> tuple[int, int]:
    """Sum of the lines with all prices low and with all prices high, each line rounded to the cent."""
    rows = _quantities(lines)
    return (
        sum(_cents(quantity, price.low_eur) for price, quantity in rows),
        sum(_cents(quantity, price.high_eur) for price, quantity in rows),
    )


def _quantities(lines: Iterable[Line]) -> list[tuple[Price, Ints]]:
    """Each price row of some lines with the quantities of its lines, in hundredths."""
    prices: dict[str, Price] = {}
    quantities: dict[str, list[int]] = {}
    for line in lines:
        prices.setdefault(line.price.key, line.price)
        quantities.setdefault(line.price.key, []).append(line.quantity_hundredths)
    return [(price, np.array(quantities[key], dtype=np.int64)) for key, price in prices.items()]


def _cents(quantities: Ints, unit_price_eur: float) -> int:
    return int(amounts_cents(quantities, to_unit_value(unit_price_eur)).sum())


def _draw_totals(rows: list[tuple[Price, Ints]], typical_cents: int, settings: Uncertainty, seed: int) -> Floats:
    """(m,) totals of the draws, increasing; what has no range stays exactly typical."""
    vary = [(price, quantity.sum() / 100) for price, quantity in rows if _varies(price)]
    totals = np.full(settings.draws, typical_cents / 100)
    if vary:
        typical = np.array([price.typical_eur for price, _ in vary])
        drawn = draw_prices([price for price, _ in vary], settings, seed)
        totals += (drawn - typical) @ np.array([quantity for _, quantity in vary])
    totals.sort()
    return totals
