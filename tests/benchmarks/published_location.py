"""p-median and capacitated warehouses as the product's own `LocationProblem`.

p-median: every vertex is a customer and a site, assigned at the shortest distance; exactly p sites, none with a
capacity or a price. Warehouses: the fixed cost opens a site, its capacity bounds the demand it serves.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from optimise import LocationProblem, LocationSolution, solve_location
from optimise.problem import Floats
from tests.benchmarks.published_answer import Answer, Asked
from tests.benchmarks.published_instances import PMedian, Warehouses


def distances(instance: PMedian) -> Floats:
    """(nodes, nodes) shortest distances, inf where no way leads."""
    keep = instance.edge_u != instance.edge_v
    ends = (instance.edge_u[keep], instance.edge_v[keep])
    graph = csr_array((instance.edge_cost[keep], ends), shape=(instance.nodes, instance.nodes))
    return np.asarray(dijkstra(graph, directed=False))


def solve_p_median(instance: PMedian, asked: Asked) -> Answer:
    """Solve a p-median."""
    nodes = instance.nodes
    problem = LocationProblem(distances(instance), np.zeros(nodes), instance.medians, np.ones(nodes), None)
    solution = solve_location(problem, time_limit_s=asked.seconds_left, seed=asked.seed, progress=asked.trace)
    return _answer(solution, lambda plan: p_median_cost(instance, plan))


def solve_warehouses(instance: Warehouses, asked: Asked) -> Answer:
    """Solve a capacitated warehouse location."""
    problem = LocationProblem(instance.cost, instance.fixed_cost, None, instance.demand, instance.capacity)
    solution = solve_location(problem, time_limit_s=asked.seconds_left, seed=asked.seed, progress=asked.trace)
    return _answer(solution, lambda plan: warehouse_cost(instance, plan))


def _answer(solution: LocationSolution, recompute: Callable[[dict[str, list[int]]], float]) -> Answer:
    if solution.plan is None:
        return Answer.without_plan(solution)
    plan = {
        "edges": [],
        "candidates": solution.plan.sites.tolist(),
        "served": sorted(set(solution.plan.link_customer.tolist())),
    }
    cost = recompute(plan)
    return Answer(
        plan=plan,
        cost=cost,
        bound=None if solution.bound is None else min(solution.bound, cost),
        bound_origin=solution.bound_origin,
        root_bound=solution.root_bound,
        nodes=solution.nodes,
        cuts=solution.cuts,
        status=solution.status,
    )


def p_median_cost(instance: PMedian, plan: dict[str, list[int]]) -> float:
    """Objective of a plan, from its candidates (medians) alone.

    Raises
    ------
    ValueError
        Where they are not as many as asked, or a vertex cannot reach any.
    """
    medians = plan["candidates"]
    if len(set(medians)) != instance.medians or len(medians) != instance.medians:
        raise ValueError(f"{len(set(medians))} medians, {instance.medians} asked")
    if instance.nodes == 0:
        return 0.0
    cost = math.fsum(distances(instance)[:, medians].min(axis=1).tolist())
    if not math.isfinite(cost):
        raise ValueError("a vertex reaches no median")
    return cost


def warehouse_cost(instance: Warehouses, plan: dict[str, list[int]]) -> float:
    """Objective of a plan, from its candidates (warehouses) alone: their transportation problem, by scipy.

    Raises
    ------
    ValueError
        Where they have too little room.
    """
    opened = plan["candidates"]
    fixed = math.fsum(instance.fixed_cost[opened].tolist())
    customers, count = len(instance.demand), len(opened)
    if customers == 0:
        return fixed
    pairs = np.arange(customers * count)
    customer, site = np.divmod(pairs, max(count, 1))
    whole = csr_array((np.ones(len(pairs)), (customer, pairs)), shape=(customers, len(pairs)))
    load = csr_array((instance.demand[customer], (site, pairs)), shape=(count, len(pairs)))
    cost = instance.cost[:, opened].ravel()
    unit = float(cost.max(initial=0.0)) or 1.0
    answer = linprog(
        cost / unit,
        A_ub=load if count else None,
        b_ub=instance.capacity[opened] if count else None,
        A_eq=whole,
        b_eq=np.ones(customers),
        bounds=(0, 1),
        method="highs",
    )
    if answer.status != 0:
        raise ValueError("the warehouses have too little room")
    return fixed + float(answer.fun) * unit
