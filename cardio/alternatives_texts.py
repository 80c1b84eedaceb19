"""What ``alternatives`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cardio.amounts import say_amount
from cardio.certainty_texts import say_prices_plainly
from cardio.rounding import round_up_share
from cardio.study_yaml import shown
from cardio.texts import STATUS_WORDS

SHOWN_WORKS = 12


def say_alternatives(document: Mapping[str, Any], folder: Path | None) -> str:
    """Say what each plan costs, how it differs, and which works all of them share."""
    scenario = f" [{document['scenario']}]" if document["scenario"] else ""
    unit = document["unit"]
    lines = [
        f"{document['study']}{scenario}",
        "",
        f"plans within {document['within']:.1%} of the best one known ({document['basis']}): at most "
        f"{say_amount(document['limit_eur'], unit)}{_above(document['limit_above_bound'])}",
        f"  {'plan':14} {f'cost {unit}':>14} {'above bound':>11} {f'new {unit}':>14} {f'at most {unit}':>14} "
        f"{'routes m':>9}  sites",
        *(line for plan in document["plans"] for line in (_plan_line(plan), _prices_line(plan, unit))),
        "  new: spent on what no plan above it pays for, connections included; at most: proven, no plan within the "
        "limit spends more on that",
        "",
    ]
    for plan in document["plans"][1:]:
        differences = [_difference_line(row, unit) for row in plan["differs"]]
        lines += [f"{plan['name']} against the study's own plan", *differences, ""]
    lines += [*_ending_lines(document), *_no_regret_lines(document), ""]
    lines.append(f"status     {document['status']} ({STATUS_WORDS[document['status']]}), gap {_gap(document['gap'])}")
    lines.append(f"prices     {say_prices_plainly(document, document['unit'])}")
    lines.append(f"searched   {document['solves']} solves, {document['plans_found']} plans within the limit found")
    if folder is not None:
        lines.append(f"written to {folder}")
    return "\n".join(lines)


def _above(part: float | None) -> str:
    return "" if part is None else f", {round_up_share(part):.2%} above what is proven that every plan costs"


def _plan_line(row: Mapping[str, Any]) -> str:
    above = "none" if row["above_bound"] is None else f"{round_up_share(row['above_bound']):.2%}"
    new, most = ("" if row[key] is None else f"{row[key]:,.2f}" for key in ("new_eur", "most_new_eur"))
    sites = ", ".join(f"{site['count']} {site['option']}" for site in row["sites"])
    return (
        f"  {row['name']:14} {row['value']:>14,.2f} {above:>11} {new:>14} {most:>14} {row['routes_m']:>9,.0f}  {sites}"
    )


def _prices_line(row: Mapping[str, Any], currency: str) -> str:
    return f"  {'':14} {say_prices_plainly(row, currency)}"


def _difference_line(row: Mapping[str, Any], unit: str) -> str:
    if row["kind"] == "route":
        sizes = f"{row['more_m']:,.0f} m more", f"{row['less_m']:,.0f} m less"
    else:
        sizes = f"{row['more_count']} more", f"{row['less_count']} less"
    return (
        f"  {row['kind']:6} {row['name']:20} {sizes[0]:>14} ({row['more_eur']:>12,.2f} {unit}) "
        f"{sizes[1]:>14} ({row['less_eur']:>12,.2f} {unit})"
    )


def _ending_lines(document: Mapping[str, Any]) -> list[str]:
    found = len(document["plans"]) - 1
    if document["ending"] == "count":
        return []
    why = {
        "nothing_different": "no other plan within the limit was found that is different enough to be offered",
        "limit": "the time was over",
        "cancelled": "stopped by the user",
    }[document["ending"]]
    most = document["next_most_new_eur"]
    limit = say_amount(most, document["unit"])
    proven = "" if most is None else f"; proven: none spends more than {limit} on what these plans lack"
    return [f"{found} of {document['count_asked']} alternatives: {why}{proven}", ""]


def _no_regret_lines(document: Mapping[str, Any]) -> list[str]:
    rows: Sequence[Mapping[str, Any]] = document["no_regret"]
    unit = document["unit"]
    if document["plans_found"] == 1 and all(row["proof"] != "proven" for row in rows):
        return ["shared     unknown: there is no other plan to compare with"]
    proven = [row for row in rows if row["proof"] == "proven"]
    lines = [
        f"shared     {len(rows)} works, {say_amount(document['no_regret_eur'], unit)}, are in all "
        f"{document['plans_found']} plans found",
        f"no regret  {len(proven)} of them are proven to be in every plan within the limit; every such plan spends at "
        f"least {say_amount(document['no_regret_at_least_eur'], unit)} on the {len(rows)} (proven)",
    ]
    # the proven ones first: what is shown must not hide them
    order = [*proven, *(row for row in rows if row["proof"] != "proven")]
    lines += [_work_line(row, unit) for row in order[:SHOWN_WORKS]]
    if len(rows) > SHOWN_WORKS:
        lines.append(f"  and {len(rows) - SHOWN_WORKS} more: --json and alternatives.csv list all")
    return lines


def _work_line(row: Mapping[str, Any], unit: str) -> str:
    where = f" {row['street']}" if row["street"] else ""
    length = "" if row["length_m"] is None else f" {row['length_m']:,.0f} m"
    said = f"  {row['kind']:6} {shown(row['id'])} {row['name']}{length}{where}"
    return f"{said}: {say_amount(row['cost_eur'], unit)}, {_proof(row, unit)}"


def _proof(row: Mapping[str, Any], unit: str) -> str:
    if row["no_plan_without"]:
        return "proven: no plan meets the targets without it"
    if row["proof"] == "proven":
        return f"proven: no plan without it costs less than {say_amount(row['least_without_eur'], unit)}"
    if row["least_without_eur"] is None:
        return "shared by all plans found"
    return f"shared by all plans found; without it at least {say_amount(row['least_without_eur'], unit)}"


def _gap(gap: float | None) -> str:
    return "none" if gap is None else f"{round_up_share(gap):.2%}"
