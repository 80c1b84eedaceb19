r"""The integer program of least cost, stated in PuLP: one function per equation.

Sets: E digs e = {v, w} with their arcs A (no arc enters the root r, the existing network); K candidates, candidate i
at node v(i); H nodes that host a candidate; J demands, N(j) candidates that serve j; q targets, each asking κ_q
distinct places; κ'(j, κ) = κ - existing_j new places.

Binary: t_e dig, y_vw use of an arc, x_i candidate, u_v host in use, z_jκ demand served by κ (where κ' > 0),
p_jP place P serves j (only where it has several candidates for j), a_ji link (only where j's links cost).
Continuous: f_vw flow, one unit to every host in use.

(1)  Σ_i x_i + Σ_P p_jP >= κ' z_jκ;   p_jP <= Σ_{i in P} x_i
(1b) Σ_i a_ji >= κ' z_jκ;   a_ji <= x_i;   Σ_{i in P} a_ji <= 1
(1c) z_jκ <= z_jλ for λ the next smaller number asked
(2)  Σ_{j in q} w_j z_j,κq >= required_q - existing_q
(3)  x_i <= u_v(i);   y_vw + y_wv <= t_e
(5)  y(δ⁻(v)) >= u_v
(6)  y_vw <= y(δ⁻(v) \ wv);   y(δ⁺(v)) + u_v >= y(δ⁻(v));   y(δ⁻(v)) <= 1
(7)  f(δ⁻(v)) - f(δ⁺(v)) = u_v;   f_vw <= M_v y_vw with M_v = |H| - [v in H]

(7) makes the program complete; (5) and (6) only make its relaxation better. (4), the cuts that make it good, have no
place in a model that is written down once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pulp

from optimise.assembly import Choice
from optimise.coverage import Coverage, costed_demands
from optimise.problem import Floats, Problem

Term = tuple[pulp.LpVariable, float]
Row = tuple[list[Term], int, float]  # terms, sense, right-hand side
GE, LE, EQ = pulp.LpConstraintGE, pulp.LpConstraintLE, pulp.LpConstraintEQ
ROOT = 0


@dataclass
class Programme:
    """The model and its variables, of a problem as `reduce_problem` leaves it (node 0 is the existing network).

    Attributes
    ----------
    problem : Problem
    model : pulp.LpProblem
    x, t : lists of variables by candidate and edge
    y, f : dict (edge, tail, head) -> variable
    u : dict node -> variable
    z : dict (demand, providers) -> variable
    p : dict (demand, place) -> variable
    a : dict (demand, candidate) -> variable
    """

    problem: Problem
    model: pulp.LpProblem
    x: list[pulp.LpVariable] = field(default_factory=list)
    t: list[pulp.LpVariable] = field(default_factory=list)
    y: dict[tuple[int, int, int], pulp.LpVariable] = field(default_factory=dict)
    f: dict[tuple[int, int, int], pulp.LpVariable] = field(default_factory=dict)
    u: dict[int, pulp.LpVariable] = field(default_factory=dict)
    z: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)
    p: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)
    a: dict[tuple[int, int], pulp.LpVariable] = field(default_factory=dict)

    def into(self, node: int) -> list[tuple[int, int, int]]:
        """Arcs that enter a node."""
        return self._arcs[0][node]

    def out_of(self, node: int) -> list[tuple[int, int, int]]:
        """Arcs that leave a node."""
        return self._arcs[1][node]

    def __post_init__(self) -> None:
        candidates, edges = self.problem.candidate_cost.size, self.problem.edge_cost.size
        hosts = sorted({node for node in self.problem.candidate_node.tolist() if node > ROOT})
        self._arcs: tuple[dict[int, list[Any]], dict[int, list[Any]]] = (defaultdict(list), defaultdict(list))
        self._binaries = 0
        self.x = [self._binary() for _ in range(candidates)]
        self.t = [self._binary() for _ in range(edges)]
        self.u = {node: self._binary() for node in hosts}
        ends = zip(self.problem.edge_u.tolist(), self.problem.edge_v.tolist(), strict=True)
        for edge, (v, w) in enumerate(ends):
            for tail, head in ((v, w), (w, v)):
                if head != ROOT:
                    arc = (edge, tail, head)
                    self._arcs[0][head].append(arc)
                    self._arcs[1][tail].append(arc)
                    self.y[arc] = self._binary()
                    self.f[arc] = self.model.add_variable(f"f{len(self.f)}", 0, len(hosts))
        self._add_service_variables()

    def _add_service_variables(self) -> None:
        coverage = Coverage(self.problem)
        needed = zip(coverage.member_demand.tolist(), coverage.member_need.tolist(), strict=True)
        there = self.problem.existing_providers.tolist()
        self.z = {key: self._binary() for key in sorted({(j, there[j] + need) for j, need in needed})}
        costed = self._costed_links()
        self.candidates_of = {j: self._places(j) for j, _ in self.z}
        for j, providers in self.z:
            places = self.candidates_of[j]
            if j in costed:
                self.a |= {(j, i): self._binary() for place in places.values() for i in place if (j, i) not in self.a}
            elif providers - there[j] > 1:
                shared = [place for place, members in places.items() if len(members) > 1]
                self.p |= {(j, place): self._binary() for place in shared if (j, place) not in self.p}

    def _costed_links(self) -> set[int]:
        if self.problem.link_cost is None:
            return set()
        links = self.problem.link_cost.tocoo()
        return set(links.row[links.data > 0].tolist())

    def _places(self, demand: int) -> dict[int, list[int]]:
        """Candidates that serve a demand, by place."""
        cover = self.problem.cover
        places: dict[int, list[int]] = defaultdict(list)
        for candidate in cover.indices[cover.indptr[demand] : cover.indptr[demand + 1]].tolist():
            places[int(self.problem.candidate_place[candidate])].append(candidate)
        return places

    def _binary(self) -> pulp.LpVariable:
        self._binaries += 1
        return self.model.add_variable(f"b{self._binaries}", 0, 1, pulp.LpInteger)


def state_programme(problem: Problem) -> Programme:
    """State the base program of a reduced problem."""
    model = pulp.LpProblem("least_cost", pulp.LpMinimize)
    programme = Programme(problem, model)
    model.setObjective(pulp.LpAffineExpression(list(total_cost(programme))))
    equations = (providers, links, monotone_service, targets, hosts_and_digs, host_cuts, arborescence, flow)
    rows = (row for equation in equations for row in equation(programme))
    for number, (terms, sense, right) in enumerate(rows):
        model.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, f"r{number}", right))
    for index, variable in enumerate(model.variables()):
        variable.index = index
    return programme


def hand_over(programme: Programme, options: Mapping[str, object]) -> Any:
    """Return the program as a ``highspy.Highs`` object, columns in the order of the variables' `index`."""
    solver = pulp.HiGHS(msg=False, **options)
    solver.createAndConfigureSolver(programme.model)
    solver.buildSolverModel(programme.model)
    return programme.model.solverModel


