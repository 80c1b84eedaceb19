"""The sentence that opens the report: what the town pays, what that buys, by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardio.exporters.texts import WORDS, Words
from cardio.report_chain import Chain
from cardio.report_coverage import TargetShares, Unserved
from cardio.rounding import round_down_share

MOST_SERVICES = 4
CENTS = 100
MANY = 2


def say_opening(
    summary: Mapping[str, Any],
    chain: Chain,
    targets: Sequence[TargetShares],
    counted: Mapping[str, Unserved],
    words: Words,
) -> tuple[str, list[str]]:
    """Return how the sentence begins, and what is bought: one clause a service, at most four.

    Parameters
    ----------
    counted : mapping of str to Unserved
        By service: what its demand is counted in.
    """
    if not chain.excl_tax.typical and all(row.met for row in targets):
        return words["front.nothing_to_buy"], []
    main = [main_target(targets, service) for service in dict.fromkeys(row.service for row in targets)]
    clauses = [_say_clause(row, counted[row.service], words) for row in main[:MOST_SERVICES]]
    if len(main) > MOST_SERVICES:
        clauses.append(words["front.more_services"].format(count=len(main) - MOST_SERVICES))
    return _say_start(summary, chain, words), clauses


def _say_start(summary: Mapping[str, Any], chain: Chain, words: Words) -> str:
    amount = round(chain.last.typical / CENTS)
    start = words["front.buys" if is_several(amount, words) else "front.buys_one"].format(
        amount=words.whole_money(chain.last.typical / CENTS), basis=words[f"front.{name_basis(chain)}"]
    )
    phases = summary["phases"]
    return start + (words["front.by_year"].format(year=phases[-1]["year"]) if phases else words["front.no_year"])


def name_basis(chain: Chain) -> str:
    """Return ``net``, ``incl_tax`` or ``excl_tax``: what the last amount of a chain is."""
    less = (chain.vat_back, chain.fctva, chain.grants)
    if any(amounts is not None and amounts.typical for amounts in less):
        return "net"
    return "incl_tax" if chain.vat is not None and chain.vat.typical else "excl_tax"


def main_target(targets: Sequence[TargetShares], service: str) -> TargetShares:
    """Return the target that speaks for a service: of the whole town and fewest providers, else the next best."""
    return next(row for row in targets if row.service == service)


def _say_clause(row: TargetShares, counted: Unserved, words: Words) -> str:
    noun = name_unit(MANY, counted.weight, counted.kind, words)
    if row.scope != "town":
        noun = words["front.in_zone" if row.scope == "zone" else "front.in_worst_zone"].format(noun=noun, zone=row.zone)
    shown = {"service": words.name("services", row.service), "noun": noun, "after": words.share(row.after)}
    if round_down_share(row.after) == round_down_share(row.before):
        return words["front.clause_same"].format(**shown)
    return words["front.clause"].format(before=words.share(row.before), more=words.number(row.more), **shown)


def say_count(value: float, weight: str, kind: str, words: Words) -> str:
    """Return a number of what a service's demand is counted in: ``1 habitant``, ``4 567 habitants``."""
    shown = round(value)
    return f"{words.number(shown)} {name_unit(shown, weight, kind, words)}"


def name_unit(count: int, weight: str, kind: str, words: Words) -> str:
    """Name what demand is counted in, for a count; a column of the study's own is named as it stands."""
    for name in (weight, *(() if weight else (kind, "other"))):
        key = f"{'nouns' if is_several(count, words) else 'noun'}.{name}"
        if key in WORDS:
            return words[key]
    return weight


def is_several(count: int, words: Words) -> bool:
    """Whether a count takes the plural: in French from two on, in English everything but one."""
    return abs(count) >= 2 if words.language == "fr" else count != 1
