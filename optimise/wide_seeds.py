"""What the fast engine knows of a variant: cuts and a first plan from the plain problem on the same networks."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from gis_layers import Progress
from optimise.compact import ROOT, Compact
from optimise.compaction import compact_problem
from optimise.cut_heuristics import find_design
from optimise.cut_model import lay_columns
from optimise.cut_route import solve_compact
from optimise.cut_state import SearchState
from optimise.diagnosis import reachable_weight
from optimise.lessons import Lessons
from optimise.plan import Plan, Solution
from optimise.prices import most_money
from optimise.problem import Bools, Floats, Ints, Problem
from optimise.programme import Programme
from optimise.rows import Rows, join_rows, no_rows
from optimise.wide_formulation import WideDesign, WideFormulation
from optimise.wide_network import SideBySide

_TIME_SHARE = 0.4
"""Part of the time left that the plain problem may take."""
_GAP = 0.002
_TIME_SHARE_APART, _GAP_APART = 0.1, 0.05
"""The same for the classes apart, of which only a plan is wanted."""
_HALVINGS = 8
_ROUNDING = 1e-9
_ZERO, _UNKNOWN = -1, -2
"""Columns of the plain problem that are 0 in every plan, and those that the program does not have."""


@dataclass(frozen=True)
class Seeds:
    """What is known beforehand.

    Attributes
    ----------
    rows : Rows
        Valid for the program.
    works : (columns,) bool
        Equipment and digs, of every year, of a good plan of the plain problem.
    built : tuple of (columns,) float
        Such plans without their digs, all of it done in the first year; they need not respect limits.
    """

    rows: Rows
    works: Bools
    built: tuple[Floats, ...]


def find_seeds(formulation: WideFormulation, state: SearchState[WideDesign]) -> Seeds:
    """Solve the plain problem: the digs of the last year, with several classes as one network, and no limits.

    Its cuts hold for every year, whatever is required and whatever things cost.
    """
    none = Seeds(no_rows(), np.zeros(len(formulation.cost), dtype=bool), ())
    plain = plain_problem(formulation, formulation.ground)
    if formulation.programme.problem.objective == "most_worth":
        plain = _within_budget(formulation.programme.problem, plain)
    compact = compact_problem(plain, with_digs_as_they_are=True)
    if compact is None or not len(compact.coverage.required):
        return none
    lessons = Lessons()
    solution = solve_compact(
        plain,
        compact,
        gap=max(state.gap, _GAP),
        time_limit_s=None if state.deadline == math.inf else _TIME_SHARE * state.seconds_left,
        seed=state.seed,
        node_limit=0,
        progress=_quietly(state),
        lessons=lessons,
    )
    _raise_bound(formulation, state, solution)
    years = range(formulation.programme.years)
    if formulation.programme.classes == 1:
        lent = _of_known_hosts(lessons.rows, compact, plain.candidate_node)
    else:
        lent = _cuts_alone(lessons.rows, len(compact.network.tail))
    rows = join_rows([_in_columns(lent, _column_map(formulation, compact, year)) for year in years])
    if solution.plan is None:
        return replace(none, rows=rows)
    built = [_built(formulation, solution.plan)]
    if formulation.programme.classes > 1 and (apart := _plan_apart(formulation, state)) is not None:
        built.append(_built(formulation, apart))
    return Seeds(rows, _works(formulation, solution.plan), tuple(built))


def _plan_apart(formulation: WideFormulation, state: SearchState[WideDesign]) -> Plan | None:
    """A plan in which every class keeps to its own network and pays its own digs."""
    plain = plain_problem(formulation, formulation.side)
    compact = compact_problem(plain, with_digs_as_they_are=True)
    if compact is None:
        return None
    return solve_compact(
        plain,
        compact,
        gap=_GAP_APART,
        time_limit_s=None if state.deadline == math.inf else _TIME_SHARE_APART * state.seconds_left,
        seed=state.seed,
        node_limit=0,
        progress=_quietly(state),
    ).plan


def _raise_bound(formulation: WideFormulation, state: SearchState[WideDesign], solution: Solution) -> None:
    """The plain problem is a relaxation: more networks exist, each dig has one cable, nothing else restricts."""
    problem = formulation.programme.problem
    if problem.objective == "least_cost" and solution.bound is not None:
        factor = 1.0 if problem.phases is None else float(problem.phases.factor.min())
        out_of_money = solution.bound > most_money(problem) * (1.0 + _ROUNDING) + _ROUNDING
        state.raise_bound(math.inf if out_of_money else factor * solution.bound, solution.bound_origin)


def _quietly(state: SearchState[WideDesign]) -> Progress:
    """Progress without the numbers of the plain problem, which are not those of the variant."""

    def progress(stage: str, share: float | None = None, note: str = "") -> None:
        del note
        state.progress(stage, share, "plain problem first")

    return progress


def plain_problem(formulation: WideFormulation, side: SideBySide) -> Problem:
    """The problem without its optional parts, on the networks of the last year."""
    programme = formulation.programme
    problem = programme.problem
    first = side.strips[_last_year(programme)].first_edge
    network = side.network
    shift = _node_shift(programme, side, programme.years - 1)
    tail, head = network.tail[2 * first :: 2], network.head[2 * first :: 2]
    nodes = 1 + int(network.nodes - 1) // programme.years
    candidates = range(problem.candidate_cost.size)
    node = np.array([_node(programme, side, candidate) for candidate in candidates], dtype=np.int64)
    required = [row.required for row in problem.targets]
    if problem.phases is not None:
        required = np.maximum(required, problem.phases.required.max(axis=0)).tolist()
    return Problem(
        existing=np.arange(nodes) == ROOT,
        edge_u=np.where(tail == ROOT, ROOT, tail - shift),
        edge_v=np.where(head == ROOT, ROOT, head - shift),
        edge_cost=_least_costs(formulation) if side is formulation.ground else network.cost[2 * first :: 2],
        candidate_node=np.where(node > ROOT, node - shift, node),
        candidate_cost=formulation.prices.candidate,
        candidate_place=problem.candidate_place,
        cover=problem.cover,
        existing_providers=problem.existing_providers,
        connection_cost=formulation.prices.connection,
        link_cost=formulation.prices.link,
        targets=tuple(replace(row, required=amount) for row, amount in zip(problem.targets, required, strict=True)),
    )


def _least_costs(formulation: WideFormulation) -> Floats:
    """Cost of each dig of the last year with the cheapest cable."""
    edge = formulation.ground.strips[_last_year(formulation.programme)].edge
    return np.asarray((formulation.prices.edge + formulation.prices.cable.min(axis=0))[edge])


def _last_year(programme: Programme) -> int:
    """Position of the first strip of the last year."""
    return (programme.years - 1) * programme.classes


def _node_shift(programme: Programme, side: SideBySide, year: int) -> int:
    """By how much nodes of a year are numbered higher than those of the first."""
    return year * (side.network.nodes - 1) // programme.years


def _node(programme: Programme, side: SideBySide, candidate: int) -> int:
    """Node of the last year's network at which a candidate stands; -1 without backhaul."""
    node = int(programme.problem.candidate_node[candidate])
    if node < 0:
        return -1
    strip = side.strips[_last_year(programme) + programme.class_of(candidate)]
    return int(strip.number[node])


