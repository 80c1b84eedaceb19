"""The map as a browser with no network shows it: switches, search, measure, popups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import folium
import pytest
from pyproj import Geod
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By

from cardio.exporters import folium_map, render_map
from cardio.tiles import Tiles
from tests.cardio.chromium import offline_browser, severe_messages
from tests.cardio.deliverables import HOSTILE, in_two_years, make_deliverable
from tests.cardio.test_browser import PAINTED, open_page, wait_for

pytestmark = pytest.mark.browser

# works that the map shows, by group: rows of points and of lines
SHOWN = """
return Object.fromEntries(['new_sites', 'new_routes'].map((group) => [group, cardioDrawing.layers
  .filter(({ entry, visible }) => entry.group === group && visible)
  .flatMap(({ entry, made }) => entry.rows.filter((_values, row) => made.group.getLayers().some((mark) =>
    (mark._signOf ? mark._signOf(row) !== null : mark.options.row === row)))
    .map((values) => values[0])).sort()]));
"""
COLOURS = """
return cardioDrawing.layers.filter(({ entry }) => entry.group === 'new_routes')
  .flatMap(({ made }) => made.group.getLayers()).filter((mark) => mark.options.row !== undefined)
  .map((mark) => mark.options.color);
"""
CENTRE = "const { lng, lat } = cardio_map.getCenter(); return [lng, lat]"
PLACE = "const { lng, lat } = cardio_map.containerPointToLatLng([arguments[0], arguments[1]]); return [lng, lat]"
REQUESTS = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
LABELS = "return [...cardioDrawing.labels]"


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with offline_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def show(chrome: Chrome, tmp_path: Path, page: str) -> None:
    open_page(chrome, tmp_path, page)
    assert wait_for(lambda: chrome.execute_script(PAINTED))


def press(chrome: Chrome, text: str) -> None:
    """Press a button of the switches, or tick the box beside a text."""
    found = chrome.find_elements(By.CSS_SELECTOR, ".cardio-views button, .cardio-panel label")
    chrome.execute_script("arguments[0].click()", next(one for one in found if one.text == text))


def search(chrome: Chrome, text: str, *keys: str) -> list[str]:
    """Type into the search and return what it lists."""
    box = chrome.find_element(By.CSS_SELECTOR, ".cardio-search input")
    box.clear()
    box.send_keys(text)
    listed = [item.text for item in chrome.find_elements(By.CSS_SELECTOR, ".cardio-search li")]
    box.send_keys(*keys)
    return listed


def place_of(frame: Any, row: int) -> tuple[float, float]:
    point = frame.geometry.to_crs("EPSG:4326").iloc[row]
    return point.x, point.y


def test_the_year_switch_shows_what_is_built_by_then(chrome: Chrome, tmp_path: Path) -> None:
    deliverable = in_two_years(make_deliverable(language="en"))
    show(chrome, tmp_path, render_map(deliverable))
    buttons = [button.text for button in chrome.find_elements(By.CSS_SELECTOR, ".cardio-views button")]
    assert buttons == ["Today", "With the plan", "All", "2027", "2028"]
    for text, year in (("2027", 2027), ("All", 2028)):
        press(chrome, text)
        expected = {
            group: sorted(frame.loc[frame["year"] <= year, "id"])
            for group, frame in (("new_sites", deliverable.sites), ("new_routes", deliverable.routes))
        }
        assert chrome.execute_script(SHOWN) == expected
    assert len(set(chrome.execute_script(COLOURS))) == 2  # two laying methods
    press(chrome, "Colour by year")
    assert set(chrome.execute_script(COLOURS)) == {"#00224e", "#fee838"}
    press(chrome, "Today")
    assert chrome.execute_script(SHOWN) == {"new_sites": [], "new_routes": []}
    assert severe_messages(chrome) == []


def test_coverage_follows_the_year(chrome: Chrome, tmp_path: Path) -> None:
    deliverable = in_two_years(make_deliverable(language="en"))
    served = deliverable.demand["after"] & ~deliverable.demand["before"]
    late = served & (deliverable.demand.index % 2 == 0)
    years = deliverable.demand["year"].mask(served, 2027).mask(late, 2028)
    deliverable = replace(deliverable, demand=deliverable.demand.assign(year=years))
    show(chrome, tmp_path, render_map(deliverable))
    script = "return [...document.querySelectorAll('.cardio-key')].map((key) => key.textContent)"
    wifi = deliverable.demand["service"] == "public_wifi"
    weight = deliverable.demand["weight"]
    for text, fresh in (("All", served), ("2027", served & ~late)):
        press(chrome, text)
        share = round(float(weight[fresh & wifi].sum() / weight[wifi].sum()), 3)
        assert f"Newly served: {100 * share:.1f}".rstrip("0").rstrip(".") + "%" in chrome.execute_script(script)


def test_a_plan_without_years_has_no_year_switch(chrome: Chrome, tmp_path: Path) -> None:
    show(chrome, tmp_path, render_map(make_deliverable(language="en")))
    assert [button.text for button in chrome.find_elements(By.CSS_SELECTOR, ".cardio-views button")] == [
        "Today",
        "With the plan",
    ]


def test_a_service_can_be_switched_off(chrome: Chrome, tmp_path: Path) -> None:
    deliverable = make_deliverable(language="en")
    show(chrome, tmp_path, render_map(deliverable))
    press(chrome, "Public wifi")
    shown = chrome.execute_script(SHOWN)
    assert shown["new_sites"] == sorted(deliverable.sites.loc[deliverable.sites["service"] == "fibre_access", "id"])
    assert len(shown["new_routes"]) == len(deliverable.routes)  # both services use them
    groups = "return cardioDrawing.layers.filter((state) => state.visible).map((state) => state.entry.group)"
    assert not {"coverage", "zones"} & set(chrome.execute_script(groups))
    press(chrome, "Fibre access")
    assert chrome.execute_script(SHOWN) == {"new_sites": [], "new_routes": []}


def test_search_finds_without_accents_and_moves_there(chrome: Chrome, tmp_path: Path) -> None:
    deliverable = make_deliverable(language="en")
    show(chrome, tmp_path, render_map(deliverable))
    assert search(chrome, "PREFECTURE", Keys.ENTER) == ["Préfecture – Z3\nWifi each – Iris"]
    assert wait_for(lambda: chrome.find_elements(By.CSS_SELECTOR, ".leaflet-popup-content h3"))
    assert search(chrome, "access point", Keys.ARROW_DOWN, Keys.ENTER)[1].endswith("\naccess_point-lights-1")
    assert chrome.execute_script(CENTRE) == pytest.approx(place_of(deliverable.sites, 1), abs=0.004)
    assert chrome.execute_script("return cardio_map.getZoom()") == 18
    popup = chrome.find_elements(By.CSS_SELECTOR, ".leaflet-popup-content")[-1]
    assert wait_for(lambda: "access_point-lights-1" in popup.get_attribute("textContent"))
    assert "Rue 7\nStreets – streets" in search(chrome, "rue 7", Keys.ENTER)
    school = deliverable.demand[deliverable.demand["service"] == "fibre_access"].index[3]
    assert search(chrome, "ecole 303", Keys.ENTER) == ["École 303 – B303\nFibre access"]
    assert chrome.execute_script(CENTRE) == pytest.approx(place_of(deliverable.demand, school), abs=0.004)
    assert search(chrome, "nowhere") == ["Nothing of this name."]
    assert severe_messages(chrome) == []


def test_search_finds_works_by_their_type(chrome: Chrome, tmp_path: Path) -> None:
    deliverable = make_deliverable(language="en")
    many = deliverable.sites["option"] == "access_point"
    points = deliverable.sites[many]
    renamed = deliverable.sites.assign(id=[f"EP{row:04d}" for row in range(len(many))])  # ids say nothing of the type
    labelled = {**deliverable.labels, ("options", "access_point"): "Borne d’accès"}
    show(chrome, tmp_path, render_map(replace(deliverable, sites=renamed, labels=labelled)))
    listed = search(chrome, "BORNE D'ACCES")
    assert len(listed) == min(20, len(points)) > 1
    place, layer = points.iloc[0]["place_id"], points.iloc[0]["place_layer"]
    title, number = listed[0].split("\n")
    assert title.startswith("Borne d’accès – ") and number == renamed[many].iloc[0]["id"]
    assert title.endswith(str(place)) and str(layer).capitalize() in title
    trench = search(chrome, "trench")
    assert trench and all("\n" in line and line.split("\n")[1] in set(deliverable.routes["id"]) for line in trench)
    assert severe_messages(chrome) == []


def test_on_paper_the_legend_is_whole_and_has_no_empty_heading(chrome: Chrome, tmp_path: Path) -> None:
    show(chrome, tmp_path, render_map(make_deliverable(language="en")))
    script = """return [...document.querySelectorAll('.cardio-group')].map((group) =>
      [group.firstChild.textContent, group.getClientRects().length > 0,
       group.querySelectorAll('input:checked').length])"""
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        chrome.execute_script("window.dispatchEvent(new Event('beforeprint'))")
        groups = chrome.execute_script(script)
        assert {shown for _, shown, _ in groups} == {True, False}
        assert all(shown == (ticked > 0) for _, shown, ticked in groups)
        panel = "const panel = document.querySelector('.cardio-panel'); return "
        assert chrome.execute_script(f"{panel} panel.parentNode === document.body")
        assert chrome.execute_script(f"{panel} panel.scrollHeight <= panel.clientHeight + 1")
        chrome.execute_script("window.dispatchEvent(new Event('afterprint'))")
        assert chrome.execute_script(f"{panel} panel.parentNode.classList.contains('leaflet-right')")
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert severe_messages(chrome) == []


def test_measure_gives_the_length_and_area_of_the_ellipsoid(chrome: Chrome, tmp_path: Path) -> None:
    show(chrome, tmp_path, render_map(make_deliverable(language="en")))
    button = chrome.find_elements(By.CSS_SELECTOR, ".cardio-tools button")[1]
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    area = chrome.find_element(By.CLASS_NAME, "folium-map")
    middle = area.size["width"] // 2, area.size["height"] // 2
    offsets = [(-200, -100), (100, -100), (100, 150)]
    for across, down in offsets:
        ActionChains(chrome).move_to_element_with_offset(area, across, down).click().perform()
    corners = [chrome.execute_script(PLACE, middle[0] + across, middle[1] + down) for across, down in offsets]
    geod = Geod(ellps="WGS84")
    length_m = geod.line_length(*zip(*corners, strict=True))
    area_m2 = abs(geod.polygon_area_perimeter(*zip(*corners, strict=True))[0])
    told = chrome.find_element(By.CSS_SELECTOR, ".cardio-measured").text.replace(",", "")
    numbers = [float(word) for word in told.split() if word.replace(".", "").isdigit()]
    assert numbers == pytest.approx([length_m, area_m2 / 10_000], rel=0.003), told  # whole metres, tenths of hectares
    assert chrome.find_elements(By.CSS_SELECTOR, ".leaflet-popup") == []  # clicks on works measure too
    ActionChains(chrome).send_keys(Keys.ESCAPE).perform()
    assert not chrome.find_element(By.CSS_SELECTOR, ".cardio-measured").is_displayed()


def test_gaps_are_a_list_that_leads_to_them(chrome: Chrome, tmp_path: Path) -> None:
    deliverable = make_deliverable(language="en")
    show(chrome, tmp_path, render_map(deliverable))
    press(chrome, "Not served – Public wifi")
    items = chrome.find_elements(By.CSS_SELECTOR, ".cardio-gaps button")
    demand = deliverable.demand
    gaps = demand[(demand["service"] == "public_wifi") & ~demand["after"]]
    name, weight = items[0].text.split()
    assert (len(items), weight) == (8, f"{gaps['weight'].max():.0f}")
    chrome.execute_script("arguments[0].click()", items[0])
    row = demand.index[demand["id"] == name][0]
    assert chrome.execute_script(CENTRE) == pytest.approx(place_of(demand, row), abs=0.004)


def test_hostile_text_stays_text_everywhere(chrome: Chrome, tmp_path: Path) -> None:
    deliverable = in_two_years(make_deliverable(text=HOSTILE))
    show(chrome, tmp_path, render_map(deliverable))
    for box in chrome.find_elements(By.CSS_SELECTOR, ".cardio-panel input:not(:checked)"):
        chrome.execute_script("arguments[0].click()", box)
    for text in ("rue 7", "access_point", "prefecture", "E1"):
        assert HOSTILE in "".join(search(chrome, text, Keys.ENTER))
        if text != "rue 7":
            content = wait_for(lambda: chrome.find_elements(By.CSS_SELECTOR, ".leaflet-popup-content"))[-1]
            assert HOSTILE in content.get_attribute("textContent")
    chrome.execute_script("cardio_map.setZoom(17, { animate: false })")
    assert any(HOSTILE in label for label in chrome.execute_script(LABELS))
    assert chrome.execute_script("return window.hacked") is None
    assert chrome.find_elements(By.TAG_NAME, "img") == []
    assert chrome.execute_script(REQUESTS) == []
    assert severe_messages(chrome) == []


def test_zones_show_their_share_and_streets_their_name(chrome: Chrome, tmp_path: Path) -> None:
    show(chrome, tmp_path, render_map(make_deliverable(language="en")))
    assert {"50% ✓", "35% ✓", "10% ✗"} <= set(chrome.execute_script(LABELS))
    press(chrome, "Today")
    assert {"40% ✓", "10% ✗", "0% ✗"} <= set(chrome.execute_script(LABELS))
    chrome.execute_script("cardio_map.setZoom(17, { animate: false })")
    assert any(label.startswith("Rue ") for label in chrome.execute_script(LABELS))


def test_only_the_tiles_of_the_study_are_asked_for(chrome: Chrome, tmp_path: Path) -> None:
    tiles = Tiles("https://tiles.example.org/{z}/{x}/{y}.png", "Exempleville <b>")
    page = render_map(replace(make_deliverable(language="en"), tiles=tiles))
    assert "img-src data: https://tiles.example.org" in page
    show(chrome, tmp_path, page)
    asked = wait_for(lambda: chrome.execute_script(REQUESTS))
    assert asked and all(url.startswith("https://tiles.example.org/") for url in asked)
    assert "Background: Exempleville <b>" in chrome.find_element(By.ID, "cardio-foot").text
    chrome.get_log("browser")  # the tiles could not be had


def test_a_notebook_shows_the_folium_map_with_added_layers(chrome: Chrome, tmp_path: Path) -> None:
    study_map = folium_map(make_deliverable(language="en", text=HOSTILE))
    folium.CircleMarker([50.3, 2.76], radius=5).add_to(folium.FeatureGroup(name="Own").add_to(study_map))
    open_page(chrome, tmp_path, f"<!doctype html><body>{study_map._repr_html_()}")
    chrome.switch_to.frame(chrome.find_element(By.TAG_NAME, "iframe"))
    try:
        assert wait_for(lambda: chrome.execute_script(PAINTED)) > 1_000
        assert chrome.execute_script("return window.hacked") is None
        assert chrome.execute_script(REQUESTS) == []
        assert chrome.execute_script("return document.querySelectorAll('.leaflet-overlay-pane path').length") == 1
    finally:
        chrome.switch_to.default_content()
    assert severe_messages(chrome) == []
