"""The price list of a study in a run: its date, obsolete prices, what no work can be priced without."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardio.prospects import study_prices, survey_prospects
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from gis_layers import Finding, StudyError
from tests.cardio.tiny_town import PRICES, STUDY, write_tiny_town

DATED = "prices: {list: prices.yaml, date: 2026-01-01}"
CHF = (
    "trench_soil: {label: Soil, unit: m, typical: 20, source: offer}\n"
    "trench_paved: {label: Paved, unit: m, typical: 90, source: offer}\n"
)


def write(folder: Path, *, section: str = DATED, prices: str = "", head: str = "") -> Path:
    study = STUDY.replace("prices: {list: prices.yaml}", section).replace("language: en", f"language: en{head}")
    return write_tiny_town(folder, study=study, prices=PRICES + prices)


def findings(path: Path) -> list[Finding]:
    town = survey_prospects(load_study(path), stopwatch=Stopwatch()).town
    return [finding for finding in town.findings if finding.code == "obsolete-price"]


def refusal(path: Path) -> StudyError:
    with pytest.raises(StudyError) as caught:
        survey_prospects(load_study(path), stopwatch=Stopwatch())
    return caught.value


def test_obsolete_prices_that_the_study_asks_for_are_told_with_their_running_costs(tmp_path: Path):
    old = findings(write(tmp_path))
    assert [(finding.feature, finding.severity, finding.file) for finding in old] == [
        ("parking_meter", "warning", ""),
        ("parking_meter_upkeep", "warning", ""),
    ]
    assert old[0].message == (
        "price parking_meter is of 2019-01-01, more than 5 years before prices.date 2026-01-01: 4700 EUR/each"
    )


def test_obsolete_prices_of_the_study_itself_name_its_file(tmp_path: Path):
    rows = "parking_meter: {typical: 5000, source: offer, dated: 2018, opex: none}\n"
    (only,) = findings(write(tmp_path, prices=rows))
    assert (only.feature, only.file) == ("parking_meter", "prices.yaml")


def test_without_a_date_of_the_study_or_with_an_index_nothing_is_obsolete(tmp_path: Path):
    assert findings(write(tmp_path / "a", section="prices: {list: prices.yaml}")) == []
    index = "prices: {list: prices.yaml, date: 2026-01-01, index: works, indices: {works: {2019: 100.0, 2025: 120.0}}}"
    assert findings(write(tmp_path / "b", section=index)) == []


def test_a_price_without_validity_at_the_date_names_the_key_that_asks(tmp_path: Path):
    row = "trench_soil: {typical: 20, source: contract, valid: {until: 2024}}\n"
    error = refusal(write(tmp_path, prices=row))
    assert error.message == (
        f"{tmp_path / 'study.yaml'}:28: price 'trench_soil', asked by laying.trench.price, "
        "has no price on 2026-01-01, the date of the study (prices: until 2024-12-31)"
    )
    assert error.hint == "add a price that holds on that day to its row, or change prices.date"


def test_a_scenario_may_plan_at_another_date(tmp_path: Path):
    rows = "trench_soil: {source: contract, prices: [{from: 2026, typical: 15}, {from: 2030, typical: 18}]}\n"
    path = write(tmp_path, prices=rows)
    path.write_text(path.read_text("utf-8") + "  later: {prices.date: 2031}\n", encoding="utf-8")
    assert study_prices(load_study(path))["trench_soil"].typical_eur == 15
    assert study_prices(load_study(path, scenario="later"))["trench_soil"].typical_eur == 18


def test_a_study_in_another_currency_needs_its_own_prices(tmp_path: Path):
    section = "prices: {list: prices.yaml}"
    error = refusal(write(tmp_path, section=section, prices=CHF, head=", currency: CHF"))
    assert error.message == (
        f"{tmp_path / 'study.yaml'}:26: price 'parking_meter', asked by options.meter.price, "
        "is a shipped price in EUR, and the study is in CHF"
    )
    assert error.hint == "add the row to the study's price file (prices.list), in CHF"


def test_shipped_prices_are_enough_for_a_study_without_a_price_file(tmp_path: Path):
    path = write(tmp_path, section="prices: {date: 2026-01-01}")
    assert load_study(path).price_file is None
    assert "price 'closure', asked by options.box.price, is in no price list" in refusal(path).message


@pytest.mark.parametrize(
    ("section", "head", "words"),
    [
        ("{inherit: france}", ", currency: CHF", "prices.inherit: the shipped prices are in EUR, and the study's"),
        ("{index: tp01}", "", "prices.index: prices.indices has none named tp01"),
        ("{index: tp01, indices: {tp01: {2020: 1.0}}}", "", "prices.index: revises prices to the date of the study"),
        ("{indices: {tp01: {2020: 1.0, 2020-01: 2.0}}}", "", "prices.indices.tp01: has two values on 2020-01-01"),
        (
            "{date: 2019, indices: {tp01: {2020: 1.0}}}",
            "",
            "prices.indices.tp01: has no value at or before prices.date (its first is on 2020-01-01)",
        ),
        ("{date: tomorrow}", "", "prices.date: should be a date such as 2026-03-31, 2026-03 or 2026"),
        ("{indices: {tp01: {soon: 1.0}}}", "", "prices.indices.tp01.soon: should be a date such as"),
        ("{indices: {tp01: {2020: 0}}}", "", "prices.indices.tp01.2020: should be greater than 0"),
        ("{indices: {tp01: {}}}", "", "prices.indices.tp01: "),
        ("{obsolete_after_years: -1}", "", "prices.obsolete_after_years: should be greater than or equal to 0"),
        ("{inherit: belgium}", "", "prices.inherit: should be 'france' or 'none'"),
    ],
)
def test_wrong_keys_of_prices_are_told_with_their_line(section: str, head: str, words: str, tmp_path: Path):
    path = write(tmp_path, section=f"prices: {section}", head=head)
    with pytest.raises(StudyError) as caught:
        load_study(path)
    assert f"study.yaml:{line_of(path, 'prices:')}: {words}" in caught.value.message


def line_of(path: Path, start: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(start))
