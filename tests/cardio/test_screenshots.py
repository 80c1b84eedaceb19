"""What people see, photographed in a browser without a network and kept (out/artefacts, or CARDIO_ARTEFACTS)."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver import Chrome

from cardio.exporters import render_map, render_report
from cardio.exporters.pdf import make_pdf
from tests.cardio.chromium import offline_browser, severe_messages
from tests.cardio.deliverables import in_two_years, make_deliverable
from tests.cardio.test_browser import PAINTED, open_page, wait_for

pytestmark = pytest.mark.browser
ARTEFACTS = Path(os.environ.get("CARDIO_ARTEFACTS") or Path(__file__).resolve().parents[2] / "out" / "artefacts")
TO_A_STREET = "cardio_map.setView(cardio_map.getCenter(), 17, { animate: false })"


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with offline_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def keep(chrome: Chrome, name: str) -> Image.Image:
    """Photograph the window into the folder of artefacts."""
    picture = chrome.get_screenshot_as_png()
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    (ARTEFACTS / f"{name}.png").write_bytes(picture)
    return Image.open(io.BytesIO(picture)).convert("RGB")


def share_painted(picture: Image.Image) -> float:
    """Part of the pixels that are not of the commonest colour."""
    colours = np.asarray(picture).reshape(-1, 3).astype(np.int64) @ np.array([65536, 256, 1])
    return 1.0 - np.unique(colours, return_counts=True)[1].max() / len(colours)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_map_of_the_town_and_of_a_street(chrome: Chrome, tmp_path: Path, language: str) -> None:
    open_page(chrome, tmp_path, render_map(in_two_years(make_deliverable(language=language))))
    assert wait_for(lambda: chrome.execute_script(PAINTED)) > 10_000
    town = keep(chrome, f"map-town-{language}")
    chrome.execute_script(TO_A_STREET)
    wait_for(lambda: chrome.execute_script("return cardioDrawing.labels.length > 0"))
    street = keep(chrome, f"map-street-{language}")
    assert share_painted(town) > 0.1 and share_painted(street) > 0.1
    assert np.asarray(town).tobytes() != np.asarray(street).tobytes()
    assert severe_messages(chrome) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_on_screen_and_on_paper(chrome: Chrome, tmp_path: Path, language: str) -> None:
    deliverable = in_two_years(make_deliverable(language=language))
    page = render_report(deliverable, render_map(deliverable))
    open_page(chrome, tmp_path, page)
    assert share_painted(keep(chrome, f"report-{language}")) > 0.1
    chrome.execute_script("document.querySelector('#map, section.map').scrollIntoView()")
    assert share_painted(keep(chrome, f"report-map-{language}")) > 0.1
    pdf, pages = make_pdf(page)
    (ARTEFACTS / f"report-{language}.pdf").write_bytes(pdf)
    assert pdf.startswith(b"%PDF") and pages > 3
    assert severe_messages(chrome) == []
