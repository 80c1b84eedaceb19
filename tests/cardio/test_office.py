"""plan.xlsx as a spreadsheet program sees it: every formula gives what the workbook says, none is an error."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from cardio.exporters.tender import write_tender
from cardio.exporters.workbook import write_workbook
from cardio.run import run_study
from cardio.sample_town import write_sample_town
from tests.cardio.deliverables import HOSTILE, in_two_years, make_deliverable, nothing_to_build
from tests.cardio.office import differences, error_cells, formula_cells, recalculate, values_of

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def sample_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Output folder of the sample town's plan, as far as it is solved in two seconds."""
    folder = tmp_path_factory.mktemp("sample")
    run_study(write_sample_town(folder / "survey"), out=folder / "plan", time_limit_s=2)
    return folder / "plan"


def test_a_wrong_stored_value_and_an_unknown_function_are_seen(tmp_path):
    path = tmp_path / "wrong.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("A")
        sheet.write_number("A1", 1.005)
        sheet.write_formula("A2", "=A1*2", None, 99)
        sheet.write_formula("A3", "=ROUND(A1*100,2)", None, 100.5)
        sheet.write_formula("A4", "=NOSUCHFUNCTION(A1)", None, 7)
    [again] = recalculate([path], tmp_path)
    found = differences(path, again)
    assert [line.split(" ")[0] for line in found] == ["A!A2", "A!A4"]
    assert values_of(again)["A"]["A2"].value == pytest.approx(2.01)


def test_every_formula_of_made_up_plans_gives_what_is_stored(tmp_path):
    deliverables = {
        "french": make_deliverable(),
        "english": make_deliverable(language="en"),
        "years": in_two_years(make_deliverable(language="en")),
        "hostile": make_deliverable(text=HOSTILE),
        "nothing": nothing_to_build(),
    }
    books = []
    for name, deliverable in deliverables.items():
        books.append(tmp_path / f"{name}.xlsx")
        write_workbook(deliverable, books[-1])
        books.append(tmp_path / f"{name}-tender.xlsx")
        write_tender(deliverable, books[-1])
    for book, again in zip(books, recalculate(books, tmp_path), strict=True):
        assert list(formula_cells(book))
        assert differences(book, again) == []
        assert error_cells(again) == []


@pytest.mark.parametrize("town", ["tiny_plan", "sample_plan"])
def test_every_formula_of_a_run_gives_what_is_stored_and_the_total_is_that_of_the_summary(town, request, tmp_path):
    plan = request.getfixturevalue(town)
    book = plan / "plan.xlsx"
    again, tender = recalculate([book, plan / "tender.xlsx"], tmp_path)
    assert differences(book, again) == [] and differences(plan / "tender.xlsx", tender) == []
    assert error_cells(again) == error_cells(tender) == []
    capex = json.loads((plan / "summary.json").read_text("utf-8"))["cost"]["capex"]
    assert values_of(again)["Summary"]["B4"].value == pytest.approx(capex, abs=0.001)


def test_a_price_changed_by_hand_changes_every_total(tiny_plan, tmp_path):
    """Closures at 900 instead of 800: two of them, so 200 EUR more wherever the total stands."""
    book = openpyxl.load_workbook(tiny_plan / "plan.xlsx")
    for row in book["Prices"].iter_rows(min_row=2):
        if row[0].value == "closure":
            row[4].value = 900
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    [again] = recalculate([changed], tmp_path)
    assert values_of(again)["Summary"]["B4"].value == 17_500
