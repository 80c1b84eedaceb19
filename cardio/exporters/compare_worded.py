"""A comparison in the words of its pages: the document keeps plain English for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardio.exporters.cash import say_figure
from cardio.exporters.compare_reasons import say_reason
from cardio.exporters.texts import Words


def word_document(document: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Return the document with its reasons, bases and price rows in the language of the page.

    What compares amounts takes the document itself, whose bases are exact.
    """
    return {**document, "scenarios": [_word_scenario(row, words) for row in document["scenarios"]]}


def _word_scenario(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    worded = {**row, "reason": say_reason(row, words)}
    cost, objective = row["cost"], row["objective"]
    if objective is None:  # not begun: it has no cost either
        return worded
    figure = say_figure(objective["minimise"], cost["finance"], words)
    worded["objective"] = {**objective, "basis": words["basis.share"] if objective["unit"] == "share" else figure}
    labels = cost["opex_not_stated_labels"]
    worded["cost"] = {
        **cost,
        "bases": {name: _say_basis(name, cost, words) for name in cost["bases"]},
        "opex_not_stated": [words.listed(labels)] if labels else [],  # labels may have commas of their own
    }
    return worded


def _say_basis(name: str, cost: Mapping[str, Any], words: Words) -> str:
    if name == "opex_per_year":
        return words["basis.opex_per_year"]
    figure = say_figure(name, cost["finance"], words)
    return words["basis.undiscounted"].format(figure=figure) if name == "net_city_cost" else figure
