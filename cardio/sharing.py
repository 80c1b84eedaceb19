"""Who bears what of works that several share: the share of each site and service, and what a site would cost alone.

A dug metre is paid once, and the plan does not say by whom. Here the amount of a segment is split equally among the
services whose sites it connects, then equally among the sites of each service. Cents that do not divide go to the first
ones by name, so that all shares add up to the plan to the cent. With one service this is the Shapley value of the sites
on the ways of the plan (S. C. Littlechild and G. Owen, A simple expression for the Shapley value in a special case,
Management Science, 1973), with several the Owen value, services being the unions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cardio.prospects import Prospects
from cardio.takeoff import cents_by_work
from costing import Line
from optimise import Plan, carried_candidates, cheapest_ways

Ints = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]
NOBODY = ""


@dataclass(frozen=True)
class Sharing:
    """Capex of a plan by who bears it; cents excl. tax. K built sites, E planned segments, in the order of the plan.

    Attributes
    ----------
    share_cents : (K,) int
        Own price and part of the routes. With `unused_cents` they add up to sites and routes of the plan.
    standalone_cents : (K,) int
        Own price and the cheapest way to the existing network, were the site built alone: its routes would be shared
        with nobody. A single share may exceed it, where a site goes a longer way so that another can share it. The
        shares of a plan proven of least capex do not exceed it together, since the cheapest ways of all its sites make
        a plan too; unless the study keeps works, or limits what a year may spend.
    route_shares : list of str
        For each segment what each service bears, ``public_wifi 412.50; fibre_access 412.50``; empty where it carries
        nothing.
    by_service : DataFrame
        service, sites_eur, routes_eur, connections_eur, total_eur: one row a service in the order of the study, and one
        of service ``""`` where kept routes carry nothing. Adds up to the capex.
    unused_cents : int
        Routes that carry nothing: the study keeps them.
    """

    share_cents: Ints
    standalone_cents: Ints
    route_shares: list[str]
    by_service: pd.DataFrame
    unused_cents: int


def share_costs(prospects: Prospects, plan: Plan, lines: Sequence[Line]) -> Sharing:
    """Split the capex of a plan among its sites and services."""
    opportunities, statement = prospects.opportunities, prospects.statement
    services = sorted(prospects.town.study.services)
    works = opportunities.candidates.work_id[plan.candidates]
    code = np.array([services.index(option.service) for option in opportunities.options], dtype=np.int64)
    service: Ints = code[opportunities.candidates.option[plan.candidates]]
    cents = cents_by_work(lines)
    own = _cents_of(cents, works)
    routes = _cents_of(cents, opportunities.routes.segment_id[statement.segments[plan.edges]])
    edge, site = (index.astype(np.int64) for index in carried_candidates(statement.problem, plan).nonzero())
    parts = split_routes(routes, edge, site, service, rank=np.argsort(np.argsort(works)))
    return Sharing(
        share_cents=own + parts.of_site,
        standalone_cents=own + _ways_alone_cents(prospects, plan),
        route_shares=_route_words(parts, services, len(routes)),
        by_service=_by_service(prospects, lines, [int(own[service == at].sum()) for at in range(len(services))], parts),
        unused_cents=parts.unused,
    )


def rows_by_service(shares: pd.DataFrame) -> list[dict[str, Any]]:
    """Capex by service for summary.json; of service null what the routes cost that carry nothing."""
    names = {"sites_eur": "sites", "routes_eur": "routes", "connections_eur": "connections", "total_eur": "total"}
    rows: list[dict[str, Any]] = shares.rename(columns=names).to_dict("records")
    return [{**row, "service": row["service"] or None} for row in rows]


@dataclass(frozen=True)
class Parts:
    """How amounts of segments are split. P pairs of a segment and a service that it carries.

    Attributes
    ----------
    of_site : (K,) int
        Of all segments, cents.
    edge, service, cents : (P,) int
        What each service bears of each segment, by segment, then by service.
    unused : int
        Of segments that carry nothing, cents.
    """

    of_site: Ints
    edge: Ints
    service: Ints
    cents: Ints
    unused: int


def split_routes(amount: Ints, edge: Ints, site: Ints, service: Ints, rank: Ints) -> Parts:
    """Split each segment equally among the services that it carries, then equally among the sites of each.

    Parameters
    ----------
    amount : (E,) int
        Of each segment, cents.
    edge, site : (n,) int
        Pairs: the segment carries the site.
    service, rank : (K,) int
        Service of each site, and its place in the order in which cents left over are given.
    """
    sorting = np.lexsort((rank[site], service[site], edge))
    edge, site = edge[sorting], site[sorting]
    services = int(service.max(initial=0)) + 1
    pairs, of_pair = np.unique(edge * services + service[site], return_inverse=True)
    pair_edge, pair_service = np.divmod(pairs, services)
    pair_cents = split_equally(amount, pair_edge)
    of_site = np.zeros(len(service), dtype=np.int64)
    np.add.at(of_site, site, split_equally(pair_cents, of_pair))
    return Parts(of_site, pair_edge, pair_service, pair_cents, int(amount.sum() - pair_cents.sum()))


def split_equally(amount: Ints, of: Ints) -> Ints:
    """(n,) parts of amounts: equal but for the cents left over, which go to the first ones.

    Parameters
    ----------
    amount : (A,) int
        Cents, not negative.
    of : (n,) int
        Amount of which each is a part, increasing.
    """
    count = np.bincount(of, minlength=len(amount))
    place = np.arange(len(of)) - (np.cumsum(count) - count)[of]
    each, left = np.divmod(amount[of], count[of])
    parts: Ints = each + (place < left)
    return parts


def _ways_alone_cents(prospects: Prospects, plan: Plan) -> Ints:
    """(K,) capex of the cheapest way from each built site to the existing network; 0 for those that need none."""
    statement = prospects.statement
    cost = statement.routes.cost_cents[statement.segments].astype(np.float64)
    ways = cheapest_ways(statement.problem, cost, prospects.variant.edge_of)
    node = statement.problem.candidate_node[plan.candidates]
    return np.where(node >= 0, ways[np.maximum(node, 0)], 0.0).astype(np.int64)


def _cents_of(cents: dict[str, int], works: Objects) -> Ints:
    return np.array([cents.get(work, 0) for work in works.tolist()], dtype=np.int64)


def _route_words(parts: Parts, names: Sequence[str], segments: int) -> list[str]:
    words: list[list[str]] = [[] for _ in range(segments)]
    for edge, service, cents in zip(parts.edge.tolist(), parts.service.tolist(), parts.cents.tolist(), strict=True):
        words[edge].append(f"{names[service]} {cents / 100:.2f}")
    return ["; ".join(said) for said in words]


def _by_service(prospects: Prospects, lines: Sequence[Line], sites_cents: Sequence[int], parts: Parts) -> pd.DataFrame:
    """Sum what each service bears; `sites_cents` and `parts` count services in the order of their names."""
    names = list(prospects.town.study.services)
    connections = dict.fromkeys(names, 0)
    for line in lines:
        if line.kind == "connection":
            connections[line.work_id.split("/", maxsplit=1)[0]] += line.amount_cents
    rows = []
    for name in names:
        at = sorted(names).index(name)
        rows.append((name, sites_cents[at], int(parts.cents[parts.service == at].sum()), connections[name]))
    if parts.unused:
        rows.append((NOBODY, 0, parts.unused, 0))
    return pd.DataFrame(
        [(name, *(cents / 100 for cents in row), sum(row) / 100) for name, *row in rows],
        columns=["service", "sites_eur", "routes_eur", "connections_eur", "total_eur"],
    )
