"""Items of a study: what goes along with a metre of route or a piece of equipment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from cardio.study_section import Section
from cardio.study_values import Share, Text
from network_model import Item

# wide bounds: within them, no quantity leaves what a line of the bill can hold
Count = Annotated[int, Field(ge=1, le=1000)]
Interval = Annotated[float, Field(ge=1, le=10_000)]
Length = Annotated[float, Field(gt=0, le=10_000)]


class RouteItemSection(Section):
    """``laying.*.items.*:``."""

    price: Text
    count: Count = 1
    slack: Share | None = None
    every_m: Interval | None = None

    @model_validator(mode="after")
    def _metres_or_pieces(self) -> Self:
        if self.slack is not None and self.every_m is not None:
            raise ValueError("slack is for a row in m, every_m for a row in each; write one of them")
        return self


class PieceItemSection(Section):
    """``options.*.items.*:``."""

    price: Text
    count: Count = 1
    length_m: Length | None = None


def route_items(sections: Mapping[str, RouteItemSection]) -> tuple[Item, ...]:
    """Quantity of each item for a metre of route."""
    return tuple(
        Item(name, section.price, section.count * (1 + (section.slack or 0.0)), "m")
        if section.every_m is None
        else Item(name, section.price, section.count / section.every_m, "each")
        for name, section in sections.items()
    )


def piece_items(sections: Mapping[str, PieceItemSection]) -> tuple[Item, ...]:
    """Quantity of each item for a piece of equipment."""
    return tuple(
        Item(name, section.price, float(section.count), "each")
        if section.length_m is None
        else Item(name, section.price, section.count * section.length_m, "m")
        for name, section in sections.items()
    )
