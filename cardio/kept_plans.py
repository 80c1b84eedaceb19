"""Plans found before: the very same problem is answered, one at other prices or targets starts from the last plan."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from cardio.kept import Kept
from cardio.kept_inputs import digest, fingerprint
from cardio.kept_parts import load, save
from cardio.net_cost import solve_net_cost
from cardio.prospects import Prospects
from cardio.solving import Answer, solve_study
from gis_layers import Progress
from optimise import Experience, Problem, Solution, WarmSolver, digest_problem, digest_works, solve

_PLANS, _LAST = "plans", "last"


@dataclass(frozen=True)
class _Last:
    """What the last solve of some works left, and when it ended."""

    experience: Experience
    created: str


def solve_from(
    kept: Kept | None, prospects: Prospects, *, node_limit: int | None, progress: Progress
) -> tuple[Prospects, Answer]:
    """Solve what a study asks, from what is kept; arguments and result as `cardio.solving.solve_study`.

    For the least net cost the order of the solves is part of the answer: it always starts from nothing.
    """
    if prospects.town.study.minimise == "net_city_cost":
        return solve_net_cost(prospects, node_limit=node_limit, progress=progress)
    solver = solve if kept is None else KeptSolver(kept)
    return solve_study(prospects, node_limit=node_limit, progress=progress, solver=solver)


class KeptSolver:
    """Solves as `optimise.solve`, from what is kept, and keeps what it finds.

    Parameters
    ----------
    kept : Kept

    Attributes
    ----------
    started_from : str or None
        When the plan ended that the last solve started from; None where it started from nothing.
    """

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
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
        answered: tuple[Solution, str | None] | None = load(self._kept, _PLANS, asked)
        if answered is not None:
            solution, self.started_from = answered
            return replace(solution, seconds=0.0)
        last: _Last | None = load(self._kept, _LAST, works)
        solver = WarmSolver(None if last is None else last.experience)
        solution = solver(
            problem, gap=gap, time_limit_s=time_limit_s, seed=seed, node_limit=node_limit, progress=progress
        )
        self.started_from = last.created if last is not None and solver.started_warm else None
        if solution.status in ("optimal", "within_gap", "infeasible"):
            save(self._kept, _PLANS, asked, (solution, self.started_from))
        if solver.learnt is not None:
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            save(self._kept, _LAST, works, _Last(solver.learnt, now))
        return solution
