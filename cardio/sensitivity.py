"""``sensitivity``: what other prices would change: the cost of the plan, and the plan that is best."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import cardio
from cardio.bracket_rows import refuse_brackets
from cardio.certainty import facts_of_plan, uncertainty_row
from cardio.explain import NOISE_CENTS
from cardio.exporters import export_sensitivity
from cardio.figures import refuse_net_cost
from cardio.prospects import Prospects, survey_prospects
from cardio.relaxation import describe_shortfall, is_out_of_reach
from cardio.rounding import not_above
from cardio.run import EXIT_DONE, EXIT_STOPPED, check_output
from cardio.sensitivity_draws import Comparison, compare_plans, solve_draws
from cardio.sensitivity_works import deciding_rows, works_that_stay
from cardio.solving import solve_study
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from cardio.study_labels import nest_labels
from cardio.takeoff import take_off
from costing import spread_prices
from gis_layers import CancelledError, Progress, StudyError, UnreachableTargetError, replace_folder, silent
from optimise import Plan, Solution

FIRST_STAGE = 0.3
"""Part of the time limit that the study's own plan may take."""
MOST_DRAWS = 200


@dataclass(frozen=True)
class Sensitivity:
    """A plan at other prices.

    Attributes
    ----------
    document : dict
        Schema ``cardio-sensitivity/1``.
    comparison : Comparison
    folder : Path or None
    exit_code : int
        0; 5 where the study's own plan or a draw stopped with a wider gap than asked, or the user stopped the run.
    message : str
        Why, where the exit code is not 0.
    """

    document: dict[str, Any]
    comparison: Comparison
    folder: Path | None
    exit_code: int
    message: str


