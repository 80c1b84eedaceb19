"""Comparisons and frontiers of a French study: pages in French throughout, documents in plain English for scripts."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import openpyxl
import pytest

from cardio.compare import compare_scenarios
from cardio.exporters.compare_reasons import say_reason
from cardio.exporters.texts import Words
from cardio.frontier import trace_frontier
from tests.cardio.tiny_town import STUDY, write_tiny_town

HORIZON = "finance: {base_year: 2026, horizon_years: 10, discount_rate: 0.03}\n"
SCENARIOS = """  poor: {plan.budget: 9000}
  discounted: {plan.minimise: present_value}
  most: {plan.objective: most_coverage, plan.budget: 13400}
"""
FRENCH = STUDY.replace("language: en", "language: fr") + SCENARIOS + HORIZON
ENGLISH = (
    "capex", "excl. tax", "present value", "running costs", "real terms", "in service,", "weighted by", "undiscounted",
    "asked", "can be reached", "the plan", "the cheapest", "budget is", "missing", "lower targets", "nearest place",
    "parking_meter",
)  # fmt: skip


def texts_of(page: str) -> str:
    """What a reader sees: no scripts, styles or attributes; quotes and spaces as typed."""
    seen = re.sub(r"<(script|style|title)\b.*?</\1>", " ", html.unescape(page), flags=re.DOTALL)
    return spaced(re.sub(r"<[^>]*>", " ", seen))


def spaced(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text)


def english_in(text: str) -> list[str]:
    return [words for words in ENGLISH if words in text.replace("compare.", "").lower()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = tmp_path_factory.mktemp("town")
    names = ("base", "too_much", "poor", "discounted", "most")
    compare_scenarios(write_tiny_town(town / "in", study=FRENCH), names, out=town / "out")
    return town / "out"


def test_the_page_names_bases_and_reasons_in_french(folder: Path) -> None:
    seen = texts_of((folder / "compare.html").read_text("utf-8"))
    assert english_in(seen) == []
    assert "moins la valeur résiduelle, 10 ans de service, 3 % par an, prix constants, au début de 2026" in seen
    assert "moyenne des parts atteintes des cibles" in seen
    assert "Fibre : 100 % demandés, au plus 0 % peuvent être atteints avec ces équipements ; demander 0 %." in seen
    # by hand: two meters at 4,700 EUR are all that is left once no school is in reach
    assert "Le plan coûte alors au moins 9 400,00 € et au plus 9 400,00 € (investissement, hors taxes)." in seen
    assert "Le budget est de 9 000,00 € ; le plan le moins cher coûte au moins 17 300,00 €" in seen
    assert "il manque au moins 8 300,00 €." in seen and "Sans aucun budget, le plan coûte alors" in seen
    assert "dans compare.json : scenarios, « too_much », reason." in seen
    assert "Splice closure ; Drop cable" in seen  # the label that the study gives a price row without running costs


def test_the_workbook_and_the_map_say_it_in_french_too(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "compare.xlsx")
    cells = [str(cell) for row in book["Comparaison"].iter_rows(values_only=True) for cell in row if cell]
    assert english_in(" ".join(cells)) == []
    assert any("10 ans de service" in cell for cell in cells) and any("demander 0" in cell for cell in cells)
    assert english_in(texts_of((folder / "compare_map.html").read_text("utf-8"))) == []


def test_the_documents_keep_the_words_that_scripts_read(folder: Path) -> None:
    rows = {row["name"]: row for row in json.loads((folder / "compare.json").read_text("utf-8"))["scenarios"]}
    assert rows["base"]["objective"]["basis"] == "capex excl. tax"
    assert rows["base"]["cost"]["finance"]["horizon_years"] == 10
    assert rows["base"]["cost"]["opex_not_stated"] and "target fibre: 100.0% asked" in rows["too_much"]["reason"]
    assert [row["target"] for row in rows["too_much"]["relaxation"]] == ["fibre"]
    assert (rows["base"]["relaxation"], rows["base"]["relaxed_cost"]) == ([], None)
    assert "capex excl. tax" in (folder / "compare.csv").read_text("utf-8-sig")


def row_of(**entries: object) -> dict[str, object]:
    row = {
        "name": "a", "reason": "in English", "status": "infeasible", "relaxation": [], "relaxed_budgets": [],
        "relaxed_cost": {"value": None, "bound": None, "status": "limit", "without_kept": []},
        "objective": {"minimise": "capex"}, "cost": {"finance": None},
        "coverage": [{"target": "wifi", "zone": "W", "zone_name": "Ouest"}],
    }  # fmt: skip
    return row | entries


def test_reasons_say_no_more_than_what_was_proven() -> None:
    words = Words("fr")
    assert say_reason(row_of(reason=""), words) == ""
    assert say_reason(row_of(), Words("en")) == "in English"
    assert say_reason(row_of(objective=None, status="cancelled"), words).startswith("Non planifié")
    assert say_reason(row_of(status="limit"), words).startswith("Arrêté à sa limite avant")
    assert say_reason(row_of(status="cancelled"), words).startswith("Arrêté à la demande avant")
    assert say_reason(row_of(), words).startswith("Le coût du plan avec ces parts n’est pas établi.\n")
    limited = {"target": "wifi", "zone": "W", "required": 0.9, "reachable": 1.0, "at_least_suggested": 0.4}
    cost = {"value": None, "bound": 12.0, "status": "limit", "without_kept": ["box/1"]}
    budgets = [{"key": "plan.phases.2027", "budget": 10.0, "at_least": None, "at_most": 30.0}]
    told = spaced(say_reason(row_of(relaxation=[limited], relaxed_cost=cost), words))
    assert "à en retirer : box/1.\nWifi – Ouest : 90 % demandés ; avec ce que chaque équipement" in told
    assert "Le plan coûte alors au moins 12,00 € (investissement, hors taxes)." in told
    told = spaced(say_reason(row_of(relaxed_budgets=budgets), words))
    assert "aucun plan ne tient dans les budgets.\nLes budgets jusqu’à 2027 font ensemble 10,00 € ;" in told
    assert "au plus 30,00 €." in told and "manque" not in told


@pytest.mark.parametrize("scenario", [None, "discounted"])
def test_a_frontier_names_its_figure_in_french(tmp_path: Path, scenario: str | None) -> None:
    study = write_tiny_town(tmp_path / "in", study=FRENCH)
    frontier = trace_frontier(study, points=2, scenario=scenario, out=tmp_path / "out")
    seen = texts_of((tmp_path / "out" / "frontier.html").read_text("utf-8"))
    assert english_in(seen) == []
    assert ("10 ans de service" in seen) == (scenario is not None)
    assert "excl. tax" in frontier.document["basis"] and frontier.document["finance"]["horizon_years"] == 10
