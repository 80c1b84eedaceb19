"""An unchanged question is answered from what is kept; whatever changed asks for a new answer."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cardio.cli import main
from cardio.kept_inputs import fingerprint
from cardio.prospects import Prospects, survey_prospects
from cardio.stopwatch import Stopwatch
from cardio.study import Study
from cardio.survey_store import SurveyStore
from gis_layers import Progress
from tests.cardio.tiny_town import STUDY, write_tiny_town

Plan = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_tiny_town(tmp_path / "town")


@pytest.fixture
def plan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, study: Path, tmp_path: Path) -> Plan:
    def run(*options: object, out: str = "plan") -> tuple[int, str, str]:
        arguments = ["cardio", "plan", str(study), "--out", str(tmp_path / out), *map(str, options)]
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as stop:
            main()
        said, told = capsys.readouterr()
        return int(stop.value.code or 0), said, told

    return run


def is_new(answer: tuple[int, str, str]) -> bool:
    assert ("measuring coverage" in answer[2]) != ("this answer was kept" in answer[2])
    return "measuring coverage" in answer[2]


def test_an_unchanged_scenario_is_answered_from_what_is_kept(plan: Plan, tmp_path: Path) -> None:
    first = plan()
    assert is_new(first)
    files = {path.name: path.read_bytes() for path in (tmp_path / "plan").iterdir()}
    shutil.rmtree(tmp_path / "plan")
    again = plan()
    assert not is_new(again)
    created = json.loads(files["summary.json"])["created"]
    assert f"since {created}" in again[2]  # nobody takes it for a plan of today
    assert again[:2] == first[:2]
    assert {path.name: path.read_bytes() for path in (tmp_path / "plan").iterdir()} == files
    elsewhere = plan("--json", out="elsewhere")
    assert not is_new(elsewhere)
    assert json.loads(elsewhere[1]) == json.loads(files["summary.json"])
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} == set(files)


def test_other_options_ask_another_question(plan: Plan) -> None:
    assert is_new(plan())
    assert is_new(plan("--scenario", "half"))
    assert is_new(plan("--gap", 0.5))
    assert is_new(plan("--seed", 3))
    assert is_new(plan("--fresh"))
    assert not is_new(plan("--scenario", "half"))
    assert not is_new(plan("--gap", 0.5))


def test_whatever_is_read_counts(plan: Plan, study: Path) -> None:
    assert is_new(plan())
    prices = study.parent / "prices.yaml"
    prices.write_text(prices.read_text("utf-8").replace("typical: 800", "typical: 900"), encoding="utf-8")
    dearer = plan()
    assert is_new(dearer) and "17,500.00 EUR" in dearer[1]  # two closures, 100 more each
    (study.parent / "town.gpkg-wal").write_bytes(b"")
    assert is_new(plan())
    study.write_text(study.read_text("utf-8").replace("gap: 0.0", "gap: 0.1"), encoding="utf-8")
    assert is_new(plan())


def test_going_back_is_answered_too(plan: Plan, study: Path) -> None:
    plan()
    study.write_text(STUDY.replace("0.5, in_each", "0.4, in_each"), encoding="utf-8")
    assert is_new(plan())
    study.write_text(STUDY, encoding="utf-8")
    assert not is_new(plan())


def test_another_version_of_the_program_plans_anew(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    plan()
    monkeypatch.setattr("cardio.kept_answers.fingerprint", lambda: "edited" + fingerprint())
    assert is_new(plan())


def test_a_scenario_without_plan_is_answered_too(plan: Plan, tmp_path: Path) -> None:
    first = plan("--scenario", "too_much")
    again = plan("--scenario", "too_much")
    assert first[0] == again[0] == 4 and not is_new(again)
    assert first[2].splitlines()[-1] == again[2].splitlines()[-1]  # why there is none
    assert (tmp_path / "plan" / "summary.json").exists()


def test_a_damaged_answer_is_computed_anew_and_said(plan: Plan, kept_folder: Path, tmp_path: Path) -> None:
    plan()
    (page,) = kept_folder.glob("answers/*/files/report.html")
    page.write_text("<h1>forged</h1>", encoding="utf-8")
    shutil.rmtree(tmp_path / "plan")
    again = plan()
    assert is_new(again) and "damaged" in again[2] and "report.html" in again[2]
    assert "forged" not in (tmp_path / "plan" / "report.html").read_text("utf-8")
    assert not is_new(plan())


def test_a_folder_that_cannot_be_used_is_said_and_does_no_harm(plan: Plan, kept_folder: Path) -> None:
    kept_folder.write_text("a file", encoding="utf-8")
    for _ in range(2):
        code, _, told = plan()
        assert code == 0 and "nothing is kept" in told and "solving" in told


def test_a_plan_that_the_user_stopped_is_not_kept(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, kept_folder: Path
) -> None:
    monkeypatch.setattr("cardio.cli_plan.CANCELLED", "optimal")
    assert is_new(plan())
    assert not (kept_folder / "answers").exists()


def test_an_answer_replaces_no_folder_of_others_nor_the_study(plan: Plan, tmp_path: Path) -> None:
    plan()
    (tmp_path / "plan" / "summary.json").unlink()
    code, _, told = plan()
    assert code == 2 and "it is not replaced" in told
    (tmp_path / "town" / "summary.json").write_text('{"schema": "cardio-summary/1"}', encoding="utf-8")
    code, _, told = plan(out="town")
    assert code == 2 and "which the run reads" in told


def test_files_that_change_under_way_are_not_kept(
    plan: Plan, study: Path, monkeypatch: pytest.MonkeyPatch, kept_folder: Path
) -> None:
    def survey_slowly(asked: Study, *, stopwatch: Stopwatch, progress: Progress, store: SurveyStore) -> Prospects:
        study.write_text(STUDY + "\n# edited meanwhile\n", encoding="utf-8")
        return survey_prospects(asked, stopwatch=stopwatch, progress=progress, store=store)

    monkeypatch.setattr("cardio.run.survey_prospects", survey_slowly)
    code, _, told = plan()
    assert code == 0 and "changed while they were read" in told
    assert not (kept_folder / "answers").exists()
