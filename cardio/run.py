"""The street, walked once: study -> survey -> opportunities -> prices -> program -> verified plan -> deliverables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cardio.accounts import account_for
from cardio.assumptions import list_assumptions
from cardio.bill import bill_frame
from cardio.bracket_rows import refuse_brackets
from cardio.cash import years_of_lines
from cardio.deliverable import Deliverable
from cardio.exporters import export_all, export_failure, summary_text
from cardio.exporters.report_template import load_template
from cardio.exporters.texts import Words
from cardio.frames import (
    demand_frame,
    existing_frame,
    price_frame,
    route_frame,
    running_price_frame,
    served_today_and_after,
    site_frame,
    zone_frame,
)
from cardio.kept import Kept
from cardio.kept_answers import Sources
from cardio.kept_plans import KeptSolver, solve_from
from cardio.kept_sources import open_store, take_sources
from cardio.money import Money
from cardio.phasing import find_postponed, phase_rows, years_met
from cardio.prospects import Prospects, survey_prospects
from cardio.relaxation import Relaxation, relax_targets
from cardio.report_solves import NOT_WRITTEN, Beside, PlanOther, add_report, solve_others
from cardio.sharing import Sharing, share_costs
from cardio.solving import Answer
from cardio.stopwatch import Stopwatch
from cardio.study import Study, load_study
from cardio.summary import add_plan, summarise_town
from cardio.takeoff import line_phases, take_off
from cardio.why import explain_works
from costing import Figure, Line, figure_cents, value_cents
from gis_layers import (
    Finding,
    Progress,
    StudyError,
    UnreachableTargetError,
    check_output_folder,
    replace_folder,
    silent,
)
from network_model import TargetCoverage
from optimise import Plan, Solution, verify_variant, write_problem

EXIT_DONE, EXIT_STOPPED = 0, 5
HALF_A_CENT = 0.5
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RunResult:
    """What a run gives back.

    Attributes
    ----------
    summary : dict
        Content of summary.json.
    deliverable : Deliverable or None
        Frames handed to the exporters; None where no plan exists.
    findings : tuple of Finding
    folder : Path or None
        Output folder, None where nothing was written.
    exit_code : int
        As the command line would exit.
    message : str
        Why there is no plan, in field words; empty when there is one.
    sources : Sources or None
        Digests of the files that it was made from; None where results are not kept, or a database table is read.
    """

    summary: dict[str, Any]
    deliverable: Deliverable | None
    findings: tuple[Finding, ...]
    folder: Path | None
    exit_code: int
    message: str = ""
    sources: Sources | None = None


def run_study(
    path: Path,
    *,
    data: Sequence[Path] = (),
    out: Path | None = None,
    scenario: str | None = None,
    time_limit_s: float | None = None,
    gap: float | None = None,
    seed: int | None = None,
    node_limit: int | None = None,
    problem_path: Path | None = None,
    kept: Kept | None = None,
    progress: Progress = silent,
    stopwatch: Stopwatch | None = None,
) -> RunResult:
    """Plan a study and write its deliverables.

    Parameters
    ----------
    path : Path
        Study file.
    data : sequence of Path
        Folders searched for survey files after the study's own.
    out : Path, optional
        Output folder, replaced whole; nothing is written without it.
    scenario : str, optional
        Scenario of the study to apply.
    time_limit_s, gap, seed : optional
        Override the study's solver settings; the limit counts for the solve stage only.
    node_limit : int, optional
        Stop after so many branch-and-bound nodes: unlike a time limit, repeatable.
    problem_path : Path, optional
        Also write the optimiser's problem there (cardio-problem/1): without forbidden works, kept ones at no cost.
    kept : Kept, optional
        What was computed before, and where this run is kept; without it the run starts from nothing and leaves nothing.

    Raises
    ------
    StudyError, SurveyError
        See their exit codes. Unreachable targets are no error but a result with exit code 4.
    """
    watch = stopwatch or Stopwatch()
    study = load_study(path, data=data, scenario=scenario).with_settings(gap=gap, time_limit_s=time_limit_s, seed=seed)
    if out is not None:
        check_output(study, data, out)
    sources = None if kept is None else take_sources([study], data)
    prospects = survey_prospects(study, stopwatch=watch, progress=progress, store=open_store(kept, [study], data))
    if problem_path is not None:
        _write_problem(prospects, problem_path, out)
    asked: dict[str, Any] = {"node_limit": node_limit, "kept": kept, "progress": progress}
    plan_other = partial(run_study, path, data=data, gap=gap, seed=seed, **asked)
    result = plan_prospects(prospects, stopwatch=watch, out=out, plan_other=plan_other, **asked)
    return replace(result, sources=sources)


def plan_prospects(
    prospects: Prospects,
    *,
    stopwatch: Stopwatch,
    out: Path | None = None,
    node_limit: int | None = None,
    kept: Kept | None = None,
    progress: Progress = silent,
    plan_other: PlanOther | None = None,
) -> RunResult:
    """Plan a town that is surveyed and priced: what `run_study` does after the survey.

    Parameters
    ----------
    plan_other : callable, optional
        Plans a scenario that the report shows as an option; without it none is shown.
    """
    study, watch = prospects.town.study, stopwatch
    asked, solver = study.solver, KeptSolver(kept)
    common: dict[str, Any] = {"node_limit": node_limit, "progress": progress}
    with watch.time("solve"):
        prospects, answer = solve_from(solver, prospects, **common)
    solution = answer.solution
    if solution.plan is None:
        relaxation = None
        if solution.status == "infeasible":
            with watch.time("solve"):
                relaxation = relax_targets(
                    prospects,
                    gap=asked.gap,
                    time_limit_s=max(asked.time_limit_s - solution.seconds, 0.0),
                    seed=asked.seed,
                    **common,
                )
        return _without_plan(prospects, solution, relaxation, watch, out)
    beside = None
    if out is not None:
        beside = partial(solve_others, plan_other=plan_other, solve_way=solver.solve_way, **common)
    return _with_plan(prospects, answer, solution.plan, watch, out, progress, beside)


def check_output(study: Study, data: Sequence[Path], out: Path) -> None:
    """Refuse an output folder that cannot be written, is not ours, or holds what the run reads; a wrong template too.

    Raises
    ------
    StudyError
    """
    files = study.report.files if study.price_file is None else (study.price_file, *study.report.files)
    check_output_folder(out, inputs=[study.path, *data, *files, *(layer.path for layer in study.layers.values())])
    if study.report.template is not None:
        load_template(study.report.template)  # what is wrong with it is told before the plan is made


def _write_problem(prospects: Prospects, path: Path, out: Path | None) -> None:
    if out is not None and path.resolve().is_relative_to(out.resolve()):
        raise StudyError(f"{path} lies in the output folder, which is replaced whole", "choose another --problem")
    refuse_brackets(prospects, "one problem file")
    write_problem(prospects.variant.problem, path)


def build_deliverable(
    prospects: Prospects,
    summary: Mapping[str, Any],
    coverage: Sequence[TargetCoverage],
    lines: Sequence[Line],
    plan: Plan | None,
    money: Money | None = None,
    sharing: Sharing | None = None,
) -> Deliverable:
    """Gather the frames of a run; without a plan those of the town as it is."""
    town, opportunities, statement = prospects.town, prospects.opportunities, prospects.statement
    weight = np.concatenate([points.weight for points in town.demand.values()])
    reasons = None
    if plan is not None:
        named = Words(town.study.language, labels=town.study.labels).name
        reasons = explain_works(opportunities, prospects.variant, plan, weight, town.study.language, named)
    sites = site_frame(town, opportunities, lines, plan, reasons, sharing)
    routes = route_frame(town, opportunities, statement, lines, plan, reasons, sharing)
    demand = demand_frame(town, statement, opportunities, lines, plan)
    return Deliverable(
        summary=summary,
        language=town.study.language,
        currency=town.study.currency,
        labels=town.study.labels,
        sites=sites,
        routes=routes,
        demand=demand,
        zones=zone_frame(town, coverage, years_met(summary["phases"], coverage) if plan is not None else ()),
        existing=existing_frame(town),
        findings=town.findings,
        bill=bill_frame(prospects, lines, plan, sites=sites, routes=routes, demand=demand),
        prices=price_frame(lines),
        running_prices=running_price_frame(lines),
        assumptions=list_assumptions(town.study, summary),
        template=town.study.report.template,
        pictures=town.study.report.pictures,
        attribution=town.study.attribution,
        tiles=town.study.tiles,
        money=money,
    )


def _with_plan(
    prospects: Prospects,
    answer: Answer,
    plan: Plan,
    watch: Stopwatch,
    out: Path | None,
    progress: Progress,
    beside: Beside | None,
) -> RunResult:
    town, statement = prospects.town, prospects.statement
    with watch.time("costing"):
        lines = take_off(town, statement, plan)
        phase_of_line = line_phases(town, statement, plan)
        postponed = find_postponed(prospects, lines, phase_of_line)
        if postponed is not None:
            town = replace(town, findings=(*town.findings, postponed.finding(town.study.currency)))
            prospects = replace(prospects, town=town)
        years = years_of_lines(town.study, phase_of_line)
        sharing = share_costs(prospects, plan, lines)
        money = account_for(prospects, plan, lines, years, sharing)
    verified = _check_plan(prospects, plan, lines, phase_of_line)
    counts = served_today_and_after(town, statement, plan)
    coverage = tuple(
        TargetCoverage(row.scope, row.before, row.reachable, after=row.scope.share(counts[row.scope.service][1]))
        for row in prospects.coverage
    )
    options = prospects.opportunities.options
    built = Counter(prospects.opportunities.candidates.option[plan.candidates].tolist())
    summary = add_plan(
        summarise_town(
            town,
            coverage,
            watch,
            schema="cardio-summary/1",
            after={service: providers for service, (_, providers) in counts.items()},
        ),
        study=town.study,
        answer=answer,
        figure=statement.figure,
        value=_value_eur(answer, statement.figure, lines, years, money),
        lines=lines,
        sites={option.name: built[number] for number, option in enumerate(options)},
        routes_m=_metres_by_method(prospects, plan),
        works=list_fixed_works(prospects),
        phases=phase_rows(prospects, plan, lines, phase_of_line, coverage),
        postponed=None if postponed is None else postponed.row(),
        verified=verified and (town.study.objective == "most_coverage" or all(row.met for row in coverage)),
        money=money,
    )
    deliverable = build_deliverable(prospects, summary, coverage, lines, plan, money, sharing)
    with watch.time("report"):
        others = NOT_WRITTEN if beside is None else beside(prospects, answer, summary)
        deliverable = add_report(deliverable, prospects, plan, lines, years, others)
    folder = None if out is None else _write(deliverable, summary, out, watch, progress)
    stopped = answer.stopped(town.study.solver.gap)
    return RunResult(summary, deliverable, town.findings, folder, EXIT_STOPPED if stopped else EXIT_DONE)


def _value_eur(answer: Answer, figure: Figure, lines: Sequence[Line], years: Sequence[int], money: Money) -> float:
    """What the plan costs in the figure of the study; a net cost is that of the funding rules, to the cent."""
    if answer.proven is None:
        return figure_cents(lines, years, figure) / 100
    net = None if money.funding is None else money.funding.cost.total / 100
    if net != answer.proven.value:
        raise RuntimeError(f"the net cost of the plan is {net}, the program found {answer.proven.value}")
    return answer.proven.value


def _check_plan(prospects: Prospects, plan: Plan, lines: Sequence[Line], phase_of_line: Ints) -> bool:
    """Verify the plan without the program, and that the lines add up to what it minimises, to the cent."""
    verification = verify_variant(prospects.variant, plan)
    if not verification.ok:
        raise RuntimeError("the plan does not pass verification: " + "; ".join(verification.complaints[:5]))
    figure = prospects.statement.figure
    factors = figure.year_factors([phase.year for phase in prospects.town.study.phases]) or (1.0,)
    by_phase = np.bincount(phase_of_line, weights=value_cents(lines, figure), minlength=len(factors))
    cents = float(by_phase @ np.array(factors))
    if abs(cents - verification.cost * 100) >= HALF_A_CENT:
        raise RuntimeError(f"the lines of the plan sum to {cents:.2f} cents, the plan costs {verification.cost:.2f}")
    return True


def list_fixed_works(prospects: Prospects) -> dict[str, list[str]]:
    """Ids of the works that the study keeps and forbids."""
    return {
        "kept": [work.id for work in prospects.kept],
        "forbidden": [work.id for work in prospects.forbidden],
    }


def _metres_by_method(prospects: Prospects, plan: Plan) -> dict[str, float]:
    rows = prospects.statement.segments[plan.edges]
    method: npt.NDArray[np.object_] = prospects.statement.routes.method[rows]
    # the lengths that plan.gpkg shows, so that they add up
    length_m = np.round(prospects.opportunities.routes.length_m[rows], 2)
    names = [laying.name for laying in prospects.town.study.laying]
    return {name: float(length_m[method == name].sum()) for name in names}


def _without_plan(
    prospects: Prospects,
    solution: Solution,
    relaxation: Relaxation | None,
    watch: Stopwatch,
    out: Path | None,
) -> RunResult:
    """No plan: say why; the summary and the findings are still written whole."""
    summary = add_plan(
        summarise_town(prospects.town, prospects.coverage, watch, schema="cardio-summary/1"),
        study=prospects.town.study,
        answer=Answer(solution),
        figure=prospects.statement.figure,
        value=None,
        lines=(),
        sites={},
        routes_m={},
        works=list_fixed_works(prospects),
        phases=[],
        verified=False,
    )
    if relaxation is not None:
        summary |= {
            "relaxation": relaxation.rows,
            "relaxed_cost": relaxation.cost,
            "relaxed_budgets": relaxation.budgets,
        }
    if out is not None:
        with replace_folder(out) as folder:
            export_failure(summary, prospects.town.findings, folder, language=prospects.town.study.language)
    if relaxation is not None:
        error = UnreachableTargetError(relaxation.message)
        return RunResult(summary, None, prospects.town.findings, out, error.exit_code, relaxation.message)
    message = "stopped at the limit before any plan was found; give it more time"
    return RunResult(summary, None, prospects.town.findings, out, EXIT_STOPPED, message)


def _write(deliverable: Deliverable, summary: dict[str, Any], out: Path, watch: Stopwatch, progress: Progress) -> Path:
    with replace_folder(out) as folder:
        with watch.time("export"):
            export_all(deliverable, folder, progress)
        # the time that the export took is known only now
        summary["timings_s"] = watch.rounded()
        (folder / "summary.json").write_text(summary_text(summary), encoding="utf-8")
    return out
