"""``alternatives``: plans that cost little more than the best one and differ from it, and works of no regret."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import cardio
from cardio.alternatives_works import WorksOfPlans, gather_works
from cardio.bracket_rows import refuse_brackets
from cardio.certainty import facts_of_plan
from cardio.explain import NOISE_CENTS
from cardio.exporters import export_alternatives
from cardio.figures import refuse_net_cost
from cardio.frames import served_today_and_after
from cardio.prospects import Prospects, survey_prospects
from cardio.relaxation import describe_shortfall, is_out_of_reach
from cardio.rounding import not_above
from cardio.run import EXIT_DONE, EXIT_STOPPED, check_output
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from cardio.study_labels import nest_labels
from gis_layers import CancelledError, Progress, StudyError, UnreachableTargetError, replace_folder, silent
from optimise import NearOptimal, Plan, Solution, near_optimal, solve_variant

FIRST_STAGE = 0.4
"""Part of the time limit that the study's own plan may take."""
PROOFS = 5


@dataclass(frozen=True)
class Alternatives:
    """Near-optimal plans of a study.

    Attributes
    ----------
    document : dict
        Schema ``cardio-alternatives/1``.
    near : NearOptimal
    works : WorksOfPlans
        Every site and route of any of the plans.
    folder : Path or None
    exit_code : int
        0; 5 where the study's own plan stopped with a wider gap than asked, or fewer alternatives than asked were found
        for lack of time, or the user stopped the run.
    message : str
        Why, where the exit code is not 0.
    """

    document: dict[str, Any]
    near: NearOptimal
    works: WorksOfPlans
    folder: Path | None
    exit_code: int
    message: str


