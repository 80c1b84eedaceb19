"""No gap is shown without what the prices under it are worth: walked through every output of the tiny town."""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cardio.alternatives import find_alternatives
from cardio.alternatives_texts import say_alternatives
from cardio.certainty import price_facts
from cardio.certainty_texts import TEXTS, say_prices, say_prices_plainly
from cardio.explain import explain_study
from cardio.explain_texts import say_explanation
from cardio.exporters.headline import tell_chances
from cardio.exporters.texts import Words
from cardio.frontier import trace_frontier
from cardio.frontier_texts import say_frontier
from cardio.run import RunResult, run_study
from cardio.texts import say_result
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

RANGED = PRICES.replace("typical: 800,", "typical: 800, low: 700, high: 1000,")


@pytest.fixture(scope="module", params=["en", "fr"])
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    folder = tmp_path_factory.mktemp("town")
    study = STUDY.replace("language: en", f"language: {request.param}")
    return run_study(write_tiny_town(folder, study=study, prices=RANGED), out=folder / "out")


def rows_with_gap(content: Any) -> Iterator[dict[str, Any]]:
    """Every mapping of a document that states a gap."""
    if isinstance(content, dict):
        if content.get("gap", content.get("above_bound")) is not None:
            yield content
        for value in content.values():
            yield from rows_with_gap(value)
    elif isinstance(content, list):
        for value in content:
            yield from rows_with_gap(value)


def assert_priced(document: Any, *, at_least: int) -> None:
    rows = list(rows_with_gap(document))
    assert len(rows) >= at_least
    for row in rows:
        assert row["cost_range"]["low"] <= row["cost_range"]["high"]
        assert 0 <= row["share_from_assumed_prices"] <= 1


def test_facts_by_hand(planned: RunResult) -> None:
    cost = planned.summary["cost"]
    # two closures at 700 to 1,000 instead of 800; the other rows as the price lists have them
    bill = planned.deliverable.bill  # type: ignore[union-attr]
    low, high, basis = planned.summary["objective"]["cost_range"].values()
    assert basis == "capex excl. tax"
    assert (low, high) == (cost["range"]["low"], cost["range"]["high"])
    assert bill.loc[bill["price_key"] == "closure", "amount_eur"].sum() == 1600
    assert low <= cost["capex"] - 200 and high >= cost["capex"] + 400
    assumed = bill.loc[bill["assumed"], "amount_eur"].sum() / cost["capex"]
    assert cost["share_from_assumed_prices"] == pytest.approx(assumed, abs=1e-6)


def test_no_lines_is_no_plan_and_says_nothing() -> None:
    assert say_prices_plainly(price_facts(None), "EUR") == ""
    assert say_prices_plainly(price_facts([]), "EUR").startswith("Capex from 0.00 EUR")


def wording(result: RunResult) -> str:
    assert result.deliverable is not None
    words = Words(result.deliverable.language)
    return say_prices(result.summary["objective"], language=words.language, money=words.money, part=words.part)


def test_plan_in_every_document_that_shows_its_gap(planned: RunResult) -> None:
    folder = planned.folder
    assert folder is not None
    sentence = wording(planned)
    assert_priced(json.loads((folder / "summary.json").read_text(encoding="utf-8")), at_least=1)
    for name in ("map.html", "report.html"):
        assert sentence in html.unescape((folder / name).read_text(encoding="utf-8")), name
    sheet = openpyxl.load_workbook(folder / "plan.xlsx")["Summary"]
    assert any(sentence in str(cell.value) for row in sheet.iter_rows() for cell in row)
    chances = dict(tell_chances(planned.summary, Words(planned.deliverable.language)))  # type: ignore[union-attr]
    assert len(chances) == 1
    for label, text in chances.items():
        report = html.unescape((folder / "report.html").read_text(encoding="utf-8"))
        assert label in report and text in report
        assert any(text == cell.value for row in sheet.iter_rows() for cell in row)
    said = say_result(planned)
    assert say_prices_plainly(planned.summary["objective"], "EUR") in said
    assert said.index("gap        ") < said.index("prices     Capex")


