"""What each line of the bill of quantities says of its work."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

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
