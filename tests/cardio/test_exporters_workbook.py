"""plan.xlsx: formulas and the values cached beside them say the same, to the cent."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest

from cardio.exporters import workbook
from cardio.exporters.tender import write_tender
from cardio.exporters.workbook import write_workbook
from gis_layers import Finding
from tests.cardio.deliverables import HOSTILE, make_deliverable, nothing_to_build

CENT = Decimal("0.01")


def sheets_of(path, *, formulas: bool):
    return openpyxl.load_workbook(path, data_only=not formulas)


@pytest.fixture
def books(tmp_path):
    deliverable = make_deliverable(language="en")
    write_workbook(deliverable, tmp_path / "plan.xlsx")
    return (
        deliverable,
        sheets_of(tmp_path / "plan.xlsx", formulas=True),
        sheets_of(tmp_path / "plan.xlsx", formulas=False),
    )


def number(book, reference: str) -> Decimal:
    sheet, cell = reference.split("!")
    return Decimal(str(book[sheet][cell.replace("$", "")].value))


def test_the_sheets_are_there_with_headers_and_filters(books):
    _, formulas, _ = books
    first = ["Summary", "Works", "Bill", "Estimate", "Estimate items", "Shares"]
    assert formulas.sheetnames == [*first, "Coverage", "Prices", "Assumptions", "Findings"]
    assert [cell.value for cell in formulas["Works"][1]][:4] == ["Work", "Kind", "Price row", "Label"]
    assert formulas["Works"].freeze_panes == "A2"


def test_every_amount_is_quantity_times_price_rounded_half_up(books):
    deliverable, formulas, cached = books
    works, values = formulas["Works"], cached["Works"]
    assert works.max_row == len(deliverable.bill) + 1
    for row in range(2, works.max_row + 1):
        assert works.cell(row, 8).value == f"=ROUND(F{row}*G{row},2)"
        price = number(cached, works.cell(row, 7).value.removeprefix("="))
        assert Decimal(str(values.cell(row, 7).value)) == price
        amount = (Decimal(str(values.cell(row, 6).value)) * price).quantize(CENT, ROUND_HALF_UP)
        assert Decimal(str(values.cell(row, 8).value)) == amount


def test_the_bill_sums_the_works_by_price_row(books):
    deliverable, formulas, cached = books
    bill, values = formulas["Bill"], cached["Bill"]
    keys = [row[2].value for row in cached["Works"].iter_rows(min_row=2)]
    for row in range(2, len(deliverable.prices) + 2):
        for column, letter in ((4, "F"), (6, "H")):
            # EXACT: a criterion of SUMIFS would take the key 1.10 for 1.1
            end = len(keys) + 1
            keys_of = f"EXACT(Works!$C$2:$C${end},A{row})"
            assert bill.cell(row, column).value == f"=SUMPRODUCT({keys_of}*Works!${letter}$2:${letter}${end})"
            addends = [Decimal(str(cached["Works"][f"{letter}{n}"].value))
                       for n, key in enumerate(keys, start=2) if key == values.cell(row, 1).value]  # fmt: skip
            assert Decimal(str(values.cell(row, column).value)) == sum(addends) != 0


def test_the_total_is_the_capex_of_the_summary_to_the_cent(books):
    deliverable, formulas, cached = books
    last = len(deliverable.prices) + 1
    bill, values = formulas["Bill"], cached["Bill"]
    assert bill.cell(last + 1, 6).value == f"=SUM(F2:F{last})"
    total = sum(Decimal(str(values.cell(row, 6).value)) for row in range(2, last + 1))
    capex = Decimal(str(deliverable.summary["cost"]["capex"]))
    assert total == capex == Decimal(str(values.cell(last + 1, 6).value))
    assert number(cached, formulas["Summary"]["B4"].value.removeprefix("=")) == capex
    assert Decimal(str(cached["Summary"]["B4"].value)) == capex


def test_the_share_on_assumed_prices_follows_from_the_bill(books):
    deliverable, formulas, cached = books
    last = len(deliverable.prices) + 1
    values = cached["Bill"]
    assumed = sum(values.cell(row, 6).value for row in range(2, last + 1) if values.cell(row, 8).value == "yes")
    assert values.cell(last + 1, 7).value == pytest.approx(assumed)
    assert formulas["Bill"].cell(last + 2, 6).value == f"=IF(F{last + 1}=0,0,G{last + 1}/F{last + 1})"
    share = deliverable.summary["cost"]["share_from_assumed_prices"]
    assert values.cell(last + 2, 6).value == pytest.approx(share)
    assert cached["Summary"]["B5"].value == pytest.approx(share)


def test_survey_text_is_text_never_a_formula_or_a_link(tmp_path):
    findings = tuple(
        Finding("warning", "odd", text, message=text) for text in ("=1+1", "+1", "@x", "http://x.test", HOSTILE, "12")
    )
    deliverable = replace(make_deliverable(text=HOSTILE), findings=findings)
    write_workbook(deliverable, tmp_path / "plan.xlsx")
    book = sheets_of(tmp_path / "plan.xlsx", formulas=True)
    findings_sheet = book["Findings"]
    detail = [cell.value for cell in findings_sheet[1]].index("Détail (en anglais)")
    cells = [row[detail] for row in findings_sheet.iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == {"=1+1", "+1", "@x", "http://x.test", HOSTILE, "12"}
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert book["Works"]["A2"].value.endswith(HOSTILE)


def test_too_many_findings_end_in_a_line_that_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_FINDINGS", 10)
    write_workbook(make_deliverable(language="en"), tmp_path / "plan.xlsx")
    sheet = sheets_of(tmp_path / "plan.xlsx", formulas=True)["Findings"]
    assert sheet.max_row == 12
    assert sheet["A2"].value == "error"
    assert sheet["A12"].value == "17 more findings are in findings.csv."


def test_a_text_too_long_for_a_cell_is_cut_visibly(tmp_path):
    deliverable = replace(make_deliverable(), assumptions={"long": "x" * 40_000})
    write_workbook(deliverable, tmp_path / "plan.xlsx")
    value = sheets_of(tmp_path / "plan.xlsx", formulas=True)["Assumptions"]["B2"].value
    assert len(value) == 32_767 and value.endswith("…")


def test_a_plan_with_nothing_to_build_costs_nothing(tmp_path):
    write_workbook(nothing_to_build(), tmp_path / "plan.xlsx")
    formulas, cached = (sheets_of(tmp_path / "plan.xlsx", formulas=kind) for kind in (True, False))
    assert formulas["Summary"]["B4"].value == "=Bill!F2"
    assert (formulas["Bill"]["F2"].value, cached["Bill"]["F2"].value, cached["Bill"]["F3"].value) == ("=0", 0, 0)


def test_every_sheet_prints_landscape_with_its_header_on_each_page(tmp_path):
    deliverable = make_deliverable(text="&D")
    for write, name, title in ((write_workbook, "plan.xlsx", "Exempleville&&D"), (write_tender, "tender.xlsx", None)):
        write(deliverable, tmp_path / name)
        for sheet in openpyxl.load_workbook(tmp_path / name).worksheets:
            assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
            assert sheet.print_title_rows and sheet.freeze_panes
            assert (sheet.oddFooter.left.text, sheet.oddFooter.center.text) == (title, "&A")
            assert sheet.oddFooter.right.text == "&P / &N"
            assert not sheet.protection.sheet


def test_the_same_plan_gives_the_same_bytes_and_names_no_author(tmp_path):
    for write, title in ((write_workbook, "Exempleville"), (write_tender, "")):
        for name in ("one", "two"):
            write(make_deliverable(), tmp_path / f"{name}.xlsx")
        assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
        told = openpyxl.load_workbook(tmp_path / "one.xlsx").properties
        assert (told.title or "", told.creator or "") == (title, "")
        assert told.created == datetime.datetime(2026, 1, 2, 3, 4, 5)


def test_long_texts_of_tables_wrap_in_their_column(tmp_path):
    deliverable = make_deliverable()
    bill = deliverable.bill.assign(source="an offer of a supplier, " * 9)
    write_workbook(replace(deliverable, bill=bill), tmp_path / "plan.xlsx")
    works = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Works"]
    assert works["J2"].alignment.wrap_text and not works["B2"].alignment.wrap_text
    assert {works[f"{column}2"].alignment.vertical for column in "ABFJ"} == {"top"}


def test_works_that_the_study_keeps_or_forbids_are_listed(tmp_path):
    deliverable = make_deliverable()
    works = {"works": {"kept": ["ap@lights/1", "ap@lights/2"], "forbidden": ["streets/7/0.0-40.0"]}}
    write_workbook(replace(deliverable, summary={**deliverable.summary, **works}), tmp_path / "plan.xlsx")
    rows = {row[0].value: row[1].value for row in openpyxl.load_workbook(tmp_path / "plan.xlsx")["Summary"].iter_rows()}
    assert rows["Ouvrages imposés par l’étude"] == "ap@lights/1, ap@lights/2"
    assert rows["Ouvrages interdits par l’étude"] == "streets/7/0.0-40.0"
