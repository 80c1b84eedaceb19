"""Cuts on the target rows, which act like knapsacks where few heavy customers decide: mixed integer rounding.

A target row, in customers or with x_i put for the customers whose cover row is tight, reads sum a v >= R over binary v.
With v = 1 - v' for the v above one half it is divided by one of its coefficients and rounded (Marchand and Wolsey,
Aggregation and mixed integer rounding to solve MIPs, 2001).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimise.compact import Compact
from optimise.cut_model import Columns
from optimise.problem import Floats, Ints
from optimise.rows import Rows, join_rows, no_rows

_TIGHT = 1e-6
_LEAST_FRACTION = 0.02
_LEAST_EFFICACY = 1e-3
_DIVISORS = 12


@dataclass(frozen=True)
class _Covering:
    """A row ``sum coefficient v[column] >= required`` with coefficients > 0 over binary columns."""

    column: Ints
    coefficient: Floats
    required: float


def find_knapsack_cuts(compact: Compact, columns: Columns, values: Floats) -> Rows:
    """Violated rounding cuts, at most two a target."""
    weights = compact.weights.tocsc()
    parts = []
    for target, required in enumerate(compact.coverage.required.tolist()):
        customer = weights.indices[weights.indptr[target] : weights.indptr[target + 1]].astype(np.int64)
        weight = weights.data[weights.indptr[target] : weights.indptr[target + 1]]
        plain = _Covering(columns.customers + customer, weight, required)
        for row in (plain, _in_candidates(compact, columns, values, plain)):
            parts.append(_best_rounding(row, values[row.column]))
    return join_rows(parts)


def _in_candidates(compact: Compact, columns: Columns, values: Floats, row: _Covering) -> _Covering:
    """Put the candidates (pairs) of a customer for it where its cover row is tight: n z_j <= sum x_i."""
    cover = compact.coverage
    customer = row.column - columns.customers
    offered = np.add.reduceat(values[columns.pair_column], cover.cover_first[:-1])[customer]
    need = cover.need[customer]
    tight = offered <= need * (values[row.column] + _TIGHT)
    length = np.diff(cover.cover_first)[customer[tight]]
    first = cover.cover_first[customer[tight]]
    pair = np.repeat(first - np.cumsum(length) + length, length) + np.arange(int(length.sum()))
    column = np.concatenate([row.column[~tight], columns.pair_column[pair]])
    coefficient = np.concatenate([row.coefficient[~tight], np.repeat((row.coefficient / need)[tight], length)])
    merged, position = np.unique(column, return_inverse=True)
    total = np.bincount(position, coefficient, len(merged))
    return _Covering(merged, np.minimum(total, row.required), row.required)


def _best_rounding(row: _Covering, values: Floats) -> Rows:
    """Rounding of most violation per length among some divisors."""
    low = values < 0.5
    room = float(row.coefficient[~low].sum()) - row.required
    signed = np.where(low, -row.coefficient, row.coefficient)
    point = np.where(low, values, 1.0 - values)
    between = np.minimum(values, 1.0 - values) > _TIGHT
    heavy = np.unique(row.coefficient[between])[::-1][:_DIVISORS]
    best, best_efficacy = no_rows(), _LEAST_EFFICACY
    for divisor in np.concatenate([heavy, heavy / 2, heavy / 4]).tolist():
        fraction = room / divisor - np.floor(room / divisor)
        if not _LEAST_FRACTION < fraction < 1 - _LEAST_FRACTION:
            continue
        whole = np.floor(signed / divisor)
        rounded = whole + np.maximum(0.0, signed / divisor - whole - fraction) / (1 - fraction)
        limit = np.floor(room / divisor)
        efficacy = (float(rounded @ point) - limit) / float(np.linalg.norm(rounded) + 1e-12)
        if efficacy > best_efficacy:
            best, best_efficacy = (
                _as_rows(row.column, np.where(low, -rounded, rounded), rounded[~low].sum() - limit),
                efficacy,
            )
    return best


def _as_rows(column: Ints, coefficient: Floats, lower: float) -> Rows:
    used = np.flatnonzero(np.abs(coefficient) > 1e-12)
    first = np.array([0, len(used)])
    slack = 1e-9 * (1.0 + abs(lower))
    return Rows(first, column[used], coefficient[used], np.array([lower - slack]), np.array([np.inf]))
