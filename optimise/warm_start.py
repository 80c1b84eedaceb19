"""A plan as values of the program's variables, so that the solver starts from it."""

from __future__ import annotations

import numpy as np

from optimise.plan import Plan
from optimise.problem import Floats
from optimise.programme_columns import ROOT, Programme
from optimise.trees import DigNetwork, tree_parents


def start_values(programme: Programme, plan: Plan) -> Floats:
    """One value a variable index; the problem is without variants, the digs are a tree whose leaves host candidates."""
    value = np.zeros(programme.columns)
    for candidate in plan.candidates.tolist():
        value[programme.x[0][candidate].index] = 1.0
    for edge in plan.edges.tolist():
        value[programme.t[0][edge].index] = 1.0
    _start_flow(programme, plan, value)
    _start_service(programme, plan, value)
    return value


def _start_flow(programme: Programme, plan: Plan, value: Floats) -> None:
    """Arcs away from the root, with one unit of flow for every host below."""
    network, layer = DigNetwork(programme.problem), programme.layers[0]
    parents = tree_parents(network, plan.edges.tolist())
    below = dict.fromkeys(parents, 0)
    for node in set(layer.name[programme.problem.candidate_node[plan.candidates]].tolist()) & set(layer.u):
        value[layer.u[node].index] = 1.0
        below[node] = 1
    for node in reversed(parents):
        above, edge = parents[node]
        tail = ROOT if above == network.root else above
        value[layer.y[edge, tail, node].index] = 1.0
        value[layer.f[edge, tail, node].index] = below[node]
        if above in below:
            below[above] += below[node]


def _start_service(programme: Programme, plan: Plan, value: Floats) -> None:
    """Served demands at every number of providers up to theirs, places in use and links."""
    served = dict(plan.served.tolist())
    for (demand, asked, _), z in programme.z.items():
        value[z.index] = float(served.get(demand, 0) >= asked)
    built = set(plan.candidates.tolist())
    for (demand, place, _), p in programme.p.items():
        value[p.index] = float(not built.isdisjoint(programme.places[demand][place]))
    for demand, candidate in plan.links.tolist():
        if (demand, candidate, 0) in programme.a:
            value[programme.a[demand, candidate, 0].index] = 1.0
