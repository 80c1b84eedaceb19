"""Route quotes: the cheapest allowed method of each segment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import Capex, make_line, price_routes, total_cents
from gis_layers import StudyError
from network_model import Laying
from tests.costing.samples import price, price_list, routes

PRICES = price_list(
    price("soil", 15), price("paved", 250), price("footway", 70.25), price("duct", 3.1), price("cable", 0.9)
)
TRENCH = Laying("trench", by_column="surface", by_prices={"earth": "soil", "stone": "paved"}, price="footway")
DUCT = Laying("duct", along="ducts", within_m=3, price="duct")


def streets(surface: list[object], layer: list[str] | None = None) -> pd.DataFrame:
    return pd.DataFrame({"layer": layer or ["streets"] * len(surface), "surface": surface})


def everywhere(count: int, *names: str) -> dict[str, list[bool]]:
    return {name: [True] * count for name in names}


def test_the_price_follows_the_attribute_and_missing_or_other_values_the_default():
    segments = routes([10] * 4, streets(["earth", "stone", "grass", None]), everywhere(4, "trench"))
    quotes = price_routes(segments, [TRENCH], PRICES, Capex())
    assert quotes.cost_cents.tolist() == [15_000, 250_000, 70_250, 70_250]
    assert quotes.method.tolist() == ["trench"] * 4


def test_without_a_default_other_values_cannot_be_laid():
    strict = Laying("trench", by_column="surface", by_prices={"earth": "soil"})
    quotes = price_routes(
        routes([10, 10], streets(["earth", None]), everywhere(2, "trench")), [strict], PRICES, Capex()
    )
    assert quotes.cost_cents.tolist() == [15_000, -1]
    assert quotes.method.tolist() == ["trench", ""]
    with pytest.raises(ValueError, match="no laying method is possible on segment streets/1"):
        quotes.lines(1)


def test_the_cheapest_allowed_method_wins_and_the_first_of_the_study_on_a_tie():
    allowed = {"trench": [True, True], "duct": [False, True], "twin": [True, True]}
    twin = Laying("twin", price="soil")
    quotes = price_routes(routes([10, 10], streets(["earth", "earth"]), allowed), [TRENCH, twin, DUCT], PRICES, Capex())
    assert quotes.method.tolist() == ["trench", "duct"]
    assert quotes.cost_cents.tolist() == [15_000, 3_100]
    turned = price_routes(routes([10, 10], streets(["earth", "earth"]), allowed), [twin, TRENCH, DUCT], PRICES, Capex())
    assert turned.method.tolist() == ["twin", "duct"]


def test_rows_paid_on_top_decide_and_stand_on_their_own_lines():
    dear_duct = Laying("duct", along="ducts", within_m=3, price="duct", also=("cable", "paved"))
    trench = Laying("trench", price="footway", also=("cable",))
    quotes = price_routes(
        routes([2], streets(["x"]), everywhere(1, "duct", "trench")), [dear_duct, trench], PRICES, Capex()
    )
    assert quotes.method[0] == "trench"
    assert [(line.price.key, line.amount_cents) for line in quotes.lines(0)] == [("footway", 14_050), ("cable", 180)]
    assert quotes.cost_cents[0] == 14_230
    assert quotes.lines(0)[0].work_id == "streets/0"


def test_numbers_compare_as_text_even_where_a_null_made_them_floats():
    trench = Laying("trench", by_column="surface", by_prices={"2": "soil", "2.5": "paved", "": "duct"}, price="footway")
    segments = routes([1] * 4, streets([2.0, 2.5, np.nan, 3.0]), everywhere(4, "trench"))
    assert price_routes(segments, [trench], PRICES, Capex()).cost_cents.tolist() == [1_500, 25_000, 310, 7_025]


def test_true_and_false_compare_as_the_words_of_a_study():
    trench = Laying("trench", by_column="surface", by_prices={"true": "soil", "false": "paved"})
    segments = routes([1] * 3, streets([True, False, None]), everywhere(3, "trench"))
    assert price_routes(segments, [trench], PRICES, Capex()).cost_cents.tolist() == [1_500, 25_000, -1]


def test_lead_ins_take_the_default_price_or_the_dearest_row_and_never_a_duct():
    attributes = streets([None, None], ["lead_in", "lead_in"])
    allowed = everywhere(2, "trench", "duct")
    assert (
        price_routes(routes([1, 1], attributes, allowed), [DUCT, TRENCH], PRICES, Capex()).cost_cents.tolist()
        == [7_025] * 2
    )
    strict = Laying("trench", by_column="surface", by_prices={"earth": "soil", "stone": "paved"})
    assert (
        price_routes(routes([1, 1], attributes, allowed), [strict], PRICES, Capex()).cost_cents.tolist() == [25_000] * 2
    )
    assert price_routes(routes([1, 1], attributes, allowed), [DUCT], PRICES, Capex()).cost_cents.tolist() == [-1] * 2


def test_a_missing_price_names_the_value_that_asks_for_it():
    wrong = Laying("trench", by_column="surface", by_prices={"earth": "soyl"}, price="footway")
    with pytest.raises(StudyError, match=r"'soyl', asked by laying.trench.by.prices.earth") as caught:
        price_routes(routes([1], streets(["stone"]), everywhere(1, "trench")), [wrong], PRICES, Capex())
    assert "soil" in caught.value.hint


def test_a_column_that_the_routes_do_not_have_is_refused():
    wrong = Laying("trench", by_column="surfase", by_prices={"earth": "soil"})
    with pytest.raises(StudyError, match=r"laying.trench.by.column: the routes have no column 'surfase'") as caught:
        price_routes(routes([1], streets(["earth"]), everywhere(1, "trench")), [wrong], PRICES, Capex())
    assert "surface" in caught.value.hint


SEGMENT = st.tuples(
    st.floats(0, 5_000), st.sampled_from(["earth", "stone", "grass", None]), st.booleans(), st.booleans()
)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(SEGMENT, min_size=1, max_size=12))
def test_array_quotes_equal_the_cheapest_method_line_by_line(segments):
    lengths, surface, in_duct, in_air = (list(column) for column in zip(*segments, strict=True))
    air = Laying("air", price="cable", also=("duct", "cable"))
    strict = Laying("trench", by_column="surface", by_prices={"earth": "soil", "stone": "paved"}, also=("cable",))
    allowed = {"trench": [True] * len(lengths), "duct": in_duct, "air": in_air}
    quotes = price_routes(routes(lengths, streets(surface), allowed), [DUCT, strict, air], PRICES, Capex())
    for e, length_m in enumerate(lengths):
        ways = {"duct": ["duct"] if in_duct[e] else [], "air": ["cable", "duct", "cable"] if in_air[e] else []}
        ways["trench"] = [strict.by_prices[surface[e]], "cable"] if surface[e] in strict.by_prices else []
        costs = [
            (total_cents(make_line("", "route", PRICES[key], length_m) for key in ways[name]), order, name)
            for order, name in enumerate(("duct", "trench", "air"))
            if ways[name]
        ]
        if not costs:
            assert (quotes.cost_cents[e], quotes.method[e]) == (-1, "")
            continue
        cents, _, name = min(costs)
        assert (quotes.cost_cents[e], quotes.method[e]) == (cents, name)
        assert total_cents(quotes.lines(e)) == cents
