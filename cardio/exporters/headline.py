"""The few sentences that every document opens with, drawn from the summary alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardio.certainty_texts import facts_of_summary, list_doubts, say_prices
from cardio.exporters.cash import name_figure
from cardio.exporters.findings_cells import say_counts
from cardio.exporters.texts import KNOWN_STATUS, Words
from cardio.target_counts import count_met_targets


@dataclass(frozen=True)
class Headline:
    """What a reader should know first.

    Attributes
    ----------
    study, scenario : str
        As the study names them; survey-grade text, to be escaped by whoever prints it.
    has_plan : bool
        False for a diagnosis and where no plan was found.
    cost, proof, targets : str
        Capital cost; what is proven about it, and at which prices; how many targets are met.
    subtitle : str
        What kind of document it is.
    net : str
        What the town pays in the end; empty where the study does not say who pays, or where that is the capital cost.
    operation : str
        Budget of the operation, excl. tax; empty where the study states nothing beside the works.
    money : str
        One sentence from the capital cost to what the town pays in the end; empty without a plan.
    errors : str
        Number of findings that are errors, in a check of survey data; empty elsewhere.
    errors_label : str
        What they are called, one or several.
    """

    study: str
    scenario: str
    has_plan: bool
    cost: str
    proof: str
    targets: str
    subtitle: str
    net: str = ""
    operation: str = ""
    money: str = ""
    errors: str = ""
    errors_label: str = ""


def make_headline(summary: Mapping[str, Any], words: Words) -> Headline:
    """Word the headline; a plan that stopped at a limit is never called least-cost."""
    if summary["schema"].startswith("cardio-check/"):
        return _headline_of_check(summary, words)
    objective = summary.get("objective")
    has_plan = objective is not None and objective["value"] is not None
    met, total = count_met_targets(summary["coverage"])
    cost, budget = (summary["cost"], summary.get("budget")) if has_plan else ({}, None)
    differs = bool(summary.get("funding")) and cost.get("net_city_cost") != cost.get("capex")
    return Headline(
        study=str(summary["study"]),
        scenario=str(summary.get("scenario") or ""),
        has_plan=has_plan,
        cost=words.money(cost.get("capex")),
        proof=words["diagnosis"] if objective is None else _proof_at_prices(summary, words),
        targets=words["count_of"].format(count=met, total=total),
        subtitle=words["plan" if has_plan else "diagnosis"],
        net=words.money(cost["net_city_cost"]) if differs else "",
        operation=words.money(budget["total"]) if budget else "",
        money=_money_in_a_sentence(summary, words) if has_plan else "",
    )


def _money_in_a_sentence(summary: Mapping[str, Any], words: Words) -> str:
    """Capital cost, then what taxes add and others pay, down to what the town pays in the end; no term is nothing."""
    cost, funding = summary["cost"], summary.get("funding")
    capex = words.money(cost["capex"])
    if funding is None:
        return words["money.excl_tax"].format(capex=capex)
    steps = [
        words[f"money.less_{name}"].format(amount=words.money(funding["totals"][f"{name}_eur"]))
        for name in ("vat_back", "fctva", "grants")
        if funding["totals"][f"{name}_eur"]
    ]
    if cost["incl_tax"] != cost["capex"]:
        steps.insert(0, words["money.with_tax"].format(amount=words.money(cost["incl_tax"])))
    net = words.money(cost["net_city_cost"])
    return words["money.chain"].format(capex=capex, steps="".join(steps), net=net)


def _headline_of_check(summary: Mapping[str, Any], words: Words) -> Headline:
    counts = summary["findings"]
    return Headline(
        study=str(summary["study"]),
        scenario=str(summary.get("scenario") or ""),
        has_plan=False,
        cost="",
        proof=say_counts(counts, words),
        targets="",
        subtitle=words["check"],
        errors=words.number(counts["error"]),
        errors_label=words.counted("check.errors", counts["error"]),
    )


def _proof_at_prices(summary: Mapping[str, Any], words: Words) -> str:
    """What is proven, never without how far the prices can be trusted."""
    proof, objective = _proof(summary, words), summary["objective"]
    if objective["value"] is None:
        return proof
    if objective["name"] == "least_cost":
        shown = {"figure": name_figure(summary, words), "value": words.money(objective["value"])}
        proof = words["figure.judged"].format(proof=proof, **shown)
    elif objective["name"] == "most_coverage" and objective["then"] is not None:
        shown = {"figure": name_figure(summary, words), "value": words.money(objective["then"]["value"])}
        proof = words["figure.second"].format(proof=proof, **shown)
    return (
        f"{proof} {say_prices(facts_of_summary(summary), language=words.language, money=words.money, part=words.part)}"
    )


def _proof(summary: Mapping[str, Any], words: Words) -> str:
    objective, status = summary["objective"], summary["status"]
    value, bound, gap = objective["value"], objective["bound"], objective["gap"]
    if status == "infeasible":
        return words["proof.infeasible"]
    if value is None:
        return words["proof.no_plan"]
    if objective["name"] == "most_coverage":
        return _proof_of_coverage(summary, words)
    if status == "optimal":
        return words["proof.optimal"]
    if status not in KNOWN_STATUS or bound is None or gap is None:
        return words["proof.none"]
    proof = "no_cases_left" if objective.get("why_open") == "no_cases_left" else status
    return words[f"proof.{proof}"].format(
        bound=words.money(bound), saving=words.money(max(0.0, value - bound)), gap=words.share_up(gap)
    )


def _proof_of_coverage(summary: Mapping[str, Any], words: Words) -> str:
    """Word what is proven about the mean share, then about the cost of reaching it."""
    objective, status = summary["objective"], summary["status"]
    value, bound, gap, then = (objective[name] for name in ("value", "bound", "gap", "then"))
    shown = {"value": words.share(value)}
    if status == "optimal":
        text = words["coverage.optimal"].format(**shown)
    elif status not in KNOWN_STATUS or bound is None or gap is None:
        text = words["coverage.none"].format(**shown)
    else:
        text = words[f"coverage.{status}"].format(bound=words.share_up(bound), gap=words.share_up(gap), **shown)
    if then is None or not (then["lexicographic"] or then["bound"]):
        return text  # that no plan costs less than nothing needs no proof
    if then["lexicographic"]:
        return f"{text} {words['coverage.cheapest']}"
    return f"{text} {words['coverage.then'].format(bound=words.money(then['bound']))}"


def tell_chances(summary: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """Label and sentence of what a plan may cost over the ranges of its prices; none for a plan that costs nothing.

    Where no price has a range there are no chances to tell, only that they are not known.
    """
    spread = summary.get("uncertainty")
    if spread is None or not (spread["tornado"] or spread["typical"]):
        return []
    label = words["sensitivity.histogram"]
    if not spread["tornado"]:
        return [(label, words["sensitivity.no_chances"])]
    amounts = {name: words.money(spread[name]) for name in ("mean", "p10", "p50", "p80", "p90")}
    sentences = [words["sensitivity.chances"].format(draws=words.number(spread["draws"]), **amounts)]
    sentences += [words[f"sensitivity.{name}"].format(share=words.part(share)) for name, share in list_doubts(spread)]
    return [(label, " ".join(sentences))]
