"""What ``compare`` prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cardio.amounts import say_amount
from cardio.compare_table import Measure, leave_out_alike, list_measures
from cardio.rounding import round_down_share, round_up_share
from cardio.study_yaml import shown

SHOWN_WORKS = 10
NAMES = {
    "basis": "basis of the figure",
    "worth": "coverage reached",
    "worth_bound": "coverage at most",
    "capex_low": "capex, low prices",
    "capex_high": "capex, high prices",
    "assumed": "on assumed prices",
    "opex_per_year": "running costs a year",
    "opex_not_stated": "no running costs of",
}
ENDS = {"required": "asked", "before": "today", "after": "plan"}
FORMS: dict[str, Callable[[Any], str]] = {
    "text": str,
    "count": str,
    "share": lambda value: f"{round_down_share(value):.1%}",
    "gap": lambda value: f"{round_up_share(value):.2%}",
    "worth_bound": lambda value: f"{round_up_share(value):.2%}",
    "part": lambda value: f"{value:.1%}",
    "length": lambda value: f"{value:,.0f} m",
}


def say_comparison(document: Mapping[str, Any], folder: Path | None) -> str:
    """Print the table of the scenarios, then what each builds that the first does not."""
    names = [row["name"] for row in document["scenarios"]]
    unit = document["unit"]
    width = max(20, *map(len, names))
    lines = [document["study"], "", _line("", names, width)]
    measures, left_out = leave_out_alike(list_measures(document))
    told = [
        f"{target}: {count} more zone{'' if count == 1 else 's'} served as asked today, alike in all scenarios"
        for target, count in left_out.items()
    ]
    for measure in measures:
        if measure.is_long:
            told += _sentences(measure, names)
        else:
            lines.append(_line(_name(measure), [_cell(measure, value, unit) for value in measure.cells], width))
    lines += ["", *told, "", *_pair_lines(document)]
    if folder is not None:
        lines.append(f"written to {folder}")
    return "\n".join(lines)


def _sentences(measure: Measure, names: Sequence[str]) -> list[str]:
    """Lines of the texts that are too long for the table."""
    lines = []
    for scenario, text in measure.sentences(names):
        name = _name(measure) + (f" [{scenario}]" if scenario else "")
        lines += [f"{name}: {line}" for line in text.splitlines()]
    return lines


def _name(measure: Measure) -> str:
    item = measure.item + (f" [{measure.zone}]" if measure.zone else "")
    if measure.key in ENDS:
        return f"{item} {ENDS[measure.key]}"
    if measure.form in ("length", "count"):
        return item
    return NAMES.get(measure.key, measure.key.replace("_", " "))


def _line(name: str, cells: Sequence[str], width: int) -> str:
    return f"  {name[:34]:34} " + " ".join(f"{cell:>{width}}" for cell in cells)


def _cell(measure: Measure, value: Any, unit: str) -> str:
    if value is None:
        return "–"
    if measure.form == "money":
        return say_amount(value, unit)
    return FORMS[measure.form](value)


def _pair_lines(document: Mapping[str, Any]) -> list[str]:
    if not document["pairs"]:
        return ["no two plans to compare work by work: the first scenario has none, or no other has", ""]
    lines = []
    for pair in document["pairs"]:
        lines += _one_pair(pair, document)
    return lines


def _one_pair(pair: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    first, other, unit = pair["first"], pair["other"], document["unit"]
    shared = pair["shared"]
    otherwise = f", {shared['built_otherwise']} of them built otherwise" if shared["built_otherwise"] else ""
    rows = [
        (f"only in {first}", _works(pair["only_first"], unit)),
        (f"only in {other}", _works(pair["only_other"], unit)),
        ("in both", f"{_works(shared['first'], unit)} in {first}"),
        ("", f"{_works(shared['other'], unit)} in {other}{otherwise}"),
    ]
    return [
        f"{other} against {first}",
        *_difference_lines(pair, unit),
        *(f"  {label[:34]:34} {said}" for label, said in rows),
        *_work_lines(pair, document),
        "",
    ]


def _difference_lines(pair: Mapping[str, Any], unit: str) -> list[str]:
    """Amounts of the same basis only."""
    other = pair["other"]
    lines = [
        f"  {name.removesuffix('_eur').replace('_', ' ')} of {other}: {say_amount(amount, unit, signed=True)}"
        for name, amount in pair["other_costs_more"].items()
        if amount is not None
    ]
    figure = pair["figure"]
    if figure is None:
        return [*lines, "  what the two minimise is not of the same basis: not subtracted"]
    ends = [f"{word} {say_amount(figure[key], unit, signed=True)}"
            for word, key in (("at least", "at_least"), ("at most", "at_most")) if figure[key] is not None]  # fmt: skip
    proven = f"the least cost differs by {' and '.join(ends)} (proven, {figure['basis']})"
    return [*lines, f"  {proven}"] if ends else lines


def _works(row: Mapping[str, Any], unit: str) -> str:
    return f"{row['count']:>5} works, {row['routes_m']:>9,.0f} m, {say_amount(row['capex_eur'], unit)}"


def _work_lines(pair: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    """The dearest works that only one of the two builds."""
    rows = []
    for row in document["works"]:
        one, two = (row["scenarios"][pair[key]] for key in ("first", "other"))
        if (one is None) != (two is None):
            rows.append((pair["first"] if two is None else pair["other"], row, one or two))
    rows.sort(key=lambda entry: (-entry[2]["cost_eur"], entry[1]["kind"], entry[1]["id"]))
    lines = []
    for name, row, built in rows[:SHOWN_WORKS]:
        length = "" if built["length_m"] is None else f" {built['length_m']:,.0f} m"
        street = f" {row['street']}" if row["street"] else ""
        cost = say_amount(built["cost_eur"], document["unit"])
        lines.append(f"    only {name}: {row['kind']} {shown(row['id'])} {built['name']}{length}{street}: {cost}")
    if len(rows) > SHOWN_WORKS:
        lines.append(f"    and {len(rows) - SHOWN_WORKS} more: --json and works.csv list all")
    return lines
