"""The command line as a user meets it: documents on stdout, talk on stderr, and the exit codes of the contract."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from cardio.cli import main
from cardio.study import Study, load_study
from tests.cardio.tiny_town import STUDY, write_tiny_town

Cardio = Callable[..., "Run"]
COMMANDS = (
    "demo",
    "init",
    "check",
    "diagnose",
    "graph",
    "plan",
    "explain",
    "frontier",
    "kinds",
    "prices",
    "solvers",
    "doctor",
)


@dataclass(frozen=True)
class Run:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def cardio(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Run]:
    """Run the command line in this process, as the installed command does."""

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["cardio", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return Run(int(stop.value.code or 0), out, err)

    return run


def test_plan_prints_what_an_official_asks(cardio: Cardio, tmp_path: Path) -> None:
    run = cardio("plan", write_tiny_town(tmp_path / "town"), "--out", tmp_path / "plan")
    assert run.returncode == 0, run.stderr
    assert "17,300.00 EUR" in run.stdout
    assert "verified: true" in run.stdout
    assert "optimal" in run.stdout
    assert "solving" in run.stderr


def test_plan_json_is_one_document(cardio: Cardio, tmp_path: Path) -> None:
    problem = tmp_path / "problem.json"
    run = cardio("plan", write_tiny_town(tmp_path / "town"), "--out", tmp_path / "plan", "--json", "--problem", problem)
    assert json.loads(run.stdout)["objective"]["value"] == 17_300.0
    assert run.stderr == ""
    assert json.loads(problem.read_text("utf-8"))["schema"] == "cardio-problem/1"


@pytest.mark.parametrize(("where", "words"), [("nowhere", "cannot be written"), ("plan", "is replaced whole")])
def test_a_problem_file_that_would_be_lost_is_refused_before_the_solve(
    cardio: Cardio, tmp_path: Path, where: str, words: str
) -> None:
    problem = tmp_path / where / "problem.json"
    run = cardio("plan", write_tiny_town(tmp_path / "town"), "--out", tmp_path / "plan", "--problem", problem)
    assert run.returncode == 2
    assert words in run.stderr
    assert "solving" not in run.stderr


def test_default_folder_is_named_after_the_study(
    cardio: Cardio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = cardio("plan", write_tiny_town(tmp_path / "town"), "--scenario", "half")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "out" / "town-half" / "summary.json").exists()


@pytest.mark.parametrize("command", ["plan", "diagnose"])
def test_output_never_replaces_the_study(cardio: Cardio, tmp_path: Path, command: str) -> None:
    study = write_tiny_town(tmp_path / "town")
    (study.parent / "summary.json").write_text('{"schema": "cardio-summary/1"}', encoding="utf-8")
    run = cardio(command, study, "--out", study.parent)
    assert run.returncode == 2
    assert "which the run reads" in run.stderr and "reading layers" not in run.stderr
    assert study.exists()


def test_seed_that_the_solver_cannot_take_is_refused(cardio: Cardio, tmp_path: Path) -> None:
    assert cardio("plan", write_tiny_town(tmp_path / "town"), "--seed", 2**31).returncode == 2


def test_unreachable_target_exits_with_4(cardio: Cardio, tmp_path: Path) -> None:
    run = cardio("plan", write_tiny_town(tmp_path / "t"), "--scenario", "too_much", "--out", tmp_path / "plan")
    assert run.returncode == 4
    assert "at most 0.0% of the fibre_access demand can be reached" in run.stderr


def test_explain_prints_both_ways_and_exits_as_the_contract_says(cardio: Cardio, tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    run = cardio("explain", study, "streets/row-0/0.0-100.0", "--time-limit", "600", "--gap", "0")
    assert run.returncode == 0, run.stderr
    assert "to forbid it         +3,000.00 EUR" in run.stdout
    document = json.loads(cardio("explain", study, "fibre", "--scenario", "half", "--json").stdout)
    assert [change["what"] for change in document["changes"]] == ["one_more", "one_less"]
    assert cardio("explain", study, "nothing").returncode == 2
    run = cardio("explain", study, "fibre", "--scenario", "too_much")
    assert run.returncode == 4
    assert "lower targets.fibre.at_least from 1 to 0" in run.stdout
    assert "no plan can meet the targets" in run.stderr


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_stopped_before_the_solve_prints_a_document_without_a_value_and_exits_with_5(
    cardio: Cardio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    def interrupted(*arguments: Any, **options: Any) -> Study:
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        return load_study(*arguments, **options)

    monkeypatch.setattr("cardio.run.load_study", interrupted)
    run = cardio("plan", write_tiny_town(tmp_path / "town"), "--out", tmp_path / "plan", "--json")
    document = json.loads(run.stdout)
    assert run.returncode == 5
    assert (document["schema"], document["status"]) == ("cardio-summary/1", "cancelled")
    assert document["objective"]["value"] is None
    assert "stopped by the user" in run.stderr
    assert not (tmp_path / "plan").exists()


def test_check_lists_findings_and_row_counts(cardio: Cardio, tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    run = cardio("check", study)
    assert run.returncode == 0, run.stderr
    assert "streets: 15 rows read, 15 kept" in run.stdout
    assert "missing-ids [streets]" in run.stdout
    document = json.loads(cardio("check", study, "--json").stdout)
    assert {finding["code"] for finding in document["findings"]} >= {"missing-ids"}
    assert document["finding_counts"]["error"] == 0


def test_check_names_features_by_id_or_by_row_as_the_finding_does(cardio: Cardio, tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    bays = gpd.read_file(tmp_path / "town.gpkg", layer="bays").assign(NB=[0.0, 2.0])
    bays.to_file(tmp_path / "town.gpkg", layer="bays", driver="GPKG")
    assert "zone-without-demand [zones W]" in cardio("check", study).stdout


def test_diagnose_measures_today_and_writes_gaps_and_map(cardio: Cardio, tmp_path: Path) -> None:
    run = cardio("diagnose", write_tiny_town(tmp_path / "town"), "--out", tmp_path / "now")
    assert run.returncode == 0, run.stderr
    assert "not met" in run.stdout
    names = {path.name for path in (tmp_path / "now").iterdir()}
    assert names == {"summary.json", "map.html", "gaps.csv", "findings.csv"}
    gaps = (tmp_path / "now" / "gaps.csv").read_text("utf-8-sig").splitlines()
    assert len(gaps) == 1 + 4  # two schools, two bays


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (("close_gaps_m", "close_gap_m"), 2, "close_gaps_m"),
        (("network: {", "network: {close_gap_m: 1, "), 2, "did you mean"),
        (("path: town.gpkg, layer: schools", "path: city.gpkg, layer: schools"), 2, "city.gpkg"),
        (("price: closure", "price: nothing"), 2, "options.box.price"),
        (("plan: {", "plan: {budget: -10, "), 2, "budget"),
        (("cardio: 1", "cardio: 1\nfunding: {fctva: true}"), 2, "funding"),
    ],
)
def test_wrong_study_exits_with_2_and_names_the_key(
    cardio: Cardio, tmp_path: Path, change: tuple[str, str], code: int, words: str
) -> None:
    study = STUDY.replace("attach_within_m: 60", "attach_within_m: 60, close_gaps_m: 0.5").replace(*change)
    run = cardio("plan", write_tiny_town(tmp_path / "town", study=study), "--out", tmp_path / "plan")
    assert run.returncode == code
    assert words in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
    assert not (tmp_path / "plan").exists()


def test_broken_file_exits_with_3(cardio: Cardio, tmp_path: Path) -> None:
    study = write_tiny_town(tmp_path)
    (tmp_path / "town.gpkg").write_bytes(b"this is no GeoPackage" * 100)
    run = cardio("check", study)
    assert run.returncode == 3
    assert "town.gpkg" in run.stdout
    assert "Traceback" not in run.stderr


def test_unknown_option_is_refused(cardio: Cardio, tmp_path: Path) -> None:
    run = cardio("plan", tmp_path / "study.yaml", "--colour", "red")
    assert run.returncode == 2
    assert "--colour" in run.stderr


@pytest.mark.parametrize("command", ["kinds", "prices", "solvers", "doctor"])
def test_catalogues_speak_both_ways(cardio: Cardio, command: str) -> None:
    run = cardio(command, "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)
    words = {"kinds": "parking_meter", "prices": "trench_paved", "solvers": "highs", "doctor": "all well"}
    assert words[command] in cardio(command).stdout


def test_help_answers_without_heavy_imports() -> None:
    code = (
        "import sys; from cardio.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas', 'folium', 'geopandas', 'pulp'} & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr.strip() == "[]"
    assert all(command in run.stdout for command in COMMANDS)


def test_every_command_has_help(cardio: Cardio) -> None:
    for command in COMMANDS:
        run = cardio(command, "--help")
        assert run.returncode == 0
        assert len(run.stdout) > 200
