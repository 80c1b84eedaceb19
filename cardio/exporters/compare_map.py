"""compare_map.html: two scenarios on one map, chosen there where more are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from cardio.deliverable import Deliverable
from cardio.exporters.compare_told import after_by_target, tell_difference
from cardio.exporters.plans_map import Choice, PlansMap, render_plans_map
from cardio.exporters.texts import ABSENT, Words
from cardio.plan_works import PlansOnMap, PlanWorks

SHOWN_AMOUNTS = ("net_city_cost", "capex", "opex_per_year")


def render_comparison_map(
    document: Mapping[str, Any], plans: Mapping[str, Deliverable], works: Mapping[str, PlanWorks], words: Words
) -> str:
    """Return the page of the scenarios that have a plan, on the survey of the first."""
    base = next(iter(plans.values()))
    rows = {row["name"]: row for row in document["scenarios"] if row["name"] in plans}
    titles = list(rows)
    pairs = list(combinations(range(len(titles)), 2)) or [(0, 0)]
    choices = [_choice(titles, rows, pair, words) for pair in pairs]
    about = PlansMap(
        study=document["study"],
        subtitle=words["compare.title"],
        proof=words["compare.note"],
        figures=[],
        titles=titles,
        heading=words["compare.choose"],
        choices=choices,
        facts=list_facts(list(rows.values()), words),
        created=document["created"],
        version=document["cardio_version"],
        sides=[words["compare.side_first"], words["compare.side_other"]],
    )
    return render_plans_map(about, PlansOnMap(works, base.existing, base.zones, base.attribution), words)


def _choice(titles: list[str], rows: Mapping[str, Any], pair: tuple[int, int], words: Words) -> Choice:
    first, other = titles[pair[0]], titles[pair[1]]
    labels = [words["compare.in_both"], words["compare.in_both_otherwise"]]
    labels += [words["compare.only"].format(name=name) for name in (first, other)]
    told = tell_difference(rows[first], rows[other], words) if first != other else ""
    title = words["compare.plans"].format(first=first, other=other)
    return Choice(title, labels, [told] if told else [], pair)


def list_facts(rows: Sequence[Mapping[str, Any]], words: Words) -> list[tuple[str, list[str]]]:
    """Amounts that any scenario states, and the coverage of each target: a label, and words for each scenario."""
    costs = [row["cost"] or {} for row in rows]
    facts = [
        (words[f"compare.{name}"], [words.money(cost.get(name)) for cost in costs])
        for name in SHOWN_AMOUNTS
        if any(cost.get(name) for cost in costs)
    ]
    facts.append((words["compare.status"], [words[f"compare.status.{row['status']}"] for row in rows]))
    gaps = [None if row["objective"] is None else row["objective"]["gap"] for row in rows]
    facts.append((words["compare.gap"], [ABSENT if gap is None else words.share_up(gap) for gap in gaps]))
    shares = [after_by_target(row["coverage"]) for row in rows]
    zones: dict[str, set[str]] = {}
    for one in (one for row in rows for one in row["coverage"] if one["zone"]):
        zones.setdefault(one["target"], set()).add(one["zone_name"] or one["zone"])
    for target in dict.fromkeys(name for own in shares for name in own):
        label = words.name("targets", target)
        if len(held_in := zones.get(target, set())) > 1:
            label = words["compare.least_zone"].format(target=label)
        elif held_in:
            label = f"{label} ({next(iter(held_in))})"
        facts.append((label, [words.share(own.get(target)) for own in shares]))
    return facts
