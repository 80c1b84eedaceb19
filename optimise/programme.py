r"""The integer program, stated in PuLP: one function per equation, every variant of the problem in it.

Sets: E digs e = {v, w}; b classes of backhaul (one where the problem has none) and s years (one without phases), each
pair with a layer of arcs A, no arc entering the root r_b into which what exists of the class is contracted; K
candidates, candidate i at node v(i) of its class; H nodes that host a candidate; J demands, N(j) candidates that serve
j; q targets, each asking κ_q distinct places; κ'(j, κ) = κ - existing_j new places.

Binary, each once a year: t_e dig, c^b_e cable of a class (where it costs something), y^b_vw use of an arc, x_i
candidate, u^b_v host in use, z_jκ demand served by κ (where κ' > 0), p_jP place P serves j (only where it has several
candidates for j), a_ji link (only where j's links cost or a candidate of finite capacity may serve j).
Continuous: f^b_vw flow, one unit to every host in use.

(1)  Σ_i x_i + Σ_P p_jP + Σ_i a_ji >= κ' z_jκ;   p_jP <= Σ_{i in P} x_i
(1b) a_ji <= x_i;   Σ_{i in P} a_ji <= 1
     with phases z has κ' = 1 too, the connection, and a_ji <= z_jκ for it
(1c) z_jκ <= z_jλ for λ the next smaller number asked
(2)  Σ_{j in q} w_j z_j,κq >= required_q - existing_q
(3)  x_i <= u^b_v(i);   y^b_vw + y^b_wv <= c^b_e <= t_e
(5)  y(δ⁻(v)) >= u_v
(6)  y_vw <= y(δ⁻(v) \ wv);   y(δ⁺(v)) + u_v >= y(δ⁻(v));   y(δ⁻(v)) <= 1
(7)  f(δ⁻(v)) - f(δ⁺(v)) = u_v;   f_vw <= M_v y_vw with M_v = |H| - [v in H]
(8)  Σ_j load_j a_ji <= Q_i x_i
(9)  t, c, x, z, a, y of a year <= those of the next (a tree of a year extends that of the year before; f need not stay)
(10) cost of the works of a year <= its budget
(11) cost of all works, at the prices of the budget <= budget
(12) worth of what is served at the end >= the least worth

(7) makes the program complete; (5) and (6) only make its relaxation better. (4), the cuts that make it good, have no
place in a model that is written down once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import pulp

from optimise.problem import Floats, Problem
from optimise.programme_columns import ROOT, Layer, Programme, Provider, make_columns
from optimise.programme_costs import budget, least_worth, monotone_works, objective, yearly_budgets
from optimise.programme_limits import Limit, Row
from optimise.programme_network import arborescence, flow, host_cuts, hosts_and_digs
from optimise.programme_service import capacities, links, monotone_service, providers, targets

__all__ = ["ROOT", "Layer", "Programme", "Provider", "hand_over", "limits", "short_rows", "state_programme"]

EQUATIONS = (providers, links, monotone_service, hosts_and_digs, host_cuts, arborescence, monotone_works)


def state_programme(problem: Problem, *, with_flow: bool = True) -> Programme:
    """State the program of a problem.

    Parameters
    ----------
    problem : Problem
    with_flow : bool
        Whether (7) and its columns are part of it; without them it is only complete with the cuts (4) or (5).
    """
    programme = make_columns(problem, with_flow=with_flow)
    terms = dict.fromkeys(_columns(programme), 0.0)  # PuLP only knows variables that some expression names
    for variable, factor in objective(programme):
        terms[variable] += factor
    programme.model.setObjective(pulp.LpAffineExpression(terms))
    equations = (*EQUATIONS, flow) if with_flow else EQUATIONS
    stated = chain.from_iterable(equation(programme) for equation in equations)
    rows = chain(stated, (limit.row() for limit in limits(programme)))
    for number, (row, sense, right) in enumerate(rows):
        programme.model.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(row), sense, f"r{number}", right))
    return programme


def limits(programme: Programme) -> list[Limit]:
    """(2), (8), (10), (11), (12): the rows that hold in exact arithmetic."""
    if not programme.limits:
        equations = (targets, capacities, yearly_budgets, budget, least_worth)
        programme.limits = [limit for equation in equations for limit in equation(programme)]
    return programme.limits


def short_rows(programme: Programme, value: Floats) -> list[Row]:
    """Rows that cut off an answer within the solver's tolerance of a limit but beyond it; they hold for every plan."""
    cuts = (limit.cut(value) for limit in limits(programme))
    return [cut for cut in cuts if cut is not None]


def hand_over(programme: Programme, options: Mapping[str, object]) -> Any:
    """Return the program as a ``highspy.Highs`` object, columns in the order of the variables' `index`."""
    solver = pulp.HiGHS(msg=False, **options)
    solver.createAndConfigureSolver(programme.model)
    solver.buildSolverModel(programme.model)
    return programme.model.solverModel


def pulp_version() -> str:
    """Version of PuLP, which brings CBC with it."""
    return str(pulp.__version__)


def _columns(programme: Programme) -> Iterator[pulp.LpVariable]:
    for year in (*programme.x, *programme.t):
        yield from year
    for layer in programme.layers:
        for columns in (layer.y, layer.f, layer.u):
            yield from columns.values()
    for columns in (programme.c, programme.z, programme.p, programme.a):
        yield from columns.values()
