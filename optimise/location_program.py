"""Sites with capacities: the program of rows on the sites that a better plan may use, and its branch and bound."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from optimise.location_bound import LocationBound
from optimise.location_plan import LocationPlan, LocationProblem
from optimise.location_state import LocationSearch
from optimise.problem import Bools, Floats, Ints
from optimise.rows import Rows, join_rows
from optimise.solvers.highs_rows import IntegerLimits, LinearProgram, solve_binary

_VIOLATION = 1e-4
_ROWS_A_ROUND = 20_000
_COST_SCALE = 1e5


@dataclass(frozen=True)
class LocationProgram:
    """Columns: y of the sites left, then x of the pairs left.

    Attributes
    ----------
    sites : (S,) int
    pair_customer, pair_site : (n,) int
        `pair_site` is a position in `sites`.
    cost, lower, upper : (S + n,) float
    rows : Rows
        (1), (3), (4), and (2) only where (4) does not imply it for whole y.
    """

    sites: Ints
    pair_customer: Ints
    pair_site: Ints
    cost: Floats
    lower: Floats
    upper: Floats
    rows: Rows

    @property
    def continuous(self) -> Bools:
        """Columns that need not be whole: the shares."""
        return np.arange(len(self.cost)) >= len(self.sites)

    def broken_pairs(self, values: Floats) -> Rows:
        """Rows (2) that an answer breaks, the worst first."""
        excess = values[len(self.sites) :] - values[self.pair_site]
        broken = np.flatnonzero(excess > _VIOLATION)
        return _pair_rows(
            len(self.sites), self.pair_site, broken[np.argsort(-excess[broken], kind="stable")][:_ROWS_A_ROUND]
        )

    def open_sites(self, values: Floats) -> Ints:
        """Sites that an answer opens by more than half."""
        return self.sites[values[: len(self.sites)] > 0.5]

    def values_of(self, plan: LocationPlan) -> Floats:
        """The columns' values in a plan whose sites and pairs are all left."""
        values = np.zeros(len(self.cost))
        values[: len(self.sites)] = np.isin(self.sites, plan.sites)
        key = plan.link_customer * (int(self.sites.max(initial=0)) + 1) + plan.link_site
        share = dict(zip(key.tolist(), plan.link_share.tolist(), strict=True))
        ours = self.pair_customer * (int(self.sites.max(initial=0)) + 1) + self.sites[self.pair_site]
        values[len(self.sites) :] = [share.get(pair, 0.0) for pair in ours.tolist()]
        return values


def state_location(problem: LocationProblem, bound: LocationBound, worse: float, best: Ints) -> LocationProgram:
    """State the program without the sites whose use would cost `worse` or more; those of the best plan stay.

    Pairs all stay: the share of a customer that a better plan assigns may be as small as it likes.
    """
    room = worse - bound.value
    keep, forced = bound.open_extra <= room, bound.closed_extra > room
    keep[best] = True  # the start must fit the program
    forced &= np.isin(np.arange(len(keep)), best)
    sites = np.flatnonzero(keep)
    customers = len(problem.demand)
    customer, site = np.repeat(np.arange(customers), len(sites)), np.tile(np.arange(len(sites)), customers)
    cost = np.concatenate([problem.open_cost[sites], problem.assign_cost[customer, sites[site]]])
    return LocationProgram(
        sites=sites,
        pair_customer=customer,
        pair_site=site,
        cost=cost,
        lower=np.concatenate(
            [np.where(forced & np.isin(np.arange(len(keep)), best), 1.0, 0.0)[sites], np.zeros(len(customer))]
        ),
        upper=np.ones(len(cost)),
        rows=_base_rows(problem, sites, customer, site),
    )


