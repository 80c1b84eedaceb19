"""``compare``: the plans of several scenarios of one study, side by side and work by work."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cardio
from cardio.cash import finance_entry
from cardio.compare_table import AMOUNTS
from cardio.compare_works import compare_works, list_all_works, list_works
from cardio.deliverable import Deliverable
from cardio.explain import NOISE_CENTS
from cardio.exporters import export_comparison
from cardio.kept import Kept
from cardio.kept_answers import Sources
from cardio.kept_sources import open_store, take_sources
from cardio.plan_works import works_of_deliverable
from cardio.prospects import Prospects, survey_prospects
from cardio.run import EXIT_DONE, EXIT_STOPPED, RunResult, check_output, plan_prospects
from cardio.stopwatch import Stopwatch
from cardio.study import Study, load_scenarios, read_scenarios
from cardio.study_labels import nest_labels
from cardio.study_scenarios import BASE
from gis_layers import CancelledError, Progress, StudyError, UnreachableTargetError, replace_folder, silent


@dataclass(frozen=True)
class ScenarioComparison:
    """Scenarios of a study, each with its plan.

    Attributes
    ----------
    document : dict
        Schema ``cardio-comparison/1``.
    results : mapping of str to RunResult
        As `cardio.run.plan_prospects` gives them; without those that were not begun when the user stopped the run.
    folder : Path or None
    exit_code : int
        0; 5 where any scenario stopped at a limit or by the user; 4 where no scenario can have a plan.
    message : str
        Why, where the exit code is not 0.
    """

    document: dict[str, Any]
    results: Mapping[str, RunResult]
    folder: Path | None
    exit_code: int
    message: str
    sources: Sources | None = None


def compare_scenarios(
    path: Path,
    names: Sequence[str],
    *,
    data: Sequence[Path] = (),
    out: Path | None = None,
    time_limit_s: float | None = None,
    gap: float | None = None,
    seed: int | None = None,
    node_limit: int | None = None,
    kept: Kept | None = None,
    progress: Progress = silent,
) -> ScenarioComparison:
    """Plan several scenarios of a study and tell what differs.

    Parameters
    ----------
    path : Path
        Study file.
    names : sequence of str
        Two scenarios or more; ``base`` is the study without one.
    data : sequence of Path
        Folders searched for survey files after the study's own.
    out : Path, optional
        Output folder, replaced whole; nothing is written without it.
    time_limit_s : float, optional
        For all solves together: each scenario may take an equal part of what is left. Without it the limit of each
        scenario's own settings counts.
    gap, seed : optional
        Override the solver settings of every scenario.
    node_limit : int, optional
        Branch-and-bound nodes of each solve: unlike a time limit, repeatable.
    kept : Kept, optional
        What was computed before, for these scenarios or others, and where this run is kept.
    progress : Progress

    Raises
    ------
    StudyError, SurveyError
        As `cardio.run.run_study`, for any of the scenarios and before any is solved; also for names that are unknown,
        too few or given twice, and for amounts in different currencies.
    CancelledError
        Stopped before the first plan was asked for.
    """
    studies = _load(path, names, data)
    studies = {name: study.with_settings(gap=gap, time_limit_s=None, seed=seed) for name, study in studies.items()}
    if out is not None:
        for study in studies.values():
            check_output(study, data, out)
    every = tuple(studies.values())
    sources = None if kept is None else take_sources(every, data)
    watch, store = Stopwatch(), open_store(kept, every, data)
    cases = {
        name: survey_prospects(study, stopwatch=watch, progress=progress, store=store)
        for name, study in studies.items()
    }
    results = _plan_all(cases, time_limit_s, node_limit, watch, progress, kept)
    document = _document(studies, results, watch)
    if out is not None:
        plans = {name: result.deliverable for name, result in results.items() if result.deliverable is not None}
        with replace_folder(out) as folder:
            export_comparison(document, plans, next(iter(studies.values())).language, folder, progress)
    code, message = _ending(studies, results)
    return ScenarioComparison(document, results, out, code, message, sources)


def _load(path: Path, names: Sequence[str], data: Sequence[Path]) -> dict[str, Study]:
    studies = load_scenarios(path, names, data=data)
    if len(studies) < 2:
        known = (BASE, *read_scenarios(path, data=data).written)
        raise StudyError(
            "a comparison needs two scenarios or more",
            f"name two of: {', '.join(known)}; {BASE} is the study without a scenario",
        )
    currencies = {study.currency for study in studies.values()}
    if len(currencies) > 1:
        raise StudyError(
            f"the scenarios are in different currencies: {', '.join(sorted(currencies))}",
            "compare scenarios with the same study.currency",
        )
    return studies


def _plan_all(
    cases: Mapping[str, Prospects],
    time_limit_s: float | None,
    node_limit: int | None,
    watch: Stopwatch,
    progress: Progress,
    kept: Kept | None,
) -> dict[str, RunResult]:
    """Plan one scenario after the other; those after a stop by the user are left out."""
    results: dict[str, RunResult] = {}
    before = watch.seconds["solve"]
    for name, prospects in cases.items():
        limit_s = None
        if time_limit_s is not None:
            left_s = max(time_limit_s - (watch.seconds["solve"] - before), 0.0)
            limit_s = left_s / (len(cases) - len(results))
        study = prospects.town.study.with_settings(gap=None, time_limit_s=limit_s, seed=None)
        case = replace(prospects, town=replace(prospects.town, study=study))
        try:
            results[name] = plan_prospects(case, stopwatch=watch, node_limit=node_limit, kept=kept, progress=progress)
        except CancelledError:
            if not results:
                raise
            break  # what is planned already is told
        if results[name].summary["status"] == "cancelled":
            break
    return results


def _document(studies: Mapping[str, Study], results: Mapping[str, RunResult], watch: Stopwatch) -> dict[str, Any]:
    study = next(iter(studies.values()))
    rows = [_scenario_row(name, own, results.get(name)) for name, own in studies.items()]
    works = {
        name: list_works(works_of_deliverable(one.deliverable))
        for name, one in results.items()
        if one.deliverable is not None
    }
    first, *others = rows
    pairs = [_pair(first, row) | compare_works(works[first["name"]], works[row["name"]])
             for row in others if first["name"] in works and row["name"] in works]  # fmt: skip
    return {
        "schema": "cardio-comparison/1",
        "study": study.name,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cardio_version": cardio.__version__,
        "study_sha256": study.sha256,
        "unit": study.currency,
        "labels": nest_labels(study.labels),
        "scenarios": rows,
        "pairs": pairs,
        "works": list_all_works(works),
        "timings_s": watch.rounded(),
    }


def _scenario_row(name: str, study: Study, result: RunResult | None) -> dict[str, Any]:
    head = {"name": name, "seed": study.solver.seed, "gap_asked": study.solver.gap}
    if result is None:
        reason = "not planned: the user stopped the run before it"
        return {**head, "status": "cancelled", "reason": reason, "has_plan": False, "objective": None,
                "cost": None, "relaxation": [], "relaxed_cost": None, "relaxed_budgets": [], "coverage": [],
                "routes_m": {}, "sites": [], "verified": False}  # fmt: skip
    summary = result.summary
    cost = summary["cost"]
    return {
        **head,
        "status": summary["status"],
        "reason": result.message,
        "has_plan": result.deliverable is not None,
        "objective": {key: summary["objective"][key] for key in
                      ("name", "minimise", "unit", "basis", "value", "bound", "gap", "bound_origin")},
        "cost": {
            **{key: cost[key] for key in AMOUNTS},
            "opex_not_stated": cost["opex_not_stated"],
            "opex_not_stated_labels": _labels_of_prices(result.deliverable, cost["opex_not_stated"] or ()),
            "finance": None if study.finance is None else finance_entry(study.finance),
            "bases": {key: cost["bases"][key] for key in AMOUNTS if key in cost["bases"]},
            "range": cost["range"],
            "share_from_assumed_prices": cost["share_from_assumed_prices"],
        },
        "relaxation": summary.get("relaxation", []),  # only a scenario that no plan can meet has these
        "relaxed_cost": summary.get("relaxed_cost"),
        "relaxed_budgets": summary.get("relaxed_budgets", []),
        "coverage": [
            {key: row[key] for key in ("target", "zone", "zone_name", "required", "before", "after", "met")}
            for row in summary["coverage"]
        ],
        "routes_m": summary["build"]["routes_m"],
        "sites": summary["build"]["sites"],
        "verified": summary["verified"],
    }  # fmt: skip


def _labels_of_prices(deliverable: Deliverable | None, keys: Sequence[str]) -> list[str]:
    """Labels of price rows of a plan, in the language of the study."""
    if deliverable is None:
        return []
    labels = dict(zip(deliverable.prices["key"], deliverable.prices["label"], strict=True))
    return [str(labels[key]) for key in keys]


def _pair(first: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What the other plan costs more than the first, where both amounts are of the same basis; None elsewhere."""
    bases = first["cost"]["bases"], other["cost"]["bases"]
    more = {
        f"{name}_eur": round(other["cost"][name] - first["cost"][name], 2)
        if name in bases[0] and bases[0].get(name) == bases[1].get(name)
        else None
        for name in AMOUNTS
    }
    return {
        "first": first["name"],
        "other": other["name"],
        "other_costs_more": more,
        "figure": _figure_difference(first["objective"], other["objective"]),
    }


def _figure_difference(first: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any] | None:
    """Difference of what both minimise, and what the bounds prove of that of the least costs; None if incomparable."""
    if any(first[key] != other[key] for key in ("name", "minimise", "unit", "basis")) or first["unit"] == "share":
        return None
    least = None if other["bound"] is None else other["bound"] - first["value"]
    most = None if first["bound"] is None else other["value"] - first["bound"]
    return {
        "basis": first["basis"],
        "other_costs_more": round(other["value"] - first["value"], 2),
        "at_least": None if least is None else math.floor(100 * least + NOISE_CENTS) / 100,
        "at_most": None if most is None else math.ceil(100 * most - NOISE_CENTS) / 100,
    }


def _ending(studies: Mapping[str, Study], results: Mapping[str, RunResult]) -> tuple[int, str]:
    stopped = [name for name in studies if name not in results or results[name].exit_code == EXIT_STOPPED]
    if stopped:
        return EXIT_STOPPED, f"stopped with a wider gap than asked, or without a plan: {', '.join(stopped)}"
    if all(result.deliverable is None for result in results.values()):
        return UnreachableTargetError.exit_code, "no scenario has a plan that meets its targets"
    return EXIT_DONE, ""
