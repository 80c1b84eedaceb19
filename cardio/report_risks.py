"""The greatest risks of a plan, each with the euros at stake: facts of the plan, ranked, before any words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardio.report_chain import Chain
from cardio.report_doubts import DoubtfulRoutes
from costing import Line, total_cents

MOST_RISKS = 3


@dataclass(frozen=True)
class Risk:
    """Something that may go otherwise.

    Attributes
    ----------
    kind : str
        ``price`` (the row whose range moves the total most), ``assumed`` (prices without a source), ``no_range``
        (prices taken as exact), ``ground`` (routes on data that is not verified), ``gap`` (a cheaper plan may exist),
        ``grants`` (none is granted yet, as far as the study says).
    stake_eur : float
        Excl. tax: the swing of the row, the amounts that rest on it, or what could be saved.
    facts : mapping
        What its words need.
    """

    kind: str
    stake_eur: float
    facts: Mapping[str, Any] = field(default_factory=dict)


def rank_risks(
    summary: Mapping[str, Any], lines: Sequence[Line], chain: Chain, doubts: DoubtfulRoutes
) -> tuple[Risk, ...]:
    """Return the risks of a plan with euros at stake, the greatest first, at most three.

    Parameters
    ----------
    summary, lines
        Of the plan, and its take-off.
    """
    found = [
        *_price_risks(summary, lines),
        Risk(
            "ground",
            doubts.doubtful_cents / 100,
            {"doubtful_m": doubts.doubtful_m, "total_m": doubts.total_m, "layers": doubts.layers},
        ),
        Risk("gap", _open_eur(summary)),
        Risk("grants", 0.0 if chain.grants is None else chain.grants.typical / 100, {"names": _granted(summary)}),
    ]
    at_stake = [risk for risk in found if risk.stake_eur > 0]
    return tuple(sorted(at_stake, key=lambda risk: -risk.stake_eur)[:MOST_RISKS])


def _price_risks(summary: Mapping[str, Any], lines: Sequence[Line]) -> list[Risk]:
    total = total_cents(lines)
    rest_on = {
        "assumed": total_cents([line for line in lines if line.price.assumed]),
        "no_range": total_cents([line for line in lines if line.price.low_eur == line.price.high_eur]),
    }
    risks = [Risk(kind, cents / 100, {"share": cents / total}) for kind, cents in rest_on.items() if cents]
    spread = summary.get("uncertainty")
    if spread is not None and spread["tornado"]:
        row = spread["tornado"][0]
        facts = {name: row[name] for name in ("label", "price_key", "low", "high", "assumed")}
        risks.append(Risk("price", row["swing"], facts))
    return risks


def _open_eur(summary: Mapping[str, Any]) -> float:
    """Euros by which the proof leaves room for a cheaper plan; 0 where coverage is the objective."""
    objective = summary["objective"]
    if objective["name"] != "least_cost" or objective["bound"] is None:
        return 0.0
    return max(0.0, round(float(objective["value"]) - float(objective["bound"]), 2))


def _granted(summary: Mapping[str, Any]) -> tuple[str, ...]:
    funding = summary.get("funding")
    return () if funding is None else tuple(row["name"] for row in funding["grants"] if row["awarded_eur"])
