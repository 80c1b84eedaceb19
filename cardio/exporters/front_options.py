"""The options side by side, each in a column: what it costs, what it reaches, what it does not do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardio.exporters.front_sentence import is_several, say_count
from cardio.exporters.texts import Words
from cardio.report import Report
from cardio.report_coverage import TargetShares
from cardio.report_options import HALF, PLAN, SCENARIO, PlanOption

MOST_TARGETS = 6


@dataclass(frozen=True)
class OptionTable:
    """Options in words.

    Attributes
    ----------
    heads : sequence of (str, str)
        Name of each option, and a word on its proof; empty where there is nothing to say.
    rows : sequence of (str, sequence of str)
        Label, and one cell an option.
    lacks : sequence of sequence of str
        What each option does not do.
    plan : int
        Which column is the plan.
    notes : sequence of str
    """

    heads: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[str]]]
    lacks: Sequence[Sequence[str]]
    plan: int
    notes: Sequence[str]


def put_options(report: Report, summary: Mapping[str, Any], words: Words) -> OptionTable:
    """Put the options side by side."""
    options = report.options
    return OptionTable(
        heads=[_head(option, words) for option in options],
        rows=[*_money_rows(options, summary, words), *_target_rows(options, words)],
        lacks=[_lacks(option, report, words) for option in options],
        plan=next(number for number, option in enumerate(options) if option.kind == PLAN),
        notes=_notes(report, summary, words),
    )


def _head(option: PlanOption, words: Words) -> tuple[str, str]:
    name = option.name if option.kind == SCENARIO else words[f"front.option.{option.kind}"]
    if option.kind not in (HALF, SCENARIO) or not option.gap:
        return name, ""
    gap = words.share_up(option.gap)
    if option.objective == "least_cost":
        return name, words["front.within"].format(gap=gap)
    return name, f"{gap} {words['front.trust.coverage']}"


def _money_rows(
    options: Sequence[PlanOption], summary: Mapping[str, Any], words: Words
) -> list[tuple[str, Sequence[str]]]:
    cost = summary["cost"]
    rows: list[tuple[str, Sequence[str]]] = [
        (words["front.capex"], [words.whole_money(option.capex_eur) for option in options])
    ]
    if options[-1].net_eur is not None:
        rows.append((words["front.net_cost"], [words.whole_money(option.net_eur) for option in options]))
    if any(option.opex_per_year_eur for option in options):
        name = "front.opex" if cost["do_nothing"] is None else "front.opex_all"
        rows.append((words[name], [words.whole_money(option.opex_per_year_eur) for option in options]))
    if cost["do_nothing"] is not None and cost["finance"] is not None:
        name = words["front.over_time"].format(years=cost["finance"]["horizon_years"])
        rows.append((name, [words.whole_money(option.present_value_eur) for option in options]))
    return rows


def _target_rows(options: Sequence[PlanOption], words: Words) -> list[tuple[str, Sequence[str]]]:
    """Shares of the targets of the plan; an option of another scenario may lack some of them."""
    by_target = [{row.target: row for row in option.targets} for option in options]
    rows: list[tuple[str, Sequence[str]]] = []
    for target in options[-1].targets[:MOST_TARGETS]:
        cells = [_share(own.get(target.target), words) for own in by_target]
        where = words["front.each_zone"] if target.scope == "each" else target.zone
        name = words.name("targets", target.target)
        rows.append((f"{name} ({where})" if where else name, cells))
    return rows


def _share(row: TargetShares | None, words: Words) -> str:
    return words.share(None if row is None else row.after)


def _lacks(option: PlanOption, report: Report, words: Words) -> list[str]:
    """Targets that it misses, and who stays without which service."""
    counted = {row.service: row for row in report.unserved}
    missed, told = sum(not row.met for row in option.targets), []
    if missed:
        key = "front.missed" if is_several(missed, words) else "front.missed_one"
        told.append(words[key].format(count=words.number(missed), total=words.number(len(option.targets))))
    for service, left in option.unserved.items():
        if round(left) and service in counted:
            of = counted[service]
            shown = say_count(left, of.weight, of.kind, words)
            told.append(words["front.without"].format(left=shown, service=words.name("services", service)))
    return told or [words["front.serves_all"]]


def _notes(report: Report, summary: Mapping[str, Any], words: Words) -> list[str]:
    notes = [words[f"front.why.{report.why_two}"]] if report.why_two else []
    for name, reason in report.without_plan:
        key = "front.cannot_plan" if reason else "front.without_plan"
        notes.append(words[key].format(name=name, reason=reason))
    if report.existing and summary["cost"]["do_nothing"] is not None:
        layers = ", ".join(words.name("layers", name) for name in report.existing)
        notes.append(words["front.existing"].format(layers=layers))
    if summary["cost"]["opex_not_stated"]:
        notes.append(words["front.least_opex"])
    return notes
