"""Budgets that no plan keeps: what the cheapest plan costs instead, and by when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cardio.amounts import say_amount
from cardio.prospects import Prospects
from cardio.works import Work, fix_works
from optimise import Problem, Solution, Variant

Solver = Callable[[Variant], Solution]
CENT = 0.01


@dataclass(frozen=True)
class Shortage:
    """A budget with what is needed of it.

    Attributes
    ----------
    key : str
        ``plan.budget``, or ``plan.phases.YEAR`` for all budgets until the end of that year.
    budget : float
        EUR.
    at_least : float or None
        No plan costs less capex (proven), EUR; None where nothing was proven.
    at_most : float or None
        Capex of a plan, EUR; None where none was found.
    """

    key: str
    budget: float
    at_least: float | None
    at_most: float | None

    @property
    def proven(self) -> bool:
        """Whether it is proven that the budget is too small."""
        return self.at_least is not None and self.at_least > self.budget + CENT

    def row(self) -> dict[str, Any]:
        """Content of summary.json."""
        return {"key": self.key, "budget": self.budget, "at_least": self.at_least, "at_most": self.at_most}

    def words(self, currency: str) -> str:
        """Say what is missing."""
        until = self.key.removeprefix("plan.phases.")
        budget = f"plan.budget is {say_amount(self.budget, currency)}"
        if until != self.key:
            budget = f"the budgets of plan.phases until {until} add up to {say_amount(self.budget, currency)}"
        least = "" if self.at_least is None else f"at least {say_amount(self.at_least, currency)}"
        most = "" if self.at_most is None else f"at most {say_amount(self.at_most, currency)}"
        text = f"{budget}; the cheapest plan costs {' and '.join(part for part in (least, most) if part)}"
        if self.proven and self.at_least is not None:
            text += f": at least {say_amount(self.at_least - self.budget, currency)} are missing"
        return text


def without_budgets(problem: Problem) -> Problem:
    """Return the problem of least cost without any limit on money; with no yearly budget, the years do not matter."""
    return replace(problem, budget=None, phases=None, worth=None, objective="least_cost")


def _of_capex(problem: Problem) -> Problem:
    """Return the problem that minimises what its budgets limit."""
    costs = None if problem.phases is None else problem.phases.costs
    if problem.budget is not None:
        costs = problem.budget.costs
    if costs is None:
        return problem
    return replace(
        problem,
        edge_cost=costs.edge_cost,
        candidate_cost=costs.candidate_cost,
        connection_cost=costs.connection_cost,
        link_cost=costs.link_cost,
    )


def find_shortages(
    prospects: Prospects, whole: Solution, problem: Problem, kept: Sequence[Work], solve: Solver
) -> list[Shortage]:
    """Compare every budget with the least capex of what is asked by then.

    Parameters
    ----------
    whole : Solution
        Plan without budgets that is best by the figure of the study.
    problem : Problem
        The problem with shares that can be reached, with its budgets.
    kept : sequence of Work
        Kept works that can be connected.
    solve : Solver
    """
    study = prospects.town.study
    shortages: list[Shortage] = []
    if study.budget_eur is None and all(phase.budget_eur is None for phase in study.phases):
        return shortages
    problem = _of_capex(problem)
    if prospects.statement.figure.name != "capex":
        whole = solve(fix_works(without_budgets(problem), kept, prospects.forbidden))
    if study.budget_eur is not None:
        shortages.append(_shortage("plan.budget", study.budget_eur, whole))
    if problem.phases is None:
        return shortages
    until = np.cumsum(problem.phases.budget)
    required = np.maximum.accumulate(problem.phases.required, axis=0)
    for number, phase in enumerate(study.phases[:-1]):
        if np.isfinite(until[number]) and required[number].any():
            rows = zip(problem.targets, required[number].tolist(), strict=True)
            by_then = replace(problem, targets=tuple(replace(row, required=least) for row, least in rows))
            solution = solve(fix_works(without_budgets(by_then), (), prospects.forbidden))
            shortages.append(_shortage(f"plan.phases.{phase.year}", float(until[number]), solution))
    if np.isfinite(until[-1]):
        shortages.append(_shortage(f"plan.phases.{study.phases[-1].year}", float(until[-1]), whole))
    return shortages


def _shortage(key: str, budget: float, solution: Solution) -> Shortage:
    cost = None if solution.plan is None else round(solution.plan.cost, 2)
    return Shortage(key, budget, solution.bound, cost)
