"""Why a scenario has no plan, in the language of the page: from the rows of its document, not from its message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cardio.exporters.cash import say_figure
from cardio.exporters.texts import Words, capital

CENT = 0.01
SHARE_TOLERANCE = 1e-9
PHASES = "plan.phases."


def say_reason(row: Mapping[str, Any], words: Words) -> str:
    """Return one sentence a line on a row of ``scenarios``; empty for one that has a plan.

    Which demand is out of reach and why stands in the message of the document alone, which is in English: there it is
    shown as it is, elsewhere the last line says where to find it.
    """
    if not row["reason"] or words.language == "en":
        return str(row["reason"])
    if row["objective"] is None:
        return _sentence(words["reason.not_begun"])
    if row["status"] in ("cancelled", "limit"):
        return _sentence(words[f"reason.{row['status']}"])
    detail = words["reason.detail"].format(scenario=words.quoted(row["name"]))
    return "\n".join([*map(_sentence, _say_infeasible(row, words)), detail])


def _say_infeasible(row: Mapping[str, Any], words: Words) -> Iterator[str]:
    cost, budgets = row["relaxed_cost"], row["relaxed_budgets"]
    if cost is None:
        return
    if cost["without_kept"]:
        yield words["reason.kept"].format(works=words.listed(cost["without_kept"]))
    yield from (_say_target(row, one, words) for one in row["relaxation"])
    proven = [one for one in budgets if _missing(one) > CENT]
    if budgets and not (proven or cost["without_kept"] or row["relaxation"]):
        yield words["reason.no_budget_kept"]
        proven = budgets
    yield from (_say_budget(one, words) for one in proven)
    range_of_cost = _say_range(cost["bound"], cost["value"], words)
    if not range_of_cost:
        yield words["reason.nothing_proven"]
        return
    figure = say_figure(row["objective"]["minimise"], row["cost"]["finance"], words)
    yield words["reason.then_without_budget" if budgets else "reason.then"].format(range=range_of_cost, figure=figure)


def _say_target(row: Mapping[str, Any], one: Mapping[str, Any], words: Words) -> str:
    names = {(scope["target"], scope["zone"]): scope["zone_name"] or scope["zone"] for scope in row["coverage"]}
    zone = names.get((one["target"], one["zone"]))
    out_of_reach = one["reachable"] < one["required"] - SHARE_TOLERANCE
    return words["reason.out_of_reach" if out_of_reach else "reason.limited"].format(
        target=words.name("targets", one["target"]) + (f" – {zone}" if zone else ""),
        required=words.share(one["required"]),
        reachable=words.share(one["reachable"]),
        suggested=words.share(one["at_least_suggested"]),
    )


def _missing(budget: Mapping[str, Any]) -> float:
    """What a budget is proven to lack, EUR; 0 where nothing is proven."""
    return 0.0 if budget["at_least"] is None else float(budget["at_least"] - budget["budget"])


def _say_budget(budget: Mapping[str, Any], words: Words) -> str:
    needs = words["reason.needs"].format(range=_say_range(budget["at_least"], budget["at_most"], words))
    if _missing(budget) > CENT:
        needs = words["reason.missing"].format(needs=needs, amount=words.money(_missing(budget)))
    year = budget["key"].removeprefix(PHASES)
    key = "reason.budget" if year == budget["key"] else "reason.budgets_until"
    return words[key].format(year=year, budget=words.money(budget["budget"]), needs=needs)


def _say_range(least: float | None, most: float | None, words: Words) -> str:
    """Return what is proven and what is known; empty for neither."""
    ends = [
        words[f"reason.{end}"].format(amount=words.money(amount))
        for end, amount in (("at_least", least), ("at_most", most))
        if amount is not None
    ]
    return words["reason.between"].format(least=ends[0], most=ends[1]) if len(ends) == 2 else "".join(ends)


def _sentence(text: str) -> str:
    return f"{capital(text)}."
