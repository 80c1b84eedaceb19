"""What each line of the bill of quantities says of its work."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.exporters.quantities import route_quantities
from cardio.run import run_study
from tests.cardio.tiny_town import STUDY, write_tiny_town

ABOUT = ["method", "surface", "services", "zone", "lot"]


def bill_of(folder: Path, **texts: str) -> pd.DataFrame:
    deliverable = run_study(write_tiny_town(folder, **texts)).deliverable
    assert deliverable is not None
    return deliverable.bill


def about(bill: pd.DataFrame, work: str) -> list[str]:
    return bill.set_index("work_id").loc[[work], ABOUT].iloc[0].tolist()


def test_each_line_says_how_on_what_for_whom_where_and_in_which_lot(tmp_path: Path) -> None:
    bill = bill_of(tmp_path)
    sites = bill.loc[bill["kind"] == "site", "work_id"]
    boxes = [work for work in sites if work.startswith("box@")]
    # both boxes stand on the street of x = 200, in zone East; bays lie in both zones
    assert [about(bill, work) for work in boxes] == [["box", "", "fibre_access", "East", "equipment"]] * 2
    assert sorted(about(bill, work)[3] for work in sites if work.startswith("meter@")) == ["East", "West"]
    assert about(bill, "streets/row-0/0.0-100.0") == ["trench", "terre", "fibre_access", "West", "works"]
    assert about(bill, "streets/row-11/0.0-100.0") == ["trench", "terre", "fibre_access", "East", "works"]
    assert about(bill, "fibre_access/south") == ["fibre_access", "", "fibre_access", "East", "connections"]


def test_without_zones_and_without_a_column_of_surfaces_nothing_is_said(tmp_path: Path) -> None:
    study = STUDY.replace("  zones: {kind: zone, path: town.gpkg, layer: zones}\n", "")
    study = study.replace(", in_each: zones", "").replace("by: {column: surface, prices: {pave: trench_paved}}, ", "")
    bill = bill_of(tmp_path, study=study)
    assert set(bill["zone"]) == set(bill["surface"]) == {""}
    assert set(bill.loc[bill["kind"] == "route", "method"]) == {"trench"}


def test_zone_of_a_segment_is_that_of_its_middle(tmp_path: Path) -> None:
    bill = bill_of(tmp_path)
    routes = bill[bill["kind"] == "route"]
    # West ends at x = 100: one of the four trenches of 100 m has its middle there
    assert routes["zone"].value_counts().to_dict() == {"East": 3, "West": 1}


@pytest.mark.parametrize("kind", ["site", "route", "connection"])
def test_texts_are_never_missing(tmp_path: Path, kind: str) -> None:
    bill = bill_of(tmp_path)
    assert bill.loc[bill["kind"] == kind, ABOUT].map(lambda cell: isinstance(cell, str)).all(axis=None)


def test_metres_of_routes_are_summed_by_method_surface_and_price_row(tmp_path: Path) -> None:
    also = STUDY.replace("price: trench_soil}", "price: trench_soil, also: [drop]}")
    bill = bill_of(tmp_path, study=also)
    assert route_quantities(bill)[["method", "surface", "price_key", "unit", "quantity", "amount_eur"]].to_dict(
        "records"
    ) == [
        {"method": "trench", "surface": "terre", "price_key": "trench_soil", "unit": "m", "quantity": 400.0,
         "amount_eur": 6_000.0},
        {"method": "trench", "surface": "terre", "price_key": "drop", "unit": "m", "quantity": 400.0,
         "amount_eur": 800.0},
    ]  # fmt: skip


CELL = st.tuples(
    st.sampled_from(["duct", "trench"]),
    st.sampled_from(["", "pave", "terre"]),
    st.sampled_from(["a", "b"]),
    st.integers(0, 10**7),
    st.integers(0, 10**9),
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(CELL, max_size=20), st.randoms(use_true_random=False))
def test_quantities_add_up_to_the_cent_in_any_order_of_lines(cells, shuffled):
    def quantities(rows):
        columns = ["method", "surface", "price_key", "quantity", "amount_eur"]
        frame = pd.DataFrame(rows, columns=columns).astype({"quantity": float, "amount_eur": float})
        frame[["quantity", "amount_eur"]] /= 100
        bill = frame.assign(kind="route", label="Label", unit="m")
        return route_quantities(pd.concat([bill, bill.assign(kind="site")]))

    table = quantities(cells)
    assert round(table["amount_eur"].sum() * 100) == sum(cell[4] for cell in cells)
    assert round(table["quantity"].sum() * 100) == sum(cell[3] for cell in cells)
    assert len(table) == len({cell[:3] for cell in cells})
    turned = list(cells)
    shuffled.shuffle(turned)
    by = ["method", "surface", "price_key"]
    in_order, other = (each.sort_values(by, ignore_index=True) for each in (table, quantities(turned)))
    pd.testing.assert_frame_equal(in_order, other)


def test_the_report_has_the_take_off_of_the_routes(tmp_path: Path) -> None:
    run_study(write_tiny_town(tmp_path / "town"), out=tmp_path / "plan")
    report = (tmp_path / "plan" / "report.html").read_text("utf-8")
    table = report[report.index("Take-off of the routes") :].partition("</table>")[0]
    assert all(cell in table for cell in ("terre", "400", "6,000.00"))
