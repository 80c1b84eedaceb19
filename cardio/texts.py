"""What the command line says about results: plain text, worst news first."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cardio.amounts import say_amount
from cardio.certainty_texts import facts_of_summary, say_prices_plainly
from cardio.money_texts import money_lines
from cardio.rounding import round_down_share, round_up_share
from cardio.target_counts import count_met_targets
from gis_layers import Finding, Location, known_formats

if TYPE_CHECKING:
    from cardio.diagnosis import Diagnosis
    from cardio.survey_check import SurveyCheck

SHOWN_ALIKE = 3
SHOWN_GAPS = 10
STATUS_WORDS = {
    "optimal": "proven optimal",
    "within_gap": "proven within the gap asked",
    "limit": "stopped at the limit",
    "no_cases_left": "no limit stopped it: every case is solved, more time would not close the gap",
    "infeasible": "no plan can meet the targets within what the study allows",
    "cancelled": "stopped by the user",
}


class Planned(Protocol):
    """A plan that was made now, or kept since it was made."""

    @property
    def summary(self) -> dict[str, Any]:
        """Content of summary.json."""

    @property
    def folder(self) -> Path | None:
        """Where its files are."""


def default_folder(study: Path, scenario: str | None) -> Path:
    """Output folder where none is given: ``out/STUDY`` or ``out/STUDY-SCENARIO`` below the current folder."""
    name = study.resolve().parent.name if study.stem == "study" else study.stem
    return Path("out") / (f"{name}-{scenario}" if scenario else name)


def say_result(result: Planned) -> str:
    """Summarise a plan for the terminal."""
    summary = result.summary
    objective, cost = summary["objective"], summary["cost"]
    lines = [f"{summary['study']}{_in_brackets(summary['scenario'])}", ""]
    lines += _coverage_lines(summary["coverage"])
    why = summary["status"] if objective["why_open"] != "no_cases_left" else "no_cases_left"
    lines += ["", f"status     {summary['status']} ({STATUS_WORDS[why]})"]
    if objective["value"] is not None:
        prices = f"prices     {say_prices_plainly(facts_of_summary(summary), cost['currency'])}"
        lines += _objective_lines(objective, cost, prices)
        lines += [
            *_phase_lines(summary["phases"], objective, cost["currency"]),
            *_postponed_lines(summary),
            *money_lines(summary),
        ]
        greedy = summary["baseline"]["greedy_cost"]
        said = f"greedy     {say_amount(greedy, cost['currency'])}{_of_figure(objective)}"
        compared = [] if greedy is None else [said]
        built = ", ".join(f"{row['count']} {row['option']}" for row in summary["build"]["sites"] if row["count"])
        metres = ", ".join(f"{length:,.0f} m {name}" for name, length in summary["build"]["routes_m"].items() if length)
        lines += [
            *compared,
            f"build      {'; '.join(text for text in (built, metres) if text) or 'nothing'}",
        ]
    if any(summary["works"].values()):
        lines.append(
            f"fixed      {len(summary['works']['kept'])} works kept, {len(summary['works']['forbidden'])} forbidden"
        )
    lines.append(f"verified: {str(summary['verified']).lower()}")
    lines.append(f"findings   {_findings_line(summary['findings'])}")
    if result.folder is not None:
        lines.append(f"written to {result.folder}")
    return "\n".join(lines)


def _objective_lines(objective: dict[str, Any], cost: dict[str, Any], prices: str) -> list[str]:
    """Value, bound and gap of what is optimised; of most coverage then what is proven of the cost, if anything."""
    currency = cost["currency"]
    budget = "" if objective["budget"] is None else f" of a budget of {say_amount(objective['budget'], currency)}"
    origin, gap = f"proven by {objective['bound_origin']}", f"gap        {_gap(objective['gap'])}"
    if objective["unit"] != "share":
        return [
            *_cost_lines(objective, cost, budget),
            f"bound      {say_amount(objective['bound'], currency)}   {origin}",
            gap,
            prices,
        ]
    bound, then = objective["bound"], objective["then"]
    lines = [
        f"coverage   {_share(objective['value'])} ({objective['basis']})",
        f"bound      {'none' if bound is None else f'{round_up_share(bound):.2%}'}   {origin}",
        gap,
        prices,
        f"cost       {say_amount(cost['capex'], currency)} ({cost['basis']}){budget}",
    ]
    if then is None or not (then["lexicographic"] or then["bound"]):
        return lines
    least = f"at least {say_amount(then['bound'], currency)}"
    return [*lines, f"then       {'no plan of this coverage costs less' if then['lexicographic'] else least}"]


def _cost_lines(objective: dict[str, Any], cost: dict[str, Any], budget: str) -> list[str]:
    """What is minimised with its basis; budgets are of capex, which stands apart where it is not minimised."""
    value = f"cost       {say_amount(objective['value'], cost['currency'])} ({objective['basis']})"
    if objective["minimise"] == "capex":
        return [value + budget]
    return [value, f"capex      {say_amount(cost['capex'], cost['currency'])} ({cost['basis']}){budget}"]


def _of_figure(objective: dict[str, Any]) -> str:
    """Name the figure that an amount is of, where it is not capex."""
    return "" if objective["minimise"] == "capex" else f" ({objective['minimise'].replace('_', ' ')})"


def _postponed_lines(summary: dict[str, Any]) -> list[str]:
    """Say that waiting for the last year is no saving."""
    postponed, currency = summary["postponed"], summary["cost"]["currency"]
    if postponed is None:
        return []
    return [
        f"waits      all works fall in {postponed['year']}: built in {postponed['first_year']} they come to "
        f"{say_amount(postponed['value_in_first_year'], currency)}; the difference is discount, no saving"
    ]


def _phase_lines(phases: Sequence[dict[str, Any]], objective: dict[str, Any], currency: str) -> list[str]:
    capex = "" if objective["minimise"] == "capex" else " capex"
    return [
        f"year {phase['year']}  {say_amount(phase['capex'], currency)}{capex}"
        + ("" if phase["budget"] is None else f" of {say_amount(phase['budget'], currency)}")
        + f", {' of '.join(map(str, count_met_targets(phase['coverage'])))} targets met by its end"
        for phase in phases
    ]


def say_diagnosis(diagnosis: Diagnosis) -> str:
    """Summarise coverage today and the largest gaps."""
    summary = diagnosis.summary
    lines = [f"{summary['study']}{_in_brackets(summary['scenario'])}", ""]
    lines += [*_coverage_lines(summary["coverage"]), "", *_equity_lines(summary["equity"])]
    lines.append(f"{len(diagnosis.gaps)} gaps (demand points not served as a target asks); the heaviest:")
    for row in diagnosis.gaps.head(SHOWN_GAPS).to_dict("records"):
        lines.append(
            f"  {row['target']}: {row['demand']} weight {row['weight']:.1f} at {row['x']:.0f}, {row['y']:.0f}, "
            f"{_nearest(row)}"
        )
    lines.append(f"findings   {_findings_line(diagnosis.summary['findings'])}")
    if diagnosis.folder is not None:
        lines.append(f"written to {diagnosis.folder}")
    return "\n".join(lines)


def _nearest(gap: dict[str, Any]) -> str:
    """How far the nearest provider is; nan where there is none, or none along the routes."""
    straight_m, along_m = gap["nearest_m"], gap["nearest_along_m"]
    if math.isnan(straight_m):
        return "no provider at all"
    walk = "not joined along routes" if math.isnan(along_m) else f"{along_m:.0f} m along routes"
    return f"nearest provider {straight_m:.0f} m away, {walk}"


def _equity_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Today's spread over zones of each target that has any."""
    lines = []
    for row in rows:
        if (today := row["before"]) is not None:
            gini = "none" if today["gini"] is None else f"{today['gini']:.3f}"
            zone = _in_brackets(today["worst_zone_name"] or today["worst_zone"])
            lines.append(
                f"equity     {row['target']} over {today['zones']} zones: worst {_share(today['worst_share'])}{zone}, "
                f"worst tenth of the demand {_share(today['worst_decile'])}, Gini {gini}"
            )
    return [*lines, ""] if lines else []


