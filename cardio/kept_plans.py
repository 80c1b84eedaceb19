"""Plans found before: the very same problem is answered, one at other prices or targets starts from the last plan."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cardio.kept import Kept
from cardio.kept_inputs import digest, fingerprint
from cardio.kept_parts import load, save
from cardio.net_cost import solve_net_cost
from cardio.prospects import Prospects
from cardio.solving import Answer, solve_study
from gis_layers import Progress
from optimise import (
    Experience,
    FrontierMemory,
    Problem,
    Solution,
    Variant,
    WarmSolver,
    digest_problem,
    digest_works,
    solve_frontier,
)

_PLANS, _LAST, _WAYS = "plans", "last", "ways"
_ENDED = ("optimal", "within_gap", "infeasible")
"""Statuses that no limit of time has a part in."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Last:
    """What the last solve of some works left, and when it ended."""

    experience: Experience
    created: str


def solve_from(
    solver: KeptSolver, prospects: Prospects, *, node_limit: int | None, progress: Progress
) -> tuple[Prospects, Answer]:
    """Solve what a study asks, from what is kept; arguments and result as `cardio.solving.solve_study`.

    For the least net cost the order of the solves is part of the answer: it always starts from nothing.
    """
    if prospects.town.study.minimise == "net_city_cost":
        return solve_net_cost(prospects, node_limit=node_limit, progress=progress)
    return solve_study(prospects, node_limit=node_limit, progress=progress, solver=solver)


class KeptSolver:
    """Solves as `optimise.solve`, from what is kept, and keeps what it finds.

    Parameters
    ----------
    kept : Kept or None
        None: every problem is solved from nothing, and only `solve_way` learns, from the plan of the same run.

    Attributes
    ----------
    started_from : str or None
        When the plan ended that the last solve started from; None where it started from nothing.
    """

    def __init__(self, kept: Kept | None) -> None:
        self._kept = kept
        self._last: Experience | None = None
        self.started_from: str | None = None

    def __call__(
        self,
        problem: Problem,
        *,
        gap: float,
        time_limit_s: float | None,
        seed: int,
        node_limit: int | None,
        progress: Progress,
    ) -> Solution:
        """Solve a problem; arguments, result and errors as `optimise.solve`."""
        asked = digest(fingerprint(), digest_problem(problem), gap, seed, node_limit)
        works = digest(fingerprint(), digest_works(problem))
        answered: tuple[Solution, str | None] | None = self._load(_PLANS, asked)
        last: _Last | None = self._load(_LAST, works)
        self._last = None if last is None else last.experience
        if answered is not None:
            solution, self.started_from = answered
            return replace(solution, seconds=0.0)
        solver = WarmSolver(self._last)
        solution = solver(
            problem, gap=gap, time_limit_s=time_limit_s, seed=seed, node_limit=node_limit, progress=progress
        )
        self.started_from = last.created if last is not None and solver.started_warm else None
        if solution.status in _ENDED:
            self._save(_PLANS, asked, (solution, self.started_from))
        if solver.learnt is not None:
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            self._save(_LAST, works, _Last(solver.learnt, now))
            self._last = solver.learnt
        return solution

    def solve_way(
        self,
        variant: Variant,
        required: Sequence[Floats],
        *,
        gap: float,
        time_limit_s: float,
        seed: int,
        node_limit: int | None,
        progress: Progress,
    ) -> tuple[Solution, ...]:
        """Solve points on the way to the plan solved last; arguments, result and errors as `optimise.solve_frontier`.

        They start from the same points of an earlier run where they are kept, else from that plan and its cuts.
        """
        asked = digest(
            fingerprint(), digest_problem(variant), [each.tolist() for each in required], gap, seed, node_limit
        )
        answered: tuple[Solution, ...] | None = self._load(_WAYS, asked)
        if answered is not None:
            return tuple(replace(solution, seconds=0.0) for solution in answered)
        works = digest(fingerprint(), digest_works(variant.problem), len(required))
        points: list[Experience | None] | None = self._load(_WAYS, works)
        memory = FrontierMemory(self._last, points or [])
        solutions = solve_frontier(
            variant,
            required,
            gap=gap,
            time_limit_s=time_limit_s,
            seed=seed,
            node_limit=node_limit,
            memory=memory,
            progress=progress,
        )
        if len(solutions) == len(required) and all(solution.status in _ENDED for solution in solutions):
            self._save(_WAYS, asked, solutions)
        if any(point is not None for point in memory.points):
            self._save(_WAYS, works, memory.points)
        return solutions

    def _load(self, kind: str, key: str) -> Any:
        return None if self._kept is None else load(self._kept, kind, key)

    def _save(self, kind: str, key: str, value: object) -> None:
        if self._kept is not None:
            save(self._kept, kind, key, value)
