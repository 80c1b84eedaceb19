"""`cardio prices`: the packaged prices or those of a study, shown and written for other uses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cardio.price_lists.writing import write_price_list
from cardio.prospects import study_prices
from cardio.study import load_study
from costing import Price, StudyPrices, sourced_prices


def list_prices(
    study: Path | None,
    *,
    data: Sequence[Path] = (),
    scenario: str | None = None,
    out: Path | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """Return the prices of a study at its date, or the packaged ones; `out` also writes them as a price list.

    Raises
    ------
    StudyError
        As `load_study` and `write_price_list`.
    """
    notes: tuple[str, ...] = ()
    if study is None:
        prices, revised = StudyPrices(sourced_prices(), {}), False
    else:
        loaded = load_study(study, data=data, scenario=scenario)
        prices, revised, notes = study_prices(loaded), bool(loaded.price_settings.indices), loaded.price_notes
    if out is not None:
        write_price_list(prices.values(), out, currency=prices.currency, revised=revised, force=force)
    return {
        "schema": "cardio-prices/1",
        "study": None if study is None else str(study),
        "scenario": scenario,
        "currency": prices.currency,
        "prices": [_row(price) for price in prices.values()],
        "unpriced": [{"key": key, "reason": why.reason, "hint": why.hint} for key, why in prices.unpriced.items()],
        "notes": list(notes),
        "file": None if out is None else str(out),
    }


def _row(price: Price) -> dict[str, Any]:
    return {
        "key": price.key,
        "label": price.label,
        "unit": price.unit,
        "low_eur": price.low_eur,
        "typical_eur": price.typical_eur,
        "high_eur": price.high_eur,
        "grade": price.grade,
        "source": price.source,
        "dated": None if price.dated is None else price.dated.isoformat(),
        "opex": [row.key for row in price.opex],
        "family": price.family,
        "lifetime_years": price.lifetime_years,
    }


def _unit_price(amount: float) -> str:
    """Ten characters: cents, and the millionths of what costs less than one."""
    return f"{amount:>10,.2f}" if amount >= 1 else f"{amount:>10.7g}"


def as_document(listing: dict[str, Any]) -> Any:
    """Return what ``--json`` prints: of the packaged prices the rows alone."""
    return listing["prices"] if listing["study"] is None else listing


def say_prices(listing: dict[str, Any]) -> str:
    """One line a price, then what has none, and how the price list was read; of a file written only what it holds."""
    currency = listing["currency"]
    if listing["file"] is not None:
        return _say_written(listing)
    lines = [
        f"{row['key']:27} {_unit_price(row['low_eur'])} {_unit_price(row['typical_eur'])} "
        f"{_unit_price(row['high_eur'])} {currency}/{row['unit']:9} ({row['grade']}) {row['source']}"
        for row in listing["prices"]
    ]
    lines += [f"{row['key']:27} no price: {row['reason']}; {row['hint']}" for row in listing["unpriced"]]
    return "\n".join([*lines, *_notes(listing)])


def _say_written(listing: dict[str, Any]) -> str:
    prices, unpriced = (len(listing[name]) for name in ("prices", "unpriced"))
    written = f"written: {listing['file']}, {prices} price{'' if prices == 1 else 's'}"
    left_out = f" ({unpriced} without a price left out)" if unpriced else ""
    return "\n".join([*_notes(listing), written + left_out])


def _notes(listing: dict[str, Any]) -> list[str]:
    return [f"note: {note}" for note in listing["notes"]]
