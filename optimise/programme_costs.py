"""What the program minimises, and the limits on money and worth."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pulp

from optimise.prices import Prices, existing_worth, limit_prices, limits_years, minimised_prices, yearly_prices
from optimise.problem import every_limit
from optimise.programme_columns import Programme, members
from optimise.programme_limits import GE, LE, TOLERANCE, Limit, Row, Term

Work = tuple[float, list[pulp.LpVariable]]  # cost, and the variable of every year


def objective(programme: Programme) -> Iterator[Term]:
    """Minimise Σ_s factor_s · (cost of the works of year s), or -Σ_q worth_q Σ_{j in q} w_j z_j,κq at the end."""
    if programme.problem.objective == "most_worth":
        for amount, z in worth(programme):
            yield z, -amount
        return
    phases = programme.problem.phases
    factor = np.ones(1) if phases is None else phases.factor
    paid = (factor - np.append(factor[1:], 0.0)).tolist()  # what is done in year s counts in every year from s
    for cost, variables in works(programme, minimised_prices(programme.problem)):
        yield from ((variable, cost * share) for variable, share in zip(variables, paid, strict=True))


def works(programme: Programme, prices: Prices) -> Iterator[Work]:
    """Works with their costs: digs t, equipment x, cables c, connections z (first of each demand), links a."""
    years = range(programme.years)
    for edge, cost in enumerate(prices.edge.tolist()):
        yield cost, [programme.t[year][edge] for year in years]
    for candidate, cost in enumerate(prices.candidate.tolist()):
        yield cost, [programme.x[year][candidate] for year in years]
    for backhaul_class, edge in dict.fromkeys(key[:2] for key in programme.c):
        cost = float(prices.cable[backhaul_class, edge])
        yield cost, [programme.c[backhaul_class, edge, year] for year in years]
    for demand, providers in programme.first_level().items():
        yield float(prices.connection[demand]), [programme.z[demand, providers, year] for year in years]
    if prices.link is not None:
        for demand, candidate in dict.fromkeys(key[:2] for key in programme.a):
            cost = float(prices.link[demand, candidate])
            yield cost, [programme.a[demand, candidate, year] for year in years]


def monotone_works(programme: Programme) -> Iterator[Row]:
    """(9) v_s <= v_s+1 for v of x, t, c, z, a, y: what is done stays, and a network grows from what it was."""
    last = programme.years - 1
    yearly = [*pairwise(programme.x), *pairwise(programme.t)]
    pairs = [pair for earlier, later in yearly for pair in zip(earlier, later, strict=True)]
    for columns in (programme.c, programme.z, programme.a):
        pairs += [(v, columns[(*key[:2], key[2] + 1)]) for key, v in columns.items() if key[2] < last]
    for layer in programme.layers:
        if layer.year < last:
            later_y = programme.layer(layer.backhaul_class, layer.year + 1).y
            pairs += [(y, later_y[arc]) for arc, y in layer.y.items()]
    for earlier, later in pairs:
        yield [(later, 1.0), (earlier, -1.0)], GE, 0.0


def yearly_budgets(programme: Programme) -> Iterator[Limit]:
    """(10) Σ cost · (v_s - v_s-1) <= budget_s, undiscounted, on the costs of the phases, for the years with a limit."""
    phases, prices = programme.problem.phases, yearly_prices(programme.problem)
    if phases is None or prices is None or not limits_years(programme.problem):
        return
    every = [work for work in works(programme, prices) if work[0] > 0]
    for year in np.flatnonzero(np.isfinite(phases.budget)).tolist():
        before = [[] if year == 0 else [(variables[year - 1], -1.0)] for _, variables in every]
        items = [(cost, [(variables[year], 1.0), *less]) for (cost, variables), less in zip(every, before, strict=True)]
        yield Limit(items, LE, float(phases.budget[year]))


def budget(programme: Programme) -> Iterator[Limit]:
    """(11) Σ cost v <= most, all years, on the costs of the budget and of each further limit."""
    for limit in every_limit(programme.problem):
        if np.isfinite(limit.most):
            every = works(programme, limit_prices(programme.problem, limit))
            yield Limit([(cost, [(built[-1], 1.0)]) for cost, built in every if cost > 0], LE, float(limit.most))


def least_worth(programme: Programme) -> Iterator[Limit]:
    """(12) Σ_q worth_q Σ_{j in q} w_j z_j,κq >= at_least - worth of what existing providers serve."""
    wanted = programme.problem.worth
    if wanted is None or not np.isfinite(wanted.at_least):
        return
    whole = sum(
        value * row.weight.sum()
        for value, row in zip(wanted.per_weight.tolist(), programme.problem.targets, strict=True)
    )
    enough = wanted.at_least - TOLERANCE * max(1.0, whole) - existing_worth(programme.problem)
    if enough > 0:
        yield Limit([(amount, [(z, 1.0)]) for amount, z in worth(programme)], GE, enough)


def worth(programme: Programme) -> Iterator[tuple[float, pulp.LpVariable]]:
    """Worth of each newly served demand and level, targets that share it added up."""
    wanted = programme.problem.worth
    if wanted is None:
        return
    asked = [row.providers for row in programme.problem.targets]
    amounts: dict[tuple[int, int], float] = {}
    for target, demand, weight in members(programme):
        if wanted.per_weight[target] > 0:
            key = (demand, asked[target])
            amounts[key] = amounts.get(key, 0.0) + float(wanted.per_weight[target]) * weight
    for key, amount in amounts.items():
        yield amount, programme.z[(*key, programme.years - 1)]
