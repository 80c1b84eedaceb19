"""What ``frontier`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cardio.rounding import round_down_share, round_up_share
from cardio.texts import STATUS_WORDS

NOTHING_PROVEN = "nothing proven"


def say_frontier(document: Mapping[str, Any], folder: Path | None) -> str:
    """Say what each level of coverage costs, what the next percent costs, and where that rises."""
    scenario = f" [{document['scenario']}]" if document["scenario"] else ""
    moved, points = document["moved"], document["points"]
    together = "share" if len(moved) == 1 else f"mean share of {len(moved)} targets"
    own = "* the study's own targets" + ("" if len(moved) == 1 else ", which may lie off the curve")
    steps = {step["from"]: step for step in document["steps"]}
    unit = document["unit"]
    lines = [
        f"{document['study']}{scenario}",
        "",
        f"cost against coverage ({document['basis']}; coverage: {together} asked; {own})",
        f"  {'coverage':>8} {f'cost {unit}':>16} {f'bound {unit}':>16} {'gap':>8} {'capex, low prices':>18} "
        f"{'capex, high':>16} {'assumed':>8}  the next percent costs, {unit} (proven)",
        *(_point_line(row, steps.get(number)) for number, row in enumerate(points)),
        *_figure_lines(document),
        "",
        *_bend_lines(document),
        "",
        "reached by the plan of each point",
        *_reached_lines(document),
        "",
        f"status     {document['status']} ({STATUS_WORDS[document['status']]})",
    ]
    if folder is not None:
        lines.append(f"written to {folder}")
    return "\n".join(lines)


def _figure_lines(document: Mapping[str, Any]) -> list[str]:
    """The range of the figure that is minimised, where that is not the capex."""
    rows = [row for row in document["points"] if row.get("figure_range") is not None]
    if not rows:
        return []
    lines = ["", f"the same figure with all prices low and all high ({document['basis']}; {document['unit']})"]
    for row in rows:
        own = row["figure_range"]
        mark = "*" if row["asked_by_study"] else " "
        lines.append(
            f"{mark} {_share(row['share']):>8} {_money(own['low']):>16} {_money(own['high']):>16} "
            f"{own['share_from_assumed_prices']:>8.1%} assumed"
        )
    return lines


def _reached_lines(document: Mapping[str, Any]) -> list[str]:
    """One line a target: today, at each point, and at best."""
    points = document["points"]
    heads = [f"{('*' if row['asked_by_study'] else '') + _share(row['share']):>8}" for row in points]
    lines = [f"  {'coverage':24} {'today':>8} {' '.join(heads)} {'at best':>8}"]
    for number, first in enumerate(points[0]["targets"]):
        cells = [f"{_share(row['targets'][number]['after']):>8}" for row in points]
        stays = "" if first["target"] in document["moved"] else "  asked as in the study"
        today, best = _share(first["before"]), _share(first["reachable"])
        lines.append(f"  {first['target'][:24]:24} {today:>8} {' '.join(cells)} {best:>8}{stays}")
    return lines


def _point_line(row: Mapping[str, Any], step: Mapping[str, Any] | None) -> str:
    mark = "*" if row["asked_by_study"] else " "
    if row["status"] == "infeasible":
        return f"{mark} {_share(row['share']):>8} no plan can meet these targets"
    gap = "none" if row["gap"] is None else f"{round_up_share(row['gap']):.2%}"
    return (
        f"{mark} {_share(row['share']):>8} {_money(row['value']):>16} {_money(row['bound']):>16} {gap:>8} "
        f"{_money(row['cost_range']['low']):>18} {_money(row['cost_range']['high']):>16} {_assumed(row):>8}  "
        f"{'' if step is None else per_percent(step)}"
    ).rstrip()


def _assumed(row: Mapping[str, Any]) -> str:
    share = row["share_from_assumed_prices"]
    return "none" if share is None else f"{share:.1%}"


def per_percent(step: Mapping[str, Any]) -> str:
    """Interval that is proven for the cost of a percent."""
    low, high = step["at_least_eur_per_percent"], step["at_most_eur_per_percent"]
    if low is None and high is None:
        return NOTHING_PROVEN
    if high is None:
        return f"at least {low:,.2f}"
    if low is None:
        return f"at most {high:,.2f}"
    return f"{low:,.2f} to {high:,.2f}"


def _bend_lines(document: Mapping[str, Any]) -> list[str]:
    bend, unit = document["bend"], document["unit"]
    if bend is None:
        return [
            "bend       none proven: no point is certain to lie below the straight line between the ends of the curve"
        ]
    return [
        f"bend       at {_share(bend['share'])}: a percent costs {per_percent(bend['before'])} {unit} up to there, "
        f"{per_percent(bend['after'])} {unit} beyond (proven, on average)"
    ]


def _share(share: float | None) -> str:
    return "" if share is None else f"{round_down_share(share):.1%}"


def _money(amount: float | None) -> str:
    return "none" if amount is None else f"{amount:,.2f}"
