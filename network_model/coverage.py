"""How well services meet their targets: weighted shares as sparse products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from network_model.graph import Bools, Floats, Ints
from network_model.places import distinct_places
from network_model.works import Candidates


@dataclass(frozen=True)
class TargetScope:
    """One share to reach after zones are expanded: one target, in one zone or in the whole town.

    Attributes
    ----------
    target, service : str
    zone : str or None
        Id of the zone; None for the whole town.
    zone_name : str or None
        Name to show.
    required : float
        Share, 0 to 1.
    providers : int
    demand : (n,) int
        Demand points of the service that count, increasing.
    weight : (n,) float
        Their weights.
    """

    target: str
    service: str
    zone: str | None
    zone_name: str | None
    required: float
    providers: int
    demand: Ints
    weight: Floats

    @property
    def total(self) -> float:
        """Weight of the zone, demand that nothing can reach included."""
        return float(self.weight.sum())

    def share(self, providers_of_demand: Ints) -> float:
        """Share served, given the number of distinct providers of each demand point of the service.

        A zone without weight counts as fully served.
        """
        total = self.total
        if total == 0:
            return 1.0
        served: Bools = providers_of_demand[self.demand] >= self.providers
        return float(self.weight[served].sum()) / total


@dataclass(frozen=True)
class TargetCoverage:
    """One row of the coverage table (see ``summary.json``); shares 0 to 1.

    Attributes
    ----------
    scope : TargetScope
    before, after, reachable : float
        Share served today, with the plan, and by everything that could be built; after is None without a plan.
    """

    scope: TargetScope
    before: float
    reachable: float
    after: float | None = None

    @property
    def met(self) -> bool:
        """Whether the share after (today's without a plan) meets what is required, to 1e-9."""
        reached = self.before if self.after is None else self.after
        return reached >= self.scope.required - 1e-9


def count_providers(matrix: csr_array, place_of_column: Ints) -> Ints:
    """Count the distinct places that reach each demand point.

    Parameters
    ----------
    matrix : (J, P) csr_array
        Distances of `reach_matrix`; an entry means within reach.
    place_of_column : (P,) int
        Label of the place of each column (`distinct_places`): columns with one label count once.

    Returns
    -------
    (J,) int
    """
    demand_count, places_count = matrix.shape[0], int(place_of_column.max(initial=-1)) + 1
    demand = np.repeat(np.arange(demand_count), np.diff(matrix.indptr))
    pairs = np.unique(demand * places_count + place_of_column[matrix.indices])
    return np.bincount(pairs // max(places_count, 1), minlength=demand_count).astype(np.int64)


def reachable_providers(candidates: Candidates, providers_by_service: Mapping[str, Ints]) -> dict[str, Ints]:
    """Count the providers of each demand point if every candidate were built: those of today and each new place.

    Parameters
    ----------
    candidates : Candidates
    providers_by_service : mapping of str to (J,) int
        Providers today.
    """
    label = distinct_places(candidates.places)[candidates.place]
    return {
        service: today + count_providers(candidates.reach[service], label) if service in candidates.reach else today
        for service, today in providers_by_service.items()
    }


def measure_targets(
    scopes: Sequence[TargetScope],
    providers_by_service: Mapping[str, Ints],
    reachable_by_service: Mapping[str, Ints],
    after_by_service: Mapping[str, Ints] | None = None,
) -> tuple[TargetCoverage, ...]:
    """Measure the share of each scope: today, by everything that could be built and, given a plan, after it.

    Parameters
    ----------
    scopes : sequence of TargetScope
    providers_by_service, reachable_by_service, after_by_service : mapping of str to (J,) int
        Distinct providers of each demand point of a service.
    """
    return tuple(
        TargetCoverage(
            scope=scope,
            before=scope.share(providers_by_service[scope.service]),
            reachable=scope.share(reachable_by_service[scope.service]),
            after=None if after_by_service is None else scope.share(after_by_service[scope.service]),
        )
        for scope in scopes
    )