def test_coverage_as_the_objective_says_it_too(tmp_path: Path) -> None:
    study = STUDY.replace("plan: {", "plan: {objective: most_coverage, budget: 12000, ", 1)
    result = run_study(write_tiny_town(tmp_path, study=study, prices=RANGED))
    assert_priced(result.summary, at_least=2)
    assert say_prices_plainly(result.summary["objective"], "EUR") in say_result(result)


def test_frontier(tmp_path: Path) -> None:
    result = trace_frontier(write_tiny_town(tmp_path, prices=RANGED), points=2, out=tmp_path / "out")
    assert_priced(result.document, at_least=3)
    assert_priced(json.loads((tmp_path / "out" / "frontier.json").read_text(encoding="utf-8")), at_least=3)
    words, said = Words("en"), say_frontier(result.document, None)
    page = html.unescape((tmp_path / "out" / "frontier.html").read_text(encoding="utf-8"))
    for row in result.document["points"]:
        assert f"{row['cost_range']['low']:,.2f}" in said and f"{row['cost_range']['high']:,.2f}" in said
        assert words.number(row["cost_range"]["high"]) in page or f"{row['cost_range']['high']:,.2f}" in page
    with (tmp_path / "out" / "frontier.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(
        row["capex_low_eur"] and row["capex_high_eur"] and row["share_from_assumed_prices"]
        for row in rows
        if row["gap"]
    )


def test_alternatives(tmp_path: Path) -> None:
    result = find_alternatives(write_tiny_town(tmp_path, prices=RANGED), within=0.5, count=1, out=tmp_path / "out")
    assert_priced(json.loads((tmp_path / "out" / "alternatives.json").read_text(encoding="utf-8")), at_least=2)
    said = say_alternatives(result.document, None)
    for row in [result.document, *result.document["plans"]]:
        assert say_prices_plainly(row, "EUR") in said


@pytest.mark.parametrize("subject", ["fibre"])
def test_explanations(tmp_path: Path, subject: str) -> None:
    document = explain_study(write_tiny_town(tmp_path, prices=RANGED), subject).document
    assert_priced(document, at_least=2)
    said = say_explanation(document)
    for row in document["solves"]:
        assert say_prices_plainly(row, "EUR") in said


def test_both_languages_name_the_same_figures() -> None:
    for text in TEXTS.values():
        assert all(name in text for name in ("{low}", "{high}", "{share}"))


def test_every_plan_tells_its_distribution(planned: RunResult) -> None:
    row, cost = planned.summary["uncertainty"], planned.summary["cost"]
    assert (row["basis"], row["draws"], row["seed"], row["correlation"]) == ("capex excl. tax", 2000, 0, 0.5)
    assert cost["range"]["low"] <= row["p10"] <= row["p50"] <= row["p80"] <= row["p90"] <= cost["range"]["high"]
    assert row["p10"] <= row["mean"] <= row["p90"]
    assert sum(row["histogram"]["counts"]) == 2000 and len(row["histogram"]["edges"]) == 21
    swings = {each["price_key"]: each for each in row["tornado"]}
    # two closures at 700 and at 1,000 EUR, all else typical
    assert swings["closure"]["low"] == cost["capex"] - 200 and swings["closure"]["high"] == cost["capex"] + 400
    assert swings["closure"]["swing"] == 600 and swings["closure"]["assumed"]
    assert [each["swing"] for each in row["tornado"]] == sorted(
        (each["swing"] for each in row["tornado"]), reverse=True
    )
    # all rows low together is the sum of what each takes away
    assert cost["range"]["low"] == pytest.approx(
        cost["capex"] - sum(cost["capex"] - each["low"] for each in row["tornado"])
    )
    assert planned.deliverable is not None and planned.deliverable.money is not None


def test_the_study_sets_draws_and_correlation(tmp_path: Path) -> None:
    study = STUDY + "finance: {uncertainty: {draws: 300, correlation: 1}}\n"
    row = run_study(write_tiny_town(tmp_path, study=study, prices=RANGED), seed=5).summary["uncertainty"]
    assert (row["draws"], row["seed"], row["correlation"]) == (300, 5, 1.0)
    assert sum(row["histogram"]["counts"]) == 300
