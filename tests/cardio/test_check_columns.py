"""``cardio check FILE --column KEY=COLUMN``: a single file can be told what a study would say of its columns."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from cardio.cli import main
from tests.cardio.tiny_town import write_tiny_town

TABLE = "nom,pos_a,pos_b,gens du lieu\nécole,2.57,47.20,12\nmairie,2.58,47.21,7\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "lieux.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: object) -> tuple[int, str]:
    """Exit code, and what is printed: stdout where it went well, else stderr."""
    monkeypatch.setattr(sys, "argv", ["cardio", "check", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out or err


def test_the_advice_for_a_single_file_can_be_followed(
    table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = check(capsys, monkeypatch, table)
    assert code == 2
    assert "--column x=COLUMN --column y=COLUMN for a single file" in said
    place = ("--column", "x=pos_a", "--column", "y=pos_b", "--crs", "EPSG:4326")
    code, said = check(capsys, monkeypatch, table, *place, "--json")
    assert code == 0
    (layer,) = json.loads(said)["layers"]
    assert layer["rows_read"] == layer["rows_kept"] == 2


def test_the_column_of_a_kind_is_suggested_as_the_shell_takes_it(
    table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("--kind", "population_cell", "--column", "x=pos_a", "--column", "y=pos_b", "--crs", "EPSG:4326")
    code, said = check(capsys, monkeypatch, table, *place)
    assert code == 2
    option = said.split("in the study (")[1].split(" for a single file")[0]
    code, said = check(capsys, monkeypatch, table, *place, *shlex.split(option.replace("COLUMN", "gens du lieu")))
    assert "no column for" not in said


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (["x"], "write KEY=COLUMN, for example x=lon"),
        (["=lon"], "write KEY=COLUMN"),
        (["x="], "write KEY=COLUMN"),
        (["x=pos_a", "x=pos_b"], "is stated twice: pos_a and pos_b"),
        (["x=pos_a"], "state x: and y:, or geometry: alone"),
        (["x=pos_a", "y=pos"], "did you mean pos_b"),
        (["persons=nom", "x=pos_a", "y=pos_b"], "columns: persons is no column of kind other"),
    ],
)
def test_columns_that_are_stated_wrongly_are_refused(
    stated: list[str], words: str, table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options: list[Any] = [part for each in stated for part in ("--column", each)]
    code, said = check(capsys, monkeypatch, table, *options, "--crs", "EPSG:4326")
    assert code == 2
    assert words in " ".join(said.replace("│", " ").split())


def test_a_study_states_its_columns_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = check(capsys, monkeypatch, write_tiny_town(tmp_path), "--column", "x=lon")
    assert code == 2
    assert "--column is for a survey file" in " ".join(said.replace("│", " ").split())
