"""Pictures of how sure a total is: its distribution over the ranges of prices, and the rows that move it most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardio.exporters.texts import Words

WIDTH, LEFT, RIGHT, TOP, HEIGHT, FLOOR = 1080, 40, 40, 72, 320, 272
BAR, NAMES, FIGURES = 30, 330, 150
SHOWN_ROWS = 10


@dataclass(frozen=True)
class Bar:
    """A bar of a picture, px, with words for it."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Mark:
    """A line across a picture at an amount, px."""

    x: float
    label: str
    strong: bool
    row: int


@dataclass(frozen=True)
class Histogram:
    """The distribution of a total, with lines across it at the amounts that matter.

    Attributes
    ----------
    bars : sequence of Bar
        One a bin, as high as the draws in it are many.
    marks : sequence of Mark
    low, high : str
        Ends of the distribution in words.
    """

    bars: Sequence[Bar]
    marks: Sequence[Mark]
    low: str
    high: str
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = FLOOR


@dataclass(frozen=True)
class Swinging:
    """A row of the tornado: its bar to the left and to the right of the typical total, px, and its words."""

    y: float
    low: Bar
    high: Bar
    name: str
    figures: str
    assumed: bool


@dataclass(frozen=True)
class Tornado:
    """The rows that move the total most."""

    rows: Sequence[Swinging]
    middle: float
    height: float
    width: int = WIDTH


def draw_histogram(spread: Mapping[str, Any], words: Words) -> Histogram:
    """Draw the distribution of a total, as `cardio.certainty.uncertainty_row` tells it."""
    edges = spread["histogram"]["edges"]
    return Histogram(_bars(spread, words), _marks(spread, words), words.money(edges[0]), words.money(edges[-1]))


def _bars(spread: Mapping[str, Any], words: Words) -> list[Bar]:
    """Bars that stand on the floor of the picture."""
    edges, counts = spread["histogram"]["edges"], spread["histogram"]["counts"]
    most = max(counts)
    bars = []
    for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
        left, right = _x_of(low, edges), _x_of(high, edges)
        height = round((FLOOR - TOP) * count / most, 1)
        span = words["range_of"].format(low=words.money(low), high=words.money(high))
        title = words["key_of"].format(label=span, value=words.part(count / spread["draws"]))
        bars.append(Bar(left, round(FLOOR - height, 1), round(max(right - left - 1, 2), 1), height, title))
    return bars


def _marks(spread: Mapping[str, Any], words: Words) -> list[Mark]:
    """Typical total and percentiles, their words on alternating rows."""
    edges = spread["histogram"]["edges"]
    named = [(spread["typical"], words["sensitivity.typical"])]
    named += [(spread[name], name.upper()) for name in ("p10", "p50", "p80", "p90")]
    return [
        Mark(_x_of(amount, edges), f"{name} {words.money(amount)}", number == 0, number % 3)
        for number, (amount, name) in enumerate(named)
    ]


def _x_of(amount: float, edges: Sequence[float]) -> float:
    span = edges[-1] - edges[0]
    part = (amount - edges[0]) / span if span > 0 else 0.5
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(part, 0.0), 1.0), 1)


def draw_tornado(spread: Mapping[str, Any], words: Words) -> Tornado:
    """Bars of the rows that swing the total most, around the total at typical prices."""
    rows = spread["tornado"][:SHOWN_ROWS]
    low = min((row["low"] for row in rows), default=0.0)
    high = max((row["high"] for row in rows), default=1.0)
    left, right = float(NAMES), float(WIDTH - FIGURES)

    def x_of(amount: float) -> float:
        return round(left + (right - left) * (amount - low) / ((high - low) or 1.0), 1)

    middle = x_of(spread["typical"])
    swinging = []
    for number, row in enumerate(rows):
        y = 8.0 + BAR * number
        title = words["range_of"].format(low=words.money(row["low"]), high=words.money(row["high"]))
        less = Bar(x_of(row["low"]), y, round(middle - x_of(row["low"]), 1), BAR - 10.0, title)
        more = Bar(middle, y, round(x_of(row["high"]) - middle, 1), BAR - 10.0, title)
        swinging.append(Swinging(y, less, more, str(row["label"]), words.money(row["swing"]), row["assumed"]))
    return Tornado(swinging, middle, 16.0 + BAR * len(rows))
