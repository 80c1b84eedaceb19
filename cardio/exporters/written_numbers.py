"""Numbers as babel writes them, each once: a map or a workbook repeats the same few hundred thousands of times."""

from __future__ import annotations

from functools import cache, lru_cache

from babel import Locale
from babel.numbers import format_currency, format_decimal

from cardio.typography import space_currency

_KEPT = 50_000


@lru_cache(maxsize=_KEPT)
def write_decimal(value: float, pattern: str, locale: str) -> str:
    """A finite number by a pattern of Unicode TR 35."""
    return str(format_decimal(value, format=pattern, locale=_parse(locale)))


@lru_cache(maxsize=_KEPT)
def write_currency(amount: float, currency: str, locale: str) -> str:
    """A finite amount as the locale writes it, with the decimals of the currency."""
    return space_currency(str(format_currency(amount, currency, locale=_parse(locale))))


@cache
def _parse(locale: str) -> Locale:
    return Locale.parse(locale)
