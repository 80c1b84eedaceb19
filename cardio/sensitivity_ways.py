"""Holds the ways of laying of a plan at other prices: a bill that is tendered names them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cardio.prospects import Prospects
from cardio.statement import CENTS_PER_EUR, Statement
from cardio.works import fix_works
from costing import RouteQuotes, value_cents
from optimise import Plan, Problem

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Ways:
    """How the edges of a plan are laid. n edges.

    Attributes
    ----------
    tariff : (n,) int
        Index into the tariffs of the routes: these follow the study, so that the same index means the same price rows
        at any prices.
    method : (n,) object
        Name of the laying method.
    """

    tariff: Ints
    method: Objects


def ways_of(statement: Statement, plan: Plan) -> Ways:
    """Return how the edges of a plan are laid where it was found."""
    segments = statement.segments[plan.edges]
    return Ways(statement.routes.tariff[segments], statement.routes.method[segments])


def hold_ways(prospects: Prospects, plan: Plan, ways: Ways) -> Prospects:
    """Price the edges of a plan in the ways that `ways_of` gave where it was found; all else stays as it is."""
    statement = prospects.statement
    changed = ways.tariff != ways_of(statement, plan).tariff
    if not changed.any():
        return prospects
    edges = plan.edges[changed]
    routes = _lay(statement, statement.segments[edges], Ways(ways.tariff[changed], ways.method[changed]))
    problem = _with_costs(statement, routes, edges)
    held = replace(statement, routes=routes, problem=problem)
    return replace(prospects, statement=held, variant=fix_works(problem, prospects.kept, prospects.forbidden))


def _lay(statement: Statement, segments: Ints, ways: Ways) -> RouteQuotes:
    """Quotes with some segments laid in given ways."""
    routes, figure = statement.routes, statement.figure
    tariff, method = routes.tariff.copy(), routes.method.copy()
    tariff[segments], method[segments] = ways.tariff, ways.method
    routes = replace(routes, tariff=tariff, method=method)
    lines = [routes.lines(segment) for segment in segments.tolist()]
    owner = np.repeat(np.arange(len(segments)), [len(own) for own in lines])
    flat = [line for own in lines for line in own]
    value, cost = routes.value_cents.copy(), routes.cost_cents.copy()
    value[segments] = _sums(owner, value_cents(flat, figure), len(segments))
    cost[segments] = _sums(owner, [line.amount_cents for line in flat], len(segments))
    return replace(routes, value_cents=value, cost_cents=cost)


def _sums(owner: Ints, cents: list[int], count: int) -> Ints:
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, owner, np.array(cents, dtype=np.int64))
    return sums


def _with_costs(statement: Statement, routes: RouteQuotes, edges: Ints) -> Problem:
    """The problem with the costs of some edges: in what is minimised, and in what the budgets limit."""
    problem, segments = statement.problem, statement.segments[edges]

    def changed(costs: Floats, cents: Ints) -> Floats:
        new = costs.copy()
        new[edges] = cents[segments] / CENTS_PER_EUR
        return new

    problem = replace(problem, edge_cost=changed(problem.edge_cost, routes.value_cents))
    if (budget := problem.budget) is not None:
        capex = replace(budget.costs, edge_cost=changed(budget.costs.edge_cost, routes.cost_cents))
        problem = replace(problem, budget=replace(budget, costs=capex))
    if (phases := problem.phases) is not None and (costs := phases.costs) is not None:
        capex = replace(costs, edge_cost=changed(costs.edge_cost, routes.cost_cents))
        problem = replace(problem, phases=replace(phases, costs=capex))
    return problem
