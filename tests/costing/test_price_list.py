"""The price list of a study: inheritance, running costs, currencies, and every complaint."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from costing import (
    Price,
    PriceSettings,
    StudyPrices,
    make_line,
    opex_not_stated,
    price_of,
    resolve_prices,
    sourced_prices,
)
from gis_layers import StudyError

SOURCED = {"typical": 80, "source": "contract, 2024"}
ROW = {"label": "Access point", "unit": "each", "typical": 1500, "source": "offer of 2025, Exempleville"}
UPKEEP = {"label": "Upkeep", "unit": "each/year", "typical": 120, "source": "contract, 2024"}


def priced(entries: Mapping[str, Mapping[str, object]], **settings: Any) -> StudyPrices:
    return resolve_prices(sourced_prices(), entries, PriceSettings(**settings), places={})


def complaints(row: object, **settings: Any) -> list[str]:
    with pytest.raises(StudyError) as caught:
        resolve_prices(sourced_prices(), {"row": row}, PriceSettings(**settings), places={})  # type: ignore[dict-item]
    return caught.value.message.splitlines()


def test_a_lifetime_that_would_be_inherited_can_be_taken_away():
    assert priced({"duct_supply": {"account": 2158}})["duct_supply"].lifetime_years == 40
    assert priced({"duct_supply": {"lifetime_years": "none"}})["duct_supply"].lifetime_years is None


def test_a_row_that_replaces_a_shipped_one_inherits_what_it_does_not_state():
    price = priced({"duct_supply": SOURCED})["duct_supply"]
    shipped = sourced_prices()["duct_supply"]
    assert (price.low_eur, price.typical_eur, price.high_eur) == (80, 80, 80)
    assert (price.label, price.unit, price.lifetime_years, price.family) == ("Duct supply", "m", 40, "civil_works")
    assert (price.grade, price.assumed) == ("S", False)
    assert price.source.startswith("contract, 2024 (replaces 3.5 EUR/m, FibTic")
    assert (shipped.typical_eur, shipped.grade) == (3.5, "X†")


def test_a_row_that_states_no_price_keeps_that_of_the_shipped_row_with_its_source_and_grade():
    price = priced({"parking_meter": {"lifetime_years": 10, "account": 2158, "label": "Meter"}})["parking_meter"]
    shipped = sourced_prices()["parking_meter"]
    assert (price.lifetime_years, price.account, price.label) == (10, "2158", "Meter")
    assert (price.typical_eur, price.high_eur, price.source, price.grade, price.dated) == (
        shipped.typical_eur,
        shipped.high_eur,
        shipped.source,
        shipped.grade,
        shipped.dated,
    )


def test_a_price_that_is_stated_anew_does_not_inherit_the_old_date_or_range():
    price = priced({"pole_renewal": {"typical": 350, "assumed": True, "why": "half of a mast"}})["pole_renewal"]
    assert (price.dated, price.low_eur, price.high_eur) == (None, 350, 350)
    assert (price.assumed, price.grade) == (True, "A")


def test_half_a_price_is_not_mixed_with_the_shipped_other_half():
    with pytest.raises(StudyError) as caught:
        priced({"trench": {"high": 300}})
    assert caught.value.message.splitlines() == [
        "trench: source: missing; give one, or say `assumed: true` with `why:`",
        "trench: typical: missing",
    ]


def test_another_unit_than_that_of_the_shipped_row_needs_its_own_price():
    with pytest.raises(StudyError, match="trench: unit: the row that it replaces is in m: state its price too"):
        priced({"trench": {"unit": "m3"}})
    assert priced({"trench": {**SOURCED, "unit": "m3"}})["trench"].unit == "m3"


def test_every_cell_of_a_row_reaches_its_price():
    row = {
        **ROW, "low": 1000, "high": 2000.5, "dated": "2025-03", "lifetime_years": 8, "vat_rate": 0.1,
        "vat_regime": "deductible", "account": "2158", "family": "equipment", "lot": 3, "opex": "upkeep",
        "currency": "EUR",
    }  # fmt: skip
    prices = priced({"ap": row, "upkeep": UPKEEP})
    assert prices["ap"] == Price(
        key="ap",
        label="Access point",
        unit="each",
        typical_eur=1500,
        low_eur=1000,
        high_eur=2000.5,
        source="offer of 2025, Exempleville",
        assumed=False,
        grade="S",
        dated=datetime.date(2025, 3, 1),
        opex=(prices["upkeep"],),
        lifetime_years=8,
        vat_rate=0.1,
        vat_regime="deductible",
        account="2158",
        family="equipment",
        lot="3",
    )


@pytest.mark.parametrize(("inherit", "currency"), [("none", "EUR"), ("france", "CHF")])
def test_shipped_prices_are_not_inherited_where_the_study_says_so_or_has_another_currency(inherit: str, currency: str):
    prices = priced({"ap": ROW}, inherit=inherit, currency=currency)
    assert set(prices) == {"ap"}
    with pytest.raises(StudyError) as caught:
        price_of(prices, "trench", asked_by="laying.trench.price", unit="m")
    if inherit == "none":
        assert caught.value.message == (
            "price 'trench', asked by laying.trench.price, is a shipped price, and the study inherits none "
            "(prices.inherit)"
        )
    else:
        assert caught.value.message == (
            "price 'trench', asked by laying.trench.price, is a shipped price in EUR, and the study is in CHF"
        )
        assert caught.value.hint == "add the row to the study's price file (prices.list), in CHF"


def test_without_inheritance_a_row_must_be_whole():
    with pytest.raises(StudyError) as caught:
        priced({"trench": SOURCED}, inherit="none")
    assert caught.value.message.splitlines() == ["trench: label: missing", "trench: unit: missing"]


def test_a_unit_that_does_not_fit_is_told_in_the_currency_of_the_study():
    prices = priced({"ap": ROW}, currency="CHF")
    with pytest.raises(StudyError, match="is in CHF/each, but that work is counted in m"):
        price_of(prices, "ap", asked_by="laying.trench.price", unit="m")


def test_mixed_currencies_are_refused_naming_both():
    assert complaints({**ROW, "currency": "EUR"}, currency="CHF") == [
        "row: currency: is in EUR, but the study is in CHF: convert the price"
    ]


def test_running_costs_are_a_row_or_several_or_none():
    prices = priced({"ap": {**ROW, "opex": ("upkeep", "wifi_outdoor_opex")}, "upkeep": UPKEEP, "meter": ROW})
    assert [row.key for row in prices["ap"].opex] == ["upkeep", "wifi_outdoor_opex"]
    assert prices["ap"].opex[0].typical_eur == 120
    assert prices["parking_meter"].opex == (prices["parking_meter_upkeep"],)
    assert priced({"parking_meter": {"opex": "none"}})["parking_meter"].opex == ()


def test_a_replaced_running_cost_holds_for_the_shipped_rows_that_refer_to_it():
    prices = priced({"parking_meter_upkeep": {"typical": 900, "source": "contract, 2025"}})
    assert prices["parking_meter"].opex[0].typical_eur == 900


def test_a_running_cost_that_cannot_be_read_is_not_also_missing():
    with pytest.raises(StudyError) as caught:
        priced({"ap": {**ROW, "opex": "upkeep"}, "upkeep": {**UPKEEP, "typical": "dear"}})
    assert caught.value.message == "upkeep: typical: should be a number (is 'dear')"


def test_what_is_leased_costs_nothing_to_build_but_something_every_year():
    lease = {"label": "Duct lease", "unit": "m/year", "typical": 1.2, "source": "offer, 2025"}
    duct = {"label": "Leased duct", "unit": "m", "typical": 0, "source": "offer, 2025", "opex": "lease"}
    price = priced({"duct": duct, "lease": lease})["duct"]
    assert (price.typical_eur, price.opex[0].typical_eur) == (0, 1.2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"low": 0}, "low: should be greater than 0; 0 is for what has running costs only (opex)"),
        ({"opex": "upkep"}, "opex: upkep: no such row in the price list"),
        ({"opex": "trench"}, "opex: trench: is in m, but running costs of a row in each are in each/year"),
        (
            {"opex": "road_occupation_aerial"},
            "opex: road_occupation_aerial: is in m/year, but running costs of a row in each are in each/year",
        ),
        (
            {"unit": "each/year", "opex": "parking_meter_upkeep"},
            "opex: parking_meter_upkeep: a row in each/year has no running costs; they belong to rows in each or m",
        ),
        ({"opex": 3}, "opex: should be a price key, or a list of them (is 3)"),
        ({"opex": ("a", "a")}, "opex: names a row twice"),
        ({"opex": ()}, "opex: should name a row: write none where it costs nothing to run, else leave it out"),
        ({"lifetime_years": 0}, "lifetime_years: should be from 1 to 200 (is 0)"),
        ({"lifetime_years": 7.5}, "lifetime_years: should be whole years (is 7.5)"),
        ({"vat_rate": 20}, "vat_rate: should be from 0 to 1: 20 % is 0.2 (is 20)"),
        ({"vat_rate": -0.1}, "vat_rate: should be from 0 to 1 (is -0.1)"),
        ({"vat_regime": "full"}, "vat_regime: should be fctva, deductible or none (is 'full')"),
        ({"account": True}, "account: should be text (is True)"),
        ({"family": 3}, "family: should be text (is 3)"),
        ({"dated": "soon"}, "dated: should be a date such as 2026-03-31, 2026-03 or 2026 (is 'soon')"),
        ({"dated": "2026-02-30"}, "dated: is no day of the calendar (2026-02-30)"),
        ({"valid": "2026"}, "valid: should be a mapping of from, until, ..."),
        ({"valid": {"since": "2026"}}, "valid.since: unknown key; known: from, until"),
        ({"valid": {"from": "2026", "until": "2025"}}, "valid: ends before it begins (2026-01-01 to 2025-12-31)"),
        ({"index": "tp02"}, "index: no index is named tp02 (known: tp01)"),
        ({"index": "tp01"}, "index: its price has no date to be revised from: state dated with the price"),
        ({"prices": ({"from": "2025", "typical": 3},)}, "typical: the prices stand in prices: remove typical"),
        ({"brackets": ({"from": 0, "typical": 3},)}, "typical: the prices stand in brackets: remove typical"),
    ],
)
def test_a_wrong_cell_is_told(change: dict[str, object], words: str):
    indices = {"tp01": {datetime.date(2020, 1, 1): 100.0}}
    day = datetime.date(2026, 1, 1)
    assert complaints({**ROW, **change}, date=day, indices=indices) == [f"row: {words}"]


@pytest.mark.parametrize(
    ("brackets", "words"),
    [
        ((), "brackets: should be a list of one price or more"),
        ({"from": 0, "typical": 90}, "brackets: should be a list of one price or more"),
        (({"from": 1, "typical": 90},), "brackets[1]: the first bracket is from 0 (is from 1)"),
        (({"typical": 90},), "brackets[1].from: missing; the quantity from which this price holds"),
        (({"from": 0},), "brackets[1].typical: missing"),
        ((90,), "brackets[1]: should be a mapping of from, typical, low, high, ..."),
        (
            ({"from": 0, "typical": 90}, {"from": 0, "typical": 80}),
            "brackets[2]: quantities should increase (from 0, then from 0)",
        ),
        (
            ({"from": 0, "typical": 90}, {"from": 500, "typical": 95}),
            "brackets[2]: unit prices should not rise with the quantity (typical 90, then 95)",
        ),
        (
            ({"from": 0, "typical": 90}, {"from": 500, "typical": 80, "high": 100}),
            "brackets[2]: unit prices should not rise with the quantity (high 90, then 100)",
        ),
        (({"from": -1, "typical": 90},), "brackets[1].from: should be from 0 to 1,000,000,000 (is -1)"),
        (
            ({"from": 0, "typical": 0},),
            "brackets: should be greater than 0; 0 is for what has running costs only (opex)",
        ),
    ],
)
def test_wrong_brackets_are_told(brackets: object, words: str):
    row = {"label": "Trench", "unit": "m", "source": "contract, 2024", "brackets": brackets}
    assert complaints(row) == [f"row: {words}"]


def test_brackets_give_the_price_of_small_quantities_and_keep_the_others():
    brackets = ({"from": 0, "typical": 90, "high": 120}, {"from": 500, "typical": 80}, {"from": 2000, "typical": 80})
    row = {"label": "Trench", "unit": "m", "source": "contract, 2024", "brackets": brackets}
    price = priced({"dig": row})["dig"]
    assert (price.low_eur, price.typical_eur, price.high_eur) == (90, 90, 120)
    assert [(step.from_quantity, step.typical_eur, step.high_eur) for step in price.brackets] == [
        (0, 90, 120),
        (500, 80, 80),
        (2000, 80, 80),
    ]


def test_complaints_stand_at_the_nearest_place_that_is_known_and_come_all_at_once():
    places = {("a",): "bpu.xlsx, sheet BPU, row 5", ("a", "unit"): "bpu.xlsx, sheet BPU, row 5, column D"}
    rows = {"a": {**ROW, "unit": "km", "lot": 1.5}, "b": {**ROW, "brackets": ({"from": 2, "typical": 1},)}}
    with pytest.raises(StudyError) as caught:
        resolve_prices({}, rows, PriceSettings(), places={**places, ("b", "brackets", 0): "prices.yaml:9"})
    assert caught.value.message.splitlines() == [
        "bpu.xlsx, sheet BPU, row 5, column D: a: unit: should be each, m, m2, m3, h, lump, each/year or m/year "
        "(is 'km')",
        "bpu.xlsx, sheet BPU, row 5: a: lot: should be text (is 1.5)",
        "b: typical: the prices stand in brackets: remove typical",
        "prices.yaml:9: b: brackets[1]: the first bracket is from 0 (is from 2)",
    ]


def test_the_list_of_a_study_cannot_be_changed_by_a_caller():
    prices = priced({"ap": ROW})
    with pytest.raises(TypeError):
        prices["ap"] = prices["trench"]  # type: ignore[index]
    assert len(prices) == len(sourced_prices()) + 1


def test_no_running_costs_are_known_or_unknown():
    rows = {"ap": {**ROW, "opex": "upkeep"}, "upkeep": UPKEEP, "pole": {**ROW, "opex": "none"}, "arm": ROW}
    prices = priced(rows)
    assert [prices[key].no_opex for key in ("ap", "pole", "arm")] == [False, True, False]
    lines = [make_line(key, "site", prices[key], 1) for key in ("ap", "pole", "arm")]
    assert opex_not_stated(lines) == ("arm",)
