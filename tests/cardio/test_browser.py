"""The pages as a browser with no network shows them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from cardio.exporters import render_map, render_report
from tests.cardio.chromium import offline_browser, severe_messages
from tests.cardio.deliverables import HOSTILE, make_deliverable
from tests.cardio.test_exporters_report_money import plan_rich_town, told

pytestmark = pytest.mark.browser

# pixels of the drawing canvas that were painted
PAINTED = """
const canvas = document.querySelector('.leaflet-overlay-pane canvas');
if (!canvas) return 0;
const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
let painted = 0;
for (let i = 3; i < data.length; i += 4) if (data[i]) painted += 1;
return painted;
"""
# where the first site stands on the screen, relative to the middle of the map
SITE_OFFSET = """
const site = cardioData.layers.find((layer) => layer.group === 'new_sites').points[0][0];
const place = L.latLng((cardioData.origin[1] + site[1]) / 1e6, (cardioData.origin[0] + site[0]) / 1e6);
const point = cardio_map.latLngToContainerPoint(place), size = cardio_map.getSize();
return [Math.round(point.x) - Math.floor(size.x / 2), Math.round(point.y) - Math.floor(size.y / 2)];
"""
DEMAND_COLOURS = """
const { entry, made } = cardioDrawing.layers.find((state) => state.entry.type === 'demand');
const [cloud] = made.group.getLayers();
return entry.rows.map((_values, row) => { const sign = cloud._signOf(row);
  return sign.fillColor === '#ffffff' ? sign.color : sign.fillColor; });
