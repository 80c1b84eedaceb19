"""plan.xlsx: the bill of quantities as a live workbook; a changed price changes every total."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, QUANTITY, SHARE, Cell, Column, Formula, cell_range
from cardio.exporters.equity import equity_figures
from cardio.exporters.headline import make_headline
from cardio.exporters.texts import Words, join_text
from cardio.exporters.totals import bill_by_price, to_cents
from cardio.exporters.workbook_phases import phase_coverage_sheet, phase_sheet
from gis_layers import CardioError, rank_findings

MOST_FINDINGS = 20_000
MOST_ROWS = 1_048_576  # a sheet's rows
MOST_TEXT = 32_767  # a cell's characters
PRICE_TYPICAL = "E"  # column of the Prices sheet that the Works sheet refers to


def write_workbook(deliverable: Deliverable, path: Path) -> None:
    """Write plan.xlsx; sheet names are English so that scripts find them, headers follow the language.

    Raises
    ------
    CardioError
        The take-off has more lines than a sheet has rows.
    """
    words = Words(deliverable.language, deliverable.currency)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        for name, (columns, rows) in _sheets(deliverable, words).items():
            _write_sheet(book, name, columns, rows)


def _sheets(deliverable: Deliverable, words: Words) -> dict[str, tuple[list[Column], Iterable[Sequence[Cell]]]]:
    by_phase: dict[str, tuple[list[Column], Iterable[Sequence[Cell]]]] = {}
    if deliverable.summary["phases"]:
        by_phase = {
            "Plan by phase": phase_sheet(deliverable, words),
            "Coverage by phase": phase_coverage_sheet(deliverable, words),
        }
    return {
        "Summary": _summary(deliverable, words),
        "Works": _works(deliverable, words),
        "Bill": _bill(deliverable, words),
        "Coverage": _coverage(deliverable, words),
        **by_phase,
        "Prices": _prices(deliverable, words),
        "Assumptions": _assumptions(deliverable, words),
        "Findings": _findings(deliverable, words),
    }


def _summary(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    summary = deliverable.summary
    headline = make_headline(summary, words)
    prices = len(deliverable.prices)
    cost = summary["cost"]
    rows: list[list[Cell]] = [
        [words["plan"], headline.study],
        [words["scenario"], headline.scenario],
        [f"{words['cost']} (€, {words['capex_excl_tax']})", Formula(f"=Bill!F{prices + 2}", cost["capex"])],
        [words["assumed_share"], Formula(f"=Bill!F{prices + 3}", cost["share_from_assumed_prices"], SHARE)],
        *([] if summary["objective"]["budget"] is None else [[words["budget_cost"], summary["objective"]["budget"]]]),
        [words["proof"], headline.proof],
        [words["targets_met"], headline.targets],
        ["", words["verified" if summary["verified"] else "unverified"]],
        ["Cardio", str(summary["cardio_version"])],
    ]
    return [Column(words["entry"], 44), Column(words["value"], 70, MONEY)], rows


def _works(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    bill, with_years = deliverable.bill, bool(deliverable.summary["phases"])
    price_row = {key: number for number, key in enumerate(deliverable.prices["key"], start=2)}
    rows: list[list[Cell]] = [
        [
            str(line.work_id),
            words[f"work.{line.kind}"],
            str(line.price_key),
            str(line.label),
            words[f"unit.{line.unit}"],
            float(line.quantity),
            Formula(f"=Prices!{PRICE_TYPICAL}{price_row[line.price_key]}", float(line.unit_price_eur)),
            Formula(f"=ROUND(F{number}*G{number},2)", cents / 100),
            words.yes_no(bool(line.assumed)),
            str(line.source),
            *([int(line.year)] if with_years else []),
        ]
        for number, (line, cents) in enumerate(
            zip(bill.itertuples(index=False), to_cents(bill["amount_eur"]).tolist(), strict=True), start=2
        )
    ]
    columns = [
        Column(words["work"], 36),
        Column(words["kind"], 16),
        Column(words["price_key"], 24),
        Column(words["label"], 40),
        Column(words["unit"], 8),
        Column(words["quantity"], 12, QUANTITY),
        Column(words["unit_price"], 14, "#,##0.00##"),
        Column(words["amount"], 16, MONEY),
        Column(words["assumed"], 10),
        Column(words["source"], 50),
        *([Column(words["year"], 8, "0")] if with_years else []),
    ]
    return columns, rows


def _bill(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    """Sums over the Works sheet by price row; under them the total and the share on assumed prices."""
    bill = bill_by_price(deliverable.bill, deliverable.prices)
    keys, quantities, amounts = (cell_range("Works", column, len(deliverable.bill)) for column in "CFH")
    rows: list[list[Cell]] = [
        [
            row.price_key,
            row.label,
            words[f"unit.{row.unit}"],
            Formula(f"=SUMIFS({quantities},{keys},A{number})", row.quantity),
            Formula(f"=Prices!{PRICE_TYPICAL}{number}", row.unit_price_eur),
            Formula(f"=SUMIFS({amounts},{keys},A{number})", row.amount_cents / 100),
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
            str(row["target"]),
            str(row["service"]),
            words["whole_town"] if row["zone"] is None else str(row.get("zone_name") or row["zone"]),
            *(row[name] for name in names),
            words.yes_no(row["met"]),
        ]
        for row in deliverable.summary["coverage"]
    ]
    rows += [
        [row.target, row.service, row.label, None, row.before, row.after]
        for row in equity_figures(deliverable.summary["equity"], words)
    ]
    texts = [Column(words[name], 26) for name in ("target", "service", "zone")]
    return [*texts, *(Column(words[name], 12, SHARE) for name in names), Column(words["met"], 10)], rows


def _prices(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    rows: list[list[Cell]] = [
        [
            str(row.key),
            str(row.label),
            words[f"unit.{row.unit}"],
            float(row.low_eur),
            float(row.typical_eur),
            float(row.high_eur),
            words.yes_no(bool(row.assumed)),
            str(row.grade),
            str(row.source),
        ]
        for row in deliverable.prices.itertuples(index=False)
    ]
    columns = [
        Column(words["price_key"], 24),
        Column(words["label"], 40),
        Column(words["unit"], 8),
        *(Column(words[name], 16, "#,##0.00##") for name in ("low", "typical", "high")),
        Column(words["assumed"], 10),
        Column(words["grade"], 10),
        Column(words["source"], 70),
    ]
    return columns, rows


def _assumptions(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    rows: list[list[Cell]] = [[key, join_text(value)] for key, value in deliverable.assumptions.items()]
    return [Column(words["entry"], 40), Column(words["value"], 90)], rows


def _findings(deliverable: Deliverable, words: Words) -> tuple[list[Column], list[list[Cell]]]:
    """Worst first; past the first 20,000 a line says where the others are."""
    rows: list[list[Cell]] = [
        [words[f"severity.{f.severity}"], f.code, f.layer, f.file, f.feature, f.message, f.done, f.advice, f.x, f.y]
        for f in islice(rank_findings(deliverable.findings), MOST_FINDINGS)
    ]
    if (more := len(deliverable.findings) - MOST_FINDINGS) > 0:
        rows.append([words["more_rows"].format(count=words.number(more))])
    headers = ("severity", "code", "layer", "file", "feature", "message", "done", "advice")
    places = [Column(name, 12, "0.0") for name in ("x", "y")]
    return [*(Column(words[name], 24) for name in headers), *places], rows


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = [book.add_format({"num_format": column.format} if column.format else {}) for column in columns]
    own = {SHARE: book.add_format({"num_format": SHARE})}
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.header, bold)
    sheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, start=1):
        if last >= MOST_ROWS:
            raise CardioError(f"sheet {name} would need more than {MOST_ROWS} rows", "split the study by district")
        for number, cell in enumerate(row):
            style = own[cell.format] if isinstance(cell, Formula) and cell.format else formats[number]
            _write_cell(sheet, last, number, cell, style)
    if last:
        sheet.autofilter(f"A1:{xl_col_to_name(len(columns) - 1)}{last + 1}")
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, style: Any) -> None:
    if isinstance(cell, Formula):
        sheet.write_formula(row, column, cell.text, style, cell.value)
    elif isinstance(cell, str):
        # xlsxwriter would cut a longer text without a word
        sheet.write_string(row, column, cell if len(cell) <= MOST_TEXT else cell[: MOST_TEXT - 1] + "…")
    elif cell is not None and math.isfinite(cell):
        sheet.write_number(row, column, cell, style)