def say_check(check: SurveyCheck) -> str:
    """List findings, worst first, after one line a layer."""
    findings, summary = check.findings, check.summary
    lines = [line for layer in summary["layers"] for line in _layer_lines(layer)]
    lines.append("")
    for _, alike in groupby(findings, key=lambda finding: (finding.severity, finding.layer, finding.code)):
        lines += _alike_lines(list(alike))
    if not summary["complete"]:
        lines.append("the routes and the demand were not checked: they need every layer")
    lines.append(f"findings   {_findings_line(summary['findings'])}")
    if check.folder is not None:
        lines.append(f"written to {check.folder}")
    return "\n".join(lines)


def _layer_lines(layer: dict[str, Any]) -> list[str]:
    """Rows of a layer, and where it lies: only a reader who knows the town sees that it lies elsewhere."""
    kept = f"{layer['name']}: {layer['rows_read']} rows read, {layer['rows_kept']} kept"
    lines = [kept + "".join(f", {count} {reason}" for reason, count in layer["set_aside"].items())]
    if (at := layer["lies_at"]) is not None:
        lines.append(f"    {Location(**at)}")
    return lines


def _alike_lines(findings: Sequence[Finding]) -> list[str]:
    """Findings of one code in one layer: the first few whole, then how many more there are."""
    lines = []
    for finding in findings[:SHOWN_ALIKE]:
        where = " ".join(part for part in (finding.layer, finding.feature) if part)
        first, *more = finding.message.splitlines() or [""]
        lines.append(f"{finding.severity:8} {finding.code} [{where}] {first}")
        advice = f"-> {finding.advice}" if finding.advice else ""
        lines += [f"         {text}" for text in (*more, finding.done, advice) if text]
    if len(findings) > SHOWN_ALIKE:
        lines.append(
            f"         ... and {len(findings) - SHOWN_ALIKE} more {findings[0].code} (--json and --out list all)"
        )
    return lines