def pulp_version() -> str:
    """Version of PuLP, which brings CBC with it."""
    return str(pulp.__version__)


def total_cost(programme: Programme) -> Iterator[Term]:
    """Minimise Σ d_e t_e + Σ f_i x_i + Σ h_j z_jκ + Σ l_ji a_ji, κ the least that is asked of j beyond existing_j."""
    problem = programme.problem
    yield from zip(programme.t, problem.edge_cost.tolist(), strict=True)
    yield from zip(programme.x, problem.candidate_cost.tolist(), strict=True)
    seen: set[int] = set()
    for (j, _), z in programme.z.items():
        if j not in seen:
            yield z, float(problem.connection_cost[j])
            seen.add(j)
    if problem.link_cost is not None:
        yield from ((a, float(problem.link_cost[pair])) for pair, a in programme.a.items())


def providers(programme: Programme) -> Iterator[Row]:
    """(1) Σ_i x_i + Σ_P p_jP >= κ' z_jκ;   p_jP <= Σ_{i in P} x_i."""
    for (j, asked), z in programme.z.items():
        need = asked - int(programme.problem.existing_providers[j])
        terms = []
        for place, members in programme.candidates_of[j].items():
            if need > 1 and (j, place) in programme.p:
                terms.append((programme.p[j, place], 1.0))
            else:
                terms.extend((programme.x[i], 1.0) for i in members)
        yield [*terms, (z, -float(need))], GE, 0.0
    for (j, place), p in programme.p.items():
        yield [*((programme.x[i], 1.0) for i in programme.candidates_of[j][place]), (p, -1.0)], GE, 0.0


def links(programme: Programme) -> Iterator[Row]:
    """(1b) Σ_i a_ji >= κ' z_jκ;   a_ji <= x_i;   Σ_{i in P} a_ji <= 1, for demands whose links cost something."""
    linked = {j for j, _ in programme.a}
    for (j, asked), z in programme.z.items():
        if j in linked:
            need = asked - int(programme.problem.existing_providers[j])
            every = (i for members in programme.candidates_of[j].values() for i in members)
            yield [*((programme.a[j, i], 1.0) for i in every), (z, -float(need))], GE, 0.0
    for (_, i), a in programme.a.items():
        yield [(programme.x[i], 1.0), (a, -1.0)], GE, 0.0
    for j in sorted(linked):
        for members in programme.candidates_of[j].values():
            if len(members) > 1:
                yield [(programme.a[j, i], 1.0) for i in members], LE, 1.0


def monotone_service(programme: Programme) -> Iterator[Row]:
    """(1c) z_jκ <= z_jλ for λ the next smaller number asked of j."""
    for (smaller, z_smaller), (larger, z_larger) in pairwise(programme.z.items()):
        if smaller[0] == larger[0]:
            yield [(z_smaller, 1.0), (z_larger, -1.0)], GE, 0.0


