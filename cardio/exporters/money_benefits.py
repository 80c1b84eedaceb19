"""What the money buys, for the report: euros for each unit newly served, and what lower running costs repay."""

from __future__ import annotations

import math

from cardio.benefits import Payback
from cardio.deliverable import Deliverable
from cardio.exporters.page import Part, Table
from cardio.exporters.texts import Words
from cardio.rounding import NOISE


def reached_part(deliverable: Deliverable, words: Words) -> Part | None:
    """Units newly served by service, and the capex of each; None without a plan."""
    benefits = None if deliverable.money is None else deliverable.money.benefits
    if benefits is None or benefits.reached.empty:
        return None
    rows = [
        [
            words.name("services", str(row.service)),
            words.weight(row.weight) if row.weight else words["money.one_each"],
            *(_count(value, row.weight, words) for value in (row.before, row.after, row.more)),
            words.money(row.capex_eur),
            words.money(row.eur_per_more),
        ]
        for row in benefits.reached.itertuples(index=False)
    ]
    heads = ["service", "money.counted_by", "money.served_before", "money.served_after", "money.more"]
    heads += ["total_cost", "money.per_more"]
    table = Table([words[name] for name in heads], rows, frozenset(range(2, 7)))
    return Part(words["money.buys"], tables=[table], note=words["money.per_more_note"])


def _count(value: float, weight: str | None, words: Words) -> str:
    """Whole people, dwellings, ..., rounded down: nothing is overstated; a weight that the study made up as it is."""
    if weight and not words.counts_whole(weight):
        return words.number(value, 1)
    return words.number(math.floor(value + NOISE))


def paybacks_part(deliverable: Deliverable, words: Words) -> Part | None:
    """After how many years lower running costs repay the dearer way to build, in sentences."""
    benefits = None if deliverable.money is None else deliverable.money.benefits
    if benefits is None or not benefits.paybacks:
        return None
    items = [say_payback(payback, words) for payback in benefits.paybacks]
    return Part(words["money.paybacks"], items=items, note=words["payback.note"])


def say_payback(payback: Payback, words: Words) -> str:
    """Word a payback, and what lasts how long where that matters to it."""
    return " ".join([_say_years(payback, words), *_say_lifetimes(payback, words)])


def _name(payback: Payback, name: str, words: Words) -> str:
    return words.name("laying" if payback.kind == "laying" else "options", name)


def _say_lifetimes(payback: Payback, words: Words) -> list[str]:
    lifetimes = {payback.chosen: payback.chosen_lifetime_years, payback.other: payback.other_lifetime_years}
    said = []
    if payback.outlasts:
        dearer = payback.dearer_to_build
        lasts = words.number(lifetimes[dearer])
        said.append(words["payback.outlasts"].format(dearer=words.quoted(_name(payback, dearer, words)), years=lasts))
    stated = sorted((years, name) for name, years in lifetimes.items() if years is not None)
    if len({years for years, _ in stated}) == 2:
        (years, again), (longer, other) = stated
        names = {
            "again": words.quoted(_name(payback, again, words)),
            "other": words.quoted(_name(payback, other, words)),
        }
        said.append(words["payback.lifetimes"].format(years=words.number(years), longer=words.number(longer), **names))
    if len(stated) == 1:
        (years, again), other = stated[0], next(name for name in lifetimes if name != stated[0][1])
        names = {
            "again": words.quoted(_name(payback, again, words)),
            "other": words.quoted(_name(payback, other, words)),
        }
        said.append(words["payback.lifetime_unknown"].format(years=words.number(years), **names))
    return said


def _say_years(payback: Payback, words: Words) -> str:
    """Without running costs of both ways no figure of years is given."""
    more = payback.chosen_capex_cents - payback.other_capex_cents
    saved = payback.other_opex_cents - payback.chosen_opex_cents
    dearer = payback.dearer_to_build
    cheaper = payback.other if dearer == payback.chosen else payback.chosen
    where = {"count": words.number(payback.count), "length": words.length(payback.length_m)}
    said = {
        "where": words[f"payback.{payback.kind}"].format(**where),
        "dearer": words.quoted(_name(payback, dearer, words)),
        "other": words.quoted(_name(payback, cheaper, words)),
        "more": words.money(abs(more) / 100),
        "chosen": words.quoted(_name(payback, payback.chosen, words)),
    }
    if payback.opex_not_stated:
        return words["payback.unknown"].format(rows=words.listed(payback.opex_not_stated.values()), **said)
    if payback.years is not None:
        years, amount = words.number(payback.years, 1), words.money(abs(saved) / 100)
        return words["payback.repaid"].format(years=years, saved=amount, **said)
    return words["payback.never" if more else "payback.same"].format(**said)
