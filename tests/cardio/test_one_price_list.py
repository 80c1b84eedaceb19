"""One price list drives everything: a line of it changes optimum, map, workbook, layers and report together."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest

from cardio.exporters.texts import Words
from cardio.run import run_study
from cardio.sample_town import write_sample_town
from tests.cardio.office import differences, recalculate, values_of
from tests.cardio.tiny_town import PRICES, write_tiny_town
from tests.real_data import real_data

STUDIES = Path(__file__).parents[1] / "studies"
PAVED = "trench_paved: {label: Trench in stone, unit: m, typical: %s, source: quote of 2026}\n"


@dataclass(frozen=True)
class Told:
    """What each output of a plan says."""

    capex_cents: int
    routes: frozenset[str]
    map: str
    report: str
    works: tuple[tuple[object, ...], ...]


def read_told(folder: Path) -> Told:
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    book = openpyxl.load_workbook(folder / "plan.xlsx", data_only=True)
    return Told(
        capex_cents=round(summary["cost"]["capex"] * 100),
        routes=frozenset(gpd.read_file(folder / "plan.gpkg", layer="routes")["id"]),
        map=(folder / "map.html").read_text(encoding="utf-8"),
        report=(folder / "report.html").read_text(encoding="utf-8"),
        works=tuple(tuple(row) for row in book["Works"].iter_rows(min_row=2, values_only=True)),
    )


def plan_with_paving_at(folder: Path, price: str) -> Told:
    run_study(write_tiny_town(folder / price, prices=PRICES + PAVED % price), out=folder / price / "plan")
    return read_told(folder / price / "plan")


def test_one_line_of_the_price_list_changes_optimum_map_workbook_and_report(tmp_path: Path) -> None:
    dear, cheap = plan_with_paving_at(tmp_path, "250"), plan_with_paving_at(tmp_path, "1")
    # 400 m in soil; with stone at 1 EUR the way through the middle: 100 m of soil less for each 100 m of stone
    assert dear.capex_cents == 1_730_000
    assert cheap.capex_cents < dear.capex_cents
    assert dear.routes != cheap.routes
    stone = [row for row in cheap.works if row[2] == "trench_paved"]
    assert stone and not [row for row in dear.works if row[2] == "trench_paved"]
    assert "Trench in stone" in cheap.report and "Trench in stone" not in dear.report
    words = Words("en")
    for told, other in ((dear, cheap), (cheap, dear)):
        own, others = words.money(told.capex_cents / 100), words.money(other.capex_cents / 100)
        for page in (told.map, told.report):
            assert own in unescape(page) and others not in unescape(page)
        assert all(route in told.map for route in told.routes)


def test_the_price_of_equipment_alone_moves_the_totals_by_its_count(tmp_path: Path) -> None:
    base = write_tiny_town(tmp_path / "base")
    dearer = write_tiny_town(tmp_path / "dearer", prices=PRICES.replace("typical: 800", "typical: 800.01"))
    totals = [run_study(path).summary["cost"]["capex"] for path in (base, dearer)]
    assert round((totals[1] - totals[0]) * 100) == 2  # two closures


def layers_cents(folder: Path) -> int:
    """Sum of what the layers of plan.gpkg say that sites, routes and connections cost."""
    columns = {"sites": "cost_eur", "routes": "cost_eur", "demand": "connection_eur"}
    return sum(
        round(amount * 100)
        for layer, column in columns.items()
        for amount in gpd.read_file(folder / "plan.gpkg", layer=layer)[column]
    )


def workbook_cents(path: Path) -> tuple[int, int]:
    """Total of the Bill sheet, and the sum of the lines of the Works sheet."""
    book = openpyxl.load_workbook(path, data_only=True)
    totals = [row[5] for row in book["Bill"].iter_rows(min_row=2, values_only=True) if not row[0] and row[5]]
    lines = sum(round(row[7] * 100) for row in book["Works"].iter_rows(min_row=2, values_only=True))
    return round(totals[0] * 100), lines


@pytest.fixture(scope="module")
def plan_town(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the output folder of a quick plan of a town: of its totals, not of how near it is to the optimum."""

    @cache
    def plan(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        if name == "sample":
            write_sample_town(folder / "town")
            study, data = folder / "town" / "study.yaml", []
        else:
            study, data = STUDIES / name / "study.yaml", [real_data(name)]
        run_study(study, data=data, out=folder / "plan", gap=0.5, node_limit=1)
        return folder / "plan"

    return plan


@pytest.fixture(
    params=[
        "sample",
        pytest.param("rodez", marks=pytest.mark.real_data),
        pytest.param("geneva", marks=pytest.mark.real_data),
    ],
)
def planned(request: pytest.FixtureRequest, plan_town: Callable[[str], Path]) -> Path:
    return plan_town(str(request.param))


def test_summary_workbook_layers_map_and_report_tell_one_total(planned: Path) -> None:
    summary = json.loads((planned / "summary.json").read_text(encoding="utf-8"))
    cents = round(summary["cost"]["capex"] * 100)
    assert cents > 0
    assert workbook_cents(planned / "plan.xlsx") == (cents, cents)
    assert layers_cents(planned) == cents
    language = re.search(r'<html lang="(\w+)"', (planned / "report.html").read_text(encoding="utf-8"))
    assert language is not None
    shown = Words(language[1]).money(cents / 100)
    for page in ("report.html", "map.html"):
        assert shown in unescape((planned / page).read_text(encoding="utf-8")), page


def totals_of(summary: dict[str, Any]) -> dict[str, float | None]:
    """Totals of a summary by the words that name them on the Summary sheet; None for what the study does not ask."""
    cost, budget = summary["cost"], summary["budget"]
    return {
        "capex": cost["capex"],
        "summary.incl_tax": cost["incl_tax"],
        "summary.net": cost["net_city_cost"],
        "flows.present": cost["present_value"],
        "flows.equivalent": cost["equivalent_annual_cost"],
        "budget.total": None if budget is None else budget["total"],
        "summary.low": cost["range"]["low"],
        "summary.high": cost["range"]["high"],
    }


@pytest.mark.office
@pytest.mark.parametrize(
    "names", [("sample",), pytest.param(("rodez", "geneva"), marks=pytest.mark.real_data)], ids="-".join
)
def test_workbooks_recalculated_tell_the_totals_of_the_summary(
    names: tuple[str, ...], plan_town: Callable[[str], Path], tmp_path: Path
) -> None:
    books = [
        Path(shutil.copyfile(plan_town(name) / f"{book}.xlsx", tmp_path / f"{name}-{book}.xlsx"))
        for name in names
        for book in ("plan", "tender")
    ]
    again = recalculate(books, tmp_path)
    for book, copy in zip(books, again, strict=True):
        # an error is no number, so it differs from what is stored
        assert differences(book, copy) == []
    for name, copy in zip(names, again[::2], strict=True):
        summary = json.loads((plan_town(name) / "summary.json").read_text(encoding="utf-8"))
        values = values_of(copy)
        told = {row[0]: row[1] for row in values["Summary"].iter_rows(values_only=True)}
        words = Words("fr" if "Rubrique" in told else "en", summary["cost"]["currency"])
        totals = totals_of(summary)
        assert name != "sample" or None not in totals.values()
        labels = {key: words[key] for key in totals if key != "capex"} | {"capex": values["Summary"]["A4"].value}
        for key, total in totals.items():
            shown = told[labels[key]]
            if total is None:
                assert shown == words["summary.not_asked"], key
            else:
                assert round(shown * 100) == round(total * 100), key