def _within_budget(problem: Problem, plain: Problem) -> Problem:
    """The plain problem whose targets ask for the same part of what can be reached, about what the budget pays for."""
    most = math.inf if problem.budget is None else problem.budget.most
    if problem.phases is not None:
        most = min(most, float(problem.phases.budget.sum()))
    reachable = reachable_weight(plain)
    asked = np.array([row.required for row in plain.targets])

    def at(share: float) -> Problem:
        required = np.maximum(asked, share * reachable)
        return replace(
            plain,
            targets=tuple(replace(row, required=float(r)) for row, r in zip(plain.targets, required, strict=True)),
        )

    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        compact = compact_problem(at(middle), with_digs_as_they_are=True)
        design = None
        if compact is not None:
            bias = np.ones(len(compact.coverage.price))
            design = find_design(compact, length=compact.network.cost, bias=bias)
        if design is not None and design.cost <= most:
            low = middle
        else:
            high = middle
    return at(low)


def _column_map(formulation: WideFormulation, compact: Compact, year: int) -> Ints:
    """Column of the program for each column of the plain problem's formulation."""
    programme, side = formulation.programme, formulation.ground
    columns, origin = lay_columns(compact), compact.origin
    found = np.full(columns.count, _UNKNOWN, dtype=np.int64)
    first = 2 * side.strips[year * programme.classes].first_edge
    found[: columns.candidates] = side.arc_column[first : first + columns.candidates]
    x = np.array([variable.index for variable in programme.x[year]], dtype=np.int64)
    found[columns.candidates : columns.hosts] = x[origin.candidate]
    host = np.full(side.network.nodes, _UNKNOWN, dtype=np.int64)
    on_ground = formulation.hosts_on_ground()
    host[on_ground[:, 0]] = on_ground[:, 1]
    found[columns.hosts : columns.customers] = host[compact.hosts + _node_shift(programme, side, year)]
    cover = compact.coverage
    for customer, rows in enumerate(origin.customers):
        demand, providers = rows[0].tolist()
        z = programme.z.get((demand, providers, year))
        if z is not None:
            found[columns.customers + customer] = z.index
        for pair in range(cover.cover_first[customer], cover.cover_first[customer + 1]):
            column = columns.pair_column[pair]
            a = programme.a.get((demand, int(origin.candidate[cover.cover[pair]]), year))
            if a is not None and columns.pairs <= column < columns.places:
                found[column] = a.index
    return found


