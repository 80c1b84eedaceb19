"""Gathers what a plan means in money: who bears it, when it is paid, by whom, how sure it is, what it buys."""

from __future__ import annotations

from collections.abc import Sequence

from cardio.benefits import count_benefits
from cardio.budget import plan_budget
from cardio.cash import money_over_time
from cardio.frames import served_today_and_after
from cardio.funding import fund_plan
from cardio.money import Money
from cardio.prospects import Prospects
from cardio.sharing import Sharing
from costing import Line, spread_prices
from optimise import Plan


def account_for(
    prospects: Prospects, plan: Plan, lines: Sequence[Line], years: Sequence[int], sharing: Sharing
) -> Money:
    """Answer every question about the money of a plan that its study asks.

    Parameters
    ----------
    lines, years : (n,) sequences
        Take-off of the plan, and the calendar year in which each line is paid.
    sharing : Sharing
        Of the plan.
    """
    town, statement = prospects.town, prospects.statement
    study, segments = town.study, statement.segments[plan.edges]
    return Money(
        shares=sharing.by_service,
        budget=plan_budget(study, lines, prospects.unverified, statement.routes, segments),
        spread=spread_prices(lines, study.uncertainty, study.solver.seed),
        cash=money_over_time(prospects, lines, years),
        funding=fund_plan(study, lines, years),
        benefits=count_benefits(
            prospects,
            plan,
            lines,
            providers=served_today_and_after(town, statement, plan),
            shares=sharing.by_service,
        ),
    )
