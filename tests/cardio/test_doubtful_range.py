"""What the distribution of a cost leaves out is told with it: prices without a range, rows without a family."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cardio.certainty_texts import list_doubts, say_doubts_plainly
from cardio.exporters.headline import tell_chances
from cardio.exporters.texts import Words
from cardio.money_texts import money_lines
from cardio.run import RunResult, run_study
from cardio.sensitivity import study_sensitivity
from cardio.sensitivity_texts import say_sensitivity
from cardio.texts import say_result
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

# 6,000 EUR of trench, 9,400 EUR of meters, 1,600 EUR of closures, 300 EUR to connect
EXACT = (
    PRICES
    + """
trench_soil: {label: Trench, unit: m, typical: 15, source: offer of 2026}
parking_meter: {label: Meter, unit: each, typical: 4700, source: offer of 2026}
"""
)
RANGED = EXACT.replace("typical: 800,", "typical: 800, low: 700, high: 1000,").replace(
    "typical: 15,", "typical: 15, low: 10, high: 20,"
)


def plan(folder: Path, prices: str, language: str = "en") -> RunResult:
    study = STUDY.replace("language: en", f"language: {language}")
    return run_study(write_tiny_town(folder / "town", study=study, prices=prices), out=folder / "plan")


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return plan(tmp_path_factory.mktemp("exact"), EXACT)


@pytest.fixture(scope="module")
def ranged(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return plan(tmp_path_factory.mktemp("ranged"), RANGED)


def summary_cells(result: RunResult) -> dict[str, Any]:
    assert result.folder is not None
    sheet = openpyxl.load_workbook(result.folder / "plan.xlsx", data_only=True)["Summary"]
    return {str(row[0]): row[1] for row in sheet.iter_rows(values_only=True) if row[0]}


def report(result: RunResult) -> str:
    assert result.folder is not None
    return html.unescape((result.folder / "report.html").read_text(encoding="utf-8"))


def test_a_list_without_ranges_gives_no_chances(exact: RunResult) -> None:
    spread = exact.summary["uncertainty"]
    assert (spread["share_without_range"], spread["share_without_family"], spread["tornado"]) == (1.0, 0.0, [])
    words = Words("en")
    assert tell_chances(exact.summary, words) == [(words["sensitivity.histogram"], words["sensitivity.no_chances"])]
    said, page = say_result(exact), report(exact)
    assert "range      not known: the price list gives no range for any price of this plan" in said
    assert words["sensitivity.no_chances"] in page
    for text in (said, page, *map(str, summary_cells(exact).values())):
        assert "8 chances in 10" not in text
    assert words["sensitivity.tornado"] not in page and 'class="histogram"' not in page
    assert summary_cells(exact)["Share resting on prices without a range"] == 1.0


def test_what_counts_as_exact_is_told_beside_the_chances(ranged: RunResult) -> None:
    spread = ranged.summary["uncertainty"]
    # 9,400 + 300 of 17,300 EUR have no range; trench and closures have one, and trench the family of the shipped row
    assert spread["share_without_range"] == pytest.approx(9_700 / 17_300, abs=1e-6)
    assert spread["share_without_family"] == pytest.approx(1_600 / 17_300, abs=1e-6)
    ((_, sentence),) = tell_chances(ranged.summary, Words("en"))
    assert "8 chances in 10" in sentence
    assert "56.1% of the cost rests on prices without a range, counted as exact" in sentence
    assert "9.2% of the cost rests on prices without a family, each drawn on its own" in sentence
    assert sentence in report(ranged) and sentence in summary_cells(ranged).values()
    cells = summary_cells(ranged)
    assert cells["Share resting on prices without a range"] == pytest.approx(9_700 / 17_300)
    assert (
        "too narrow: 56% of the cost on prices without a range, counted as exact; 9% of the cost on prices without a "
        "family, each drawn on its own"
    ) in say_result(ranged)


def test_the_workbook_computes_the_share(ranged: RunResult) -> None:
    assert ranged.folder is not None
    sheet = openpyxl.load_workbook(ranged.folder / "plan.xlsx")["Sensitivity"]
    (cell,) = [row[3] for row in sheet.iter_rows() if row[1].value == "Share resting on prices without a range"]
    last = max(row[0].row for row in sheet.iter_rows() if row[8].value and str(row[8].value).startswith("=Bill"))
    wanted = f"SUMPRODUCT((E2:E{last}=G2:G{last})*I2:I{last})/I{last + 1}"
    assert wanted in str(cell.value)
    link = openpyxl.load_workbook(ranged.folder / "plan.xlsx")["Summary"]
    assert f"=Sensitivity!{cell.coordinate}" in {row[1].value for row in link.iter_rows()}


def test_families_and_single_rows_raise_no_doubt() -> None:
    rows = [{"price_key": "a"}, {"price_key": "b"}]
    told = {"share_without_range": 0.0, "share_without_family": 0.25, "tornado": rows}
    assert list_doubts(told) == [("without_family", 0.25)]
    assert list_doubts({**told, "tornado": rows[:1]}) == []  # nothing to rise together with
    assert say_doubts_plainly({**told, "share_without_family": 0.0}) == ""


def test_french_says_the_same(tmp_path: Path) -> None:
    ((_, sentence),) = tell_chances(plan(tmp_path, RANGED, "fr").summary, Words("fr"))
    assert "sans fourchette" in sentence and "sans famille" in sentence


def test_sensitivity_tells_no_chances_without_ranges(tmp_path: Path) -> None:
    document = study_sensitivity(write_tiny_town(tmp_path, prices=EXACT), draws=1).document
    said = say_sensitivity(document, None)
    assert "chances    not known" in said and "8 in 10" not in said


def test_a_plan_that_costs_nothing_has_no_range(exact: RunResult) -> None:
    spread = {**exact.summary["uncertainty"], "typical": 0.0}
    nothing = {**exact.summary, "uncertainty": spread}
    assert tell_chances(nothing, Words("en")) == []
    assert not any(line.startswith("range") for line in money_lines(nothing))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ([], ""),
        (["a"], "; a states none"),
        (["a", "b", "c"], "; a, b, c state none"),
        (["a", "b", "c", "d"], "; 4 rows state none (a, b, c, ...; all in --json and plan.xlsx)"),
    ],
)
def test_rows_without_running_costs_are_named_up_to_three(exact: RunResult, keys: list[str], words: str) -> None:
    summary = {**exact.summary, "cost": {**exact.summary["cost"], "opex_not_stated": keys}}
    (line,) = [line for line in money_lines(summary) if line.startswith("running")]
    assert line.endswith(f"as the price list states it{words}")
