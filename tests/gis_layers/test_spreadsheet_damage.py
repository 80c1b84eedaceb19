"""What spreadsheets spoil is told; errors of formulas are no values."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_layers.spreadsheet_damage import is_error
from tests.gis_layers.files import codes, found, read


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("text", ["#REF!", "#VALEUR!", "#NOM?", "#N/A", "#DIV/0!", "#NUL!", "#NV", "#####", "Err:502"])
def test_errors_of_formulas_are_known(text: str) -> None:
    assert is_error(text)


@pytest.mark.parametrize("text", ["", "#", "#12", "#A", "n° 3", "REF!", "# REF!", "#hashtag"])
def test_other_texts_are_no_errors(text: str) -> None:
    assert not is_error(text)


def test_ids_and_names_are_told_by_column(tmp_path: Path) -> None:
    rows = ["03-mars;A;666000;6359000;Jan-24", "Jan-24;B;666001;6359000;", "#REF!;#NOM?;666002;6359000;#N/A"]
    path = write(tmp_path / "a.csv", "id;nom;x;y;remark", *rows)
    layer = read(path, "parking_meter", crs="EPSG:2154")
    assert layer.frame["id"].tolist() == ["03-mars", "Jan-24", "row-2"]
    told = [(f.severity, f.message) for f in found(layer, "spreadsheet-damage")]
    assert told == [
        ("warning", "id: 1 cells are the error of a formula, for example '#REF!'"),
        ("warning", "id: 2 cells look like dates that a spreadsheet made of a text, for example '03-mars'"),
        ("warning", "nom: 1 cells are the error of a formula, for example '#NOM?'"),
        ("warning", "remark: 1 cells are the error of a formula, for example '#N/A'"),
    ]


def test_usual_ids_and_names_are_not_told(tmp_path: Path) -> None:
    rows = ["12-34;Rue du 8-mai-lieu;666000;6359000", "MAR-001;Mars;666001;6359000", "3-A;;666002;6359000"]
    path = write(tmp_path / "a.csv", "id;nom;x;y", *rows)
    assert "spreadsheet-damage" not in codes(read(path, "parking_meter", crs="EPSG:2154"))


def test_a_needed_number_that_is_an_error_is_missing(tmp_path: Path) -> None:
    rows = ["a;#DIV/0!;666000;6359000", "b;5;666001;6359000"]
    layer = read(write(tmp_path / "a.csv", "id;people;x;y", *rows), "population_cell", crs="EPSG:2154")
    assert layer.set_aside["missing-value"] == 1
    (missing,) = found(layer, "missing-value")
    assert missing.message.startswith("people is '#DIV/0!', an error of a spreadsheet, but people")


@pytest.mark.parametrize("word", ["NULL", "null", "NaN"])
def test_words_for_no_place_are_a_missing_place(tmp_path: Path, word: str) -> None:
    rows = [f"a;{word};{word}", "b;666001;6359000", f"c;{word};6359000"]
    layer = read(write(tmp_path / "a.csv", "id;x;y", *rows), "parking_meter", crs="EPSG:2154")
    assert layer.set_aside == {"bad-coordinate": 1, "null-geometry": 1}
    assert found(layer, "null-geometry")[0].feature == "0"
