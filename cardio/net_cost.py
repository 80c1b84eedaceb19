"""Minimises the net cost of the town, which is the greatest of linear figures, with a bound that holds for it.

Each solve minimises one linear figure that never exceeds the net cost (`costing.NetCost`): its bound bounds the net
cost. The weights of the next figure are those at which the plans found so far look worst: first the limits that bind
at the plan found, then mixtures between them. Where the figure equals the net cost at its own plan, nothing is left
to find. What is left where no weights close the gap is told as gap.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import linprog

from cardio.brackets import refuse_brackets
from cardio.figures import funding_and_years
from cardio.prospects import Prospects, price_prospects
from cardio.solving import Answer, Proven, solve_as_asked
from cardio.statement import Statement
from cardio.takeoff import line_phases, take_off
from costing import (
    Capex,
    Funding,
    NetCityCost,
    NetCost,
    Price,
    Weights,
    before_grants,
    net_city_cost,
    refuse_changing_years,
    rounding_cents,
)
from gis_layers import Progress, StudyError, silent
from optimise import Plan, Status

MOST_SOLVES = 12
OPTIMAL_GAP = 1e-6
WEIGHT_STEP = 1e-9
# what a row costs the town stays above nothing by more than weights are rounded and the linear program tolerates
LEAST_FACTOR = 1e-6


@dataclass
class _Search:
    """What has been found: the costs of all plans, the best of them, and the best bound in EUR."""

    funding: Funding
    costs: list[NetCityCost] = field(default_factory=list)
    best: tuple[Prospects, Answer] | None = None
    value: float = np.inf
    bound: float = -np.inf
    rounding: float = 0.0
    nodes: int = 0
    cuts: int = 0
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """Gap between the best plan and the best bound."""
        room = max(self.value - self.bound, 0.0)
        return room / abs(self.value) if self.value else (np.inf if room else 0.0)

    def close_enough(self, gap: float) -> bool:
        """Whether the gap is what was asked, or no more than rounding to the cent can make."""
        return self.gap <= gap or self.value - self.bound <= self.rounding


def solve_net_cost(
    prospects: Prospects, *, node_limit: int | None = None, progress: Progress = silent
) -> tuple[Prospects, Answer]:
    """Solve for the least net cost of the town; the solves share the time limit of the study.

    Returns
    -------
    Prospects
        Priced at the figure of the solve that found the plan; at capex where there is no plan.
    Answer
        Its `proven` value and bound are of the net cost.

    Raises
    ------
    StudyError
        Rates that change within the years of the plan, or grants that pay for all of some row.
    """
    started, study = time.monotonic(), prospects.town.study
    funding, years = funding_and_years(study)
    refuse_changing_years(funding, years)
    refuse_brackets(prospects, "plan.minimise: net_city_cost")
    search = _Search(funding)
    status: Status = "optimal"
    for _ in range(MOST_SOLVES):
        left_s = study.solver.time_limit_s - (time.monotonic() - started)
        weights, reach = _weights(search, _rows(prospects.statement), years[0])
        if search.costs and (left_s <= 0 or reach - search.bound <= search.rounding):
            break
        figure = NetCost(funding, weights, years[0])
        current = price_prospects(prospects.town, prospects.opportunities, prospects.prices, figure)
        asked = replace(study.solver, time_limit_s=max(left_s, 0.0))
        answer = solve_as_asked(current.variant, asked, node_limit=node_limit, progress=progress)
        plan, status = answer.solution.plan, answer.solution.status
        if plan is not None:
            _note(search, current, figure, answer, plan, years)
        if plan is None or status == "cancelled" or search.close_enough(study.solver.gap):
            break
    if search.best is None:
        at_capex = price_prospects(prospects.town, prospects.opportunities, prospects.prices, Capex())
        return at_capex, answer
    return search.best[0], _answer(search, status, study.solver.gap)


def _weights(search: _Search, rows: Sequence[Price], year: int) -> tuple[Weights, float]:
    """Weights at which the plans found so far look worst, and how little the best of them costs there, EUR.

    A small linear program over t, w of `costing.NetCost`: no weights can raise the bound above its value.
    """
    funding = search.funding
    count, ceiling = len(funding.grants), float(funding.ceiling)
    caps = np.array([grant.cap_eur or 0.0 for grant in funding.grants])
    rates = np.array([grant.rate for grant in funding.grants])
    upper, right = [], []
    for cost in search.costs:
        spent = cost.excl_tax / 100
        eligible = np.array([sum(row.eligible.values()) / 100 for row in cost.grants])
        upper.append([-(ceiling * spent - caps.sum()), *-(caps - rates * eligible), 1.0])
        right.append(cost.before_grants / 100 - ceiling * spent)
    for row in {(row.vat_rate, row.vat_regime, row.account): row for row in rows}.values():
        takes = [rate if grant.takes(row, year) else 0.0 for rate, grant in zip(rates, funding.grants, strict=True)]
        upper.append([-ceiling, *takes, 0.0])
        right.append(float(before_grants(funding, row, year)) - ceiling - LEAST_FACTOR)
    for number, grant in enumerate(funding.grants):
        below = np.zeros(count + 2)
        below[0], below[1 + number] = -1.0, 1.0
        upper += [below.tolist()] if grant.cap_eur is not None else [below.tolist(), (-below).tolist()]
        right += [0.0] if grant.cap_eur is not None else [0.0, 0.0]
    # without plans as few limits as can be; a touch of that also settles ties
    aim = np.append(np.full(count + 1, -1.0 if not search.costs else -WEIGHT_STEP), -1.0 if search.costs else 0.0)
    bounds = [(0.0, 1.0)] * (count + 1) + [(None, None) if search.costs else (0.0, 0.0)]
    found = linprog(aim, A_ub=np.array(upper), b_ub=np.array(right), bounds=bounds, method="highs")
    if not found.success:
        raise StudyError(
            "plan.minimise: net_city_cost: grants pay for all that some price row costs, so any amount of it is free",
            "state funding.own_share_at_least, or minimise capex",
        )
    return _rounded(found.x[: count + 1], funding), float(found.x[-1]) if search.costs else np.inf


def _rounded(found: np.ndarray, funding: Funding) -> Weights:
    """Weights as short decimals, so that figures are exact."""
    below, *uncapped = (min(max(round(float(weight), 9), 0.0), 1.0) for weight in found)
    pairs = zip(uncapped, funding.grants, strict=True)
    return Weights(below, tuple(below if grant.cap_eur is None else min(weight, below) for weight, grant in pairs))


def _note(
    search: _Search, current: Prospects, figure: NetCost, answer: Answer, plan: Plan, years: Sequence[int]
) -> None:
    """Take down what a solve found: the net cost of its plan, and its bound as one of the net cost."""
    lines = take_off(current.town, current.statement, plan)
    phases = line_phases(current.town, current.statement, plan).tolist()
    cost = net_city_cost(lines, [years[phase] for phase in phases], search.funding)
    search.costs.append(cost)
    rows = _rows(current.statement)
    factor = max((float(before_grants(search.funding, row, years[0])) for row in rows), default=1.0)
    # a line differs from its part of the net cost by the rounding of its capex and of its figure, half a cent each
    search.rounding = (0.5 + 0.5 * factor) / 100 * _most_lines(current) + rounding_cents(
        search.funding, rows, len(years)
    ) / 100
    solution = answer.solution
    if solution.bound is not None:
        search.bound = max(search.bound, solution.bound - float(figure.constant_eur) - search.rounding)
    if cost.total / 100 < search.value:
        search.value, search.best = cost.total / 100, (current, answer)
    search.nodes, search.cuts = search.nodes + solution.nodes, search.cuts + solution.cuts
    search.seconds += solution.seconds


def _answer(search: _Search, last: Status, gap: float) -> Answer:
    """The best plan with the best bound; figures of a single solve that say nothing about the net cost are left out."""
    if search.best is None:
        raise ValueError("no plan was found")
    status: Status = "limit"
    if last == "cancelled":
        status = "cancelled"
    elif search.gap <= OPTIMAL_GAP:
        status = "optimal"
    elif search.close_enough(gap):
        status = "within_gap"
    solution = replace(
        search.best[1].solution,
        status=status,
        greedy_cost=None,
        root_bound=None,
        nodes=search.nodes,
        cuts=search.cuts,
        seconds=search.seconds,
    )
    return Answer(solution, proven=Proven(search.value, min(search.bound, search.value)))


def _rows(statement: Statement) -> list[Price]:
    """Price rows that works of the problem can need."""
    rates = (rate for own in (*statement.routes.tariffs, *statement.candidates.rates) for rate in own)
    links = (row for quotes in statement.connections.values() for row in (quotes.each, quotes.per_m))
    rows = {row.key: row for row in (*(rate.price for rate in rates), *links) if row is not None}
    return list(rows.values())


def _most_lines(prospects: Prospects) -> int:
    """Lines that a plan can have at most: every segment and candidate, and each demand with all its providers."""
    statement, providers = prospects.statement, max((scope.providers for scope in prospects.town.scopes), default=1)
    tariffs = np.array([len(rates) for rates in statement.routes.tariffs], dtype=np.int64)
    options = np.array([len(rates) for rates in statement.candidates.rates], dtype=np.int64)
    laid = tariffs[statement.routes.tariff[statement.segments]].sum() if len(statement.segments) else 0
    built = options[statement.candidates.option].sum() if len(options) else 0
    return int(laid + built + len(statement.problem.connection_cost) * (1 + providers))
