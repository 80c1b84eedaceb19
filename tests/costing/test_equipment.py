"""Quotes of candidates and of connections."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import Capex, price_candidates, price_connections, total_cents
from gis_layers import StudyError
from network_model import Connection, Option, Reach, Service
from tests.costing.samples import candidates, demand, price, price_list, reach

PRICES = price_list(
    price("ap", 1500.5, "each"), price("pole", 900, "each"), price("drop", 2.35), price("termination", 120, "each")
)
ON_LIGHT = Option("ap", "wifi", ("lights",), "ap", "fibre")
ON_POLE = Option("ap_pole", "wifi", ("junctions",), "ap", "fibre", support="pole")


def service(connection: Connection) -> Service:
    return Service("fibre", "landmarks", None, None, (), Reach("along_network", 100), connection)


def test_a_candidate_pays_its_equipment_and_its_support():
    quotes = price_candidates(candidates([1, 0, 1]), [ON_LIGHT, ON_POLE], PRICES, Capex())
    assert quotes.cost_cents.tolist() == [240_050, 150_050, 240_050]
    assert [line.price.key for line in quotes.lines(0)] == ["ap", "pole"]
    assert [line.price.key for line in quotes.lines(1)] == ["ap"]
    assert {line.work_id for line in quotes.lines(2)} == {"ap/lights/2"}
    for k in range(3):
        assert total_cents(quotes.lines(k)) == quotes.cost_cents[k]


def test_a_missing_or_metric_support_is_refused_by_name():
    missing = Option("ap_pole", "wifi", ("junctions",), "ap", "fibre", support="mast")
    with pytest.raises(StudyError, match=r"'mast', asked by options.ap_pole.support"):
        price_candidates(candidates([0]), [missing], PRICES, Capex())
    metric = Option("ap_pole", "wifi", ("junctions",), "drop", "fibre")
    with pytest.raises(StudyError, match="counted in each"):
        price_candidates(candidates([0]), [metric], PRICES, Capex())


def test_connections_pay_once_for_the_demand_and_per_metre_of_the_link():
    matrix = reach([(0, 0, 10.0), (0, 1, 0.0), (1, 1, 33.333)], (2, 3))
    quotes = price_connections(service(Connection("termination", "drop")), demand(2), matrix, PRICES, Capex())
    assert quotes.each_cents.tolist() == [12_000, 12_000]
    assert quotes.link_cents.dtype == np.int64
    assert (quotes.link_cents.indices == matrix.indices).all()
    assert (quotes.link_cents.indptr == matrix.indptr).all()
    assert quotes.link_cents.data.tolist() == [2_350, 0, 7_833]
    assert [line.amount_cents for line in quotes.lines(1, [1])] == [12_000, 7_833]
    assert [line.quantity_hundredths for line in quotes.lines(0, [0, 1])] == [100, 1000, 0]
    assert quotes.lines(0, [])[0].work_id == "fibre/h0"
    with pytest.raises(ValueError, match="candidate 2 does not reach demand fibre/h1"):
        quotes.lines(1, [2])


def test_free_connections_have_no_lines_and_no_links():
    quotes = price_connections(service(Connection()), demand(2), reach([(0, 0, 5.0)], (2, 1)), PRICES, Capex())
    assert quotes.each_cents.tolist() == [0, 0]
    assert quotes.link_cents is None
    assert quotes.lines(0, [0]) == ()


def test_a_missing_connection_price_is_refused_by_name():
    with pytest.raises(StudyError, match=r"'dorp', asked by services.fibre.connection.per_m") as caught:
        price_connections(service(Connection(per_m="dorp")), demand(1), reach([(0, 0, 5.0)], (1, 1)), PRICES, Capex())
    assert "drop" in caught.value.hint


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 4)), st.floats(0, 500), min_size=1))
def test_link_amounts_equal_their_lines(distances):
    matrix = reach([(j, k, distance_m) for (j, k), distance_m in distances.items()], (4, 5))
    quotes = price_connections(service(Connection("termination", "drop")), demand(4), matrix, PRICES, Capex())
    for j, k in distances:
        assert total_cents(quotes.lines(j, [k])) == quotes.each_cents[j] + quotes.link_cents[j, k]
