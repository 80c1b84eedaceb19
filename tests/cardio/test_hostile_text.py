"""Text of a survey that tries to run: it stays text in every deliverable."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import fiona
import geopandas as gpd
import openpyxl
import pytest

from cardio.run import run_study
from tests.cardio.tiny_town import write_tiny_town

EVIL = "x<script>alert(1)</script>`${alert(2)}`<img src=x onerror=alert(3)>"
FORMULA = '=HYPERLINK("http://example.org","pay")'
FORMULAS = (FORMULA, "+1+cmd|' /C calc'!A0", "-1+1", "@SUM(1)")
TARGET_LAYERS = {"schools": EVIL, "exchange": FORMULA, "zones": "</script><script>alert(4)</script>"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of the tiny town whose ids, names and attributes are all hostile, with a finding about each."""
    folder = tmp_path_factory.mktemp("hostile")
    study = write_tiny_town(folder)
    for layer, evil in TARGET_LAYERS.items():
        frame = gpd.read_file(folder / "town.gpkg", layer=layer)
        frame["id"] = [f"{evil}{row}" for row in range(len(frame))]
        frame["name"] = frame["id"]
        frame[EVIL.replace('"', "")[:40]] = FORMULA
        frame.to_file(folder / "town.gpkg", layer=layer, driver="GPKG")
    bays = gpd.read_file(folder / "town.gpkg", layer="bays")
    bays["NB"] = ["10", "30"]
    bays["id"] = [FORMULAS[1], FORMULAS[1]]
    bays = gpd.GeoDataFrame(bays.loc[[0, 1, 0, 0]].reset_index(drop=True), crs=bays.crs)
    bays.loc[2, "NB"], bays.loc[3, "NB"] = EVIL, FORMULA
    bays.to_file(folder / "town.gpkg", layer="bays", driver="GPKG")
    assert run_study(study, out=folder / "plan").exit_code == 0
    return folder / "plan"


class Tags(HTMLParser):
    """Tags of a page with their attributes, and the text of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script":
            self.scripts.append(data)


def pages(plan: Path) -> dict[str, str]:
    """The map, the report, and the map inside the report."""
    report = (plan / "report.html").read_text("utf-8")
    inside = [attributes["srcdoc"] for tag, attributes in Tags(report).tags if attributes.get("srcdoc")]
    found = {"map": (plan / "map.html").read_text("utf-8"), "report": report}
    return found | {f"map {number}": str(page) for number, page in enumerate(inside)}


def test_no_page_gets_a_tag_or_handler_from_the_survey(plan: Path) -> None:
    for name, page in pages(plan).items():
        tags = Tags(page).tags
        assert [attributes for _, attributes in tags if "onerror" in attributes] == [], name
        assert [tag for tag, attributes in tags if tag == "img" and attributes.get("src") == "x"] == [], name


def test_no_script_of_a_page_holds_survey_text_but_as_data(plan: Path) -> None:
    for name, page in pages(plan).items():
        for body in re.findall(r"<script(?![^>]*application/json)[^>]*>(.*?)</script>", page, re.DOTALL):
            assert not re.search(r"alert\(\d\)", body), name
        for body in re.findall(r"<script[^>]*application/json[^>]*>(.*?)</script>", page, re.DOTALL):
            json.loads(body)
            assert "<" not in body, name


def test_the_survey_text_is_still_there_to_read(plan: Path) -> None:
    data = re.findall(r"<script[^>]*application/json[^>]*>(.*?)</script>", pages(plan)["map"], re.DOTALL)
    assert "alert(1)" in str(json.loads(data[0]))


def test_the_workbook_has_no_formula_or_link_from_the_survey(plan: Path) -> None:
    book = openpyxl.load_workbook(plan / "plan.xlsx")
    texts = 0
    for sheet in book:
        assert not sheet._hyperlinks
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if cell.data_type == "f":
                assert not re.search(r"HYPERLINK|cmd|alert|@SUM", str(cell.value)), cell.coordinate
            elif isinstance(cell.value, str) and re.search(r"HYPERLINK|alert\(|cmd", cell.value):
                texts += 1
    assert texts > 0


def test_no_cell_of_the_findings_begins_as_a_formula(plan: Path) -> None:
    with (plan / "findings.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert any("HYPERLINK" in cell for row in rows for cell in row)
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_the_geopackage_keeps_the_text_as_it_is(plan: Path) -> None:
    found: list[str] = []
    for layer in fiona.listlayers(plan / "plan.gpkg"):
        with fiona.open(plan / "plan.gpkg", layer=layer) as source:
            found += [str(value) for feature in source for value in feature["properties"].values()]
    assert any(EVIL in value for value in found)
