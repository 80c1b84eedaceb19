"""The price list of a study: shipped rows, those that the study adds or replaces, and the price of each at its date."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace

from costing.price_cells import GREATEST_PRICE_EUR, Path
from costing.price_dates import ALWAYS, older_than
from costing.price_index import PriceSettings, index_value, revise
from costing.price_rows import PriceRow, check_rows, read_row, row_of
from costing.prices import OBSOLETE, Bracket, Price, PriceList, StudyPrices, Unpriced
from gis_layers import StudyError

Places = Mapping[Path, str]
SHIPPED_CURRENCY = "EUR"
ADD_ROW = "add the row to the study's price file (prices.list)"
HINT = "docs/study.md describes the rows of a price file"


def resolve_prices(
    base: PriceList,
    entries: Mapping[str, Mapping[str, object]],
    settings: PriceSettings,
    *,
    places: Places,
) -> StudyPrices:
    """Make the price list of a study: its rows replace shipped ones of the same key and inherit what they do not state.

    Parameters
    ----------
    base : PriceList
        Shipped prices, in EUR.
    entries : mapping of str to mapping
        Price key -> cells as written; docs/study.md describes them.
    settings : PriceSettings
        Date, indices and currency of the study.
    places : mapping of tuple to str
        (key,) and (key, name of a cell, ...) -> where it stands, for the messages: ``prices.yaml:12``, or ``bpu.xlsx,
        sheet BPU, row 5, column D``. What has no place of its own stands where its row does.

    Returns
    -------
    StudyPrices
        Prices at the date of the study. `price_of` says why a row has none.

    Raises
    ------
    StudyError
        Lists everything that is wrong, with its place and key.
    """
    complaints = _Complaints(places)
    inherited = {key: row_of(price) for key, price in base.items()} if settings.inherits else {}
    rows = dict(inherited)
    for key, cells in entries.items():
        row = read_row(key, cells, inherited.get(key), settings.currency, complaints.add)
        if row is not None:
            rows[key] = row
        else:
            rows.pop(key, None)
    check_rows(rows, entries, settings.indices, complaints.add)
    if settings.date is None:
        _check_undated(rows, entries, complaints)
    complaints.raise_any()
    return _priced(rows, {key: row for key, row in base.items() if key not in rows}, settings)


class _Complaints:
    """Collects what is wrong with a price list, with places."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._lines: list[str] = []

    def add(self, path: Path, text: str) -> None:
        """Add what is wrong with a cell, at its place or at that of the nearest part of the row that has one."""
        ends = (path[:end] for end in range(len(path), 0, -1))
        place = next((f"{self._places[end]}: " for end in ends if end in self._places), "")
        cell = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path[1:]).lstrip(".")
        self._lines.append(f"{place}{path[0]}: {f'{cell}: ' if cell else ''}{text}")

    def raise_any(self) -> None:
        """Raise all complaints at once."""
        if self._lines:
            raise StudyError("\n".join(self._lines), HINT)


def _check_undated(
    rows: Mapping[str, PriceRow], stated: Mapping[str, Mapping[str, object]], complaints: _Complaints
) -> None:
    """Complain of prices that hold only for a time: without a date nobody knows whether they hold."""
    for key, row in rows.items():
        if len(row.offers) > 1:
            periods = ", ".join(str(offer.period) for offer in row.offers)
            complaints.add(
                (key, "prices"), f"several prices ({periods}): say with prices.date in the study which holds"
            )
        elif (period := row.offers[0].period) != ALWAYS:
            cell = "prices" if "prices" in stated[key] else "valid"
            complaints.add((key, cell), f"holds {period}: say with prices.date in the study at which date it is asked")


def _priced(rows: Mapping[str, PriceRow], shipped: PriceList, settings: PriceSettings) -> StudyPrices:
    """Take each row at the date of the study; a row whose running costs have no price has none either."""
    found = {key: _at_date(row, settings) for key, row in rows.items()}
    prices: dict[str, Price] = {}
    unpriced = {key: _not_inherited(settings) for key in shipped}
    for key, row in rows.items():
        own = found[key]
        opex = {name: found[name] for name in row.opex}
        missing = {name: why for name, why in opex.items() if isinstance(why, Unpriced)}
        if isinstance(own, Unpriced):
            unpriced[key] = own
        elif missing:
            name, why = next(iter(missing.items()))
            unpriced[key] = Unpriced(f"has running costs {name!r}, and that row {why.reason}", why.hint)
        else:
            running = tuple(price for price in opex.values() if isinstance(price, Price))
            prices[key] = replace(own, opex=running)
    return StudyPrices(prices, unpriced, settings.currency)


def _not_inherited(settings: PriceSettings) -> Unpriced:
    if settings.inherit == "none":
        return Unpriced("is a shipped price, and the study inherits none (prices.inherit)", ADD_ROW)
    reason = f"is a shipped price in {SHIPPED_CURRENCY}, and the study is in {settings.currency}"
    return Unpriced(reason, f"{ADD_ROW}, in {settings.currency}")


def _at_date(row: PriceRow, settings: PriceSettings) -> Price | Unpriced:
    """Return the price of a row at the date of the study, revised to it, or why there is none."""
    day = settings.date
    offer = next((offer for offer in row.offers if day is None or day in offer.period), None)
    if offer is None:
        periods = ", ".join(str(offer.period) for offer in row.offers)
        return Unpriced(
            f"has no price on {day}, the date of the study (prices: {periods})",
            "add a price that holds on that day to its row, or change prices.date",
        )
    price = replace(
        row.template,
        low_eur=offer.low_eur,
        typical_eur=offer.typical_eur,
        high_eur=offer.high_eur,
        source=offer.source,
        dated=offer.dated,
        brackets=offer.brackets,
    )
    if day is None:
        return price
    index = settings.index if row.index is None else row.index
    since = offer.dated or (offer.period.start if row.index else None)
    found: Price | Unpriced = price
    if index and since is not None and since != day:
        found = _revised(price, index, since, day, settings)
    if isinstance(found, Unpriced) or offer.dated is None:
        return found
    # an index revises a price no further than to its own last value
    known = [offer.dated] + ([date for date in settings.indices[index] if date <= day] if found is not price else [])
    if older_than(max(known), settings.obsolete_after_years, day):
        return replace(found, grade=f"{found.grade} {OBSOLETE}")
    return found


def _revised(
    price: Price, index: str, since: datetime.date, day: datetime.date, settings: PriceSettings
) -> Price | Unpriced:
    """Return a price of one date as it is at another: price x index then / index since."""
    values = settings.indices[index]
    then, now = index_value(values, since), index_value(values, day)
    if then is None or now is None:
        missing = since if then is None else day
        return Unpriced(
            f"is of {since}, and index {index} has no value at or before {missing}",
            f"add one to prices.indices.{index}, or write index: none in row {price.key!r} of the study's price file",
        )
    low, typical, high = (revise(amount, now, then) for amount in (price.low_eur, price.typical_eur, price.high_eur))
    if high > GREATEST_PRICE_EUR:
        return Unpriced(f"is above {GREATEST_PRICE_EUR:,.0f} once revised by index {index}", "check the index")
    was = f"revised from {price.typical_eur:g} of {since} to {day} by index {index} (x {now} / {then})"
    return replace(
        price,
        low_eur=low,
        typical_eur=typical,
        high_eur=high,
        source=f"{price.source}; {was}",
        brackets=tuple(
            Bracket(
                step.from_quantity,
                revise(step.low_eur, now, then),
                revise(step.typical_eur, now, then),
                revise(step.high_eur, now, then),
            )
            for step in price.brackets
        ),
    )
