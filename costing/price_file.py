"""Prices that the study adds: every row has a source or says that, and why, it is assumed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import cast

from costing.prices import Price, PriceList, Unit
from gis_layers import StudyError

ROW_KEYS = ("label", "unit", "typical", "low", "high", "source", "assumed", "why")
# Above any unit price of public works; keeps quantity x price far from the limits of 64-bit integers.
GREATEST_PRICE_EUR = 1e9


def with_study_prices(
    base: PriceList,
    entries: Mapping[str, Mapping[str, object]],
    *,
    places: Mapping[tuple[str | int, ...], str],
) -> PriceList:
    """Add the study's price rows to a price list; they replace rows of the same key.

    Parameters
    ----------
    base : PriceList
    entries : mapping of str to mapping
        Price key -> ``label``, ``unit`` (each or m), ``typical`` (EUR excl. tax), optional ``low`` and ``high``, and
        either ``source`` or ``assumed: true`` with ``why``.
    places : mapping of tuple to str
        (key,) and (key, name of a cell, ...) -> where it stands, for the messages: ``prices.yaml:12``, or ``bpu.xlsx,
        sheet BPU, row 5, column D``. What has no place of its own stands where its row does.

    Returns
    -------
    PriceList
        ``source`` of a row that replaces a packaged one says so.

    Raises
    ------
    StudyError
        Lists every wrong row, with its place and key.
    """
    complaints: list[str] = []
    merged = dict(base)
    for key, row in entries.items():
        found = _complaints(row)
        complaints += [f"{_place(places, key, complaint)}{key}: {complaint}" for complaint in found]
        if not found:
            merged[key] = _price(key, row, base.get(key))
    if complaints:
        raise StudyError("\n".join(complaints), "docs/study.md describes the rows of a price file")
    return MappingProxyType(merged)


def _place(places: Mapping[tuple[str | int, ...], str], key: str, complaint: str) -> str:
    """Where the cell stands that a complaint begins with, else its row."""
    name, _, _ = complaint.partition(":")
    place = places.get((key, name), places.get((key,)))
    return "" if place is None else f"{place}: "


def _price(key: str, row: Mapping[str, object], replaced: Price | None) -> Price:
    assumed = "source" not in row
    origin = str(row["why"] if assumed else row["source"])
    if replaced is not None:
        origin += f" (replaces {replaced.typical_eur:g} EUR/{replaced.unit}, {replaced.source})"
    typical = cast(float, row["typical"])
    return Price(
        key=key,
        label=str(row["label"]),
        unit=cast(Unit, row["unit"]),
        typical_eur=float(typical),
        low_eur=float(cast(float, row.get("low", typical))),
        high_eur=float(cast(float, row.get("high", typical))),
        source=origin,
        assumed=assumed,
        grade="A" if assumed else "S",
    )


def _complaints(row: Mapping[str, object]) -> list[str]:
    if not isinstance(row, Mapping):
        return ["should be a mapping of label, unit, typical and source"]
    found = [_unknown(name) for name in row if name not in ROW_KEYS]
    found += [f"{name}: missing" for name in ("label", "unit", "typical") if name not in row]
    found += [
        f"{name}: should be text" for name in ("label", "source", "why") if name in row and not _is_text(row[name])
    ]
    if "unit" in row and row["unit"] not in ("each", "m"):
        found.append(f"unit: should be each or m (is {row['unit']!r})")
    return found + _complaints_on_amounts(row) + _complaints_on_origin(row)


def _unknown(name: str) -> str:
    near = get_close_matches(str(name), ROW_KEYS, n=1)
    return f"{name}: unknown key; " + (f"did you mean {near[0]}?" if near else f"known: {', '.join(ROW_KEYS)}")


def _is_text(value: object) -> bool:
    """Whether a value is text that can be shown; French texts hold no-break spaces, which `isprintable` refuses."""
    return isinstance(value, str) and bool(value.strip()) and re.sub("[\u00a0\u202f]", " ", value).isprintable()


def _complaints_on_amounts(row: Mapping[str, object]) -> list[str]:
    given = {name: row[name] for name in ("low", "typical", "high") if name in row}
    found = [f"{name}: {wrong}" for name, value in given.items() if (wrong := _wrong_amount(value))]
    if found or "typical" not in given:
        return found
    amounts = [cast(float, value) for value in given.values()]
    if amounts != sorted(amounts):
        shown = ", ".join(f"{name} {value}" for name, value in given.items())
        found.append(f"low <= typical <= high does not hold ({shown})")
    return found


def _wrong_amount(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"should be a number of EUR (is {value!r})"
    if not math.isfinite(value) or value <= 0 or value > GREATEST_PRICE_EUR:
        return f"should be greater than 0 and at most {GREATEST_PRICE_EUR:.0f} EUR (is {value})"
    if Decimal(str(value)).scaleb(6) % 1:
        return f"should have at most six decimals (is {value})"
    return ""


def _complaints_on_origin(row: Mapping[str, object]) -> list[str]:
    if "assumed" in row and not isinstance(row["assumed"], bool):
        return [f"assumed: should be true or false (is {row['assumed']!r})"]
    assumed = row.get("assumed", False)
    if assumed and "source" in row:
        return ["has a source and is assumed: keep one of the two"]
    if assumed and "why" not in row:
        return ["why: missing; an assumed price says why it was assumed"]
    if not assumed and "source" not in row:
        return ["source: missing; give one, or say `assumed: true` with `why:`"]
    if not assumed and "why" in row:
        return ["why: only for an assumed price; write it into source"]
    return []
