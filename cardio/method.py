"""How a plan was made, as summary.json keeps it: what each service asks, and what to run to get the plan again."""

from __future__ import annotations

import shlex
from typing import Any

from cardio.study import Study
from optimise import available_solvers


def service_rows(study: Study) -> list[dict[str, Any]]:
    """Entry ``services`` of a summary: who needs each service, and how near it must be."""
    return [
        {
            "name": service.name,
            "demand": service.demand_layer,
            "weight": service.weight,
            "spread_over": service.spread_over,
            "provided_by": list(service.provided_by),
            "rule": service.reach.rule,
            "within_m": service.reach.within_m,
            "walls": list(service.reach.walls),
        }
        for service in study.services.values()
    ]


def run_row(study: Study) -> dict[str, Any]:
    """Entry ``run`` of a summary: the command that gives the plan again where the survey files lie, and the solver.

    Nothing in it tells of the machine: the study file by its name, folders not at all.
    """
    settings = study.solver
    return {
        "study_file": study.path.name,
        "command": shlex.join(
            [
                *("cardio", "plan", study.path.name),
                *(("--scenario", study.scenario) if study.scenario else ()),
                *("--seed", str(settings.seed), "--gap", f"{settings.gap:g}"),
                *("--time-limit", f"{settings.time_limit_s:g}", "--out", "plan"),
            ]
        ),
        "solver": settings.name,
        "solver_version": {info.name: info.version for info in available_solvers()}[settings.name],
        "gap_asked": settings.gap,
        "time_limit_s": settings.time_limit_s,
    }
