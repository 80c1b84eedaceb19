"""The Estimate sheets: the works by lot and year, zone, service, method, and by item of the tender."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.cells import MONEY, QUANTITY, YEAR, Cell, Column, Formula, Heading, Sheet
from cardio.exporters.tender_items import TenderLine, list_tender
from cardio.exporters.texts import Words
from cardio.exporters.totals import to_cents
from cardio.exporters.workbook_prices import PRICE_TYPICAL
from cardio.exporters.workbook_shares import share_block
from cardio.exporters.workbook_works import (
    AMOUNTS,
    KIND,
    LOTS,
    METHODS,
    PRICE_KEY,
    QUANTITIES,
    ROUTE_M,
    SERVICES,
    SURFACES,
    YEARS,
    ZONES,
    lot_name,
    route_hundredths,
    services_name,
    sum_where,
    zone_name,
)

# cells of the sheet
CAPEX, ROUNDING = "D1", "D2"
TEXT_COLUMNS, FIRST_NUMBER = "ABC", "D"


def estimate_sheet(deliverable: Deliverable, words: Words) -> Sheet:
    """Blocks below each other, amounts in column D; the total of each is the capex."""
    years = [phase["year"] for phase in deliverable.summary["phases"]]
    table = _table(deliverable, words)
    tender = list_tender(deliverable.bill)
    capex = int(table[AMOUNTS].sum())
    rounding = sum(line.tendered_cents for line in tender) - capex
    items_total = f"='Estimate items'!J{len(tender) + 2}-{CAPEX}"
    rows: list[list[Cell]] = [
        [words["estimate.capex"], None, None, Formula(f"=Bill!F{len(deliverable.prices) + 2}", capex / 100)],
        [words["estimate.rounding"], None, None, Formula(items_total, rounding / 100)],
        [words["estimate.total"], None, None, Formula(f"={CAPEX}+{ROUNDING}", (capex + rounding) / 100)],
    ]
    blocks: list[tuple[str, dict[str, str], list[int | None]]] = [
        ("lot", {LOTS: "lot"}, [None, *years]),
        ("zone", {ZONES: "zone"}, [None]),
        ("service", {SERVICES: "services_used_by"}, [None]),
        ("method", {KIND: "kind", METHODS: "works_method", SURFACES: "surface"}, [None]),
    ]
    for name, heads, of_years in blocks:
        measures = [(AMOUNTS, year) for year in of_years] + ([(ROUTE_M, None)] if name == "method" else [])
        rows += [[], [Heading(words[f"estimate.by_{name}"])]]
        rows += _block(table, {column: words[head] for column, head in heads.items()}, measures, len(rows), words)
    rows += [[], [Heading(words["estimate.by_share"])]]
    rows += share_block(deliverable.bill, len(rows), words)
    texts = [Column("", width) for width in (44, 26, 18)]
    return Sheet([*texts, *(Column("", 18, MONEY) for _ in range(max(3, 1 + len(years))))], rows, header_row=0)


def _table(deliverable: Deliverable, words: Words) -> pd.DataFrame:
    """The take-off under the letters of the Works sheet; amounts in cents, lengths in hundredths of a metre."""
    bill = deliverable.bill
    return pd.DataFrame(
        {
            KIND: [words[f"work.{kind}"] for kind in bill["kind"]],
            LOTS: [lot_name(lot, words) for lot in bill["lot"]],
            ZONES: [zone_name(zone, words) for zone in bill["zone"]],
            SERVICES: [services_name(names, words) for names in bill["services"]],
            METHODS: [
                words.work_name(kind, str(name)) for kind, name in zip(bill["kind"], bill["method"], strict=True)
            ],
            SURFACES: bill["surface"].astype(str).to_numpy(),
            YEARS: bill["year"].fillna(0).astype(int).to_numpy(),
            AMOUNTS: to_cents(bill["amount_eur"]),
            ROUTE_M: route_hundredths(deliverable),
        }
    )


def _block(
    table: pd.DataFrame, heads: dict[str, str], measures: Sequence[tuple[str, int | None]], above: int, words: Words
) -> list[list[Cell]]:
    """Heads, one row for each distinct key and their total.

    Parameters
    ----------
    table : DataFrame
        As `_table`.
    heads : dict of str to str
        Columns of the Works sheet that are the key, and the words above them.
    measures : sequence of (str, int or None)
        Columns that are summed, of one year or of all.
    above : int
        Rows of the sheet above the block.
    """
    by, blanks = list(heads), [None] * (len(TEXT_COLUMNS) - len(heads))
    letters = [chr(ord(FIRST_NUMBER) + number) for number in range(len(measures))]
    words_of = {AMOUNTS: words["amount"], ROUTE_M: words["route_m"]}
    titles = [Heading(words_of[column] if year is None else year) for column, year in measures]
    rows: list[list[Cell]] = [[*(Heading(head) for head in heads.values()), *blanks, *titles]]
    head_row = above + 1
    sums = [
        (table if year is None else table[table[YEARS] == year]).groupby(by)[column].sum() for column, year in measures
    ]
    keys = sorted(set(table[by].itertuples(index=False, name=None)))
    for row, key in enumerate(keys, start=head_row + 1):
        where = {column: f"${text}{row}" for column, text in zip(by, TEXT_COLUMNS, strict=False)}
        cells = [
            Formula(
                "=" + sum_where(column, len(table), texts=where, year="" if year is None else f"{letter}${head_row}"),
                int(values.get(key if len(by) > 1 else key[0], 0)) / 100,
            )
            for (column, year), letter, values in zip(measures, letters, sums, strict=True)
        ]
        rows.append([*key, *blanks, *cells])
    last = head_row + len(keys)
    totals = [
        Formula(f"=SUM({letter}{head_row + 1}:{letter}{last})" if keys else "=0", int(values.sum()) / 100)
        for letter, values in zip(letters, sums, strict=True)
    ]
    return [*rows, [Heading(words["total"]), None, None, *totals]]


def estimate_items_sheet(deliverable: Deliverable, words: Words) -> Sheet:
    """The lines of the tender at our prices: what the quantities of the plan become when bidders are asked for them."""
    price_row = {key: number for number, key in enumerate(deliverable.prices["key"], start=2)}
    tender, lines = list_tender(deliverable.bill), len(deliverable.bill)
    rows: list[list[Cell]] = [
        _item_row(line, number, lines, price_row[line.item.price_key], words)
        for number, line in enumerate(tender, start=2)
    ]
    last = len(tender) + 1
    total = sum(line.tendered_cents for line in tender) / 100
    rows.append(["", words["total"], *[None] * 7, Formula(f"=SUM(J2:J{last})" if tender else "=0", total)])
    columns = [
        Column(words["estimate.number"], 8),
        Column(words["lot"], 28),
        Column(words["year"], 8, YEAR),
        Column(words["price_key"], 24),
        Column(words["label"], 40),
        Column(words["unit"], 8),
        Column(words["estimate.planned"], 16, QUANTITY),
        Column(words["estimate.tendered"], 16, QUANTITY),
        Column(words["unit_price"], 14, "#,##0.00##"),
        Column(words["amount"], 18, MONEY),
    ]
    return Sheet(columns, rows)


def _item_row(line: TenderLine, row: int, lines: int, price_row: int, words: Words) -> list[Cell]:
    item, pieces = line.item, line.item.unit == "each"
    texts = {LOTS: f"$B{row}", PRICE_KEY: f"$D{row}"}
    planned = sum_where(QUANTITIES, lines, texts=texts, year=f"$C{row}" if line.year else "")
    # the sum of hundredths is not exact: without rounding, 3 pieces would become 4
    tendered = f"=ROUNDUP(ROUND(G{row},2),0)" if pieces else f"=ROUND(G{row},2)"
    return [
        item.number,
        lot_name(item.lot, words),
        line.year,
        item.price_key,
        item.label,
        words[f"unit.{item.unit}"],
        Formula(f"={planned}", line.planned_hundredths / 100),
        Formula(tendered, line.tendered_hundredths / 100),
        Formula(f"=Prices!{PRICE_TYPICAL}{price_row}", item.unit_price_eur),
        Formula(f"=ROUND(H{row}*I{row},2)", line.tendered_cents / 100),
    ]
