"""Pieces that every part of a problem file is read and written with: keys, whole numbers, lists of lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from gis_layers import StudyError
from optimise.problem import Bools, Ints

SCHEMA = "cardio-problem/1"

Json = Mapping[str, Any]


def check_keys(where: str, data: Json, needed: set[str], known: set[str]) -> None:
    """Refuse what lacks a needed key or has one that nothing reads."""
    if missing := sorted(needed - set(data)):
        raise StudyError(f"{where} lacks {', '.join(missing)}", f"A {SCHEMA} file has them there.")
    if unknown := sorted(set(data) - known):
        raise StudyError(f"{where} has unknown key {', '.join(unknown)}", f"Known: {', '.join(sorted(known))}.")


def whole_numbers(values: Sequence[int]) -> Ints:
    """Whole numbers only: 1.5 must not become 1."""
    array = np.asarray(list(values))
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"whole numbers expected, found {values[0]!r}...")
    return array.astype(np.int64)


def node_flags(name: str, listed: Sequence[int], nodes: int) -> Bools:
    """(nodes,) whether the node is listed."""
    index = whole_numbers(listed)
    if ((index < 0) | (index >= nodes)).any():
        raise StudyError(f"{name}: a node is not in 0..{nodes - 1}", "Correct the node number.")
    flags = np.zeros(nodes, dtype=np.bool_)
    flags[index] = True
    return flags


def sparse_rows(
    columns: Sequence[Sequence[int]], values: Sequence[Sequence[float]] | None, count: int, name: str, size: int
) -> csr_array:
    """Sparse (J, K) matrix of lists per row; rows with an empty list of values have no entries."""
    if len(columns) != size or (values is not None and len(values) != size):
        raise StudyError(f"{name}: one list a demand expected ({size})", "Correct the problem file.")
    kept = columns if values is None else [row if given else [] for row, given in zip(columns, values, strict=True)]
    if values is not None and any(len(row) != len(given) for row, given in zip(kept, values, strict=True)):
        raise StudyError(f"{name}: a list is not as long as its covered_by", "Give one cost a candidate, or none.")
    column = whole_numbers([candidate for row in kept for candidate in row])
    if ((column < 0) | (column >= count)).any():
        raise StudyError(f"{name}: a candidate is not in 0..{count - 1}", "Correct the candidate number.")
    if any(len(set(row)) < len(row) for row in kept):
        raise StudyError(f"{name}: a candidate is named twice for one demand", "Name it once.")
    flat = np.ones(column.size, dtype=np.bool_) if values is None else np.array(list(chain(*values)), dtype=np.float64)
    row = np.repeat(np.arange(size), [len(entries) for entries in kept])
    return csr_array((flat, (row, column)), shape=(size, count))


def row_lists(matrix: csr_array, values: np.ndarray[Any, Any]) -> list[list[Any]]:
    """One list of the values a row."""
    flat, start = values.tolist(), matrix.indptr.tolist()
    return [flat[first:end] for first, end in pairwise(start)]


def link_lists(link_cost: csr_array, covered_by: list[list[int]]) -> list[list[float]]:
    """Costs in the order of each demand's candidates; an empty list where the demand has none."""
    columns, costs = row_lists(link_cost, link_cost.indices), row_lists(link_cost, link_cost.data)
    price = [dict(zip(*row, strict=True)) for row in zip(columns, costs, strict=True)]
    return [[row[k] for k in candidates] if row else [] for row, candidates in zip(price, covered_by, strict=True)]
