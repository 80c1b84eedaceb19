"""A plan as values of the program's variables, so that the solver starts from it."""

from __future__ import annotations

import numpy as np

from optimise.plan import Plan
from optimise.problem import Floats
from optimise.programme import Programme
from optimise.trees import DigNetwork, tree_parents


def start_values(programme: Programme, plan: Plan) -> Floats:
    """One value a variable index; the plan's digs must be a tree whose leaves host candidates."""
    value = np.zeros(len(programme.model.variables()))
    for candidate in plan.candidates.tolist():
        value[programme.x[candidate].index] = 1.0
    for edge in plan.edges.tolist():
        value[programme.t[edge].index] = 1.0
    _start_flow(programme, plan, value)
    _start_service(programme, plan, value)
    return value


def _start_flow(programme: Programme, plan: Plan, value: Floats) -> None:
    """Arcs away from the root, with one unit of flow for every host below."""
    network = DigNetwork(programme.problem)
    parents = tree_parents(network, plan.edges.tolist())
    below = dict.fromkeys(parents, 0)
    for node in set(programme.problem.candidate_node[plan.candidates].tolist()) & set(programme.u):
        value[programme.u[node].index] = 1.0
        below[node] = 1
    for node in reversed(parents):
        above, edge = parents[node]
        tail = 0 if above == network.root else above
        value[programme.y[edge, tail, node].index] = 1.0
        value[programme.f[edge, tail, node].index] = below[node]
        if above in below:
            below[above] += below[node]


def _start_service(programme: Programme, plan: Plan, value: Floats) -> None:
    """Served demands at every number of providers up to theirs, places in use and links."""
    served = dict(plan.served.tolist())
    for (demand, asked), z in programme.z.items():
        value[z.index] = float(served.get(demand, 0) >= asked)
    built = set(plan.candidates.tolist())
    for (demand, place), p in programme.p.items():
        value[p.index] = float(not built.isdisjoint(programme.candidates_of[demand][place]))
    for pair in map(tuple, plan.links.tolist()):
        if pair in programme.a:
            value[programme.a[pair].index] = 1.0
