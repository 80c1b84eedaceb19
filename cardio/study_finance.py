"""What a study says about money over time: its settings, and what exists and is paid for whatever is planned."""

from __future__ import annotations

from dataclasses import dataclass

from cardio.study_money import BuiltColumnSection, FeeSection
from cardio.study_schema import StudyFile
from costing import BudgetRules, Finance, Investigation, Uncertainty, read_date


@dataclass(frozen=True)
class ExistingAssets:
    """What stands in a layer and is renewed and run in the years to come.

    Attributes
    ----------
    layer : str
    price : str
        Price row: per piece for each row of the layer, per metre for its lines.
    built_year : int or None
        Year in which all of it was built.
    built_column : str or None
        Column of the layer with the year of each row; exactly one of the two is given.
    """

    layer: str
    price: str
    built_year: int | None
    built_column: str | None


def finance_of(form: StudyFile) -> Finance | None:
    """How amounts of different years are compared; None where the study gives no horizon."""
    section = form.finance
    if section is None or section.horizon_years is None or section.discount_rate is None:
        return None
    return Finance(
        _base_year(form), section.horizon_years, section.discount_rate, section.terms, section.inflation or 0.0
    )


def _base_year(form: StudyFile) -> int:
    """Year that the study states, else that of its prices, else the first in which something is built."""
    if form.finance is not None and form.finance.base_year is not None:
        return form.finance.base_year
    if form.prices is not None and form.prices.date is not None:
        return read_date(form.prices.date).year
    return min(map(int, form.plan.phases))


def uncertainty_of(form: StudyFile) -> Uncertainty:
    """How prices are drawn from their ranges."""
    return Uncertainty() if form.finance is None else Uncertainty(**form.finance.uncertainty.model_dump())


def budget_rules_of(form: StudyFile) -> BudgetRules | None:
    """What the operation pays beside its works; None where the study states nothing."""
    section = form.finance
    if section is None or not {"fees", "contingency", "revision", "investigation"} & section.model_fields_set:
        return None
    stage, contingency, asked = section.stage or "", section.contingency, section.investigation
    return BudgetRules(
        fees={name: fee.rate if isinstance(fee, FeeSection) else fee for name, fee in section.fees.items()},
        stage=stage,
        contingency=contingency[stage] if isinstance(contingency, dict) else contingency,
        revision=section.revision,
        investigation=None if asked is None else Investigation(asked.column, asked.unverified, asked.price),
    )


def existing_of(form: StudyFile) -> tuple[ExistingAssets, ...]:
    """What exists and is paid for."""
    sections = {} if form.finance is None else form.finance.existing
    return tuple(
        ExistingAssets(
            layer=layer,
            price=section.price,
            built_year=section.built if isinstance(section.built, int) else None,
            built_column=section.built.column if isinstance(section.built, BuiltColumnSection) else None,
        )
        for layer, section in sections.items()
    )
