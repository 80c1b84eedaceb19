"""The same problem on other costs, and with a limit on its own costs: what second searches are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from gis_layers import StudyError
from optimise.plan import Plan
from optimise.prices import (
    Prices,
    budget_prices,
    first_links,
    limits_own_costs,
    limits_years,
    minimised_prices,
    same_prices,
    to_costs,
)
from optimise.problem import Budget, Ints, Problem
from optimise.variants import Variant, keep_and_forbid


def with_prices(problem: Problem, prices: Prices) -> Problem:
    """The problem on other costs; the budgets keep theirs."""
    phases = problem.phases
    if phases is not None and phases.costs is None and limits_years(problem):
        phases = replace(phases, costs=to_costs(problem, minimised_prices(problem)))
    return replace(
        problem,
        phases=phases,
        edge_cost=prices.edge,
        candidate_cost=prices.candidate,
        connection_cost=prices.connection,
        link_cost=prices.link,
        backhaul=None if problem.backhaul is None else replace(problem.backhaul, cable_cost=prices.cable),
    )


def refuse_yearly_budgets(problem: Problem) -> None:
    """Refuse to search on other costs where a year has a budget.

    Raises
    ------
    StudyError
    """
    if limits_years(problem):
        raise StudyError(
            "a year has a budget, and what else the plans within it could be is not searched in this version",
            "ask it of a scenario without yearly budgets",
        )


def with_most_cost(problem: Problem, most: float) -> Problem | None:
    """The problem with a limit on the costs that it minimises; None where it cannot be stated.

    That is the case with costs that count differently by year, and where a budget on other costs is there already.
    """
    if problem.phases is not None and (problem.phases.factor != 1).any():
        return None
    own, there = minimised_prices(problem), budget_prices(problem)
    if there is not None and not same_prices(own, there):
        return None
    most = most if problem.budget is None else min(most, problem.budget.most)
    return replace(problem, budget=Budget(most, to_costs(problem, own)))


def without_own_budget(problem: Problem) -> tuple[Problem, float]:
    """The problem without a budget on the costs that it minimises and without worth that it does not ask for.

    Returns
    -------
    Problem, float
        Its plans of no more than this cost are the plans of the problem given; inf where no budget was taken away.
    """
    most = math.inf
    budget, phases = problem.budget, problem.phases
    alike = phases is None or bool((phases.factor == 1).all())
    if budget is not None and alike and limits_own_costs(problem):
        problem, most = replace(problem, budget=None), budget.most
    if problem.worth is not None and problem.worth.at_least == -math.inf and problem.objective == "least_cost":
        problem = replace(problem, worth=None)
    return problem, most


def fix_again(
    variant: Variant, problem: Problem, *, forbid_edges: Sequence[int] = (), forbid_candidates: Sequence[int] = ()
) -> Variant:
    """Keep and forbid the works of a variant, and forbid more, in a problem with the same works."""
    edges, candidates = (
        np.setdiff1d(np.arange(size), allowed)
        for size, allowed in (
            (variant.original.edge_cost.size, variant.edge_of),
            (variant.original.candidate_cost.size, variant.candidate_of),
        )
    )
    return keep_and_forbid(
        problem,
        keep_edges=variant.kept_edges,
        keep_candidates=variant.kept_candidates,
        forbid_edges=np.append(edges, np.asarray(forbid_edges, dtype=np.int64)),
        forbid_candidates=np.append(candidates, np.asarray(forbid_candidates, dtype=np.int64)),
    )


def shares(problem: Problem, plans: Sequence[Plan]) -> Prices:
    """Part of the plans that pays for each dig, candidate, connection, cable and link, 0 to 1."""
    cost = minimised_prices(problem)
    total = Prices(
        np.zeros_like(cost.edge),
        np.zeros_like(cost.candidate),
        np.zeros_like(cost.connection),
        np.zeros_like(cost.cable),
        None if cost.link is None else _with_data(cost.link, np.zeros(cost.link.nnz)),
    )
    part = 1.0 / len(plans)
    for plan in plans:
        total.edge[plan.edges] += part
        total.candidate[plan.candidates] += part
        total.connection[first_links(plan)[0]] += part
        total.cable[plan.cables[:, 1], plan.cables[:, 0]] += part
        if total.link is not None:
            total.link.data[_entries(total.link, plan.links)] += part
    return total


def priced(cost: Prices, factor: Prices, more: float = 0.0, scale: float = 1.0) -> Prices:
    """Costs times `scale` (`factor` + `more`); `factor` has the shape of the costs."""
    return Prices(
        cost.edge * (scale * (factor.edge + more)),
        cost.candidate * (scale * (factor.candidate + more)),
        cost.connection * (scale * (factor.connection + more)),
        cost.cable * (scale * (factor.cable + more)),
        None
        if cost.link is None or factor.link is None
        else _with_data(cost.link, cost.link.data * (scale * (factor.link.data + more))),
    )


def absent(share: Prices) -> Prices:
    """1 where no plan pays, else 0."""
    return Prices(
        np.where(share.edge > 0, 0.0, 1.0),
        np.where(share.candidate > 0, 0.0, 1.0),
        np.where(share.connection > 0, 0.0, 1.0),
        np.where(share.cable > 0, 0.0, 1.0),
        None if share.link is None else _with_data(share.link, np.where(share.link.data > 0, 0.0, 1.0)),
    )


def _with_data(matrix: csr_array, data: np.ndarray) -> csr_array:
    return csr_array((data, matrix.indices.copy(), matrix.indptr.copy()), shape=matrix.shape)


def _entries(matrix: csr_array, pairs: Ints) -> Ints:
    """Positions in the data of the pairs (row, column) that are entries."""
    columns = matrix.shape[1]
    key = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)) * columns + matrix.indices
    order = np.argsort(key)
    wanted = pairs[:, 0] * columns + pairs[:, 1]
    wanted = wanted[np.isin(wanted, key)]
    return np.asarray(order[np.searchsorted(key[order], wanted)], dtype=np.int64)
