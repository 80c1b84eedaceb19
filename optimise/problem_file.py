"""Planning problems as JSON files, form ``cardio-problem/1``: read, check, write; plain or gzipped.

Keys beyond the published form, absent by default: ``candidates.place`` (each candidate its own), and per demand
``existing_providers`` (0), ``connection_cost`` (0) and ``link_cost`` (none; one list a demand, as long as its
``covered_by`` or empty). A target may have a ``name``, ``providers`` (1), and instead of ``group`` its own ``demand``
and ``weight``.

The optional parts of a problem have keys of their own, see `problem_file_variants`.
"""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from gis_layers import StudyError
from optimise.checks import check_problem
from optimise.problem import Ints, Problem, TargetRow
from optimise.problem_file_parts import (
    SCHEMA,
    Json,
    check_keys,
    link_lists,
    node_flags,
    row_lists,
    sparse_rows,
    whole_numbers,
)
from optimise.problem_file_variants import (
    VARIANT_CANDIDATE_KEYS,
    VARIANT_DEMAND_KEYS,
    VARIANT_KEYS,
    candidate_variants,
    demand_variants,
    variants,
    with_variants,
)

KEYS = {"schema", "name", "nodes", "existing", "edges", "candidates", "demands", "targets"}
CANDIDATE_KEYS = {"node", "cost", "backhaul"}
DEMAND_KEYS = {"weight", "group", "covered_by"}
MORE_CANDIDATE_KEYS = {"place"} | VARIANT_CANDIDATE_KEYS
MORE_DEMAND_KEYS = {"existing_providers", "connection_cost", "link_cost"} | VARIANT_DEMAND_KEYS
NO_GROUP = -1


def read_problem(path: Path) -> Problem:
    """Read a problem file.

    Raises
    ------
    StudyError
        Where the file is absent or is not a consistent ``cardio-problem/1``, naming the key or array.
    """
    data = _load(path)
    try:
        check_keys("the file", data, KEYS - {"name"}, KEYS | VARIANT_KEYS)
        if data["schema"] != SCHEMA:
            raise StudyError(f"schema is {data['schema']!r}", f"This version reads {SCHEMA}.")
        check_keys("candidates", data["candidates"], CANDIDATE_KEYS, CANDIDATE_KEYS | MORE_CANDIDATE_KEYS)
        check_keys("demands", data["demands"], DEMAND_KEYS, DEMAND_KEYS | MORE_DEMAND_KEYS)
        problem = _from_json(data)
        check_problem(problem)
    except StudyError as error:
        raise StudyError(f"{path.name}: {error.message}", error.hint) from error
    except (TypeError, ValueError, IndexError, OverflowError, AttributeError, KeyError) as error:
        raise StudyError(f"{path.name}: not a {SCHEMA} file ({error})", "See the problem form in the docs.") from error
    return problem


def write_problem(problem: Problem, path: Path) -> None:
    """Write a problem file, gzipped where the name ends in ``.gz``; `read_problem` gives the same problem back.

    Raises
    ------
    StudyError
        The file cannot be written.
    """
    text = json.dumps(_to_json(problem), separators=(",", ":"), allow_nan=False)
    data = text.encode()
    try:
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    except OSError as error:
        raise StudyError(
            f"{path}: cannot be written ({error.strerror})", "Name a file in a folder that is there."
        ) from error


def _load(path: Path) -> Json:
    try:
        data = path.read_bytes()
        loaded = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    except (OSError, EOFError, zlib.error) as error:
        raise StudyError(f"{path}: cannot be read ({error})", "Name a problem file, plain or .gz.") from error
    except (ValueError, RecursionError) as error:
        raise StudyError(f"{path.name}: not JSON ({error})", f"Name a {SCHEMA} file.") from error
    if not isinstance(loaded, dict):
        raise StudyError(f"{path.name}: not a JSON object", f"Name a {SCHEMA} file.")
    return loaded


