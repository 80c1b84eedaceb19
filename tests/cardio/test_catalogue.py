"""What the catalogues of the command line say: optional libraries, formats, and a broken environment."""

from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

import pytest

from cardio.catalogue import OPTIONAL_LIBRARIES, doctor_document, kinds_document
from cardio.texts import say_doctor, say_kinds


def test_doctor_names_every_extra_that_reads_surveys() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for library, extra in OPTIONAL_LIBRARIES.items():
        assert project["optional-dependencies"][extra][0].startswith(library)
    assert set(doctor_document()["optional_libraries"]) == {"osmium", "pyarrow", "psycopg", "libcoveofds"}


def test_doctor_says_how_to_install_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "osmium":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    document = doctor_document()
    assert document["ok"], "what is optional is no problem"
    said = say_doctor(document)
    assert 'osmium not installed: pip install "cardio-planning[osm]"' in said
    assert f"pyarrow {real('pyarrow')}" in said


@pytest.mark.parametrize("variable", ["PROJ_DATA", "PROJ_LIB", "GDAL_DATA"])
def test_doctor_sees_data_of_another_version(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "/usr/share/proj")
    document = doctor_document()
    assert not document["ok"]
    assert f"unset {variable}" in say_doctor(document)


def test_kinds_say_what_is_read() -> None:
    said = say_kinds(kinds_document())
    assert "\nother (" in said
    for extension in (".shp", ".gpkg", ".geojson", ".csv", ".zip", ".parquet", ".osm.pbf"):
        assert f"{extension}," in said or f"{extension};" in said
