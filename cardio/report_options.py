"""The options put before those who decide: doing nothing, the plan, and others, all counted the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cardio.cash import Cash, money_over_time, years_of_lines
from cardio.frames import served_today_and_after
from cardio.funding import fund_plan
from cardio.prospects import Prospects
from cardio.report_coverage import TargetShares, share_targets
from cardio.takeoff import line_phases, take_off
from costing import total_cents
from optimise import Plan

NOTHING, HALF, SCENARIO, PLAN = "nothing", "half", "scenario", "plan"


@dataclass(frozen=True)
class PlanOption:
    """One of the options of the report's first screen. Amounts are EUR of the works, excl. tax but for the net.

    Attributes
    ----------
    kind : str
        ``nothing``, ``half`` (half of the way to each target), ``scenario`` or ``plan``.
    name : str
        Scenario; empty otherwise.
    capex_eur : float
    net_eur : float or None
        Net city cost; None where the study does not say who pays.
    opex_per_year_eur : float or None
        Running costs of a year, what exists included where the study states it.
    present_value_eur : float or None
        Over the horizon, what exists included where the study states it; None without a horizon.
    targets : tuple of TargetShares
    unserved : mapping of str to float
        Service -> weight that stays without it.
    gap : float or None
        Proven gap of the objective; None for doing nothing.
    objective : str
        ``least_cost`` or ``most_coverage``: what the gap is of.
    """

    kind: str
    name: str
    capex_eur: float
    net_eur: float | None
    opex_per_year_eur: float | None
    present_value_eur: float | None
    targets: tuple[TargetShares, ...]
    unserved: Mapping[str, float]
    gap: float | None = None
    objective: str = "least_cost"


def option_of_nothing(
    summary: Mapping[str, Any], prospects: Prospects, cash: Cash | None, *, funded: bool
) -> PlanOption:
    """Doing nothing: nothing is built, what exists is run and renewed, and coverage stays as it is."""
    rows = [{**row, "after": row["before"], "met": row["before"] >= row["required"]} for row in summary["coverage"]]
    existing = None if cash is None else cash.existing
    town = prospects.town
    return PlanOption(
        kind=NOTHING,
        name="",
        capex_eur=0.0,
        net_eur=0.0 if funded else None,
        opex_per_year_eur=0.0 if existing is None else existing.opex_per_year_cents / 100,
        present_value_eur=None if existing is None else existing.present_value_cents / 100,
        targets=share_targets(rows),
        unserved={name: float(town.demand[name].weight[town.providers[name] == 0].sum()) for name in town.demand},
    )


def option_of_run(summary: Mapping[str, Any], demand: pd.DataFrame, kind: str, name: str = "") -> PlanOption:
    """Return the option that a finished run is.

    Parameters
    ----------
    summary, demand
        Of its deliverable.
    """
    cost, objective = summary["cost"], summary["objective"]
    total = cost["with_existing"] or cost
    left = demand["weight"].where(~demand["after"].astype(bool), 0.0).groupby(demand["service"], sort=False).sum()
    return PlanOption(
        kind=kind,
        name=name,
        capex_eur=cost["capex"],
        net_eur=cost["net_city_cost"],
        opex_per_year_eur=total["opex_per_year"],
        present_value_eur=total["present_value"],
        targets=share_targets(summary["coverage"]),
        unserved={str(service): float(weight) for service, weight in left.items()},
        gap=objective["gap"],
        objective=objective["name"],
    )


def option_of_plan(
    prospects: Prospects, plan: Plan, kind: str, *, coverage: Sequence[Mapping[str, Any]], gap: float | None
) -> PlanOption:
    """Return the option that another plan of the same problem is.

    Parameters
    ----------
    coverage : sequence of mapping
        Of the summary of the study's own plan: what it asks stays, what is reached is this plan's.
    """
    town, statement = prospects.town, prospects.statement
    lines = take_off(town, statement, plan)
    years = years_of_lines(town.study, line_phases(town, statement, plan))
    cash, funding = money_over_time(prospects, lines, years), fund_plan(town.study, lines, years)
    served = served_today_and_after(town, statement, plan)
    reached = [row.scope.share(served[row.scope.service][1]) for row in prospects.coverage]
    rows = [
        {**row, "after": after, "met": after >= row["required"] - 1e-9}
        for row, after in zip(coverage, reached, strict=True)
    ]
    flows = [each for each in (cash.plan, cash.existing) if each is not None]
    existing = 0 if cash.existing is None else cash.existing.opex_per_year_cents
    return PlanOption(
        kind=kind,
        name="",
        capex_eur=total_cents(lines) / 100,
        net_eur=None if funding is None else funding.cost.total / 100,
        opex_per_year_eur=(cash.opex_per_year_cents + existing) / 100,
        present_value_eur=sum(each.present_value_cents for each in flows) / 100 if cash.plan is not None else None,
        targets=share_targets(rows),
        unserved={name: float(town.demand[name].weight[after == 0].sum()) for name, (_, after) in served.items()},
        gap=gap,
    )
