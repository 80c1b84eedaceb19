"""``frontier``: the least cost of each of several levels of coverage, and what the next percent costs."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import cardio
from cardio.bracket_rows import refuse_brackets
from cardio.cash import finance_entry
from cardio.certainty import facts_of_plan
from cardio.explain import FEWER, NOISE_CENTS, compare_costs
from cardio.exporters import export_frontier
from cardio.figures import refuse_net_cost
from cardio.frames import existing_frame, served_today_and_after, zone_frame
from cardio.frontier_levels import Level, make_levels
from cardio.frontier_works import list_point_works, sum_changes, works_of_plan
from cardio.plan_works import PlansOnMap, PlanWorks
from cardio.prospects import Prospects, survey_prospects
from cardio.relaxation import describe_shortfall, is_out_of_reach
from cardio.rounding import not_above
from cardio.run import EXIT_DONE, EXIT_STOPPED, check_output
from cardio.stopwatch import Stopwatch
from cardio.study import Study, load_study
from cardio.study_keys import suggest
from cardio.study_labels import nest_labels
from cardio.study_yaml import shown
from gis_layers import Progress, StudyError, UnreachableTargetError, replace_folder, silent
from network_model import TargetCoverage
from optimise import Solution, solve_frontier

PERCENT = 100.0


@dataclass(frozen=True)
class FrontierPoint:
    """A point solved.

    Attributes
    ----------
    level : Level
    solution : Solution
        With its verified plan, or infeasible.
    coverage : tuple of TargetCoverage
        What the plan reaches; ``scope.required`` is what this point asks.
    """

    level: Level
    solution: Solution
    coverage: tuple[TargetCoverage, ...]


@dataclass(frozen=True)
class Frontier:
    """Cost against coverage of a study.

    Attributes
    ----------
    document : dict
        Schema ``cardio-frontier/1``.
    points : tuple of FrontierPoint
        By increasing coverage asked.
    folder : Path or None
    exit_code : int
        0; 5 where a point stopped with a wider gap than asked or the user stopped the run; 4 where no point has a plan.
    message : str
        Why, where the exit code is not 0.
    """

    document: dict[str, Any]
    points: tuple[FrontierPoint, ...]
    folder: Path | None
    exit_code: int
    message: str


def trace_frontier(
    path: Path,
    *,
    points: int = 10,
    target: str | None = None,
    data: Sequence[Path] = (),
    out: Path | None = None,
    scenario: str | None = None,
    time_limit_s: float | None = None,
    gap: float | None = None,
    seed: int | None = None,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> Frontier:
    """Find the least cost of levels of coverage from what is served today to all that can be reached.

    Parameters
    ----------
    path : Path
        Study file.
    points : int
        Levels beyond today, equally spaced.
    target : str, optional
        Only this target moves, the others stay as the study asks; all of them move together without it.
    data : sequence of Path
        Folders searched for survey files after the study's own.
    out : Path, optional
        Output folder, replaced whole; nothing is written without it.
    scenario : str, optional
    time_limit_s, gap, seed : optional
        Override the study's solver settings; the limit counts for the solves of all points together.
    node_limit : int, optional
        Branch-and-bound nodes of each point: unlike a time limit, repeatable.
    progress : Progress

    Raises
    ------
    StudyError, SurveyError
        As `cardio.run.run_study`; also for less than one point, a target that the study does not have, and a study that
        maximises coverage.
    UnreachableTargetError
        Nothing that could be built serves more than is served today.
    CancelledError
        Stopped by the user before the first point was begun.
    """
    if points < 1:
        raise StudyError(f"a frontier needs 1 point or more, not {points}", "give --points 10")
    study = load_study(path, data=data, scenario=scenario).with_settings(gap=gap, time_limit_s=time_limit_s, seed=seed)
    if study.objective != "least_cost":
        raise StudyError(
            f"plan.objective is {study.objective}: a frontier is of least costs",
            "set plan.objective to least_cost, in a scenario if you need both",
        )
    refuse_net_cost(study, "frontier")
    moved = _moved_targets(study, target)
    if out is not None:
        check_output(study, data, out)
    watch = Stopwatch()
    prospects = survey_prospects(study, stopwatch=watch, progress=progress)
    refuse_brackets(prospects, "cardio frontier")
    levels = make_levels(prospects, moved, points)
    with watch.time("solve"):
        solutions = solve_frontier(
            prospects.variant,
            [level.required for level in levels],
            gap=study.solver.gap,
            time_limit_s=study.solver.time_limit_s,
            seed=study.solver.seed,
            node_limit=node_limit,
            progress=progress,
        )
    solved = tuple(
        FrontierPoint(level, solution, _measure(prospects, level, solution))
        for level, solution in zip(levels, solutions, strict=False)
    )
    plans = [None if point.solution.plan is None else works_of_plan(prospects, point.solution.plan) for point in solved]
    document = _document(prospects, moved, solved, plans, asked=len(levels), watch=watch)
    if out is not None:
        town = PlansOnMap(
            {str(number): plan for number, plan in enumerate(plans) if plan is not None},
            existing_frame(prospects.town),
            zone_frame(prospects.town, prospects.coverage),
            prospects.town.study.attribution,
        )
        with replace_folder(out) as folder:
            export_frontier(document, town, study.language, folder, progress)
    code, message = _ending(prospects, document, study.solver.gap)
    return Frontier(document, solved, out, code, message)


def _moved_targets(study: Study, target: str | None) -> list[str]:
    names = [one.name for one in study.targets]
    if target is not None and target not in names:
        raise StudyError(f"--target: the study has no target {shown(target)}", suggest(target, names))
    return names if target is None else [target]


def _measure(prospects: Prospects, level: Level, solution: Solution) -> tuple[TargetCoverage, ...]:
    counts = None
    if solution.plan is not None:
        counts = served_today_and_after(prospects.town, prospects.statement, solution.plan)
    measured = []
    for row, required in zip(prospects.coverage, level.required.tolist(), strict=True):
        scope = replace(row.scope, required=required / row.scope.total if row.scope.total > 0 else row.scope.required)
        after = None if counts is None else scope.share(counts[scope.service][1])
        measured.append(TargetCoverage(scope, row.before, row.reachable, after=after))
    return tuple(measured)


def _document(
    prospects: Prospects,
    moved: Sequence[str],
    points: Sequence[FrontierPoint],
    plans: Sequence[PlanWorks | None],
    *,
    asked: int,
    watch: Stopwatch,
) -> dict[str, Any]:
    study = prospects.town.study
    rows = [_point_row(prospects, point) for point in points]
    works = list_point_works(rows, plans)
    possible = [number for number, point in enumerate(points) if point.solution.status != "infeasible"]
    curve = [number for number in possible if points[number].level.kind != "study"]
    return {
        "schema": "cardio-frontier/1",
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
        "finance": None if study.finance is None else finance_entry(study.finance),
        "moved": list(moved),
        "status": _status(points, asked),
        "points_asked": asked,
        "points": rows,
        "steps": [_step_row(points, one, other) for one, other in pairwise(curve)],
        "bend": _find_bend(points, curve),
        "changes": sum_changes(rows, works),
        "works": works,
        "timings_s": watch.rounded(),
    }


def _status(points: Sequence[FrontierPoint], asked: int) -> str:
    """Worst news of all points; one that asks for too much is told by its own status."""
    found = {point.solution.status for point in points}
    if len(points) < asked:
        return "cancelled"
    order = ("cancelled", "limit", "within_gap", "optimal", "infeasible")
    return next(status for status in order if status in found)


def _point_row(prospects: Prospects, point: FrontierPoint) -> dict[str, Any]:
    level, solution = point.level, point.solution
    value = None if solution.plan is None else round(solution.plan.cost, 2)
    return {
        "kind": level.kind,
        "level": level.level,
        "share": level.share,
        "asked_by_study": level.asked,
        "status": solution.status,
        "value": value,
        "bound": not_above(solution.bound, value),
        "gap": solution.gap,
        **facts_of_plan(prospects, solution.plan),
        "bound_origin": solution.bound_origin,
        "verified": solution.plan is not None and all(row.met for row in point.coverage),
        "build": _build_row(prospects, solution),
        "targets": _target_rows(point.coverage),
        "coverage": [
            {
                "target": row.scope.target,
                "zone": row.scope.zone,
                "zone_name": row.scope.zone_name,
                "weight": round(row.scope.total, 6),
                "required": row.scope.required,
                "before": row.before,
                "after": row.after,
                "reachable": row.reachable,
            }
            for row in point.coverage
        ],
        "seconds": round(solution.seconds, 3),
    }


def _target_rows(coverage: Sequence[TargetCoverage]) -> list[dict[str, Any]]:
    """Shares of each target, all its zones together."""
    targets = []
    for name in dict.fromkeys(row.scope.target for row in coverage):
        own = [row for row in coverage if row.scope.target == name]
        shares: dict[str, list[float | None]] = {
            "required": [row.scope.required for row in own],
            "before": [row.before for row in own],
            "after": [row.after for row in own],
            "reachable": [row.reachable for row in own],
        }
        total = math.fsum(row.scope.total for row in own)
        targets.append({"target": name, **{key: _mean(values, own, total) for key, values in shares.items()}})
    return targets


def _mean(shares: Sequence[float | None], rows: Sequence[TargetCoverage], total: float) -> float | None:
    """Mean by weight; a target without weight is met."""
    known = [share for share in shares if share is not None]
    if len(known) < len(shares):
        return None
    weighted = math.fsum(share * row.scope.total for share, row in zip(known, rows, strict=True))
    return weighted / total if total > 0 else 1.0


def _build_row(prospects: Prospects, solution: Solution) -> dict[str, Any]:
    if solution.plan is None:
        return {"sites": [], "routes_m": None}
    options, statement = prospects.opportunities.options, prospects.statement
    built = Counter(prospects.opportunities.candidates.option[solution.plan.candidates].tolist())
    length_m = prospects.opportunities.routes.length_m[statement.segments[solution.plan.edges]]
    return {
        "sites": [{"option": option.name, "count": built[number]} for number, option in enumerate(options)],
        "routes_m": round(float(length_m.sum()), 2),
    }


def _step_row(points: Sequence[FrontierPoint], one: int, other: int) -> dict[str, Any]:
    """What the way from one point of the curve to another costs, in all and for each percent of share."""
    figures = compare_costs(points[one].solution, points[other].solution, FEWER)
    percents = PERCENT * (points[other].level.share - points[one].level.share)
    low, high = figures["at_least_eur"], figures["at_most_eur"]
    return {
        "from": one,
        "to": other,
        "percents": percents,
        **figures,
        "at_least_eur_per_percent": None if low is None else _per_percent(low, percents, math.floor),
        "at_most_eur_per_percent": None if high is None else _per_percent(high, percents, math.ceil),
    }


def _per_percent(amount_eur: float, percents: float, whole: Any) -> float:
    """Whole cents, rounded so that nothing is claimed beyond what is proven."""
    noise = NOISE_CENTS if whole is math.floor else -NOISE_CENTS
    return float(whole(100 * amount_eur / percents + noise)) / 100


def _find_bend(points: Sequence[FrontierPoint], curve: Sequence[int]) -> dict[str, Any] | None:
    """The point of the curve that is proven to lie furthest below the straight line between its ends; None for none.

    This is the knee of Satopää et al. (2011), told only where the bounds prove that the curve bends there.
    """
    solved = [number for number in curve if points[number].solution.plan is not None]
    if len(solved) < 3:
        return None
    first, last = points[solved[0]], points[solved[-1]]
    best, most = None, 0.0
    for number in solved[1:-1]:
        point = points[number]
        part = (point.level.share - first.level.share) / (last.level.share - first.level.share)
        line = (1 - part) * (first.solution.bound or 0.0) + part * (last.solution.bound or 0.0)
        below = line - (point.solution.value or 0.0)
        if below > most:
            best, most = number, below
    if best is None:
        return None
    return {
        "point": best,
        "share": points[best].level.share,
        "below_line_eur": math.floor(100 * most) / 100,
        "before": _step_row(points, solved[0], best),
        "after": _step_row(points, best, solved[-1]),
    }


def _ending(prospects: Prospects, document: dict[str, Any], gap: float) -> tuple[int, str]:
    rows = document["points"]
    if rows and all(row["status"] == "infeasible" for row in rows):
        short = [row for row in prospects.coverage if is_out_of_reach(row)]
        lines = [*map(describe_shortfall, short)] or ["no plan can meet the targets that do not move"]
        return UnreachableTargetError.exit_code, "\n".join(lines)
    if document["status"] == "cancelled":
        return EXIT_STOPPED, f"stopped by the user after {len(rows)} of {document['points_asked']} points"
    wide = [row for row in rows if row["status"] == "limit" and (row["gap"] is None or row["gap"] > gap)]
    if wide:
        return EXIT_STOPPED, f"{len(wide)} of {len(rows)} points stopped at the limit with a wider gap than asked"
    return EXIT_DONE, ""
