"""Ducts, cable with slack and chambers of a study: in the program, the bill and the assumptions."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardio.run import run_study
from cardio.study import load_study
from gis_layers import StudyError
from tests.cardio.study_samples import changed, write_study
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

MORE_PRICES = (
    PRICES
    + """
cable: {label: Cable, unit: m, typical: 1.5, assumed: true, why: no source}
own_chamber: {label: Chamber, unit: each, typical: 600, assumed: true, why: no source}
power: {label: Power supply, unit: each, typical: 80, assumed: true, why: no source}
"""
)
ITEMS = STUDY.replace(
    "  trench: {by: {column: surface, prices: {pave: trench_paved}}, price: trench_soil}",
    "  trench: {by: {column: surface, prices: {pave: trench_paved}}, price: trench_soil, "
    "items: {cable: {price: cable, count: 2, slack: 0.1}, chambers: {price: own_chamber, every_m: 80}}}",
)
ITEMS = ITEMS.replace(
    "price: closure, backhaul: fibre}",
    "price: closure, backhaul: fibre, items: {tail: {price: cable, length_m: 15}, power: {price: power}}}",
)


def test_items_are_in_the_plan_the_bill_and_the_proof(tmp_path: Path) -> None:
    result = run_study(write_tiny_town(tmp_path, study=ITEMS, prices=MORE_PRICES))
    # by hand: 17,300 without; 400 m x 2.2 m of cable at 1.50; 5 chambers; two boxes with 15 m of cable and power
    expected = 17_300 + 880 * 1.5 + 5 * 600 + 2 * (22.5 + 80)
    assert result.summary["cost"]["capex"] == expected
    assert result.summary["objective"]["bound"] == pytest.approx(expected)
    assert result.deliverable is not None
    bill = result.deliverable.bill
    quantity = bill.groupby(["kind", "price_key"])["quantity"].sum()
    assert quantity["route", "own_chamber"] == 5.0
    assert quantity["route", "cable"] == 880.0
    assert quantity["site", "cable"] == 30.0
    assert quantity["site", "power"] == 2.0


def test_a_row_in_another_unit_is_refused_with_what_to_write(tmp_path: Path) -> None:
    wrong = ITEMS.replace("every_m: 80", "count: 1")
    with pytest.raises(StudyError, match=r"laying\.trench\.items\.chambers\.price.*EUR/each.*counted in m") as caught:
        run_study(write_tiny_town(tmp_path, study=wrong, prices=MORE_PRICES))
    assert "every_m" in caught.value.hint


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("laying/trench/items/chambers/slack", 0.1, "slack is for a row in m, every_m for a row in each"),
        ("laying/trench/items/cable/slack", 8, "should be from 0 to 1: 8 % is 0.08"),
        ("laying/trench/items/cable/count", 0, "greater than or equal to 1"),
        ("laying/trench/items/cable/count", 1.5, "valid integer"),
        ("laying/trench/items/chambers/every_m", 0, "greater than or equal to 1"),
        ("laying/trench/items/chambers/each_m", 80, "unknown key; known: price, count, slack, every_m"),
        ("options/ap/items/tail/length_m", -15, "greater than 0"),
        ("options/ap/items/tail/slack", 0.1, "unknown key"),
    ],
)
def test_wrong_items_are_refused_with_their_line(tmp_path: Path, path: str, value: float, message: str) -> None:
    with pytest.raises(StudyError, match=message) as caught:
        load_study(write_study(tmp_path, changed(path, value)))
    assert "study.yaml:" in caught.value.message
    assert ".items." in caught.value.message


def test_what_exists_and_costs_nothing_has_no_items(tmp_path: Path) -> None:
    free = {
        "service": "wifi", "sites": ["lights"], "price": "none", "backhaul": "none",
        "serves_at_most": {"column": "people"}, "items": {"power": {"price": "power"}},
    }  # fmt: skip
    with pytest.raises(StudyError, match="no items"):
        load_study(write_study(tmp_path, changed("options/ap", free)))


def test_a_scenario_changes_one_item(tmp_path: Path) -> None:
    data = changed("scenarios/small", {"laying.trench.items.chambers.every_m": 160})
    study = load_study(write_study(tmp_path, data), scenario="small")
    assert study.laying[1].items[1].quantity == 1 / 160
