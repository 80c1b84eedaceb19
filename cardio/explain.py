"""``explain``: what forbidding or forcing a work changes, and what one percent more or less of a target costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cardio.bracket_rows import refuse_brackets
from cardio.certainty import facts_of_plan
from cardio.figures import refuse_net_cost
from cardio.prospects import Prospects, measure_prospects, survey_prospects
from cardio.relaxation import Relaxation, describe_shortfall, is_out_of_reach, relax_targets, with_shares
from cardio.rounding import not_above
from cardio.stopwatch import Stopwatch
from cardio.study import Study, load_study
from cardio.why import explain_works
from cardio.works import Work, find_work, fix_works
from gis_layers import CancelledError, Progress, StudyError, UnreachableTargetError, silent
from network_model import TargetCoverage
from optimise import Plan, Solution, Variant, cut_off_candidates, providers_without, solve_variant

EXIT_DONE, EXIT_STOPPED = 0, 5
STEP = 0.01
SHARE_TOLERANCE = 1e-9
NOISE_CENTS = 1e-3
CENT = 0.01
CHEAPER = "the changed plan is cheaper than the first one found and meets every target too: the first gap was too wide"
# how the feasible plans of a changed problem compare with those of the study's
FEWER, MORE, OTHER = 1, -1, 0

Solver = Callable[[Variant], Solution]


@dataclass(frozen=True)
class Explanation:
    """Why a work is in the plan or not, or what a target costs.

    Attributes
    ----------
    document : dict
        Schema ``cardio-explanation/1``.
    exit_code : int
        0; 5 where a solve stopped with a wider gap than asked; 4 where no plan meets the targets.
    message : str
        Why there is no plan; empty when there is one.
    """

    document: dict[str, Any]
    exit_code: int
    message: str = ""


@dataclass(frozen=True)
class _Case:
    """The study's own plan, and how to solve others."""

    prospects: Prospects
    solution: Solution
    plan: Plan
    solve: Solver
    solves: list[dict[str, Any]] = field(default_factory=list)

    def try_change(self, what: str, variant: Variant, direction: int, why_not: str, **more: Any) -> dict[str, Any]:
        """Solve a changed problem and compare."""
        solution = self.solve(variant)
        self.solves.append(_solve_row(self.prospects, what, solution))
        if solution.status == "infeasible":
            return {**_impossible(what, why_not), **more}
        cheaper = direction == FEWER and solution.plan is not None and solution.plan.cost < self.plan.cost - CENT
        figures = compare_costs(self.solution, solution, direction)
        note = CHEAPER if cheaper else ""
        return {"what": what, **more, "possible": True, "reason": "", "note": note, **figures}


def explain_study(
    path: Path,
    work: str,
    *,
    data: Sequence[Path] = (),
    scenario: str | None = None,
    time_limit_s: float | None = None,
    gap: float | None = None,
    progress: Progress = silent,
) -> Explanation:
    """Plan a study, change one thing and plan again.

    Parameters
    ----------
    path : Path
        Study file.
    work : str
        Name of a target, or id of a work as the outputs show it.
    data : sequence of Path
        Folders searched for survey files after the study's own.
    scenario : str, optional
    time_limit_s, gap : optional
        Override the study's solver settings; the limit counts for each solve.
    progress : Progress

    Raises
    ------
    StudyError, SurveyError
        As `cardio.run.run_study`; also where nothing bears this name, or coverage is the objective.
    CancelledError
        Stopped by the user, or before the study's own plan was found.
    """
    study = load_study(path, data=data, scenario=scenario).with_settings(gap=gap, time_limit_s=time_limit_s, seed=None)
    _refuse_goals(study)
    refuse_net_cost(study, "explain")
    asked = study.solver
    prospects = survey_prospects(study, stopwatch=Stopwatch(), progress=progress)
    refuse_brackets(prospects, "cardio explain")
    names = [target.name for target in study.targets]
    found = (
        None if work in names else find_work(prospects.opportunities, prospects.statement, work, key="WORK", also=names)
    )

    def solve(variant: Variant) -> Solution:
        answer = solve_variant(
            variant, gap=asked.gap, time_limit_s=asked.time_limit_s, seed=asked.seed, progress=progress
        )
        if answer.status == "cancelled":
            raise CancelledError("stopped by the user; nothing can be said yet")
        return answer

    solution = solve(prospects.variant)
    if solution.status == "infeasible":
        relaxation = relax_targets(
            prospects, gap=asked.gap, time_limit_s=asked.time_limit_s, seed=asked.seed, progress=progress
        )
        return _without_plan(prospects, work, relaxation)
    if solution.plan is None:
        raise CancelledError("stopped at the limit before any plan was found", "give it more time with --time-limit")
    case = _Case(prospects, solution, solution.plan, solve, [_solve_row(prospects, "plan", solution)])
    subject = _explain_target(case, work) if found is None else _explain_work(case, found)
    document = {**_head(prospects), **subject, "solves": case.solves}
    wide = [row for row in case.solves if row["gap"] is None or row["gap"] > asked.gap]
    stopped = any(row["status"] == "limit" for row in wide)
    return Explanation(document, EXIT_STOPPED if stopped else EXIT_DONE)


