"""Rows whose right-hand side is decided in exact arithmetic, whatever the solver's tolerance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from optimise.problem import Floats
from optimise.programme_columns import Term

Row = tuple[list[Term], int, float]  # terms, sense, right-hand side
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
        right = self.right if self.sense == pulp.LpConstraintGE else self._room()
        if whole:
            right = float(np.ceil(right) if self.sense == pulp.LpConstraintGE else np.floor(right))
        if self.switch is not None:
            return [*terms, (self.switch, -right)], self.sense, 0.0
        return terms, self.sense, right

    def hopeless(self) -> bool:
        """Whether not even all items, or none of them, respect it."""
        if self.sense == pulp.LpConstraintGE:
            return math.fsum(amount for amount, _ in self.items) < self.right
        return self._room() < 0 and self.switch is None

    def cut(self, value: Floats) -> Row | None:
        """Row that cuts off an answer within the solver's tolerance but not within the limit; None where it is.

        Where the items chosen do not add up to enough, every plan has one of the others; where they add up to too
        much, no plan has all of them.
        """
        chosen = [sum(factor * value[variable.index] for variable, factor in item) > 0.5 for _, item in self.items]
        total = math.fsum(amount for (amount, _), taken in zip(self.items, chosen, strict=True) if taken)
        if self.sense == pulp.LpConstraintGE:
            if total >= self.right:
                return None
            others = (item for (_, item), taken in zip(self.items, chosen, strict=True) if not taken)
            return [term for item in others for term in item], pulp.LpConstraintGE, 1.0
        if total <= self._room():
            return None
        taken_items = [item for (_, item), taken in zip(self.items, chosen, strict=True) if taken]
        return [term for item in taken_items for term in item], pulp.LpConstraintLE, len(taken_items) - 1.0

    def _room(self) -> float:
        return self.right + TOLERANCE * max(1.0, abs(self.right))
