"""Prices at the date of the study: validity, several dated prices, revision by an index, obsolete prices."""

from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing import PriceSettings, StudyPrices, price_of, read_date, resolve_prices
from costing.price_dates import Period, in_succession, older_than
from costing.price_index import index_value, revise
from gis_layers import StudyError

DAY = datetime.date
WORK = {"label": "Trench", "unit": "m", "source": "contract"}
TP01 = {DAY(2020, 1, 1): 110.0, DAY(2023, 1, 1): 125.0, DAY(2025, 7, 1): 131.2}


def at(day: str | None, row: dict[str, Any], **more: Any) -> StudyPrices:
    chosen = PriceSettings(date=None if day is None else read_date(day), indices={"tp01": TP01}, **more)
    return resolve_prices({}, {"dig": {**WORK, **row}}, chosen, places={})


def refusal(prices: StudyPrices) -> StudyError:
    with pytest.raises(StudyError) as caught:
        price_of(prices, "dig", asked_by="laying.trench.price", unit="m")
    return caught.value


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2026-03-31", DAY(2026, 3, 31), DAY(2026, 3, 31)),
        ("2024-02", DAY(2024, 2, 1), DAY(2024, 2, 29)),
        ("2026", DAY(2026, 1, 1), DAY(2026, 12, 31)),
        (2026, DAY(2026, 1, 1), DAY(2026, 12, 31)),
        (DAY(2026, 3, 31), DAY(2026, 3, 31), DAY(2026, 3, 31)),
        (datetime.datetime(2026, 3, 31, 0, 0), DAY(2026, 3, 31), DAY(2026, 3, 31)),
    ],
)
def test_a_month_and_a_year_stand_for_their_first_or_last_day(value: object, first: DAY, last: DAY):
    assert read_date(value) == first
    assert read_date(value, last=True) == last


@pytest.mark.parametrize("value", ["", "31/03/2026", "2026-3-1", "26", 20260331, 2026.0, True, None, "2026-13", "0999"])
def test_what_is_no_date_is_refused(value: object):
    with pytest.raises(ValueError, match=r"date|calendar"):
        read_date(value)
    with pytest.raises(ValueError, match=r"date|calendar"):
        read_date(value, last=True)


def test_both_ends_of_a_period_belong_to_it():
    period = Period(DAY(2025, 1, 1), DAY(2025, 12, 31))
    assert DAY(2025, 1, 1) in period
    assert DAY(2025, 12, 31) in period
    assert DAY(2024, 12, 31) not in period
    assert DAY(2026, 1, 1) not in period


def test_an_open_period_ends_the_day_before_the_next_begins():
    assert in_succession([Period(DAY(2025, 1, 1)), Period(DAY(2024, 1, 1))]) == (
        Period(DAY(2025, 1, 1)),
        Period(DAY(2024, 1, 1), DAY(2024, 12, 31)),
    )


PRICES = (
    {"from": "2024", "until": "2024", "typical": 80, "source": "contract of 2024"},
    {"from": "2025", "typical": 84, "low": 70, "high": 90},
    {"from": "2026-07", "typical": 90},
)


@pytest.mark.parametrize(
    ("day", "typical", "source"),
    [
        ("2024-12-31", 80, "contract of 2024"),
        ("2025-01-01", 84, "contract"),
        ("2026-06-30", 84, "contract"),
        ("2026-07-01", 90, "contract"),
        ("2040", 90, "contract"),
    ],
)
def test_of_dated_prices_that_of_the_date_of_the_study_holds(day: str, typical: float, source: str):
    price = at(day, {"prices": PRICES})["dig"]
    assert (price.typical_eur, price.source) == (typical, source)
    assert (price.low_eur, price.high_eur) == ((70, 90) if typical == 84 else (typical, typical))


def test_a_row_without_a_price_at_the_date_is_refused_only_where_it_is_asked_for():
    prices = at("2023-06-01", {"prices": PRICES})
    assert "dig" not in prices
    error = refusal(prices)
    assert error.message == (
        "price 'dig', asked by laying.trench.price, has no price on 2023-06-01, the date of the study "
        "(prices: 2024-01-01 to 2024-12-31, 2025-01-01 to 2026-06-30, from 2026-07-01 on)"
    )
    assert error.hint == "add a price that holds on that day to its row, or change prices.date"


