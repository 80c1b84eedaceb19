"""Sites and routes of several plans, with which plans have each of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from cardio.explain import NOISE_CENTS
from cardio.prospects import Prospects
from optimise import NearOptimal, Plan, SharedWork

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
PLAN_COLUMN = "plan_{}"
"""Columns of the plans: plan_0 is the study's own, plan_1 the first alternative."""


@dataclass(frozen=True)
class WorksOfPlans:
    """Every site and route of any of the plans.

    Attributes
    ----------
    sites, routes : GeoDataFrame
        id, option or method, street, length_m (routes), cost_eur, one bool column a plan, plans (how many have it),
        no_regret (``proven``, ``all found`` or empty).
    no_regret : list of dict
        Works that all plans found share, dearest first.
    site_eur, route_eur : (P, n) float
        What each work costs in each plan, at the factor of the year in which that plan builds it; 0 where it does not.
    """

    sites: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    no_regret: list[dict[str, Any]]
    site_eur: Floats
    route_eur: Floats

    def differences(self, number: int) -> list[dict[str, Any]]:
        """What a plan has and the study's own has not, and the other way round, by option and by method."""
        rows = []
        for kind, what, frame, eur in (
            ("site", "option", self.sites, self.site_eur),
            ("route", "method", self.routes, self.route_eur),
        ):
            mine, own = frame[PLAN_COLUMN.format(number)], frame[PLAN_COLUMN.format(0)]
            for name in sorted(frame[what].unique()):
                of = frame[what] == name
                more, less = frame[of & mine & ~own], frame[of & own & ~mine]
                more, less = more.assign(cost_eur=eur[number][more.index]), less.assign(cost_eur=eur[0][less.index])
                if len(more) or len(less):
                    rows.append({"kind": kind, "name": name, **_sums("more", more), **_sums("less", less)})
        return rows


