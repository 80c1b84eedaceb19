"""Several plans on one map, in one GeoPackage and in one workbook."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from cardio.compare import compare_scenarios
from cardio.deliverable import Deliverable
from cardio.exporters.compare_map import list_facts
from cardio.exporters.compare_told import tell_difference
from cardio.exporters.frontier_layers import write_frontier_layers
from cardio.exporters.plans_layers import lay_side_by_side, rename_columns
from cardio.exporters.plans_map import Choice, PlansMap, plans_data, render_plans_map
from cardio.exporters.texts import Words
from cardio.frontier import trace_frontier
from cardio.frontier_works import list_point_works, sum_changes
from cardio.plan_works import KINDS, PlansOnMap, PlanWorks, works_of_deliverable
from tests.cardio.chromium import offline_browser, severe_messages
from tests.cardio.deliverables import HOSTILE, make_deliverable
from tests.cardio.office import recalculate, values_of
from tests.cardio.tiny_town import STUDY, write_tiny_town

BORED = "  bored: {laying: {bore: {price: trench_paved}}}\n"


def town_of(*plans: tuple[str, Deliverable]) -> PlansOnMap:
    base = plans[0][1]
    return PlansOnMap({name: works_of_deliverable(plan) for name, plan in plans}, base.existing, base.zones)


def three_plans(text: str = "") -> PlansOnMap:
    """The first has all works; the second lacks a site and a route; the third builds a route otherwise."""
    full = make_deliverable(text=text)
    less = replace(full, sites=full.sites.iloc[1:], routes=full.routes.iloc[1:])
    otherwise = full.routes.assign(method=["bore", *full.routes["method"][1:]])
    return town_of((f"A{text}", full), (f"B{text}", less), (f"C{text}", replace(full, routes=otherwise)))


def about(town: PlansOnMap, pairs: list[tuple[int, int]], text: str = "") -> PlansMap:
    titles = list(town.plans)
    labels = [f"both{text}", f"otherwise{text}", f"first{text}", f"other{text}"]
    return PlansMap(
        study=f"Town{text}",
        subtitle=f"scenarios{text}",
        proof=f"proof{text}",
        figures=[],
        titles=titles,
        heading=f"compared{text}",
        choices=[Choice(f"choice{text}", labels, [f"told{text}"], pair) for pair in pairs],
        facts=[(f"cost{text}", [f"{number}{text}" for number in range(len(titles))])],
        created="2026-01-02T03:04:05+00:00",
        version="1",
        sides=["one", "other"],
    )


def test_works_are_found_again_by_id_with_what_each_plan_says_of_them() -> None:
    routes = lay_side_by_side(three_plans().plans, "route")
    assert list(routes["id"]) == sorted(routes["id"]) and len(routes) == 5
    first = routes.set_index("id").loc["streets-0"]
    assert [first[f"has_{plan}"] for plan in range(3)] == [True, False, True]
    assert (first["name_0"], first["name_1"], first["name_2"]) == ("duct", "", "bore")
    assert first["plans"] == 2 and not first["in_all"] and first["length_m"] == 800.0
    assert routes["in_all"].sum() == 4 and routes.geometry.notna().all()


def test_the_notes_of_a_pair_count_each_work_in_one_class() -> None:
    town = three_plans()
    data = json.loads(json.dumps(plans_data(about(town, [(0, 1), (0, 2), (1, 2)]), town, Words("en")), allow_nan=False))
    routes = next(entry for entry in data["layers"] if entry["type"] == "works" and entry.get("lines"))
    notes = routes["notes"]
    assert [bool(note) for note in notes[0]] == [True, False, True, False]  # A against B
    assert [bool(note) for note in notes[1]] == [True, True, False, False]  # A against C: one built otherwise
    assert [bool(note) for note in notes[2]] == [True, False, False, True]
    assert notes[0][2].startswith("1 · 800 m · ")
    duct, absent, bore = routes["built"][0]
    assert absent == "." and duct not in (bore, ".") and len(set(routes["built"][1])) == 1
    assert "not in this plan" in routes["rows"][0]


def test_names_that_a_database_takes_for_one_another_get_their_own_columns() -> None:
    assert rename_columns(["Half", "half", "wifi=0.1"])["has_1"] == "has_half_1"
    assert rename_columns(["Half", "wifi=0.1"])["cost_1"] == "cost_wifi=0.1"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    study = write_tiny_town(folder / "town", study=STUDY + BORED)
    compare_scenarios(study, ("base", "half", "bored"), out=folder / "three")
    compare_scenarios(study, ("base", "half"), out=folder / "two")
    return folder


def test_the_geopackage_has_a_row_a_work_and_sums_to_the_capex(compared: Path) -> None:
    """By hand: base builds 4 segments, 4 pieces of equipment and 2 connections for 17,300; half half the way."""
    frames = {kind: gpd.read_file(compared / "two" / "compare.gpkg", layer=f"{kind}s") for kind in KINDS}
    assert {kind: len(frame) for kind, frame in frames.items()} == {"site": 4, "route": 4, "connection": 2}
    for name, capex in (("base", 17_300.0), ("half", 13_360.0)):
        assert sum(frame[f"cost_{name}"].sum() for frame in frames.values()) == pytest.approx(capex)
    assert frames["route"]["in_all"].tolist().count(True) == 2
    assert frames["route"].crs.to_epsg() == 2154
    with closing(sqlite3.connect(compared / "two" / "compare.gpkg")) as base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        assert set(styles) == {"sites", "routes", "connections"}
        for layer, style in styles.items():
            assert "Only in half" in style and "has_half" in style
            # the expression names columns that are there
            columns = {row[1] for row in base.execute(f"PRAGMA table_info({layer})")}
            assert {"has_base", "has_half", "name_base", "name_half"} <= columns


def test_the_workbook_says_what_the_document_says_and_opens(compared: Path, tmp_path: Path) -> None:
    document = json.loads((compared / "three" / "compare.json").read_text("utf-8"))
    (again,) = recalculate([compared / "three" / "compare.xlsx"], tmp_path)
    for path in (compared / "three" / "compare.xlsx", again):
        book = values_of(path)
        assert book.sheetnames == ["Comparison", "Works"]
        rows = {row[0]: row[1:] for row in book["Comparison"].iter_rows(values_only=True)}
        assert rows["Measure"] == ("base", "half", "bored")
        assert rows["Capex"][:2] == (17_300, 13_360)
        assert len(list(book["Works"].iter_rows())) == len(document["works"]) + 1
    sheet = openpyxl.load_workbook(compared / "three" / "compare.xlsx")["Comparison"]
    capex = next(row for row in sheet.iter_rows() if row[0].value == "Capex")
    assert capex[1].number_format == "#,##0.00"


def test_a_target_of_one_zone_names_it_and_one_of_several_tells_the_worst() -> None:
    coverage = [{"target": "wifi", "zone": "c", "zone_name": "Centre", "after": 0.4}]
    coverage += [
        {"target": "pay", "zone": zone, "zone_name": "", "after": after} for zone, after in (("a", 1), ("b", 0.5))
    ]
    rows = [{"cost": None, "status": "limit", "objective": None, "coverage": coverage}]
    assert list_facts(rows, Words("en"))[-2:] == [("Wifi (Centre)", ["40%"]), ("Pay (zone served least)", ["50%"])]


def test_a_sentence_says_what_a_scenario_costs_more_and_brings(compared: Path) -> None:
    rows = json.loads((compared / "two" / "compare.json").read_text("utf-8"))["scenarios"]
    base, half = rows
    assert tell_difference(base, half, Words("en")) == (
        "“half” costs €3,940.00 less than “base” (capex); coverage: Fibre −50 points."
    )
    assert tell_difference(base, base, Words("en")) == (
        "“base” costs the same as “base” (capex); coverage of the targets is the same."
    )
    other = {**half, "cost": {**half["cost"], "bases": {"capex": "another"}}}
    assert "has no amount of the same basis as “base”" in tell_difference(base, other, Words("en"))
    assert tell_difference(base, {**half, "has_plan": False}, Words("en")) == ""
    page = (compared / "two" / "compare.html").read_text("utf-8")
    assert "“half” costs €3,940.00 less than “base” (capex)" in page and 'sandbox="allow-scripts"' in page


def test_every_point_of_a_frontier_keeps_its_works(tmp_path: Path) -> None:
    out = tmp_path / "curve"
    document = trace_frontier(write_tiny_town(tmp_path / "town"), points=2, out=out).document
    works = document["works"]
    for number, row in enumerate(document["points"]):
        built = [work["costs_eur"][number] for work in works if work["costs_eur"][number] is not None]
        assert sum(built) == pytest.approx(row["value"])
        sites = sum(work["kind"] == "site" for work in works if work["costs_eur"][number] is not None)
        assert sites == sum(site["count"] for site in row["build"]["sites"])
    last = document["changes"][-1]
    assert last["always"] == last["built"]
    frame = gpd.read_file(out / "frontier.gpkg", layer="routes")
    point = last["point"]
    assert frame[f"has_{point}"].sum() == sum(
        work["kind"] == "route" and work["costs_eur"][point] is not None for work in works
    )
    assert {"always_from", "always_from_share", "plans", "name"} <= set(frame.columns)


def test_maps_of_several_plans_name_the_owners_of_the_data_as_text(tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path / "town", study=STUDY + "map: {attribution: © Town & <b>partners</b>}\n")
    compare_scenarios(study, ("base", "half"), out=tmp_path / "compared")
    trace_frontier(study, points=1, out=tmp_path / "curve")
    for page in ("compared/compare_map.html", "curve/frontier_map.html"):
        foot = (tmp_path / page).read_text("utf-8").split('<footer id="cardio-foot">')[1].split("</footer>")[0]
        assert "© Town &amp; &lt;b&gt;partners&lt;/b&gt;" in foot


def make_points(*kinds: str) -> list[dict[str, Any]]:
    return [{"kind": kind, "value": 1.0, "share": number / 10} for number, kind in enumerate(kinds)]


def plan_with(*ids: str) -> PlanWorks:
    works = works_of_deliverable(make_deliverable())
    return replace(
        works,
        site=works.site[works.site["id"].isin(ids)],
        route=works.route.iloc[:0],
        connection=works.connection.iloc[:0],
    )


def test_a_work_counts_as_kept_from_the_point_after_which_no_plan_of_the_curve_lacks_it(tmp_path: Path) -> None:
    a, b, c = (f"access_point-lights-{number}" for number in range(3))
    points = make_points("today", "level", "level", "study", "level")
    # b leaves and comes back; c is in the plan of the study alone, which lies off the curve
    plans = [plan_with(), plan_with(a, b), plan_with(a), plan_with(c), plan_with(a, b)]
    works = list_point_works(points, plans)
    assert {work["id"]: work["always_from"] for work in works} == {a: 1, b: 4, c: None}
    changes = sum_changes(points, works)
    assert [row["point"] for row in changes] == [0, 1, 2, 4]
    counts = [[row[key]["count"] for key in ("built", "comes", "goes", "always")] for row in changes]
    assert counts == [[0, 0, 0, 0], [2, 2, 0, 1], [1, 0, 1, 1], [2, 1, 0, 2]]
    path = tmp_path / "frontier.gpkg"
    named: Mapping[str, PlanWorks] = {str(number): plan for number, plan in enumerate(plans)}
    write_frontier_layers({"points": points, "works": works}, named, Words("en"), path)
    sites = gpd.read_file(path, layer="sites").set_index("id")
    assert sites.loc[b, "always_from_share"] == 0.4 and sites.loc[c, "plans"] == 1


# ---- in a browser with the network cut
def wait_for(what: Callable[[], Any], seconds: float = 20.0) -> Any:
    end = time.monotonic() + seconds
    while not (value := what()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with offline_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


SHOWN_LINES = """
const state = cardioDrawing.layers.find((one) => one.entry.type === 'works' && one.entry.lines);
if (!state.made) return null;
const lines = state.made.group.getLayers().filter((line) => line.options.row !== undefined);
return Object.fromEntries(lines.map((line) => [state.entry.rows[line.options.row][0], line.options.color]));
"""


def keys_of(chrome: Chrome) -> list[str]:
    return [key.text for key in chrome.find_elements(By.CSS_SELECTOR, ".cardio-panel .cardio-key")]


@pytest.mark.browser
def test_two_of_three_plans_are_chosen_on_the_map_and_hostile_names_stay_text(chrome: Chrome, tmp_path: Path) -> None:
    town = three_plans(HOSTILE)
    page = tmp_path / "map.html"
    page.write_text(render_plans_map(about(town, [(0, 1), (0, 2), (1, 2)], HOSTILE), town, Words("en")), "utf-8")
    chrome.get(page.as_uri())
    lines = wait_for(lambda: chrome.execute_script(SHOWN_LINES))
    assert lines[f"streets-0{HOSTILE}"] == "#D55E00" and lines[f"streets-1{HOSTILE}"] == "#009E73"
    assert any(f"first{HOSTILE}" in key for key in keys_of(chrome))
    lists = [Select(one) for one in chrome.find_elements(By.CSS_SELECTOR, ".cardio-pair select")]
    assert [option.text for option in lists[0].options] == [f"{name}{HOSTILE}" for name in "ABC"]
    lists[1].select_by_index(2)
    assert chrome.execute_script(SHOWN_LINES)[f"streets-0{HOSTILE}"] == "#CC79A7"  # built otherwise
    lists[0].select_by_index(2)  # a plan against itself: the other list moves on
    assert lists[1].first_selected_option.text == f"A{HOSTILE}"
    assert f"told{HOSTILE}" in chrome.find_element(By.CSS_SELECTOR, ".cardio-panel").text
    heads = [cell.get_attribute("textContent") for cell in chrome.find_elements(By.CSS_SELECTOR, ".cardio-facts th")]
    assert heads[1:] == [f"A{HOSTILE}", f"C{HOSTILE}"]
    assert chrome.execute_script("return window.hacked") is None
    assert chrome.find_elements(By.TAG_NAME, "img") == [] and severe_messages(chrome) == []


@pytest.mark.browser
def test_the_plans_of_a_frontier_are_stepped_through(chrome: Chrome, tmp_path: Path) -> None:
    out = tmp_path / "curve"
    document = trace_frontier(write_tiny_town(tmp_path / "town"), points=2, out=out).document
    chrome.get((out / "frontier_map.html").as_uri())
    lasting = [work["id"] for work in document["works"] if work["kind"] == "route"]
    assert set(wait_for(lambda: chrome.execute_script(SHOWN_LINES))) == set(lasting)
    buttons = chrome.find_elements(By.CSS_SELECTOR, ".cardio-steps button")
    assert buttons[0].text == "Order of no regret" and buttons[0].get_attribute("aria-pressed") == "true"
    buttons[-1].click()
    last = document["changes"][-1]["point"]
    built = {
        work["id"] for work in document["works"] if work["kind"] == "route" and work["costs_eur"][last] is not None
    }
    gone = {
        work["id"] for work in document["works"]
        if work["kind"] == "route" and work["costs_eur"][last] is None
        and work["costs_eur"][document["changes"][-1]["before"]] is not None
    }  # fmt: skip
    assert set(chrome.execute_script(SHOWN_LINES)) == built | gone
    assert any("New in this plan" in key for key in keys_of(chrome))
    assert "no plan costs less than" in chrome.find_element(By.CSS_SELECTOR, ".cardio-panel").text
    assert severe_messages(chrome) == []


@pytest.mark.browser
def test_the_page_of_a_comparison_shows_the_map_inside(chrome: Chrome, compared: Path) -> None:
    chrome.get((compared / "three" / "compare.html").as_uri())
    frame = chrome.find_element(By.TAG_NAME, "iframe")
    chrome.execute_script("arguments[0].scrollIntoView()", frame)
    chrome.switch_to.frame(frame)
    try:
        assert wait_for(lambda: chrome.execute_script(SHOWN_LINES))
    finally:
        chrome.switch_to.default_content()
    assert severe_messages(chrome) == []
