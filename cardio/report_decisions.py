"""What a plan asks of those who decide: facts of the plan worded as proposals elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Proposal:
    """A decision that the plan needs.

    Attributes
    ----------
    kind : str
        ``year`` (approve the works of a year), ``works`` (approve all works), ``operation`` (provide for fees and
        contingency too), ``grant`` (ask for a grant),
        ``equipment`` (accept equipment in the street), ``running`` (provide for running costs), ``errors``
        (settle survey errors).
    facts : mapping
        What its words need; amounts in EUR excl. tax.
    """

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def propose(summary: Mapping[str, Any]) -> tuple[Proposal, ...]:
    """List the decisions that follow from the figures of a plan."""
    cost = summary["cost"]
    years = [(row["year"], row["capex"]) for row in summary["phases"] if row["capex"]]
    asked = [Proposal("year", {"year": year, "amount": amount}) for year, amount in years]
    if not asked and cost["capex"]:
        asked = [Proposal("works", {"amount": cost["capex"]})]
    budget, funding = summary.get("budget"), summary.get("funding")
    if budget is not None and budget["total"] > cost["capex"]:
        asked.append(Proposal("operation", {"amount": budget["total"]}))
    for row in () if funding is None else funding["grants"]:
        if row["awarded_eur"]:
            asked.append(Proposal("grant", {"name": row["name"], "rate": row["rate"], "amount": row["awarded_eur"]}))
    built = tuple((row["option"], row["count"]) for row in summary["build"]["sites"] if row["count"])
    if built:
        asked.append(Proposal("equipment", {"built": built}))
    if cost["opex_per_year"]:
        asked.append(Proposal("running", {"amount": cost["opex_per_year"]}))
    errors = summary["findings"]["error"]
    if errors:
        asked.append(Proposal("errors", {"count": errors}))
    return tuple(asked)
