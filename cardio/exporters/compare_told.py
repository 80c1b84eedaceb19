"""What one scenario costs more or less than another, and what it brings, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardio.exporters.texts import Words

# what a town pays comes first
AMOUNTS = ("net_city_cost", "capex")
LEAST_SHARE = 0.0005
MOST_TARGETS = 3


def tell_difference(first: Mapping[str, Any], other: Mapping[str, Any], words: Words) -> str:
    """Return a sentence on two rows of ``scenarios``: amounts of the same basis only, then what coverage differs."""
    if not (first["has_plan"] and other["has_plan"]):
        return ""
    told = {"cost": _cost(first, other, words), "brings": _brings(first, other, words)}
    return words["compare.told"].format(other=words.quoted(other["name"]), **told)


def _cost(first: Mapping[str, Any], other: Mapping[str, Any], words: Words) -> str:
    name = words.quoted(first["name"])
    for key in AMOUNTS:
        bases = [row["cost"]["bases"].get(key) for row in (first, other)]
        if bases[0] is None or bases[0] != bases[1]:
            continue
        more = round(other["cost"][key] - first["cost"][key], 2)
        what = words[f"compare.{key}"].lower()
        if not more:
            return words["compare.told_same"].format(what=what, first=name)
        which = "compare.told_more" if more > 0 else "compare.told_less"
        return words[which].format(amount=words.money(abs(more)), what=what, first=name)
    return words["compare.told_other_basis"].format(first=name)


def _brings(first: Mapping[str, Any], other: Mapping[str, Any], words: Words) -> str:
    """The targets of the whole town whose coverage differs most, widest first."""
    shares = [after_by_target(row["coverage"]) for row in (first, other)]
    changes = {name: shares[1][name] - share for name, share in shares[0].items() if name in shares[1]}
    widest = sorted(
        (name for name in changes if abs(changes[name]) >= LEAST_SHARE), key=lambda name: -abs(changes[name])
    )
    if not widest:
        return words["compare.told_serves_same"]
    most = len(widest) if len(widest) == MOST_TARGETS + 1 else MOST_TARGETS  # one more costs no more than its mention
    parts = [
        words["compare.told_points"].format(
            target=words.name("targets", name),
            sign="+" if changes[name] > 0 else "−",
            points=words.number(round(100 * abs(changes[name]), 1), 1),
        )
        for name in widest[:most]
    ]
    if len(widest) > most:
        parts.append(words["compare.told_further"].format(count=len(widest) - most))
    return words["compare.told_serves"].format(changes=", ".join(parts))


def after_by_target(coverage: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Share with the plan of each target: of one that holds in every zone, of the zone that is served least."""
    shares: dict[str, float] = {}
    for row in coverage:
        if row["after"] is not None:
            shares[row["target"]] = min(row["after"], shares.get(row["target"], 1.0))
    return shares
