"""What the optimiser answers: a plan, its bound, and how it was come by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from optimise.problem import Ints, Objective

Status = Literal["optimal", "within_gap", "limit", "infeasible", "cancelled"]
BoundOrigin = Literal["dual_ascent", "lp", "mip", "none"]


def _none() -> Ints:
    return np.empty(0, dtype=np.int64)


def _no_pairs() -> Ints:
    return np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Plan:
    """What is built and who is served. Indices into the arrays of the `Problem`.

    Attributes
    ----------
    edges : (n,) int
        Digs, increasing.
    candidates : (n,) int
        Equipment built, increasing.
    served : (n, 2) int
        Rows (demand, k): the demand counts as served by k providers, existing ones included; one row a demand at most,
        only demands that the plan newly serves at that k.
    links : (n, 2) int
        Rows (demand, candidate): which built candidate serves a newly served demand; as many rows a demand as new
        providers it needs.
    cost : float
        Sum of the costs of all of these, each times the factor of its year where there are phases.
    cables : (n, 2) int
        Rows (edge, class of backhaul): which classes use a dig; empty for a problem without classes.
    edge_year, candidate_year, link_year, cable_year : int arrays
        Year, from 0, of each row of `edges`, `candidates`, `links` and `cables`; empty for a problem without phases.
        By the end of a year a demand has its existing providers and one for each link made so far; its connection is
        paid in the year of its first link.
    worth : float or None
        Worth of the weight served at the end; None for a problem without `worth`.
    """

    edges: Ints
    candidates: Ints
    served: Ints
    links: Ints
    cost: float
    cables: Ints = field(default_factory=_no_pairs)
    edge_year: Ints = field(default_factory=_none)
    candidate_year: Ints = field(default_factory=_none)
    link_year: Ints = field(default_factory=_none)
    cable_year: Ints = field(default_factory=_none)
    worth: float | None = None


@dataclass(frozen=True)
class Solution:
    """A plan with proof.

    Attributes
    ----------
    plan : Plan or None
    status : str
        optimal: gap at most 1e-4 % (1e-6); within_gap: gap at most what was asked; limit: stopped by a time or node
        limit; infeasible: proven that no plan exists; cancelled: stopped by the user.
    bound : float or None
        No plan costs less (of a problem of most worth: is worth more); never beyond what was proven. None when nothing
        was proven.
    bound_origin : str
        What proved it.
    greedy_cost : float or None
        Cost of the greedy plan (baseline), None where it found none.
    nodes, cuts : int
        Branch-and-bound nodes; cuts separated by us.
    seconds : float
        Wall time of the solve.
    root_bound : float or None
        Bound before branching, where known.
    objective : str
        What `bound` bounds, as the problem has it.
    """

    plan: Plan | None
    status: Status
    bound: float | None
    bound_origin: BoundOrigin
    greedy_cost: float | None
    nodes: int = 0
    cuts: int = 0
    seconds: float = 0.0
    root_bound: float | None = None
    objective: Objective = "least_cost"

    @property
    def value(self) -> float | None:
        """Cost of the plan, or its worth where that is the objective; None without a plan."""
        if self.plan is None:
            return None
        return self.plan.cost if self.objective == "least_cost" else self.plan.worth

    @property
    def gap(self) -> float | None:
        """|value - bound| / |value|, 0 where both are 0; None without a plan or a bound."""
        value = self.value
        if value is None or self.bound is None:
            return None
        if value == 0:
            return 0.0 if self.bound == 0 else None
        room = value - self.bound if self.objective == "least_cost" else self.bound - value
        return max(0.0, room / abs(value))
