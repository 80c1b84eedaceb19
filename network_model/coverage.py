"""How well services meet their targets: weighted shares as sparse products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from network_model.graph import Bools, Floats, Ints


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
