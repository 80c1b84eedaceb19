"""Prices by the quantity of the whole plan: one problem for each combination of brackets, and proof over all of them.

Every plan falls into one combination: with the unit prices p of its brackets it costs what it costs. At other unit
prices p' it costs (p' - p) more for each unit that it takes, of which its brackets say the least and the most: so the
best plan of all at p' bounds every combination (p' - p is a Lagrange multiplier on the quantity). The p' are those of
the brackets first, then those at which the plans found so far look worst. Where too much is taken at the prices of a
combination, its greatest quantity is a row of the program; where too little is, some more is laid.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.optimize import linprog

from cardio.bracket_rows import BracketRow
from cardio.bracket_top_up import top_up
from cardio.prospects import Prospects, price_prospects
from cardio.statement import measure_works
from cardio.takeoff import line_phases, take_off
from cardio.works import fix_works
from costing import Figure, Line, PriceList, Quantity, value_cents
from gis_layers import StudyError
from optimise import Budget, Costs, Plan, Solution, Variant, verify_variant

MOST_COMBINATIONS = 12
MOST_BETWEEN = 12
OPTIMAL_GAP = 1e-6
# times the unit price of the smallest quantity, up to which prices between are looked for
DEAREST = 3.0
# each line of a work may be rounded by half a cent, at either of two prices
ROUNDING_EUR = 0.01

Combination = tuple[int, ...]
UnitPrices = tuple[float, ...]
Solver = Callable[[Prospects, float], Solution]


def solve_brackets(
    prospects: Prospects, rows: Sequence[BracketRow], solve: Solver, *, gap: float, time_limit_s: float
) -> tuple[Prospects, Solution, bool]:
    """Find the plan of least true cost over all combinations of brackets, with a bound that holds for all of them.

    Parameters
    ----------
    prospects : Prospects
        At any of the prices.
    rows : sequence of BracketRow
    solve : callable
        Solves prospects within so many seconds.
    gap : float
        Gap that is asked.
    time_limit_s : float
        Shared by all combinations.

    Returns
    -------
    Prospects, Solution
        At the prices of the brackets in force for the plan; cost of the plan, bound and gap are of the true cost. Where
        no plan exists at any of the prices, at the lowest.
    bool
        Whether no limit of time or nodes stopped any part of it.

    Raises
    ------
    StudyError
        Too many combinations, or what brackets do not go together with.
    """
    return _Search(prospects, rows, solve, gap, time.monotonic() + time_limit_s).run()


@dataclass(frozen=True)
class _Proof:
    """Unit prices, EUR, at which the problem was solved, the quantities it was held to, and the bound of that."""

    prices: UnitPrices
    most: tuple[float, ...]
    bound: float


@dataclass(frozen=True)
class _Found:
    """What a plan costs besides the rows with brackets, and takes of them, by how much a unit of them counts."""

    rest: float
    counted: tuple[float, ...]
    quantities: tuple[float, ...]


class _Search:
    """Combinations, what is proven of each, and the best plan so far."""

    def __init__(
        self, prospects: Prospects, rows: Sequence[BracketRow], solve: Solver, gap: float, deadline: float
    ) -> None:
        self._start, self._rows, self._solve = prospects, rows, solve
        self._gap, self._deadline = gap, deadline
        self._figure: Figure = prospects.statement.figure
        problem = prospects.statement.problem
        factors = np.ones(1) if problem.phases is None else problem.phases.factor
        self._factors: list[float] = factors.tolist()
        self._limited = problem.budget is not None or (
            problem.phases is not None and bool(np.isfinite(problem.phases.budget).any())
        )
        self._priced: dict[UnitPrices, Prospects] = {}
        self._amounts: dict[str, Costs] = {}
        self._proofs: list[_Proof] = [_Proof((-math.inf,) * len(rows), (math.inf,) * len(rows), 0.0)]
        self._solutions: list[Solution] = []
        self._found: list[_Found] = []
        self._best: tuple[Combination, Plan] | None = None
        _check_question(prospects, rows)
        self.combinations: list[Combination] = _order(rows)

    def run(self) -> tuple[Prospects, Solution, bool]:
        """Solve the combinations that can still hold a better plan, the cheapest prices first, then between them."""
        for combination in self.combinations:
            if not self._settled(combination):
                self._try(combination, self._prices(combination))
        for _ in range(MOST_BETWEEN):
            combination = min(self.combinations, key=self._floor)
            if self._settled(combination) or self._stopped() or not self._tighten(combination):
                break
        if self._best is None:
            return self._without_plan()
        combination, plan = self._best
        bound = min(plan.cost, *(self._floor(each) for each in self.combinations))
        whole = not self._stopped() and all(each.status != "limit" for each in self._solutions)
        return self._at(self._prices(combination)), self._told(plan, bound), whole

    def _settled(self, combination: Combination) -> bool:
        return self._floor(combination) >= self._value() * (1.0 - self._gap)

    def _stopped(self) -> bool:
        cancelled = any(each.status == "cancelled" for each in self._solutions)
        return cancelled or time.monotonic() >= self._deadline

    def _tighten(self, combination: Combination) -> bool:
        """Raise the floor of a combination by one more solve; False where none can."""
        own, most = self._prices(combination), self._box(combination)[1]
        if self._goes_beyond(combination) and not self._has_tried(own, most):
            self._try(combination, own, most)
            return True
        prices, reach = self._worst_prices(combination)
        held = most if self._has_tried(own, most) else (math.inf,) * len(most)
        if prices is None or self._has_tried(prices, held) or reach - self._floor(combination) < ROUNDING_EUR:
            return False
        self._try(combination, prices, held)
        return True

    def _goes_beyond(self, combination: Combination) -> bool:
        """Whether some plan found takes more than the combination allows."""
        most = self._box(combination)[1]
        return any(taken > limit for plan in self._found for taken, limit in zip(plan.quantities, most, strict=True))

    def _has_tried(self, prices: UnitPrices, most: tuple[float, ...]) -> bool:
        return any(proof.prices == prices and proof.most == most for proof in self._proofs)

    def _try(self, combination: Combination, prices: UnitPrices, most: tuple[float, ...] = ()) -> None:
        """Solve at some unit prices, within some quantities; take down the bound and try the plan everywhere."""
        prospects = self._at(prices)
        within = replace(prospects, variant=self._held_to(prospects, most)) if most else prospects
        solution = self._solve(within, max(self._deadline - time.monotonic(), 0.0))
        self._solutions.append(solution)
        held = most or (math.inf,) * len(self._rows)
        bound = math.inf if solution.status == "infeasible" else solution.bound
        if bound is not None:
            self._proofs.append(_Proof(prices, held, bound))
        if solution.plan is None:
            return
        self._found.append(self._taken(prospects, solution.plan))
        for each in self.combinations:
            self._offer(each, solution.plan)
            self._offer_more(each, solution.plan)

    def _held_to(self, prospects: Prospects, most: Sequence[float]) -> Variant:
        """The problem with rows that keep quantities to what a combination allows."""
        limits = []
        for row, limit in zip(self._rows, most, strict=True):
            if limit < row.most:
                key, start = row.price.key, self._start
                if key not in self._amounts:
                    quantity = Quantity(key)
                    self._amounts[key] = measure_works(start.town, start.opportunities, start.prices, quantity)
                limits.append(Budget(limit, self._amounts[key]))
        return fix_works(
            replace(prospects.statement.problem, limits=tuple(limits)), prospects.kept, prospects.forbidden
        )

    def _taken(self, prospects: Prospects, plan: Plan) -> _Found:
        lines = take_off(prospects.town, prospects.statement, plan)
        factor = [self._factors[phase] for phase in line_phases(prospects.town, prospects.statement, plan).tolist()]
        number = {row.price.key: place for place, row in enumerate(self._rows)}
        rest, counted, quantities = 0.0, [0.0] * len(self._rows), [0.0] * len(self._rows)
        for line, cents, year in zip(lines, value_cents(lines, self._figure), factor, strict=True):
            if line.price.key not in number:
                rest += year * cents / 100
                continue
            counted[number[line.price.key]] += year * line.quantity_hundredths / 100
            quantities[number[line.price.key]] += line.quantity_hundredths / 100
        return _Found(rest, tuple(counted), tuple(quantities))

    def _offer(self, combination: Combination, plan: Plan) -> None:
        """Keep a plan at the prices of a combination if these are its own, and no plan is known to cost less."""
        prospects = self._at(self._prices(combination))
        if self._in_force(take_off(prospects.town, prospects.statement, plan)) != combination:
            return
        priced = replace(plan, cost=verify_variant(prospects.variant, plan).cost)
        if priced.cost < self._value() and verify_variant(prospects.variant, priced).ok:
            self._best = combination, priced

    def _offer_more(self, combination: Combination, plan: Plan) -> None:
        """Lay more, where a plan takes a little less than a combination asks for."""
        prospects, least = self._at(self._prices(combination)), self._box(combination)[0]
        taken = self._quantities(take_off(prospects.town, prospects.statement, plan))
        for row, mine, asked in zip(self._rows, taken, least, strict=True):
            if mine < asked:
                more = top_up(prospects, plan, row.price.key, asked - mine)
                if more is None:
                    return
                plan = more
        self._offer(combination, plan)

    def _quantities(self, lines: Sequence[Line]) -> list[float]:
        hundredths = dict.fromkeys((row.price.key for row in self._rows), 0)
        for line in lines:
            if line.price.key in hundredths:
                hundredths[line.price.key] += line.quantity_hundredths
        return [amount / 100 for amount in hundredths.values()]

    def _in_force(self, lines: Sequence[Line]) -> Combination:
        return tuple(row.in_force(quantity) for row, quantity in zip(self._rows, self._quantities(lines), strict=True))

    def _value(self) -> float:
        return math.inf if self._best is None else self._best[1].cost

    def _box(self, combination: Combination) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Least and most of each row."""
        limits = [row.limits(number) for row, number in zip(self._rows, combination, strict=True)]
        return tuple(least for least, _ in limits), tuple(most for _, most in limits)

    def _prices(self, combination: Combination) -> UnitPrices:
        return tuple(row.at(number).typical_eur for row, number in zip(self._rows, combination, strict=True))

    def _unit_values(self, prices: UnitPrices) -> list[float]:
        """The figure of a unit of each row; -inf stands for nothing at all."""
        return [
            0.0 if price == -math.inf else float(self._figure.unit_value(replace(row.price, typical_eur=price)))
            for row, price in zip(self._rows, prices, strict=True)
        ]

    def _floor(self, combination: Combination) -> float:
        """No plan of a combination costs less."""
        return max(self._shifted(combination, proof) for proof in self._proofs)

    def _shifted(self, combination: Combination, proof: _Proof) -> float:
        """Bound at other prices, and what the quantities of the combination cost more or less at its own."""
        own, (least, most) = self._prices(combination), self._box(combination)
        if any(held < limit for held, limit in zip(proof.most, most, strict=True)):
            return -math.inf
        # budgets are kept at the prices of a problem: dearer prices would leave out plans
        if self._limited and any(its > mine for its, mine in zip(proof.prices, own, strict=True)):
            return -math.inf
        bound = proof.bound
        values = zip(self._rows, self._unit_values(own), self._unit_values(proof.prices), least, most, strict=True)
        for row, mine, its, low, high in values:
            if mine != its:
                shift = _least_shift(mine - its, low, high, self._factors)
                shift -= max(self._factors) * ROUNDING_EUR * row.lines
                # at lower prices nothing costs more, whatever is rounded
                bound += max(0.0, shift) if mine > its else shift
        return bound

    def _worst_prices(self, combination: Combination) -> tuple[UnitPrices | None, float]:
        """Unit prices at which the plans found look worst for a combination, and how little the best costs there.

        A linear program over the unit values u of the rows and what quantities cost less there, z <= (P - u) q for
        the least and the most q.
        """
        least, most = self._box(combination)
        own = self._unit_values(self._prices(combination))
        held = self._has_tried(self._prices(combination), most)
        plans = [
            plan for plan in self._found if not held or all(q <= m for q, m in zip(plan.quantities, most, strict=True))
        ]
        if not plans:
            return None, math.inf
        count = len(self._rows)
        upper = [[*(-taken for taken in plan.counted), *([-1.0] * count), 1.0] for plan in plans]
        right = [plan.rest for plan in plans]
        for number, (value, low, high) in enumerate(zip(own, least, most, strict=True)):
            for quantity in (min(self._factors) * low, max(self._factors) * high):
                side = np.zeros(2 * count + 1)
                side[number], side[count + number] = quantity, 1.0
                upper.append(side.tolist())
                right.append(value * quantity)
        first = self._unit_values(self._prices((0,) * count))
        dearest = [0.0 if self._limited else DEAREST * value for value in first]
        nothing = self._unit_values((0.0,) * count)
        bounds = [(low, max(value, high)) for low, value, high in zip(nothing, own, dearest, strict=True)]
        found = linprog(
            np.append(np.zeros(2 * count), -1.0),
            A_ub=np.array(upper),
            b_ub=np.array(right),
            bounds=[*bounds, *([(None, None)] * (count + 1))],
            method="highs",
        )
        if not found.success:
            return None, math.inf
        slopes = [one - zero for one, zero in zip(self._unit_values((1.0,) * count), nothing, strict=True)]
        units = zip(found.x[:count], nothing, slopes, strict=True)
        return tuple(max(0.0, round((float(u) - zero) / slope, 6)) for u, zero, slope in units), float(found.x[-1])

    def _at(self, prices: UnitPrices) -> Prospects:
        if prices not in self._priced:
            rows = zip(self._rows, prices, strict=True)
            priced: PriceList = {**self._start.prices, **{row.price.key: row.costing(price) for row, price in rows}}
            start = self._start
            self._priced[prices] = price_prospects(start.town, start.opportunities, priced, self._figure)
        return self._priced[prices]

    def _told(self, plan: Plan | None, bound: float) -> Solution:
        told = replace(
            self._solutions[-1],
            plan=plan,
            bound=bound,
            greedy_cost=None,
            root_bound=None,
            nodes=sum(each.nodes for each in self._solutions),
            cuts=sum(each.cuts for each in self._solutions),
            seconds=sum(each.seconds for each in self._solutions),
            status="cancelled" if any(each.status == "cancelled" for each in self._solutions) else "limit",
        )
        if told.status != "cancelled" and told.gap is not None and told.gap <= max(self._gap, OPTIMAL_GAP):
            return replace(told, status="optimal" if told.gap <= OPTIMAL_GAP else "within_gap")
        return told

    def _without_plan(self) -> tuple[Prospects, Solution, bool]:
        cheapest = self._at(self._prices(self.combinations[0]))
        if all(self._floor(each) == math.inf for each in self.combinations):
            return cheapest, replace(self._told(None, 0.0), status="infeasible", bound=None), True
        if any(each.plan is not None for each in self._solutions):
            names = ", ".join(repr(row.price.key) for row in self._rows)
            raise StudyError(
                f"plans were found only at prices of {names} for other quantities than they take",
                "give these rows one price, or more time or budget",
            )
        return cheapest, self._solutions[-1], False


