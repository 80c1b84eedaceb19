"""Words for how far the prices under a plan can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cardio.amounts import say_amount

TEXTS = {
    "fr": "Investissement de {low} si tous les prix sont bas à {high} s’ils sont hauts ; {share} du coût repose sur "
    "des prix supposés.",
    "en": "Capex from {low} with all prices low to {high} with all prices high; {share} of the cost rests on assumed "
    "prices.",
}


def facts_of_summary(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts about the prices of a plan as its summary.json has them."""
    cost = summary["cost"]
    return {"cost_range": cost["range"], "share_from_assumed_prices": cost["share_from_assumed_prices"]}


def say_prices(
    facts: Mapping[str, Any], *, language: str, money: Callable[[float], str], part: Callable[[float], str]
) -> str:
    """Word `cardio.certainty.price_facts`; empty without a plan.

    Parameters
    ----------
    money, part : callable
        Write an amount, and a part of a whole.
    """
    low, high = facts["cost_range"]["low"], facts["cost_range"]["high"]
    if low is None or high is None:
        return ""
    return TEXTS[language].format(low=money(low), high=money(high), share=part(facts["share_from_assumed_prices"]))


def say_prices_plainly(facts: Mapping[str, Any], currency: str) -> str:
    """Word `cardio.certainty.price_facts` for the terminal."""
    return say_prices(facts, language="en", money=lambda eur: say_amount(eur, currency), part=lambda one: f"{one:.1%}")
