"""Rows of a price list before a date chooses among their prices: read, completed from the row they replace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from costing.price_cells import NONE, ROW, Complain, read_cells
from costing.price_offers import OFFER_CELLS, Offer, read_offers
from costing.prices import Price

DETAILS = ("label", "unit", "lifetime_years", "vat_rate", "vat_regime", "account", "family", "lot")
# Unit of a work: unit of the running costs that each of it has.
RUNNING_UNITS = {"each": "each/year", "m": "m/year"}

ASSUMED, SOURCED = "A", "S"  # grades of a row of the study that states none


@dataclass(frozen=True)
class PriceRow:
    """One row with all its prices.

    Attributes
    ----------
    template : Price
        Everything but the amounts, their source and date, and the running costs.
    offers : tuple of Offer
        At least one.
    opex : tuple of str
        Keys of the rows of running costs.
    index : str or None
        Index that revises it; empty for none, None for that of the study.
    """

    template: Price
    offers: tuple[Offer, ...]
    opex: tuple[str, ...] = ()
    index: str | None = None


def row_of(price: Price) -> PriceRow:
    """Return a shipped price as a row."""
    offer = Offer(price.low_eur, price.typical_eur, price.high_eur, price.source, dated=price.dated)
    return PriceRow(price, (offer,), tuple(running.key for running in price.opex))


def read_row(key: str, row: object, replaced: PriceRow | None, currency: str, complain: Complain) -> PriceRow | None:
    """Read a row of the study.

    Parameters
    ----------
    key : str
    row : object
        Its cells as written.
    replaced : PriceRow or None
        Row of the same key that gives what this one does not state. A row that states any of `OFFER_CELLS` states its
        price anew; none of them is inherited then.
    currency : str
        Of the study.
    complain : callable
        Takes the path of a cell and what is wrong with it.

    Returns
    -------
    PriceRow or None
        None where too little of it could be read.
    """
    path = (key,)
    cells = read_cells(row, ROW, path, complain)
    if not isinstance(row, Mapping):
        return None
    assumed, grade = bool(cells.get("assumed", False)), cells.get("grade")
    if grade is not None and assumed != (grade == ASSUMED):
        complain(
            (key, "grade"), f"is {grade}, but the row is {'' if assumed else 'not '}assumed: correct one of the two"
        )
    if cells.get("currency", currency) != currency:
        complain((key, "currency"), f"is in {cells['currency']}, but the study is in {currency}: convert the price")
    if replaced is not None and not OFFER_CELLS & set(row):
        if cells.get("unit", replaced.template.unit) != replaced.template.unit:
            complain((key, "unit"), f"the row that it replaces is in {replaced.template.unit}: state its price too")
        return _completed(key, cells, replaced)
    for name in ("label", "unit"):
        if replaced is None and name not in row:
            complain((key, name), "missing")
    offers = read_offers(row, cells, path, complain)
    if not offers or (replaced is None and not {"label", "unit"} <= set(cells)):
        return None
    return _completed(key, cells, _repriced(key, cells, offers, replaced))


def _repriced(key: str, cells: Mapping[str, Any], offers: tuple[Offer, ...], replaced: PriceRow | None) -> PriceRow:
    """Return a row with the amounts of the study, else as the row that it replaces."""
    assumed = bool(cells.get("assumed", False))
    first, grade = offers[0], cells.get("grade", ASSUMED if assumed else SOURCED)
    amounts: dict[str, Any] = {
        "low_eur": first.low_eur, "typical_eur": first.typical_eur, "high_eur": first.high_eur,
        "source": first.source, "assumed": assumed, "grade": grade, "dated": None,
    }  # fmt: skip
    if replaced is None:
        return PriceRow(Price(key=key, label=cells["label"], unit=cells["unit"], **amounts), offers)
    old = replaced.template
    was = f" (replaces {old.typical_eur:g} EUR/{old.unit}, {old.source})"
    offers = tuple(replace(offer, source=offer.source + was) for offer in offers)
    return replace(replaced, template=replace(old, **amounts), offers=offers)


def _completed(key: str, cells: Mapping[str, Any], row: PriceRow) -> PriceRow:
    """Return a row with the other cells that the study states."""
    stated = {name: cells[name] for name in DETAILS if name in cells}
    index = cells.get("index", row.index)
    return replace(
        row,
        template=replace(
            row.template, key=key, no_opex=cells["opex"] == () if "opex" in cells else row.template.no_opex, **stated
        ),
        opex=cells.get("opex", row.opex),
        index="" if index == NONE else index,
    )


def check_rows(
    rows: Mapping[str, PriceRow], stated: Mapping[str, object], indices: Mapping[str, object], complain: Complain
) -> None:
    """Check what rows say of each other: running costs, amounts of 0, names of indices."""
    for key, row in rows.items():
        for name in row.opex:
            unread = name in stated and name not in rows  # complained about already
            if not unread and (wrong := _wrong_opex(row.template, rows.get(name))):
                complain((key, "opex"), f"{name}: {wrong}")
        if key not in stated:
            continue
        if not row.opex and (cell := _zero_cell(row)):
            complain((key, cell), "should be greater than 0; 0 is for what has running costs only (opex)")
        if row.index and row.index not in indices:
            known = ", ".join(indices) or "none; add it to prices.indices"
            complain((key, "index"), f"no index is named {row.index} (known: {known})")
        elif row.index and any(offer.dated is None and offer.period.start is None for offer in row.offers):
            complain((key, "index"), "its price has no date to be revised from: state dated with the price")


def _zero_cell(row: PriceRow) -> str:
    """Name the cell of a row in which an amount is 0; empty where none is."""
    if len(row.offers) > 1 and any(offer.low_eur == 0 for offer in row.offers):
        return "prices"
    if any(step.low_eur == 0 for offer in row.offers for step in offer.brackets):
        return "brackets"
    if any(offer.low_eur == 0 for offer in row.offers):
        return "typical" if row.offers[0].typical_eur == 0 else "low"
    return ""


def _wrong_opex(work: Price, running: PriceRow | None) -> str:
    unit = RUNNING_UNITS.get(work.unit)
    if unit is None:
        return f"a row in {work.unit} has no running costs; they belong to rows in each or m"
    if running is None:
        return "no such row in the price list"
    if running.template.unit != unit:
        return f"is in {running.template.unit}, but running costs of a row in {work.unit} are in {unit}"
    return ""
