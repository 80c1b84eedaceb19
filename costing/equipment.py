"""What equipment at a place, and the connection of newly served demand, cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from costing.prices import Price, PriceList, price_of
from costing.takeoff import Ints, Line, amounts_cents, make_line, to_hundredths
from network_model import Candidates, Demand, Option, Service

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Objects = npt.NDArray[np.object_]


@dataclass(frozen=True)
class CandidateQuotes:
    """What each candidate costs. K candidates.

    Attributes
    ----------
    cost_cents : (K,) int
        EUR cents excl. tax.
    option : (K,) int
        Index into `rows`.
    rows : tuple of tuple of Price
        For each option, the rows paid once for each candidate: equipment, then support.
    work_id : (K,) object
    """

    cost_cents: Ints
    option: Ints
    rows: tuple[tuple[Price, ...], ...]
    work_id: Objects

    def lines(self, k: int) -> tuple[Line, ...]:
        """Return the take-off of candidate `k`; its lines sum to its cost."""
        return tuple(make_line(str(self.work_id[k]), "site", price, 1) for price in self.rows[self.option[k]])


def price_candidates(candidates: Candidates, options: Sequence[Option], prices: PriceList) -> CandidateQuotes:
    """Quote every candidate: its equipment, and what carries it where the place does not.

    Raises
    ------
    StudyError
        A price row that is missing or not per piece.
    """
    rows = tuple(_option_rows(option, prices) for option in options)
    one = np.array([100], dtype=np.int64)
    by_option = np.array([sum(int(amounts_cents(one, row)[0]) for row in option) for option in rows], dtype=np.int64)
    return CandidateQuotes(by_option[candidates.option], candidates.option, rows, candidates.work_id)


def _option_rows(option: Option, prices: PriceList) -> tuple[Price, ...]:
    asked = {"price": option.price, "support": option.support}
    return tuple(
        price_of(prices, key, asked_by=f"options.{option.name}.{name}", unit="each")
        for name, key in asked.items()
        if key is not None
    )


@dataclass(frozen=True)
class ConnectionQuotes:
    """What connecting newly served demand of one service costs. J demand points, K candidates.

    Attributes
    ----------
    each_cents : (J,) int
        Paid once for each newly served demand point, EUR cents excl. tax.
    link_cents : (J, K) sparse int or None
        Paid on top for the link from the provider, with the pattern of the reach matrix; None where links are free.
    distance_m : (J, K) sparse float
        The reach matrix.
    each, per_m : Price or None
    service : str
    label : (J,) object
        Label of each demand point.
    """

    each_cents: Ints
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


def price_connections(service: Service, demand: Demand, matrix: csr_array, prices: PriceList) -> ConnectionQuotes:
    """Quote the connection of every demand point to every candidate that reaches it.

    Parameters
    ----------
    service : Service
    demand : Demand
        J points.
    matrix : (J, K) csr_array
        Distances in metres as the reach rule measures them; an entry means within reach.
    prices : PriceList

    Raises
    ------
    StudyError
        A price row that is missing or in the wrong unit.
    """
    asked_by = f"services.{service.name}.connection"
    asked = service.connection
    each = None if asked.each is None else price_of(prices, asked.each, asked_by=f"{asked_by}.each", unit="each")
    per_m = None if asked.per_m is None else price_of(prices, asked.per_m, asked_by=f"{asked_by}.per_m", unit="m")
    each_cents = np.zeros(len(demand.weight), dtype=np.int64)
    if each is not None:
        each_cents += amounts_cents(np.array([100], dtype=np.int64), each)[0]
    link_cents = None
    if per_m is not None:
        link_cents = matrix.astype(np.int64)
        link_cents.data = amounts_cents(to_hundredths(matrix.data), per_m)
    return ConnectionQuotes(each_cents, link_cents, matrix, each, per_m, service.name, demand.label)
