"""The Cash flows sheet: its formulas follow rate, inflation and base year as the study would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cardio.run import run_study
from tests.cardio.office import differences, recalculate, values_of
from tests.cardio.test_finance import LEASE_PRICES, TIME
from tests.cardio.tiny_town import write_tiny_town

pytestmark = pytest.mark.office
NOMINAL = TIME.replace("discount_rate: 0.032}", "discount_rate: 0.05, terms: nominal, inflation: 0.02}")
EXISTING = TIME.replace(
    "discount_rate: 0.032}", "discount_rate: 0.032, existing: {exchange: {price: cheap_meter, built: 2019}}}"
)
PHASES = TIME.replace("plan: {", "plan: {phases: {2026: {budget: 3000}, 2028: {}}, ")


def planned(folder: Path, study: str, **options: Any) -> dict[str, Any]:
    path = write_tiny_town(folder / "town", study=study, prices=LEASE_PRICES)
    cost: dict[str, Any] = run_study(path, out=folder / "plan", **options).summary["cost"]
    return cost


def flows_of(book: Path) -> dict[str, float]:
    sheet = values_of(book)["Cash flows"]
    return {"present_value": sheet["B12"].value, "equivalent": sheet["B13"].value, "opex": sheet["B14"].value}


def test_formulas_give_what_is_stored_and_what_the_summary_says(tmp_path: Path) -> None:
    costs, books = {}, []
    for name, study in {"real": TIME, "nominal": NOMINAL, "existing": EXISTING, "phases": PHASES}.items():
        costs[name] = planned(tmp_path / name, study)
        books.append((tmp_path / name / "plan" / "plan.xlsx").rename(tmp_path / f"{name}.xlsx"))
    for (name, cost), book, again in zip(costs.items(), books, recalculate(books, tmp_path), strict=True):
        assert differences(book, again) == [], name
        flows = flows_of(again)
        assert round(flows["present_value"] * 100) == round(cost["present_value"] * 100)
        assert round(flows["equivalent"] * 100) == round(cost["equivalent_annual_cost"] * 100)
        assert flows["opex"] == cost["opex_per_year"]
        sheet = values_of(again)["Cash flows"]
        beside = (sheet["C12"].value, sheet["D12"].value)
        if name == "existing":
            wanted = cost["do_nothing"]["present_value"], cost["with_existing"]["present_value"]
            assert [round(value * 100) for value in beside] == [round(value * 100) for value in wanted]
        else:
            assert beside == (None, None)


def test_sections_stand_apart_and_add_up(tmp_path: Path) -> None:
    cost = planned(tmp_path, TIME)
    sheet = values_of(tmp_path / "plan" / "plan.xlsx")["Cash flows"]
    sections = [row[1] for row in sheet.iter_rows(min_row=21, values_only=True)]
    assert sections == sorted(sections, key=["investment", "operation", "rounding of lines"].index)
    parts = [sheet[f"B{row}"].value for row in (9, 10, 11)]
    assert round(sum(parts), 2) == cost["present_value"]
    assert parts[0] > 0 and parts[1] > 0 and abs(parts[2]) < 0.5


@pytest.mark.parametrize("base", [TIME, NOMINAL])
def test_a_rate_changed_by_hand_gives_the_present_value_of_the_study_so_changed(base: str, tmp_path: Path) -> None:
    """But for the rounding of lines, which the sheet knows at the rates of the study only."""
    edits = {"discount_rate: 0.07": ("B2", 0.07), "inflation: 0.01": ("B3", 0.01)}
    if base is TIME:
        del edits["inflation: 0.01"]
    first = planned(tmp_path / "base", base)
    books, wanted = [], []
    for number, (key, (cell, value)) in enumerate(edits.items()):
        name = key.split(":")[0]
        old = next(part for part in ("discount_rate: 0.032", "discount_rate: 0.05", "inflation: 0.02")
                   if part.startswith(name) and part in base)  # fmt: skip
        wanted.append(planned(tmp_path / str(number), base.replace(old, key)))
        book = openpyxl.load_workbook(tmp_path / "base" / "plan" / "plan.xlsx")
        book["Cash flows"][cell].value = value
        books.append(tmp_path / f"{number}.xlsx")
        book.save(books[-1])
    for cost, book in zip(wanted, recalculate(books, tmp_path), strict=True):
        flows = flows_of(book)
        assert cost["present_value"] != first["present_value"]
        assert flows["present_value"] == pytest.approx(cost["present_value"], abs=0.05)
        assert flows["equivalent"] == pytest.approx(cost["equivalent_annual_cost"], abs=0.02)
