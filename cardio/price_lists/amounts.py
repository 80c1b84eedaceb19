"""Numbers as towns write them in cells: comma or point, blanks between thousands, signs of currencies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from cardio.study_yaml import shown

SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "Fr.": "CHF"}
_CURRENCY = r"€|£|\$|Fr\.|[A-Z]{3}"
_WRITTEN = re.compile(
    rf"(?P<before>{_CURRENCY})?\s*(?P<number>[-+−]?[.,]?\d[\d.,'’\s]*?)\s*(?P<after>{_CURRENCY})?(?:\s*H\.?T\.?)?"
)
_PLAIN = re.compile(r"\d*(?:[.,]\d+)?[.,]?")  # 1234,5
_GROUPED = re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?")  # 1 234,5
_SIGNED = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,})")
_TWOFOLD = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")  # 1,234 is 1.234 or 1234


def read_amount(text: str, *, decimal: str, currency: str) -> int | float:
    """Return the number that a text means.

    Parameters
    ----------
    text : str
    decimal : str
        Decimal sign of the file, as `decimal_sign` tells; empty where nothing tells it.
    currency : str
        ISO 4217 code of the study's currency; no amount may be in another.

    Raises
    ------
    ValueError
        No number, a number that can be read in two ways, or another currency.
    """
    match = _WRITTEN.fullmatch(text.strip())
    number = _blanks_alike(match["number"]) if match else ""
    unsigned = number.lstrip("+-−")
    if match is None or not any(form.fullmatch(unsigned) for form in (_PLAIN, _GROUPED, _SIGNED)):
        raise ValueError(f"should be a number (is {shown(text)!r})")
    for sign in filter(None, (match["before"], match["after"])):
        if SIGNS.get(sign, sign) != currency:
            raise ValueError(f"is in {SIGNS.get(sign, sign)}, the study counts in {currency} ({shown(text)!r})")
    if _TWOFOLD.fullmatch(unsigned) and not decimal:
        whole, part = re.split("[.,]", unsigned)
        raise ValueError(
            f"{shown(text)!r} can be {whole}.{part} or {whole}{part}: write {whole}.{part}0 or {whole}{part}"
        )
    value = Decimal(_in_points(unsigned, decimal)) * (-1 if number[:1] in "-−" else 1)
    return int(value) if value == value.to_integral_value() else float(value)


def decimal_sign(texts: Iterable[str]) -> str:
    """Return the decimal sign of a file's amounts, as those show it that can be read in one way only; empty if none."""
    numbers = [_blanks_alike(match["number"]) for text in texts if (match := _WRITTEN.fullmatch(text.strip()))]
    signs = {_last_sign(number) for number in numbers if not _TWOFOLD.fullmatch(number.lstrip("+-−"))} - {""}
    return signs.pop() if len(signs) == 1 else ""


def header_currencies(header: str) -> set[str]:
    """Return the currencies that the header of a column names."""
    return {SIGNS.get(sign, sign) for sign in re.findall(r"€|£|\b(?:EUR|CHF|GBP|USD)\b", header)}


def _blanks_alike(number: str) -> str:
    return re.sub(r"\s", " ", number)


def _last_sign(number: str) -> str:
    """Return the decimal sign of a number that can be read in one way only."""
    signs = re.findall("[.,]", number)
    return signs[-1] if signs and signs.count(signs[-1]) == 1 else ""


def _in_points(unsigned: str, decimal: str) -> str:
    """Return a number with a decimal point and nothing between thousands."""
    bare = re.sub("[ '’]", "", unsigned)
    sign = decimal if _TWOFOLD.fullmatch(unsigned) else _last_sign(bare)
    digits = "".join(char for char in bare if char.isdigit() or char == sign)
    return digits.replace(",", ".") or "0"
