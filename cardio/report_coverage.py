"""Coverage as the report's first screen tells it: one row a target, and who stays without service where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cardio.town import Town
from network_model import Target, expand_targets

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
MOST_PLACES = 3
TINY = 1e-9


@dataclass(frozen=True)
class TargetShares:
    """Shares of one target; of a target in each zone those of its worst zone, before and after each its own.

    Attributes
    ----------
    target, service : str
    scope : str
        ``town``, ``zone`` or ``each``.
    zone : str
        Name of the zone; empty otherwise.
    providers : int
    required, before, after : float
        0 to 1.
    more : float
        Weight that the target counts after but not before.
    met : bool
    """

    target: str
    service: str
    scope: str
    zone: str
    providers: int
    required: float
    before: float
    after: float
    more: float
    met: bool


def share_targets(rows: Sequence[Mapping[str, Any]]) -> tuple[TargetShares, ...]:
    """One row a target of the rows of a summary's coverage: whole town first, then zones, then in each zone."""
    told = []
    for name in dict.fromkeys(row["target"] for row in rows):
        own = [row for row in rows if row["target"] == name]
        peopled = [row for row in own if row.get("weight", 1.0) > 0] or own
        first = own[0]
        scope = "town" if first["zone"] is None else "zone" if len(own) == 1 else "each"
        told.append(
            TargetShares(
                target=str(name),
                service=str(first["service"]),
                scope=scope,
                zone=str(first.get("zone_name") or first["zone"]) if scope == "zone" else "",
                providers=int(first.get("providers", 1)),
                required=float(first["required"]),
                before=min(float(row["before"]) for row in peopled),
                after=min(_after(row) for row in peopled),
                more=sum((_after(row) - float(row["before"])) * float(row.get("weight", 0.0)) for row in own),
                met=all(row["met"] for row in own),
            )
        )
    order = ("town", "zone", "each")
    return tuple(sorted(told, key=lambda row: (order.index(row.scope), row.providers)))


def _after(row: Mapping[str, Any]) -> float:
    return float(row["before"] if row["after"] is None else row["after"])


@dataclass(frozen=True)
class Place:
    """A zone, or a feature of the demand layer, and the weight in it that stays without service."""

    name: str
    weight: float


@dataclass(frozen=True)
class Unserved:
    """Who stays without a service once the plan is built; weights in the units of the service's demand.

    Attributes
    ----------
    service : str
    weight, kind : str
        Column by which demand is counted (empty for one a feature), and kind of the demand layer.
    total, before, after : float
        All of it; served by any provider today, and with the plan.
    out_of_reach : float
        Part of what stays unserved that no work of the study could serve.
    places_are : str
        ``zone`` or ``feature``; empty without any.
    places : tuple of Place
        Those with most of it, at most three.
    """

    service: str
    weight: str
    kind: str
    total: float
    before: float
    after: float
    out_of_reach: float
    places_are: str
    places: tuple[Place, ...]

    @property
    def left(self) -> float:
        """Weight that stays without service."""
        return max(0.0, self.total - self.after)


def list_unserved(
    town: Town,
    served: Mapping[str, tuple[Ints, Ints]],
    reachable: Mapping[str, Bools],
) -> tuple[Unserved, ...]:
    """Who stays without each service.

    Parameters
    ----------
    served : mapping of str to ((J,) int, (J,) int)
        By service: distinct providers of each demand point today and with the plan.
    reachable : mapping of str to (J,) bool
        By service: demand points that something built or to be built could serve.
    """
    return tuple(_unserved_of(town, name, *served[name], reachable[name]) for name in town.demand)


def _unserved_of(
    town: Town,
    service: str,
    before: Ints,
    after: Ints,
    reachable: Bools,
) -> Unserved:
    asked, demand = town.study.services[service], town.demand[service]
    left = after == 0
    places_are, places = _zones_with_most(town, service, left)
    if not places_are:
        places_are, places = _features_with_most(town, service, left)
    return Unserved(
        service=service,
        weight=asked.weight or "",
        kind=town.layers[asked.demand_layer].kind,
        total=float(demand.weight.sum()),
        before=float(demand.weight[before > 0].sum()),
        after=float(demand.weight[after > 0].sum()),
        out_of_reach=float(demand.weight[left & ~reachable].sum()),
        places_are=places_are,
        places=places,
    )


def _zones_with_most(town: Town, service: str, left: Bools) -> tuple[str, tuple[Place, ...]]:
    """Zones of the service's own targets; else of the one layer of zones that any target names."""
    layers = {target.service: target.in_each or target.zone_layer for target in town.study.targets if _layer_of(target)}
    named = {_layer_of(target) for target in town.study.targets} - {None}
    layer = layers.get(service) or (next(iter(named)) if len(named) == 1 else None)
    if layer is None:
        return "", ()
    probe = Target(name="", service=service, at_least=0.0, in_each=layer)
    scopes, _ = expand_targets((probe,), town.study.services, town.demand, town.layers)
    weights = [(scope.zone_name or scope.zone or "", float(scope.weight[left[scope.demand]].sum())) for scope in scopes]
    return "zone", _most(weights)


def _layer_of(target: Target) -> str | None:
    return target.in_each or target.zone_layer


def _features_with_most(town: Town, service: str, left: Bools) -> tuple[str, tuple[Place, ...]]:
    """Features of the demand layer, where they have names."""
    demand, frame = town.demand[service], town.layers[town.study.services[service].demand_layer].frame
    if "name" not in frame:
        return "", ()
    weight = np.bincount(demand.feature[left], weights=demand.weight[left], minlength=len(frame))
    names = frame["name"].fillna("").astype(str).tolist()
    return "feature", _most([(name, float(own)) for name, own in zip(names, weight.tolist(), strict=True) if name])


def _most(weights: Sequence[tuple[str, float]]) -> tuple[Place, ...]:
    ranked = sorted((Place(name, weight) for name, weight in weights if weight > TINY), key=lambda one: -one.weight)
    return tuple(replace(place, weight=round(place.weight, 6)) for place in ranked[:MOST_PLACES])
