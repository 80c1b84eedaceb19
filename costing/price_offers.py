"""What a row says of its amounts: one price, prices by quantity, or prices by date, each with its source."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from costing.price_cells import BRACKET, DATED_PRICE, PERIOD, Complain, Path, read_cells
from costing.price_dates import ALWAYS, Period, in_succession
from costing.prices import Bracket

AMOUNT_NAMES = ("low", "typical", "high")
# Cells that say one thing together: a row that states one of them states its price anew.
OFFER_CELLS = frozenset({*AMOUNT_NAMES, "brackets", "prices", "source", "grade", "assumed", "why", "dated", "valid"})


@dataclass(frozen=True)
class Offer:
    """A unit price that holds for a time.

    Attributes
    ----------
    low_eur, typical_eur, high_eur : float
    source : str
    period : Period
    dated : date or None
    brackets : tuple of Bracket
    """

    low_eur: float
    typical_eur: float
    high_eur: float
    source: str
    period: Period = ALWAYS
    dated: datetime.date | None = None
    brackets: tuple[Bracket, ...] = ()


def read_offers(
    row: Mapping[str, object], cells: Mapping[str, Any], path: Path, complain: Complain
) -> tuple[Offer, ...]:
    """Read what a row says of its amounts.

    Parameters
    ----------
    row : mapping
        Its cells as written: what cannot be read is not missing too.
    cells : mapping
        Those of them that could be read.
    path : tuple
        Of the row.
    complain : callable
        Takes the path of a cell and what is wrong with it.

    Returns
    -------
    tuple of Offer
        In the order of the row; empty where there was something to complain about.
    """
    origin = _origin(row, cells, path, complain)
    if "prices" in cells:
        return _dated_prices(cells, origin, path, complain)
    period = ALWAYS if "valid" not in cells else _period(cells["valid"], (*path, "valid"), complain)
    if "brackets" in cells:
        _refuse(cells, AMOUNT_NAMES, "brackets", path, complain)
        offer = _bracketed(cells["brackets"], origin, (*path, "brackets"), complain)
    else:
        offer = _single(row, cells, origin, path, complain)
    return () if offer is None else (replace(offer, period=period, dated=cells.get("dated")),)


def _refuse(cells: Mapping[str, Any], names: Sequence[str], holder: str, path: Path, complain: Complain) -> None:
    if found := [name for name in names if name in cells]:
        complain((*path, found[0]), f"the prices stand in {holder}: remove {', '.join(found)}")


def _single(
    row: Mapping[str, object], cells: Mapping[str, Any], source: str, path: Path, complain: Complain
) -> Offer | None:
    """Read low, typical and high; None where they do not make a price."""
    if "typical" not in cells:
        _require(row, "typical", "", path, complain)
        return None
    given = {name: float(cells[name]) for name in AMOUNT_NAMES if name in cells}
    if list(given.values()) != sorted(given.values()):
        shown = ", ".join(f"{name} {value:g}" for name, value in given.items())
        complain((*path, "typical"), f"low <= typical <= high does not hold ({shown})")
        return None
    typical = given["typical"]
    return Offer(given.get("low", typical), typical, given.get("high", typical), source)


def _require(row: Mapping[str, object], name: str, meaning: str, path: Path, complain: Complain) -> None:
    if name not in row:
        complain((*path, name), f"missing; {meaning}" if meaning else "missing")


def _period(value: object, path: Path, complain: Complain) -> Period:
    cells = read_cells(value, PERIOD, path, complain)
    return _checked(Period(cells.get("from"), cells.get("until")), path, complain)


def _checked(period: Period, path: Path, complain: Complain) -> Period:
    if period.start is not None and period.end is not None and period.end < period.start:
        complain(path, f"ends before it begins ({period})")
    return period


def _list_of(value: object, path: Path, complain: Complain) -> Sequence[object]:
    if isinstance(value, tuple | list) and value:
        return value
    complain(path, "should be a list of one price or more")
    return ()


def _bracketed(value: object, source: str, path: Path, complain: Complain) -> Offer | None:
    """Read unit prices by quantity, from 0 up; they do not rise."""
    brackets: list[Bracket] = []
    for k, item in enumerate(_list_of(value, path, complain)):
        cells = read_cells(item, BRACKET, (*path, k), complain)
        if not isinstance(item, Mapping):
            return None
        _require(item, "from", "the quantity from which this price holds", (*path, k), complain)
        offer = _single(item, cells, source, (*path, k), complain)
        if offer is None or "from" not in cells:
            return None
        brackets.append(Bracket(cells["from"], offer.low_eur, offer.typical_eur, offer.high_eur))
        if wrong := _wrong_step(brackets):
            complain((*path, k), wrong)
    if not brackets:
        return None
    first = brackets[0]
    return Offer(first.low_eur, first.typical_eur, first.high_eur, source, brackets=tuple(brackets))


def _wrong_step(brackets: Sequence[Bracket]) -> str:
    """Say why the last bracket cannot follow the one before it; empty where it can."""
    last = brackets[-1]
    if len(brackets) == 1:
        return "" if last.from_quantity == 0 else f"the first bracket is from 0 (is from {last.from_quantity:g})"
    before = brackets[-2]
    if last.from_quantity <= before.from_quantity:
        return f"quantities should increase (from {before.from_quantity:g}, then from {last.from_quantity:g})"
    for name in ("typical", "low", "high"):
        then, now = getattr(before, f"{name}_eur"), getattr(last, f"{name}_eur")
        if now > then:
            return f"unit prices should not rise with the quantity ({name} {then:g}, then {now:g})"
    return ""


def _dated_prices(cells: Mapping[str, Any], origin: str, path: Path, complain: Complain) -> tuple[Offer, ...]:
    """Read prices by date; an open one holds until the next begins, no two hold on one day."""
    _refuse(cells, (*AMOUNT_NAMES, "brackets", "valid", "dated"), "prices", path, complain)
    path = (*path, "prices")
    offers = []
    for k, item in enumerate(_list_of(cells["prices"], path, complain)):
        found = read_cells(item, DATED_PRICE, (*path, k), complain)
        if not isinstance(item, Mapping):
            continue
        _require(item, "from", "the date from which this price holds", (*path, k), complain)
        if cells.get("assumed", False) and "source" in item:
            complain((*path, k, "source"), "has a source, but its row is assumed: keep one of the two")
        offer = _single(item, found, found.get("source", origin), (*path, k), complain)
        if offer is not None:
            period = _checked(Period(found.get("from"), found.get("until")), (*path, k), complain)
            offers.append(replace(offer, period=period, dated=found.get("dated")))
    try:
        periods = in_succession([offer.period for offer in offers])
    except ValueError as error:
        complain(path, str(error))
        return ()
    return tuple(replace(offer, period=period) for offer, period in zip(offers, periods, strict=True))


def _origin(row: Mapping[str, object], cells: Mapping[str, Any], path: Path, complain: Complain) -> str:
    """Return the source of a row, or why its price is assumed; empty where it says neither."""
    assumed, sourced = cells.get("assumed", False), "source" in row
    if assumed and sourced:
        complain((*path, "assumed"), "has a source and is assumed: keep one of the two")
    elif assumed and "why" not in row:
        complain((*path, "why"), "missing; an assumed price says why it was assumed")
    elif not assumed and "why" in row:
        complain((*path, "why"), "only for an assumed price; write it into source")
    elif not assumed and not sourced and not _all_sourced(cells.get("prices")):
        complain((*path, "source"), "missing; give one, or say `assumed: true` with `why:`")
    return str(cells.get("why" if assumed else "source", ""))


def _all_sourced(prices: object) -> bool:
    """Whether every one of the dated prices has a source of its own."""
    return isinstance(prices, tuple | list) and all(isinstance(item, Mapping) and "source" in item for item in prices)
