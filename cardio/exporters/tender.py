"""tender.xlsx, for bidders: a schedule of prices to fill in and the quantities. None of our prices is in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, QUANTITY, Cell, Column, Formula, Heading, Sheet, ToFill
from cardio.exporters.sheet_writer import Imprint, write_book
from cardio.exporters.tender_items import Item, TenderLine, list_tender
from cardio.exporters.texts import Words, words_of
from cardio.exporters.workbook_works import lot_name

PRICES, QUANTITIES = "BPU", "DQE"
PRICE, AMOUNT = "D", "F"  # columns of the two sheets


def write_tender(deliverable: Deliverable, path: Path) -> None:
    """Write tender.xlsx: what bidders price, by lot, and year of a plan with phases.

    Raises
    ------
    CardioError
        There are more items than a sheet has rows.
    """
    words = words_of(deliverable)
    tender = list_tender(deliverable.bill)
    prices, price_row = _prices(tender, words)
    sheets = {PRICES: prices, QUANTITIES: _quantities(tender, price_row, words)}
    # without a title: bidders need not know what a scenario is called
    write_book(sheets, path, Imprint("", str(deliverable.summary["created"])))


def _prices(tender: Sequence[TenderLine], words: Words) -> tuple[Sheet, dict[str, int]]:
    """The schedule of prices (BPU), and the row of each item's number in it."""
    columns = [
        Column(words["estimate.number"], 8),
        Column(words["label"], 60),
        Column(words["unit"], 8),
        Column(words["unit_price"], 18, MONEY),
        Column(words["tender.in_words"], 60),
    ]
    rows: list[list[Cell]] = [[words["tender.fill_in"]], [Heading(column.header) for column in columns]]
    price_row: dict[str, int] = {}
    for _, lines in groupby(tender, key=lambda line: line.item.lot_number):
        items = sorted({line.item for line in lines}, key=lambda item: item.place)
        rows.append(_lot_row(items[0], words))
        for item in items:
            price = ToFill(words["tender.price"])
            rows.append([item.number, item.label, words[f"unit.{item.unit}"], price, ToFill()])
            price_row[item.number] = len(rows)
    return Sheet(columns, rows, header_row=1), price_row


def _quantities(tender: Sequence[TenderLine], price_row: dict[str, int], words: Words) -> Sheet:
    """The bill of quantities (DQE): amounts follow from the other sheet, and are 0 until it is filled in."""
    columns = [
        Column(words["estimate.number"], 8),
        Column(words["label"], 60),
        Column(words["unit"], 8),
        Column(words["quantity"], 14, QUANTITY),
        Column(words["unit_price"], 18, MONEY),
        Column(words["amount"], 20, MONEY),
    ]
    rows: list[list[Cell]] = [[words["tender.computed"]], [Heading(column.header) for column in columns]]
    lot_totals: list[int] = []
    for number, lines_of_lot in groupby(tender, key=lambda line: line.item.lot_number):
        lines = list(lines_of_lot)
        rows.append(_lot_row(lines[0].item, words))
        year_totals: list[int] = []
        for year, lines_of_year in groupby(lines, key=lambda line: line.year):
            if year is not None:
                rows.append([None, Heading(year)])
            first = len(rows) + 1
            rows += [
                _quantity_row(line, row, price_row[line.item.number], words)
                for row, line in enumerate(lines_of_year, start=first)
            ]
            text = words["tender.lot_total"].format(lot=number) if year is None else f"{words['total']} {year}"
            rows.append(_total_row(text, f"=SUM({AMOUNT}{first}:{AMOUNT}{len(rows)})"))
            year_totals.append(len(rows))
        if lines[0].year is not None:
            rows.append(_total_row(words["tender.lot_total"].format(lot=number), _sum_of(year_totals)))
        lot_totals.append(len(rows))
    rows.append(_total_row(words["tender.total"], _sum_of(lot_totals)))
    return Sheet(columns, rows, header_row=1)


def _lot_row(item: Item, words: Words) -> list[Cell]:
    return [Heading(str(item.lot_number)), Heading(f"{words['lot']} {item.lot_number} – {lot_name(item.lot, words)}")]


def _quantity_row(line: TenderLine, row: int, price_row: int, words: Words) -> list[Cell]:
    return [
        line.item.number,
        line.item.label,
        words[f"unit.{line.item.unit}"],
        line.tendered_hundredths / 100,
        Formula(f"={PRICES}!{PRICE}{price_row}", 0.0),
        Formula(f"=ROUND(D{row}*E{row},2)", 0.0),
    ]


def _total_row(text: str, formula: str) -> list[Cell]:
    return [None, Heading(text), None, None, None, Formula(formula, 0.0)]


def _sum_of(rows: Sequence[int]) -> str:
    return "=" + ("+".join(f"{AMOUNT}{row}" for row in rows) or "0")
