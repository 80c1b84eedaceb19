"""The first study is planned, proven, summed and shown on a map."""

from __future__ import annotations

import json

import openpyxl
import pytest

from tests.notebooks.executed import Executed, is_offline, numbers_in


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    return Executed("1_first_study", tmp_path_factory.mktemp("first_study"))


@pytest.fixture(scope="module")
def summary(executed: Executed) -> dict:
    return json.loads((executed.folder / "first_study" / "plan" / "summary.json").read_text(encoding="utf-8"))


def test_it_runs_clean(executed: Executed) -> None:
    assert executed.faults(writes="first_study") == []


def test_the_plan_is_verified_within_the_gap_that_was_asked(executed: Executed, summary: dict) -> None:
    said = dict(executed.rows("plan"))
    assert (said["verified"], said["status"]) == ("True", summary["status"])
    assert 0 <= summary["objective"]["gap"] <= 0.05
    assert float(said["gap"]) == pytest.approx(summary["objective"]["gap"], abs=1e-5)


def test_its_sentences_say_what_the_summary_says(executed: Executed, summary: dict) -> None:
    found = summary["objective"]
    value, bound, percent = numbers_in(executed.text("proof"))
    assert (value, bound) == (round(found["value"]), round(found["bound"]))
    assert percent == pytest.approx(100 * found["gap"], abs=0.05)
    assert bound < value


def test_no_target_is_met_today_and_all_by_the_plan(executed: Executed, summary: dict) -> None:
    whole = [row for row in summary["coverage"] if row["zone"] is None]
    assert len(whole) == len(executed.rows("today"))
    assert all(row["before"] < row["required"] <= row["after"] <= row["reachable"] for row in whole)
    table = executed.html("coverage")
    assert table.count("<td>True</td>") == len(summary["coverage"])
    assert "False" not in table


def test_the_lines_sum_to_the_cost(executed: Executed, summary: dict) -> None:
    _, lines, stated = numbers_in(executed.text("sums"))
    assert lines == stated == summary["cost"]["capex"]
    amounts = [float(row[-1]) for row in executed.rows("bill")]
    assert sum(amounts) == pytest.approx(stated, abs=0.01)


def test_the_town_pays_less_than_the_works_and_the_range_holds_them(executed: Executed, summary: dict) -> None:
    rows = [float(row[-1].replace(",", "")) for row in executed.rows("town-pays")]
    excl_tax, incl_tax, net, low, high, yearly = rows
    assert net < excl_tax < incl_tax
    assert low <= excl_tax <= high
    assert yearly == round(summary["cost"]["opex_per_year"])


def test_works_say_why(executed: Executed) -> None:
    assert executed.text("why").count("\n") == 2
    assert "access_point" in executed.text("why")


def test_the_map_needs_no_network(executed: Executed) -> None:
    page = executed.map_page("map")
    assert is_offline(page)
    assert "Arras (ville d" in page
    assert len(page) > 100_000


def test_what_is_handed_on_is_there_and_opens(executed: Executed) -> None:
    plan = executed.folder / "first_study" / "plan"
    for name in ("map.html", "report.html", "plan.xlsx", "plan.gpkg", "findings.csv", "summary.json"):
        assert f"'{name}'" in executed.text("outputs")
        assert (plan / name).stat().st_size > 0
    assert len(openpyxl.load_workbook(plan / "plan.xlsx", read_only=True).sheetnames) > 3
