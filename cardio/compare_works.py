"""Works of several plans side by side, found again in each other by their ids."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cardio.plan_works import KINDS, PlanWorks

WorkKey = tuple[str, str]


@dataclass(frozen=True)
class BuiltWork:
    """A work as one plan builds it.

    Attributes
    ----------
    name : str
        Option of a site, laying method of a route, service of a connection.
    street : str
        Of a route; empty where the survey names none.
    length_m : float or None
        Of a route.
    cost_cents : int
        Capex excl. tax.
    """

    name: str
    street: str
    length_m: float | None
    cost_cents: int


def list_works(plan: PlanWorks) -> dict[WorkKey, BuiltWork]:
    """Works of a plan by kind and id; their costs sum to its capex."""
    return {
        (kind, row.id): BuiltWork(
            row.name, row.street, None if math.isnan(row.length_m) else row.length_m, round(row.cost_eur * 100)
        )
        for kind in KINDS
        for row in plan.of_kind(kind).drop(columns="geometry").itertuples(index=False, name="Work")
    }


def list_all_works(plans: Mapping[str, Mapping[WorkKey, BuiltWork]]) -> list[dict[str, Any]]:
    """One row a work of any plan, by kind and id: how each scenario builds it, None where it does not."""
    keys = sorted({key for works in plans.values() for key in works}, key=lambda key: (KINDS.index(key[0]), key[1]))
    return [
        {
            "id": identifier,
            "kind": kind,
            "street": next(works[kind, identifier].street for works in plans.values() if (kind, identifier) in works),
            "scenarios": {name: _built(works.get((kind, identifier))) for name, works in plans.items()},
        }
        for kind, identifier in keys
    ]


def compare_works(first: Mapping[WorkKey, BuiltWork], other: Mapping[WorkKey, BuiltWork]) -> dict[str, Any]:
    """What one plan builds and the other does not, and what both build."""
    shared = [key for key in first if key in other]
    return {
        "only_first": _sum(work for key, work in first.items() if key not in other),
        "only_other": _sum(work for key, work in other.items() if key not in first),
        "shared": {
            "first": _sum(first[key] for key in shared),
            "other": _sum(other[key] for key in shared),
            # the same street dug by another method, the same place with another option
            "built_otherwise": sum(first[key].name != other[key].name for key in shared),
        },
    }


def _sum(works: Iterable[BuiltWork]) -> dict[str, Any]:
    rows = list(works)
    return {
        "count": len(rows),
        "routes_m": round(math.fsum(work.length_m for work in rows if work.length_m is not None), 2),
        "capex_eur": sum(work.cost_cents for work in rows) / 100,
    }


def _built(work: BuiltWork | None) -> dict[str, Any] | None:
    if work is None:
        return None
    return {"name": work.name, "length_m": work.length_m, "cost_eur": work.cost_cents / 100}