def find_alternatives(
    path: Path,
    *,
    within: float = 0.02,
    count: int = 3,
    data: Sequence[Path] = (),
    out: Path | None = None,
    scenario: str | None = None,
    time_limit_s: float | None = None,
    gap: float | None = None,
    seed: int | None = None,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Alternatives:
    """Plan a study, then find plans of nearly the same cost, as different as possible.

    Parameters
    ----------
    path : Path
        Study file.
    within : float
        Most that an alternative may cost more than the study's own plan, as a part of its cost.
    count : int
        Alternatives besides that plan.
    data : sequence of Path
        Folders searched for survey files after the study's own.
    out : Path, optional
        Output folder, replaced whole; nothing is written without it.
    scenario : str, optional
    time_limit_s, gap, seed : optional
        Override the study's solver settings; the limit counts for all solves together.
    node_limit : int, optional
        Branch-and-bound nodes of each solve: unlike a time limit, repeatable.
    progress : Progress

    Raises
    ------
    StudyError, SurveyError
        As `cardio.run.run_study`; also for options out of range, for coverage as the objective and yearly budgets.
    UnreachableTargetError
        No plan meets the targets.
    CancelledError
        Stopped before the study's own plan was found.
    """
    if not 0 < within <= 1 or count < 1:
        raise StudyError(
            f"--within {within:g} --count {count}: out of range",
            "--within is a part of the cost above 0 and up to 1, such as 0.02; --count is 1 or more",
        )
    study = load_study(path, data=data, scenario=scenario).with_settings(gap=gap, time_limit_s=time_limit_s, seed=seed)
    if study.objective != "least_cost":
        raise StudyError(
            f"plan.objective is {study.objective}: alternatives are of plans of least cost",
            "set plan.objective to least_cost, in a scenario if you need both",
        )
    refuse_net_cost(study, "alternatives")
    if any(phase.budget_eur is not None for phase in study.phases):
        raise StudyError(
            "plan.phases: alternatives within yearly budgets are not searched in this version",
            "ask for the alternatives of a scenario without the budgets of the years",
        )
    if out is not None:
        check_output(study, data, out)
    watch = Stopwatch()
    prospects = survey_prospects(study, stopwatch=watch, progress=progress)
    refuse_brackets(prospects, "cardio alternatives")
    with watch.time("solve"):
        solution, near = _solve(prospects, within, count, node_limit, progress)
    works = gather_works(prospects, near)
    document = _document(prospects, solution, near, works, within=within, count=count, watch=watch)
    if out is not None:
        with replace_folder(out) as folder:
            export_alternatives(document, works.sites, works.routes, study.language, folder, progress)
    code, message = _ending(solution, near, study.solver.gap, count)
    return Alternatives(document, near, works, out, code, message)


def _solve(
    prospects: Prospects, within: float, count: int, node_limit: int | None, progress: Progress
) -> tuple[Solution, NearOptimal]:
    asked = prospects.town.study.solver
    solution = solve_variant(
        prospects.variant,
        gap=asked.gap,
        time_limit_s=FIRST_STAGE * asked.time_limit_s,
        seed=asked.seed,
        node_limit=node_limit,
        progress=progress,
    )
    if solution.status == "infeasible":
        short = [describe_shortfall(row) for row in prospects.coverage if is_out_of_reach(row)]
        raise UnreachableTargetError(
            "\n".join(["no plan can meet the targets", *short]), "run cardio plan, which says what would have to give"
        )
    if solution.plan is None or solution.status == "cancelled":
        raise CancelledError("stopped before the study's own plan was found", "give it more time with --time-limit")
    near = near_optimal(
        prospects.variant,
        solution,
        within=within,
        count=count,
        proofs=PROOFS,
        gap=asked.gap,
        time_limit_s=max(asked.time_limit_s - solution.seconds, 0.0),
        seed=asked.seed,
        node_limit=node_limit,
        progress=progress,
    )
    return solution, near


def _document(
    prospects: Prospects,
    solution: Solution,
    near: NearOptimal,
    works: WorksOfPlans,
    *,
    within: float,
    count: int,
    watch: Stopwatch,
) -> dict[str, Any]:
    study = prospects.town.study
    plans = [near.best, *(alternative.plan for alternative in near.alternatives)]
    return {
        "schema": "cardio-alternatives/1",
        "study": study.name,
        "scenario": study.scenario,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cardio_version": cardio.__version__,
        "study_sha256": study.sha256,
        "seed": study.solver.seed,
        "gap_asked": study.solver.gap,
        "unit": study.currency,
        "labels": nest_labels(study.labels),
        "basis": prospects.statement.figure.basis,
        "within": within,
        "count_asked": count,
        "limit_eur": _cents(near.limit, math.floor),
        "limit_above_bound": near.within_bound,
        "status": solution.status,
        "bound": not_above(solution.bound, round(near.best.cost, 2)),
        "gap": solution.gap,
        **facts_of_plan(prospects, near.best),
        "ending": near.ending,
        "next_most_new_eur": _cents(near.next_most_new, math.ceil),
        "plans": [
            {
                **_plan_row(prospects, solution, near, plan, number),
                "differs": works.differences(number) if number else [],
            }
            for number, plan in enumerate(plans)
        ],
        "no_regret": works.no_regret,
        "no_regret_eur": _cents(math.fsum(work.cost for work in near.shared), round),
        "no_regret_at_least_eur": _cents(near.least_shared, math.floor),
        "plans_found": near.plans_found,
        "solves": near.solves,
        "timings_s": watch.rounded(),
    }


def _plan_row(prospects: Prospects, solution: Solution, near: NearOptimal, plan: Plan, number: int) -> dict[str, Any]:
    alternative = near.alternatives[number - 1] if number else None
    counts = served_today_and_after(prospects.town, prospects.statement, plan)
    built = Counter(prospects.opportunities.candidates.option[plan.candidates].tolist())
    length_m = prospects.opportunities.routes.length_m[prospects.statement.segments[plan.edges]]
    above = None if not solution.bound else plan.cost / solution.bound - 1.0
    return {
        "name": f"alternative {number}" if number else "plan",
        "value": round(plan.cost, 2),
        "more_than_plan_eur": round(plan.cost - near.best.cost, 2),
        "above_bound": above,
        **facts_of_plan(prospects, plan),
        "new_eur": None if alternative is None else round(alternative.new, 2),
        "most_new_eur": None if alternative is None else _cents(alternative.most_new, math.ceil),
        "overlap_eur": None if alternative is None else round(alternative.overlap, 2),
        "overlap_bound_eur": None if alternative is None else _cents(alternative.overlap_bound, math.floor),
        "sites": [
            {"option": option.name, "count": built[row]} for row, option in enumerate(prospects.opportunities.options)
        ],
        "routes_m": round(float(np.sum(length_m)), 2),
        "coverage": [
            {
                "target": row.scope.target,
                "zone": row.scope.zone,
                "zone_name": row.scope.zone_name,
                "required": row.scope.required,
                "after": row.scope.share(counts[row.scope.service][1]),
            }
            for row in prospects.coverage
        ],
    }


def _cents(amount: float | None, whole: Any) -> float | None:
    """Whole cents, rounded so that nothing is claimed beyond what is proven; None for none or without limit."""
    if amount is None or not math.isfinite(amount):
        return None
    noise = NOISE_CENTS if whole is math.floor else -NOISE_CENTS if whole is math.ceil else 0.0
    return float(whole(100 * amount + noise)) / 100


def _ending(solution: Solution, near: NearOptimal, gap: float, count: int) -> tuple[int, str]:
    if near.ending == "cancelled":
        return EXIT_STOPPED, f"stopped by the user after {len(near.alternatives)} of {count} alternatives"
    if near.ending == "limit":
        return EXIT_STOPPED, f"the time was over after {len(near.alternatives)} of {count} alternatives"
    if solution.status == "limit" and (solution.gap is None or solution.gap > gap):
        return EXIT_STOPPED, "the study's own plan stopped at the limit with a wider gap than asked"
    return EXIT_DONE, ""
