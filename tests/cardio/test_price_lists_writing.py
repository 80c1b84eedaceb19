"""A price list that is written reads back to the same prices, in every format."""

from __future__ import annotations

import csv
import datetime
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.price_listing import list_prices
from cardio.price_lists.writing import write_price_list
from costing import GRADES, Bracket, Price, PriceSettings, Unit, resolve_prices, sourced_prices
from gis_layers import StudyError
from tests.cardio.price_tables import read, resolved
from tests.cardio.test_cli import Cardio, cardio  # noqa: F401 (a fixture)
from tests.cardio.tiny_town import write_tiny_town

FORMATS = (".yaml", ".csv", ".xlsx")
HOSTILE = ("=1+1", "@SUM(A1)", "-12", "+3", "'quoted", "''twice", "'=x", "#REF!", "null", "true", "1.10",
           'a "b" \\ c: d # e', "é\u00a0€ 😀", "12/05", "- x", "key")  # fmt: skip

letters = st.characters(categories=("L", "N", "P", "S")) | st.sampled_from(" \u00a0\u202f")
texts = st.sampled_from(HOSTILE) | st.text(letters, min_size=1, max_size=20).map(str.strip).filter(bool)
amounts = st.decimals(Decimal("0.000001"), 10**9, places=6).map(float) | st.sampled_from([1.234, 12.345, 70.0])
ranges = st.tuples(amounts, amounts, amounts).map(sorted)


@st.composite
def price_rows(draw: Any, key: str) -> Price:
    """Draw a price of works or of running costs."""
    low, typical, high = draw(ranges)
    assumed = draw(st.booleans())
    brackets = tuple(
        Bracket(float(start), low / 2**k, typical / 2**k, high / 2**k) if k else Bracket(0.0, low, typical, high)
        for k, start in enumerate(draw(st.sampled_from([(), (0,), (0, 12.5, 1000)])))
    )
    if any(Decimal(str(each.low_eur)).scaleb(6) % 1 or each.low_eur == 0 for each in brackets):
        brackets = brackets[:1]
    if any(Decimal(str(value)).scaleb(6) % 1 for each in brackets for value in (each.typical_eur, each.high_eur)):
        brackets = brackets[:1]
    return Price(
        key=key,
        label=draw(texts),
        unit=draw(st.sampled_from(get_args(Unit))),
        typical_eur=typical,
        low_eur=low,
        high_eur=high,
        source=draw(texts),
        assumed=assumed,
        grade="A" if assumed else draw(st.sampled_from([grade for grade in GRADES if grade != "A"])),
        dated=draw(st.none() | st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1))),
        lifetime_years=draw(st.none() | st.integers(1, 200)),
        vat_rate=draw(st.none() | st.sampled_from([0.0, 0.055, 0.2, 1.0])),
        vat_regime=draw(st.sampled_from([None, "fctva", "deductible", "none"])),
        account=draw(st.just("") | texts),
        family=draw(st.just("") | texts),
        lot=draw(st.just("") | texts),
        brackets=brackets,
    )


@st.composite
def price_lists(draw: Any) -> dict[str, Price]:
    """Draw a price list of which the first row has running costs."""
    keys = draw(
        st.lists(texts.filter(lambda text: text != "none" and ";" not in text), min_size=2, max_size=5, unique=True)
    )
    prices = {key: draw(price_rows(key)) for key in keys}
    first, second = keys[:2]
    prices[second] = replace(prices[second], unit="m/year", brackets=())
    prices[first] = replace(prices[first], unit="m", opex=(prices[second],))
    return prices


@pytest.mark.parametrize("extension", FORMATS)
def test_any_price_list_reads_back(extension: str, tmp_path_factory: pytest.TempPathFactory):
    file = tmp_path_factory.mktemp("prices") / f"prices{extension}"

    @settings(derandomize=True, deadline=None, max_examples=25)
    @given(price_lists())
    def reads_back(prices: dict[str, Price]) -> None:
        write_price_list(prices.values(), file, currency="EUR", force=True)
        again = resolved(file)
        assert dict(again) == prices

    reads_back()


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_packaged_prices_read_back(extension: str, language: Any, tmp_path: Path):
    prices, file = sourced_prices(language), tmp_path / f"prices{extension}"
    write_price_list(prices.values(), file, currency="EUR")
    again = resolved(file)
    assert list(again) == list(prices)
    assert dict(again) == dict(prices)
    assert {price.grade for price in again.values()} == {"X", "X†"}


@pytest.mark.parametrize("extension", FORMATS)
def test_obsolete_is_made_anew_and_unknown_grades_are_refused(extension: str, tmp_path: Path):
    trench, file = sourced_prices()["trench"], tmp_path / f"prices{extension}"
    write_price_list([replace(trench, grade="X† obsolete")], file, currency="EUR")
    assert resolved(file)["trench"].grade == "X†"
    write_price_list([replace(trench, grade="B")], file, currency="EUR", force=True)
    with pytest.raises(StudyError, match=r"grade: no grade of a price: should be R, R†, .* \(is 'B'\)") as caught:
        resolved(file)
    assert {".yaml": "prices.yaml:", ".csv": "prices.csv", ".xlsx": "row 2, column"}[extension] in caught.value.message
    write_price_list([replace(trench, grade="A")], file, currency="EUR", force=True)
    with pytest.raises(StudyError, match="grade: is A, but the row is not assumed"):
        resolved(file)


