"""Keys of a problem file for the optional parts of a problem, absent where the problem has not got the part.

- ``backhaul``: ``existing`` (per class the nodes of its network), ``cable_cost`` (per class one cost an edge); with it
  ``candidates.class`` (class of each candidate). ``existing`` of the file names the nodes of all classes together.
- ``candidates.capacity`` (null: no limit) and ``demands.load``: both or neither.
- ``phases``: ``budget`` (per year, null: no limit), ``factor`` (per year), ``required`` (per year one weight a target),
  and perhaps ``costs``: what the budgets limit, absent where that is what is minimised.
- ``budget``: ``most``, and costs.
- ``limits``: further limits, a list of what ``budget`` is.
- ``worth``: ``per_weight`` (per target) and perhaps ``at_least``.
- ``objective``: ``most_worth``; absent for least cost.

Costs are ``edge_cost``, ``candidate_cost``, ``connection_cost``, and perhaps ``cable_cost`` (as that of ``backhaul``, 0
where absent) and ``link_cost`` (as ``demands.link_cost``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gis_layers import StudyError
from optimise.problem import Backhaul, Budget, Capacity, Costs, Floats, Phases, Problem, Worth
from optimise.problem_file_parts import Json, check_keys, link_lists, node_flags, sparse_rows, whole_numbers

VARIANT_KEYS = {"backhaul", "phases", "budget", "limits", "worth", "objective"}
VARIANT_CANDIDATE_KEYS = {"class", "capacity"}
VARIANT_DEMAND_KEYS = {"load"}
COSTS_NEEDED = {"edge_cost", "candidate_cost", "connection_cost"}
COSTS_KNOWN = COSTS_NEEDED | {"cable_cost", "link_cost"}


def with_variants(problem: Problem, data: Json) -> Problem:
    """Return the problem with the optional parts that the file gives it.

    Raises
    ------
    StudyError
        Naming a key that is unknown, or lacks the other one that it needs.
    """
    candidates, demands = data["candidates"], data["demands"]
    _both("candidates.class", "class" in candidates, "backhaul", "backhaul" in data)
    _both("candidates.capacity", "capacity" in candidates, "demands.load", "load" in demands)
    capacity = None
    if "capacity" in candidates:
        capacity = Capacity(_limits(candidates["capacity"]), _floats(demands["load"]))
    return replace(
        problem,
        backhaul=_backhaul(data, problem.existing.size) if "backhaul" in data else None,
        capacity=capacity,
        phases=_phases(data["phases"], demands["covered_by"], problem) if "phases" in data else None,
        budget=_budget("budget", data["budget"], demands["covered_by"], problem) if "budget" in data else None,
        limits=tuple(_budget("limits", part, demands["covered_by"], problem) for part in data.get("limits", ())),
        worth=_worth(data["worth"]) if "worth" in data else None,
        objective=data.get("objective", "least_cost"),
    )


def _both(one: str, has_one: bool, other: str, has_other: bool) -> None:
    if has_one != has_other:
        given, absent = (one, other) if has_one else (other, one)
        raise StudyError(f"{given} is given, {absent} is not", "Give both or neither.")


def _backhaul(data: Json, nodes: int) -> Backhaul:
    part = data["backhaul"]
    check_keys("backhaul", part, {"existing", "cable_cost"}, {"existing", "cable_cost"})
    flags = [node_flags("backhaul.existing", listed, nodes) for listed in part["existing"]]
    return Backhaul(
        existing=np.array(flags, dtype=np.bool_).reshape(len(flags), nodes),
        cable_cost=_floats(part["cable_cost"]),
        candidate_class=whole_numbers(data["candidates"]["class"]),
    )


def _phases(part: Json, covered_by: Sequence[Sequence[int]], problem: Problem) -> Phases:
    needed = {"budget", "factor", "required"}
    check_keys("phases", part, needed, needed | {"costs"})
    costs = None
    if "costs" in part:
        check_keys("phases.costs", part["costs"], COSTS_NEEDED, COSTS_KNOWN)
        costs = _costs("phases.costs", part["costs"], covered_by, problem)
    return Phases(_limits(part["budget"]), _floats(part["factor"]), _floats(part["required"]), costs)


def _budget(name: str, part: Json, covered_by: Sequence[Sequence[int]], problem: Problem) -> Budget:
    check_keys(name, part, COSTS_NEEDED | {"most"}, COSTS_KNOWN | {"most"})
    return Budget(float(part["most"]), _costs(name, part, covered_by, problem))


def _costs(name: str, part: Json, covered_by: Sequence[Sequence[int]], problem: Problem) -> Costs:
    demands, candidates = problem.cover.shape
    link_cost = None
    if "link_cost" in part:
        link_cost = sparse_rows(covered_by, part["link_cost"], candidates, f"{name}.link_cost", demands)
    return Costs(
        edge_cost=_floats(part["edge_cost"]),
        candidate_cost=_floats(part["candidate_cost"]),
        connection_cost=_floats(part["connection_cost"]),
        cable_cost=_floats(part["cable_cost"]) if "cable_cost" in part else None,
        link_cost=link_cost,
    )


def _worth(part: Json) -> Worth:
    check_keys("worth", part, {"per_weight"}, {"per_weight", "at_least"})
    least = part.get("at_least")
    return Worth(_floats(part["per_weight"]), -np.inf if least is None else float(least))


def _floats(values: Sequence[float] | Sequence[Sequence[float]]) -> Floats:
    return np.array(values, dtype=np.float64)


def _limits(values: Sequence[float | None]) -> Floats:
    return np.array([np.inf if value is None else value for value in values], dtype=np.float64)


def candidate_variants(problem: Problem) -> dict[str, object]:
    """Return the further keys of the file's candidates."""
    entries: dict[str, object] = {}
    if problem.backhaul is not None:
        entries["class"] = problem.backhaul.candidate_class.tolist()
    if problem.capacity is not None:
        entries["capacity"] = _limit_list(problem.capacity.most)
    return entries


