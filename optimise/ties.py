"""Ties: of the plans that are as good as the one found, the one that is best by a second measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from gis_layers import Progress, StudyError, silent
from optimise.plan import Plan, Solution
from optimise.prices import Prices, minimised_prices, plan_cost, plan_worth
from optimise.problem import Problem
from optimise.recost import fix_again, refuse_yearly_budgets, with_most_cost, with_prices
from optimise.variants import Variant, solve_variant, verify_variant

Measure = Literal["least_cost", "most_worth", "fewest_works"]


@dataclass(frozen=True)
class Tie:
    """The second stage.

    Attributes
    ----------
    measure : str
        What it asks of the plans that are no worse than that of the first stage: least cost where worth was the
        objective; else most worth, or the fewest digs and candidates where nothing has a worth.
    solution : Solution
        Of the second stage: value, bound and gap are those of its measure.
    plan : Plan
        With its cost and worth; no worse than that of the first stage by the first objective, nor by the measure.
    lexicographic : bool
        Whether both stages are proven optimal: no plan is better, and of those as good none is better by the measure.
    """

    measure: Measure
    solution: Solution
    plan: Plan
    lexicographic: bool


def solve_then(
    variant: Variant,
    first: Solution,
    *,
    gap: float = 0.01,
    time_limit_s: float | None = None,
    seed: int = 0,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Tie:
    """Solve the second stage: the best by another measure of the plans that are no worse than one found.

    Parameters
    ----------
    variant : Variant
        `keep_and_forbid(problem)` for a problem as it is.
    first : Solution
        Of this variant, with a plan.
    gap, time_limit_s, seed, node_limit, progress
        As `solve`.

    Raises
    ------
    StudyError
        The first stage found no plan; or its cost cannot be kept as a limit: another budget is there, or costs count
        differently by year; or the works of a problem with yearly budgets are to be counted.
    """
    if first.plan is None:
        raise StudyError("the first stage found no plan", "solve it with more time")
    measure, problem = _second(variant.original, first.plan)
    solution = solve_variant(
        fix_again(variant, problem),
        gap=gap,
        time_limit_s=time_limit_s,
        seed=seed,
        node_limit=node_limit,
        progress=progress,
    )
    solution = _no_worse(problem, solution, first.plan)
    if solution.plan is None:
        raise RuntimeError("the second stage lost the plan of the first")
    plan = _on_own_costs(variant.original, solution.plan)
    verification = verify_variant(variant, plan)
    if not verification.ok:
        raise RuntimeError(f"the plan does not pass verification: {'; '.join(verification.complaints)}")
    return Tie(measure, solution, plan, first.status == solution.status == "optimal")


def _second(problem: Problem, found: Plan) -> tuple[Measure, Problem]:
    """The measure of the second stage and its problem."""
    if problem.objective == "most_worth":
        if problem.worth is None or found.worth is None:
            raise RuntimeError("a plan of most worth does not say what it is worth")
        return "least_cost", replace(
            problem, objective="least_cost", worth=replace(problem.worth, at_least=found.worth)
        )
    limited = with_most_cost(problem, found.cost)
    if limited is None:
        raise StudyError(
            "the plans of the same cost cannot be told: another budget is there, or costs count differently by year",
            "ask it of a scenario without them",
        )
    if problem.worth is not None and (problem.worth.per_weight > 0).any():
        return "most_worth", replace(limited, objective="most_worth")
    refuse_yearly_budgets(problem)
    cost = minimised_prices(problem)
    link = None if cost.link is None else cost.link * 0.0
    ones = Prices(np.ones_like(cost.edge), np.ones_like(cost.candidate), cost.connection * 0.0, cost.cable * 0.0, link)
    return "fewest_works", with_prices(limited, ones)


def _no_worse(problem: Problem, solution: Solution, found: Plan) -> Solution:
    """The plan of the first stage is one of the second too."""
    found = _on_own_costs(problem, found)
    best = solution.plan
    if problem.objective == "least_cost":
        keep = best is None or found.cost < best.cost
    else:
        keep = best is None or (found.worth or 0.0) > (best.worth or 0.0)
    if not keep:
        return solution
    kept = replace(solution, plan=found, status="limit" if solution.status == "infeasible" else solution.status)
    value = kept.value
    if kept.bound is not None and value is not None:
        limit = min if problem.objective == "least_cost" else max
        kept = replace(kept, bound=limit(kept.bound, value))
    return kept


def _on_own_costs(problem: Problem, plan: Plan) -> Plan:
    return replace(plan, cost=plan_cost(problem, plan), worth=plan_worth(problem, plan))
