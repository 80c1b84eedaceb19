"""Rows whose right-hand side is decided in exact arithmetic, whatever the solver's tolerance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pulp

from optimise.problem import Bools, Floats, Ints

Term = tuple[pulp.LpVariable, float]
Row = tuple[list[Term], int, float]  # terms, sense, right-hand side
GE, LE, EQ = pulp.LpConstraintGE, pulp.LpConstraintLE, pulp.LpConstraintEQ
TOLERANCE = 1e-9
"""Part of a limit, or of what there is in all, by which sums of many amounts may miss it through rounding."""


@dataclass(frozen=True)
class Limit:
    """Σ amount · item >= least, or <= most · switch, for items that are 0 or 1.

    Attributes
    ----------
    items : list of (float, list of terms)
        Amount > 0, and the terms whose sum is 0 or 1 in every plan.
    sense : int
        PuLP's GE or LE.
    right : float
        Without any allowance for rounding for LE; what counts as enough for GE.
    switch : pulp.LpVariable or None
        Factor on the right-hand side.
    """

    items: Sequence[tuple[float, list[Term]]]
    sense: int
    right: float
    switch: pulp.LpVariable | None = None

    def row(self) -> Row:
        """The row for the solver, rounded to what whole amounts can add up to."""
        terms = [(variable, amount * factor) for amount, item in self.items for variable, factor in item]
        whole = all(amount.is_integer() for amount, _ in self.items)
        right = self.right if self.sense == GE else self._room()
        if whole:
            right = float(np.ceil(right) if self.sense == GE else np.floor(right))
        if self.switch is not None:
            return [*terms, (self.switch, -right)], self.sense, 0.0
        return terms, self.sense, right

    def hopeless(self) -> bool:
        """Whether not even all items, or none of them, respect it."""
        if self.sense == GE:
            return math.fsum(amount for amount, _ in self.items) < self.right
        return self._room() < 0 and self.switch is None

    def cut(self, value: Floats) -> Row | None:
        """Row that cuts off an answer within the solver's tolerance but not within the limit; None where it is.

        Where the items chosen do not add up to enough, every plan has one of the others; where they add up to too
        much, no plan has all of them.
        """
        chosen = self._chosen(value)
        total = math.fsum(self._amounts[chosen])
        if self.sense == GE:
            return None if total >= self.right else (self._terms(~chosen), GE, 1.0)
        return None if total <= self._room() else (self._terms(chosen), LE, float(chosen.sum()) - 1.0)

    @cached_property
    def _amounts(self) -> Floats:
        return np.array([amount for amount, _ in self.items], dtype=np.float64)

    @cached_property
    def _entries(self) -> tuple[Ints, Ints, Floats]:
        """Item, column and factor of every term."""
        entries = [(n, v.index, factor) for n, (_, item) in enumerate(self.items) for v, factor in item]
        item, column, factor = np.array(entries, dtype=np.float64).reshape(-1, 3).T
        return item.astype(np.int64), column.astype(np.int64), factor

    def _chosen(self, value: Floats) -> Bools:
        item, column, factor = self._entries
        return np.asarray(np.bincount(item, factor * value[column], minlength=len(self.items)) > 0.5)

    def _terms(self, which: Bools) -> list[Term]:
        return [term for number in np.flatnonzero(which).tolist() for term in self.items[number][1]]

    def _room(self) -> float:
        return self.right + TOLERANCE * max(1.0, abs(self.right))
