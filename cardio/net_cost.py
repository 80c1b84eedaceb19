"""Minimises the net cost of the town, which is the greatest of linear figures, with a bound that holds for it.

Each solve minimises one linear figure that never exceeds the net cost (`costing.NetCost`): its bound bounds the net
cost. The weights of the next figure are those at which the plans found so far look worst: first the limits that bind
at the plan found, then mixtures between them. Where no weights close the gap, plans are split into cases by their
eligible spending (`cardio.net_cost_cases`), the one of the least bound first: a case in which a cap never binds, or
always, has a linear grant, and the greatest spending of a case is a row of its program.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import numpy as np

from cardio.bracket_rows import refuse_brackets
from cardio.figures import funding_and_years
from cardio.net_cost_cases import Case, every_plan, split_case, worst_weights
from cardio.prospects import Prospects, price_prospects
from cardio.solving import Answer, Proven, solve_as_asked
from cardio.statement import Statement, measure_works
from cardio.takeoff import line_phases, take_off
from cardio.works import fix_works
from costing import (
    Capex,
    EligibleSpending,
    NetCityCost,
    NetCost,
    Price,
    Weights,
    before_grants,
    net_city_cost,
    refuse_changing_years,
    rounding_cents,
)
from gis_layers import Progress, silent
from optimise import Budget, Costs, Plan, Solution, Status

MOST_SOLVES, MOST_SOLVES_OF_A_CASE, MOST_SPLITS = 12, 4, 12
OPTIMAL_GAP = 1e-6
PART_BEFORE_ROUNDING = 0.9
"""Of the gap asked, for the first solve: the rest is for rounding, which nobody can weigh before a plan is known."""


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
    funding, years = funding_and_years(prospects.town.study)
    refuse_changing_years(funding, years)
    refuse_brackets(prospects, "plan.minimise: net_city_cost")
    return _Search(prospects, node_limit, progress).run()


@dataclass
class _Search:
    """What has been found: the costs of all plans, the best of them, and the cases with their bounds."""

    prospects: Prospects
    node_limit: int | None
    progress: Progress
    costs: list[NetCityCost] = field(default_factory=list)
    best: tuple[Prospects, Answer] | None = None
    value: float = np.inf
    rounding: float = 0.0
    solved: list[Solution] = field(default_factory=list)
    spending: dict[int, Costs] = field(default_factory=dict)

    def __post_init__(self) -> None:
        study = self.prospects.town.study
        self.funding, self.years = funding_and_years(study)
        self.asked = study.solver
        self.deadline = time.monotonic() + study.solver.time_limit_s
        self.rows = _rows(self.prospects.statement)

    def run(self) -> tuple[Prospects, Answer]:
        """Solve the case of all plans, then split what is left open, that of the least bound first."""
        case, weights = self._solve_case(every_plan(self.funding), MOST_SOLVES)
        if self.best is None:
            prospects = self.prospects
            at_capex = price_prospects(prospects.town, prospects.opportunities, prospects.prices, Capex())
            return at_capex, Answer(self.solved[-1])
        cases = [(case, weights)]
        for _ in range(MOST_SPLITS):
            case, weights = min(cases, key=lambda one: one[0].bound)
            if self._settled(case.bound) or self._stopped():
                break
            if (parts := split_case(self.funding, case, weights, self.costs)) is None:
                break
            cases.remove((case, weights))
            cases += [self._solve_case(part, MOST_SOLVES_OF_A_CASE) for part in parts]
        return self.best[0], self._answer(self.best[1], min(case.bound for case, _ in cases))

    def _settled(self, bound: float) -> bool:
        """Whether the gap to a bound is what was asked, or no more than rounding to the cent can make."""
        room = self.value - bound
        return room <= max(self.rounding, self.asked.gap * abs(self.value))

    def _stopped(self) -> bool:
        return time.monotonic() >= self.deadline or self.solved[-1].status == "cancelled"

    def _solve_case(self, case: Case, most_solves: int) -> tuple[Case, Weights]:
        """Raise the bound of a case by figures at one weights after the other; return it with the last of them."""
        tried: list[Weights] = []
        for _ in range(most_solves):
            weights, reach = worst_weights(self.funding, self.rows, self.years[0], case, self.costs)
            closed = self._settled(case.bound) or reach - case.bound <= self.rounding or weights in tried
            if self.solved and (closed or self._stopped()):
                return case, weights
            tried.append(weights)
            solution, constant = self._solve(case, weights)
            if solution.status == "infeasible":
                return replace(case, bound=np.inf), weights
            if solution.bound is not None:
                case = replace(case, bound=max(case.bound, solution.bound - constant - self.rounding))
            if solution.plan is None:
                break
        return case, weights

    def _solve(self, case: Case, weights: Weights) -> tuple[Solution, float]:
        """Solve one figure within the rows of a case; its bound is one of the case, less a constant."""
        start = self.prospects
        figure = NetCost(self.funding, weights, self.years[0])
        priced = price_prospects(start.town, start.opportunities, start.prices, figure)
        self.rounding = self._rounding_of(priced)
        limits = tuple(
            Budget(most / 100, self._spending_of(number)) for number, most in enumerate(case.most) if most is not None
        )
        limited = replace(priced.statement.problem, limits=limits)
        variant = fix_works(limited, priced.kept, priced.forbidden) if limits else priced.variant
        constant = float(figure.constant_eur)
        # a gap in the figure, which is greater than the net cost by the constant; rounding lowers the bound on top
        gap = self.asked.gap * PART_BEFORE_ROUNDING
        if 0 < self.value < np.inf:
            room = max(self.asked.gap * self.value - self.rounding, 0.0)
            gap = min(gap, room / (self.value + max(constant, 0.0)))
        left_s = max(self.deadline - time.monotonic(), 0.0)
        asked = replace(self.asked, time_limit_s=left_s, gap=gap)
        answer = solve_as_asked(variant, asked, node_limit=self.node_limit, progress=self.progress)
        self.solved.append(answer.solution)
        if answer.solution.plan is not None:
            self._note(priced, answer, answer.solution.plan)
        return answer.solution, constant

    def _spending_of(self, number: int) -> Costs:
        """Eligible spending of every work for a grant."""
        if number not in self.spending:
            start, figure = self.prospects, EligibleSpending(self.funding.grants[number], self.years[0])
            self.spending[number] = measure_works(start.town, start.opportunities, start.prices, figure)
        return self.spending[number]

    def _rounding_of(self, priced: Prospects) -> float:
        """EUR by which a plan can differ from its figure by rounding: of its lines, and of taxes and grants."""
        factor = max((float(before_grants(self.funding, row, self.years[0])) for row in self.rows), default=1.0)
        # a line differs from its part of the net cost by the rounding of its capex and of its figure, half a cent each
        lines = (0.5 + 0.5 * factor) / 100 * _most_lines(priced)
        return lines + rounding_cents(self.funding, self.rows, len(self.years)) / 100

    def _note(self, priced: Prospects, answer: Answer, plan: Plan) -> None:
        """Take down the net cost of a plan, by the rules."""
        lines = take_off(priced.town, priced.statement, plan)
        phases = line_phases(priced.town, priced.statement, plan).tolist()
        cost = net_city_cost(lines, [self.years[phase] for phase in phases], self.funding)
        self.costs.append(cost)
        if cost.total / 100 < self.value:
            self.value, self.best = cost.total / 100, (priced, answer)

    def _answer(self, answer: Answer, bound: float) -> Answer:
        """The best plan with the best bound, without figures of a single solve that say nothing of the net cost."""
        proven = Proven(self.value, min(bound, self.value))
        status: Status = "limit"
        if self.solved[-1].status == "cancelled":
            status = "cancelled"
        elif proven.gap is not None and proven.gap <= OPTIMAL_GAP:
            status = "optimal"
        elif self._settled(bound):
            status = "within_gap"
        solution = replace(
            answer.solution,
            status=status,
            greedy_cost=None,
            root_bound=None,
            nodes=sum(each.nodes for each in self.solved),
            cuts=sum(each.cuts for each in self.solved),
            seconds=sum(each.seconds for each in self.solved),
        )
        stopped = self._stopped() or any(each.status == "limit" for each in self.solved)
        return Answer(solution, proven=proven, out_of_cases=status == "limit" and not stopped)


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
