"""Commands on what is kept: a comparison that is answered, what doctor says of the folder, and how it is emptied."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cardio.cli import main
from cardio.cli_kept import Keeping
from cardio.kept_answers import KeptAnswer, Question
from tests.cardio.tiny_town import write_tiny_town

Cardio = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def cardio(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cardio:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cardio", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, *capsys.readouterr()

    return run


def test_an_unchanged_comparison_is_answered_with_its_files(cardio: Cardio, tmp_path: Path) -> None:
    study, out = write_tiny_town(tmp_path / "town"), tmp_path / "compared"
    asked = ("compare", study, "base", "half")
    first = cardio(*asked)
    again = cardio(*asked)
    assert "solving" in first[2] and "this answer was kept" in again[2]
    assert again[:2] == first[:2]
    written = cardio(*asked, "--out", out)  # only the folder is new
    assert "this answer was kept" not in written[2]
    assert "reading" not in written[2] and "solving" not in written[2]
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert "this answer was kept" in cardio(*asked, "--out", out)[2]
    assert {path.name: path.read_bytes() for path in out.iterdir()} == files
    assert "solving" in cardio("compare", study, "half", "base", "--fresh")[2]


@pytest.mark.parametrize(("code", "goes_on"), [(0, False), (5, True)])
def test_a_kept_answer_that_a_limit_stopped_says_how_to_go_on(
    code: int, goes_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = KeptAnswer({"created": "2026-01-02"}, "", code, None)
    monkeypatch.setattr("cardio.cli_kept.recall", lambda *_: answer)
    question = Question("plan", tmp_path / "study.yaml", (), {})
    assert Keeping(fresh=False).recall(question, None) is answer
    told = capsys.readouterr().err
    assert "since 2026-01-02" in told and ("a longer --time-limit goes on from it" in told) == goes_on


def test_what_is_kept_is_measured_and_forgotten(cardio: Cardio, tmp_path: Path, kept_folder: Path) -> None:
    assert json.loads(cardio("doctor", "--json")[1])["kept"] == {"folder": str(kept_folder), "entries": 0, "bytes": 0}
    assert not kept_folder.exists()  # asking makes nothing
    assert "forgot 0 kept results" in cardio("forget")[1]
    cardio("plan", write_tiny_town(tmp_path / "town"), "--out", tmp_path / "plan")
    told = json.loads(cardio("doctor", "--json")[1])["kept"]
    assert told["entries"] > 3 and told["bytes"] > 100_000
    assert f"{told['entries']} entries" in cardio("doctor")[1]
    forgotten = json.loads(cardio("forget", "--json")[1])
    assert forgotten == {"schema": "cardio-kept/1", **told}
    assert json.loads(cardio("doctor", "--json")[1])["kept"]["entries"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_folder_of_others_is_told_and_left_alone(cardio: Cardio, kept_folder: Path) -> None:
    (kept_folder / "mine").mkdir(parents=True)
    kept_folder.chmod(0o777)
    code, _, told = cardio("forget")
    assert code == 2 and "nothing is removed" in told and "other users may write" in told
    assert (kept_folder / "mine").exists()
    assert "other users may write" in cardio("doctor")[1]
