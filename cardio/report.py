"""What the report's first screen tells of a plan, computed before any words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cardio.frames import served_today_and_after
from cardio.money import Money
from cardio.prospects import Prospects
from cardio.report_chain import Chain, make_chain
from cardio.report_coverage import TargetShares, Unserved, list_unserved, share_targets
from cardio.report_decisions import Proposal, propose
from cardio.report_doubts import DoubtfulRoutes, find_doubtful_routes
from cardio.report_options import PLAN, PlanOption, option_of_nothing, option_of_run
from cardio.report_risks import Risk, rank_risks
from costing import Line
from optimise import Plan, reachable_places

WHY_NONE = (
    "coverage",
    "net_cost",
    "brackets",
    "not_asked",
    "not_written",
    "stopped",
    "nothing_to_do",
    "no_time",
    "same",
    "no_scenario",
)
"""Why no plan stands beside doing nothing and the plan."""


@dataclass(frozen=True)
class OtherPlans:
    """What was solved beside the plan.

    Attributes
    ----------
    options : tuple of PlanOption
        In the order in which they are shown.
    why_none : str
        Why there are none, one of `WHY_NONE`; empty where there are any.
    without_plan : tuple of (str, str)
        Scenarios asked for that have no plan, each with what is wrong with it; empty for no plan in the time allowed.
    frontier : mapping or None
        Least cost of coverages from today to the plan: ``figure``, ``basis``, ``moved`` (targets), and ``points``, each
        with kind, level (part of the way), share, asked_by_study, value, bound and gap.
    """

    options: tuple[PlanOption, ...] = ()
    why_none: str = ""
    without_plan: tuple[tuple[str, str], ...] = ()
    frontier: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Report:
    """What those who decide should see first.

    Attributes
    ----------
    decisions : tuple of str
        In the words of the study.
    proposals : tuple of Proposal
        What follows from the figures of the plan.
    targets : tuple of TargetShares
    chain : Chain
    options : tuple of PlanOption
        Doing nothing, the others, the plan.
    why_two : str
        Why there is none beside doing nothing and the plan, as a code; empty where there is.
    without_plan : tuple of (str, str)
        As of `OtherPlans`.
    unserved : tuple of Unserved
    risks : tuple of Risk
    doubts : DoubtfulRoutes
    frontier : mapping or None
    existing : tuple of str
        Layers of what exists that running costs and the cost over the horizon count.
    """

    decisions: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    targets: tuple[TargetShares, ...]
    chain: Chain
    options: tuple[PlanOption, ...]
    why_two: str
    without_plan: tuple[tuple[str, str], ...]
    unserved: tuple[Unserved, ...]
    risks: tuple[Risk, ...]
    doubts: DoubtfulRoutes
    frontier: Mapping[str, Any] | None
    existing: tuple[str, ...] = ()


def make_report(
    prospects: Prospects,
    plan: Plan,
    lines: Sequence[Line],
    years: Sequence[int],
    *,
    summary: Mapping[str, Any],
    demand: pd.DataFrame,
    money: Money | None,
    others: OtherPlans,
) -> Report:
    """Compute what the first screen of the report tells.

    Parameters
    ----------
    lines, years : (n,) sequences
        Take-off of the plan, and the calendar year in which each line is paid.
    summary, demand
        Of the plan's deliverable.
    """
    town, statement = prospects.town, prospects.statement
    funding = town.study.funding
    chain, doubts = make_chain(lines, years, funding), find_doubtful_routes(prospects, plan, lines)
    places = reachable_places(statement.problem) > 0
    served = served_today_and_after(town, statement, plan)
    reachable = {
        name: places[statement.first_demand[name] :][: len(before)] for name, (before, _after) in served.items()
    }
    nothing = option_of_nothing(summary, prospects, None if money is None else money.cash, funded=funding is not None)
    return Report(
        decisions=tuple(town.study.report.decisions.values()),
        proposals=propose(summary),
        targets=share_targets(summary["coverage"]),
        chain=chain,
        options=(nothing, *others.options, option_of_run(summary, demand, PLAN)),
        why_two=others.why_none,
        without_plan=others.without_plan,
        unserved=list_unserved(town, served, reachable),
        risks=rank_risks(summary, lines, chain, doubts),
        doubts=doubts,
        frontier=others.frontier,
        existing=tuple(assets.layer for assets in town.study.existing),
    )
