"""Every row that a formulation knows or finds, and the binary points of tiny problems that stand for plans."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, combinations, product
from typing import Any
from unittest.mock import patch

import numpy as np

from gis_layers import silent
from optimise.bounds import lagrangian_bound
from optimise.compact import ROOT, Compact
from optimise.cut_heuristics import find_covered, is_enough
from optimise.cut_model import Columns
from optimise.cut_route import solve_compact
from optimise.cut_separation import CutSearch
from optimise.cut_state import SearchState
from optimise.cut_town import TownFormulation
from optimise.lessons import Lessons
from optimise.plan import Solution
from optimise.problem import Bools, Floats, Ints, Problem
from optimise.programme import EQUATIONS, flow, limits, short_rows
from optimise.programme_columns import Programme, make_columns
from optimise.rows import Rows, join_rows, no_rows
from optimise.solvers.highs_rows import IntegerLimits, LinearProgram, solve_binary
from optimise.wide_formulation import WideDesign, WideFormulation, as_rows
from optimise.wide_seeds import find_seeds

Formulation = TownFormulation | WideFormulation
SEARCH = CutSearch(1e-3, 4, 500, True)


def add_seeds(formulation: WideFormulation) -> None:
    """All that the fast engine may lend, not only what its last linear program kept: little on tiny problems."""

    def solve_and_tell_all(
        plain: Problem, compact: Compact, *, lessons: Lessons | None = None, **limits: Any
    ) -> Solution:
        solution = solve_compact(plain, compact, lessons=lessons, **limits)
        if lessons is not None:
            town = TownFormulation(compact, lagrangian_bound(compact, 30.0, deadline=math.inf, tick=lambda: None))
            every_row(town, 0)
            lessons.rows = join_rows(town.lasting)
        return solution

    state: SearchState[WideDesign] = SearchState(1e-9, math.inf, math.inf, 0, silent)
    with patch("optimise.wide_seeds.solve_compact", solve_and_tell_all):
        formulation.seeds = find_seeds(formulation, state).rows


def every_row(formulation: Formulation, seed: int) -> Rows:
    """Known rows, and cuts at random points, at optima of relaxations of several rounds and at broken plans."""
    rng = np.random.default_rng(seed)
    lower, upper, count = formulation.lower, formulation.upper, len(formulation.cost)
    rows = [formulation.strong, formulation.seeds]
    for share in (0.3, 0.6, 0.9, 1.3):
        point = np.clip(rng.random(count) * rng.choice([0.3, 1.0, share], count), lower, upper)
        rows += [formulation.cuts(point, SEARCH, seed=seed)]
        rows += [formulation.broken(np.clip(np.rint(0.8 * share * rng.random(count)), lower, upper), seed=seed)]
    added = no_rows()
    for turn in range(6):
        cost = formulation.cost * (1.0 if turn < 3 else rng.uniform(0.2, 2.0, count))
        stated = join_rows([formulation.base, added])
        whole = solve_whole(cost, lower, upper, stated)
        if whole is None:
            break
        values = relaxed(cost, lower, upper, stated)
        found = [formulation.cuts(values, SEARCH, seed=turn), formulation.broken(whole, seed=turn)]
        rows += found
        added = join_rows([added, *found])
    return join_rows(rows)


def relaxed(cost: Floats, lower: Floats, upper: Floats, rows: Rows) -> Floats:
    """Optimum of the linear relaxation."""
    answer = LinearProgram(cost, lower, upper, rows, seed=0).run(time_limit_s=math.inf, on_tick=lambda: None)
    assert answer is not None
    return answer.values


def solve_whole(
    cost: Floats, lower: Floats, upper: Floats, rows: Rows, continuous: Bools | None = None
) -> Floats | None:
    """The best binary point; None where there is none."""
    answer = solve_binary(
        cost=cost,
        lower=lower,
        upper=upper,
        rows=rows,
        start=None,
        limits=IntegerLimits(gap=0.0, time_s=math.inf, nodes=None),
        seed=0,
        on_tick=lambda bound, best: None,
        continuous=continuous,
    )
    assert answer.outcome != "stopped"
    return np.rint(answer.points[-1]) if answer.points else None


class CompleteProgram:
    """The program with flow, which needs no cuts: what is a plan is decided by it."""

    def __init__(self, problem: Problem) -> None:
        self.programme = programme = make_columns(problem, with_flow=True)
        stated = chain.from_iterable(equation(programme) for equation in (*EQUATIONS, flow))
        self.rows = as_rows(chain(stated, (limit.row() for limit in limits(programme))))
        flows = [f for layer in programme.layers for f in layer.f.values()]
        self.continuous = np.zeros(programme.columns, dtype=bool)
        self.continuous[[f.index for f in flows]] = True
        self.upper = np.ones(programme.columns)
        self.upper[[f.index for f in flows]] = [len(layer.u) for layer in programme.layers for _ in layer.f]
        self.works = works_of(programme)

    def plans(self, cost: Floats, at_most: int) -> Iterator[Floats]:
        """Points of least cost, one for each of the sets of works that share it; cost of the works' columns alone."""
        every = np.zeros(self.programme.columns)
        every[: len(cost)] = cost
        rows, best = self.rows, math.inf
        for _ in range(at_most):
            values = solve_whole(every, np.zeros(len(every)), self.upper, rows, self.continuous)
            if values is None or every @ values > best + 1e-7 * max(1.0, abs(best)):
                return
            best = min(best, float(every @ values))
            if not short_rows(self.programme, values):
                yield values
            built = values[self.works] > 0.5  # any other works: sum of those without + (1 - those with) >= 1
            factor = np.where(built, -1.0, 1.0)
            other = Rows(
                np.array([0, len(built)]), self.works, factor, np.array([1.0 - built.sum()]), np.array([np.inf])
            )
            rows = join_rows([rows, other])


