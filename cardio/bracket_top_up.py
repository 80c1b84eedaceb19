"""Lays a little more than a plan needs, where that makes everything cheaper."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from cardio.prospects import Prospects
from optimise import Plan

MOST_EXTRA = 50
Floats = npt.NDArray[np.float64]


def top_up(prospects: Prospects, plan: Plan, key: str, missing: float) -> Plan | None:
    """Add routes beside those of a plan until it takes so much more of a price row.

    The cheapest for what is missing comes first; each touches what is laid or exists. With phases they are laid in the
    last year. The cost of the plan is left as it is.

    Parameters
    ----------
    prospects : Prospects
        Their prices say what is cheap.
    missing : float
        In the unit of the row.

    Returns
    -------
    Plan or None
        None where no routes are paid by that row, or not enough of them.
    """
    problem = prospects.statement.problem
    quantity = _quantities(prospects, key)
    free = np.zeros(problem.edge_cost.size, dtype=np.bool_)
    free[prospects.variant.edge_of] = True
    free[plan.edges] = False
    free &= quantity > 0
    joined = problem.existing.copy()
    joined[problem.edge_u[plan.edges]] = joined[problem.edge_v[plan.edges]] = True
    added: list[int] = []
    while missing > 1e-9 and len(added) < MOST_EXTRA:
        near = np.flatnonzero(free & (joined[problem.edge_u] | joined[problem.edge_v]))
        if not len(near):
            return None
        useful = np.minimum(quantity[near], missing)
        edge = int(near[np.argmin(problem.edge_cost[near] / useful)])
        added.append(edge)
        free[edge] = False
        joined[[problem.edge_u[edge], problem.edge_v[edge]]] = True
        missing -= float(quantity[edge])
    if missing > 1e-9:
        return None
    edges = np.append(plan.edges, added).astype(np.int64)
    order = np.argsort(edges, kind="stable")
    years = plan.edge_year
    if years.size:
        last = 0 if problem.phases is None else problem.phases.budget.size - 1
        years = np.append(years, [last] * len(added)).astype(np.int64)[order]
    return replace(plan, edges=edges[order], edge_year=years)


def _quantities(prospects: Prospects, key: str) -> Floats:
    """(E,) units of a row that each edge takes, as its line shows them."""
    statement = prospects.statement
    routes, segments = statement.routes, statement.segments
    per_m = np.array(
        [sum(rate.quantity for rate in rates if rate.price.key == key) for rates in routes.tariffs], dtype=np.float64
    )
    return np.round(routes.length_m[segments] * per_m[routes.tariff[segments]], 2)
