"""The Folium map with a layer of one's own, in a page of one's own, drawn with the network cut."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.cardio.chromium import offline_browser, severe_messages
from tests.cardio.test_browser import PAINTED, wait_for
from tests.notebooks.executed import Executed, is_offline, numbers_in

REQUESTS = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
OWN_LINES = "return document.querySelectorAll('.leaflet-overlay-pane path').length"


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Executed:
    return Executed("4_map_in_a_report", tmp_path_factory.mktemp("map_in_a_report"))


@pytest.fixture(scope="module")
def folder(executed: Executed) -> Path:
    return executed.folder / "map_in_a_report"


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with offline_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def test_it_runs_clean(executed: Executed) -> None:
    assert executed.faults(writes="map_in_a_report") == []


def test_the_plan_is_verified_and_its_cost_is_in_the_page(executed: Executed, folder: Path) -> None:
    said = executed.text("plan")
    assert "verified: True" in said
    assert f"<td>{numbers_in(said)[0]:,.0f} EUR</td>" in (folder / "council.html").read_text(encoding="utf-8")


def test_three_streets_with_a_name_are_chosen(executed: Executed) -> None:
    rows = executed.rows("own")
    metres = [float(row[1]) for row in rows]
    assert len(rows) == 3
    assert all(row[0] for row in rows)
    assert metres == sorted(metres, reverse=True)


def test_names_are_made_harmless(executed: Executed) -> None:
    shown = executed.text("safe").strip("'")
    assert not set("<>`$\\{}&") & set(shown.replace("&#", "").replace(";", ""))
    assert unescape(shown) == "<b>Rue</b> de l'Abbé ${alert(1)}"


def test_the_frame_shows_the_file_that_was_saved(executed: Executed, folder: Path) -> None:
    page = executed.map_page("council")
    assert page.strip() == (folder / "map.html").read_text(encoding="utf-8").strip()
    assert 'sandbox="allow-scripts"' in executed.html("council")
    assert all(row[0] in page for row in executed.rows("own"))


def test_it_stays_offline_as_the_table_says(executed: Executed) -> None:
    linked, forbids, forbids_online, size_mb = (row[1] for row in executed.rows("offline"))
    assert (linked, forbids, forbids_online) == ("0", "True", "False")
    assert 0.1 < float(size_mb) < 6
    assert is_offline(executed.map_page("add"))


@pytest.mark.browser
def test_the_council_page_draws_map_and_own_layer_with_no_network(
    chrome: Chrome, folder: Path, executed: Executed
) -> None:
    chrome.get((folder / "council.html").as_uri())
    chrome.switch_to.frame(chrome.find_element(By.TAG_NAME, "iframe"))
    try:
        assert wait_for(lambda: chrome.execute_script(PAINTED)) > 1_000
        assert chrome.execute_script(OWN_LINES) >= 3
        assert chrome.execute_script(REQUESTS) == []
        boxes = chrome.find_elements(By.CSS_SELECTOR, ".leaflet-control-layers-overlays input")
        assert len(boxes) == 1
        chrome.execute_script("arguments[0].click()", boxes[0])
        assert wait_for(lambda: chrome.execute_script(OWN_LINES) == 0)
    finally:
        chrome.switch_to.default_content()
    assert chrome.execute_script(REQUESTS) == []
    assert severe_messages(chrome) == []
