"""The formulation of a town: a `Compact` problem behind the `Formulation` protocol."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimise.bounds import DualBound
from optimise.compact import Compact
from optimise.cut_heuristics import Design, find_covered, find_design, is_enough, make_design
from optimise.cut_knapsack import find_knapsack_cuts
from optimise.cut_model import (
    Columns,
    base_rows,
    column_bounds,
    column_costs,
    column_values,
    lay_columns,
    strong_rows,
)
from optimise.cut_separation import CutSearch, cut_rows, find_cuts, find_host_cuts, terminal_cuts
from optimise.problem import Floats, Ints
from optimise.rows import Rows, first_of_each, join_rows, no_rows

_BINARY_SEARCH = CutSearch(violation=0.5, nested=4, at_most=3000, every_sink=True)


class TownFormulation:
    """Columns, rows, cuts and heuristics of a compact problem; implements `Formulation`.

    Parameters
    ----------
    compact : Compact
    dual : DualBound
        Its cuts are the seeds.
    carried : Rows, optional
        Rows known from other requirements: then they are the seeds, and the cuts of `dual` wait until violated.

    Attributes
    ----------
    lasting : list of Rows
        Every row known so far that holds whatever the targets require.
    """

    def __init__(self, compact: Compact, dual: DualBound, carried: Rows | None = None) -> None:
        self.compact = compact
        self.columns = lay_columns(compact)
        self.cost = column_costs(compact, self.columns)
        self.lower, self.upper = column_bounds(compact, self.columns)
        self.base = base_rows(compact, self.columns)
        self.strong = strong_rows(compact, self.columns)
        self.seeds = seed_rows(compact, self.columns, dual)
        if carried is not None and len(carried):
            self.strong, self.seeds = join_rows([self.strong, self.seeds]), carried
        self.lasting = [self.strong, self.seeds]

    def point(self, design: Design) -> Floats:
        """Columns of a plan."""
        return column_values(self.compact, self.columns, design)

    def guided(self, values: Floats) -> Iterator[Design | None]:
        """Plans that grow where the relaxation digs and builds."""
        columns = self.columns
        dug = np.minimum(values[0 : columns.candidates : 2] + values[1 : columns.candidates : 2], 1.0)
        for discount, floor in ((0.95, 0.05), (0.7, 0.2)):
            length = self.compact.network.cost * np.repeat(1.0 - discount * dug, 2)
            bias = floor + values[columns.candidates : columns.hosts]
            yield find_design(self.compact, length=length, bias=bias)

    def cuts(self, values: Floats, search: CutSearch, *, seed: int) -> Rows:
        """Customer, host and knapsack cuts."""
        cuts = find_cuts(self.compact, self.columns, values, search, seed=seed)
        self.lasting.append(cuts)
        return join_rows([cuts, find_knapsack_cuts(self.compact, self.columns, values)])

    def read(self, values: Floats) -> Iterator[Design | None]:
        """Plans on the candidates that the point builds, and with more where they do not suffice."""
        compact, columns = self.compact, self.columns
        built = values[columns.candidates : columns.hosts] > 0.5
        dug = values[0 : columns.candidates : 2] + values[1 : columns.candidates : 2] > 0.5
        length = compact.network.cost * np.repeat(np.where(dug, 1e-6, 1.0), 2)
        yield make_design(compact, built, length, self._served(values))
        yield find_design(compact, length=length, bias=np.ones(len(built)), built=built)

    def broken(self, values: Floats, *, seed: int) -> Rows:
        """Host cuts, cuts of a dual ascent to the hosts, and the row that more customers are needed."""
        compact, columns = self.compact, self.columns
        cuts = find_host_cuts(compact, columns, values, _BINARY_SEARCH, rng=np.random.default_rng(seed))
        if len(cuts):
            ascent = terminal_cuts(compact, columns, values[columns.candidates : columns.hosts] > 0.5)
            cuts = join_rows([cuts, ascent.pick(np.flatnonzero(ascent.activity(values) <= 0.0))])
            self.lasting.append(cuts)
        served = self._served(values)
        if is_enough(compact.coverage, served):
            return cuts
        return join_rows([cuts, _someone_else(np.flatnonzero(~served) + columns.customers)])

    def _served(self, values: Floats) -> np.ndarray:
        """Customers that the point serves and covers."""
        columns = self.columns
        covered = find_covered(self.compact.coverage, values[columns.candidates : columns.hosts] > 0.5)
        return np.asarray(covered & (values[columns.customers : columns.pairs] > 0.5))


def seed_rows(compact: Compact, columns: Columns, seeds: DualBound) -> Rows:
    """Cuts of the dual ascent as rows, each once, without those that are cover rows."""
    arcs = len(compact.network.tail)
    column_of_arc = np.concatenate([np.arange(arcs + len(compact.coverage.price)), columns.pair_column])
    parts = [(seeds.cut_first, column_of_arc[seeds.cut_arc])]
    rows = cut_rows(parts, columns.customers + seeds.cut_customer, seeds.cut_value)
    rows = rows.pick(np.flatnonzero(np.minimum.reduceat(rows.column, rows.first[:-1]) < arcs))
    return rows.pick(first_of_each(rows))


def designs_on_duals(compact: Compact, duals: DualBound) -> Iterator[Design | None]:
    """Plans where dual ascent raised cuts: those arcs are worth their cost to somebody."""
    network = compact.network
    raised = duals.cut_arc[duals.cut_arc < len(network.tail)] // 2
    paid = np.zeros(len(network.tail) // 2, dtype=bool)
    paid[raised] = True
    for discount in (0.5, 0.2):
        length = network.cost * np.repeat(np.where(paid, discount, 1.0), 2)
        yield find_design(compact, length=length, bias=np.ones(len(compact.coverage.price)))


def _someone_else(columns: Ints) -> Rows:
    """Those served do not suffice: someone else must be. sum z_j >= 1 over the others."""
    if not len(columns):
        return no_rows()
    count = len(columns)
    return Rows(np.array([0, count]), columns, np.ones(count), np.ones(1), np.full(1, np.inf))
