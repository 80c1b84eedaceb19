"""A town outside the euro area reads its own currency in every output, and no other."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from cardio.alternatives import find_alternatives
from cardio.alternatives_texts import say_alternatives
from cardio.amounts import say_amount
from cardio.explain import explain_study
from cardio.explain_texts import say_explanation
from cardio.exporters.texts import WORDS, Words
from cardio.run import RunResult, run_study
from cardio.texts import say_result
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

SWISS_PRICES = PRICES + "".join(
    f"{key}: {{label: {label}, unit: {unit}, low: {price / 2}, typical: {price}, high: {price * 2}, assumed: true, "
    f"why: no source, opex: upkeep_{unit}, lifetime_years: 10}}\n"
    f"upkeep_{unit}_{key}: {{label: Upkeep, unit: {unit}/year, typical: 1, assumed: true, why: no source}}\n"
    for key, label, unit, price in (
        ("trench_soil", "Trench in soil", "m", 15),
        ("trench_paved", "Trench in stone", "m", 250),
        ("parking_meter", "Parking meter", "each", 4700),
    )
).replace("opex: upkeep_each", "opex: upkeep_each_parking_meter").replace("opex: upkeep_m,", "opex: none,")
SWISS_MONEY = """
finance:
  base_year: 2026
  horizon_years: 15
  discount_rate: 0.03
  vat_regime: none
  fees: {design: 0.1}
  contingency: 0.08
  revision: 0.02
funding:
  grants: {canton: {rate: 0.4, cap: 5000}}
  loan: {share: 0.5, rate: 0.02, years: 3}
"""
EURO = re.compile("€|EUR")


def write_swiss_town(folder: Path, language: str) -> Path:
    study = STUDY.replace("language: en", f"language: {language}, currency: CHF").replace(
        "prices: {list: prices.yaml}", f"prices: {{list: prices.yaml, date: 2026-01-01}}{SWISS_MONEY.rstrip()}"
    )
    return write_tiny_town(folder, study=study, prices=SWISS_PRICES)


@pytest.fixture(scope="module", params=["en", "fr"])
def swiss(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    folder = tmp_path_factory.mktemp("swiss")
    return run_study(write_swiss_town(folder, request.param), out=folder / "plan")


def texts_of(path: Path) -> Iterator[str]:
    """Every text that an output holds, parts of archives and tables of a database included."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml"))
    elif path.suffix == ".gpkg":
        with sqlite3.connect(path) as database:
            yield from (line.encode("utf-8", "replace").decode("utf-8") for line in database.iterdump())
    else:
        yield path.read_text(encoding="utf-8")


def test_no_output_of_a_swiss_town_speaks_of_euros(swiss: RunResult) -> None:
    assert swiss.folder is not None
    files = [path for path in swiss.folder.rglob("*") if path.is_file()]
    assert {".html", ".xlsx", ".gpkg", ".json"} <= {path.suffix for path in files}
    for path in files:
        for text in texts_of(path):
            found = EURO.search(unescape(text))
            assert found is None, (path.name, text[max(0, found.start() - 200) : found.end() + 50])


def test_every_document_names_the_francs(swiss: RunResult) -> None:
    assert swiss.folder is not None
    for name in ("map.html", "report.html"):
        assert "CHF" in (swiss.folder / name).read_text(encoding="utf-8")
    summary = json.loads((swiss.folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["cost"]["currency"] == "CHF" and summary["cost"]["incl_tax"] == summary["cost"]["capex"] == 17_300
    assert summary["cost"]["net_city_cost"] == 12_300  # 40 % of 17,300 is above the cap of 5,000


def test_the_terminal_writes_francs(swiss: RunResult) -> None:
    said = say_result(swiss)
    assert EURO.search(said) is None
    assert "cost       17,300.00 CHF" in said and "town pays  12,300.00 CHF in the end" in said
    assert "operation  20,760.00 CHF excl. tax: works 17,300.00, fees (design) 1,730.00, contingency 1,384.00" in said


def test_other_commands_write_francs(tmp_path: Path) -> None:
    path = write_swiss_town(tmp_path, "en")
    explained = explain_study(path, "fibre")
    told = [say_explanation(explained.document), say_alternatives(find_alternatives(path).document, None)]
    for said in told:
        assert EURO.search(said) is None and "CHF" in said


def test_amounts_of_the_terminal() -> None:
    assert say_amount(1234.5, "CHF") == "1,234.50 CHF"
    assert say_amount(0.0, "EUR", signed=True) == "+0.00 EUR"
    assert say_amount(-3, "EUR", signed=True) == "-3.00 EUR"
    assert say_amount(None, "EUR") == "none"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_word_names_a_currency_but_by_its_sign(language: str) -> None:
    words = Words(language, "CHF")
    for key in WORDS:
        assert EURO.search(words[key]) is None, key


@pytest.mark.parametrize(
    ("language", "code", "written", "whole"),
    [
        ("en", "CHF", "CHF 340,150.00", "CHF 340,150"),
        ("en", "EUR", "€340,150.00", "€340,150"),
        ("fr", "CHF", "340 150,00 CHF", "340 150 CHF"),
    ],
)
def test_a_currency_of_letters_stands_apart(language: str, code: str, written: str, whole: str) -> None:
    words = Words(language, code)
    shown = [words.money(340_150), words.whole_money(340_150)]
    assert [text.replace("\u00a0", " ").replace("\u202f", " ") for text in shown] == [written, whole]
    assert " " not in "".join(shown)  # no line breaks within an amount
    assert words.money(-5).replace("\u00a0", " ") in ("-CHF 5.00", "-€5.00", "-5,00 CHF")
