"""Files on which the fast reader gives up: rows that can be read are read, the others are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis_layers import SurveyError
from gis_layers.gdal import pyogrio
from gis_layers.readers import salvage, vector
from gis_layers.readers.salvage import read_row_by_row
from tests.gis_layers.files import codes, found, point, read, write_geojson, write_gpkg

ROWS = 5


def meters(path: Path) -> Path:
    names = [f"rue de l’été {i}" for i in range(ROWS)]
    return write_gpkg(path, [shapely.Point(i, 0) for i in range(ROWS)], {"nom": names, "n": list(range(ROWS))})


@pytest.fixture
def no_fast_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object, **__: object) -> None:
        raise pyogrio.errors.FeatureError("Failed to read feature 3")

    monkeypatch.setattr(vector.pyogrio.raw, "read", give_up)


def test_both_engines_read_the_same_rows(tmp_path: Path) -> None:
    path = meters(tmp_path / "a.gpkg")
    fast = read(path, "parking_meter").delivered
    slow = read_row_by_row(path, None)
    assert fast is not None and slow is not None and slow.wkb is not None
    assert [shapely.from_wkb(one) for one in slow.wkb] == [shapely.from_wkb(one) for one in fast.wkb]
    assert {name: list(values) for name, values in slow.columns.items()} == {
        name: list(values) for name, values in fast.columns.items()
    }
    assert not slow.is_lost.any() and not slow.ended_early


@pytest.mark.usefixtures("no_fast_reader")
def test_when_the_fast_reader_gives_up_the_slow_one_goes_on_and_says_so(tmp_path: Path) -> None:
    layer = read(meters(tmp_path / "a.gpkg"), "parking_meter")
    assert layer.rows_kept == ROWS
    assert layer.frame["name"].iloc[1] == "rue de l’été 1"
    (finding,) = found(layer, "salvaged")
    assert finding.severity == "warning"
    assert "Failed to read feature 3" in finding.message
    assert "5 of 5 rows" in finding.done


@pytest.mark.usefixtures("no_fast_reader")
def test_a_row_that_neither_engine_reads_keeps_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_but_one(path: Path, layer: str | None) -> object:
        saved = read_row_by_row(path, layer)
        assert saved is not None
        is_lost = np.arange(ROWS) == 2
        return type(saved)(saved.wkb, saved.columns, is_lost, ("the row cannot be read: bad date",), False)

    monkeypatch.setattr(vector, "read_row_by_row", read_but_one)
    layer = read(meters(tmp_path / "a.gpkg"), "parking_meter")
    assert layer.set_aside == {"row-unreadable": 1}
    assert layer.frame["source_row"].tolist() == [0, 1, 3, 4]
    (finding,) = found(layer, "row-unreadable")
    assert (finding.feature, finding.severity) == ("2", "error")


@pytest.mark.usefixtures("no_fast_reader")
def test_what_breaks_off_early_needs_the_study_to_accept_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = meters(tmp_path / "a.gpkg")
    monkeypatch.setattr(salvage, "_stated_rows", lambda _: 8)
    with pytest.raises(SurveyError, match="only 5 of 8 rows can be read") as caught:
        read(path, "parking_meter")
    assert "salvage: true" in caught.value.hint
    layer = read(path, "parking_meter", salvage=True)
    assert (layer.rows_read, layer.set_aside) == (8, {"row-unreadable": 3})


def test_text_that_is_not_utf8_costs_no_row_in_any_format(tmp_path: Path) -> None:
    gpkg = meters(tmp_path / "a.gpkg")
    gpkg.write_bytes(gpkg.read_bytes().replace("l’été 3".encode(), b"l\xe2\x80\x99\xe9t--- 3"))
    geojson = write_geojson(tmp_path / "a.geojson", [(point(i), {"nom": f"AB{i}"}) for i in range(ROWS)])
    geojson.write_bytes(geojson.read_bytes().replace(b"AB3", b"A\xe93"))
    for path, text in ((gpkg, "rue de l’\\xe9t--- 3"), (geojson, "A\\xe93")):
        layer = read(path, "parking_meter")
        assert layer.rows_kept == ROWS
        assert layer.frame["name"].iloc[3] == text
        assert layer.frame["name"].iloc[1] in ("rue de l’été 1", "AB1")
        (finding,) = found(layer, "undecodable-text")
        assert (finding.feature, finding.severity) == ("3", "warning")
        assert "salvaged" not in codes(layer)


def test_a_file_that_is_broken_as_a_whole_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature" ]}', encoding="ascii")
    with pytest.raises(SurveyError, match="character"):
        read(path, "parking_meter")
    assert read_row_by_row(path, None) is None