def targets(programme: Programme) -> Iterator[Row]:
    """(2) Σ_{j in q} w_j z_j,κq >= required_q - existing_q, for the targets not yet reached."""
    for terms, lacking in target_terms(programme):
        whole = all(weight.is_integer() for _, weight in terms)
        yield terms, GE, float(np.ceil(lacking)) if whole else lacking


def target_terms(programme: Programme) -> Iterator[tuple[list[Term], float]]:
    """Terms of (2), and the least weight of them that counts as reaching the target."""
    coverage = Coverage(programme.problem)
    for number in np.flatnonzero(coverage.missing > 0).tolist():
        member = np.flatnonzero(coverage.member_target == number)
        asked = programme.problem.targets[number].providers
        weights = zip(coverage.member_demand[member].tolist(), coverage.member_weight[member].tolist(), strict=True)
        yield [(programme.z[j, asked], weight) for j, weight in weights], float(coverage.missing[number])


def short_targets(programme: Programme, value: Floats) -> list[Row]:
    """Rows that cut off an answer within the solver's tolerance of (2) but below it.

    If the demands that it serves do not reach a target, every plan serves one more: Σ_{j not served} z_j >= 1.
    """
    rows: list[Row] = []
    for terms, lacking in target_terms(programme):
        served = [value[z.index] > 0.5 for z, _ in terms]
        if math.fsum(weight for (_, weight), there in zip(terms, served, strict=True) if there) < lacking:
            rows.append(([(z, 1.0) for (z, _), there in zip(terms, served, strict=True) if not there], GE, 1.0))
    return rows


def hosts_and_digs(programme: Programme) -> Iterator[Row]:
    """(3) x_i <= u_v(i);   y_vw + y_wv <= t_e."""
    for x, node in zip(programme.x, programme.problem.candidate_node.tolist(), strict=True):
        if node > ROOT:
            yield [(programme.u[node], 1.0), (x, -1.0)], GE, 0.0
    used: dict[int, list[Term]] = defaultdict(list)
    for (edge, _, _), y in programme.y.items():
        used[edge].append((y, -1.0))
    for edge, terms in used.items():
        yield [(programme.t[edge], 1.0), *terms], GE, 0.0


def host_cuts(programme: Programme) -> Iterator[Row]:
    """(5) y(δ⁻(v)) >= u_v."""
    for node, u in programme.u.items():
        yield [*_each(programme.y, programme.into(node)), (u, -1.0)], GE, 0.0


def arborescence(programme: Programme) -> Iterator[Row]:
    """(6) y_vw <= y(δ⁻(v) minus wv);   y(δ⁺(v)) + u_v >= y(δ⁻(v));   y(δ⁻(v)) <= 1."""
    for node in range(1, programme.problem.existing.size):
        into, out_of = programme.into(node), programme.out_of(node)
        yield _each(programme.y, into), LE, 1.0
        host = [(programme.u[node], 1.0)] if node in programme.u else []
        yield [*_each(programme.y, out_of), *host, *_each(programme.y, into, -1.0)], GE, 0.0
        for edge, _, head in out_of:
            others = [arc for arc in into if arc[:2] != (edge, head)]
            yield [*_each(programme.y, others), (programme.y[edge, node, head], -1.0)], GE, 0.0


def flow(programme: Programme) -> Iterator[Row]:
    """(7) f(δ⁻(v)) - f(δ⁺(v)) = u_v;   f_vw <= M_v y_vw with M_v = |H| - [v in H]."""
    for node in range(1, programme.problem.existing.size):
        host = [(programme.u[node], -1.0)] if node in programme.u else []
        into, out_of = programme.into(node), programme.out_of(node)
        yield [*_each(programme.f, into), *_each(programme.f, out_of, -1.0), *host], EQ, 0.0
    for arc, f in programme.f.items():
        most = len(programme.u) - (arc[1] in programme.u)
        yield [(programme.y[arc], float(most)), (f, -1.0)], GE, 0.0


def _each(
    variables: dict[tuple[int, int, int], pulp.LpVariable], arcs: Iterable[tuple[int, int, int]], factor: float = 1.0
) -> list[Term]:
    return [(variables[arc], factor) for arc in arcs]


def read_choice(programme: Programme, value: Floats) -> Choice:
    """Choice made by the values of the variables, one value a variable index."""
    built = [i for i, x in enumerate(programme.x) if value[x.index] > 0.5]
    digs = [edge for edge, t in enumerate(programme.t) if value[t.index] > 0.5]
    wanted = np.zeros(programme.problem.existing_providers.size, dtype=np.int64)
    for (j, asked), z in programme.z.items():
        if value[z.index] > 0.5:
            wanted[j] = asked
    wanted[~costed_demands(programme.problem)] = 0
    return Choice(np.array(built, dtype=np.int64), np.array(digs, dtype=np.int64), wanted)