def test_a_price_has_its_validity_without_other_dates():
    row = {"typical": 80, "valid": {"from": "2024-01-01", "until": "2025"}}
    assert at("2025-12-31", row)["dig"].typical_eur == 80
    assert "has no price on 2026-01-01, the date of the study (prices: 2024-01-01 to 2025-12-31)" in (
        refusal(at("2026-01-01", row)).message
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"typical": 80, "valid": {"until": 2019}}, "valid: holds until 2019-12-31"),
        ({"typical": 80, "valid": {"from": 2027}}, "valid: holds from 2027-01-01 on"),
        ({"prices": PRICES[:1]}, "prices: holds 2024-01-01 to 2024-12-31"),
    ],
)
def test_a_price_that_holds_for_a_time_needs_the_date_of_the_study(row: dict[str, Any], words: str):
    with pytest.raises(StudyError) as caught:
        at(None, row)
    assert caught.value.message == f"dig: {words}: say with prices.date in the study at which date it is asked"


def test_several_dated_prices_need_the_date_of_the_study():
    with pytest.raises(StudyError) as caught:
        at(None, {"prices": PRICES})
    assert caught.value.message == (
        "dig: prices: several prices (2024-01-01 to 2024-12-31, 2025-01-01 to 2026-06-30, from 2026-07-01 on): "
        "say with prices.date in the study which holds"
    )


def test_running_costs_without_a_price_at_the_date_are_told_of_the_work():
    lease = {"label": "Lease", "unit": "m/year", "typical": 2, "source": "offer", "valid": {"until": "2024"}}
    chosen = PriceSettings(date=DAY(2026, 1, 1))
    prices = resolve_prices({}, {"dig": {**WORK, "typical": 0, "opex": "lease"}, "lease": lease}, chosen, places={})
    assert set(prices) == set()
    assert refusal(prices).message == (
        "price 'dig', asked by laying.trench.price, has running costs 'lease', and that row has no price on "
        "2026-01-01, the date of the study (prices: until 2024-12-31)"
    )


def test_running_costs_that_no_index_revises_are_named_in_the_advice():
    lease = {"label": "Lease", "unit": "m/year", "typical": 2, "source": "offer", "dated": "2019"}
    chosen = PriceSettings(date=DAY(2026, 1, 1), index="tp01", indices={"tp01": TP01})
    prices = resolve_prices({}, {"dig": {**WORK, "typical": 9, "opex": "lease"}, "lease": lease}, chosen, places={})
    error = refusal(prices)
    assert "has running costs 'lease', and that row is of 2019-01-01, and index tp01 has no value" in error.message
    assert error.hint == "add one to prices.indices.tp01, or write index: none in row 'lease' of the study's price file"


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        (
            ({"from": "2024", "until": "2025-06", "typical": 80}, {"from": "2025", "typical": 84}),
            "prices: periods overlap: 2024-01-01 to 2025-06-30 and from 2025-01-01 on",
        ),
        (
            ({"from": "2024", "typical": 80}, {"from": "2024-01-01", "until": "2024", "typical": 84}),
            "prices: periods overlap: from 2024-01-01 on and 2024-01-01 to 2024-12-31",
        ),
        (({"typical": 80},), "prices[1].from: missing; the date from which this price holds"),
        (({"from": "2024"},), "prices[1].typical: missing"),
        (
            ({"from": "2024", "typical": -1},),
            "prices[1].typical: negative price (is -1): should be from 0 to 1,000,000,000",
        ),
        (
            ({"from": "2024", "typical": 80, "low": 90},),
            "prices[1].typical: low <= typical <= high does not hold (low 90, typical 80)",
        ),
        (
            ({"from": "2024", "until": "2023", "typical": 80},),
            "prices[1]: ends before it begins (2024-01-01 to 2023-12-31)",
        ),
        (({"from": "2024", "typicl": 80, "typical": 3},), "prices[1].typicl: unknown key; did you mean typical?"),
        (
            ({"from": "2024", "typical": 0}, {"from": "2025", "typical": 80}),
            "prices: should be greater than 0; 0 is for what has running costs only (opex)",
        ),
        ((80,), "prices[1]: should be a mapping of from, until, typical, low, ..."),
        ((), "prices: should be a list of one price or more"),
    ],
)
def test_wrong_dated_prices_are_told(prices: object, words: str):
    with pytest.raises(StudyError) as caught:
        at("2026", {"prices": prices})
    assert caught.value.message == f"dig: {words}"


