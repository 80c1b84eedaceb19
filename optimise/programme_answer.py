"""What a solved program says: a choice of a plain problem, a schedule of any."""

from __future__ import annotations

import numpy as np
import pulp

from optimise.assembly import Choice
from optimise.coverage import costed_demands
from optimise.problem import Floats, Ints
from optimise.programme_columns import Programme
from optimise.schedule import Schedule


def read_choice(programme: Programme, value: Floats) -> Choice:
    """Choice made by the values of the variables, one value a variable index, in a problem without variants."""
    wanted = np.zeros(programme.problem.existing_providers.size, dtype=np.int64)
    for (j, asked, _), z in programme.z.items():
        if value[z.index] > 0.5:
            wanted[j] = asked
    wanted[~costed_demands(programme.problem)] = 0
    built, dug = (_values(columns[0], value) for columns in (programme.x, programme.t))
    return Choice(np.flatnonzero(built > 0.5), np.flatnonzero(dug > 0.5), wanted)


def read_schedule(programme: Programme, value: Floats) -> Schedule:
    """Schedule made by the values of the variables, one value a variable index."""
    edge_year = _first_years(programme.t, value)
    wanted = np.zeros((programme.years, programme.problem.existing_providers.size), dtype=np.int64)
    for (j, asked, year), z in programme.z.items():
        if value[z.index] > 0.5:
            wanted[year, j] = programme.need(j, asked)
    linked: dict[tuple[int, int], int] = {}
    for (j, i, year), a in programme.a.items():
        if value[a.index] > 0.5:
            linked.setdefault((j, i), year)
    return Schedule(
        candidate_year=_first_years(programme.x, value),
        edge_year=edge_year,
        cable_year=edge_year[None] if programme.problem.backhaul is None else _cable_years(programme, value),
        wanted=wanted,
        links=np.array(list(linked), dtype=np.int64).reshape(-1, 2),
        link_year=np.array(list(linked.values()), dtype=np.int64),
    )


def _cable_years(programme: Programme, value: Floats) -> Ints:
    """(B, E) first year of the cable, or of an arc where the cable costs nothing."""
    never = programme.years
    years = np.full((programme.classes, programme.problem.edge_cost.size), never, dtype=np.int64)
    for layer in reversed(programme.layers):
        for (edge, _, _), y in layer.y.items():
            if value[y.index] > 0.5:
                years[layer.backhaul_class, edge] = layer.year
    for (backhaul_class, edge, year), c in reversed(programme.c.items()):
        if value[c.index] > 0.5:
            years[backhaul_class, edge] = min(year, years[backhaul_class, edge])
    return years


def _first_years(columns: list[list[pulp.LpVariable]], value: Floats) -> Ints:
    """First year in which each work is there; the number of years where there is none."""
    there = np.array([_values(year, value) > 0.5 for year in columns])
    return np.where(there.any(axis=0), there.argmax(axis=0), len(columns)).astype(np.int64)


def _values(columns: list[pulp.LpVariable], value: Floats) -> Floats:
    return np.array([value[column.index] for column in columns], dtype=np.float64)
