"""What each route segment costs: the cheapest allowed way to lay a cable along it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

import numpy as np
import numpy.typing as npt
import pandas as pd

from costing.figure import Figure
from costing.items import ROUTE_HINTS, item_rates
from costing.prices import Price, PriceList, price_of
from costing.takeoff import Floats, Ints, Line, Rate, amounts_cents, make_line, to_hundredths
from gis_layers import StudyError, as_text
from network_model import Laying, RouteSegments

Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]
LEAD_IN = "lead_in"
IMPOSSIBLE = -1


@dataclass(frozen=True)
class RouteQuotes:
    """The cheapest allowed laying method of each route segment. E segments.

    Attributes
    ----------
    method : (E,) object
        Name of the laying method; empty where none is possible.
    value_cents : (E,) int
        The figure that decides, cents; -1 where no method is possible.
    cost_cents : (E,) int
        Capex, cents excl. tax; -1 where no method is possible.
    least_cost_cents : (E,) int
        Capex of the allowed method of least capex, which another figure may pass over; -1 where none is possible.
    tariff : (E,) int
        Index into `tariffs`; -1 where no method is possible.
    tariffs : tuple of tuple of Rate
        What is paid for every metre.
    segment_id : (E,) object
    length_m : (E,) float
    """

    method: Objects
    value_cents: Ints
    cost_cents: Ints
    least_cost_cents: Ints
    tariff: Ints
    tariffs: tuple[tuple[Rate, ...], ...]
    segment_id: Objects
    length_m: Floats

    def lines(self, e: int) -> tuple[Line, ...]:
        """Return the take-off of segment `e`, one line a price row; they sum to its cost.

        Raises
        ------
        ValueError
            No method is possible on that segment.
        """
        if self.tariff[e] == IMPOSSIBLE:
            raise ValueError(f"no laying method is possible on segment {self.segment_id[e]}")
        length_m = float(self.length_m[e])
        return tuple(
            make_line(str(self.segment_id[e]), "route", rate.price, length_m * rate.quantity)
            for rate in self.tariffs[self.tariff[e]]
        )


def price_routes(routes: RouteSegments, laying: Sequence[Laying], prices: PriceList, figure: Figure) -> RouteQuotes:
    """Quote every route segment with the allowed laying method of least `figure`.

    Of methods of the same figure the one of least capex is taken, then the study's earlier one.

    A method's price row follows the value of the segment's attribute (`Laying.by_column`), compared as text; a missing
    value reads as empty text; a value without its own row takes the method's default price, and is not allowed where
    there is none. A lead-in has no attributes and follows no duct: it is laid by methods that follow no layer, at their
    default price, or at their dearest row where they have no default.

    Parameters
    ----------
    routes : RouteSegments
    laying : sequence of Laying
    prices : PriceList
    figure : Figure
        What is minimised.

    Raises
    ------
    StudyError
        A price row that is missing or in another unit than it is counted in, or a column that the routes do not have.
    """
    segments = len(routes.length_m)
    value, cost, least, tariff = (np.full(segments, IMPOSSIBLE, dtype=np.int64) for _ in range(4))
    method = np.full(segments, "", dtype=object)
    tariffs: list[tuple[Rate, ...]] = []
    for way in laying:
        on_top = _rates_on_top(way, prices)
        for key, where in _segments_by_price(routes, way, prices).items():
            rates = (Rate(prices[key]), *on_top)
            capex, figures = _amounts_cents(routes.length_m[where], rates, figure)
            none_yet = value[where] == IMPOSSIBLE
            less_capex = (figures == value[where]) & (capex < cost[where])
            better = none_yet | (figures < value[where]) | less_capex
            least[where] = np.where(none_yet, capex, np.minimum(least[where], capex))
            chosen = where[better]
            value[chosen], cost[chosen] = figures[better], capex[better]
            tariff[chosen], method[chosen] = len(tariffs), way.name
            tariffs.append(rates)
    return RouteQuotes(method, value, cost, least, tariff, tuple(tariffs), routes.segment_id, routes.length_m)


def _rates_on_top(way: Laying, prices: PriceList) -> tuple[Rate, ...]:
    """What a method pays whatever the surface: rows once a metre, and items in their quantity a metre."""
    also = (Rate(_price_per_m(prices, key, f"laying.{way.name}.also")) for key in way.also)
    return (*also, *item_rates(way.items, prices, asked_by=f"laying.{way.name}.items", hints=ROUTE_HINTS))


def _amounts_cents(length_m: Floats, rates: Sequence[Rate], figure: Figure) -> tuple[Ints, Ints]:
    """Capex and figure of segments that pay some rates."""
    capex, figures = np.zeros(len(length_m), dtype=np.int64), np.zeros(len(length_m), dtype=np.int64)
    for rate in rates:
        quantity = to_hundredths(length_m * rate.quantity)
        capex += amounts_cents(quantity, Decimal(str(rate.price.typical_eur)))
        figures += amounts_cents(quantity, figure.unit_value(rate.price))
    return capex, figures


def _segments_by_price(routes: RouteSegments, way: Laying, prices: PriceList) -> dict[str, Ints]:
    """Return price key -> segments that `way` may equip at that price."""
    keys = _price_keys(way, prices)
    lead_in: Bools = routes.attributes["layer"].to_numpy(dtype=object) == LEAD_IN
    key = np.full(len(lead_in), way.price, dtype=object)
    if way.by_column is not None:
        texts = as_text(_column(routes.attributes, way.by_column, f"laying.{way.name}.by.column"))
        key = np.array([way.by_prices.get(text, way.price) for text in texts], dtype=object)
    if way.along is None:
        key[lead_in] = _lead_in_key(way, keys)
    else:
        key[lead_in] = None
    key[~routes.allowed[way.name]] = None
    return {name: np.flatnonzero(key == name).astype(np.int64) for name in keys}


def _price_keys(way: Laying, prices: PriceList) -> dict[str, Price]:
    """Return the price rows that a method may ask for, each looked up once, in the order of the study."""
    asked = {key: f"laying.{way.name}.by.prices.{value}" for value, key in way.by_prices.items()}
    if way.price is not None:
        asked[way.price] = f"laying.{way.name}.price"
    return {key: _price_per_m(prices, key, asked_by) for key, asked_by in asked.items()}


def _price_per_m(prices: PriceList, key: str, asked_by: str) -> Price:
    return price_of(prices, key, asked_by=asked_by, unit="m")


def _lead_in_key(way: Laying, keys: Mapping[str, Price]) -> str | None:
    if way.price is not None:
        return way.price
    return max(keys, key=lambda key: keys[key].typical_eur, default=None)


def _column(attributes: pd.DataFrame, name: str, asked_by: str) -> Objects:
    if name in attributes:
        values: Objects = attributes[name].to_numpy(dtype=object)
        return values
    known = [str(column) for column in attributes.columns]
    near = get_close_matches(name, known, n=3, cutoff=0.5) or known
    raise StudyError(f"{asked_by}: the routes have no column {name!r}", f"columns: {', '.join(near)}", key=asked_by)
