"""The Benefits sheet: euros for each unit newly served, and paybacks, as formulas."""

from __future__ import annotations

import math

from cardio.benefits import Benefits, Payback
from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, QUANTITY, YEAR, Cell, Column, Formula, Heading, Sheet, cell_range
from cardio.exporters.texts import Words
from cardio.exporters.workbook_shares import SERVICE, SHARE, SHARED, list_shared
from cardio.exporters.workbook_works import AMOUNTS, SERVICES, sum_where


def benefits_sheet(deliverable: Deliverable, benefits: Benefits, words: Words) -> Sheet:
    """One row a service; below, one row a way of building that the plan might have taken instead."""
    names = ("counted_by", "before", "after", "more", "capex", "per_more")
    reached = _reached(deliverable, benefits, words)
    last = ("years", "chosen_life", "other_life", "again")
    ways = ("chosen_capex", "other_capex", "chosen_opex", "other_opex")
    rows: list[list[Cell]] = [
        [Heading(words["service"]), *(Heading(words[f"benefits.{name}"]) for name in names)],
        *reached,
        [],
        [words["benefits.note"]],
        [],
        [Heading(words[f"benefits.{name}"]) for name in ("paybacks", "other", "count", "length", *ways, *last)],
        *(_payback(payback, row, words) for row, payback in enumerate(benefits.paybacks, start=len(reached) + 6)),
    ]
    formats = ("", "", QUANTITY, QUANTITY, QUANTITY, MONEY, MONEY, MONEY, "0.00", YEAR, YEAR, "")
    widths = (34, 24, 16, 16, 18, 20, 20, 20, 30, 20, 20, 34)
    return Sheet([Column("", *look) for look in zip(widths, formats, strict=True)], rows, header_row=0)


def _reached(deliverable: Deliverable, benefits: Benefits, words: Words) -> list[list[Cell]]:
    count = len(list_shared(deliverable.bill))
    shared, parts = (cell_range(SHARED, column, count) for column in (SERVICE, SHARE))
    rows: list[list[Cell]] = []
    for number, row in enumerate(benefits.reached.itertuples(index=False), start=2):
        own = sum_where(AMOUNTS, len(deliverable.bill), texts={SERVICES: f"$A{number}"})
        dear = math.isfinite(row.eur_per_more)
        rows.append(
            [
                words.name("services", str(row.service)),
                words.weight(row.weight) if row.weight else words["benefits.one_each"],
                float(row.before),
                float(row.after),
                Formula(f"=ROUND(D{number}-C{number},6)", float(row.more)),
                Formula(f"={own}+SUMPRODUCT(EXACT({shared},$A{number})*{parts})", float(row.capex_eur)),
                Formula(f"=F{number}/E{number}", float(row.eur_per_more)) if dear else None,
            ]
        )
    return rows


def _payback(payback: Payback, row: int, words: Words) -> list[Cell]:
    years: Cell = words["benefits.never"]
    if payback.opex_not_stated:
        years = words["benefits.unknown"].format(rows=words.listed(payback.opex_not_stated.values()))
    elif payback.years is not None:
        years = Formula(f"=(E{row}-F{row})/(H{row}-G{row})", payback.years)
    section = "laying" if payback.kind == "laying" else "options"
    return [
        words.name(section, payback.chosen),
        words.name(section, payback.other),
        payback.count,
        payback.length_m,
        payback.chosen_capex_cents / 100,
        payback.other_capex_cents / 100,
        payback.chosen_opex_cents / 100,
        payback.other_opex_cents / 100,
        years,
        payback.chosen_lifetime_years,
        payback.other_lifetime_years,
        payback.bought_again,
    ]
