"""The Estimate sheets: every block adds up to the capex, whatever things are called."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.exporters.workbook import write_workbook
from cardio.exporters.workbook_shares import list_shared
from cardio.run import run_study
from gis_layers import CardioError
from tests.cardio.deliverables import in_two_years, make_deliverable, nothing_to_build
from tests.cardio.office import differences, recalculate, values_of
from tests.cardio.tiny_town import STUDY, write_tiny_town

CENT = Decimal("0.01")
# names that criteria of SUMIFS would take for patterns, numbers, comparisons or each other
ODD_NAMES = ("1", "01", "1.0", ">0", "=1", "<>", "*", "?", "~", "a*", "abc", "ABC", "", "=1+1", 'x"y')


def written(deliverable, tmp_path):
    write_workbook(deliverable, tmp_path / "plan.xlsx")
    return values_of(tmp_path / "plan.xlsx")


def blocks_of(sheet) -> dict[str, list[tuple]]:
    """Title of each block -> its rows below the heads, the total last."""
    blocks, rows = {}, list(sheet.iter_rows(min_row=4, values_only=True))
    breaks = [number for number, row in enumerate(rows) if row[0] is None and row[3] is None]
    for start, end in zip(breaks, [*breaks[1:], len(rows)], strict=True):
        blocks[rows[start + 1][0]] = rows[start + 3 : end]
    return blocks


def cents(value) -> int:
    return round(value * 100)


def test_the_estimate_of_two_years_by_hand(tmp_path):
    """3 access points in 2028 and 2 in 2027 at 1,234.56; ducts in 2027, trenches in 2028; one connection."""
    deliverable = in_two_years(make_deliverable(language="en"))
    sheet = written(deliverable, tmp_path)["Estimate"]
    blocks = blocks_of(sheet)
    assert [sheet.cell(6, column).value for column in (1, 4, 5, 6)] == ["Lot", "Amount (€ excl. tax)", 2027, 2028]
    equipment = next(row for row in blocks["By lot and year"] if row[0] == "Equipment")
    assert equipment[3:] == (6_172.80, 2_469.12, 3_703.68)
    assert blocks["By laying method and surface"][0][:4] == ("connection", "Fibre access", "", 410.05)
    [services] = [{row[0]: row[3] for row in rows} for title, rows in blocks.items() if title.startswith("By service")]
    assert services["Fibre access"] == 2_879.17  # two boxes and a connection
    assert len(blocks) == 5


@pytest.mark.parametrize("years", [False, True])
def test_every_block_adds_up_to_the_capex(tmp_path, years):
    deliverable = make_deliverable(language="en")
    deliverable = in_two_years(deliverable) if years else deliverable
    capex = cents(deliverable.summary["cost"]["capex"])
    book = written(deliverable, tmp_path)
    for rows in blocks_of(book["Estimate"]).values():
        assert cents(rows[-1][3]) == sum(cents(row[3]) for row in rows[:-1]) == capex
    assert cents(book["Estimate"]["D1"].value) == capex


def test_a_route_is_measured_once_however_many_lines_pay_for_it(tmp_path):
    deliverable = make_deliverable(language="en")
    bill = deliverable.bill
    twice = bill[bill["kind"] == "route"].assign(price_key="cable_in_duct", unit_price_eur=6.333, amount_eur=0.0)
    twice["amount_eur"] = np.floor(twice["quantity"] * 6.333 * 100 + 0.5) / 100
    order = np.argsort([*range(len(bill)), *twice.index], kind="stable")
    bill = pd.concat([bill, twice], ignore_index=True).iloc[order].reset_index(drop=True)
    rows = blocks_of(written(replace(deliverable, bill=bill), tmp_path)["Estimate"])["By laying method and surface"]
    metres = {row[1]: row[4] for row in rows if row[0] == "route"}
    own = deliverable.routes.groupby("method")["length_m"].sum()
    assert metres == {method.capitalize(): pytest.approx(length) for method, length in own.items()}
    assert rows[-1][4] == pytest.approx(own.sum())


def test_shares_are_whole_cents_that_add_up():
    """100.01 among three: 33.34, 33.34, 33.33; the first by name take the cents that are left over."""
    bill = make_deliverable().bill.iloc[[5]].assign(amount_eur=100.01, services="c, a, b")
    assert [(part.service, part.cents) for part in list_shared(bill)] == [("a", 3334), ("b", 3334), ("c", 3333)]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6), st.integers(2, 5))
def test_shares_of_any_amounts_add_up(amounts, services):
    bill = make_deliverable().bill.iloc[[5] * len(amounts)].assign(
        work_id=[f"w{number}" for number in range(len(amounts))],
        amount_eur=[amount / 100 for amount in amounts],
        services=", ".join(f"s{number}" for number in range(services)),
    )  # fmt: skip
    parts = list_shared(bill)
    assert len(parts) == services * len(amounts)
    for number, amount in enumerate(amounts):
        own = [part.cents for part in parts if part.work_id == f"w{number}"]
        assert sum(own) == amount and max(own) - min(own) <= 1


def test_lines_of_a_work_that_do_not_follow_each_other_are_a_fault():
    bill = make_deliverable().bill
    mixed = bill.iloc[[5, 6, 5]]
    with pytest.raises(CardioError, match="do not follow each other"):
        list_shared(mixed)


def test_a_plan_with_nothing_to_build_has_empty_blocks(tmp_path):
    blocks = blocks_of(written(nothing_to_build(), tmp_path)["Estimate"])
    assert [rows[-1][3] for rows in blocks.values()] == [0] * 5
    assert {len(rows) for rows in blocks.values()} == {1}


def test_the_sheets_print_in_landscape(tmp_path):
    write_workbook(make_deliverable(), tmp_path / "plan.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "plan.xlsx"):
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"


@pytest.mark.office
def test_odd_names_are_never_taken_for_each_other(tmp_path):
    deliverable = make_deliverable(language="en")
    lines = len(deliverable.bill)
    books = []
    for column in ("zone", "lot", "services", "method", "surface"):
        for first in (0, lines):
            names = [ODD_NAMES[(first + number) % len(ODD_NAMES)] for number in range(lines)]
            books.append(tmp_path / f"{column}{first}.xlsx")
            write_workbook(replace(deliverable, bill=deliverable.bill.assign(**{column: names})), books[-1])
    for book, again in zip(books, recalculate(books, tmp_path), strict=True):
        assert differences(book, again) == []


@pytest.mark.office
def test_the_shares_are_those_of_the_summary_and_follow_a_changed_price(tmp_path):
    """The two closures of the tiny town and its trench become a second service's too: half of the trench each."""
    study = STUDY.replace("backhaul: none}", "backhaul: fibre}")
    run_study(write_tiny_town(tmp_path / "town", study=study), out=tmp_path / "plan")
    summary = json.loads((tmp_path / "plan" / "summary.json").read_text("utf-8"))
    book = openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")
    for row in book["Prices"].iter_rows(min_row=2):
        if row[0].value == "trench_soil":
            row[4].value *= 2
    book.save(tmp_path / "dear.xlsx")
    plan, dear = recalculate([tmp_path / "plan" / "plan.xlsx", tmp_path / "dear.xlsx"], tmp_path)
    assert differences(tmp_path / "plan" / "plan.xlsx", plan) == []
    title = "What each service bears: a shared work is split equally"
    said = {row["service"].replace("_", " ").capitalize(): row["total"] for row in summary["cost"]["by_service"]}
    rows, dearer = (blocks_of(values_of(path)["Estimate"])[title] for path in (plan, dear))
    assert {row[0]: round(row[3], 2) for row in rows[:-1]} == said
    assert rows[-1][5] > 0
    for row, other in zip(rows, dearer, strict=True):
        assert other[5] == pytest.approx(2 * row[5])