def works_of(programme: Programme) -> Ints:
    """Columns of everything that is decided but the direction in which arcs are used."""
    lists = (*programme.x, *programme.t)
    columns = (programme.c, programme.z, programme.p, programme.a)
    variables = chain(chain.from_iterable(lists), chain.from_iterable(each.values() for each in columns))
    return np.sort(np.array([variable.index for variable in variables], dtype=np.int64))


def extends(formulation: WideFormulation, works: Ints, values: Floats, rows: Rows) -> bool:
    """Whether arcs can be used such that works keep every row."""
    lower, upper = formulation.lower.copy(), formulation.upper.copy()
    lower[works] = upper[works] = values[works]
    return solve_whole(np.zeros(len(lower)), lower, upper, join_rows([formulation.base, rows])) is not None


def town_plans(compact: Compact, columns: Columns, cost: Floats) -> Iterator[Floats]:
    """Every plan on a short tree (its ends are hosts): with each set of customers that is enough."""
    cover = compact.coverage
    trees = _trees(compact)
    for built in product([False, True], repeat=len(cover.price)):
        hosts = frozenset(cover.node[np.array(built, dtype=bool)].tolist()) - {ROOT}
        values = np.zeros(columns.count)
        values[columns.candidates : columns.hosts] = built
        values[columns.hosts + compact.host_of_node[list(hosts)]] = 1.0
        covered = np.flatnonzero(find_covered(cover, np.array(built)))
        for count in range(len(covered) + 1):
            for chosen in combinations(covered.tolist(), count):
                served = np.isin(np.arange(len(cover.need)), chosen)
                lower = cover.below[served]
                if not is_enough(cover, served) or not served[lower[lower >= 0]].all():
                    continue
                values[columns.customers :] = 0.0
                _serve(compact, columns, values, served, cost)
                for tree in trees.get(hosts, ()):
                    values[: columns.candidates] = tree
                    yield values


def _serve(compact: Compact, columns: Columns, values: Floats, served: Bools, cost: Floats) -> None:
    """Set the columns of customers, of their cheapest links and of places."""
    cover = compact.coverage
    values[columns.customers : columns.pairs] = served
    for customer in np.flatnonzero(served).tolist():
        pairs = np.arange(cover.cover_first[customer], cover.cover_first[customer + 1])
        pairs = pairs[values[columns.candidates + cover.cover[pairs]] > 0]
        column = columns.pair_column[pairs]
        if not compact.linked[customer]:
            place = columns.place_column[pairs]
            values[place[place >= columns.places]] = 1.0
            continue
        order = np.lexsort((column, cost[column]))
        _, first = np.unique(cover.pair_slot[pairs][order], return_index=True)
        values[column[order][np.sort(first)][: cover.need[customer]]] = 1.0


def _trees(compact: Compact) -> dict[frozenset[int], list[Floats]]:
    """Trees from the root by the hosts that they join, where every end is one of them, as arcs."""
    network = compact.network
    edges, every = len(network.tail) // 2, frozenset(compact.hosts.tolist())
    trees: dict[frozenset[int], list[Floats]] = {}
    for dug in product([False, True], repeat=edges):
        arcs, reached = np.zeros(2 * edges), {ROOT}
        for _ in range(sum(dug)):
            for arc in np.flatnonzero(np.repeat(dug, 2)).tolist():
                if network.tail[arc] in reached and network.head[arc] not in reached:
                    arcs[arc] = 1.0
                    reached.add(int(network.head[arc]))
        if arcs.sum() < sum(dug):
            continue
        ends = frozenset(reached - set(network.tail[arcs > 0].tolist()) - {ROOT})
        for count in range(len(every) + 1):
            for hosts in combinations(sorted(every & reached), count):
                if ends <= set(hosts):
                    trees.setdefault(frozenset(hosts), []).append(arcs)
    return trees