def _least_shift(more: float, least: float, most: float, factors: Sequence[float]) -> float:
    """Least that a quantity between two costs more at a unit price that is greater by so much, or less."""
    return more * (min(factors) * least if more > 0 else max(factors) * most)


def _check_question(prospects: Prospects, rows: Sequence[BracketRow]) -> None:
    """Refuse what brackets do not go together with."""
    names = ", ".join(repr(row.price.key) for row in rows)
    problem, figure = prospects.statement.problem, prospects.statement.figure
    hint = "give the rows one price, that of the quantity you expect"
    if problem.objective != "least_cost":
        raise StudyError(f"brackets of {names} do not go together with plan.objective: most_coverage", hint)
    limited = problem.budget is not None or (problem.phases is not None and problem.phases.costs is not None)
    if figure.name == "net_city_cost" or (figure.name != "capex" and limited):
        other = "" if figure.name == "net_city_cost" else " and budgets"
        raise StudyError(f"brackets of {names} do not go together with plan.minimise: {figure.name}{other}", hint)
    combinations = math.prod(len(row.brackets) for row in rows)
    if combinations > MOST_COMBINATIONS:
        raise StudyError(
            f"the brackets of {names} make {combinations} combinations, at most {MOST_COMBINATIONS} are planned",
            "give fewer rows brackets, or fewer brackets",
        )


def _order(rows: Sequence[BracketRow]) -> list[Combination]:
    """Combinations that can be reached, those of the greatest quantities, and so the lowest prices, first."""
    every = product(*(range(len(row.brackets)) for row in rows))
    return sorted(every, key=lambda combination: (-sum(combination), combination))