def say_restored(document: dict[str, Any]) -> str:
    """Say what was written back, and what repairs it undoes."""
    undone = ", ".join(f"{count} {code}" for code, count in document["repairs"].items()) or "none"
    rows = f"{document['layer']}: {document['rows']} rows as delivered, without these repairs: {undone}"
    return f"{rows}\nwritten to {document['file']}"


def findings_document(findings: Sequence[Finding], summary: dict[str, Any]) -> dict[str, Any]:
    """Summary with every finding whole, for ``check --json``."""
    counts = summary["findings"]
    return {**summary, "findings": [dataclasses.asdict(finding) for finding in findings], "finding_counts": counts}


def say_kinds(document: Sequence[dict[str, Any]]) -> str:
    """One paragraph a kind."""
    lines = []
    for kind in document:
        lines.append(f"{kind['kind']} ({', '.join(kind['geometry'])}): {kind['title']}")
        for column in kind["columns"]:
            needed = "required" if column["required"] else "optional"
            lines.append(f"    {column['name']}: {column['type']}, {needed}. {column['title']}")
    lines.append(f"read from: {', '.join(known_formats())}; folders of a delivery; tables of PostGIS (postgis:)")
    return "\n".join(lines)


def say_solvers(document: Sequence[dict[str, str]]) -> str:
    """One line a solver."""
    return "\n".join(f"{row['solver']:8} {row['version']:16} {row['role']}" for row in document)


def say_doctor(document: dict[str, Any]) -> str:
    """Versions, then problems."""
    lines = [f"cardio {document['cardio']}, python {document['python']}"]
    lines += [f"  {name} {version}" for name, version in document["libraries"].items()]
    lines += [f"  {name} {version}" for name, version in document["optional_libraries"].items()]
    lines += [f"solver {name} {version}" for name, version in document["solvers"].items()]
    lines.append(f"chromium {document['chromium']}")
    kept = document["kept"]
    said = kept.get("problem") or f"{kept['entries']} entries, {kept['bytes'] / 1e6:,.1f} MB in {kept['folder']}"
    lines.append(f"kept results: {said}")
    lines += [f"problem: {text}" for text in document["problems"]]
    lines.append("all well" if document["ok"] else "fix the problems above")
    return "\n".join(lines)


def _coverage_lines(rows: Sequence[dict[str, Any]]) -> list[str]:
    head = f"{'target':32} {'asked':>9} {'today':>8} {'plan':>8} {'at best':>8}"
    lines = [head]
    for row in rows:
        name = row["target"] + _in_brackets(row["zone_name"] or row["zone"])
        after = "" if row["after"] is None else _share(row["after"])
        met = "" if row["met"] else "   not met"
        required, before, reachable = (_share(row[key]) for key in ("required", "before", "reachable"))
        lines.append(f"{name[:32]:32} {required:>9} {before:>8} {after:>8} {reachable:>8}{met}")
    return lines


def _in_brackets(text: str | None) -> str:
    return f" [{text}]" if text else ""


def _gap(share: float | None) -> str:
    return "none" if share is None else f"{round_up_share(share):.2%}"


def _share(share: float) -> str:
    return f"{round_down_share(share):.1%}"


def _findings_line(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {severity}" for severity, count in counts.items())
