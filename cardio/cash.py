"""What a plan means over the years: cash flows, present value, and what doing nothing costs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cardio.prospects import Prospects
from cardio.study import Study
from costing import CashFlows, Finance, Line, cash_flows, do_nothing, opex_cents, opex_not_stated

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cash:
    """Money over time. Amounts are excl. tax.

    Attributes
    ----------
    opex_per_year_cents : int
        Running costs of a year with every work of the plan in service, at the prices of the list.
    opex_not_stated : tuple of str
        Price rows of the plan that state no running costs: what they cost to run is unknown, not nothing.
    lifetime_not_stated : tuple of str
        Price rows of the plan that state no lifetime: they are never renewed, and no rest of them is counted.
    finance : Finance or None
        None where the study gives no horizon; then there is nothing below.
    plan : CashFlows or None
        Of what the plan builds.
    existing : CashFlows or None
        Of what exists and is renewed and run whatever is planned, None where the study names nothing: what doing
        nothing costs. Its years begin with the base year.
    """

    opex_per_year_cents: int
    opex_not_stated: tuple[str, ...]
    lifetime_not_stated: tuple[str, ...]
    finance: Finance | None = None
    plan: CashFlows | None = None
    existing: CashFlows | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """Cash flows of the plan and of what exists: ``of`` (``plan``, ``existing``), then as `CashFlows.frame`."""
        parts = {"plan": self.plan, "existing": self.existing}
        frames = [flows.frame.assign(of=name) for name, flows in parts.items() if flows is not None]
        columns = ["of", "year", "section", "item", "amount_eur", "present_eur", "due", "base_eur"]
        return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def years_of_lines(study: Study, phase_of_line: Ints) -> list[int]:
    """(n,) calendar year of each line; without phases the base year, 0 where the study gives none."""
    if study.phases:
        years = [phase.year for phase in study.phases]
        return [years[phase] for phase in phase_of_line.tolist()]
    return [study.spending_year or 0] * len(phase_of_line)


def money_over_time(prospects: Prospects, lines: Sequence[Line], years: Sequence[int]) -> Cash:
    """Return what the lines of a plan, built in their years, cost over time."""
    finance = prospects.town.study.finance
    lifetime_not_stated = tuple(sorted({line.price.key for line in lines if line.price.lifetime_years is None}))
    stated = Cash(opex_cents(lines), opex_not_stated(lines), lifetime_not_stated)
    if finance is None:
        return stated
    existing = do_nothing(prospects.stocks, finance) if prospects.stocks else None
    plan = cash_flows(lines, years, finance)
    return Cash(stated.opex_per_year_cents, stated.opex_not_stated, lifetime_not_stated, finance, plan, existing)


def cash_entries(cash: Cash | None) -> dict[str, Any]:
    """Return the entries of ``cost`` in summary.json about money over time; null without a plan or a horizon."""
    if cash is None:
        return dict.fromkeys(CASH_ENTRIES)
    finance, plan, existing = cash.finance, cash.plan, cash.existing
    entries: dict[str, Any] = {
        "opex_per_year": cash.opex_per_year_cents / 100,
        "opex_not_stated": list(cash.opex_not_stated),
        "lifetime_not_stated": list(cash.lifetime_not_stated),
        "present_value": None if plan is None else plan.present_value_cents / 100,
        "equivalent_annual_cost": None if plan is None else plan.equivalent_annual_cents / 100,
        "finance": None if finance is None else finance_entry(finance),
        "do_nothing": None,
        "with_existing": None,
    }
    if plan is not None and existing is not None:
        entries["do_nothing"] = _totals(existing)
        entries["with_existing"] = _totals(plan, existing)
    return entries


CASH_ENTRIES = (
    "opex_per_year",
    "opex_not_stated",
    "lifetime_not_stated",
    "present_value",
    "equivalent_annual_cost",
    "finance",
    "do_nothing",
    "with_existing",
)


def finance_entry(finance: Finance) -> dict[str, Any]:
    """Return the settings as they stand in summary.json."""
    return {
        "base_year": finance.base_year,
        "horizon_years": finance.horizon_years,
        "discount_rate": finance.discount_rate,
        "terms": finance.terms,
        "inflation": finance.inflation,
        "words": finance.words,
    }


def _totals(*flows: CashFlows) -> dict[str, float]:
    return {
        "opex_per_year": sum(each.opex_per_year_cents for each in flows) / 100,
        "present_value": sum(each.present_value_cents for each in flows) / 100,
        "equivalent_annual_cost": sum(each.equivalent_annual_cents for each in flows) / 100,
    }