def test_an_assumed_row_has_no_price_with_a_source():
    prices = ({"from": "2024", "typical": 80, "source": "offer"},)
    row = {"label": "Trench", "unit": "m", "assumed": True, "why": "no offer yet", "prices": prices}
    with pytest.raises(StudyError, match=r"^dig: prices\[1\].source: has a source, but its row is assumed"):
        resolve_prices({}, {"dig": row}, PriceSettings(date=DAY(2026, 1, 1)), places={})


def test_an_index_revises_a_price_from_its_date_to_that_of_the_study():
    # 80 x 131.2 / 110 = 95.4181..., 70 x 131.2 / 110 = 83.4909..., 90 x 131.2 / 110 = 107.3454...
    row = {"typical": 80, "low": 70, "high": 90, "dated": "2020-05", "index": "tp01"}
    price = at("2026", row)["dig"]
    assert (price.low_eur, price.typical_eur, price.high_eur) == (83.49, 95.42, 107.35)
    assert price.source == "contract; revised from 80 of 2020-05-01 to 2026-01-01 by index tp01 (x 131.2 / 110.0)"
    assert price.dated == DAY(2020, 5, 1)
    assert not price.obsolete


def test_an_index_leads_back_as_well():
    assert at("2021", {"typical": 131.2, "dated": "2025-07-01", "index": "tp01"})["dig"].typical_eur == 110


def test_prices_below_one_keep_six_decimals():
    # 0.9 x 125 / 110 = 1.0227..., 0.5 x 125 / 110 = 0.5681818...
    assert at("2024", {"typical": 0.9, "dated": "2020", "index": "tp01"})["dig"].typical_eur == 1.02
    assert at("2024", {"typical": 0.5, "dated": "2020", "index": "tp01"})["dig"].typical_eur == 0.568182


def test_brackets_are_revised_too():
    brackets = ({"from": 0, "typical": 110}, {"from": 100, "typical": 55})
    price = at("2024", {"brackets": brackets, "dated": "2020", "index": "tp01"})["dig"]
    assert [step.typical_eur for step in price.brackets] == [125, 62.5]
    assert price.typical_eur == 125


def test_the_index_of_the_study_revises_prices_that_state_their_date_and_no_other():
    dated = at("2026", {"typical": 110, "dated": "2020"}, index="tp01")["dig"]
    undated = at("2026", {"typical": 110, "valid": {"from": "2020"}}, index="tp01")["dig"]
    without = at("2026", {"typical": 110, "dated": "2020", "index": "none"}, index="tp01")["dig"]
    assert (dated.typical_eur, undated.typical_eur, without.typical_eur) == (131.2, 110, 110)
    assert "revised" not in undated.source + without.source
    assert (dated.obsolete, undated.obsolete, without.obsolete) == (False, False, True)


def test_a_row_with_an_index_of_its_own_is_revised_from_the_beginning_of_its_price():
    assert at("2026", {"index": "tp01", "prices": ({"from": "2020", "typical": 110},)})["dig"].typical_eur == 131.2


def test_an_index_without_a_value_yet_is_refused_where_the_price_is_asked_for():
    prices = at("2026", {"typical": 80, "dated": "2019-06", "index": "tp01"})
    error = refusal(prices)
    assert error.message == (
        "price 'dig', asked by laying.trench.price, is of 2019-06-01, and index tp01 has no value at or before "
        "2019-06-01"
    )
    assert error.hint == "add one to prices.indices.tp01, or write index: none in row 'dig' of the study's price file"
    assert "no value at or before 2019-01-01" in (
        refusal(at("2019", {"typical": 80, "dated": "2024", "index": "tp01"})).message
    )


def test_a_revised_price_beyond_all_prices_is_refused():
    prices = at("2026", {"typical": 1e9, "dated": "2020", "index": "tp01"})
    assert "is above 1,000,000,000 once revised by index tp01" in refusal(prices).message


