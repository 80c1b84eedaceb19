"""Packaged prices, and the prices that a study adds."""

from __future__ import annotations

import pytest

from costing import PriceSettings, price_of, resolve_prices, sourced_prices
from gis_layers import StudyError

ROW = {"label": "Access point", "unit": "each", "typical": 1500, "source": "offer of 2025, Exempleville"}


def complaint(row: object, key: str = "outdoor_access_point") -> str:
    with pytest.raises(StudyError) as caught:
        resolve_prices(sourced_prices(), {key: row}, PriceSettings(), places={(key,): "prices.yaml:1"})  # type: ignore[dict-item]
    return caught.value.message


def test_every_packaged_price_has_a_source_a_range_and_a_grade():
    prices = sourced_prices()
    assert len(prices) >= 10
    for key, price in prices.items():
        assert price.key == key
        assert 0 < price.low_eur <= price.typical_eur <= price.high_eur
        assert price.unit in ("each", "m", "each/year", "m/year")
        assert price.source.strip()
        assert price.label.strip()
        assert price.grade.rstrip("†") in ("R", "X", "M")
        assert not price.assumed


def test_packaged_prices_are_those_of_their_sources():
    prices = sourced_prices()
    assert (prices["trench"].low_eur, prices["trench"].typical_eur, prices["trench"].high_eur) == (15, 70, 250)
    assert prices["parking_meter"].typical_eur == 4700
    assert prices["fibre_cable_12"].typical_eur == 0.9


def test_what_has_no_source_has_no_packaged_price():
    assert not {"street_cabinet", "splice_closure", "outdoor_access_point", "chamber"} & set(sourced_prices())


def test_labels_follow_the_language():
    assert sourced_prices("fr")["parking_meter"].label == "Horodateur"
    assert sourced_prices("en")["parking_meter"].label == "Parking meter"


def test_packaged_prices_cannot_be_changed_by_a_caller():
    with pytest.raises(TypeError):
        sourced_prices()["trench"] = sourced_prices()["trench_soil"]  # type: ignore[index]


def test_a_study_row_with_a_source_is_not_assumed_and_its_range_defaults_to_its_price():
    price = resolve_prices(sourced_prices(), {"ap": ROW}, PriceSettings(), places={})["ap"]
    assert (price.low_eur, price.typical_eur, price.high_eur) == (1500, 1500, 1500)
    assert (price.label, price.unit, price.assumed, price.grade) == ("Access point", "each", False, "S")
    assert price.source == "offer of 2025, Exempleville"


def test_an_assumed_row_says_why():
    row = {"label": "Mât", "unit": "each", "typical": 900, "low": 500, "high": 1200, "assumed": True, "why": "guess"}
    price = resolve_prices({}, {"pole": row}, PriceSettings(), places={})["pole"]
    assert (price.assumed, price.grade, price.source) == (True, "A", "guess")
    assert (price.low_eur, price.high_eur) == (500, 1200)


def test_replacing_a_packaged_row_is_said_in_its_source():
    row = {"label": "Tranchée", "unit": "m", "typical": 95.5, "source": "marché 2024"}
    base = sourced_prices()
    merged = resolve_prices(base, {"trench": row}, PriceSettings(), places={})
    assert merged["trench"].typical_eur == 95.5
    assert merged["trench"].source.startswith("marché 2024 (replaces 70 EUR/m, CETE Ouest")
    assert base["trench"].typical_eur == 70


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"typicl": 3}, "typicl: unknown key; did you mean typical?"),
        ({"zzz": 3}, "zzz: unknown key; known: label"),
        ({"unit": "km"}, "unit: should be each, m, m2, m3, h, lump, each/year or m/year (is 'km')"),
        ({"typical": 0}, "typical: should be greater than 0; 0 is for what has running costs only (opex)"),
        ({"typical": -2}, "typical: negative price (is -2): should be from 0 to 1,000,000,000"),
        ({"typical": -4500.5}, "typical: negative price (is -4,500.5): should be from 0 to 1,000,000,000"),
        ({"typical": float("nan")}, "typical: should be from 0 to 1,000,000,000 (is nan)"),
        ({"typical": float("inf")}, "typical: should be from 0 to 1,000,000,000 (is inf)"),
        ({"typical": 1e10}, "typical: should be from 0 to 1,000,000,000"),
        ({"typical": "1500"}, "typical: should be a number (is '1500')"),
        ({"typical": True}, "typical: should be a number (is True)"),
        ({"typical": 0.1234567}, "typical: should have at most six decimals"),
        ({"low": 1600}, "low <= typical <= high does not hold (low 1600, typical 1500)"),
        ({"high": 1400}, "low <= typical <= high does not hold (typical 1500, high 1400)"),
        ({"label": ""}, "label: should be text"),
        ({"label": "a\x1b[31m"}, "label: should be text"),
        ({"source": None}, "source: should be text"),
        ({"assumed": True}, "has a source and is assumed"),
        ({"assumed": "yes"}, "assumed: should be true or false (is 'yes')"),
        ({"why": "x"}, "why: only for an assumed price"),
    ],
)
def test_a_wrong_row_is_refused_naming_file_and_row(change: dict[str, object], words: str):
    message = complaint({**ROW, **change})
    assert message.startswith("prices.yaml:1: outdoor_access_point: ")
    assert words in message


def test_a_row_without_source_must_say_that_it_is_assumed_and_why():
    bare = {"label": "Mât", "unit": "each", "typical": 900}
    assert "source: missing; give one, or say `assumed: true` with `why:`" in complaint(bare)
    assert "source: missing" in complaint({**bare, "assumed": False})
    assert "why: missing" in complaint({**bare, "assumed": True})


def test_all_wrong_rows_are_listed_at_once():
    rows = {"a": {"label": "A"}, "b": {**ROW, "unit": "km"}, "c": [1], "d": ROW}
    with pytest.raises(StudyError) as caught:
        resolve_prices({}, rows, PriceSettings(), places={})  # type: ignore[arg-type]
    lines = caught.value.message.splitlines()
    assert "a: unit: missing" in lines
    assert "a: typical: missing" in lines
    assert any(line.startswith("b: unit") for line in lines)
    assert any(line.startswith("c: should be a mapping") for line in lines)
    assert not any(line.startswith("d") for line in lines)


def test_a_missing_price_names_the_key_who_asked_and_the_nearest_rows():
    with pytest.raises(StudyError, match=r"'trench_pavd', asked by laying.trench.price") as caught:
        price_of(sourced_prices(), "trench_pavd", asked_by="laying.trench.price", unit="m")
    assert "trench_paved" in caught.value.hint
    assert caught.value.exit_code == 2


def test_a_price_in_the_wrong_unit_is_refused():
    with pytest.raises(StudyError, match="EUR/each, but that work is counted in m"):
        price_of(sourced_prices(), "parking_meter", asked_by="laying.trench.price", unit="m")
