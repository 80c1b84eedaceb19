"""Is the problem a problem? Shapes, ranges and costs, before anything is solved."""

from __future__ import annotations

import numpy as np

from gis_layers import StudyError
from optimise.problem import Floats, Ints, Problem, TargetRow


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
    _check_link_cost(problem)
    for row in problem.targets:
        _check_target(row, demands)


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
        shape = getattr(problem, name).shape
        if shape != (length,):
            raise _wrong(name, f"has shape {shape}, expected ({length},)")


def _check_range(name: str, values: Ints, low: int, end: int | None) -> None:
    outside = (values < low) if end is None else (values < low) | (values >= end)
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        raise _wrong(name, f"entry {first} is {values[first]}, allowed {low} to {'any' if end is None else end - 1}")


def _check_amounts(name: str, values: Floats) -> None:
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise _wrong(name, f"entry {first} is {values[first]}, it must be finite and at least 0")


def _check_link_cost(problem: Problem) -> None:
    """Link costs are given for exactly the covered pairs of each demand that has any."""
    if problem.link_cost is None:
        return
    if problem.link_cost.shape != problem.cover.shape:
        raise _wrong("link_cost", f"has shape {problem.link_cost.shape}, expected {problem.cover.shape}")
    _check_amounts("link_cost", problem.link_cost.data)
    entries = problem.link_cost.tocoo()
    priced = np.zeros(problem.cover.shape[0], dtype=bool)
    priced[entries.row] = True
    row, column = problem.cover.nonzero()
    row, column = row[priced[row]], column[priced[row]]
    pairs = set(zip(row.tolist(), column.tolist(), strict=True))
    unlike = pairs ^ set(zip(entries.row.tolist(), entries.col.tolist(), strict=True))
    if unlike:
        raise _wrong("link_cost", f"and cover differ at (demand, candidate) {min(unlike)}")


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


def _wrong(name: str, what: str) -> StudyError:
    return StudyError(f"planning problem: {name} {what}", "Correct the problem file, or the code that made the arrays.")
