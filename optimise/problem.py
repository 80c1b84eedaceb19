"""The planning problem as arrays: no geometry, no town, so that published instances are solved by the same code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Objective = Literal["least_cost", "most_worth"]


@dataclass(frozen=True)
class TargetRow:
    """One share to reach: a weighted set of demands.

    Attributes
    ----------
    name : str
    demand : (n,) int
        Demands that count, each once, increasing.
    weight : (n,) float
        Their weights, >= 0.
    required : float
        Weight that must be served, by `providers` distinct places each, existing ones counted.
    providers : int
        1 or more.
    """

    name: str
    demand: Ints
    weight: Floats
    required: float
    providers: int = 1


@dataclass(frozen=True)
class Backhaul:
    """Classes of backhaul (fibre, power) with a network each, that share digs.

    Attributes
    ----------
    existing : (B, N) bool
        Node belongs to the network of the class that exists.
    cable_cost : (B, E) float
        Paid for each edge that the class uses, the dig apart, >= 0.
    candidate_class : (K,) int
        Class to which the candidate's node must be connected; without meaning where it needs no backhaul.
    """

    existing: Bools
    cable_cost: Floats
    candidate_class: Ints


@dataclass(frozen=True)
class Capacity:
    """How much a candidate can serve: the loads of the demands linked to it add up to no more than `most`.

    Free places of equipment that exists are a candidate of no cost and no backhaul.

    Attributes
    ----------
    most : (K,) float
        inf for no limit.
    load : (J,) float
        > 0.
    """

    most: Floats
    load: Floats


@dataclass(frozen=True)
class Costs:
    """Costs besides those that are minimised, for limits on money.

    Attributes
    ----------
    edge_cost, candidate_cost, connection_cost : (E,), (K,), (J,) float
    cable_cost : (B, E) float or None
        None without classes of backhaul.
    link_cost : (J, K) csr_array or None
        As in `Problem`.
    """

    edge_cost: Floats
    candidate_cost: Floats
    connection_cost: Floats
    cable_cost: Floats | None = None
    link_cost: csr_array | None = None


@dataclass(frozen=True)
class Phases:
    """Years in which the works are done; what is built stays.

    Attributes
    ----------
    budget : (Y,) float
        Most that the works of the year may cost (undiscounted, on `costs`), inf for no limit.
    factor : (Y,) float
        Factor on the costs of the year's works in what is minimised (discount), > 0.
    required : (Y, T) float
        Weight that each target must have reached by the end of the year; counted besides `TargetRow.required`, which
        holds at the end of the last year.
    costs : Costs or None
        What the budgets limit; None: the costs that are minimised, without their factors.
    """

    budget: Floats
    factor: Floats
    required: Floats
    costs: Costs | None = None


@dataclass(frozen=True)
class Budget:
    """Most that a plan may cost, all years together, on costs which need not be those that are minimised.

    Attributes
    ----------
    most : float
    costs : Costs
    """

    most: float
    costs: Costs


@dataclass(frozen=True)
class Worth:
    """What served weight is worth, for plans of most worth (within a budget) or of some worth at least.

    Attributes
    ----------
    per_weight : (T,) float
        Worth of each unit of weight served in each target (at the end of the last year), >= 0; weight that existing
        providers serve counts too.
    at_least : float
        Least worth that a plan must have; -inf for none.
    """

    per_weight: Floats
    at_least: float = -np.inf


@dataclass(frozen=True)
class Problem:
    """Least cost of digs, equipment and connections such that every target is met, or most worth within a budget.

    N nodes, E undirected edges, K candidates, J demands. Costs in one unit (the product: EUR, whole cents), >= 0.

    Attributes
    ----------
    existing : (N,) bool
        Node belongs to the network that exists; all of it is one network and costs nothing.
    edge_u, edge_v : (E,) int
        Ends of each possible dig; parallel edges allowed.
    edge_cost : (E,) float
        Paid once, however many candidates use the edge.
    candidate_node : (K,) int
        Node at which the candidate must be connected; -1 where it needs no backhaul.
    candidate_cost : (K,) float
    candidate_place : (K,) int
        Place label: candidates of one place count as one provider.
    cover : (J, K) csr_array of bool
        Candidate k can serve demand j.
    existing_providers : (J,) int
        Distinct existing places that serve the demand already.
    connection_cost : (J,) float
        Paid once for each demand that the plan newly serves.
    link_cost : (J, K) csr_array of float or None
        Paid for each (demand, candidate) pair by which the plan serves it. Same pattern as `cover` for every demand
        that has any entry; explicit zeros count as entries. None: no such cost.
    targets : tuple of TargetRow
    name : str
    backhaul : Backhaul or None
        None: one class whose network is `existing`, no cable. Else `existing` says where any class has its network.
    capacity : Capacity or None
    phases : Phases or None
        None: everything is done at once.
    budget : Budget or None
    worth : Worth or None
    objective : str
        least_cost, or most_worth, which needs `worth`; targets hold either way.
    limits : tuple of Budget
        Further limits on what a plan takes, of money or of anything else that its works add up to.
    """

    existing: Bools
    edge_u: Ints
    edge_v: Ints
    edge_cost: Floats
    candidate_node: Ints
    candidate_cost: Floats
    candidate_place: Ints
    cover: csr_array
    existing_providers: Ints
    connection_cost: Floats
    link_cost: csr_array | None
    targets: tuple[TargetRow, ...]
    name: str = ""
    backhaul: Backhaul | None = None
    capacity: Capacity | None = None
    phases: Phases | None = None
    budget: Budget | None = None
    worth: Worth | None = None
    objective: Objective = "least_cost"
    limits: tuple[Budget, ...] = ()


def every_limit(problem: Problem) -> tuple[Budget, ...]:
    """The budget, if there is one, and the further limits."""
    return (*(() if problem.budget is None else (problem.budget,)), *problem.limits)


def is_plain(problem: Problem) -> bool:
    """Whether the problem has none of its optional parts: one network, no limits, one year, least cost."""
    parts = (problem.backhaul, problem.capacity, problem.phases, problem.budget, problem.worth)
    return all(part is None for part in parts) and not problem.limits