@pytest.mark.parametrize("extension", FORMATS)
def test_a_lifetime_that_was_taken_away_stays_away(extension: str, tmp_path: Path):
    duct, file = replace(sourced_prices()["duct_supply"], lifetime_years=None), tmp_path / f"prices{extension}"
    write_price_list([duct], file, currency="EUR")
    entries = read(file).entries
    assert entries["duct_supply"]["lifetime_years"] == "none"
    again = resolve_prices(sourced_prices(), entries, PriceSettings(), places={})
    assert again["duct_supply"].lifetime_years is None


@pytest.mark.parametrize("extension", FORMATS)
def test_an_empty_list_and_another_currency(extension: str, tmp_path: Path):
    file = tmp_path / f"prices{extension}"
    write_price_list([], file, currency="EUR")
    assert not resolved(file)
    write_price_list([sourced_prices()["trench"]], file, currency="CHF", force=True)
    assert resolved(file, currency="CHF")["trench"].typical_eur == 70
    with pytest.raises(StudyError, match="is in CHF, but the study is in EUR"):
        resolved(file)


def test_a_workbook_has_numbers_frozen_headers_and_no_formulas(tmp_path: Path):
    trench = replace(sourced_prices()["trench"], label="=HYPERLINK(1)", typical_eur=70.5)
    write_price_list([trench], tmp_path / "p.xlsx", currency="EUR")
    sheet = openpyxl.load_workbook(tmp_path / "p.xlsx")["Prices"]
    header = [cell.value for cell in sheet[1]]
    assert header[:6] == ["key", "label", "unit", "low", "typical", "high"]
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=HYPERLINK(1)", "s")
    assert (sheet["E2"].value, sheet["E2"].data_type, sheet["E2"].number_format) == (70.5, "n", "#,##0.00####")
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["B"].width > 40


def test_a_csv_file_is_safe_to_open_in_a_spreadsheet(tmp_path: Path):
    trench = replace(sourced_prices()["trench"], label="=HYPERLINK(1)", low_eur=1.234)
    write_price_list([trench], tmp_path / "p.csv", currency="EUR")
    text = (tmp_path / "p.csv").read_text(encoding="utf-8")
    assert text.startswith("\ufeffkey,label,unit,")
    row = list(csv.reader(text.splitlines()))[1]
    assert row[1] == "'=HYPERLINK(1)"
    assert row[3] == "1.2340", "three decimals could be thousands"


def test_files_are_not_replaced_unasked_and_formats_are_told(tmp_path: Path):
    file = tmp_path / "prices.csv"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="exists: it is not replaced"):
        write_price_list([], file, currency="EUR")
    assert file.read_text(encoding="utf-8") == "mine"
    with pytest.raises(StudyError, match=r"written as \.yaml, \.csv, \.xlsx"):
        write_price_list([], tmp_path / "prices.ods", currency="EUR")
    write_price_list([], file, currency="EUR", force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["prices.csv"], "nothing is left beside it"


def test_the_command_lists_and_writes_the_prices_of_a_study(cardio: Cardio, tmp_path: Path):  # noqa: F811
    study = write_tiny_town(tmp_path / "town")
    out = tmp_path / "all.xlsx"
    run = cardio("prices", study, "--out", out, "--json")
    assert run.returncode == 0, run.stderr
    document = json.loads(run.stdout)
    assert (document["schema"], document["currency"], document["file"]) == ("cardio-prices/1", "EUR", str(out))
    rows = {row["key"]: row for row in document["prices"]}
    assert (rows["closure"]["typical_eur"], rows["closure"]["grade"]) == (800, "A")
    assert set(resolved(out)) == set(rows) > {"trench_soil", "closure", "termination", "drop"}
    said = cardio("prices", study, "--out", out)
    assert said.returncode == 2
    assert "exists: it is not replaced" in said.stderr
    again = cardio("prices", study, "--out", out, "--force", "--scenario", "half")
    assert again.stdout == f"written: {out}, {len(rows)} prices\n", "the list is in the file"
    assert "EUR/each" in cardio("prices", study).stdout


def test_revised_prices_are_not_revised_again(tmp_path: Path):
    study = write_tiny_town(tmp_path)
    text = study.read_text(encoding="utf-8")
    revising = "{list: prices.yaml, date: 2026-01-01, index: tp, indices: {tp: {2020: 100, 2026: 150}}}"
    study.write_text(text.replace("{list: prices.yaml}", revising), encoding="utf-8")
    own = "closure: {label: Box, unit: each, typical: 800, source: contract, dated: 2020-06-01}\n"
    (tmp_path / "prices.yaml").write_text(own, encoding="utf-8")

    def typical() -> float:
        rows = list_prices(study, out=tmp_path / "again.csv", force=True)["prices"]
        return float({row["key"]: row["typical_eur"] for row in rows}["closure"])

    assert typical() == 1200
    study.write_text(study.read_text(encoding="utf-8").replace("prices.yaml", "again.csv"), encoding="utf-8")
    assert typical() == 1200