def _from_json(data: Json) -> Problem:
    nodes, candidates, demands = int(data["nodes"]), data["candidates"], data["demands"]
    edges = np.array(data["edges"], dtype=np.float64).reshape(len(data["edges"]), 3)
    if not np.array_equal(edges[:, :2], np.floor(edges[:, :2])):
        raise StudyError("edges: an end is not a whole number", "Write [node, node, cost].")
    if not all(isinstance(flag, bool) for flag in candidates["backhaul"]):
        raise StudyError("candidates.backhaul: an entry is neither true nor false", "Write true or false.")
    backhaul = np.array(candidates["backhaul"], dtype=np.bool_)
    size, count = len(demands["weight"]), len(candidates["cost"])
    problem = Problem(
        existing=node_flags("existing", data["existing"], nodes),
        edge_u=edges[:, 0].astype(np.int64),
        edge_v=edges[:, 1].astype(np.int64),
        edge_cost=edges[:, 2],
        candidate_node=np.where(backhaul, whole_numbers(candidates["node"]), -1),
        candidate_cost=np.array(candidates["cost"], dtype=np.float64),
        candidate_place=whole_numbers(candidates.get("place", range(count))),
        cover=sparse_rows(demands["covered_by"], None, count, "demands.covered_by", size),
        existing_providers=whole_numbers(demands.get("existing_providers", [0] * size)),
        connection_cost=np.array(demands.get("connection_cost", [0.0] * size), dtype=np.float64),
        link_cost=(
            sparse_rows(demands["covered_by"], demands["link_cost"], count, "demands.link_cost", size)
            if "link_cost" in demands
            else None
        ),
        targets=tuple(_target(number, row, demands) for number, row in enumerate(data["targets"])),
        name=str(data.get("name", "")),
    )
    return with_variants(problem, data)


def _target(number: int, row: Json, demands: Json) -> TargetRow:
    own = {"demand", "weight"} if "demand" in row else {"group"}
    check_keys(f"targets[{number}]", row, own | {"at_least"}, own | {"at_least", "name", "providers"})
    if "demand" in row:
        member, weight = whole_numbers(row["demand"]), np.array(row["weight"], dtype=np.float64)
    else:
        member = np.flatnonzero(whole_numbers(demands["group"]) == int(row["group"])).astype(np.int64)
        weight = np.array(demands["weight"], dtype=np.float64)[member]
    name = str(row.get("name", f"group {row['group']}" if "group" in row else f"target {number}"))
    return TargetRow(name, member, weight, float(row["at_least"]), int(row.get("providers", 1)))


def _to_json(problem: Problem) -> Json:
    weight, group, targets = _groups(problem)
    cover = problem.cover.copy()
    cover.eliminate_zeros()
    covered_by = row_lists(cover, cover.indices)
    demands: dict[str, object] = {"weight": weight.tolist(), "group": group.tolist(), "covered_by": covered_by}
    if problem.existing_providers.any():
        demands["existing_providers"] = problem.existing_providers.tolist()
    if problem.connection_cost.any():
        demands["connection_cost"] = problem.connection_cost.tolist()
    if problem.link_cost is not None:
        demands["link_cost"] = link_lists(problem.link_cost, covered_by)
    edges = zip(problem.edge_u.tolist(), problem.edge_v.tolist(), problem.edge_cost.tolist(), strict=True)
    candidates: dict[str, object] = {
        "node": problem.candidate_node.tolist(),
        "cost": problem.candidate_cost.tolist(),
        "backhaul": (problem.candidate_node >= 0).tolist(),
        "place": problem.candidate_place.tolist(),
    }
    return {
        "schema": SCHEMA,
        "name": problem.name,
        "nodes": problem.existing.size,
        "existing": np.flatnonzero(problem.existing).tolist(),
        "edges": [list(edge) for edge in edges],
        "candidates": candidates | candidate_variants(problem),
        "demands": demands | demand_variants(problem),
        "targets": targets,
        **variants(problem, covered_by),
    }


def _groups(problem: Problem) -> tuple[np.ndarray[Any, Any], Ints, list[Json]]:
    """One weight and group a demand where targets do not overlap; a target that does carries its own lists."""
    demands = problem.existing_providers.size
    weight, group = np.zeros(demands), np.full(demands, NO_GROUP, dtype=np.int64)
    rows: list[Json] = []
    for number, target in enumerate(problem.targets):
        row: dict[str, object] = {"name": target.name, "at_least": target.required, "providers": target.providers}
        if target.demand.size and (group[target.demand] == NO_GROUP).all():
            group[target.demand], weight[target.demand] = number, target.weight
            row["group"] = number
        else:
            row |= {"demand": target.demand.tolist(), "weight": target.weight.tolist()}
        rows.append(row)
    return weight, group, rows
