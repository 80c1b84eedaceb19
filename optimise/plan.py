"""What the optimiser answers: a plan, its bound, and how it was come by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimise.problem import Ints

Status = Literal["optimal", "within_gap", "limit", "infeasible", "cancelled"]
BoundOrigin = Literal["dual_ascent", "lp", "mip", "none"]


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
        Sum of the costs of all of these.
    """

    edges: Ints
    candidates: Ints
    served: Ints
    links: Ints
    cost: float


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
        No plan costs less; never above what was proven. None when nothing was proven.
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

    @property
    def gap(self) -> float | None:
        """(value - bound) / |value|, 0 where both are 0; None without a plan or a bound."""
        if self.plan is None or self.bound is None:
            return None
        if self.plan.cost == 0:
            return 0.0 if self.bound == 0 else None
        return max(0.0, (self.plan.cost - self.bound) / abs(self.plan.cost))
