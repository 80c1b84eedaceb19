"""plan.xlsx: the bill of quantities as a live workbook; a changed price changes every total."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, QUANTITY, SHARE, Cell, Column, Formula, Sheet
from cardio.exporters.equity import equity_figures
from cardio.exporters.findings_cells import finding_cells, finding_heads
from cardio.exporters.sheet_writer import Imprint, write_book
from cardio.exporters.texts import Words, join_text, words_of
from cardio.exporters.totals import bill_by_price
from cardio.exporters.workbook_benefits import benefits_sheet
from cardio.exporters.workbook_budget import BUDGET, budget_sheet
from cardio.exporters.workbook_cash import CASH_FLOWS, cash_sheet
from cardio.exporters.workbook_estimate import estimate_items_sheet, estimate_sheet
from cardio.exporters.workbook_funding import funding_sheets
from cardio.exporters.workbook_phases import phase_coverage_sheet, phase_sheet
from cardio.exporters.workbook_prices import PRICE_TYPICAL, PRICES, prices_sheet
from cardio.exporters.workbook_sensitivity import SENSITIVITY, sensitivity_sheet
from cardio.exporters.workbook_shares import SHARED, shared_works_sheet
from cardio.exporters.workbook_summary import summary_sheet
from cardio.exporters.workbook_works import AMOUNTS, PRICE_KEY, QUANTITIES, sum_where, works_sheet
from gis_layers import rank_findings

MOST_FINDINGS = 20_000


def write_workbook(deliverable: Deliverable, path: Path) -> None:
    """Write plan.xlsx; sheet names are English so that scripts find them, headers follow the language.

    Raises
    ------
    CardioError
        The take-off has more lines than a sheet has rows.
    """
    write_book(_sheets(deliverable, words_of(deliverable)), path, Imprint.of(deliverable.summary))


def _sheets(deliverable: Deliverable, words: Words) -> dict[str, Sheet]:
    by_phase: dict[str, Sheet] = {}
    if deliverable.summary["phases"]:
        by_phase = {
            "Plan by phase": Sheet(*phase_sheet(deliverable, words)),
            "Coverage by phase": Sheet(*phase_coverage_sheet(deliverable, words)),
        }
    return {
        "Summary": summary_sheet(deliverable, words),
        "Works": works_sheet(deliverable, words),
        "Bill": Sheet(*_bill(deliverable, words)),
        "Estimate": estimate_sheet(deliverable, words),
        "Estimate items": estimate_items_sheet(deliverable, words),
        SHARED: shared_works_sheet(deliverable.bill, words),
        **_money_sheets(deliverable, words),
        "Coverage": Sheet(*_coverage(deliverable, words)),
        **by_phase,
        PRICES: prices_sheet(deliverable, words),
        "Assumptions": Sheet(*_assumptions(deliverable, words)),
        "Findings": Sheet(*_findings(deliverable, words)),
    }


def _money_sheets(deliverable: Deliverable, words: Words) -> dict[str, Sheet]:
    """Sheets of what the study asks about money."""
    money = deliverable.money
    sheets: dict[str, Sheet] = {}
    if money is not None and money.budget is not None:
        sheets[BUDGET] = budget_sheet(deliverable, money.budget, words)
    if money is not None and money.funding is not None:
        sheets |= funding_sheets(deliverable, money.funding, words)
    if (flows := cash_sheet(deliverable, words)) is not None:
        sheets[CASH_FLOWS] = flows
    if money is not None and money.spread is not None:
        sheets[SENSITIVITY] = sensitivity_sheet(deliverable, money.spread, words)
    if money is not None and money.benefits is not None:
        sheets["Benefits"] = benefits_sheet(deliverable, money.benefits, words)
    return sheets


def _bill(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    """Sums over the Works sheet by price row; under them the total and the share on assumed prices."""
    bill = bill_by_price(deliverable.bill, deliverable.prices)
    lines = len(deliverable.bill)

    def summed(column: str, row: int) -> str:
        return "=" + sum_where(column, lines, texts={PRICE_KEY: f"A{row}"})

    rows: list[list[Cell]] = [
        [
            row.price_key,
            row.label,
            words[f"unit.{row.unit}"],
            Formula(summed(QUANTITIES, number), row.quantity),
            Formula(f"=Prices!{PRICE_TYPICAL}{number}", row.unit_price_eur),
            Formula(summed(AMOUNTS, number), row.amount_cents / 100),
            Formula(f'=IF(H{number}="{words["yes"]}",F{number},0)', row.amount_cents / 100 if row.assumed else 0.0),
            words.yes_no(row.assumed),
        ]
        for number, row in enumerate(bill, start=2)
    ]
    last = len(bill) + 1
    total = sum(row.amount_cents for row in bill)
    assumed = sum(row.amount_cents for row in bill if row.assumed)
    sums = [
        Formula(f"=SUM({column}2:{column}{last})" if bill else "=0", cents / 100)
        for column, cents in (("F", total), ("G", assumed))
    ]
    share = Formula(f"=IF(F{last + 1}=0,0,G{last + 1}/F{last + 1})", assumed / total if total else 0.0, SHARE)
    rows.append(["", words["total"], "", None, None, *sums])
    rows.append(["", words["assumed_share"], "", None, None, share])
    columns = [
        Column(words["price_key"], 24),
        Column(words["label"], 40),
        Column(words["unit"], 8),
        Column(words["quantity"], 14, QUANTITY),
        Column(words["unit_price"], 14, "#,##0.00##"),
        Column(words["amount"], 18, MONEY),
        Column(words["assumed_amount"], 18, MONEY),
        Column(words["assumed"], 10),
    ]
    return columns, rows


def _coverage(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    """One row a target and zone, then the equity figures of each target."""
    names = ("required", "before", "after", "reachable")
    rows: list[list[Cell]] = [
        [
            words.name("targets", str(row["target"])),
            words.name("services", str(row["service"])),
            words["whole_town"] if row["zone"] is None else str(row.get("zone_name") or row["zone"]),
            *(row[name] for name in names),
            words.yes_no(row["met"]),
        ]
        for row in deliverable.summary["coverage"]
    ]
    rows += [
        [words.name("targets", row.target), words.name("services", row.service), row.label, None, row.before, row.after]
        for row in equity_figures(deliverable.summary["equity"], words)
    ]
    texts = [Column(words[name], 26) for name in ("target", "service", "zone")]
    return [*texts, *(Column(words[name], 12, SHARE) for name in names), Column(words["met"], 10)], rows


def _assumptions(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    rows: list[list[Cell]] = [[key, join_text(value)] for key, value in deliverable.assumptions.items()]
    return [Column(words["entry"], 40), Column(words["value"], 90)], rows


def _findings(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    """Worst first; past the first 20,000 a line says where the others are."""
    rows: list[list[Cell]] = [
        [words[f"severity.{f.severity}"], f.code, f.file, *finding_cells(f, words), f.x, f.y]
        for f in islice(rank_findings(deliverable.findings), MOST_FINDINGS)
    ]
    if (more := len(deliverable.findings) - MOST_FINDINGS) > 0:
        rows.append([words.counted("more_rows", more)])
    headers = [*(words[name] for name in ("severity", "code", "file")), *finding_heads(words)]
    places = [Column(name, 12, "0.0") for name in ("x", "y")]
    return [*(Column(header, 24) for header in headers), *places], rows
