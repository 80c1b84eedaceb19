"""Pictures of coverage and of years: each square tells the state of most of its demand, each year its works."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from cardio.exporters.coverage_picture import CELL_PX, SQUARES, draw_coverage, draw_years
from cardio.exporters.report import render_report
from cardio.exporters.texts import Words
from tests.cardio.deliverables import CORNER, CRS, SIDE_M, empty_deliverable, in_two_years, make_deliverable

ENGLISH = Words("en")
# far corners of the town; two points at one place; lone ones
PLACES = [(0, 0), (SIDE_M, SIDE_M), (400, 400), (401, 401), (800, 800), (1200, 400)]
STATES = [(False, False), (False, False), (True, True), (False, False), (False, True), (True, True)]
WEIGHTS = [1.0, 1.0, 5.0, 3.0, 2.0, 1.0]


def squares(picture) -> dict[str, int]:
    return {mark.label: mark.signs[0].count("z") for mark in picture.marks if mark.signs}


@pytest.fixture
def drawn():
    before, after = zip(*STATES, strict=True)
    demand = gpd.GeoDataFrame(
        {"service": "wifi", "weight": WEIGHTS, "before": before, "after": after, "reachable": True, "nearest_m": 10.0},
        geometry=shapely.points(CORNER + PLACES),
        crs=CRS,
    )
    (pictures,) = draw_coverage(replace(make_deliverable(), demand=demand), ENGLISH)
    return pictures


def test_each_square_shows_the_state_of_most_of_its_demand(drawn) -> None:
    assert squares(drawn.today) == {"Still unserved": 3, "Served before": 2}
    assert squares(drawn.with_plan) == {"Still unserved": 2, "Served before": 2, "Newly served": 1}


def test_the_shares_are_of_the_weight(drawn) -> None:
    assert drawn.service == "Wifi" and drawn.shares == ("46.1%", "61.5%")  # 6 and 8 of 13, rounded down


def test_squares_lie_where_the_demand_is_and_keep_apart(drawn) -> None:
    sheet = drawn.today.sheet
    served = next(mark for mark in drawn.today.marks if mark.label == "Served before")
    width = SQUARES["before"][0]
    middles = [(int(x) + width / 2, int(y) + width / 2) for x, y in re.findall(r"M(\d+) (\d+)", served.signs[0])]
    for (x, y), place in zip(sorted(middles), [(400, 400), (1200, 400)], strict=True):
        (pixel,) = sheet.to_pixels((CORNER + place)[None, :])
        assert abs(x - pixel[0]) <= CELL_PX and abs(y - pixel[1]) <= CELL_PX
    assert all(width < CELL_PX for width, _fill, _line in SQUARES.values())


def test_states_differ_without_colour() -> None:
    assert len({(width, line) for width, _fill, line in SQUARES.values()}) == len(SQUARES)


def test_each_service_has_two_pictures_with_its_shares_in_words() -> None:
    page = render_report(make_deliverable(language="en"), "")
    titles = re.findall(r'aria-label="([^"]*(?:today|with the plan): [^"]*) – Exempleville"', page)
    assert [re.sub(r": .*", "", title) for title in titles] == [
        "Public wifi today", "Public wifi with the plan", "Fibre access today", "Fibre access with the plan",
    ]  # fmt: skip
    assert all(f"<h4>{title}</h4>" in page for title in titles)


def test_a_town_of_many_points_stays_small() -> None:
    page = render_report(make_deliverable(demand=20_000, language="en"), "")
    pictures = re.search(r'<div class="before-after">.*<p class="note">Each square', page, re.S)
    assert pictures and len(pictures[0]) < 300_000


def test_nothing_is_drawn_without_demand_or_without_phases() -> None:
    assert draw_coverage(empty_deliverable(), ENGLISH) == []
    assert draw_years(make_deliverable(), ENGLISH) is None


def test_each_year_shows_its_own_works() -> None:
    picture = draw_years(in_two_years(make_deliverable(language="en")), ENGLISH)
    assert picture is not None
    assert [(mark.label, mark.note) for mark in picture.legend] == [
        ("Equipment of 2027", "2"),
        ("Equipment of 2028", "3"),
        ("Routes of 2027", "1,400 m"),
        ("Routes of 2028", "1,253 m"),
        ("Streets", ""),
    ]
    samples = [mark.sample for mark in picture.legend[:2]]
    dashes = [mark.style["dashArray"] for mark in picture.legend[2:4]]
    assert samples[0] != samples[1] and dashes[0] != dashes[1]