def demand_variants(problem: Problem) -> dict[str, object]:
    """Return the further keys of the file's demands."""
    return {} if problem.capacity is None else {"load": problem.capacity.load.tolist()}


def variants(problem: Problem, covered_by: list[list[int]]) -> dict[str, object]:
    """Return the further keys of the file; link costs in the order of `covered_by`."""
    entries: dict[str, object] = {}
    if problem.backhaul is not None:
        entries["backhaul"] = {
            "existing": [np.flatnonzero(existing).tolist() for existing in problem.backhaul.existing],
            "cable_cost": problem.backhaul.cable_cost.tolist(),
        }
    if problem.phases is not None:
        phases: dict[str, object] = {
            "budget": _limit_list(problem.phases.budget),
            "factor": problem.phases.factor.tolist(),
            "required": problem.phases.required.tolist(),
        }
        if problem.phases.costs is not None:
            phases["costs"] = _cost_entries(problem.phases.costs, covered_by)
        entries["phases"] = phases
    if problem.budget is not None:
        entries["budget"] = _limit_entries(problem.budget, covered_by)
    if problem.limits:
        entries["limits"] = [_limit_entries(limit, covered_by) for limit in problem.limits]
    if problem.worth is not None:
        least = {} if problem.worth.at_least == -np.inf else {"at_least": problem.worth.at_least}
        entries["worth"] = {"per_weight": problem.worth.per_weight.tolist()} | least
    if problem.objective != "least_cost":
        entries["objective"] = problem.objective
    return entries


def _limit_entries(limit: Budget, covered_by: list[list[int]]) -> dict[str, object]:
    return {"most": limit.most, **_cost_entries(limit.costs, covered_by)}


def _cost_entries(costs: Costs, covered_by: list[list[int]]) -> dict[str, object]:
    entries: dict[str, object] = {
        "edge_cost": costs.edge_cost.tolist(),
        "candidate_cost": costs.candidate_cost.tolist(),
        "connection_cost": costs.connection_cost.tolist(),
    }
    if costs.cable_cost is not None:
        entries["cable_cost"] = costs.cable_cost.tolist()
    if costs.link_cost is not None:
        entries["link_cost"] = link_lists(costs.link_cost, covered_by)
    return entries


def _limit_list(limits: Floats) -> list[float | None]:
    return [None if limit == np.inf else limit for limit in limits.tolist()]
