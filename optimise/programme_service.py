"""Equations of who is served: providers, links, capacities, targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from optimise.programme_columns import Programme, members
from optimise.programme_limits import GE, LE, Limit, Row, Term


def providers(programme: Programme) -> Iterator[Row]:
    """(1) Σ_i x_i + Σ_P p_jP + Σ_i a_ji >= κ' z_jκ;   p_jP <= Σ_{i in P} x_i."""
    for (j, asked, year), z in programme.z.items():
        counted = [(provider.variable, 1.0) for provider in programme.counted(j, asked, year)]
        yield [*counted, (z, -float(programme.need(j, asked)))], GE, 0.0
    for (j, place, year), p in programme.p.items():
        yield [*((programme.x[year][i], 1.0) for i in programme.places[j][place]), (p, -1.0)], GE, 0.0


def links(programme: Programme) -> Iterator[Row]:
    """(1b) a_ji <= x_i;   Σ_{i in P} a_ji <= 1;   with phases a_ji <= z_jλ for λ the first new provider of j."""
    first = programme.first_level()
    for (j, i, year), a in programme.a.items():
        yield [(programme.x[year][i], 1.0), (a, -1.0)], GE, 0.0
        if programme.problem.phases is not None:
            yield [(programme.z[j, first[j], year], 1.0), (a, -1.0)], GE, 0.0
    linked = dict.fromkeys((j, year) for j, _, year in programme.a)
    for j, year in linked:
        for candidates in programme.places[j].values():
            if len(candidates) > 1:
                yield [(programme.a[j, i, year], 1.0) for i in candidates], LE, 1.0


def monotone_service(programme: Programme) -> Iterator[Row]:
    """(1c) z_jκ <= z_jλ for λ the next smaller number asked of j."""
    for (smaller, z_smaller), (larger, z_larger) in pairwise(programme.z.items()):
        if (smaller[0], smaller[2]) == (larger[0], larger[2]):
            yield [(z_smaller, 1.0), (z_larger, -1.0)], GE, 0.0


def targets(programme: Programme) -> Iterator[Limit]:
    """(2) Σ_{j in q} w_j z_j,κq >= required_q - existing_q, by the end of each year, where it is not reached yet."""
    asked = [row.providers for row in programme.problem.targets]
    of_target: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for number, j, weight in members(programme):
        of_target[number].append((j, weight))
    for year in range(programme.years):
        for number, least in enumerate(programme.missing[year].tolist()):
            if least > 0:
                served = [(weight, [(programme.z[j, asked[number], year], 1.0)]) for j, weight in of_target[number]]
                yield Limit(served, GE, least)


def capacities(programme: Programme) -> Iterator[Limit]:
    """(8) Σ_j load_j a_ji <= Q_i x_i, for the candidates of finite capacity."""
    capacity = programme.problem.capacity
    if capacity is None:
        return
    loads: dict[tuple[int, int], list[tuple[float, list[Term]]]] = defaultdict(list)
    for (j, i, year), a in programme.a.items():
        loads[i, year].append((float(capacity.load[j]), [(a, 1.0)]))
    for (i, year), carried in loads.items():
        if capacity.most[i] < float("inf"):
            yield Limit(carried, LE, float(capacity.most[i]), programme.x[year][i])
