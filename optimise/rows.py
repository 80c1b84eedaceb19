"""Batches of linear rows in compressed form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimise.problem import Floats, Ints


@dataclass(frozen=True)
class Rows:
    """Rows ``lower <= a x <= upper`` in compressed form.

    Attributes
    ----------
    first : (n + 1,) int
    column : (nnz,) int
    value : (nnz,) float
    lower, upper : (n,) float
        inf for none.
    """

    first: Ints
    column: Ints
    value: Floats
    lower: Floats
    upper: Floats

    def __len__(self) -> int:
        return len(self.lower)

    def pick(self, rows: Ints) -> Rows:
        """Return some of the rows, in the order asked."""
        length = np.diff(self.first)[rows]
        first = np.concatenate([[0], np.cumsum(length)])
        position = np.repeat(self.first[:-1][rows] - first[:-1], length) + np.arange(first[-1])
        return Rows(first, self.column[position], self.value[position], self.lower[rows], self.upper[rows])

    def activity(self, values: Floats) -> Floats:
        """Value of each row at a point."""
        owner = np.repeat(np.arange(len(self)), np.diff(self.first))
        return np.asarray(np.bincount(owner, self.value * values[self.column], len(self)), dtype=np.float64)


def first_of_each(rows: Rows) -> Ints:
    """Positions of the rows without later copies of the same columns in any order."""
    seen: dict[bytes, int] = {}
    for row, (low, high) in enumerate(pairwise(rows.first.tolist())):
        seen.setdefault(np.sort(rows.column[low:high]).tobytes(), row)
    return np.array(list(seen.values()), dtype=np.int64)


def no_rows() -> Rows:
    """No rows at all."""
    return Rows(np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0))


def join_rows(parts: list[Rows]) -> Rows:
    """Several batches as one."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return no_rows()
    lengths = np.concatenate([np.diff(part.first) for part in parts])
    return Rows(
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.lower for part in parts]),
        np.concatenate([part.upper for part in parts]),
    )
