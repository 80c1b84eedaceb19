"""Prices by the quantity of the whole plan: one problem for each combination of brackets, and proof over all of them.

Every plan falls into one combination: with the unit prices of its brackets it costs what it costs, and so no less than
the best plan of all at those prices. Where prices p' are no higher than the prices p of a combination, a plan of that
combination, which takes at least T of a row, costs at least (best at p') + (p - p') T: a bound of any solved problem
holds for all dearer combinations, raised by what their quantities cost more. (p' = 0 with nothing solved is p T.)
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from cardio.prospects import Prospects, price_prospects
from cardio.takeoff import take_off
from costing import Bracket, Figure, Line, Price, PriceList, Rate
from gis_layers import StudyError, UnreachableTargetError
from optimise import Plan, Solution, verify_variant

MOST_COMBINATIONS = 12
OPTIMAL_GAP = 1e-6
# each line of a work may be rounded by half a cent, at either of two prices
ROUNDING_EUR = 0.01

Combination = tuple[int, ...]
Solver = Callable[[Prospects, float], Solution]


@dataclass(frozen=True)
class BracketRow:
    """A price row with brackets that the study asks for.

    Attributes
    ----------
    price : Price
    most : float
        No plan takes more of it, in its unit.
    lines : int
        No plan has more lines of it.
    """

    price: Price
    most: float
    lines: int

    @property
    def brackets(self) -> tuple[Bracket, ...]:
        """Those whose quantity can be reached."""
        return tuple(bracket for bracket in self.price.brackets if bracket.from_quantity <= self.most)

    def at(self, number: int) -> Price:
        """The row at the unit prices of one of its brackets."""
        bracket = self.price.brackets[number]
        return replace(self.price, typical_eur=bracket.typical_eur, low_eur=bracket.low_eur, high_eur=bracket.high_eur)

    def in_force(self, quantity: float) -> int:
        """Number of the bracket of a quantity."""
        return max(number for number, bracket in enumerate(self.price.brackets) if bracket.from_quantity <= quantity)


def find_bracket_rows(prospects: Prospects) -> tuple[BracketRow, ...]:
    """Return the rows with brackets that works of the study are paid by, in the order of their keys.

    Raises
    ------
    StudyError
        Running costs with brackets.
    """
    most: dict[str, float] = {}
    lines: dict[str, int] = {}
    rows: dict[str, Price] = {}
    for price, quantity, count in _everything(prospects):
        for running in price.opex:
            if len(running.brackets) > 1:
                raise StudyError(
                    f"price {running.key!r}, running cost of {price.key!r}, has brackets, which only works can have",
                    "give it one price",
                )
        if len(price.brackets) > 1:
            rows[price.key] = price
            # quantities are rounded to hundredths line by line
            most[price.key] = most.get(price.key, 0.0) + quantity + 0.005 * count
            lines[price.key] = lines.get(price.key, 0) + count
    return tuple(BracketRow(rows[key], most[key], lines[key]) for key in sorted(rows))


def _everything(prospects: Prospects) -> Iterator[tuple[Price, float, int]]:
    """Price rows with the quantity, and the number of lines, that building everything takes of them at most."""
    statement = prospects.statement
    length_m, segments = float(statement.routes.length_m.sum()), len(statement.routes.length_m)
    for price, quantity, count in _greatest(statement.routes.tariffs):
        yield price, length_m * quantity, segments * count
    for option, rates in enumerate(statement.candidates.rates):
        built = int((statement.candidates.option == option).sum())
        for rate in rates:
            yield rate.price, built * rate.quantity, built
    for quotes in statement.connections.values():
        if quotes.each is not None:
            yield quotes.each, float(len(quotes.each_cents)), len(quotes.each_cents)
        if quotes.per_m is not None:
            yield quotes.per_m, float(quotes.distance_m.data.sum()), len(quotes.distance_m.data)


def _greatest(tariffs: Sequence[Sequence[Rate]]) -> Iterator[tuple[Price, float, int]]:
    """Rows with the greatest quantity a metre, and the most lines, of any tariff: a segment pays one of them."""
    greatest: dict[str, tuple[Price, float, int]] = {}
    for rates in tariffs:
        for key in {rate.price.key for rate in rates}:
            own = [rate for rate in rates if rate.price.key == key]
            _, quantity, count = greatest.get(key, (own[0].price, 0.0, 0))
            greatest[key] = (own[0].price, max(quantity, sum(rate.quantity for rate in own)), max(count, len(own)))
    yield from greatest.values()


def refuse_brackets(prospects: Prospects, asked: str) -> None:
    """Refuse what is computed at fixed unit prices only.

    Raises
    ------
    StudyError
        Naming the first row with brackets.
    """
    for row in find_bracket_rows(prospects):
        raise StudyError(
            f"price {row.price.key!r} has brackets by quantity, with which {asked} is not computed in this version",
            "give the row one price, that of the quantity you expect",
        )


def solve_brackets(
    prospects: Prospects, rows: Sequence[BracketRow], solve: Solver, *, gap: float, time_limit_s: float
) -> tuple[Prospects, Solution]:
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
        At the prices of the brackets in force for the plan; cost of the plan, bound and gap are of the true cost.

    Raises
    ------
    StudyError
        Too many combinations, or what brackets do not go together with.
    UnreachableTargetError
        No plan exists at any of the prices.
    """
    return _Search(prospects, rows, solve, gap, time.monotonic() + time_limit_s).run()


