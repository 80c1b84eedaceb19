"""Is the problem a problem? Shapes, ranges and costs, before anything is solved."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from gis_layers import StudyError
from optimise.problem import (
    Backhaul,
    Bools,
    Budget,
    Capacity,
    Costs,
    Floats,
    Ints,
    Objective,
    Phases,
    Problem,
    TargetRow,
    Worth,
)


def check_problem(problem: Problem) -> None:
    """Refuse a problem whose arrays do not fit together.

    Raises
    ------
    StudyError
        Naming the array and what is wrong with it.
    """
    demands, candidates = problem.cover.shape
    _check_lengths(problem, demands, candidates)
    nodes = problem.existing.size
    _check_range("edge_u", problem.edge_u, 0, nodes)
    _check_range("edge_v", problem.edge_v, 0, nodes)
    _check_range("candidate_node", problem.candidate_node, -1, nodes)
    _check_range("existing_providers", problem.existing_providers, 0, None)
    for name in ("edge_cost", "candidate_cost", "connection_cost"):
        _check_amounts(name, getattr(problem, name))
    _check_link_cost("link_cost", problem.link_cost, problem)
    for row in problem.targets:
        _check_target(row, demands)
    _check_variants(problem)


def _check_lengths(problem: Problem, demands: int, candidates: int) -> None:
    edges = problem.edge_cost.size
    for name, length in {
        "edge_u": edges,
        "edge_v": edges,
        "candidate_node": candidates,
        "candidate_cost": candidates,
        "candidate_place": candidates,
        "existing_providers": demands,
        "connection_cost": demands,
    }.items():
        _check_shape(name, getattr(problem, name), (length,))
    _check_shape("existing", problem.existing, (problem.existing.size,))
    _check_bools("existing", problem.existing)


def _check_shape(name: str, values: npt.NDArray[Any], shape: tuple[int, ...]) -> None:
    if values.shape != shape:
        raise _wrong(name, f"has shape {values.shape}, expected {shape}")


def _check_bools(name: str, values: Bools) -> None:
    if values.dtype != np.bool_:
        raise _wrong(name, f"is of type {values.dtype}, expected bool")


def _check_range(name: str, values: Ints, low: int, end: int | None) -> None:
    outside = ~((values >= low) if end is None else (values >= low) & (values < end))  # nan is outside
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        raise _wrong(name, f"entry {first} is {values[first]}, allowed {low} to {'any' if end is None else end - 1}")


def _check_amounts(name: str, values: Floats) -> None:
    _refuse(name, values, np.isfinite(values) & (values >= 0), "it must be finite and at least 0")


def _check_limits(name: str, values: Floats) -> None:
    _refuse(name, values, values >= 0, "it must be at least 0, inf for no limit")


def _refuse(name: str, values: Floats, right: Bools, rule: str) -> None:
    """Name the first entry that is not right; a comparison with nan is never right."""
    if not right.all():
        first = np.argwhere(~right)[0].tolist()
        entry = first[0] if len(first) == 1 else tuple(first)
        raise _wrong(name, f"entry {entry} is {values[tuple(first)]}, {rule}")


def _check_link_cost(name: str, link_cost: csr_array | None, problem: Problem) -> None:
    """Link costs are given for exactly the covered pairs of each demand that has any."""
    if link_cost is None:
        return
    if link_cost.shape != problem.cover.shape:
        raise _wrong(name, f"has shape {link_cost.shape}, expected {problem.cover.shape}")
    _check_amounts(name, link_cost.data)
    entries = link_cost.tocoo()
    priced = np.zeros(problem.cover.shape[0], dtype=bool)
    priced[entries.row] = True
    row, column = problem.cover.nonzero()
    row, column = row[priced[row]], column[priced[row]]
    pairs = set(zip(row.tolist(), column.tolist(), strict=True))
    unlike = pairs ^ set(zip(entries.row.tolist(), entries.col.tolist(), strict=True))
    if unlike:
        raise _wrong(name, f"and cover differ at (demand, candidate) {min(unlike)}")


def _check_target(row: TargetRow, demands: int) -> None:
    name = f"targets[{row.name!r}]"
    _check_range(f"{name}.demand", row.demand, 0, demands)
    if (np.diff(row.demand) <= 0).any():
        raise _wrong(f"{name}.demand", "must increase, each demand once")
    if row.weight.shape != row.demand.shape:
        raise _wrong(f"{name}.weight", f"has shape {row.weight.shape}, expected {row.demand.shape}")
    _check_amounts(f"{name}.weight", row.weight)
    if not np.isfinite(row.required):
        raise _wrong(f"{name}.required", f"is {row.required}, it must be finite")
    if row.providers < 1:
        raise _wrong(f"{name}.providers", f"is {row.providers}, it must be at least 1")


def _check_variants(problem: Problem) -> None:
    """Refuse optional parts that do not fit the rest of the problem."""
    if problem.backhaul is not None:
        _check_backhaul(problem.backhaul, problem)
    if problem.capacity is not None:
        _check_capacity(problem.capacity, problem)
    if problem.phases is not None:
        _check_phases(problem.phases, problem)
    if problem.budget is not None:
        _check_budget("budget", problem.budget, problem)
    for number, limit in enumerate(problem.limits):
        _check_budget(f"limits {number}", limit, problem)
    if problem.worth is not None:
        _check_worth(problem.worth, len(problem.targets))
    if problem.objective not in get_args(Objective):
        raise _wrong("objective", f"is {problem.objective!r}, allowed {' or '.join(get_args(Objective))}")
    if problem.objective == "most_worth" and problem.worth is None:
        raise _wrong("objective", "is most_worth, which needs worth")


def _check_backhaul(backhaul: Backhaul, problem: Problem) -> None:
    classes = len(backhaul.existing)
    if classes < 1:
        raise _wrong("backhaul.existing", "has no class, it must have at least 1")
    _check_shape("backhaul.existing", backhaul.existing, (classes, problem.existing.size))
    _check_bools("backhaul.existing", backhaul.existing)
    _check_shape("backhaul.cable_cost", backhaul.cable_cost, (classes, problem.edge_cost.size))
    _check_amounts("backhaul.cable_cost", backhaul.cable_cost)
    _check_shape("backhaul.candidate_class", backhaul.candidate_class, problem.candidate_node.shape)
    _check_range("backhaul.candidate_class", backhaul.candidate_class, -1, classes)
    unclear = (backhaul.candidate_class < 0) & (problem.candidate_node >= 0)
    if unclear.any():
        raise _wrong("backhaul.candidate_class", f"entry {int(np.argmax(unclear))} is -1, and it needs backhaul")
    unlike = backhaul.existing.any(axis=0) != problem.existing
    if unlike.any():
        raise _wrong("existing", f"and the classes of backhaul.existing differ at node {int(np.argmax(unlike))}")


def _check_capacity(capacity: Capacity, problem: Problem) -> None:
    _check_shape("capacity.most", capacity.most, problem.candidate_cost.shape)
    _check_limits("capacity.most", capacity.most)
    _check_shape("capacity.load", capacity.load, problem.connection_cost.shape)
    _check_positive("capacity.load", capacity.load)


def _check_phases(phases: Phases, problem: Problem) -> None:
    years, targets = phases.budget.size, len(problem.targets)
    if years < 1:
        raise _wrong("phases.budget", "has no year, it must have at least 1")
    _check_shape("phases.budget", phases.budget, (years,))
    _check_limits("phases.budget", phases.budget)
    _check_shape("phases.factor", phases.factor, (years,))
    _check_positive("phases.factor", phases.factor)
    _check_shape("phases.required", phases.required, (years, targets))
    _refuse("phases.required", phases.required, np.isfinite(phases.required), "it must be finite")
    if phases.costs is not None:
        _check_costs("phases.costs", phases.costs, problem)


def _check_positive(name: str, values: Floats) -> None:
    _refuse(name, values, np.isfinite(values) & (values > 0), "it must be finite and above 0")


def _check_budget(name: str, budget: Budget, problem: Problem) -> None:
    if not (np.isfinite(budget.most) and budget.most >= 0):
        raise _wrong(f"{name}.most", f"is {budget.most}, it must be finite and at least 0")
    _check_costs(name, budget.costs, problem)


def _check_costs(part: str, costs: Costs, problem: Problem) -> None:
    for name in ("edge_cost", "candidate_cost", "connection_cost"):
        _check_shape(f"{part}.{name}", getattr(costs, name), getattr(problem, name).shape)
        _check_amounts(f"{part}.{name}", getattr(costs, name))
    if costs.cable_cost is not None:
        if problem.backhaul is None:
            raise _wrong(f"{part}.cable_cost", "is given, and the problem has no classes of backhaul")
        _check_shape(f"{part}.cable_cost", costs.cable_cost, problem.backhaul.cable_cost.shape)
        _check_amounts(f"{part}.cable_cost", costs.cable_cost)
    _check_link_cost(f"{part}.link_cost", costs.link_cost, problem)


def _check_worth(worth: Worth, targets: int) -> None:
    _check_shape("worth.per_weight", worth.per_weight, (targets,))
    _check_amounts("worth.per_weight", worth.per_weight)
    if not worth.at_least < np.inf:
        raise _wrong("worth.at_least", f"is {worth.at_least}, it must be finite, or -inf for none")


def _wrong(name: str, what: str) -> StudyError:
    return StudyError(f"planning problem: {name} {what}", "Correct the problem file, or the code that made the arrays.")