def _refuse_goals(study: Study) -> None:
    if study.objective == "most_coverage":
        raise StudyError(
            "plan.objective: most_coverage: what a work or a goal costs is only told of plans of least cost",
            "explain a scenario with plan.objective: least_cost",
        )


def _head(prospects: Prospects) -> dict[str, Any]:
    study = prospects.town.study
    return {
        "schema": "cardio-explanation/1",
        "study": study.name,
        "scenario": study.scenario,
        "study_sha256": study.sha256,
        "unit": study.currency,
        "basis": prospects.statement.figure.basis,
    }


def _without_plan(prospects: Prospects, work: str, relaxation: Relaxation) -> Explanation:
    document = {
        **_head(prospects),
        "subject": {"id": work},
        "changes": [],
        "relaxation": relaxation.rows,
        "relaxed_cost": relaxation.cost,
        "message": relaxation.message,
    }
    return Explanation(document, UnreachableTargetError.exit_code, "no plan can meet the targets")


def _explain_work(case: _Case, work: Work) -> dict[str, Any]:
    prospects = case.prospects
    built = case.plan.candidates if work.kind == "site" else case.plan.edges
    in_plan = bool(np.isin(work.index, built))
    subject = {
        "id": work.id,
        "kind": work.kind,
        "in_plan": in_plan,
        "kept": work in prospects.kept,
        "forbidden": work in prospects.forbidden,
        "cost_eur": _cost_eur(prospects, case.plan, work),
        "why": _why(prospects, case.plan, work) if in_plan else "",
    }
    if in_plan:
        return {"subject": subject, "loses": _losses(case, work), "changes": [_forbid(case, work)]}
    return {"subject": subject, "changes": [_force(case, work)]}


def _forbid(case: _Case, work: Work) -> dict[str, Any]:
    prospects = case.prospects
    kept = [one for one in prospects.kept if one != work]
    variant = fix_works(prospects.statement.problem, kept, [*prospects.forbidden, work])
    short = [row for row in measure_prospects(prospects.town, variant) if is_out_of_reach(row)]
    why_not = "\n".join(map(describe_shortfall, short)) or _no_plan(
        prospects, "a work that the study keeps cannot be connected without it"
    )
    return case.try_change("forbid", variant, OTHER if work in prospects.kept else FEWER, why_not)


def _force(case: _Case, work: Work) -> dict[str, Any]:
    prospects = case.prospects
    if work.index < 0:
        reason = "no way of laying of the study has a price there"
        return _impossible("force", reason)
    forbidden = [one for one in prospects.forbidden if one != work]
    variant = fix_works(prospects.statement.problem, [*prospects.kept, work], forbidden)
    cut_off = "no route connects it to the existing network" if len(cut_off_candidates(variant)) else ""
    why_not = cut_off or _no_plan(prospects, "")
    return case.try_change("force", variant, OTHER if work in prospects.forbidden else FEWER, why_not)


def _no_plan(prospects: Prospects, otherwise: str) -> str:
    """Why a changed problem has no plan, where all of its targets can be reached."""
    problem = prospects.statement.problem
    limits = {
        "the budget": problem.budget,
        "the budgets of its years": problem.phases,
        "what equipment serves at most": problem.capacity,
    }
    named = [name for name, limit in limits.items() if limit is not None]
    return f"no plan keeps to {' and '.join(named)}" if named else otherwise


def _explain_target(case: _Case, name: str) -> dict[str, Any]:
    rows = [row for row in case.prospects.coverage if row.scope.target == name]
    subject = {
        "id": name,
        "kind": "target",
        "shares": [
            {
                "zone": row.scope.zone,
                "zone_name": row.scope.zone_name,
                "required": row.scope.required,
                "before": row.before,
                "reachable": row.reachable,
            }
            for row in rows
        ],
    }
    more = {id(row): _one_more(row) for row in rows}
    less = {id(row): max(row.scope.required - STEP, 0.0) for row in rows}
    return {
        "subject": subject,
        "changes": [
            _change_shares(
                case, "one_more", more, FEWER, "the target stands at the greatest share that can be reached"
            ),
            _change_shares(case, "one_less", less, MORE, "the target asks for nothing"),
        ],
    }


def _one_more(row: TargetCoverage) -> float:
    """One percent more, or as much of it as can be reached."""
    return max(row.scope.required, min(row.scope.required + STEP, row.reachable))


