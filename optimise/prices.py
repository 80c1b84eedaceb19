"""Costs as the program and the plans need them: those that are minimised, those of the budgets, and worth."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from optimise.coverage import existing_weight
from optimise.plan import Plan
from optimise.problem import Bools, Budget, Costs, Floats, Ints, Problem, every_limit


@dataclass(frozen=True)
class Prices:
    """One set of costs of every kind of work.

    Attributes
    ----------
    edge, candidate, connection : (E,), (K,), (J,) float
    cable : (B, E) float
        Zero where the problem has no classes of backhaul (B = 1).
    link : (J, K) csr_array or None
    """

    edge: Floats
    candidate: Floats
    connection: Floats
    cable: Floats
    link: csr_array | None

    def costed_links(self) -> Bools:
        """(J,) whether a link of the demand costs something."""
        costed = np.zeros(self.connection.size, dtype=np.bool_)
        if self.link is not None:
            links = self.link.tocoo()
            costed[links.row[links.data > 0]] = True
        return costed

    def links(self, pairs: Ints) -> Floats:
        """(n,) cost of the links of rows (demand, candidate)."""
        if self.link is None or not len(pairs):
            return np.zeros(len(pairs))
        return np.asarray(self.link[pairs[:, 0], pairs[:, 1]], dtype=np.float64).ravel()


def minimised_prices(problem: Problem) -> Prices:
    """Costs that the problem minimises."""
    cable = None if problem.backhaul is None else problem.backhaul.cable_cost
    return Prices(
        problem.edge_cost,
        problem.candidate_cost,
        problem.connection_cost,
        np.zeros((1, problem.edge_cost.size)) if cable is None else cable,
        problem.link_cost,
    )


def budget_prices(problem: Problem) -> Prices | None:
    """Costs that the budget limits; None without a budget."""
    return None if problem.budget is None else _prices(problem, problem.budget.costs)


def yearly_prices(problem: Problem) -> Prices | None:
    """Costs that the budgets of the years limit; None without phases."""
    if problem.phases is None:
        return None
    costs = problem.phases.costs
    return minimised_prices(problem) if costs is None else _prices(problem, costs)


def limits_years(problem: Problem) -> bool:
    """Whether any year has a budget."""
    return problem.phases is not None and bool(np.isfinite(problem.phases.budget).any())


def limit_prices(problem: Problem, limit: Budget) -> Prices:
    """Costs of which a limit is."""
    return _prices(problem, limit.costs)


def _prices(problem: Problem, costs: Costs) -> Prices:
    cable = np.zeros_like(minimised_prices(problem).cable) if costs.cable_cost is None else costs.cable_cost
    return Prices(costs.edge_cost, costs.candidate_cost, costs.connection_cost, cable, costs.link_cost)


def to_costs(problem: Problem, prices: Prices) -> Costs:
    """State prices as the parts of a problem do."""
    cable = None if problem.backhaul is None else prices.cable
    return Costs(prices.edge, prices.candidate, prices.connection, cable, prices.link)


def every_price(problem: Problem) -> tuple[Prices, ...]:
    """The sets of costs that the problem knows."""
    every = [minimised_prices(problem)]
    every += [_prices(problem, limit.costs) for limit in every_limit(problem)]
    if problem.phases is not None and problem.phases.costs is not None:
        every.append(_prices(problem, problem.phases.costs))
    return tuple(every)


def with_other_costs(problem: Problem, change: Callable[[Costs], Costs]) -> Problem:
    """The problem with the costs of its budget, of its further limits and then of its years changed."""
    if problem.budget is not None:
        problem = replace(problem, budget=replace(problem.budget, costs=change(problem.budget.costs)))
    limits = tuple(replace(limit, costs=change(limit.costs)) for limit in problem.limits)
    problem = replace(problem, limits=limits)
    if problem.phases is not None and problem.phases.costs is not None:
        problem = replace(problem, phases=replace(problem.phases, costs=change(problem.phases.costs)))
    return problem


def linked_demands(problem: Problem) -> Bools:
    """(J,) whether it matters which candidate serves the demand: links cost, or a capacity is finite."""
    linked = np.any([prices.costed_links() for prices in every_price(problem)], axis=0)
    if problem.capacity is not None:
        demand, candidate = problem.cover.nonzero()
        linked[demand[np.isfinite(problem.capacity.most)[candidate]]] = True
    return np.asarray(linked, dtype=np.bool_)


def decided_demands(problem: Problem) -> Bools:
    """(J,) whether serving the demand takes something, so that a plan may leave it unserved within reach."""
    connected = np.any([prices.connection > 0 for prices in every_price(problem)], axis=0)
    return np.asarray(connected | linked_demands(problem), dtype=np.bool_)


def plan_cost(problem: Problem, plan: Plan) -> float:
    """Cost of all works of a plan, each times the factor of its year."""
    used = minimised_prices(problem)
    connected, connection_year = first_links(plan)
    amounts = (
        (used.edge[plan.edges], plan.edge_year),
        (used.candidate[plan.candidates], plan.candidate_year),
        (used.connection[connected], connection_year),
        (used.links(plan.links), plan.link_year),
        (used.cable[plan.cables[:, 1], plan.cables[:, 0]], plan.cable_year),
    )
    if problem.phases is None:
        return math.fsum(np.concatenate([amount for amount, _ in amounts]))
    factor = problem.phases.factor
    return math.fsum(np.concatenate([amount * factor[year] for amount, year in amounts]))


def first_links(plan: Plan) -> tuple[Ints, Ints]:
    """Demands with links, increasing, and the year of the first link of each (without phases: nothing)."""
    if not plan.link_year.size:
        return np.unique(plan.links[:, 0]), plan.link_year
    order = np.lexsort((plan.link_year, plan.links[:, 0]))
    demand, first = np.unique(plan.links[order, 0], return_index=True)
    return demand, plan.link_year[order][first]


def plan_worth(problem: Problem, plan: Plan) -> float | None:
    """Worth of the weight served at the end; None for a problem without `worth`."""
    if problem.worth is None:
        return None
    providers = problem.existing_providers.astype(np.int64)
    providers[plan.served[:, 0]] = np.maximum(providers[plan.served[:, 0]], plan.served[:, 1])
    served = [row.weight[providers[row.demand] >= row.providers] for row in problem.targets]
    worth = zip(problem.worth.per_weight.tolist(), served, strict=True)
    return math.fsum(value * amount for value, weight in worth for amount in weight.tolist())


def existing_worth(problem: Problem) -> float:
    """Worth of the weight that existing providers serve."""
    return 0.0 if problem.worth is None else float(problem.worth.per_weight @ existing_weight(problem))


def most_money(problem: Problem) -> float:
    """Most that a plan may cost on the costs of the problem itself, all years together and without their factors."""
    most = math.inf
    if problem.budget is not None and limits_own_costs(problem):
        most = problem.budget.most
    years = yearly_prices(problem)
    if problem.phases is not None and years is not None and same_prices(years, minimised_prices(problem)):
        most = min(most, float(problem.phases.budget.sum()))
    return most


def limits_own_costs(problem: Problem) -> bool:
    """Whether there is a budget, on the very costs that the problem minimises."""
    limited = budget_prices(problem)
    return limited is not None and same_prices(limited, minimised_prices(problem))


def same_prices(one: Prices, other: Prices) -> bool:
    """Whether every work costs the same."""
    arrays = ((one.edge, other.edge), (one.candidate, other.candidate), (one.connection, other.connection))
    if not all(np.array_equal(mine, its) for mine, its in (*arrays, (one.cable, other.cable))):
        return False
    if one.link is None or other.link is None:
        return one.link is other.link
    return bool((one.link != other.link).nnz == 0)