def _sums(which: str, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    return {
        f"{which}_count": len(frame),
        f"{which}_m": round(float(frame["length_m"].sum()), 2) if "length_m" in frame else None,
        f"{which}_eur": round(float(frame["cost_eur"].sum()), 2),
    }


def gather_works(prospects: Prospects, near: NearOptimal) -> WorksOfPlans:
    """List what any of the plans builds, and the works of no regret."""
    plans = [near.best, *(alternative.plan for alternative in near.alternatives)]
    proof: dict[tuple[str, int], str] = {(work.kind, work.index): work.proof.replace("_", " ") for work in near.shared}
    sites, routes = site_rows(prospects, plans, proof), route_rows(prospects, plans, proof)
    no_regret = [_no_regret_row(prospects, work) for work in near.shared]
    return WorksOfPlans(sites, routes, no_regret, _site_eur(prospects, plans), _route_eur(prospects, plans))


def site_rows(prospects: Prospects, plans: Sequence[Plan], proof: Mapping[tuple[str, int], str]) -> gpd.GeoDataFrame:
    """Sites of any of the plans, as `WorksOfPlans` has them; `proof` by kind and index."""
    candidates, options = prospects.opportunities.candidates, prospects.opportunities.options
    built = np.unique(np.concatenate([plan.candidates for plan in plans])).astype(np.int64)
    return gpd.GeoDataFrame(
        {
            "id": candidates.work_id[built].astype(str),
            "option": [options[number].name for number in candidates.option[built].tolist()],
            "cost_eur": _first(_site_eur(prospects, plans)),
            **_membership([plan.candidates for plan in plans], built),
            "no_regret": [proof.get(("candidate", index), "") for index in built.tolist()],
        },
        geometry=shapely.points(candidates.places.xy[candidates.place[built]].reshape(-1, 2)),
        crs=prospects.town.study.crs,
    )


def route_rows(prospects: Prospects, plans: Sequence[Plan], proof: Mapping[tuple[str, int], str]) -> gpd.GeoDataFrame:
    """Routes of any of the plans, as `WorksOfPlans` has them; `proof` by kind and index."""
    routes, statement = prospects.opportunities.routes, prospects.statement
    built = np.unique(np.concatenate([plan.edges for plan in plans])).astype(np.int64)
    rows = statement.segments[built]
    return gpd.GeoDataFrame(
        {
            "id": routes.segment_id[rows].astype(str),
            "method": np.asarray(statement.routes.method[rows].tolist(), dtype=object),
            "street": [_street(prospects, row) for row in rows.tolist()],
            "length_m": np.round(routes.length_m[rows], 2),
            "cost_eur": _first(_route_eur(prospects, plans)),
            **_membership([plan.edges for plan in plans], built),
            "no_regret": [proof.get(("edge", index), "") for index in built.tolist()],
        },
        geometry=routes.geometry[rows],
        crs=prospects.town.study.crs,
    )


def _membership(works: Sequence[Ints], built: Ints) -> dict[str, npt.NDArray[Any]]:
    has = np.array([np.isin(built, own) for own in works]).reshape(len(works), built.size)
    columns = {PLAN_COLUMN.format(number): own for number, own in enumerate(has)}
    return {**columns, "plans": has.sum(axis=0).astype(np.int64)}


def _no_regret_row(prospects: Prospects, work: SharedWork) -> dict[str, Any]:
    without = work.bound_without
    row = {
        "proof": work.proof,
        # whole cents, never more than proven but for the noise of sums; null where there is no plan without it
        "least_without_eur": None
        if without is None or math.isinf(without)
        else math.floor(100 * without + NOISE_CENTS) / 100,
        "no_plan_without": without is not None and math.isinf(without),
    }
    if work.kind == "candidate":
        candidates, options = prospects.opportunities.candidates, prospects.opportunities.options
        return {
            "id": str(candidates.work_id[work.index]),
            "kind": "site",
            "name": options[int(candidates.option[work.index])].name,
            "street": "",
            "length_m": None,
            "cost_eur": round(work.cost, 2),
            **row,
        }
    segment = int(prospects.statement.segments[work.index])
    routes = prospects.opportunities.routes
    return {
        "id": str(routes.segment_id[segment]),
        "kind": "route",
        "name": str(prospects.statement.routes.method[segment]),
        "street": _street(prospects, segment),
        "length_m": round(float(routes.length_m[segment]), 2),
        "cost_eur": round(work.cost, 2),
        **row,
    }


def _site_eur(prospects: Prospects, plans: Sequence[Plan]) -> Floats:
    cost = prospects.statement.problem.candidate_cost
    return _amounts(prospects, cost, [(plan.candidates, plan.candidate_year) for plan in plans])


def _route_eur(prospects: Prospects, plans: Sequence[Plan]) -> Floats:
    cost = prospects.statement.problem.edge_cost
    return _amounts(prospects, cost, [(plan.edges, plan.edge_year) for plan in plans])


def _amounts(prospects: Prospects, cost: Floats, works: Sequence[tuple[Ints, Ints]]) -> Floats:
    """(P, n) figure of every work that any plan builds, in each plan: times the factor of its year, 0 without it."""
    phases = prospects.statement.problem.phases
    built = np.unique(np.concatenate([own for own, _ in works])).astype(np.int64)
    amounts = np.zeros((len(works), built.size))
    for row, (own, year) in enumerate(works):
        factor = 1.0 if phases is None else phases.factor[year]
        amounts[row, np.searchsorted(built, own)] = cost[own] * factor
    return amounts


def _first(amounts: Floats) -> Floats:
    """(n,) amount of each work in the first plan that has it."""
    first = np.argmax(amounts != 0, axis=0)
    return np.asarray(np.round(amounts[first, np.arange(amounts.shape[1])], 2))


def _street(prospects: Prospects, segment: int) -> str:
    attributes = prospects.opportunities.routes.attributes
    name = attributes["name"].iloc[segment] if "name" in attributes else ""
    return name if isinstance(name, str) else ""
