"""The program of any variant behind the `Formulation` protocol: rows from its equations, cuts on all its networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pulp

from optimise.compact import ROOT
from optimise.cut_separation import CutSearch
from optimise.prices import Prices, budget_prices, limits_years, minimised_prices, yearly_prices
from optimise.problem import Bools, Floats, Ints, Problem
from optimise.programme import limits, short_rows
from optimise.programme_columns import make_columns
from optimise.programme_costs import monotone_works, objective
from optimise.programme_network import arborescence, hosts_and_digs
from optimise.programme_network import host_cuts as entries
from optimise.programme_service import links, monotone_service, providers
from optimise.rows import Rows, join_rows, no_rows
from optimise.wide_cuts import ascent_cuts, customer_cuts, host_cuts
from optimise.wide_network import SideBySide, find_customers, lay_digs, lay_side_by_side
from optimise.wide_tree import reconnect

STATED = (providers, links, monotone_service, hosts_and_digs, entries, monotone_works)
LAZY = (arborescence,)
_BINARY_SEARCH = CutSearch(violation=0.5, nested=4, at_most=3000, every_sink=True)
_LIKELY = 0.3
"""Value from which the host of a candidate is connected by dual ascent."""
_TOLERANCE = 1e-6
_Row = tuple[list[tuple[pulp.LpVariable, float]], int, float]


@dataclass(frozen=True)
class WideDesign:
    """A plan as a point of the program.

    Attributes
    ----------
    values : (columns,) float
    cost : float
        What is minimised.
    """

    values: Floats
    cost: float


class WideFormulation:
    """Columns, rows, cuts and repair of a problem of any variant; implements `Formulation`.

    Parameters
    ----------
    problem : Problem

    Attributes
    ----------
    seeds : Rows
        Cuts known before the first relaxation.
    works : (columns,) bool
        Works of which good plans are expected: never idle.
    """

    def __init__(self, problem: Problem) -> None:
        self.programme = programme = make_columns(problem, with_flow=False)
        columns = programme.columns
        self.cost = np.zeros(columns)
        for variable, factor in objective(programme):
            self.cost[variable.index] += factor
        self.lower, self.upper = np.zeros(columns), np.ones(columns)
        limit_rows = (limit.row() for limit in limits(programme))
        self.base = as_rows(chain(chain.from_iterable(equation(programme) for equation in STATED), limit_rows))
        self.strong = as_rows(chain.from_iterable(equation(programme) for equation in LAZY))
        self.seeds = no_rows()
        self.works = np.zeros(columns, dtype=bool)
        self.prices = _digging_prices(problem)
        self.side = lay_side_by_side(programme, self.prices.edge, self.prices.cable)
        self.customers = find_customers(programme, self.side)
        self.hosts = _hosts(self.side)
        # with several classes each may use half of an arc and pay half of the dig together: cuts on the digs forbid it
        self.digs = lay_digs(programme, self.prices.edge) if programme.classes > 1 else None
        self.diggers = None if self.digs is None else find_customers(programme, self.digs)

    @property
    def ground(self) -> SideBySide:
        """Where digs are paid: the digs themselves with several classes, the network of the only one."""
        return self.side if self.digs is None else self.digs

    def hosts_on_ground(self) -> Ints:
        """(H, 2) rows (node of the ground, column of u)."""
        return _hosts(self.side, self.ground)

    def point(self, design: WideDesign) -> Floats:
        """Columns of a plan."""
        return design.values

    def nothing(self) -> WideDesign | None:
        """The plan that builds nothing, where it is one."""
        return self._design(np.zeros(len(self.cost)))

    def guided(self, values: Floats) -> Iterator[WideDesign | None]:
        """None: what is near a point of the relaxation is found by programs restricted to it."""
        yield from ()

    def cuts(self, values: Floats, search: CutSearch, *, seed: int) -> Rows:
        """Customer and host cuts, and cuts of a dual ascent to the hosts that are about to be used."""
        rng = np.random.default_rng(seed)
        parts = [
            customer_cuts(self.side, self.customers, values, search, rng),
            host_cuts(self.side, self.hosts, values, search, rng),
        ]
        if self.digs is not None and self.diggers is not None:
            parts.append(customer_cuts(self.digs, self.diggers, values, search, rng))
            parts.append(host_cuts(self.digs, self.hosts_on_ground(), values, search, rng))
        likely = self.hosts[values[self.hosts[:, 1]] > _LIKELY]
        if len(likely) and len(parts[1]):
            ascent = ascent_cuts(self.side, likely)
            parts.append(ascent.pick(np.flatnonzero(ascent.activity(values) < -search.violation)))
        return join_rows(parts)

    def idle(self, values: Floats) -> Bools:
        """(columns,) digs, arcs, cables and candidates that the point does not use."""
        programme = self.programme
        works = chain(
            chain.from_iterable(programme.x),
            chain.from_iterable(programme.t),
            programme.c.values(),
            chain.from_iterable(layer.y.values() for layer in programme.layers),
        )
        idle = np.zeros(len(values), dtype=bool)
        idle[[variable.index for variable in works]] = True
        return idle & (values < _TOLERANCE) & ~self.works

    def read(self, values: Floats) -> Iterator[WideDesign | None]:
        """The point where it is a plan, and its equipment, service and years connected by short trees."""
        yield None if len(self._unconnected(values)) else self._design(values)
        connected = reconnect(self.programme, self.side, values)
        yield None if connected is None else self._design(connected)

    def broken(self, values: Floats, *, seed: int) -> Rows:
        """Host cuts, and rows for the limits that the point only meets within the solver's tolerance."""
        cuts = self._unconnected(values, seed)
        if len(cuts):
            ascent = ascent_cuts(self.side, self.hosts[values[self.hosts[:, 1]] > 0.5])
            cuts = join_rows([cuts, ascent.pick(np.flatnonzero(ascent.activity(values) < -0.5))])
        return join_rows([cuts, as_rows(short_rows(self.programme, values))])

    def _unconnected(self, values: Floats, seed: int = 0) -> Rows:
        """Host cuts that a binary point breaks."""
        return host_cuts(self.side, self.hosts, values, _BINARY_SEARCH, np.random.default_rng(seed))

    def _design(self, values: Floats) -> WideDesign | None:
        activity = self.base.activity(values)
        room = _TOLERANCE * (1.0 + np.abs(activity))
        if (activity < self.base.lower - room).any() or (activity > self.base.upper + room).any():
            return None
        if short_rows(self.programme, values):
            return None
        return WideDesign(values, float(self.cost @ values))