def study_sensitivity(
    path: Path,
    *,
    draws: int = 10,
    data: Sequence[Path] = (),
    out: Path | None = None,
    scenario: str | None = None,
    time_limit_s: float | None = None,
    gap: float | None = None,
    seed: int | None = None,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Sensitivity:
    """Plan a study, then plan it again at drawn prices.

    Parameters
    ----------
    path : Path
        Study file.
    draws : int
        Draws of the whole price list.
    data : sequence of Path
        Folders searched for survey files after the study's own.
    out : Path, optional
        Output folder, replaced whole; nothing is written without it.
    scenario : str, optional
    time_limit_s, gap, seed : optional
        Override the study's solver settings; the limit counts for all solves together, the seed is also that of the
        draws.
    node_limit : int, optional
        Branch-and-bound nodes of each solve: unlike a time limit, repeatable.
    progress : Progress

    Raises
    ------
    StudyError, SurveyError
        As `cardio.run.run_study`; also for draws out of range, and for coverage as the objective.
    UnreachableTargetError
        No plan meets the targets.
    CancelledError
        Stopped before the study's own plan was found.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise StudyError(f"--draws {draws}: out of range", f"give 1 to {MOST_DRAWS} draws")
    study = load_study(path, data=data, scenario=scenario).with_settings(gap=gap, time_limit_s=time_limit_s, seed=seed)
    if study.objective != "least_cost":
        raise StudyError(
            f"plan.objective is {study.objective}: plans are compared by their cost",
            "set plan.objective to least_cost, in a scenario if you need both",
        )
    refuse_net_cost(study, "sensitivity")
    if out is not None:
        check_output(study, data, out)
    watch = Stopwatch()
    asked = survey_prospects(study, stopwatch=watch, progress=progress)
    refuse_brackets(asked, "cardio sensitivity")
    with watch.time("solve"):
        prospects, solution, own = _solve_own(asked, node_limit, progress)
        left_s = max(study.solver.time_limit_s - solution.seconds, 0.0)
        solved = solve_draws(asked, draws, time_limit_s=left_s, node_limit=node_limit, progress=progress)
    comparison = compare_plans(prospects, own, solved)
    document = _document(prospects, solution, comparison, draws, watch)
    if out is not None:
        with replace_folder(out) as folder:
            export_sensitivity(document, study.language, folder, progress)
    code, message = _ending(solution, document, study.solver.gap, draws)
    return Sensitivity(document, comparison, out, code, message)


def _solve_own(asked: Prospects, node_limit: int | None, progress: Progress) -> tuple[Prospects, Solution, Plan]:
    """The study's own plan, within its part of the time."""
    study = asked.town.study
    hurried = study.with_settings(gap=None, time_limit_s=FIRST_STAGE * study.solver.time_limit_s, seed=None)
    prospects, answer = solve_study(
        replace(asked, town=replace(asked.town, study=hurried)), node_limit=node_limit, progress=progress
    )
    if answer.solution.status == "infeasible":
        short = [describe_shortfall(row) for row in asked.coverage if is_out_of_reach(row)]
        raise UnreachableTargetError(
            "\n".join(["no plan can meet the targets", *short]), "run cardio plan, which says what would have to give"
        )
    if answer.solution.plan is None or answer.solution.status == "cancelled":
        raise CancelledError("stopped before the study's own plan was found", "give it more time with --time-limit")
    return prospects, answer.solution, answer.solution.plan


def _document(
    prospects: Prospects, solution: Solution, comparison: Comparison, asked: int, watch: Stopwatch
) -> dict[str, Any]:
    study, own = prospects.town.study, comparison.plans[0]
    spread = spread_prices(take_off(prospects.town, prospects.statement, own), study.uncertainty, study.solver.seed)
    rows = [_draw_row(comparison, number, study.solver.gap) for number in range(len(comparison.draws))]
    return {
        "schema": "cardio-sensitivity/1",
        "study": study.name,
        "scenario": study.scenario,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cardio_version": cardio.__version__,
        "study_sha256": study.sha256,
        "seed": study.solver.seed,
        "gap_asked": study.solver.gap,
        "unit": study.currency,
        "labels": nest_labels(study.labels),
        "figure": prospects.statement.figure.name,
        "basis": prospects.statement.figure.basis,
        "correlation": study.uncertainty.correlation,
        "draws_asked": asked,
        "status": solution.status if len(rows) == asked else "cancelled",
        "value": round(own.cost, 2),
        "bound": not_above(solution.bound, round(own.cost, 2)),
        "gap": solution.gap,
        **facts_of_plan(prospects, own),
        "draws": rows,
        "regret": _regret_row(rows),
        "plans": _plan_rows(comparison, study.solver.gap),
        "steadiest": _steadiest(comparison),
        "works": works_that_stay(prospects, comparison),
        "decide": deciding_rows(prospects, comparison),
        "uncertainty": uncertainty_row(spread),
        "timings_s": watch.rounded(),
    }


def _draw_row(comparison: Comparison, number: int, gap: float) -> dict[str, Any]:
    """Cost of the study's own plan and of the best one found at the prices of a draw, and what is proven."""
    draw = comparison.draws[number]
    own, least = float(comparison.cost[number, 0]), float(comparison.least[number])
    best = int(comparison.best[number])
    bound = None if draw.solution.bound is None else float(min(draw.solution.bound, least))
    possible = math.isfinite(own)
    laid = comparison.priced(number, best) if best >= 0 else draw.prospects
    return {
        "draw": number + 1,
        "status": draw.solution.status,
        "own_cost": round(own, 2) if possible else None,
        "value": round(least, 2) if best >= 0 else None,
        "bound": not_above(bound, round(least, 2)),
        "gap": None if best < 0 or bound is None else _part(least - bound, least),
        "best_plan": best if best >= 0 else None,
        "regret_eur": round(own - least, 2) if possible else None,
        "regret_at_most_eur": None if not possible or bound is None else _cents_up(own - bound),
        "within_gap": bool(possible and _part(own - least, own) <= gap),
        **facts_of_plan(laid, comparison.plans[best] if best >= 0 else None),
    }


def _part(amount: float, whole: float) -> float:
    """Part of a whole as gaps are told: of the dearer of two costs; 0 of nothing."""
    return max(0.0, amount) / whole if whole > 0 else 0.0


def _cents_up(amount: float) -> float:
    """Whole cents, rounded so that nothing is claimed beyond what is proven."""
    return math.ceil(100 * max(0.0, amount) - NOISE_CENTS) / 100


def _regret_row(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Mean and most of the regrets of the draws in which the plan is possible."""
    found = [row["regret_eur"] for row in rows if row["regret_eur"] is not None]
    proven = [row["regret_at_most_eur"] for row in rows if row["regret_at_most_eur"] is not None]
    return {
        "mean_eur": round(math.fsum(found) / len(found), 2) if found else None,
        "most_eur": max(found, default=None),
        # nothing is proven of all draws where it is not of each
        "most_at_most_eur": max(proven) if proven and len(proven) == len(rows) else None,
        "draws": len(found),
    }


def _plan_rows(comparison: Comparison, gap: float) -> list[dict[str, Any]]:
    """How often each distinct plan is the best found, or within the gap of it."""
    rows = []
    for number in range(len(comparison.plans)):
        cost, least = comparison.cost[:, number], comparison.least
        possible = np.isfinite(cost)
        regret = cost[possible] - least[possible]
        near = sum(_part(more, own) <= gap for more, own in zip(regret.tolist(), cost[possible].tolist(), strict=True))
        rows.append(
            {
                "plan": number,
                "best_in": int(np.sum(comparison.best == number)),
                "within_gap_in": near,
                "possible_in": int(possible.sum()),
                "mean_regret_eur": round(float(regret.mean()), 2) if len(regret) else None,
                "most_regret_eur": round(float(regret.max()), 2) if len(regret) else None,
            }
        )
    return rows


def _steadiest(comparison: Comparison) -> int | None:
    """Plan of least mean regret, of those possible wherever any is, the study's own first; None for none."""
    solved = np.isfinite(comparison.least)
    cost = comparison.cost[solved]
    always = np.flatnonzero(np.isfinite(cost).all(axis=0))
    if not (solved.any() and len(always)):
        return None
    return int(always[np.argmin(cost[:, always].mean(axis=0))])  # what is best in a draw counts alike for all


def _ending(solution: Solution, document: dict[str, Any], gap: float, asked: int) -> tuple[int, str]:
    rows = document["draws"]
    if len(rows) < asked:
        return EXIT_STOPPED, f"stopped by the user after {len(rows)} of {asked} draws"
    if solution.status == "limit" and (solution.gap is None or solution.gap > gap):
        return EXIT_STOPPED, "the study's own plan stopped at the limit with a wider gap than asked"
    wide = [row for row in rows if row["status"] == "limit" and (row["gap"] is None or row["gap"] > gap)]
    if wide:
        return EXIT_STOPPED, f"{len(wide)} of {asked} draws stopped at the limit with a wider gap than asked"
    return EXIT_DONE, ""
