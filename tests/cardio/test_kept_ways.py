"""Plans part of the way that are kept are found again for the very same question, and for no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from cardio.kept import Kept
from cardio.kept_plans import KeptSolver
from cardio.prospects import survey_prospects
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from gis_layers import silent
from optimise import Solution, keep_and_forbid
from tests.cardio.tiny_town import write_tiny_town

WHOLE_EUR = 17_300.0


def test_a_dearer_work_that_the_study_keeps_is_paid_in_a_plan_part_of_the_way(tmp_path: Path) -> None:
    """Kept works cost nothing in the problem that is solved: it is the same at any price of theirs."""
    problem = survey_prospects(load_study(write_tiny_town(tmp_path / "town")), stopwatch=Stopwatch()).variant.problem
    required = [np.array([row.required for row in problem.targets])]
    kept = Kept.open(tmp_path / "kept")

    def way(dearer_eur: float) -> Solution:
        cost = problem.edge_cost + dearer_eur * (np.arange(problem.edge_cost.size) == 0)
        variant = keep_and_forbid(replace(problem, edge_cost=cost), keep_edges=[0])
        settings = {"gap": 0.0, "time_limit_s": 60.0, "seed": 0, "node_limit": None, "progress": silent}
        (solution,) = KeptSolver(kept).solve_way(variant, required, **settings)
        return solution

    for dearer_eur in (0.0, 1000.0, 0.0):
        found = way(dearer_eur)
        assert found.plan is not None and found.plan.cost == WHOLE_EUR + dearer_eur == found.bound
