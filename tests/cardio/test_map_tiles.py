"""Tiles: fetched only where a study asks for them, from the host that it names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import folium
import pytest

from cardio.exporters import folium_map, render_map
from cardio.study import load_study
from cardio.tiles import Tiles, check_tiles_url
from gis_layers import StudyError
from tests.cardio.deliverables import make_deliverable
from tests.cardio.study_samples import changed, write_study

GOOD = "https://tiles.example.org/wmts?layer=plan&tilematrix={z}&tilecol={x}&tilerow={y}"


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "//tiles.example.org/{z}/{x}/{y}.png",
        "https://{s}.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y}{r}.png",
        "https://tiles.example.org/{z}/{x}/y.png",
        "https://tiles.example.org/{z}/{z}/{x}/{y}.png",
        "https://user:secret@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y}.png; script-src *",
        'https://tiles.example.org/{z}/{x}/{y}.png"><script>',
        "https://*/{z}/{x}/{y}.png",
        "javascript:alert({z}{x}{y})",
        "",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        check_tiles_url(url)


def test_the_policy_lets_in_the_host_of_the_tiles_alone() -> None:
    tiles = Tiles(check_tiles_url(GOOD), "Exempleville")
    assert tiles.origin == "https://tiles.example.org"
    page = render_map(replace(make_deliverable(), tiles=tiles))
    assert 'img-src data: https://tiles.example.org">' in page
    assert "Fond\u202f: Exempleville" in page
    assert "https://tiles" not in render_map(make_deliverable())


def test_the_map_names_the_owners_of_its_data() -> None:
    page = render_map(replace(make_deliverable(language="en"), attribution="© Map <contributors>"))
    assert "Data: © Map &lt;contributors&gt; · Map: Leaflet, Folium" in page


def test_a_study_asks_for_tiles_with_their_attribution(tmp_path: Path) -> None:
    assert load_study(write_study(tmp_path)).tiles == Tiles("https://tiles.example.org/{z}/{x}/{y}.png", "Exempleville")
    with pytest.raises(StudyError, match=r"(?s)map\.tiles\.url.*https://tiles\.example\.org"):
        load_study(write_study(tmp_path, changed("map/tiles/url", "http://tiles.example.org/{z}/{x}/{y}.png")))
    with pytest.raises(StudyError, match=r"attribution"):
        load_study(write_study(tmp_path, changed("map/tiles", {"url": GOOD})))


def test_the_folium_map_is_one_to_add_to_and_to_save(tmp_path: Path) -> None:
    study_map = folium_map(make_deliverable(language="en"))
    assert isinstance(study_map, folium.Map)
    folium.CircleMarker([50.3, 2.76], tooltip="ours").add_to(study_map)
    study_map.save(str(tmp_path / "map.html"))
    page = (tmp_path / "map.html").read_text("utf-8")
    assert page.count("L.map(") == 1 and page.count('id="cardio-data"') == 1
    assert page.index("drawCardioMap(cardio_map") < page.index("L.circleMarker(\n                [50.3, 2.76]")
    assert study_map.get_root().render() == study_map.get_root().render()
    assert "cardio-data" in study_map._repr_html_()


def test_only_a_map_that_is_asked_to_be_online_has_no_policy() -> None:
    deliverable = make_deliverable()
    assert "Content-Security-Policy" in folium_map(deliverable).get_root().render()
    assert "Content-Security-Policy" not in folium_map(deliverable, offline=False).get_root().render()