def _base_rows(problem: LocationProblem, sites: Ints, customer: Ints, site: Ints) -> Rows:
    """(1), (3), (4), room for everyone, and (2) for customers that take no room."""
    shift, pairs = len(sites), np.arange(len(customer))
    room = np.zeros(shift) if problem.capacity is None else problem.capacity[sites]
    unit = np.where(room > 0, room, 1.0)  # rows in units of the site's capacity: coefficients near 1
    everywhere = np.zeros(shift, dtype=np.int64)
    parts = [
        _sum_rows(customer, shift + pairs, np.ones(len(pairs)), len(problem.demand), 1.0, 1.0),
        _sum_rows(
            np.concatenate([site, np.arange(shift)]),
            np.concatenate([shift + pairs, np.arange(shift)]),
            np.concatenate([-problem.demand[customer] / unit[site], room / unit]),
            shift,
            0.0,
            math.inf,
        ),
    ]
    if problem.count is not None:
        parts.append(_sum_rows(everywhere, np.arange(shift), np.ones(shift), 1, problem.count, problem.count))
    if problem.demand.any():
        share = np.minimum(room / problem.demand.sum(), 1.0)
        parts.append(_sum_rows(everywhere, np.arange(shift), share, 1, 1.0 - 1e-9, math.inf))
    parts.append(_pair_rows(shift, site, np.flatnonzero(problem.demand[customer] == 0)))
    return join_rows(parts)


def _pair_rows(sites: int, pair_site: Ints, pairs: Ints) -> Rows:
    """(2) y_j - x_ij >= 0 for some pairs."""
    count = len(pairs)
    return Rows(
        first=2 * np.arange(count + 1),
        column=np.column_stack([pair_site[pairs], pairs + sites]).ravel(),
        value=np.tile([1.0, -1.0], count),
        lower=np.zeros(count),
        upper=np.full(count, np.inf),
    )


def _sum_rows(label: Ints, column: Ints, value: Floats, count: int, lower: float, upper: float) -> Rows:
    """One row a label: lower <= Σ value x_column <= upper."""
    order = np.argsort(label, kind="stable")
    first = np.searchsorted(label[order], np.arange(count + 1))
    return Rows(first, column[order], value[order], np.full(count, lower), np.full(count, upper))


def solve_program(search: LocationSearch, bound: LocationBound) -> None:
    """Tighten the relaxation by the rows (2) that it breaks, then branch and bound; all results go to the search."""
    known = search.best
    if known is None:
        return
    scale = 2.0 ** round(math.log2(_COST_SCALE / known.cost)) if known.cost > 0 else 1.0
    program = state_location(search.problem, bound, search.worse, known.sites)
    linear = LinearProgram(scale * program.cost, program.lower, program.upper, program.rows, seed=search.seed)
    rows = program.rows
    while True:
        answer = linear.run(time_limit_s=max(0.0, search.deadline - time.monotonic()), on_tick=search.tick)
        if answer is None:
            return
        search.raise_bound(answer.objective / scale, "lp")
        search.offer(program.open_sites(answer.values))
        broken = program.broken_pairs(answer.values)
        if search.stopped or not len(broken):
            break
        search.cuts += len(broken)
        linear.add(broken)
        rows = join_rows([rows, broken])
    search.root_bound = search.bound
    if not search.stopped:
        _run_binary(search, program, rows, scale, known)


def _run_binary(
    search: LocationSearch, program: LocationProgram, rows: Rows, scale: float, start: LocationPlan
) -> None:
    def on_tick(bound: float, _best: float) -> None:
        if math.isfinite(bound):
            search.raise_bound(bound / scale, "mip")
        search.tick()

    gap = 0.5 * search.gap
    answer = solve_binary(
        cost=scale * program.cost,
        lower=program.lower,
        upper=program.upper,
        rows=rows,
        start=program.values_of(start),
        limits=IntegerLimits(gap=gap, time_s=max(0.0, search.deadline - time.monotonic()), nodes=None),
        seed=search.seed,
        on_tick=on_tick,
        continuous=program.continuous,
    )
    search.nodes += answer.nodes
    for values in answer.points:
        search.offer(program.open_sites(values))
    bound = answer.bound
    if answer.outcome == "infeasible":
        bound = math.inf
    elif answer.outcome == "optimal":  # HiGHS may leave an older bound where its presolve closes the gap
        reached = [scale * float(program.cost @ point) for point in (program.values_of(start), *answer.points)]
        bound = max(bound, min(reached) * (1.0 - gap))
    search.raise_bound(bound / scale, "mip")
    search.tick()