@dataclass(frozen=True)
class _Proof:
    """Combination whose problem was solved, and the bound of that."""

    combination: Combination
    bound: float


class _Search:
    """Combinations, what is proven of each, and the best plan so far."""

    def __init__(
        self, prospects: Prospects, rows: Sequence[BracketRow], solve: Solver, gap: float, deadline: float
    ) -> None:
        self._start, self._rows, self._solve = prospects, rows, solve
        self._gap, self._deadline = gap, deadline
        self._figure: Figure = prospects.statement.figure
        phases = prospects.statement.problem.phases
        self._factor = 1.0 if phases is None else float(phases.factor.min())
        self._priced: dict[Combination, Prospects] = {}
        self._proofs: list[_Proof] = []
        self._found: list[Solution] = []
        self._best: tuple[Combination, Plan] | None = None
        _check_question(prospects, rows)
        self.combinations: list[Combination] = _order(rows)

    def run(self) -> tuple[Prospects, Solution]:
        """Solve the combinations that can still hold a better plan, the cheapest prices first."""
        for combination in self.combinations:
            if self._floor(combination) < self._value() * (1.0 - self._gap):
                self._try(combination)
        if self._best is None:
            return self._without_plan()
        combination, plan = self._best
        bound = min(plan.cost, *(self._floor(each) for each in self.combinations))
        return self._at(combination), self._told(plan, bound)

    def _try(self, combination: Combination) -> None:
        prospects = self._at(combination)
        solution = self._solve(prospects, max(self._deadline - time.monotonic(), 0.0))
        self._found.append(solution)
        if solution.status == "infeasible":
            self._proofs.append(_Proof(combination, math.inf))
        elif solution.bound is not None:
            self._proofs.append(_Proof(combination, solution.bound))
        if solution.plan is not None:
            for each in self.combinations:
                self._offer(each, solution.plan)

    def _offer(self, combination: Combination, plan: Plan) -> None:
        """Keep a plan at the prices of a combination if these are its own, and no plan is known to cost less."""
        prospects = self._at(combination)
        lines = take_off(prospects.town, prospects.statement, plan)
        if self._in_force(lines) != combination:
            return
        priced = replace(plan, cost=verify_variant(prospects.variant, plan).cost)
        if priced.cost < self._value() and verify_variant(prospects.variant, priced).ok:
            self._best = combination, priced

    def _in_force(self, lines: Sequence[Line]) -> Combination:
        hundredths = dict.fromkeys((row.price.key for row in self._rows), 0)
        for line in lines:
            if line.price.key in hundredths:
                hundredths[line.price.key] += line.quantity_hundredths
        return tuple(row.in_force(hundredths[row.price.key] / 100) for row in self._rows)

    def _value(self) -> float:
        return math.inf if self._best is None else self._best[1].cost

    def _floor(self, combination: Combination) -> float:
        """No plan of a combination costs less."""
        nothing = [None] * len(self._rows)
        known = [self._raised(combination, nothing, 0.0)]
        known += [
            self._raised(combination, proof.combination, proof.bound)
            for proof in self._proofs
            if all(mine <= its for mine, its in zip(combination, proof.combination, strict=True))
        ]
        return max(known)

    def _raised(self, combination: Combination, cheaper: Sequence[int | None], bound: float) -> float:
        """Bound of cheaper prices (None: nothing) and what the quantities of the combination cost more."""
        for row, mine, its in zip(self._rows, combination, cheaper, strict=True):
            least = row.price.brackets[mine].from_quantity
            more = float(self._figure.unit_value(row.at(mine)))
            more -= 0.0 if its is None else float(self._figure.unit_value(row.at(its)))
            bound += max(0.0, self._factor * least * more - ROUNDING_EUR * row.lines)
        return bound

    def _at(self, combination: Combination) -> Prospects:
        if combination not in self._priced:
            own = {row.price.key: row.at(number) for row, number in zip(self._rows, combination, strict=True)}
            prices: PriceList = {**self._start.prices, **own}
            start = self._start
            self._priced[combination] = price_prospects(start.town, start.opportunities, prices, self._figure)
        return self._priced[combination]

    def _told(self, plan: Plan, bound: float) -> Solution:
        last = self._found[-1]
        told = replace(
            last,
            plan=plan,
            bound=bound,
            greedy_cost=None,
            root_bound=None,
            nodes=sum(each.nodes for each in self._found),
            cuts=sum(each.cuts for each in self._found),
            seconds=sum(each.seconds for each in self._found),
            status="cancelled" if any(each.status == "cancelled" for each in self._found) else "limit",
        )
        if told.status != "cancelled" and told.gap is not None and told.gap <= max(self._gap, OPTIMAL_GAP):
            return replace(told, status="optimal" if told.gap <= OPTIMAL_GAP else "within_gap")
        return told

    def _without_plan(self) -> tuple[Prospects, Solution]:
        names = ", ".join(repr(row.price.key) for row in self._rows)
        if all(proof.bound == math.inf for proof in self._proofs) and len(self._found) == len(self._proofs):
            raise UnreachableTargetError(
                f"no plan meets the targets, and keeps to the budgets, at any bracket of {names}",
                "give these rows one price to be told what is missing",
            )
        if any(each.plan is not None for each in self._found):
            raise StudyError(
                f"plans were found only at prices of {names} for other quantities than they take",
                "give these rows one price, or more time or budget",
            )
        return self._at(self.combinations[0]), self._found[-1]


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
