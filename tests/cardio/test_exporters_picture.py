"""The picture of the plan: true to the ground, small, in the colours of the map, and survey text stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from cardio.exporters.picture import draw_picture
from cardio.exporters.report import render_report
from cardio.exporters.styles import SIGN_OUTLINES, site_sign
from cardio.exporters.svg_path import (
    MARGIN_PX,
    TOLERANCE_PX,
    Sheet,
    fit_sheet,
    line_path,
    outline_path,
    scale_length_m,
    sign_paths,
)
from cardio.exporters.texts import Words
from tests.cardio.deliverables import CRS, HOSTILE, empty_deliverable, make_deliverable, nothing_to_build

# one pixel a metre: x right, y down from 100
SHEET = Sheet(west=0, north=100, px_per_m=1.0, width=200, height=100)
NUMBER = re.compile(r"-?[\d.]+")


def series(*shapes: object) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=CRS)


def lines_of(path: str) -> list[np.ndarray]:
    """Read a path of M and l commands back."""
    chains = [np.array([float(number) for number in NUMBER.findall(part)]) for part in path.split("M")[1:]]
    return [chain.reshape(-1, 2).cumsum(axis=0) for chain in chains]


def figure_of(page: str) -> str:
    return re.search(r'<figure class="picture">.*?</figure>', page, re.S)[0]


def test_a_line_is_whole_pixels_from_the_upper_left_corner():
    assert line_path(series(shapely.LineString([(10, 90), (60.4, 90), (60.4, 40)])), SHEET) == "M10 10l50 0 0 50"


def test_streets_that_meet_are_one_chain_and_what_lies_twice_is_drawn_once():
    first, second = shapely.LineString([(0, 50), (40, 50)]), shapely.LineString([(80, 50), (40, 50)])
    assert line_path(series(first, second, first.reverse(), second), SHEET) == "M0 50l80 0"


def test_what_lies_outside_is_cut_off_and_what_is_smaller_than_a_pixel_is_left_out():
    assert line_path(series(shapely.LineString([(-500, 50), (500, 50)])), SHEET) == "M0 50l200 0"
    assert line_path(series(shapely.LineString([(0, -50), (90, -50)])), SHEET) == ""
    assert line_path(series(shapely.LineString([(10.1, 50), (10.3, 50.2)])), SHEET) == ""
    assert line_path(series(shapely.Point(5, 5), None), SHEET) == line_path(series(), SHEET) == ""


def test_areas_are_drawn_as_outlines_and_a_common_boundary_once():
    (ring, *more) = lines_of(line_path(series(shapely.box(10, 10, 20, 30)), SHEET))
    assert not more and (ring[0] == ring[-1]).all()
    assert {tuple(point) for point in ring} == {(10, 90), (20, 90), (20, 70), (10, 70)}
    both = lines_of(line_path(series(shapely.box(10, 10, 20, 30), shapely.box(20, 10, 40, 30)), SHEET))
    assert sum(shapely.LineString(line).length for line in both) == 60 + 80 - 20


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(1, 199), st.floats(1, 99)), min_size=2, max_size=12), st.booleans())
def test_what_is_drawn_lies_where_it_is(points: list[tuple[float, float]], cut: bool) -> None:
    lines = [shapely.LineString(pair) for pair in pairwise(points)] if cut else [shapely.LineString(points)]
    drawn = [shapely.LineString(line * (1, -1) + (0, 100)) for line in lines_of(line_path(series(*lines), SHEET))]
    truth = shapely.union_all(lines)
    near_px = TOLERANCE_PX + np.sqrt(0.5) + 1e-6
    assert all(truth.buffer(near_px, quad_segs=32).covers(shapely.Point(xy)) for d in drawn for xy in d.coords)
    # nothing is lost but what rounds to nothing
    around = shapely.union_all([d.buffer(near_px + 0.01, quad_segs=32) for d in drawn])
    assert truth.difference(around).length <= sum(line.length for line in lines if line.length < 1.5) + 1e-6


def test_signs_stand_at_their_points_once_a_pixel():
    points = series(shapely.Point(10, 90), shapely.Point(10.2, 90.1), shapely.Point(500, 90), shapely.Point(30, 0))
    assert sign_paths(points, SHEET, "m0 0z") == ["M10 10m0 0z", "M30 100m0 0z"]


@pytest.mark.parametrize("shape", [*SIGN_OUTLINES, "circle"])
def test_signs_are_as_wide_as_their_radius_says(shape):
    path = outline_path(shape, 5)
    assert path.startswith("m") and path.endswith("z")
    if shape == "circle":
        assert path == "m-5 0a5 5 0 0 0 10 0a5 5 0 0 0 -10 0z"
    else:
        corners = np.array([float(number) for number in NUMBER.findall(path)]).reshape(-1, 2).cumsum(axis=0)
        assert corners == pytest.approx(np.array(SIGN_OUTLINES[shape]) * 5, abs=0.1 * len(corners))


def test_sixteen_options_have_sixteen_signs():
    assert len({site_sign(number) for number in range(16)}) == 16


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(0, 60_000), st.floats(0, 60_000))
def test_the_sheet_shows_everything_inside_its_margin_at_one_scale(width_m: float, height_m: float) -> None:
    corners = np.array([[7e5, 6e6], [7e5 + width_m, 6e6 + height_m]])
    frame = gpd.GeoDataFrame(geometry=shapely.points(corners), crs=CRS)
    sheet = fit_sheet([frame, frame.iloc[:0]])
    (left, bottom), (right, top) = sheet.to_pixels(corners).tolist()
    assert MARGIN_PX - 1 <= left <= right <= sheet.width - MARGIN_PX + 1
    assert MARGIN_PX - 1 <= top <= bottom <= sheet.height - MARGIN_PX + 1
    assert right - left == pytest.approx(width_m * sheet.px_per_m, abs=1)
    assert 400 <= sheet.height <= 800


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(1e-3, 100))
def test_the_scale_bar_is_a_round_length_that_fits(px_per_m: float) -> None:
    length_m = scale_length_m(replace(SHEET, px_per_m=px_per_m), 170)
    assert f"{length_m:e}"[0] in "125" and set(f"{length_m:e}"[2:8]) == {"0"}
    assert 170 / 2.5 - 1e-6 <= length_m * px_per_m <= 170 + 1e-6


def test_every_part_of_the_plan_is_drawn_and_explained():
    picture = draw_picture(make_deliverable(language="en"), Words("en"))
    assert [(mark.label, mark.note) for mark in picture.legend] == [
        ("Access point", "3"),
        ("Splice box", "2"),
        ("Duct", "1,400 m"),
        ("Trench", "1,253 m"),
        ("Fibre cables", ""),
        ("Fibre nodes", ""),
        ("Zones of targets", ""),
        ("Streets", ""),
    ]
    assert [len(mark.signs) for mark in picture.legend if mark.signs] == [3, 2, 1]
    assert {mark.label for mark in picture.marks[:2]} == {"Streets", "Zones of targets"}
    metres = sum(shapely.LineString(line).length for line in lines_of(picture.legend[2].line)) / picture.sheet.px_per_m
    assert metres == pytest.approx(1_400, rel=0.01)
    assert picture.scale == "200 m" and picture.scale_px == pytest.approx(200 * picture.sheet.px_per_m, abs=0.05)


def test_a_plan_that_builds_nothing_still_shows_the_town():
    labels = [mark.label for mark in draw_picture(nothing_to_build(), Words("en")).legend]
    assert labels == ["Fibre cables", "Fibre nodes", "Zones of targets", "Streets"]
    full = make_deliverable()
    town = replace(empty_deliverable(), existing=full.existing)
    assert [mark.label for mark in draw_picture(town, Words("en")).legend] == ["Fibre cables", "Fibre nodes", "Streets"]


def test_ten_thousand_streets_stay_below_four_hundred_kilobytes():
    deliverable = make_deliverable(streets_a_side=71)
    streets = deliverable.existing[deliverable.existing["kind"] == "street"]
    crooked = np.random.default_rng(5)
    # ends that do not meet cannot be joined: the worst case
    moved = shapely.transform(streets.geometry.to_numpy(), lambda xy: xy + crooked.normal(0, 6, xy.shape))
    deliverable = replace(deliverable, existing=streets.set_geometry(gpd.GeoSeries(moved, crs=CRS)))
    assert len(streets) > 10_000
    assert len(figure_of(render_report(deliverable, "")).encode()) < 400_000


def test_the_figure_is_well_formed_and_hostile_text_is_only_text():
    page = render_report(make_deliverable(text=HOSTILE), "<p>map</p>")
    figure = ElementTree.fromstring(figure_of(page))
    assert {element.tag for element in figure.iter()} == {
        "figure", "svg", "rect", "path", "g", "text", "figcaption", "ul", "li", "small",
    }  # fmt: skip
    labels = [item.find("svg").tail.strip() for item in figure.iter("li")]
    assert labels[:2] == [f"Access point{HOSTILE}", "Splice box"] and f"Trench{HOSTILE}" in labels
    assert figure.find("svg").get("aria-label") == f"Plan des ouvrages – Exempleville{HOSTILE}"
    attributes = {name for element in figure.iter() for name in element.attrib}
    assert not [name for name in attributes if name.startswith(("on", "href", "src"))]


def test_the_same_plan_gives_the_same_picture():
    assert draw_picture(make_deliverable(), Words("fr")) == draw_picture(make_deliverable(), Words("fr"))
