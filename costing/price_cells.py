"""Cells of a price row: what may stand in each, and how it is read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, get_args

from costing.price_dates import read_date
from costing.prices import GRADES, OBSOLETE, Unit, VatRegime

Path = tuple[str | int, ...]
Complain = Callable[[Path, str], None]
Reader = Callable[[Any], Any]

NONE = "none"
"""``opex: none``, ``index: none``, ``lifetime_years: none``: nothing, although the row that is replaced has one."""
# Above any unit price of public works; keeps quantity x price far from the limits of 64-bit integers.
GREATEST_PRICE_EUR = 1e9
GREATEST_QUANTITY = 1e9
LONGEST_LIFETIME_YEARS = 200


def read_cells(row: object, readers: Mapping[str, Reader], path: Path, complain: Complain) -> dict[str, Any]:
    """Read the cells of a mapping; every cell that cannot be read is complained about and left out.

    Parameters
    ----------
    row : object
    readers : mapping of str to callable
        Name -> what reads it, or raises ValueError with what is wrong.
    path : tuple
        Of the mapping, from the price key on.
    complain : callable
        Takes the path of a cell and what is wrong with it.
    """
    if not isinstance(row, Mapping):
        complain(path, f"should be a mapping of {', '.join(list(readers)[:4])}, ...")
        return {}
    found = {}
    for name, value in row.items():
        if name not in readers:
            complain((*path, str(name)), _unknown(str(name), readers))
            continue
        try:
            found[name] = readers[name](value)
        except ValueError as error:
            complain((*path, name), str(error))
    return found


def _unknown(name: str, known: Mapping[str, Reader]) -> str:
    near = get_close_matches(name, known, n=1)
    return "unknown key; " + (f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}")


def read_text(value: Any) -> str:
    """Read text that can be shown; French texts hold no-break spaces, which `isprintable` refuses."""
    if isinstance(value, str) and value.strip() and re.sub("[\u00a0\u202f]", " ", value).isprintable():
        return value
    raise ValueError(f"should be text (is {value!r})")


def read_code(value: Any) -> str:
    """Read text that may look like a whole number, as accounts and lots do."""
    return str(int(value)) if isinstance(value, int) and not isinstance(value, bool) else read_text(value)


def read_grade(value: Any) -> str:
    """Read a grade; whether the price is obsolete is made anew, at the date of the study that reads it."""
    grade = value.removesuffix(OBSOLETE).strip() if isinstance(value, str) else value
    if grade not in GRADES:
        raise ValueError(f"no grade of a price: should be {', '.join(GRADES)} (is {value!r})")
    return str(grade)


def read_flag(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"should be true or false (is {value!r})")
    return value


def read_choice(choices: Sequence[str]) -> Reader:
    """Return a reader of one of some words."""

    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"should be {', '.join(choices[:-1])} or {choices[-1]} (is {value!r})")
        return str(value)

    return read


def read_number(value: Any, least: float, most: float) -> float:
    """Read a number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"should be a number (is {value!r})")
    if not math.isfinite(value) or not least <= value <= most:
        raise ValueError(f"should be from {least:,.0f} to {most:,.0f} (is {value:,})")
    return float(value)


def read_amount(value: Any) -> float:
    """Read a unit price of at most six decimals; 0 is for those to refuse who know the row."""
    if isinstance(value, int | float) and -math.inf < value < 0:
        raise ValueError(f"negative price (is {value:,}): should be from 0 to {GREATEST_PRICE_EUR:,.0f}")
    amount = read_number(value, 0, GREATEST_PRICE_EUR)
    if Decimal(str(value)).scaleb(6) % 1:
        raise ValueError(f"should have at most six decimals (is {value})")
    return amount


def read_quantity(value: Any) -> float:
    """Read a quantity."""
    return read_number(value, 0, GREATEST_QUANTITY)


def read_share(value: Any) -> float:
    """Read a share, 0 to 1."""
    if isinstance(value, int | float) and 1 < value <= 100:
        raise ValueError(f"should be from 0 to 1: 20 % is 0.2 (is {value})")
    return read_number(value, 0, 1)


def read_years(value: Any) -> int:
    """Read a number of whole years."""
    if read_number(value, 1, LONGEST_LIFETIME_YEARS) % 1:
        raise ValueError(f"should be whole years (is {value})")
    return int(value)


def read_lifetime(value: Any) -> int | None:
    """Read a number of whole years, or none."""
    return None if value == NONE else read_years(value)


def read_keys(value: Any) -> tuple[str, ...]:
    """Read one price key, a list of them, or none."""
    keys = (value,) if isinstance(value, str) else value
    if not isinstance(keys, tuple | list):
        raise ValueError(f"should be a price key, or a list of them (is {value!r})")
    if not keys:
        raise ValueError(f"should name a row: write {NONE} where it costs nothing to run, else leave it out")
    names = tuple(read_text(key) for key in keys)
    if len(set(names)) < len(names):
        raise ValueError("names a row twice")
    return () if names == (NONE,) else names


def read_last_day(value: Any) -> Any:
    """Read a date; a month or a year stands for its last day."""
    return read_date(value, last=True)


def as_written(value: Any) -> Any:
    """Take a cell that is read in a second step, with a path of its own for each part."""
    return value


AMOUNTS: Mapping[str, Reader] = {"typical": read_amount, "low": read_amount, "high": read_amount}
BRACKET: Mapping[str, Reader] = {"from": read_quantity, **AMOUNTS}
PERIOD: Mapping[str, Reader] = {"from": read_date, "until": read_last_day}
DATED_PRICE: Mapping[str, Reader] = {**PERIOD, **AMOUNTS, "dated": read_date, "source": read_text}
ROW: Mapping[str, Reader] = {
    "label": read_text,
    "unit": read_choice(get_args(Unit)),
    **AMOUNTS,
    "source": read_text,
    "grade": read_grade,
    "assumed": read_flag,
    "why": read_text,
    "dated": read_date,
    "valid": as_written,
    "opex": read_keys,
    "lifetime_years": read_lifetime,
    "vat_rate": read_share,
    "vat_regime": read_choice(get_args(VatRegime)),
    "account": read_code,
    "family": read_text,
    "lot": read_code,
    "index": read_text,
    "currency": read_text,
    "brackets": as_written,
    "prices": as_written,
}
