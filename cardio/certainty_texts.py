"""Words for how far the prices under a plan can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cardio.amounts import say_amount
from cardio.typography import typeset_french

TEXTS = {
    "fr": "Investissement de {low} si tous les prix sont bas à {high} s’ils sont hauts ; {share} du coût repose sur "
    "des prix supposés.",
    "en": "Capex from {low} with all prices low to {high} with all prices high; {share} of the cost rests on assumed "
    "prices.",
}
OF_FIGURE = {
    "fr": " Valeur actualisée hors taxes de {low} à {high} ; {share} repose sur des prix supposés.",
    "en": " Present value excl. tax from {low} to {high}; {share} of it rests on assumed prices.",
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
    said = TEXTS[language].format(low=money(low), high=money(high), share=part(facts["share_from_assumed_prices"]))
    said = typeset_french(said) if language == "fr" else said
    if (own := facts.get("figure_range")) is None:
        return said
    share = part(own["share_from_assumed_prices"])
    return said + OF_FIGURE[language].format(low=money(own["low"]), high=money(own["high"]), share=share)


def list_doubts(spread: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Name why the distribution of a cost is too narrow, each with the share of the cost that it touches.

    Parameters
    ----------
    spread : mapping
        As `cardio.certainty.uncertainty_row` gives it. A single row without a family has no other to rise with.
    """
    shares = {"without_range": spread["share_without_range"]}
    if len(spread["tornado"]) > 1:
        shares["without_family"] = spread["share_without_family"]
    return [(name, share) for name, share in shares.items() if share]


def say_doubts_plainly(spread: Mapping[str, Any]) -> str:
    """Word `list_doubts` for the terminal; empty without any."""
    words = {
        "without_range": "without a range, counted as exact",
        "without_family": "without a family, each drawn on its own",
    }
    told = [f"{share:.0%} of the cost on prices {words[name]}" for name, share in list_doubts(spread)]
    return f"too narrow: {'; '.join(told)}" if told else ""


def say_prices_plainly(facts: Mapping[str, Any], currency: str) -> str:
    """Word `cardio.certainty.price_facts` for the terminal."""
    return say_prices(facts, language="en", money=lambda eur: say_amount(eur, currency), part=lambda one: f"{one:.1%}")
