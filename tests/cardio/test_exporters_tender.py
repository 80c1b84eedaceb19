"""tender.xlsx: what bidders are asked, and nothing of what we expect."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.exporters.tender import write_tender
from cardio.exporters.tender_items import list_tender
from cardio.exporters.workbook import write_workbook
from tests.cardio.deliverables import HOSTILE, PRICES, in_two_years, make_deliverable, nothing_to_build
from tests.cardio.office import differences, recalculate, values_of

CENT = Decimal("0.01")


def with_chambers(deliverable):
    """Return the deliverable with a chamber every 80 m of its routes, in a lot of its own."""
    routes = deliverable.bill[deliverable.bill["kind"] == "route"]
    quantity = np.floor(routes["quantity"] / 80 * 100 + 0.5) / 100
    cents = np.floor(quantity * 100 * 713.19 + 0.5)
    chambers = routes.assign(
        price_key="chamber", label="Chambre", unit="each", unit_price_eur=713.19, quantity=quantity, lot="lot 10",
        amount_eur=cents / 100,
    )  # fmt: skip
    bill = pd.concat([deliverable.bill, chambers]).sort_index(kind="stable").reset_index(drop=True)
    price = deliverable.prices.iloc[[0]].assign(key="chamber", label="Chambre", unit="each", typical_eur=713.19)
    capex = round(float(bill["amount_eur"].sum()), 2)
    cost = deliverable.summary["cost"]
    assumed = round(cost["share_from_assumed_prices"] * cost["capex"], 2) / capex
    return replace(
        deliverable,
        bill=bill,
        prices=pd.concat([deliverable.prices, price], ignore_index=True),
        summary={**deliverable.summary, "cost": {**cost, "capex": capex, "share_from_assumed_prices": assumed}},
    )


def tender_of(deliverable, tmp_path):
    write_tender(deliverable, tmp_path / "tender.xlsx")
    return openpyxl.load_workbook(tmp_path / "tender.xlsx")


def rows_of(sheet):
    return list(sheet.iter_rows(min_row=3, values_only=True))


def test_the_schedule_lists_each_item_once_by_lot_without_a_price(tmp_path):
    book = tender_of(with_chambers(make_deliverable(language="en")), tmp_path)
    assert book.sheetnames == ["BPU", "DQE"]
    assert book["BPU"]["A1"].value.startswith("Fill in the unit prices")
    assert [cell.value for cell in book["BPU"][2]] == [
        "No.", "Label", "Unit", "Unit price (€ excl. tax)", "Unit price in words",
    ]  # fmt: skip
    assert rows_of(book["BPU"]) == [
        ("1", "Lot 1 – Works along routes", None, None, None),
        ("1.1", "Poste cable_in_duct", "m", None, None),
        ("1.2", "Poste trench_footway", "m", None, None),
        ("2", "Lot 2 – Equipment", None, None, None),
        ("2.1", "Poste access_point", "each", None, None),
        ("3", "Lot 3 – Connections of users", None, None, None),
        ("3.1", "Poste building_termination", "each", None, None),
        ("4", "Lot 4 – lot 10", None, None, None),
        ("4.1", "Chambre", "each", None, None),
    ]


def test_the_quantities_follow_by_lot_and_the_amounts_are_formulas(tmp_path):
    deliverable = make_deliverable(language="en")
    rows = rows_of(tender_of(deliverable, tmp_path)["DQE"])
    metres = round(float(deliverable.routes["length_m"][:2].sum()), 2)
    assert rows[:3] == [
        ("1", "Lot 1 – Works along routes", None, None, None, None),
        ("1.1", "Poste cable_in_duct", "m", metres, "=BPU!D4", "=ROUND(D4*E4,2)"),
        ("1.2", "Poste trench_footway", "m", rows[2][3], "=BPU!D5", "=ROUND(D5*E5,2)"),
    ]
    assert rows[3] == (None, "Total of lot 1", None, None, None, "=SUM(F4:F5)")
    assert rows[-1] == (None, "Total (€ excl. tax)", None, None, None, "=F6+F9+F12")


def test_a_plan_of_years_asks_by_year_and_prices_each_item_once(tmp_path):
    book = tender_of(in_two_years(make_deliverable()), tmp_path)
    assert [row[0] for row in rows_of(book["BPU"])] == ["1", "1.1", "1.2", "2", "2.1", "3", "3.1"]
    rows = [row[:4] for row in rows_of(book["DQE"])]
    assert rows[8:15] == [
        ("2", "Lot 2 – Équipements", None, None),
        (None, 2027, None, None),
        ("2.1", "Poste access_point", "u", 2),
        (None, "Total 2027", None, None),
        (None, 2028, None, None),
        ("2.1", "Poste access_point", "u", 3),
        (None, "Total 2028", None, None),
    ]


@pytest.mark.parametrize("years", [False, True])
def test_nothing_of_ours_is_anywhere_in_the_file(tmp_path, years):
    deliverable = with_chambers(make_deliverable())
    deliverable = in_two_years(deliverable) if years else deliverable
    book = tender_of(deliverable, tmp_path)
    assert all(sheet.sheet_state == "visible" for sheet in book)
    assert not any(
        d.hidden for sheet in book for d in [*sheet.row_dimensions.values(), *sheet.column_dimensions.values()]
    )
    assert not any(cell.comment for sheet in book for row in sheet.iter_rows() for cell in row)
    assert not book.defined_names
    own_names = {name for sheet in book for name in sheet.defined_names}
    assert own_names <= {"Print_Titles", "_xlnm.Print_Titles"}
    properties = book.properties
    assert not any((properties.title, properties.subject, properties.description, properties.keywords))
    with zipfile.ZipFile(tmp_path / "tender.xlsx") as archive:
        text = "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())
    money = {price for _unit, price, _assumed in PRICES.values()} | {713.19, 60_000.0}
    money |= set(deliverable.bill["amount_eur"]) | set(deliverable.prices["low_eur"])
    cost = deliverable.summary["cost"]
    money |= {cost["capex"], cost["range"]["low"], deliverable.summary["objective"]["bound"]}
    numbers = {float(found) for found in re.findall(r"<v>([0-9.eE+-]+)</v>", text)}
    assert not numbers & money
    assert not any(f"{amount:g}" in text for amount in money if amount % 1)
    assert not any(secret in text for secret in ("BPU 2024", "Supposé", "€/", "Courant"))


def test_stored_results_are_nothing(tmp_path):
    write_tender(in_two_years(make_deliverable()), tmp_path / "tender.xlsx")
    formulas = openpyxl.load_workbook(tmp_path / "tender.xlsx")["DQE"]
    values = values_of(tmp_path / "tender.xlsx")["DQE"]
    stored = [values[cell.coordinate].value for row in formulas.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(stored) > 10 and set(stored) == {0}


def test_pieces_counted_by_the_metre_become_whole_ones():
    deliverable = with_chambers(make_deliverable())
    chambers = next(line for line in list_tender(deliverable.bill) if line.item.price_key == "chamber")
    own = deliverable.bill[deliverable.bill["price_key"] == "chamber"]
    planned = Decimal(str(round(float(own["quantity"].sum()), 2)))
    assert planned % 1
    assert Decimal(chambers.planned_hundredths) / 100 == planned
    assert Decimal(chambers.tendered_hundredths) / 100 == planned.quantize(Decimal(1), ROUND_CEILING)


def test_lots_are_in_order_of_their_numbers():
    bill = make_deliverable().bill
    for number, lot in enumerate(("lot 10", "lot 2", "Électricité", "lot 2 bis")):
        bill.loc[number, "lot"] = lot
    lots = list(dict.fromkeys(line.item.lot for line in list_tender(bill)))
    assert lots == ["works", "equipment", "connections", "lot 2", "lot 2 bis", "lot 10", "Électricité"]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_works_changes_nothing(random):
    bill = with_chambers(make_deliverable()).bill
    order = list(range(len(bill)))
    random.shuffle(order)
    assert list_tender(bill.iloc[order]) == list_tender(bill)


def test_a_plan_with_nothing_to_build_asks_for_nothing(tmp_path):
    book = tender_of(nothing_to_build("fr"), tmp_path)
    assert rows_of(book["BPU"]) == []
    assert rows_of(book["DQE"]) == [(None, "Total (€ HT)", None, None, None, "=0")]


def test_names_of_a_study_are_texts(tmp_path):
    deliverable = make_deliverable()
    bill = deliverable.bill.assign(lot="=1+1", label=HOSTILE)
    sheet = tender_of(replace(deliverable, bill=bill), tmp_path)["BPU"]
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("Lot 1 – =1+1", "s")
    assert (sheet["B4"].value, sheet["B4"].data_type) == (HOSTILE, "s")


def test_sheets_print_in_landscape_with_their_heads(tmp_path):
    for sheet in tender_of(make_deliverable(), tmp_path):
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$2:$2"
        assert sheet.freeze_panes == "A3"


def test_a_price_below_zero_is_refused_by_the_sheet(tmp_path):
    rules = tender_of(make_deliverable(), tmp_path)["BPU"].data_validations.dataValidation
    assert {(rule.type, rule.operator, rule.formula1) for rule in rules} == {("decimal", "greaterThanOrEqual", "0")}
    assert {str(rule.sqref) for rule in rules} == {"D4", "D5", "D7", "D9"}


@pytest.mark.office
def test_prices_filled_in_give_the_amounts_and_ours_give_our_estimate(tmp_path):
    """A bidder fills in 10.01, 11.01, ...; the town fills in its own prices and finds its estimate."""
    deliverable = with_chambers(in_two_years(make_deliverable(language="en")))
    book = tender_of(deliverable, tmp_path)
    tender = list_tender(deliverable.bill)
    ours = {line.item.number: line.item.unit_price_eur for line in tender}
    theirs = {number: 10.01 + place for place, number in enumerate(ours)}
    for name, prices in (("ours", ours), ("theirs", theirs)):
        for row in book["BPU"].iter_rows(min_row=3):
            if row[0].value in prices:
                row[3].value = prices[row[0].value]
        book.save(tmp_path / f"{name}.xlsx")
    write_workbook(deliverable, tmp_path / "plan.xlsx")
    names = ("ours", "theirs", "tender", "plan")
    paths = [tmp_path / f"{name}.xlsx" for name in names]
    again = dict(zip(names, recalculate(paths, tmp_path), strict=True))
    assert differences(tmp_path / "tender.xlsx", again["tender"]) == []
    assert differences(tmp_path / "plan.xlsx", again["plan"]) == []
    total = {name: Decimal(str(values_of(again[name])["DQE"]["F" + last_row(again[name])].value)) for name in names[:2]}
    assert total["ours"].quantize(CENT) * 100 == sum(line.tendered_cents for line in tender)
    expected = sum(
        (Decimal(line.tendered_hundredths) / 100 * Decimal(str(theirs[line.item.number]))).quantize(CENT, ROUND_HALF_UP)
        for line in tender
    )
    assert total["theirs"].quantize(CENT) == expected
    estimate = values_of(again["plan"])["Estimate"]
    assert Decimal(str(estimate["D3"].value)).quantize(CENT) == total["ours"].quantize(CENT)
    assert estimate["D2"].value == pytest.approx(estimate["D3"].value - deliverable.summary["cost"]["capex"])
    assert estimate["D2"].value > 1


def last_row(path):
    return str(values_of(path)["DQE"].max_row)
