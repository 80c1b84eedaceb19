"""Whatever stands in a price list, it makes prices or is refused in words; what is accepted holds together."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from costing import PriceSettings, resolve_prices, sourced_prices
from costing.price_cells import ROW
from gis_layers import StudyError

SHIPPED = sourced_prices()
DAY = datetime.date(2026, 1, 1)
INDICES = {"tp01": {datetime.date(2020, 1, 1): 110.0, datetime.date(2025, 1, 1): 120.0}}
AMOUNTS = st.sampled_from([0, 1, 2.5, 80, 0.000001, -1, 1e12, True, None, "80", float("nan"), float("inf"), 0.1234567])
DATES = st.sampled_from(["2024", "2025-06", "2026-01-01", 2023, "2026-02-30", "soon", "", None, True, 1.5])
ITEMS = st.dictionaries(
    st.sampled_from(["from", "until", "typical", "low", "high", "dated", "source", "junk"]), AMOUNTS | DATES, max_size=5
)
CELLS = st.one_of(
    AMOUNTS,
    DATES,
    ITEMS,
    st.lists(ITEMS | AMOUNTS, max_size=3).map(tuple),
    st.sampled_from(
        ["each", "m", "each/year", "tp01", "none", "EUR", "CHF", "fctva", "trench", "parking_meter_upkeep"]
    ),
    st.text(max_size=5),
)
ROWS = st.dictionaries(st.sampled_from([*ROW, "junk"]), CELLS, max_size=8) | AMOUNTS | st.lists(AMOUNTS, max_size=2)
KEYS = st.sampled_from(["trench", "parking_meter", "parking_meter_upkeep", "new", "other"])
SETTINGS = st.builds(
    PriceSettings,
    date=st.none() | st.just(DAY),
    index=st.sampled_from(["", "tp01"]),
    indices=st.just(INDICES),
    currency=st.sampled_from(["EUR", "CHF"]),
    inherit=st.sampled_from(["france", "none"]),
)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(entries=st.dictionaries(KEYS, ROWS, max_size=4), chosen=SETTINGS)
def test_any_rows_make_prices_or_are_refused_in_words(entries: dict[str, Any], chosen: PriceSettings):
    try:
        prices = resolve_prices(SHIPPED, entries, chosen, places={})
    except StudyError as error:
        assert all(line.split(":")[0] in {*entries, *SHIPPED} for line in error.message.splitlines())
        return
    assert set(prices).isdisjoint(prices.unpriced)
    assert set(entries) <= set(prices) | set(prices.unpriced)
    for key, price in prices.items():
        assert price.key == key
        assert 0 <= price.low_eur <= price.typical_eur <= price.high_eur <= 1e9
        assert price.low_eur > 0 or price.opex
        assert price.source.strip()
        assert all(prices[running.key] == running for running in price.opex)


VALID_ROWS = st.fixed_dictionaries(
    {"label": st.just("Work"), "unit": st.sampled_from(["each", "m"]), "source": st.just("offer")},
    optional={
        "low": st.integers(1, 50),
        "high": st.integers(100, 200),
        "dated": st.sampled_from(["2018", "2021", "2025-06"]),
        "valid": st.sampled_from([{"from": "2025"}, {"until": "2025"}, {}]),
        "index": st.sampled_from(["tp01", "none"]),
        "lifetime_years": st.integers(1, 200),
    },
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(row=VALID_ROWS, typical=st.integers(50, 100))
def test_the_order_of_rows_and_cells_does_not_matter(row: dict[str, Any], typical: int):
    chosen = PriceSettings(date=DAY, index="tp01", indices=INDICES)
    whole = {**row, "typical": typical}
    turned = dict(reversed(whole.items()))
    other = {"label": "Other", "unit": "each", "typical": 5, "source": "offer"}
    try:
        one = resolve_prices(SHIPPED, {"work": whole, "other": other}, chosen, places={})
    except StudyError as error:
        assert "its price has no date to be revised from" in error.message
        assert row["index"] == "tp01"
        assert "dated" not in row
        return
    same = resolve_prices(SHIPPED, {"other": other, "work": turned}, chosen, places={})
    assert dict(one) == dict(same)
    assert one.unpriced == same.unpriced
