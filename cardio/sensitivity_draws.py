"""Solves a study again at drawn prices, and compares every plan found in every draw."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cardio.prospects import Prospects, price_prospects
from cardio.solving import solve_study
from costing import PriceList, draw_price_lists
from gis_layers import Progress
from optimise import Plan, Solution, verify_variant

Floats = npt.NDArray[np.float64]
HALF_A_CENT = 0.005


@dataclass(frozen=True)
class Draw:
    """A study solved at drawn prices.

    Attributes
    ----------
    prospects : Prospects
        At the prices of the draw.
    solution : Solution
    """

    prospects: Prospects
    solution: Solution


@dataclass(frozen=True)
class Comparison:
    """Distinct plans in every draw. D draws, P plans; the first plan is the study's own.

    Attributes
    ----------
    draws : tuple of Draw
    plans : tuple of Plan
        Distinct by what they build and when; links are those with which a plan was first found.
    cost : (D, P) float
        The figure that is minimised; inf where a plan breaks a budget at the prices of the draw.
    bound : (D,) float
        No plan costs less; nan where nothing is proven.
    """

    draws: tuple[Draw, ...]
    plans: tuple[Plan, ...]
    cost: Floats
    bound: Floats

    @property
    def best(self) -> npt.NDArray[np.int64]:
        """(D,) cheapest plan found in each draw, the study's own where it is as cheap; -1 where there is none."""
        least = self.cost.min(axis=1, keepdims=True)
        number = np.argmax(self.cost <= least + HALF_A_CENT, axis=1)
        return np.where(np.isfinite(least[:, 0]), number, -1).astype(np.int64)

    @property
    def least(self) -> Floats:
        """(D,) cost of the cheapest plan found in each draw; inf where there is none."""
        return np.asarray(self.cost.min(axis=1), dtype=np.float64)


def solve_draws(
    prospects: Prospects, draws: int, *, time_limit_s: float, node_limit: int | None, progress: Progress
) -> tuple[Draw, ...]:
    """Draw the whole price list some times and solve the study at each; what time is left is shared equally.

    Returns fewer draws than asked where the user stops.
    """
    study = prospects.town.study
    started, solved = time.monotonic(), list[Draw]()
    for prices in draw_price_lists(prospects.prices, replace(study.uncertainty, draws=draws), study.solver.seed):
        left_s = max(time_limit_s - (time.monotonic() - started), 0.0) / (draws - len(solved))
        draw = _solve_at(prospects, prices, left_s, node_limit, progress)
        if draw.solution.status == "cancelled":
            break
        solved.append(draw)
    return tuple(solved)


def _solve_at(
    prospects: Prospects, prices: PriceList, time_limit_s: float, node_limit: int | None, progress: Progress
) -> Draw:
    town = prospects.town
    study = town.study.with_settings(gap=None, time_limit_s=time_limit_s, seed=None)
    drawn = price_prospects(replace(town, study=study), prospects.opportunities, prices, prospects.statement.figure)
    in_force, answer = solve_study(drawn, node_limit=node_limit, progress=progress)
    return Draw(in_force, answer.solution)


def compare_plans(own: Plan, draws: Sequence[Draw]) -> Comparison:
    """Price every plan found in every draw; a plan keeps its works, each laid in the way that is cheapest there."""
    plans = {_works_of(own): own}
    for draw in draws:
        if draw.solution.plan is not None:
            plans.setdefault(_works_of(draw.solution.plan), draw.solution.plan)
    cost = np.array([[_cost(draw.prospects, plan) for plan in plans.values()] for draw in draws])
    cost = cost.reshape(len(draws), len(plans))
    for row, draw in enumerate(draws):
        if draw.solution.plan is not None:  # its own links may be cheaper than those first found
            column = list(plans).index(_works_of(draw.solution.plan))
            cost[row, column] = min(cost[row, column], draw.solution.plan.cost)
    bound = [np.nan if draw.solution.bound is None else draw.solution.bound for draw in draws]
    return Comparison(tuple(draws), tuple(plans.values()), cost, np.array(bound, dtype=np.float64))


def _works_of(plan: Plan) -> tuple[bytes, ...]:
    return tuple(part.tobytes() for part in (plan.edges, plan.candidates, plan.edge_year, plan.candidate_year))


def _cost(prospects: Prospects, plan: Plan) -> float:
    # the plan tells what it cost where it was found: the first look only prices it anew
    priced = replace(plan, cost=verify_variant(prospects.variant, plan).cost)
    verification = verify_variant(prospects.variant, priced)
    return verification.cost if verification.ok else float("inf")