"""
VISIBLE_KINDS = (
    "return cardioDrawing.layers.filter((s) => s.made && cardio_map.hasLayer(s.made.group)).map((s) => s.entry.group)"
)


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with offline_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def open_page(chrome: Chrome, tmp_path, page: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    chrome.get(path.as_uri())


def wait_for(what: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Return the first true value; the last value when time is over."""
    end = time.monotonic() + seconds
    while not (value := what()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


def click_first_site(chrome: Chrome) -> WebElement:
    ActionChains(chrome).move_to_element_with_offset(
        chrome.find_element(By.CLASS_NAME, "folium-map"), *chrome.execute_script(SITE_OFFSET)
    ).click().perform()
    popup = wait_for(lambda: chrome.find_elements(By.CSS_SELECTOR, ".leaflet-popup-content"))[0]
    assert wait_for(lambda: popup.text)  # it fades in, and has no visible text before
    return popup


def test_the_map_draws_and_hostile_text_stays_text(chrome, tmp_path):
    open_page(chrome, tmp_path, render_map(make_deliverable(text=HOSTILE)))
    assert wait_for(lambda: chrome.execute_script(PAINTED)) > 10_000
    rows = [label.text for label in chrome.find_elements(By.CSS_SELECTOR, ".leaflet-control-layers label")]
    assert f"Access point{HOSTILE}" in rows and f"Streets{HOSTILE} – voies" in rows
    popup = click_first_site(chrome)
    assert popup.find_element(By.TAG_NAME, "h3").text == f"Access point{HOSTILE}"
    assert f"access_point-lights-0{HOSTILE}" in [cell.text for cell in popup.find_elements(By.TAG_NAME, "dd")]
    for box in chrome.find_elements(By.CSS_SELECTOR, ".leaflet-control-layers input:not(:checked)"):
        chrome.execute_script("arguments[0].click()", box)
    assert HOSTILE in chrome.find_element(By.CSS_SELECTOR, "#cardio-title h1").text
    assert chrome.execute_script("return window.hacked") is None
    assert chrome.find_elements(By.TAG_NAME, "img") == []
    assert severe_messages(chrome) == []


def test_today_hides_the_plan_and_boxes_switch_layers(chrome, tmp_path):
    open_page(chrome, tmp_path, render_map(make_deliverable(language="en")))
    shown = wait_for(lambda: chrome.execute_script(VISIBLE_KINDS))
    assert {"new_sites", "new_routes", "coverage", "zones", "existing", "base"} == set(shown)
    with_plan = chrome.execute_script(DEMAND_COLOURS)
    today, _plan = chrome.find_elements(By.CSS_SELECTOR, ".cardio-views button")
    today.click()
    assert {"new_sites", "new_routes"} & set(chrome.execute_script(VISIBLE_KINDS)) == set()
    before = chrome.execute_script(DEMAND_COLOURS)
    assert with_plan.count("#009E73") > 0 == before.count("#009E73")
    assert before.count("#E69F00") == with_plan.count("#E69F00") + with_plan.count("#009E73")
    labels = {label.text: label for label in chrome.find_elements(By.CSS_SELECTOR, ".leaflet-control-layers label")}
    labels["Not served – Public wifi"].click()
    labels["Meters – parking meters"].click()
    after = chrome.execute_script(VISIBLE_KINDS)
    assert "gaps" in after and after.count("existing") == shown.count("existing") - 1
    assert severe_messages(chrome) == []


def test_hexagons_draw(chrome, tmp_path):
    open_page(chrome, tmp_path, render_map(make_deliverable(demand=20_001, text=HOSTILE)))
    assert wait_for(lambda: chrome.execute_script(PAINTED)) > 100_000
    assert chrome.execute_script("return window.hacked") is None
    assert severe_messages(chrome) == []


def test_the_report_shows_the_map_inside(chrome, tmp_path):
    deliverable = make_deliverable(text=HOSTILE)
    chrome.set_window_size(1_200, 420)  # so low that the map starts out of sight, where it has no size yet
    open_page(chrome, tmp_path, render_report(deliverable, render_map(deliverable)))
    assert HOSTILE in chrome.find_element(By.TAG_NAME, "h1").text
    frame = chrome.find_element(By.TAG_NAME, "iframe")
    assert frame.location["y"] > chrome.execute_script("return innerHeight")
    chrome.set_window_size(1_200, 900)
    chrome.execute_script("arguments[0].scrollIntoView()", frame)
    chrome.switch_to.frame(frame)
    try:
        assert wait_for(lambda: chrome.execute_script(PAINTED)) > 10_000
        assert chrome.execute_script("return cardio_map.getZoom()") > 13
        assert click_first_site(chrome).find_element(By.TAG_NAME, "h3").text == f"Access point{HOSTILE}"
        assert chrome.execute_script("return window.hacked") is None
        # the sandbox gives the map no way to the report around it
        assert chrome.execute_script("try { return parent.document.title } catch (error) { return error.name }") == (
            "SecurityError"
        )
    finally:
        chrome.switch_to.default_content()
    assert chrome.execute_script("return window.hacked") is None
    assert [m for m in severe_messages(chrome) if "SecurityError" not in m] == []


def test_the_picture_stands_in_for_the_map_on_paper(chrome, tmp_path):
    deliverable = make_deliverable(text=HOSTILE)
    chrome.set_window_size(1_200, 900)
    open_page(chrome, tmp_path, render_report(deliverable, render_map(deliverable)))
    picture, frame = chrome.find_element(By.CSS_SELECTOR, ".picture > svg"), chrome.find_element(By.TAG_NAME, "iframe")
    assert picture.location["y"] + picture.size["height"] < frame.location["y"]
    assert frame.is_displayed() and picture.size["width"] > 1_000
    drawn = chrome.execute_script(
        "return [...document.querySelectorAll('.picture > svg path')].map(p => p.getBBox().width)"
    )
    assert len(drawn) > 10 and min(drawn) >= 5 and max(drawn) > 500
    assert f"Access point{HOSTILE}\n3" in [item.text for item in chrome.find_elements(By.CSS_SELECTOR, ".legend li")]
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert picture.is_displayed() and not frame.is_displayed()
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert severe_messages(chrome) == []


def test_tables_of_millions_fit_on_paper(chrome, tmp_path):
    deliverable, words = told(plan_rich_town(tmp_path / "rich", "fr"))
    page = render_report(deliverable, "").replace(words.money(17_300), words.money(12_317_300))
    chrome.set_window_size(688, 1_000)  # A4 less two margins of 14 mm, 96 pixels an inch
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        open_page(chrome, tmp_path, page)
        ends = chrome.execute_script(
            "return [...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right)"
        )
        assert chrome.execute_script("return innerWidth") == 688
        assert len(ends) > 10 and max(ends) <= 688
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_without_scripts_the_report_says_where_the_map_would_be(chrome, tmp_path):
    deliverable = make_deliverable(language="en")
    chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        open_page(chrome, tmp_path, render_report(deliverable, render_map(deliverable)))
        assert chrome.find_element(By.CSS_SELECTOR, ".picture > svg").is_displayed()
        assert "allows scripts" in chrome.find_element(By.CSS_SELECTOR, ".window p").text
    finally:
        chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
