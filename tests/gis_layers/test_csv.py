"""Tables of text: cells, and where their rows lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_layers import StudyError, SurveyError
from tests.gis_layers.files import codes, found, read
from tests.real_data import real_data

LAMBERT = {"crs": "EPSG:2154"}
DEGREES = {"crs": "EPSG:4326"}


def write_csv(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def test_codes_stay_text_and_places_are_read(tmp_path: Path) -> None:
    layer = read(write_csv(tmp_path, "id,x,y,insee\n007,666000,6359000,01004\n"), "parking_meter", **LAMBERT)
    assert layer.frame["id"].tolist() == ["007"]
    assert layer.frame["insee"].tolist() == ["01004"]
    assert (layer.frame.geometry.x[0], layer.frame.geometry.y[0]) == (666000, 6359000)
    assert "{x: x, y: y}" in found(layer, "column-alias")[0].message


def test_real_meters_in_lat_lon_text() -> None:
    path = real_data("sf_parking_meters/Parking_meters.csv")
    layer = read(path, "parking_meter", study_crs="EPSG:26910", columns={"id": "POST_ID"}, **DEGREES)
    assert layer.rows_read == 29360
    assert "latitude, longitude" in found(layer, "lat-lon-text")[0].done
    assert layer.rows_kept > 29000


def test_real_addresses() -> None:
    layer = read(real_data("montpellier_adresses/adresses_montpellier.csv"), "address", **LAMBERT)
    assert layer.rows_read == 36305
    print(layer.set_aside, codes(layer))


@pytest.mark.parametrize(
    ("name", "error"), [("empty.csv", SurveyError), ("sample-latin1.csv", StudyError), ("not-trimmed.csv", StudyError)]
)
def test_tables_without_a_place_are_refused(name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(real_data("nasty/csv") / name, "parking_meter", **LAMBERT)
