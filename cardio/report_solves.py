"""Other plans for the report: part of the way to the targets, and scenarios that the study names as options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from cardio.bracket_rows import find_bracket_rows
from cardio.deliverable import Deliverable
from cardio.frontier_levels import Level, levels_to_targets
from cardio.prospects import Prospects
from cardio.report import OtherPlans, make_report
from cardio.report_options import HALF, SCENARIO, PlanOption, option_of_plan, option_of_run
from cardio.rounding import not_above
from cardio.solving import Answer
from costing import Line
from gis_layers import CancelledError, Progress, StudyError, SurveyError, silent
from optimise import Plan, Solution, solve_frontier

HALF_WAY = 0.5
HALF_A_CENT_EUR = 0.005
WAY_GAP = 0.05
"""Gap at which plans part of the way may stop: they say how far a part of the money goes."""

NOT_WRITTEN = OtherPlans(why_none="not_written")


class _Planned(Protocol):
    """What planning a scenario gives back."""

    @property
    def deliverable(self) -> Deliverable | None: ...


PlanOther = Callable[..., _Planned]
"""Called with ``scenario`` and ``time_limit_s``."""
SolveWay = Callable[..., tuple[Solution, ...]]
"""Called as `optimise.solve_frontier`."""
Beside = Callable[[Prospects, Answer, Mapping[str, Any]], OtherPlans]
"""Solves what the report shows beside a plan, given that plan and its summary."""


@dataclass(frozen=True)
class _Way:
    """Levels between today and the targets, and what was found for each; fewer solutions where the user stopped."""

    levels: Sequence[Level]
    solutions: Sequence[Solution]

    def half(self) -> Solution | None:
        """Return what was found half of the way; None where the search did not come to it."""
        found = zip(self.levels, self.solutions, strict=False)
        return next((solution for level, solution in found if level.level == HALF_WAY), None)


def add_report(
    deliverable: Deliverable,
    prospects: Prospects,
    plan: Plan,
    lines: Sequence[Line],
    years: Sequence[int],
    others: OtherPlans,
) -> Deliverable:
    """Return the deliverable of a plan with what the first screen of its report tells.

    Parameters
    ----------
    lines, years : (n,) sequences
        Take-off of the plan, and the calendar year in which each line is paid.
    """
    summary, demand, money = deliverable.summary, deliverable.demand, deliverable.money
    report = make_report(prospects, plan, lines, years, summary=summary, demand=demand, money=money, others=others)
    return replace(deliverable, report=report)


def solve_others(
    prospects: Prospects,
    answer: Answer,
    summary: Mapping[str, Any],
    *,
    plan_other: PlanOther | None,
    solve_way: SolveWay = solve_frontier,
    node_limit: int | None = None,
    progress: Progress = silent,
) -> OtherPlans:
    """Solve what the report shows beside the plan, within the part of the time limit that the study grants it.

    Parameters
    ----------
    answer : Answer
        With the plan of the study.
    summary : mapping
        Of that plan.
    plan_other : callable or None
        Plans a scenario of the study; None where no scenario can be planned.
    solve_way : callable
        As `optimise.solve_frontier`; `cardio.kept_plans.KeptSolver.solve_way` starts from what is known.
    node_limit : int, optional
        For each solve.
    """
    settings, study = prospects.town.study.report, prospects.town.study
    names = [name for name in settings.options if name != study.scenario]
    levels, why = _levels(prospects, answer, half=not settings.options)
    each_s = settings.time_share * study.solver.time_limit_s / max(1, len(names) + max(0, len(levels) - 1))
    scenarios, without = _plan_scenarios(names, plan_other, each_s)
    way = _Way((), ())
    if levels:
        way = _find_way(prospects, levels, each_s * (len(levels) - 1), solve_way, node_limit, progress)
    half = None
    if not settings.options and not why:
        half, why = _half_way(prospects, answer, summary, way)
    options = scenarios if half is None else (half, *scenarios)
    if not options and not why:
        why = "no_scenario"
    frontier = _frontier(prospects, way, summary) if levels and settings.frontier_points else None
    return OtherPlans(options, "" if options else why, without, frontier)


def _levels(prospects: Prospects, answer: Answer, *, half: bool) -> tuple[list[Level], str]:
    """Levels to solve, today first, without the targets themselves; none, and why, where no plan can go part way."""
    study = prospects.town.study
    settings = study.report
    reasons = {
        "coverage": study.objective != "least_cost",
        "net_cost": study.minimise == "net_city_cost",
        "brackets": bool(find_bracket_rows(prospects)),
        "not_asked": settings.time_share == 0,
        "stopped": answer.solution.status == "cancelled",
        "nothing_to_do": all(row.before >= row.scope.required for row in prospects.coverage),
    }
    why = next((name for name, holds in reasons.items() if holds), "")
    steps = max(1, settings.frontier_points - 1)
    parts = {step / steps for step in range(steps)} | ({HALF_WAY} if half else set())
    return ([] if why else levels_to_targets(prospects, sorted(parts))), why


def _find_way(
    prospects: Prospects,
    levels: Sequence[Level],
    limit_s: float,
    solve_way: SolveWay,
    node_limit: int | None,
    progress: Progress,
) -> _Way:
    asked = prospects.town.study.solver
    try:
        solutions = solve_way(
            prospects.variant,
            [level.required for level in levels],
            gap=max(asked.gap, WAY_GAP),
            time_limit_s=limit_s,
            seed=asked.seed,
            node_limit=node_limit,
            progress=progress,
        )
    except CancelledError:
        return _Way(levels, ())
    return _Way(levels, solutions)


def _half_way(
    prospects: Prospects, answer: Answer, summary: Mapping[str, Any], way: _Way
) -> tuple[PlanOption | None, str]:
    """Return the option of the plan half of the way, or None and why there is none."""
    found, own = way.half(), answer.solution.plan
    if found is None or found.status == "cancelled":
        return None, "stopped"
    if found.plan is None or own is None:
        return None, "no_time"
    if found.plan.cost > own.cost - HALF_A_CENT_EUR:
        return None, "same"
    return option_of_plan(prospects, found.plan, HALF, coverage=summary["coverage"], gap=found.gap), ""


def _plan_scenarios(
    names: Sequence[str], plan_other: PlanOther | None, limit_s: float
) -> tuple[tuple[PlanOption, ...], tuple[tuple[str, str], ...]]:
    """Options of the scenarios, and those without a plan, each with what kept it from one (empty: no plan in time)."""
    options: list[PlanOption] = []
    without: list[tuple[str, str]] = []
    if plan_other is None or limit_s == 0:
        return (), ()
    for name in names:
        try:
            found = plan_other(scenario=name, time_limit_s=limit_s).deliverable
        except CancelledError:
            break
        except (StudyError, SurveyError) as error:
            without.append((name, error.message))
            continue
        if found is None:
            without.append((name, ""))
        else:
            options.append(option_of_run(found.summary, found.demand, SCENARIO, name))
    return tuple(options), tuple(without)


def _frontier(prospects: Prospects, way: _Way, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Points from today to the plan; the plan of the study counts for every level that asks less than its targets."""
    objective = summary["objective"]
    (own,) = levels_to_targets(prospects, [1.0])
    points = []
    for level, solution in zip(way.levels, way.solutions, strict=False):
        cost = None if solution.plan is None else round(solution.plan.cost, 2)
        value = objective["value"] if cost is None else min(cost, objective["value"])
        points.append(_point(level, value, not_above(solution.bound, value)))
    return {
        "figure": objective["minimise"],
        "basis": objective["basis"],
        "moved": _moved(prospects),
        "points": [*points, _point(own, objective["value"], objective["bound"])],
    }


def _moved(prospects: Prospects) -> list[str]:
    """Targets that are not met today, each once."""
    rows = prospects.coverage
    return list(dict.fromkeys(row.scope.target for row in rows if row.before < row.scope.required))


def _point(level: Level, value: float, bound: float | None) -> dict[str, Any]:
    gap = None if bound is None else max(0.0, value - bound) / value if value else 0.0
    return {
        "kind": level.kind,
        "level": level.level,
        "share": level.share,
        "asked_by_study": level.asked,
        "value": value,
        "bound": bound,
        "gap": gap,
    }
