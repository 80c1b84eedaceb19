"""What goes along with routes and equipment: quantities by the metre and by the piece."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import Capex, price_candidates, price_routes, total_cents
from gis_layers import StudyError
from network_model import Item, Laying, Option
from tests.costing.samples import candidates, price, price_list, routes

PRICES = price_list(
    price("trench", 70), price("duct", 3.2), price("cable", 1.25), price("chamber", 900, "each"),
    price("ap", 1500, "each"), price("power", 85.5, "each"),
)  # fmt: skip
DUCTS, CABLE = Item("ducts", "duct", 2.0, "m"), Item("cable", "cable", 1.08, "m")
CHAMBERS = Item("chambers", "chamber", 1 / 80, "each")
TRENCH = Laying("trench", price="trench", items=(DUCTS, CABLE, CHAMBERS))


def streets(length_m: list[float], **allowed: list[bool]):
    names = allowed or {"trench": [True] * len(length_m)}
    return routes(length_m, pd.DataFrame({"layer": ["streets"] * len(length_m)}), names)


def test_half_of_a_chamber_every_80_m_is_paid_on_40_m():
    quotes = price_routes(streets([40.0]), [TRENCH], PRICES, Capex())
    lines = [(line.price.key, line.quantity_hundredths, line.amount_cents) for line in quotes.lines(0)]
    # 40 m at 70; 80 m of duct at 3.20; 43.20 m of cable at 1.25; half of a chamber of 900
    assert lines == [
        ("trench", 4_000, 280_000), ("duct", 8_000, 25_600), ("cable", 4_320, 5_400), ("chamber", 50, 45_000)
    ]  # fmt: skip
    assert quotes.cost_cents[0] == 356_000


def test_items_decide_between_methods():
    bare = Laying("bare", price="trench", also=("duct", "duct", "cable"))
    allowed = {"trench": [True], "bare": [True]}
    # 77.65 EUR a metre against 78.75 with slack, and 11.25 of chambers
    assert price_routes(streets([10.0], **allowed), [TRENCH, bare], PRICES, Capex()).method[0] == "bare"
    assert price_routes(streets([10.0], **allowed), [TRENCH], PRICES, Capex()).method[0] == "trench"


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.floats(0, 5_000), min_size=1, max_size=20), st.floats(1, 500), st.floats(0, 1))
def test_lines_add_up_to_what_the_program_pays_and_fractions_to_what_the_route_needs(lengths, every_m, slack):
    items = (Item("cable", "cable", 1 + slack, "m"), Item("chambers", "chamber", 1 / every_m, "each"))
    quotes = price_routes(streets(lengths), [Laying("trench", price="trench", items=items)], PRICES, Capex())
    assert [total_cents(quotes.lines(e)) for e in range(len(lengths))] == quotes.cost_cents.tolist()
    chambers = sum(line.quantity_hundredths for e in range(len(lengths)) for line in quotes.lines(e)[2:])
    assert chambers / 100 == pytest.approx(sum(lengths) / every_m, abs=0.0051 * len(lengths))


def test_cutting_a_route_changes_its_chambers_by_rounding_only():
    whole = price_routes(streets([640.0]), [TRENCH], PRICES, Capex()).cost_cents.sum()
    parts = price_routes(streets([40.0] * 16), [TRENCH], PRICES, Capex()).cost_cents.sum()
    assert parts == whole == 16 * 356_000


def test_lead_ins_pay_their_items_too():
    attributes = pd.DataFrame({"layer": ["lead_in"]})
    quotes = price_routes(routes([8.0], attributes, {"trench": [True]}), [TRENCH], PRICES, Capex())
    assert quotes.lines(0)[3].quantity_hundredths == 10


def test_each_piece_pays_its_items():
    option = Option(
        "ap", "wifi", ("lights",), "ap", "fibre",
        items=(Item("tail", "cable", 15.0, "m"), Item("power", "power", 2.0, "each")),
    )  # fmt: skip
    quotes = price_candidates(candidates([0, 0]), [option], PRICES, Capex())
    assert [(line.price.key, line.amount_cents) for line in quotes.lines(0)] == [
        ("ap", 150_000), ("cable", 1_875), ("power", 17_100)
    ]  # fmt: skip
    assert quotes.cost_cents.tolist() == [168_975] * 2


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        (Item("chambers", "chamber", 1.0, "m"), "needs every_m"),
        (Item("cable", "cable", 1 / 80, "each"), "every_m counts pieces: leave it out"),
    ],
)
def test_the_unit_of_a_route_item_fits_its_keys(item: Item, hint: str):
    with pytest.raises(StudyError, match=rf"asked by laying\.trench\.items\.{item.name}\.price") as caught:
        price_routes(streets([1.0]), [Laying("trench", price="trench", items=(item,))], PRICES, Capex())
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        (Item("tail", "cable", 1.0, "each"), "needs length_m"),
        (Item("power", "power", 15.0, "m"), "length_m counts metres: leave it out"),
    ],
)
def test_the_unit_of_a_piece_item_fits_its_keys(item: Item, hint: str):
    option = Option("ap", "wifi", ("lights",), "ap", "fibre", items=(item,))
    with pytest.raises(StudyError, match=rf"asked by options\.ap\.items\.{item.name}\.price") as caught:
        price_candidates(candidates([0]), [option], PRICES, Capex())
    assert hint in caught.value.hint


def test_an_item_without_price_names_the_key_that_asks():
    missing = Laying("trench", price="trench", items=(Item("tape", "tapes", 1.0, "m"),))
    with pytest.raises(StudyError, match=r"'tapes', asked by laying\.trench\.items\.tape\.price, is in no price list"):
        price_routes(streets([1.0]), [missing], PRICES, Capex())


def test_cost_of_ten_thousand_segments_is_an_array_operation():
    lengths = np.linspace(1, 200, 10_000).tolist()
    quotes = price_routes(streets(lengths), [TRENCH], PRICES, Capex())
    picked = range(0, 10_000, 997)
    assert [total_cents(quotes.lines(e)) for e in picked] == quotes.cost_cents[list(picked)].tolist()
