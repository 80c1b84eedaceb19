"""Counts of people by area in which no small group shows: areas are joined until none is left.

What is published is a partition: every person is in one area and, for a service, in one of the groups served today,
newly served and still unserved. Whatever is derived from published counts by adding and subtracting is a sum of such
groups, so it is enough that each of them is empty or has the least count. Areas are the same for all services, since
two partitions of the same people could be subtracted from each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TOLERANCE = 1e-9
GREATEST_DOUBLINGS = 3
"""Squares grow to eight times their side at most before they join the rest."""


@dataclass(frozen=True)
class Joined:
    """Areas as they are published.

    Attributes
    ----------
    area : int array of n
        Published area of each area given, 0 to m - 1; -1 for those joined to the rest.
    small : bool array of n
        Areas that hold a group below the least count themselves; the other joined ones were joined to protect them.
    counts : float array (m, groups)
    rest : float array of groups
        All zero where nothing was joined.
    """

    area: Ints
    small: Bools
    counts: Floats
    rest: Floats


def is_small(counts: Floats, least: float) -> Bools:
    """Whether each row holds a group that is neither empty nor as large as the least count."""
    return np.asarray(((counts > 0) & (counts < least - TOLERANCE)).any(axis=-1))


def join_small(counts: Floats, least: float, area: Ints | None = None) -> Joined:
    """Join the areas that hold a small group to one rest, with as many others as it takes, the smallest first.

    Parameters
    ----------
    counts : float array (n, groups)
        People in each group of each area.
    least : float
        Least count of a group that is shown.
    area : int array of n, optional
        Areas that belong together already; each its own without.

    Raises
    ------
    ValueError
        All areas together hold a small group: nothing can be shown.
    """
    if is_small(counts.sum(axis=0), least):
        raise ValueError("all areas together hold a group below the least count")
    _, own = np.unique(np.arange(len(counts)) if area is None else area, return_inverse=True)
    sums = _sums(counts, own)
    joined = is_small(sums, least)
    rest = sums[joined].sum(axis=0)
    for next_one in np.argsort(sums.sum(axis=1), kind="stable"):
        if not is_small(rest, least):
            break
        if not joined[next_one] and sums[next_one].any():  # nobody lives there: it protects nobody
            joined[next_one] = True
            rest = sums[joined].sum(axis=0)
    number = np.where(joined, -1, np.cumsum(~joined) - 1)
    return Joined(number[own].astype(np.int64), is_small(counts, least), sums[~joined], rest)


def join_squares(column: Ints, row: Ints, counts: Floats, least: float) -> Ints:
    """Join squares that hold a small group with those beside them, in ever larger squares.

    Parameters
    ----------
    column, row : int array of n
        Place of each square in the grid.
    counts : float array (n, groups)
    least : float

    Returns
    -------
    int array of n
        Number of the square, joined or not, in which each one lies; some may still be small.
    """
    area = np.arange(len(counts), dtype=np.int64)
    for doubling in range(1, GREATEST_DOUBLINGS + 1):
        small = is_small(_sums(counts, area), least)[area]
        if not small.any():
            break
        _, block = np.unique(np.column_stack([column >> doubling, row >> doubling]), axis=0, return_inverse=True)
        grown = np.isin(block, block[small])
        key = np.where(grown, len(counts) + block, area)
        _, area = np.unique(key, return_inverse=True)
    return area


def _sums(counts: Floats, area: Ints) -> Floats:
    """Sum the rows of each area, numbered from 0."""
    sums = np.zeros((int(area.max(initial=-1)) + 1, counts.shape[1]))
    np.add.at(sums, area, counts)
    return sums