def _change_shares(case: _Case, what: str, share_of: dict[int, float], direction: int, why_not: str) -> dict[str, Any]:
    prospects = case.prospects
    shares = [share_of.get(id(row), row.scope.required) for row in prospects.coverage]
    changed = [
        {"zone": row.scope.zone, "zone_name": row.scope.zone_name, "at_least": share}
        for row, share in zip(prospects.coverage, shares, strict=True)
        if abs(share - row.scope.required) > SHARE_TOLERANCE
    ]
    if not changed:
        return {**_impossible(what, why_not), "shares": []}
    variant = fix_works(with_shares(prospects, shares), prospects.kept, prospects.forbidden)
    return case.try_change(what, variant, direction, _no_plan(prospects, why_not), shares=changed)


def _impossible(what: str, reason: str) -> dict[str, Any]:
    figures = dict.fromkeys(("difference_eur", "at_least_eur", "at_most_eur"))
    return {"what": what, "possible": False, "reason": reason, "note": "", **figures}


def compare_costs(one: Solution, other: Solution, direction: int) -> dict[str, float | None]:
    """Difference of the costs of two plans, and the interval that their bounds leave for that of the least costs.

    A plan of the problem with fewer plans is one of the other too: the cheaper plan counts for both where it may, and
    the difference has a sign.
    """
    cost, other_cost = (None if each.plan is None else each.plan.cost for each in (one, other))
    if direction == FEWER and cost is not None and other_cost is not None:
        cost = min(cost, other_cost)
    if direction == MORE and cost is not None and other_cost is not None:
        other_cost = min(cost, other_cost)
    difference, at_least, at_most = (
        None if left is None or right is None else 100 * (left - right)
        for left, right in ((other_cost, cost), (other.bound, cost), (other_cost, one.bound))
    )
    if direction == FEWER and at_least is not None:
        at_least = max(at_least, 0.0)
    if direction == MORE and at_most is not None:
        at_most = min(at_most, 0.0)
    return {
        "difference_eur": None if difference is None else round(difference) / 100,
        # whole cents, never narrower than proven but for the noise of sums
        "at_least_eur": None if at_least is None else math.floor(at_least + NOISE_CENTS) / 100,
        "at_most_eur": None if at_most is None else math.ceil(at_most - NOISE_CENTS) / 100,
    }


def _solve_row(prospects: Prospects, name: str, solution: Solution) -> dict[str, Any]:
    value = None if solution.plan is None else round(solution.plan.cost, 2)
    return {
        "name": name,
        "status": solution.status,
        "value": value,
        "bound": not_above(solution.bound, value),
        "gap": solution.gap,
        **facts_of_plan(prospects, solution.plan),
        "seconds": round(solution.seconds, 3),
    }


def _cost_eur(prospects: Prospects, plan: Plan, work: Work) -> float | None:
    """What is minimised, of one work in the year in which the plan builds it, or in the first year."""
    if work.index < 0:
        return None
    problem, site = prospects.statement.problem, work.kind == "site"
    cost = float((problem.candidate_cost if site else problem.edge_cost)[work.index])
    if problem.phases is None:
        return cost
    built, years = (plan.candidates, plan.candidate_year) if site else (plan.edges, plan.edge_year)
    year = int(years[built == work.index][0]) if work.index in built else 0
    return round(cost * float(problem.phases.factor[year]), 2)


def _why(prospects: Prospects, plan: Plan, work: Work) -> str:
    weight = np.concatenate([points.weight for points in prospects.town.demand.values()])
    # the terminal speaks English, whatever the language of the deliverables
    reasons = explain_works(prospects.opportunities, prospects.variant, plan, weight, "en")
    if work.kind == "site":
        return reasons.site_words[int(np.searchsorted(plan.candidates, work.index))]
    return reasons.route_words[int(np.searchsorted(plan.edges, work.index))]


def _losses(case: _Case, work: Work) -> dict[str, Any]:
    """Who loses service where the work is missing and nothing is planned anew."""
    prospects, problem = case.prospects, case.prospects.statement.problem
    nothing, missing = np.empty(0, dtype=np.int64), np.array([work.index])
    left = providers_without(
        problem,
        case.plan,
        edges=missing if work.kind == "route" else nothing,
        candidates=missing if work.kind == "site" else nothing,
    )
    planned = providers_without(problem, case.plan, edges=nothing, candidates=nothing)
    weight = {}
    for name, points in prospects.town.demand.items():
        first = prospects.statement.first_demand[name]
        own = slice(first, first + len(points.weight))
        weight[name] = round(float(points.weight[left[own] < planned[own]].sum()), 6)
    targets = []
    for row in prospects.coverage:
        own = slice(prospects.statement.first_demand[row.scope.service], None)
        share = row.scope.share(left[own])
        if share < row.scope.required - SHARE_TOLERANCE:
            targets.append(
                {
                    "target": row.scope.target,
                    "zone": row.scope.zone,
                    "zone_name": row.scope.zone_name,
                    "required": row.scope.required,
                    "with": row.scope.share(planned[own]),
                    "without": share,
                }
            )
    return {"weight": weight, "targets": targets}
