"""What a search leaves to the next one on the same columns, which requires more or less of the targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from optimise.cut_heuristics import Design
from optimise.cut_loop import Relaxation
from optimise.cut_town import TownFormulation
from optimise.cut_tree import Gains
from optimise.plan import BoundOrigin
from optimise.problem import Bools, Floats
from optimise.rows import Rows, join_rows, no_rows
from optimise.solvers.highs_rows import Basis


@dataclass
class Lessons:
    """Rows that hold whatever is required, where the linear program ended, what was built.

    Fixed columns do not carry over, nor rows that round the targets, nor anything else that follows from what was
    required or from the cost of a plan.

    Attributes
    ----------
    rows : Rows
        Cuts and strong rows that the last linear program kept.
    basis : Basis or None
        Where it ended: its columns, its base rows, then `rows`.
    built : (K,) bool or None
        Candidates to start a plan from.
    gains : Gains or None
        Of branching on the columns.
    multiplier : (K,) float or None
        Of the targets, where the dual ascent ended.
    bound : float
        What no plan of the next search can cost less than, known beforehand.
    bound_origin : str
    """

    rows: Rows = field(default_factory=no_rows)
    basis: Basis | None = None
    built: Bools | None = None
    gains: Gains | None = None
    multiplier: Floats | None = None
    bound: float = 0.0
    bound_origin: BoundOrigin = "none"

    def learn(self, formulation: TownFormulation, relaxation: Relaxation[Design]) -> None:
        """Note the rows of a tightened relaxation that hold for other requirements too, and its basis."""
        lasting = set(_row_keys(join_rows(formulation.lasting)))
        kept = np.array([key in lasting for key in _row_keys(relaxation.added)], dtype=bool)
        self.rows = relaxation.added.pick(np.flatnonzero(kept))
        base = np.ones(len(formulation.base), dtype=bool)
        rows = np.flatnonzero(np.concatenate([base, kept]))
        # a search that was stopped may end with rows that its basis, which is that of an earlier round, does not know
        known = relaxation.basis is not None and len(relaxation.basis.rows) == len(base) + len(kept)
        self.basis = relaxation.basis.pick(rows) if relaxation.basis is not None and known else None

    def basis_of(self, formulation: TownFormulation) -> Basis | None:
        """The basis, where it fits: targets that are met already have no row."""
        fits = self.basis is not None and len(self.basis.rows) == len(formulation.base) + len(self.rows)
        return self.basis if fits else None


def _row_keys(rows: Rows) -> list[tuple[bytes, bytes, float, float]]:
    """What tells rows apart: equal keys, equal rows."""
    parts = zip(pairwise(rows.first.tolist()), rows.lower.tolist(), rows.upper.tolist(), strict=True)
    return [
        (rows.column[low:high].tobytes(), rows.value[low:high].tobytes(), lower, upper)
        for (low, high), lower, upper in parts
    ]
