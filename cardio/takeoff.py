"""The take-off of a plan: every line that is paid, from the same quotes that drove the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from cardio.statement import Statement
from cardio.town import Town
from costing import Line
from optimise import Plan

Ints = npt.NDArray[np.int64]


def take_off(town: Town, statement: Statement, plan: Plan) -> tuple[Line, ...]:
    """List the lines of a plan: equipment, routes, connections.

    Their sum in cents is the plan's cost; ``run`` checks that it is.
    """
    return tuple(line for line, _ in _dated_lines(town, statement, plan))


def line_phases(town: Town, statement: Statement, plan: Plan) -> Ints:
    """(n,) phase of each line of `take_off`, from 0; what connects a demand at all is paid with its first link."""
    return np.array([phase for _, phase in _dated_lines(town, statement, plan)], dtype=np.int64)


def cents_by_work(lines: Iterable[Line]) -> dict[str, int]:
    """Sum the lines of each work, cents excl. tax."""
    cents: dict[str, int] = {}
    for line in lines:
        cents[line.work_id] = cents.get(line.work_id, 0) + line.amount_cents
    return cents


def _dated_lines(town: Town, statement: Statement, plan: Plan) -> list[tuple[Line, int]]:
    """Lines with their phase, 0 for a plan without phases."""
    lines: list[tuple[Line, int]] = []
    for candidate, phase in zip(
        plan.candidates.tolist(), _phases(plan.candidate_year, len(plan.candidates)), strict=True
    ):
        lines += [(line, phase) for line in statement.candidates.lines(candidate)]
    segments = statement.segments[plan.edges].tolist()
    for segment, phase in zip(segments, _phases(plan.edge_year, len(segments)), strict=True):
        lines += [(line, phase) for line in statement.routes.lines(segment)]
    links: dict[int, list[tuple[int, int]]] = {}
    for (demand, candidate), phase in zip(plan.links.tolist(), _phases(plan.link_year, len(plan.links)), strict=True):
        links.setdefault(demand, []).append((candidate, phase))
    names = list(town.study.services)
    for demand in plan.served[:, 0].tolist():
        name = max((n for n in names if statement.first_demand[n] <= demand), key=statement.first_demand.__getitem__)
        lines += _connection_lines(statement, name, demand - statement.first_demand[name], links.get(demand, []))
    return lines


def _connection_lines(
    statement: Statement, service: str, demand: int, links: Sequence[tuple[int, int]]
) -> list[tuple[Line, int]]:
    quotes = statement.connections[service]
    once = quotes.lines(demand, [])
    every = quotes.lines(demand, [candidate for candidate, _ in links])
    by_link = every[len(once) :]
    first = min((phase for _, phase in links), default=0)
    phases = [phase for _, phase in links][: len(by_link)]
    return [*((line, first) for line in once), *zip(by_link, phases, strict=True)]


def _phases(years: Ints, count: int) -> list[int]:
    return years.tolist() if years.size else [0] * count
