"""Solves a study again at drawn prices, and compares every plan found in every draw."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cardio.prospects import Prospects, price_prospects
from cardio.sensitivity_ways import Ways, hold_ways, ways_of
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
        Distinct by what they build, how it is laid, when, and who is linked to what.
    ways : tuple of Ways
        How the edges of each plan are laid, in whatever draw: a bill that is tendered names it.
    cost : (D, P) float
        The figure that is minimised; inf where a plan breaks a budget at the prices of the draw.
    bound : (D,) float
        No plan costs less; nan where nothing is proven.
    """

    draws: tuple[Draw, ...]
    plans: tuple[Plan, ...]
    ways: tuple[Ways, ...]
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

    def priced(self, draw: int, plan: int) -> Prospects:
        """Prospects at the prices of a draw with a plan's edges laid in its own ways."""
        return hold_ways(self.draws[draw].prospects, self.plans[plan], self.ways[plan])


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


def compare_plans(prospects: Prospects, own: Plan, draws: Sequence[Draw]) -> Comparison:
    """Price every plan found in every draw, each as it was found: its works, its ways of laying, its links.

    Parameters
    ----------
    prospects : Prospects
        Those of the study's own plan.
    own : Plan
    draws : sequence of Draw
    """
    found = [(prospects, own)]
    found += [(draw.prospects, draw.solution.plan) for draw in draws if draw.solution.plan is not None]
    plans: dict[tuple[bytes, ...], tuple[Plan, Ways]] = {}
    for where, plan in found:
        ways = ways_of(where.statement, plan)
        plans.setdefault(_parts_of(plan, ways), (plan, ways))
    cost = np.array([[_cost(draw.prospects, *each) for each in plans.values()] for draw in draws])
    bound = [np.nan if draw.solution.bound is None else draw.solution.bound for draw in draws]
    return Comparison(
        draws=tuple(draws),
        plans=tuple(plan for plan, _ in plans.values()),
        ways=tuple(ways for _, ways in plans.values()),
        cost=cost.reshape(len(draws), len(plans)),
        bound=np.array(bound, dtype=np.float64),
    )


def _parts_of(plan: Plan, ways: Ways) -> tuple[bytes, ...]:
    order = np.lexsort(plan.links.T)
    links = (plan.links[order], plan.link_year[order] if plan.link_year.size else plan.link_year)
    parts = (plan.edges, ways.tariff, plan.candidates, plan.edge_year, plan.candidate_year, *links)
    return tuple(part.tobytes() for part in parts)


def _cost(prospects: Prospects, plan: Plan, ways: Ways) -> float:
    held = hold_ways(prospects, plan, ways)
    # the plan tells what it cost where it was found: the first look only prices it anew
    priced = replace(plan, cost=verify_variant(held.variant, plan).cost)
    verification = verify_variant(held.variant, priced)
    return verification.cost if verification.ok else float("inf")