def as_rows(rows: Iterator[_Row] | list[_Row]) -> Rows:
    """Rows of PuLP's terms in compressed form; rows without terms must hold and are left out."""
    first: list[int] = [0]
    column: list[int] = []
    value: list[float] = []
    lower: list[float] = []
    upper: list[float] = []
    for terms, sense, right in rows:
        if not terms:
            continue
        column.extend(variable.index for variable, _ in terms)
        value.extend(factor for _, factor in terms)
        first.append(len(column))
        lower.append(right if sense in (pulp.LpConstraintGE, pulp.LpConstraintEQ) else -np.inf)
        upper.append(right if sense in (pulp.LpConstraintLE, pulp.LpConstraintEQ) else np.inf)
    return Rows(
        np.array(first, dtype=np.int64),
        np.array(column, dtype=np.int64),
        np.array(value, dtype=np.float64),
        np.array(lower, dtype=np.float64),
        np.array(upper, dtype=np.float64),
    )


def _digging_prices(problem: Problem) -> Prices:
    """Costs by which digs are chosen: those that are minimised, or limited where worth is maximised."""
    limited = budget_prices(problem)
    if limited is None and limits_years(problem):
        limited = yearly_prices(problem)
    return minimised_prices(problem) if limited is None or problem.objective == "least_cost" else limited


def _hosts(side: SideBySide, on: SideBySide | None = None) -> Ints:
    """(H, 2) rows (node, column of u) of the hosts of all layers, nodes of `on` where it is given."""
    parts = [np.zeros((0, 2), dtype=np.int64)]
    for strip, other in zip(side.strips, (side if on is None else on).strips, strict=True):
        rows = strip.layer.host_columns()
        of_name = dict(zip(strip.layer.name.tolist(), other.number.tolist(), strict=True))
        node = np.array([of_name[name] for name in rows[:, 0].tolist()], dtype=np.int64)
        parts.append(np.column_stack([node, rows[:, 1]])[node != ROOT])
    return np.concatenate(parts)
