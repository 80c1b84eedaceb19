"""Form of the sections of a study that are about money: prices, finance, funding."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, StrictBool, Tag, model_validator

from cardio.study_section import Section
from cardio.study_values import (
    Day,
    Euros,
    Label,
    Name,
    Positive,
    Share,
    Text,
    Texts,
    Year,
    YearlyRate,
    check_distinct,
    check_increasing,
)
from costing import FCTVA_LAG_YEARS


class PricesSection(Section):
    """``prices:``."""

    file: Text | None = Field(alias="list", default=None)
    sheet: Text | None = None
    columns: dict[Name, Text] = {}
    dated: Day | None = None
    inherit: Literal["france", "none"] | None = None
    date: Day | None = None
    index: Text | None = None
    indices: dict[Name, Annotated[dict[Day, Positive], Field(min_length=1)]] = {}
    obsolete_after_years: Annotated[int, Field(ge=0, le=100)] = 5


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


class UncertaintySection(Section):
    """``finance.uncertainty:``."""

    draws: Annotated[int, Field(ge=100, le=20_000)] = 2000
    correlation: Share = 0.5


class InvestigationSection(Section):
    """``finance.investigation:``."""

    column: Text
    unverified: Texts
    price: Text


def tell_contingency(value: Any) -> str:
    """Tell which form of ``contingency`` is meant; tags in brackets are no part of a key path."""
    return "[column]" if isinstance(value, dict) else "[number]"


class FeeSection(Section):
    """``finance.fees.*:`` where it has a label."""

    label: Label | None = None
    rate: Share


def tell_fee(value: Any) -> str:
    """Tell which form of a fee is meant; tags in brackets are no part of a key path."""
    return "[column]" if isinstance(value, dict | FeeSection) else "[number]"


Fee = Annotated[
    Annotated[Share, Tag("[number]")] | Annotated[FeeSection, Tag("[column]")],
    Discriminator(tell_fee),
]


def refuse_one_fee(value: Any) -> Any:
    """Pass on a mapping; a rate without a name is refused with how to write it."""
    if isinstance(value, int | float | str):
        raise ValueError(f"should be a mapping of names and rates, such as {{design: 0.08}} (is {value})")
    return value


class FinanceSection(Section):
    """``finance:``."""

    base_year: CalendarYear | None = None
    horizon_years: Annotated[int, Field(ge=1, le=100)] | None = None
    discount_rate: YearlyRate | None = None
    terms: Literal["real", "nominal"] = "real"
    inflation: YearlyRate | None = None
    existing: dict[Name, ExistingSection] = {}
    uncertainty: UncertaintySection = UncertaintySection()
    vat: Share | None = None
    vat_regime: Literal["fctva", "deductible", "none"] | None = None
    fees: Annotated[dict[Name, Fee], BeforeValidator(refuse_one_fee)] = {}
    stage: Name | None = None
    contingency: (
        Annotated[
            Annotated[Share, Tag("[number]")]
            | Annotated[Annotated[dict[Name, Share], Field(min_length=1)], Tag("[column]")],
            Discriminator(tell_contingency),
        ]
        | None
    ) = None
    revision: Share | None = None
    investigation: InvestigationSection | None = None

    @model_validator(mode="after")
    def _horizon_with_rate(self) -> Self:
        if (self.horizon_years is None) != (self.discount_rate is None):
            raise ValueError("horizon_years and discount_rate go together")
        return self

    @model_validator(mode="after")
    def _inflation_with_nominal_terms(self) -> Self:
        if (self.inflation is None) != (self.terms == "real"):
            raise ValueError("inflation goes with terms: nominal, and those terms need it")
        if self.inflation is not None and self.discount_rate is not None and self.discount_rate < self.inflation:
            raise ValueError("a nominal discount_rate includes inflation: it should be no less (see docs/money.md)")
        return self


def check_account(account: str) -> str:
    """Accept the beginning of an account: it stands for all accounts below it."""
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.]{0,19}", account):
        raise ValueError("an account has letters, digits and dots; its beginning is enough: no * or %")
    return account


Accounts = Annotated[tuple[Annotated[Text, AfterValidator(check_account)], ...], AfterValidator(check_distinct)]
LagYears = Annotated[int, Field(ge=0, le=20)]


class FctvaSection(Section):
    """``funding.fctva:`` where it is not just true."""

    rates: Annotated[dict[Year, Share], AfterValidator(check_increasing)] = {}
    lag_years: LagYears = FCTVA_LAG_YEARS
    accounts: Accounts = ()


def tell_fctva(value: Any) -> str:
    """Tell which form of ``fctva`` is meant; tags in brackets are no part of a key path."""
    return "[column]" if isinstance(value, dict | FctvaSection) else "[number]"


class GrantSection(Section):
    """``funding.grants.*:``."""

    label: Label | None = None
    rate: Share
    cap: Euros | None = None
    until: Day | None = None
    accounts: Accounts = ()
    lag_years: LagYears = 0


class LoanSection(Section):
    """``funding.loan:``."""

    share: Share
    rate: YearlyRate
    years: Annotated[int, Field(ge=1, le=100)]


class FundingSection(Section):
    """``funding:``."""

    fctva: (
        Annotated[
            Annotated[StrictBool, Tag("[number]")] | Annotated[FctvaSection, Tag("[column]")], Discriminator(tell_fctva)
        ]
        | None
    ) = None
    grants: dict[Name, GrantSection] = {}
    own_share_at_least: Share | None = None
    public_aid_at_most: Share | None = None
    loan: LoanSection | None = None

    @model_validator(mode="after")
    def _ceilings_agree(self) -> Self:
        own, aid = self.own_share_at_least, self.public_aid_at_most
        if own is not None and aid is not None and round(own + aid, 9) > 1:
            raise ValueError(
                f"public_aid_at_most: {aid:g} and own_share_at_least: {own:g} contradict each other: "
                "together they are more than 1"
            )
        return self
