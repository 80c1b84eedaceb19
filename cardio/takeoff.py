"""The take-off of a plan: every line that is paid, from the same quotes that drove the program."""

from __future__ import annotations

from cardio.statement import Statement
from cardio.town import Town
from costing import Line
from optimise import Plan


def take_off(town: Town, statement: Statement, plan: Plan) -> tuple[Line, ...]:
    """List the lines of a plan: equipment, routes, connections.

    Their sum in cents is the plan's cost; ``run`` checks that it is.
    """
    lines: list[Line] = []
    for candidate in plan.candidates.tolist():
        lines += statement.candidates.lines(candidate)
    for edge in statement.segments[plan.edges].tolist():
        lines += statement.routes.lines(edge)
    links: dict[int, list[int]] = {}
    for demand, candidate in plan.links.tolist():
        links.setdefault(demand, []).append(candidate)
    names = list(town.study.services)
    for demand in plan.served[:, 0].tolist():
        name = max((n for n in names if statement.first_demand[n] <= demand), key=statement.first_demand.__getitem__)
        own = demand - statement.first_demand[name]
        lines += statement.connections[name].lines(own, links.get(demand, []))
    return tuple(lines)
