"""Years of a plan: when each work is done, what each year costs, and what share is reached by its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cardio.prospects import Prospects
from cardio.statement import Statement
from cardio.study import Study
from costing import Line, figure_cents, total_cents
from gis_layers import Finding
from network_model import TargetCoverage
from optimise import Plan

Ints = npt.NDArray[np.int64]
SHARE_TOLERANCE = 1e-9


def calendar_years(study: Study, phases: Ints, count: int) -> pd.Series:
    """(count,) calendar year of each phase, -1 and everything without phases: none."""
    if not study.phases or not phases.size:
        return pd.Series([pd.NA] * count, dtype="Int64")
    year_of = [*(phase.year for phase in study.phases), pd.NA]
    return pd.Series([year_of[phase] for phase in phases.tolist()], dtype="Int64")


def first_link_phases(statement: Statement, plan: Plan) -> Ints:
    """(J,) phase in which the plan first links each demand, -1 where it never does."""
    never = np.iinfo(np.int64).max
    first = np.full(len(statement.problem.connection_cost), never, dtype=np.int64)
    np.minimum.at(first, plan.links[:, 0], plan.link_year)
    return np.where(first == never, -1, first)


def phase_rows(
    prospects: Prospects, plan: Plan, lines: Sequence[Line], line_phase: Ints, coverage: Sequence[TargetCoverage]
) -> list[dict[str, Any]]:
    """List the phases of a plan for summary.json: year, budget, capex and coverage by the end of the year, EUR."""
    study = prospects.town.study
    rows = []
    for number, phase in enumerate(study.phases):
        own = [line for line, of in zip(lines, line_phase.tolist(), strict=True) if of == number]
        providers = _providers_by_end(prospects.statement, plan, number)
        required = [phase.shares.get(row.scope.target) for row in coverage]
        if number == len(study.phases) - 1:
            required = [row.scope.required for row in coverage]
        rows.append(
            {
                "year": phase.year,
                "budget": phase.budget_eur,
                "capex": total_cents(own) / 100,
                "coverage": [
                    _coverage_row(prospects, row, providers, share)
                    for row, share in zip(coverage, required, strict=True)
                ],
            }
        )
    return rows


@dataclass(frozen=True)
class Postponed:
    """A plan whose works all wait for the last year, because a figure that is discounted is least then.

    Attributes
    ----------
    year, first_year : int
        In which all works fall, and the first that the study allows.
    value_eur, in_first_year_eur : float
        The figure of the same works in these years.
    """

    year: int
    first_year: int
    value_eur: float
    in_first_year_eur: float

    def row(self) -> dict[str, Any]:
        """Return the entry ``postponed`` of summary.json."""
        return {
            "year": self.year,
            "first_year": self.first_year,
            "value": self.value_eur,
            "value_in_first_year": self.in_first_year_eur,
        }

    def finding(self, currency: str) -> Finding:
        """Say that what looks like a saving is discount alone."""
        return Finding(
            "note",
            "postponed-by-discounting",
            "",
            message=(
                f"all works fall in {self.year}, the last year: {self.value_eur:,.2f} {currency} of discounted cost, "
                f"{self.in_first_year_eur:,.2f} {currency} were the same works built in {self.first_year}"
            ),
            done="the plan of least discounted cost is kept; the difference is discount and saves nothing",
            advice="state what is due when: plan.phases: {YEAR: {targets: {TARGET: SHARE}}}",
        )


def find_postponed(prospects: Prospects, lines: Sequence[Line], line_phase: Ints) -> Postponed | None:
    """Find out whether all lines of a plan fall in the last year, where discounting makes that cheaper."""
    years = [phase.year for phase in prospects.town.study.phases]
    figure = prospects.statement.figure
    if not lines or len(years) < 2 or (line_phase != len(years) - 1).any():
        return None
    first, last = (figure_cents(lines, [year] * len(lines), figure) / 100 for year in (years[0], years[-1]))
    return Postponed(years[-1], years[0], last, first) if last < first else None


def years_met(phases: Sequence[dict[str, Any]], coverage: Sequence[TargetCoverage]) -> list[int | None]:
    """Year by whose end each target is first met; None where it is met today, or never."""
    years = []
    for number, row in enumerate(coverage):
        met = [phase["year"] for phase in phases if phase["coverage"][number]["met"]]
        today = row.before >= row.scope.required - SHARE_TOLERANCE
        years.append(None if today or not met else met[0])
    return years


def _coverage_row(prospects: Prospects, row: TargetCoverage, providers: Ints, required: float | None) -> dict[str, Any]:
    first = prospects.statement.first_demand[row.scope.service]
    after = row.scope.share(providers[first:])
    return {
        "target": row.scope.target,
        "service": row.scope.service,
        "zone": row.scope.zone,
        "zone_name": row.scope.zone_name,
        "required": required,
        "after": after,
        "met": after >= row.scope.required - SHARE_TOLERANCE,
    }


def _providers_by_end(statement: Statement, plan: Plan, phase: int) -> Ints:
    """(J,) providers of each demand by the end of a phase: existing ones, and one for each link made so far."""
    linked = np.bincount(plan.links[plan.link_year <= phase, 0], minlength=len(statement.problem.connection_cost))
    return (statement.problem.existing_providers + linked).astype(np.int64)
