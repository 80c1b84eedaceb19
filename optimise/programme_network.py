"""Equations of the networks: hosts, digs, arborescences, flow; every layer (class of backhaul, year) has its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pulp

from optimise.programme_columns import Arc, Programme
from optimise.programme_limits import EQ, GE, LE, Row, Term


def hosts_and_digs(programme: Programme) -> Iterator[Row]:
    """(3) x_i <= u_v(i);   y_vw + y_wv <= c_e <= t_e, or y_vw + y_wv <= t_e where the cable costs nothing."""
    for year, built in enumerate(programme.x):
        for candidate, x in enumerate(built):
            u = programme.host(candidate, year)
            if u is not None:
                yield [(u, 1.0), (x, -1.0)], GE, 0.0
    for layer in programme.layers:
        used: dict[int, list[Term]] = defaultdict(list)
        for (edge, _, _), y in layer.y.items():
            used[edge].append((y, -1.0))
        for edge, terms in used.items():
            yield [(programme.dug(layer.backhaul_class, edge, layer.year), 1.0), *terms], GE, 0.0
    for (_, edge, year), c in programme.c.items():
        yield [(programme.t[year][edge], 1.0), (c, -1.0)], GE, 0.0


def host_cuts(programme: Programme) -> Iterator[Row]:
    """(5) y(δ⁻(v)) >= u_v."""
    for layer in programme.layers:
        for node, u in layer.u.items():
            yield [*_each(layer.y, layer.into(node)), (u, -1.0)], GE, 0.0


def arborescence(programme: Programme) -> Iterator[Row]:
    """(6) y_vw <= y(δ⁻(v) minus wv);   y(δ⁺(v)) + u_v >= y(δ⁻(v));   y(δ⁻(v)) <= 1."""
    for layer in programme.layers:
        for node in layer.nodes():
            into, out_of = layer.into(node), layer.out_of(node)
            if not into:
                continue
            yield _each(layer.y, into), LE, 1.0
            host = [(layer.u[node], 1.0)] if node in layer.u else []
            yield [*_each(layer.y, out_of), *host, *_each(layer.y, into, -1.0)], GE, 0.0
            for edge, _, head in out_of:
                others = [arc for arc in into if arc[:2] != (edge, head)]
                yield [*_each(layer.y, others), (layer.y[edge, node, head], -1.0)], GE, 0.0


def flow(programme: Programme) -> Iterator[Row]:
    """(7) f(δ⁻(v)) - f(δ⁺(v)) = u_v;   f_vw <= M_v y_vw with M_v = |H| - [v in H]."""
    for layer in programme.layers:
        for node in layer.nodes():
            host = [(layer.u[node], -1.0)] if node in layer.u else []
            terms = [*_each(layer.f, layer.into(node)), *_each(layer.f, layer.out_of(node), -1.0), *host]
            if terms:
                yield terms, EQ, 0.0
        for arc, f in layer.f.items():
            most = len(layer.u) - (arc[1] in layer.u)
            yield [(layer.y[arc], float(most)), (f, -1.0)], GE, 0.0


def _each(variables: Mapping[Arc, pulp.LpVariable], arcs: Iterable[Arc], factor: float = 1.0) -> list[Term]:
    return [(variables[arc], factor) for arc in arcs]
