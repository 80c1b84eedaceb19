"""States the optimiser's problem from what could be built and what it costs, and keeps the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from cardio.limits import limit_candidates
from cardio.study import Study
from cardio.town import Town
from costing import (
    CandidateQuotes,
    ConnectionQuotes,
    Figure,
    PriceList,
    RouteQuotes,
    price_candidates,
    price_connections,
    price_routes,
)
from gis_layers import StudyError
from network_model import Opportunities
from optimise import Budget, Costs, Phases, Problem, TargetRow, Worth

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
CENTS_PER_EUR = 100.0


@dataclass(frozen=True)
class Statement:
    """The problem and what its indices mean.

    Attributes
    ----------
    problem : Problem
        Costs in units of money (whole cents): the figure that is minimised. Budgets are of capex.
    figure : Figure
        What is minimised.
    segments : (E,) int
        Route segment behind each edge of the problem.
    first_demand : mapping of str to int
        Service -> index of its first demand in the problem; the others follow in order.
    routes, candidates, connections
        The quotes, connections by service.
    """

    problem: Problem
    figure: Figure
    segments: Ints
    first_demand: Mapping[str, int]
    routes: RouteQuotes
    candidates: CandidateQuotes
    connections: Mapping[str, ConnectionQuotes]


def state_problem(town: Town, opportunities: Opportunities, prices: PriceList, figure: Figure) -> Statement:
    """Price everything that could be built and state the problem: least cost, or most coverage within a budget.

    Raises
    ------
    StudyError
        A price that the study names is missing, or a column of free places; budgets that would have to choose between
        ways of laying.
    """
    study = town.study
    segments = opportunities.routes
    routes = price_routes(segments, study.laying, prices, figure)
    _refuse_choice_within_budgets(routes, study, figure)
    candidates = price_candidates(opportunities.candidates, study.options, prices, figure)
    connections = {
        service.name: price_connections(
            service, town.demand[service.name], opportunities.candidates.reach[service.name], prices, figure
        )
        for service in study.services.values()
    }
    can_be_laid = np.flatnonzero(routes.value_cents >= 0).astype(np.int64)
    first_demand = _first_demand(town)
    problem = Problem(
        existing=segments.on_backbone,
        edge_u=segments.u[can_be_laid],
        edge_v=segments.v[can_be_laid],
        edge_cost=routes.value_cents[can_be_laid] / CENTS_PER_EUR,
        candidate_node=opportunities.candidates.node,
        candidate_cost=candidates.value_cents / CENTS_PER_EUR,
        candidate_place=opportunities.candidates.place,
        cover=_cover(town, opportunities),
        existing_providers=np.concatenate([town.providers[name] for name in study.services]),
        connection_cost=_stack([connections[name].each_value_cents for name in study.services]),
        link_cost=_link_cost(town, opportunities, {name: each.link_value_cents for name, each in connections.items()}),
        targets=tuple(
            TargetRow(
                name=scope.target if scope.zone is None else f"{scope.target}[{scope.zone}]",
                demand=scope.demand + first_demand[scope.service],
                weight=scope.weight,
                required=0.0 if study.objective == "most_coverage" else scope.required * scope.total,
                providers=scope.providers,
            )
            for scope in town.scopes
        ),
        name=study.name,
        capacity=limit_candidates(town, opportunities),
        phases=_phases(town, figure),
    )
    capex = Costs(
        edge_cost=routes.cost_cents[can_be_laid] / CENTS_PER_EUR,
        candidate_cost=candidates.cost_cents / CENTS_PER_EUR,
        connection_cost=_stack([connections[name].each_cents for name in study.services]),
        link_cost=_link_cost(town, opportunities, {name: each.link_cents for name, each in connections.items()}),
    )
    problem = _limit_capex(problem, study.budget_eur, capex, figure)
    return Statement(_with_goals(problem, town), figure, can_be_laid, first_demand, routes, candidates, connections)


def measure_works(town: Town, opportunities: Opportunities, prices: PriceList, figure: Figure) -> Costs:
    """Return the least that each work of `state_problem` adds to a figure, by whatever way of laying.

    In the order of the problem, units rather than cents. No plan adds up to less, so that a limit on their sum leaves
    out no plan that keeps it.
    """
    study = town.study
    routes = price_routes(opportunities.routes, study.laying, prices, figure)
    candidates = price_candidates(opportunities.candidates, study.options, prices, figure)
    quotes = {
        name: price_connections(service, town.demand[name], opportunities.candidates.reach[name], prices, figure)
        for name, service in study.services.items()
    }
    return Costs(
        edge_cost=routes.value_cents[routes.value_cents >= 0] / CENTS_PER_EUR,
        candidate_cost=candidates.value_cents / CENTS_PER_EUR,
        connection_cost=_stack([quotes[name].each_value_cents for name in study.services]),
        link_cost=_link_cost(town, opportunities, {name: each.link_value_cents for name, each in quotes.items()}),
    )


def _refuse_choice_within_budgets(routes: RouteQuotes, study: Study, figure: Figure) -> None:
    """Refuse what the program cannot decide: a way of laying of less capex but a greater figure, within budgets.

    The way of laying is chosen before the program, by the figure. A budget, which is of capex, may call for another
    one; without it the bound, and that no plan keeps the budget, would be claimed too early.
    """
    dearer = int((routes.cost_cents > routes.least_cost_cents).sum())
    limited = study.budget_eur is not None or any(phase.budget_eur is not None for phase in study.phases)
    if dearer and limited:
        raise StudyError(
            f"plan.minimise: {figure.name} with budgets: on {dearer} route segments the way of laying of least "
            f"{figure.name.replace('_', ' ')} is not the one of least capex, which the budgets limit; this version "
            "does not weigh the two",
            "take the budgets out, minimise capex, or take out one of the ways of laying, each in a scenario",
        )


def _stack(cents: list[Ints]) -> Floats:
    stacked: Floats = np.concatenate(cents) / CENTS_PER_EUR
    return stacked


def _phases(town: Town, figure: Figure) -> Phases | None:
    """Years with their budgets, shares, and the factor of the figure on what is built in them."""
    phases = town.study.phases
    if not phases:
        return None
    return Phases(
        budget=np.array([np.inf if phase.budget_eur is None else phase.budget_eur for phase in phases]),
        factor=np.array(figure.year_factors([phase.year for phase in phases])),
        required=np.array(
            [[phase.shares.get(scope.target, 0.0) * scope.total for scope in town.scopes] for phase in phases]
        ),
    )


def _limit_capex(problem: Problem, budget_eur: float | None, capex: Costs, figure: Figure) -> Problem:
    """Budgets are of capex, whatever is minimised."""
    if budget_eur is not None:
        problem = replace(problem, budget=Budget(budget_eur, capex))
    if problem.phases is not None and figure.name != "capex" and np.isfinite(problem.phases.budget).any():
        problem = replace(problem, phases=replace(problem.phases, costs=capex))
    return problem


def _with_goals(problem: Problem, town: Town) -> Problem:
    """Maximise the mean of the shares, weighted by the importance of their targets, where these are goals."""
    if town.study.objective != "most_coverage":
        return problem
    importance = importance_of_scopes(town)
    total = np.array([scope.total for scope in town.scopes])
    per_weight = np.divide(importance, total, out=np.zeros(len(total)), where=total > 0)
    return replace(problem, worth=Worth(per_weight=per_weight), objective="most_worth")


def importance_of_scopes(town: Town) -> Floats:
    """(T,) part of each scope in the mean of all shares; they add up to 1.

    The zones of a target share its importance equally; a zone without weight has none.
    """
    importance = {target.name: target.importance for target in town.study.targets}
    names = [scope.target for scope in town.scopes if scope.total > 0]
    own = np.array(
        [importance[scope.target] / names.count(scope.target) if scope.total > 0 else 0.0 for scope in town.scopes]
    )
    return own / own.sum() if names else own


def _first_demand(town: Town) -> dict[str, int]:
    sizes = [len(town.demand[name].weight) for name in town.study.services]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return {name: int(start) for name, start in zip(town.study.services, starts, strict=True)}


def _cover(town: Town, opportunities: Opportunities) -> csr_array:
    matrices = [opportunities.candidates.reach[name] for name in town.study.services]
    cover = csr_array(vstack([csr_array(matrix) for matrix in matrices], format="csr"))
    cover.data = np.ones(cover.nnz, dtype=bool)
    return cover


def _link_cost(
    town: Town, opportunities: Opportunities, link_cents: Mapping[str, csr_array | None]
) -> csr_array | None:
    """Stack the costs per (demand, candidate); rows of services without such a cost stay empty."""
    if all(cents is None for cents in link_cents.values()):
        return None
    blocks = []
    for name in town.study.services:
        cents, shape = link_cents[name], opportunities.candidates.reach[name].shape
        blocks.append(csr_array(shape, dtype=np.float64) if cents is None else csr_array(cents))
    stacked = csr_array(vstack(blocks, format="csr"))
    stacked.data = stacked.data / CENTS_PER_EUR
    return stacked
