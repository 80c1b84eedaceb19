"""Which figure a study minimises."""

from __future__ import annotations

from cardio.study import Study
from costing import Capex, Figure, Funding, NetCost, PresentValue, never_limited, refuse_changing_years, uncapped
from gis_layers import StudyError

# far beyond any plan: a year that was mistyped, and factors that tell works apart no more
MOST_YEARS_APART = 100


def choose_figure(study: Study) -> Figure:
    """Return what ``plan.minimise`` names.

    Raises
    ------
    StudyError
        A year of the plan without FCTVA rate or far from the base year, told before anything is solved; years between
        which rates change.
    """
    _refuse_far_base_year(study)
    if study.funding is not None and study.funding.fctva is not None:
        for year in funding_and_years(study)[1]:
            study.funding.fctva.rate(year)
    if study.minimise == "present_value":
        if study.finance is None:
            raise ValueError("a study without finance is refused when it is checked")
        return PresentValue(study.finance)
    if study.minimise == "net_city_cost":
        funding, years = funding_and_years(study)
        refuse_changing_years(funding, years)
        if never_limited(funding, study.budget_eur):
            return NetCost(funding, uncapped(funding), years[0])
        # limits that may bind make a figure of each solve: see cardio.net_cost
    return Capex()


def _refuse_far_base_year(study: Study) -> None:
    if study.finance is None:
        return
    base_year = study.finance.base_year
    far = [phase.year for phase in study.phases if abs(phase.year - base_year) > MOST_YEARS_APART]
    if far:
        raise StudyError(
            f"amounts are discounted to {base_year}, more than {MOST_YEARS_APART} years from {far[0]} of the plan",
            "correct finance.base_year, or the years of plan.phases",
            key="finance.base_year",
        )


def funding_and_years(study: Study) -> tuple[Funding, list[int]]:
    """Who pays, and the calendar years in which works can be paid."""
    years: list[int | None] = [phase.year for phase in study.phases] or [study.spending_year]
    if study.funding is None or None in years:
        raise ValueError("a study that minimises the net cost without saying who pays, and when, is refused")
    return study.funding, [year for year in years if year is not None]


# what a command that compares plans would have to bound by the net cost
NEEDS = {
    "explain": "what a work costs, or a target: no work has a net cost of its own",
    "alternatives": "which other plans cost little more: each would need a proof of its own",
    "frontier": "the least cost of every level of service: each would need a proof of its own",
    "sensitivity": "plans at drawn prices: each draw would need a proof of its own",
}


def refuse_net_cost(study: Study, command: str) -> None:
    """Refuse questions that compare plans by the net cost of the town.

    Taxes and grants are rounded on sums, caps and ceilings bind on sums: what is proven of a sum of works is proven of
    the net cost only with an allowance, which `cardio.net_cost` makes for one plan and nothing makes for many.

    Parameters
    ----------
    command : str
        One of `NEEDS`.

    Raises
    ------
    StudyError
    """
    if study.minimise == "net_city_cost":
        raise StudyError(
            f"plan.minimise: net_city_cost: cardio {command} tells {NEEDS[command]}, because taxes and grants are "
            "rounded and capped on sums; only cardio plan proves a bound of the net cost",
            "run this scenario with cardio plan, or ask of one with plan.minimise: capex or present_value",
        )
