"""The columns of the integer program: what can be decided, by year and class of backhaul."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pulp

from optimise.coverage import existing_weight, target_tolerance
from optimise.prices import every_price, existing_worth, linked_demands
from optimise.problem import Bools, Floats, Ints, Problem
from optimise.programme_limits import Limit

Arc = tuple[int, int, int]  # edge, tail, head
ROOT = -1
NAME_DIGITS = 8  # PuLP orders columns by name


@dataclass
class Layer:
    """The network of one class of backhaul in one year, what exists of it contracted into `ROOT`.

    Attributes
    ----------
    backhaul_class, year : int
    name : (N + 1,) int
        Node after the contraction; the last entry, `ROOT`, is where candidates without backhaul (node -1) stand.
    y, f : dict (edge, tail, head) -> variable
        Every arc that does not enter the root; `f` is empty in a program without flow.
    u : dict node -> variable
        Nodes other than the root at which a candidate of the class can stand.
    """

    backhaul_class: int
    year: int
    name: Ints
    y: dict[Arc, pulp.LpVariable] = field(default_factory=dict)
    f: dict[Arc, pulp.LpVariable] = field(default_factory=dict)
    u: dict[int, pulp.LpVariable] = field(default_factory=dict)
    _into: dict[int, list[Arc]] = field(default_factory=lambda: defaultdict(list))
    _out_of: dict[int, list[Arc]] = field(default_factory=lambda: defaultdict(list))

    def add_arc(self, arc: Arc, y: pulp.LpVariable) -> None:
        """Take up an arc with its column."""
        self._out_of[arc[1]].append(arc)
        self._into[arc[2]].append(arc)
        self.y[arc] = y

    def nodes(self) -> list[int]:
        """Nodes other than the root, increasing."""
        nodes: list[int] = np.unique(self.name[self.name != ROOT]).tolist()
        return nodes

    def into(self, node: int) -> list[Arc]:
        """Arcs that enter a node."""
        return self._into.get(node, [])

    def out_of(self, node: int) -> list[Arc]:
        """Arcs that leave a node."""
        return self._out_of.get(node, [])

    def arc_columns(self) -> Ints:
        """(n, 4) rows (edge, tail, head, column of y), the root as `ROOT`."""
        rows = [(*arc, y.index) for arc, y in self.y.items()]
        return np.array(rows, dtype=np.int64).reshape(-1, 4)

    def host_columns(self) -> Ints:
        """(n, 2) rows (node, column of u)."""
        return np.array([(node, u.index) for node, u in self.u.items()], dtype=np.int64).reshape(-1, 2)


@dataclass(frozen=True)
class Provider:
    """What counts as one provider of a demand.

    Attributes
    ----------
    variable : pulp.LpVariable
        x of a candidate, p of a place or a of a link.
    candidates : tuple of int
        One of them must be built for it.
    """

    variable: pulp.LpVariable
    candidates: tuple[int, ...]


@dataclass
class Programme:
    """The model and its variables. Every variable's `index` is its column; years count from 0, one without phases.

    Attributes
    ----------
    problem : Problem
    model : pulp.LpProblem
        Always minimised: cost, or minus the worth of what is newly served.
    constant : float
        Worth = `constant` - objective; 0 for least cost.
    years, classes : int
    layers : list of Layer
        One a class and year; `layer` finds it.
    x, t : list by year of lists by candidate and edge
    c : dict (class, edge, year) -> variable
        Only where the cable costs something.
    z : dict (demand, providers, year) -> variable
        Ordered by year, demand, providers.
    p : dict (demand, place, year) -> variable
    a : dict (demand, candidate, year) -> variable
    places : dict demand -> dict place -> candidates
        What can serve the demands of `z`.
    missing : (Y, T) float
        Least new weight that counts as reaching each target by the end of each year.
    columns : int
        How many there are.
    limits : list of Limit
        The rows that hold in exact arithmetic.
    """

    problem: Problem
    model: pulp.LpProblem
    constant: float
    years: int
    classes: int
    missing: Floats
    layers: list[Layer] = field(default_factory=list)
    x: list[list[pulp.LpVariable]] = field(default_factory=list)
    t: list[list[pulp.LpVariable]] = field(default_factory=list)
    c: dict[tuple[int, int, int], pulp.LpVariable] = field(default_factory=dict)
    z: dict[tuple[int, int, int], pulp.LpVariable] = field(default_factory=dict)
    p: dict[tuple[int, int, int], pulp.LpVariable] = field(default_factory=dict)
    a: dict[tuple[int, int, int], pulp.LpVariable] = field(default_factory=dict)
    places: dict[int, dict[int, list[int]]] = field(default_factory=dict)
    columns: int = 0
    limits: list[Limit] = field(default_factory=list)

    def layer(self, backhaul_class: int, year: int) -> Layer:
        """Return the network of a class in a year."""
        return self.layers[year * self.classes + backhaul_class]

    def class_of(self, candidate: int) -> int:
        """Class of backhaul of a candidate; 0 without classes."""
        backhaul = self.problem.backhaul
        return 0 if backhaul is None else int(backhaul.candidate_class[candidate])

    def host(self, candidate: int, year: int) -> pulp.LpVariable | None:
        """The variable u of the node that hosts a candidate; None where it needs no dig."""
        node = int(self.problem.candidate_node[candidate])
        if node < 0:
            return None
        layer = self.layer(self.class_of(candidate), year)
        return layer.u.get(int(layer.name[node]))

    def dug(self, backhaul_class: int, edge: int, year: int) -> pulp.LpVariable:
        """What an arc of a class needs: the cable where it costs something, else the dig."""
        return self.c.get((backhaul_class, edge, year), self.t[year][edge])

    def need(self, demand: int, providers: int) -> int:
        """New places that a demand needs."""
        return providers - int(self.problem.existing_providers[demand])

    def counted(self, demand: int, providers: int, year: int) -> list[Provider]:
        """What adds up to the new providers of a demand: links, else places, else candidates."""
        counted = []
        for place, members in self.places[demand].items():
            if (demand, members[0], year) in self.a:
                counted += [Provider(self.a[demand, i, year], (i,)) for i in members]
            elif self.need(demand, providers) > 1 and (demand, place, year) in self.p:
                counted.append(Provider(self.p[demand, place, year], tuple(members)))
            else:
                counted += [Provider(self.x[year][i], (i,)) for i in members]
        return counted

    def first_level(self) -> dict[int, int]:
        """Least number of providers in `z` of each demand."""
        levels: dict[int, int] = {}
        for demand, providers, _ in self.z:
            levels[demand] = min(providers, levels.get(demand, providers))
        return levels

    def binary(self) -> pulp.LpVariable:
        """Add a binary column with an ordinal name."""
        return self._indexed(self.model.add_variable(f"b{self.columns:0{NAME_DIGITS}}", 0, 1, pulp.LpInteger))

    def amount(self, most: float) -> pulp.LpVariable:
        """Add a continuous column from 0 with an ordinal name; after all binary ones, as PuLP orders them."""
        return self._indexed(self.model.add_variable(f"f{self.columns:0{NAME_DIGITS}}", 0, most))

    def _indexed(self, variable: pulp.LpVariable) -> pulp.LpVariable:
        variable.index = self.columns
        self.columns += 1
        return variable


def make_columns(problem: Problem, *, with_flow: bool) -> Programme:
    """State every column of the program of a problem."""
    years = 1 if problem.phases is None else problem.phases.budget.size
    classes = 1 if problem.backhaul is None else len(problem.backhaul.existing)
    most_worth = problem.objective == "most_worth"
    programme = Programme(
        problem=problem,
        model=pulp.LpProblem(problem.objective, pulp.LpMinimize),
        constant=existing_worth(problem) if most_worth else 0.0,
        years=years,
        classes=classes,
        missing=_missing(problem, years),
    )
    for year in range(years):
        programme.x.append([programme.binary() for _ in range(problem.candidate_cost.size)])
        programme.t.append([programme.binary() for _ in range(problem.edge_cost.size)])
        for backhaul_class in range(classes):
            programme.layers.append(_layer(programme, backhaul_class, year))
    _add_cables(programme)
    _add_service(programme)
    if with_flow:
        for layer in programme.layers:
            layer.f = {arc: programme.amount(len(layer.u)) for arc in layer.y}
    return programme


def _missing(problem: Problem, years: int) -> Floats:
    required = np.full((years, len(problem.targets)), -np.inf)
    required[-1] = [row.required for row in problem.targets]
    if problem.phases is not None:
        required = np.maximum(required, problem.phases.required)
    tolerance = np.array([target_tolerance(row.weight) for row in problem.targets])
    return np.asarray(required - tolerance - existing_weight(problem), dtype=np.float64)


def _layer(programme: Programme, backhaul_class: int, year: int) -> Layer:
    problem = programme.problem
    existing = problem.existing if problem.backhaul is None else problem.backhaul.existing[backhaul_class]
    name = np.append(np.where(existing, ROOT, np.arange(existing.size)), ROOT)
    layer = Layer(backhaul_class, year, name)
    candidates = range(problem.candidate_node.size)
    own = [candidate for candidate in candidates if programme.class_of(candidate) == backhaul_class]
    hosts = np.unique(name[problem.candidate_node[own]])
    layer.u = {node: programme.binary() for node in hosts[hosts != ROOT].tolist()}
    for edge, (v, w) in enumerate(zip(name[problem.edge_u].tolist(), name[problem.edge_v].tolist(), strict=True)):
        for tail, head in ((v, w), (w, v)):
            if head not in (ROOT, tail):
                layer.add_arc((edge, tail, head), programme.binary())
    return layer


def _add_cables(programme: Programme) -> None:
    if programme.problem.backhaul is None:
        return
    costed = np.any([prices.cable > 0 for prices in every_price(programme.problem)], axis=0)
    for year in range(programme.years):
        for backhaul_class, edge in np.argwhere(costed).tolist():
            programme.c[backhaul_class, edge, year] = programme.binary()


def _add_service(programme: Programme) -> None:
    levels = sorted(_levels(programme))
    linked = linked_demands(programme.problem)
    programme.places = {demand: _places(programme.problem, demand) for demand, _ in levels}
    for year in range(programme.years):
        programme.z |= {(demand, providers, year): programme.binary() for demand, providers in levels}
        for demand, providers in levels:
            places = programme.places[demand]
            if linked[demand]:
                keys = [(demand, i, year) for i in chain.from_iterable(places.values())]
                programme.a |= {key: programme.binary() for key in keys if key not in programme.a}
            elif programme.need(demand, providers) > 1:
                keys = [(demand, place, year) for place, members in places.items() if len(members) > 1]
                programme.p |= {key: programme.binary() for key in keys if key not in programme.p}


def _levels(programme: Programme) -> set[tuple[int, int]]:
    """(demand, providers) that matter to a target; with phases the first new provider too, which is connected then."""
    levels = set()
    for number, demand, _ in members(programme):
        levels.add((demand, programme.problem.targets[number].providers))
        if programme.problem.phases is not None:
            levels.add((demand, int(programme.problem.existing_providers[demand]) + 1))
    return levels


def members(programme: Programme) -> Iterator[tuple[int, int, float]]:
    """(target, demand, weight) of what a plan may newly serve, of targets that lack weight or are worth something."""
    problem = programme.problem
    for number, row in enumerate(problem.targets):
        if matters(programme, number):
            kept: Bools = (problem.existing_providers[row.demand] < row.providers) & (row.weight > 0)
            for demand, weight in zip(row.demand[kept].tolist(), row.weight[kept].tolist(), strict=True):
                yield number, demand, weight


def matters(programme: Programme, target: int) -> bool:
    """Whether a target lacks weight in some year or is worth something."""
    worth = programme.problem.worth
    return bool((programme.missing[:, target] > 0).any()) or (worth is not None and worth.per_weight[target] > 0)


def _places(problem: Problem, demand: int) -> dict[int, list[int]]:
    """Candidates that serve a demand, by place."""
    start, end = problem.cover.indptr[demand : demand + 2]
    places: dict[int, list[int]] = defaultdict(list)
    for candidate, covers in zip(problem.cover.indices[start:end], problem.cover.data[start:end], strict=True):
        if covers:
            places[int(problem.candidate_place[candidate])].append(int(candidate))
    return dict(places)
