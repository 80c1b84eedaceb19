"""The section of the report about method: how coverage is measured and how the plan is found, without mathematics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cardio.exporters.cash import name_figure
from cardio.exporters.page import Part
from cardio.exporters.texts import Words


def tell_method(summary: Mapping[str, Any], words: Words) -> list[Part]:
    """Word the method for a reader who has never heard of integer programs."""
    counted = [_service(service, words) for service in summary["services"]]
    twice = [_providers(row, words) for row in _distinct_targets(summary["coverage"]) if row["providers"] > 1]
    return [
        Part(words["method.coverage"], items=[*counted, *twice], note=words["method.shares"]),
        Part(words["method.search"], [words["method.choices"], _goal(summary, words), words["method.solver"]]),
        Part(words["method.proof"], [_bound(summary, words), words["method.not_proven"]]),
    ]


def _service(service: Mapping[str, Any], words: Words) -> str:
    """Who is counted, by what, and when somebody is served."""
    weight, spread = service["weight"], service["spread_over"]
    counted = words["method.by_weight"].format(weight=words.weight(weight)) if weight else words["method.one_each"]
    spread_over = words["method.spread"].format(layer=words.name("layers", spread)) if spread else ""
    today = words["method.today"].format(layers=_layers(service["provided_by"], words))
    served = words[f"method.{service['rule']}"].format(
        within=words.length(service["within_m"]), walls=_layers(service["walls"], words)
    )
    said = words["method.demand"].format(
        layer=words.name("layers", service["demand"]), counted=counted, spread=spread_over
    )
    told = [served, said, today if service["provided_by"] else words["method.nothing_today"]]
    return words["key_of"].format(label=words.name("services", service["name"]), value=" ".join(told))


def _layers(names: Iterable[str], words: Words) -> str:
    return ", ".join(words.quoted(words.name("layers", name)) for name in names)


def _distinct_targets(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({row["target"]: row for row in rows}.values())


def _providers(row: Mapping[str, Any], words: Words) -> str:
    told = words["method.providers"].format(count=words.number(row["providers"]))
    return words["key_of"].format(label=words.name("targets", str(row["target"])), value=told)


def _goal(summary: Mapping[str, Any], words: Words) -> str:
    objective = summary["objective"]
    return words[f"method.{objective['name']}"].format(figure=name_figure(summary, words))


def _bound(summary: Mapping[str, Any], words: Words) -> str:
    return words["method.bound" if summary["objective"]["name"] == "least_cost" else "method.bound_of_coverage"]