def _of_known_hosts(rows: Rows, compact: Compact, candidate_node: Ints) -> Rows:
    """Rows without those that let no way end at equipment for which the plain problem, unlike others, has no use."""
    unknown = np.zeros(compact.network.nodes, dtype=bool)
    unknown[candidate_node[candidate_node > ROOT]] = True
    unknown[compact.hosts] = False
    owner = np.repeat(np.arange(len(rows)), np.diff(rows.first))
    against = np.flatnonzero((rows.column < len(compact.network.tail)) & (rows.value < 0))
    wrong = against[unknown[compact.network.head[rows.column[against]]]]
    return rows.pick(np.flatnonzero(np.bincount(owner[wrong], minlength=len(rows)) == 0))


def _cuts_alone(rows: Rows, arcs: int) -> Rows:
    """Rows in which no arc counts against: cuts hold for digs crossed either way, rows on directions do not."""
    owner = np.repeat(np.arange(len(rows)), np.diff(rows.first))
    against = np.bincount(owner, (rows.column < arcs) & (rows.value < 0), len(rows))
    return rows.pick(np.flatnonzero((against == 0) & (rows.lower == 0)))


def _in_columns(rows: Rows, column_map: Ints) -> Rows:
    """Rows in other columns, without those that name an unknown one or nothing but columns that are 0."""
    column = column_map[rows.column]
    owner = np.repeat(np.arange(len(rows)), np.diff(rows.first))
    unknown, used = (np.bincount(owner, mask, len(rows)) for mask in (column == _UNKNOWN, column != _ZERO))
    known = (unknown == 0) & (used > 0)
    keep = (column != _ZERO) & known[owner]
    count = np.bincount(owner[keep], minlength=len(rows))[known]
    first = np.concatenate([[0], np.cumsum(count)])
    return Rows(first, column[keep], rows.value[keep], rows.lower[known], rows.upper[known])


def _works(formulation: WideFormulation, plan: Plan) -> Bools:
    """Columns of the equipment and digs of a plan of the plain problem, in every year."""
    programme, side = formulation.programme, formulation.side
    works = np.zeros(len(formulation.cost), dtype=bool)
    dug = formulation.ground.strips[0].edge[plan.edges]
    for year in range(programme.years):
        works[[programme.x[year][candidate].index for candidate in plan.candidates.tolist()]] = True
        works[[programme.t[year][edge].index for edge in dug.tolist()]] = True
    for strip in side.strips:
        arcs = 2 * (strip.first_edge + np.flatnonzero(np.isin(strip.edge, dug)))
        columns = np.concatenate([side.arc_column[arcs], side.arc_column[arcs + 1]])
        works[columns[columns >= 0]] = True
    laid = set(dug.tolist())
    works[[cable.index for (_, edge, _), cable in programme.c.items() if edge in laid]] = True
    return works


def _built(formulation: WideFormulation, plan: Plan) -> Floats:
    """Equipment, service and links of a plan of the plain problem, from the first year on."""
    programme = formulation.programme
    built = np.zeros(len(formulation.cost))
    providers = dict(plan.served.tolist())
    links = set(map(tuple, plan.links.tolist()))
    candidates = set(plan.candidates.tolist())
    for year in range(programme.years):
        built[[programme.x[year][candidate].index for candidate in plan.candidates.tolist()]] = 1.0
    for (demand, asked, _), z in programme.z.items():
        built[z.index] = float(providers.get(demand, 0) >= asked)
    for (demand, candidate, _), a in programme.a.items():
        built[a.index] = float((demand, candidate) in links)
    for (demand, place, _), p in programme.p.items():
        built[p.index] = float(not candidates.isdisjoint(programme.places[demand][place]))
    return built
