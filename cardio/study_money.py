"""Form of the sections of a study that are about money: prices, finance, funding."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from cardio.study_section import Section
from cardio.study_values import Name, Share, Text


class PricesSection(Section):
    """``prices:``."""

    file: Text = Field(alias="list")


class BuiltColumnSection(Section):
    """``finance.existing.*.built:`` where a column of the layer says it."""

    column: Text


def tell_built(value: Any) -> str:
    """Tell which form of ``built`` is meant; tags in brackets are no part of a key path."""
    return "[column]" if isinstance(value, dict | BuiltColumnSection) else "[number]"


CalendarYear = Annotated[int, Field(ge=1000, le=2999)]
Built = Annotated[
    Annotated[CalendarYear, Tag("[number]")] | Annotated[BuiltColumnSection, Tag("[column]")],
    Discriminator(tell_built),
]


class ExistingSection(Section):
    """``finance.existing.*:``."""

    price: Text
    built: Built


class FinanceSection(Section):
    """``finance:``."""

    base_year: CalendarYear | None = None
    horizon_years: Annotated[int, Field(ge=1, le=100)] | None = None
    discount_rate: Share | None = None
    terms: Literal["real", "nominal"] = "real"
    inflation: Share | None = None
    existing: dict[Name, ExistingSection] = {}

    @model_validator(mode="after")
    def _horizon_with_rate(self) -> Self:
        if (self.horizon_years is None) != (self.discount_rate is None):
            raise ValueError("horizon_years and discount_rate go together")
        time = {"base_year", "terms", "inflation", "existing"} & self.model_fields_set
        if self.horizon_years is None and time:
            raise ValueError(f"{', '.join(sorted(time))} need horizon_years and discount_rate")
        return self

    @model_validator(mode="after")
    def _inflation_with_nominal_terms(self) -> Self:
        if (self.inflation is None) != (self.terms == "real"):
            raise ValueError("inflation goes with terms: nominal, and those terms need it")
        if self.inflation is not None and self.discount_rate is not None and self.discount_rate < self.inflation:
            raise ValueError("a nominal discount_rate includes inflation: it should be no less (see docs/money.md)")
        return self
