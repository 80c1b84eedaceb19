"""The Cash flows sheet: investment and operation by year, discounted by formulas of a rate that may be changed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cardio.cash import Cash
from cardio.deliverable import Deliverable
from cardio.exporters.cash import WORDS_OF_ITEMS
from cardio.exporters.cells import MONEY, YEAR, Cell, Column, Formula, Heading, Input, Number, Sheet
from cardio.exporters.texts import Words
from cardio.exporters.workbook_prices import RATE
from cardio.exporters.workbook_works import AMOUNTS, sum_where
from costing import CashFlows, Finance

CASH_FLOWS = "Cash flows"
PRESENT_VALUE, EQUIVALENT = f"'{CASH_FLOWS}'!B12", f"'{CASH_FLOWS}'!B13"
FIRST_FLOW = 21
SECTIONS = ("investment", "operation", "rounding")
FACTOR = "0.000000"


def cash_sheet(deliverable: Deliverable, words: Words) -> Sheet | None:
    """Settings, totals and flows; None where the study gives no horizon."""
    cash = None if deliverable.money is None else deliverable.money.cash
    if cash is None or cash.finance is None or cash.plan is None:
        return None
    frame = cash.frame
    # sections apart; the order of years within them stays
    rank = frame["section"].map({name: number for number, name in enumerate(SECTIONS)})
    frame = frame.assign(rank=rank).sort_values(["of", "rank"], ascending=[False, True], kind="stable")
    rows: list[list[Cell]] = [
        *_settings(cash.finance, words),
        [],
        *_totals(cash, cash.plan, frame, words),
        [],
        [words["flows.rounding_note"]],
        [words["flows.follows"]],
        [words["time.note"]],
        [],
        _heads(words),
        *(
            _flow(row, number, deliverable, cash.finance, words)
            for number, row in enumerate(frame.itertuples(index=False), start=FIRST_FLOW)
        ),
    ]
    widths = (46, 22, 22, 22, 12, 20, 20, 14, 20)
    formats = ("", MONEY, "", YEAR, "0", MONEY, MONEY, FACTOR, MONEY)
    columns = [Column("", width, pattern) for width, pattern in zip(widths, formats, strict=True)]
    return Sheet(columns, rows, header_row=0)


def _settings(finance: Finance, words: Words) -> list[list[Cell]]:
    horizon, real = finance.horizon_years, float(finance.real_rate)
    return [
        [Heading(words["flows.settings"]), Heading(words["value"])],
        [words["flows.rate"], Input(finance.discount_rate, RATE)],
        [words["flows.inflation"], Input(finance.inflation, RATE)],
        [words["flows.base_year"], Input(finance.base_year, YEAR)],
        # no cell to change: the flows below are those of this horizon
        [words["flows.horizon"], Number(horizon, YEAR)],
        [words["flows.real"], Formula("=(1+B2)/(1+B3)-1", real, RATE)],
    ]


def _totals(cash: Cash, plan: CashFlows, frame: pd.DataFrame, words: Words) -> list[list[Cell]]:
    """Rows 8 to 14: sections, present value, equivalent annual cost and running costs, of plan, existing and both."""
    flows = {"plan": plan} | ({} if cash.existing is None else {"existing": cash.existing})
    names = [*flows, *(["both"] if len(flows) > 1 else [])]
    last = max(FIRST_FLOW, FIRST_FLOW + len(frame) - 1)
    sections: list[list[Cell]] = []
    for number, section in enumerate(SECTIONS, start=9):
        values = [
            float(frame.loc[(frame["of"] == of) & (frame["section"] == section), "present_eur"].sum()) for of in flows
        ]
        texts = [
            f"=SUMIFS($I${FIRST_FLOW}:$I${last},$A${FIRST_FLOW}:$A${last},{column}$8,"
            f'$B${FIRST_FLOW}:$B${last},"{words[f"time.{section}"]}")'
            for column in "BC"[: len(flows)]
        ]
        sections.append([words[f"flows.{section}"], *_with_both(texts, values, number)])
    present = [flow.present_value_cents / 100 for flow in flows.values()]
    equal = [flow.equivalent_annual_cents / 100 for flow in flows.values()]
    opex = [flow.opex_per_year_cents / 100 for flow in flows.values()]
    columns = "BC"[: len(flows)]
    return [
        ["", *(Heading(words["time." + name] if name != "both" else words["flows.both"]) for name in names)],
        *sections,
        [words["flows.present"], *_with_both([f"=SUM({c}9:{c}11)" for c in columns], present, 12)],
        [words["flows.equivalent"], *_with_both([f"=ROUND({c}12/{ANNUITY},2)" for c in columns], equal, 13)],
        [words["flows.opex"], *(Number(amount, MONEY) for amount in (*opex, *([sum(opex)] if len(opex) > 1 else [])))],
    ]


ANNUITY = "IF($B$6=0,$B$5,(1-(1+$B$6)^-$B$5)/$B$6)"


def _with_both(texts: list[str], values: list[float], row: int) -> list[Cell]:
    cells: list[Cell] = [Formula(text, value, MONEY) for text, value in zip(texts, values, strict=True)]
    if len(texts) > 1:
        cells.append(Formula(f"=B{row}+C{row}", sum(values), MONEY))
    return cells


def _heads(words: Words) -> list[Cell]:
    names = ("time.of", "time.section", "time.item", "year", "flows.due", "flows.base")
    return [Heading(words[name]) for name in (*names, "time.amount", "flows.factor", "time.present")]


def _flow(row: Any, number: int, deliverable: Deliverable, finance: Finance, words: Words) -> list[Cell]:
    of, section, item, year = str(row.of), str(row.section), str(row.item), int(row.year)
    amount, present, years = float(row.amount_eur), float(row.present_eur), int(row.due) - finance.base_year
    names: list[Cell] = [words[f"time.{of}"], words[f"time.{section}"], words[f"time.{WORDS_OF_ITEMS.get(item, item)}"]]
    if section == "rounding":
        at_rates = f"AND($B$2={finance.discount_rate!r},$B$3={finance.inflation!r},$B$4={finance.base_year})"
        return [*names, year, None, None, 0.0, None, Formula(f"=IF({at_rates},{present!r},0)", present)]
    end_of_year = "+1" if row.due > year else ""
    return [
        *names,
        year,
        Formula(f"=D{number}{end_of_year}-$B$4", years),
        _base(deliverable, of, item, number, float(row.base_eur)),
        Formula(f"=ROUND(F{number}*(1+$B$3)^E{number},2)", amount),
        Formula(f"=(1+$B$6)^-E{number}", float((1 + finance.real_rate) ** -years)),
        Formula(f"=ROUND(F{number}*H{number},2)", present),
    ]


def _base(deliverable: Deliverable, of: str, item: str, number: int, base: float) -> Cell:
    """Works follow the Works sheet; the others are amounts of the program."""
    if (of, item) != ("plan", "capex"):
        return base
    if deliverable.summary["phases"]:
        return Formula("=" + sum_where(AMOUNTS, len(deliverable.bill), texts={}, year=f"D{number}"), base)
    return Formula(f"=Bill!F{len(deliverable.prices) + 2}", base)
