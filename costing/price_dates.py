"""Dates of prices: days, months and years as written, and the periods in which prices hold."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_WRITTEN = re.compile(r"([12]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included; None where it is open.

    Attributes
    ----------
    start, end : date or None
    """

    start: datetime.date | None = None
    end: datetime.date | None = None

    def __contains__(self, day: datetime.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def __str__(self) -> str:
        if self.start is None:
            return "always" if self.end is None else f"until {self.end}"
        return f"from {self.start} on" if self.end is None else f"{self.start} to {self.end}"


ALWAYS = Period()


def read_date(value: object, *, last: bool = False) -> datetime.date:
    """Read a day; a month or a year stands for its first day, or for its last.

    Parameters
    ----------
    value : object
        ``2026-03-31``, ``2026-03`` or ``2026`` (text or whole number), or a date.
    last : bool
        Whether a month or a year stands for its last day.

    Raises
    ------
    ValueError
        It is none of these.
    """
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    written = None if isinstance(value, bool | float) else _WRITTEN.fullmatch(str(value))
    if written is None:
        raise ValueError(f"should be a date such as 2026-03-31, 2026-03 or 2026 (is {value!r})")
    year, month, day = (None if part is None else int(part) for part in written.groups())
    month = month or (12 if last else 1) if month is None else month
    try:
        if day is None:
            day = calendar.monthrange(int(year or 0), month)[1] if last else 1
        return datetime.date(int(year or 0), month, day)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise ValueError(f"is no day of the calendar ({value})") from error


def in_succession(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Close periods that are open at the end on the day before the next one begins; the order is kept.

    Raises
    ------
    ValueError
        Two overlap; the message shows both.
    """
    order = sorted(range(len(periods)), key=lambda k: periods[k].start or datetime.date.min)
    closed = list(periods)
    for one, other in pairwise(order):
        this, following = periods[one], periods[other]
        begins = following.start or datetime.date.min
        if (this.start or datetime.date.min) == begins or (this.end is not None and this.end >= begins):
            raise ValueError(f"periods overlap: {this} and {following}")
        if this.end is None:
            closed[one] = Period(this.start, begins - datetime.timedelta(days=1))
    return tuple(closed)


def older_than(day: datetime.date, years: int, at: datetime.date) -> bool:
    """Whether more than so many years lie between a day and a later one."""
    return (day.year + years, day.month, day.day) < (at.year, at.month, at.day)