@pytest.mark.parametrize(("years", "obsolete"), [(5, True), (10, True), (11, False)])
def test_an_index_whose_last_value_is_old_leaves_a_price_obsolete(years: int, obsolete: bool):
    """Its last value is of 2015: the price is as old as that, though the date of the study is 2026."""
    index = {"tp01": {DAY(2012, 1, 1): 100.0, DAY(2015, 1, 2): 110.0}}
    settings = PriceSettings(date=DAY(2026, 1, 1), index="tp01", indices=index, obsolete_after_years=years)
    row = {"label": "Trench", "unit": "m", "typical": 80, "dated": "2013", "source": "contract"}
    price = resolve_prices({}, {"dig": row}, settings, places={})["dig"]
    assert price.typical_eur == 88
    assert price.obsolete is obsolete


def test_without_a_date_of_the_study_nothing_is_revised_and_nothing_is_obsolete():
    price = at(None, {"typical": 80, "dated": "1999", "index": "tp01"})["dig"]
    assert (price.typical_eur, price.grade, price.obsolete) == (80, "S", False)


@pytest.mark.parametrize(
    ("dated", "years", "obsolete"),
    [
        ("2021-01-01", 5, False),
        ("2020-12-31", 5, True),
        ("2020-12-31", 6, False),
        ("2027", 0, False),
        ("2025", 0, True),
    ],
)
def test_a_price_older_than_the_study_allows_is_graded_obsolete(dated: str, years: int, obsolete: bool):
    price = at("2026", {"typical": 80, "dated": dated}, obsolete_after_years=years)["dig"]
    assert price.obsolete is obsolete
    assert price.grade == ("S obsolete" if obsolete else "S")


def test_leap_days_grow_old_too():
    assert not older_than(DAY(2020, 2, 29), 5, DAY(2025, 2, 28))
    assert older_than(DAY(2020, 2, 29), 5, DAY(2025, 3, 1))


def test_an_index_holds_its_last_value_until_the_next():
    assert index_value(TP01, DAY(2019, 12, 31)) is None
    assert index_value(TP01, DAY(2020, 1, 1)) == Decimal("110.0")
    assert index_value(TP01, DAY(2022, 12, 31)) == Decimal("110.0")
    assert index_value(TP01, DAY(2030, 1, 1)) == Decimal("131.2")


@pytest.mark.parametrize(
    ("amount", "revised"), [(1.005, 1.01), (0.0000005, 0.000001), (2.5, 2.5), (0.999999, 0.999999)]
)
def test_revision_rounds_half_up(amount: float, revised: float):
    assert revise(amount, Decimal(1), Decimal(1)) == revised


DAYS = st.dates(min_value=DAY(2020, 1, 1), max_value=DAY(2020, 3, 1))
PERIODS = st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=1, max_size=4)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(periods=PERIODS, day=DAYS)
def test_whatever_the_periods_there_is_one_price_or_a_clear_error(
    periods: list[tuple[DAY, DAY | None]], day: datetime.date
):
    items = tuple(
        {"from": start, "typical": 10 + k, **({} if end is None else {"until": end})}
        for k, (start, end) in enumerate(periods)
    )
    try:
        prices = at(str(day), {"prices": items})
    except StudyError as error:
        assert "overlap" in error.message or "ends before it begins" in error.message
        ordered = sorted(periods, key=lambda one: one[0])
        crossing = [(end or start) >= after for (start, end), (after, _) in pairwise(ordered)]
        assert any(crossing) or any(end is not None and end < start for start, end in periods)
        return
    # by hand: the last period that has begun holds, unless it has ended
    begun = [(start, end, k) for k, (start, end) in enumerate(periods) if start <= day]
    last = max(begun, key=lambda one: one[0], default=None)
    if last is None or (last[1] is not None and last[1] < day):
        assert f"has no price on {day}" in refusal(prices).message
    else:
        assert price_of(prices, "dig", asked_by="laying.trench.price", unit="m").typical_eur == 10 + last[2]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    amounts=st.lists(st.integers(1, 10**9).map(lambda n: n / 1e6), min_size=3, max_size=3).map(sorted),
    now=st.integers(500, 3000).map(lambda n: Decimal(n) / 10),
    then=st.integers(500, 3000).map(lambda n: Decimal(n) / 10),
)
def test_revision_keeps_the_order_of_amounts(amounts: list[float], now: Decimal, then: Decimal):
    revised = [revise(amount, now, then) for amount in amounts]
    assert revised == sorted(revised)
    for amount, result in zip(amounts, revised, strict=True):
        assert abs(Decimal(str(result)) - Decimal(str(amount)) * now / then) <= Decimal("0.005")
