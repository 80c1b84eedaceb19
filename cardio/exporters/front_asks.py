"""What is asked of those who decide, and what may go otherwise, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardio.exporters.front_sentence import is_several
from cardio.exporters.texts import Words
from cardio.report import Report
from cardio.report_decisions import Proposal
from cardio.report_risks import Risk


def say_asks(report: Report, words: Words) -> list[str]:
    """The decisions of the study in its own words, then those that follow from the figures of the plan."""
    return [*report.decisions, *(say_proposal(one, words) for one in report.proposals)]


def say_proposal(proposal: Proposal, words: Words) -> str:
    """Word a proposal."""
    facts, kind = proposal.facts, proposal.kind
    if kind == "equipment":
        built = ", ".join(f"{words.name('options', name)} ({words.number(count)})" for name, count in facts["built"])
        return words["front.ask.equipment"].format(built=built)
    if kind == "errors":
        key = "front.ask.errors" if is_several(facts["count"], words) else "front.ask.errors_one"
        return words[key].format(count=words.number(facts["count"]))
    shown: dict[str, Any] = {"amount": words.money(facts["amount"])}
    if kind == "year":
        shown["year"] = facts["year"]
    if kind == "grant":
        shown |= {
            "name": words.quoted(words.name("funding.grants", facts["name"])),
            "rate": words.percent(facts["rate"]),
        }
    return words[f"front.ask.{kind}"].format(**shown)


def say_risks(risks: Sequence[Risk], words: Words) -> list[tuple[str, str]]:
    """Euros at stake, and the sentence, of each risk."""
    return [(words.whole_money(risk.stake_eur), say_risk(risk, words)) for risk in risks]


def say_risk(risk: Risk, words: Words) -> str:
    """Word a risk, with what can be done about it."""
    one = risk.kind == "grants" and len(risk.facts["names"]) == 1
    return words[f"front.risk.{risk.kind}{'_one' if one else ''}"].format(**_shown(risk.kind, risk.facts, words))


def _shown(kind: str, facts: Mapping[str, Any], words: Words) -> dict[str, str]:
    if kind == "price":
        return {
            "label": str(facts["label"]),
            "low": words.whole_money(facts["low"]),
            "high": words.whole_money(facts["high"]),
        }
    if kind in ("assumed", "no_range"):
        return {"share": words.part(facts["share"])}
    if kind == "ground":
        layers = ", ".join(words.name("layers", name) for name in facts["layers"])
        return {
            "doubtful": words.length(facts["doubtful_m"]),
            "total": words.length(facts["total_m"]),
            "layers": layers,
        }
    if kind == "grants":
        return {"names": ", ".join(words.name("funding.grants", name) for name in facts["names"])}
    return {}
