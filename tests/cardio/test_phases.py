"""Works by year: budgets and shares of each year, and what every document says of them, on a town known by hand.

The southern school costs 3,960 EUR, the northern one then 3,940 EUR, each meter 4,700 EUR; all together 17,300 EUR.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from cardio.run import RunResult, run_study
from cardio.texts import say_result
from gis_layers import StudyError
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

BOTH_SCHOOLS, BOTH_METERS = 7_900, 9_400
SOUTH_BOX = "box@junctions/j650200.0,6860000.0"
TWO_YEARS = "phases: {2027: {budget: 7900, targets: {fibre: 0.5}}, 2028: {budget: 9400}}"


def plan(folder: Path, keys: str, *, out: bool = False) -> RunResult:
    path = write_tiny_town(folder / "town", study=STUDY.replace("plan: {", f"plan: {{{keys}, "))
    return run_study(path, out=folder / "plan" if out else None)


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return plan(tmp_path_factory.mktemp("phases"), TWO_YEARS, out=True)


def test_the_summary_tells_each_year(two_years: RunResult) -> None:
    assert two_years.exit_code == 0
    assert two_years.summary["objective"]["value"] == BOTH_SCHOOLS + BOTH_METERS
    first, second = two_years.summary["phases"]
    assert (first["year"], first["budget"], first["capex"]) == (2027, 7_900, BOTH_SCHOOLS)
    assert (second["year"], second["budget"], second["capex"]) == (2028, 9_400, BOTH_METERS)
    keys = ("target", "zone", "required", "after", "met")
    assert [tuple(row[key] for key in keys) for row in first["coverage"]] == [
        ("fibre", None, 0.5, 1.0, True),
        ("parking", "W", None, 0.0, False),
        ("parking", "E", None, 0.0, False),
    ]
    assert [tuple(row[key] for key in keys) for row in second["coverage"]] == [
        ("fibre", None, 1.0, 1.0, True),
        ("parking", "W", 0.5, 1.0, True),
        ("parking", "E", 0.5, 1.0, True),
    ]
    assert "year 2027  7,900.00 EUR of 7,900.00 EUR, 1 of 2 targets met by its end" in say_result(two_years)


def test_every_feature_of_the_geopackage_has_its_year(two_years: RunResult) -> None:
    assert two_years.folder is not None
    layers = {
        name: gpd.read_file(two_years.folder / "plan.gpkg", layer=name)
        for name in ("sites", "routes", "demand", "zones")
    }
    sites, demand = layers["sites"], layers["demand"]
    assert dict(sites.groupby("option")["year"].unique().map(list)) == {"box": [2027], "meter": [2028]}
    assert set(layers["routes"]["year"]) == {2027}
    assert dict(demand.groupby("service")["year"].unique().map(list)) == {
        "fibre_access": [2027],
        "parking_payment": [2028],
    }
    assert layers["zones"]["year"].tolist() == [2028, 2028]


def test_the_workbook_adds_up_by_year_and_kind_of_work(two_years: RunResult) -> None:
    assert two_years.folder is not None
    values = openpyxl.load_workbook(two_years.folder / "plan.xlsx", data_only=True)
    assert list(values["Plan by phase"].iter_rows(min_row=2, values_only=True)) == [
        (2027, 7_900, 1_600, 6_000, 300, 7_900),
        (2028, 9_400, 9_400, 0, 0, 9_400),
        ("Total", None, 11_000, 6_000, 300, 17_300),
    ]
    rows = list(values["Coverage by phase"].iter_rows(min_row=2, values_only=True))
    assert rows[0] == ("Fibre", "Fibre access", "whole town", 2027, 0.5, 1, "yes")
    assert rows[1] == ("Parking", "Parking payment", "West", 2027, None, 0, "no")
    assert len(rows) == 6
    works = list(values["Works"].iter_rows(min_row=2, values_only=True))
    assert {row[10] for row in works} == {2027, 2028}
    assert sum(row[7] for row in works if row[10] == 2027) == BOTH_SCHOOLS
    formulas = openpyxl.load_workbook(two_years.folder / "plan.xlsx")["Plan by phase"]
    assert formulas["C2"].value.startswith("=SUMIFS(Works!$H$2:$H$") and formulas["F4"].value == "=SUM(F2:F3)"


def test_report_and_map_tell_the_years(two_years: RunResult) -> None:
    assert two_years.folder is not None
    report = (two_years.folder / "report.html").read_text("utf-8")
    for words in ("Plan by year", "Coverage by year", "2027", "€7,900.00", "What a year does not spend"):
        assert words in report
    assert '"Year"' in (two_years.folder / "map.html").read_text("utf-8")


def test_a_plan_without_phases_says_nothing_of_years(tmp_path: Path) -> None:
    result = run_study(write_tiny_town(tmp_path / "town"), out=tmp_path / "plan")
    assert result.summary["phases"] == []
    assert result.folder is not None
    assert gpd.read_file(result.folder / "plan.gpkg", layer="sites")["year"].isna().all()
    assert "Plan by phase" not in openpyxl.load_workbook(result.folder / "plan.xlsx").sheetnames
    assert "Plan by year" not in (result.folder / "report.html").read_text("utf-8")


def test_one_phase_costs_what_none_costs(tmp_path: Path) -> None:
    result = plan(tmp_path, "phases: {2027: {budget: 17300}}")
    assert result.summary["objective"]["value"] == BOTH_SCHOOLS + BOTH_METERS
    assert result.summary["phases"][0]["capex"] == 17_300


def test_a_year_that_has_too_little_is_named(tmp_path: Path) -> None:
    result = plan(tmp_path, "phases: {2027: {budget: 3000, targets: {fibre: 0.5}}, 2028: {budget: 20000}}")
    assert result.exit_code == 4
    assert result.message.splitlines()[0] == (
        "the budgets of plan.phases until 2027 add up to 3,000.00 EUR; the cheapest plan costs at least 3,960.00 EUR "
        "and at most 3,960.00 EUR: at least 960.00 EUR are missing"
    )
    assert [row["key"] for row in result.summary["relaxed_budgets"]] == ["plan.phases.2027", "plan.phases.2028"]


def test_years_that_cannot_share_the_works_are_told(tmp_path: Path) -> None:
    # 17,300 EUR in all, but no set of works costs exactly 8,650 EUR
    result = plan(tmp_path, "phases: {2027: {budget: 8650}, 2028: {budget: 8650}}")
    assert result.exit_code == 4
    assert result.message.startswith(
        "it is proven that no plan keeps to the budgets; what a year leaves does not carry over"
    )
    assert "at least 17,300.00 EUR and at most 17,300.00 EUR without any budget" in result.message


def test_the_most_coverage_of_two_years(tmp_path: Path) -> None:
    goals = "objective: most_coverage, phases: {2027: {budget: 4000}, 2028: {budget: 4000}}"
    result = plan(tmp_path, goals)
    assert result.summary["objective"]["value"] == 0.5
    assert result.summary["objective"]["then"]["lexicographic"] is True
    assert [phase["capex"] for phase in result.summary["phases"]] in ([3_960, 3_940], [3_940, 3_960])


def test_a_kept_site_gets_a_year_and_a_kept_route_is_refused(tmp_path: Path) -> None:
    result = plan(tmp_path, f"{TWO_YEARS}, keep: ['{SOUTH_BOX}']")
    assert result.summary["objective"]["value"] == 17_300
    with pytest.raises(StudyError, match=r"plan\.keep: route streets/row-14/0\.0-20\.0"):
        plan(tmp_path / "route", f"{TWO_YEARS}, keep: ['streets/row-14/0.0-20.0']")


def present_value(folder: Path, keys: str) -> RunResult:
    """Every closure takes 50 EUR a year to run: over ten years without interest, 500 EUR on top of its price."""
    study = STUDY.replace("plan: {", f"plan: {{minimise: present_value, {keys}, ").replace(
        "prices: {list", "finance: {base_year: 2027, horizon_years: 10, discount_rate: 0}\nprices: {list"
    )
    running = "upkeep: {label: Upkeep, unit: each/year, typical: 50, assumed: true, why: no source}\n"
    running += "parking_meter: {opex: none}\n"
    prices = PRICES.replace("{label: Splice closure,", "{label: Splice closure, opex: upkeep,") + running
    return run_study(write_tiny_town(folder / "town", study=study, prices=prices))


def test_with_another_figure_than_capex_the_years_keep_budgets_of_capex(tmp_path: Path) -> None:
    result = present_value(tmp_path, TWO_YEARS)
    assert result.exit_code == 0
    assert result.summary["objective"]["value"] == BOTH_SCHOOLS + BOTH_METERS + 2 * 500
    assert [(row["year"], row["capex"]) for row in result.summary["phases"]] == [
        (2027, BOTH_SCHOOLS),
        (2028, BOTH_METERS),
    ]


def test_with_another_figure_what_is_missing_is_capex(tmp_path: Path) -> None:
    result = present_value(tmp_path, TWO_YEARS.replace("9400", "9399"))
    assert result.exit_code == 4
    assert result.summary["relaxed_budgets"] == [
        {"key": "plan.phases.2027", "budget": 7_900.0, "at_least": 3_960.0, "at_most": 3_960.0},
        {"key": "plan.phases.2028", "budget": 17_299.0, "at_least": 17_300.0, "at_most": 17_300.0},
    ]
    assert result.summary["relaxed_cost"]["value"] == 18_300
    assert "at least 1.00 EUR are missing" in result.message
    assert "the plan then costs at least 18,300.00 EUR and at most 18,300.00 EUR (present value" in result.message


def test_one_budget_of_capex_holds_with_another_figure_too(tmp_path: Path) -> None:
    enough, short = (present_value(tmp_path / str(most), f"budget: {most}") for most in (17_300, 17_299))
    assert (enough.exit_code, enough.summary["objective"]["value"]) == (0, 18_300)
    assert short.exit_code == 4
    assert short.summary["relaxed_budgets"] == [
        {"key": "plan.budget", "budget": 17_299.0, "at_least": 17_300.0, "at_most": 17_300.0}
    ]
