"""What equipment at a place, and the connection of newly served demand, cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from costing.figure import Capex, Figure
from costing.items import PIECE_HINTS, item_rates
from costing.prices import Price, PriceList, price_of
from costing.takeoff import Ints, Line, Rate, amounts_cents, make_line, to_hundredths
from network_model import Candidates, Demand, Option, Service

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Objects = npt.NDArray[np.object_]


@dataclass(frozen=True)
class CandidateQuotes:
    """What each candidate costs. K candidates.

    Attributes
    ----------
    value_cents : (K,) int
        The figure that decides, cents.
    cost_cents : (K,) int
        Capex, cents excl. tax.
    option : (K,) int
        Index into `rates`.
    rates : tuple of tuple of Rate
        For each option, what is paid once for each candidate: equipment, support, then items.
    work_id : (K,) object
    """

    value_cents: Ints
    cost_cents: Ints
    option: Ints
    rates: tuple[tuple[Rate, ...], ...]
    work_id: Objects

    def lines(self, k: int) -> tuple[Line, ...]:
        """Return the take-off of candidate `k`; its lines sum to its cost."""
        return tuple(
            make_line(str(self.work_id[k]), "site", rate.price, rate.quantity) for rate in self.rates[self.option[k]]
        )


def price_candidates(
    candidates: Candidates, options: Sequence[Option], prices: PriceList, figure: Figure
) -> CandidateQuotes:
    """Quote every candidate: its equipment, what carries it where the place does not, and what goes along with it.

    Raises
    ------
    StudyError
        A price row that is missing or in another unit than it is counted in.
    """
    rates = tuple(_option_rates(option, prices) for option in options)
    return CandidateQuotes(
        value_cents=_sums_cents(rates, figure)[candidates.option],
        cost_cents=_sums_cents(rates, Capex())[candidates.option],
        option=candidates.option,
        rates=rates,
        work_id=candidates.work_id,
    )


def _sums_cents(rates: Sequence[Sequence[Rate]], figure: Figure) -> Ints:
    """Sum of the figure over the rates of each option."""
    return np.array([sum(_cents(rate.quantity, rate.price, figure) for rate in own) for own in rates], dtype=np.int64)


def _cents(quantity: float, price: Price, figure: Figure) -> int:
    return int(amounts_cents(to_hundredths(np.array([quantity])), figure.unit_value(price))[0])


def _option_rates(option: Option, prices: PriceList) -> tuple[Rate, ...]:
    asked = {"price": option.price, "support": option.support}
    rates = (
        Rate(price_of(prices, key, asked_by=f"options.{option.name}.{name}", unit="each"))
        for name, key in asked.items()
        if key is not None
    )
    return (*rates, *item_rates(option.items, prices, asked_by=f"options.{option.name}.items", hints=PIECE_HINTS))


@dataclass(frozen=True)
class ConnectionQuotes:
    """What connecting newly served demand of one service costs. J demand points, K candidates.

    Attributes
    ----------
    each_value_cents, each_cents : (J,) int
        Paid once for each newly served demand point: the figure that decides, and capex, cents excl. tax.
    link_value_cents, link_cents : (J, K) sparse int or None
        Paid on top for the link from the provider, with the pattern of the reach matrix; None where links are free.
    distance_m : (J, K) sparse float
        The reach matrix.
    each, per_m : Price or None
    service : str
    label : (J,) object
        Label of each demand point.
    """

    each_value_cents: Ints
    each_cents: Ints
    link_value_cents: csr_array | None
    link_cents: csr_array | None
    distance_m: csr_array
    each: Price | None
    per_m: Price | None
    service: str
    label: Objects

    def work_id(self, j: int) -> str:
        """Return the id of the work that connects demand `j`."""
        return f"{self.service}/{self.label[j]}"

    def lines(self, j: int, providers: Sequence[int]) -> tuple[Line, ...]:
        """Return the take-off of demand `j` newly linked to some candidates; the lines sum to each + their links.

        Raises
        ------
        ValueError
            A candidate does not reach the demand.
        """
        lines = [] if self.each is None else [make_line(self.work_id(j), "connection", self.each, 1)]
        if self.per_m is not None:
            lines += [
                make_line(self.work_id(j), "connection", self.per_m, self._distance_m(j, provider))
                for provider in providers
            ]
        return tuple(lines)

    def _distance_m(self, j: int, k: int) -> float:
        """Return the stored distance; a stored zero is a distance, an absent entry is not."""
        start, end = self.distance_m.indptr[j : j + 2]
        at = np.flatnonzero(self.distance_m.indices[start:end] == k)
        if len(at) != 1:
            raise ValueError(f"candidate {k} does not reach demand {self.work_id(j)}")
        return float(self.distance_m.data[start + at[0]])


def price_connections(
    service: Service, demand: Demand, matrix: csr_array, prices: PriceList, figure: Figure
) -> ConnectionQuotes:
    """Quote the connection of every demand point to every candidate that reaches it.

    Parameters
    ----------
    service : Service
    demand : Demand
        J points.
    matrix : (J, K) csr_array
        Distances in metres as the reach rule measures them; an entry means within reach.
    prices : PriceList
    figure : Figure
        What is minimised.

    Raises
    ------
    StudyError
        A price row that is missing or in the wrong unit.
    """
    asked_by = f"services.{service.name}.connection"
    asked = service.connection
    each = None if asked.each is None else price_of(prices, asked.each, asked_by=f"{asked_by}.each", unit="each")
    per_m = None if asked.per_m is None else price_of(prices, asked.per_m, asked_by=f"{asked_by}.per_m", unit="m")
    points = len(demand.weight)
    return ConnectionQuotes(
        each_value_cents=_each_cents(points, each, figure),
        each_cents=_each_cents(points, each, Capex()),
        link_value_cents=_link_cents(matrix, per_m, figure),
        link_cents=_link_cents(matrix, per_m, Capex()),
        distance_m=matrix,
        each=each,
        per_m=per_m,
        service=service.name,
        label=demand.label,
    )


def _each_cents(points: int, each: Price | None, figure: Figure) -> Ints:
    return np.full(points, 0 if each is None else _cents(1.0, each, figure), dtype=np.int64)


def _link_cents(matrix: csr_array, per_m: Price | None, figure: Figure) -> csr_array | None:
    if per_m is None:
        return None
    cents = matrix.astype(np.int64)
    cents.data = amounts_cents(to_hundredths(matrix.data), figure.unit_value(per_m))
    return cents
