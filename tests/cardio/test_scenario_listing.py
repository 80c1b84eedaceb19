"""``cardio scenarios``: what each scenario changes in the end."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from cardio.cli import app
from cardio.diagnosis import diagnose_study
from cardio.scenario_listing import list_scenarios
from cardio.scenario_texts import say_scenarios
from tests.cardio.scenario_samples import with_scenarios
from tests.cardio.study_samples import write_study
from tests.cardio.tiny_town import STUDY, write_tiny_town

SCENARIOS = {
    "small": {"targets.each.at_least": 0.05, "laying.trench": None},
    "heir": {"extends": "small", "plan.solver": {"seed": 3}, "targets.each.providers": [1, 2], "plan.keep": []},
    "same": {"plan.budget": 900000},
}


def written(folder: Path) -> Path:
    return write_study(folder, with_scenarios(SCENARIOS))


def test_changes_are_those_that_hold_in_the_end(tmp_path: Path):
    document = list_scenarios(written(tmp_path))
    assert (document["schema"], document["study"]) == ("cardio-scenarios/1", "Exempleville")
    assert document["sweeps"] == [{"name": "heir", "scenarios": ["heir=1", "heir=2"]}]
    rows = {row["name"]: row for row in document["scenarios"]}
    assert list(rows) == ["small", "heir=1", "heir=2", "same"]
    assert (rows["heir=2"]["sweep"], rows["heir=2"]["extends"], rows["small"]["sweep"]) == ("heir", ["small"], None)
    changes = {change["path"]: (change["study"], change["scenario"]) for change in rows["heir=2"]["changes"]}
    assert set(changes) == {
        "targets.each.at_least",
        "targets.each.providers",
        "laying.trench",
        "plan.keep",
        "plan.solver.name",
        "plan.solver.gap",
        "plan.solver.time_limit_s",
    }
    assert changes["targets.each.providers"] == (None, 2)
    assert changes["plan.solver.gap"] == (0.02, None)  # the mapping was stated anew, without it
    assert changes["laying.trench"][1] is None and "price" in changes["laying.trench"][0]
    assert rows["same"]["changes"] == []
    lines = (tmp_path / "study.yaml").read_text(encoding="utf-8").splitlines()
    told = next(change for change in rows["heir=2"]["changes"] if change["path"] == "targets.each.at_least")
    assert lines[told["line"] - 1].strip().startswith('"targets.each.at_least": 0.05')
    assert lines[rows["small"]["line"] - 1].strip() == '"small": {'


def test_what_a_sweep_shares_is_said_once(tmp_path: Path):
    text = say_scenarios(list_scenarios(written(tmp_path)))
    assert text.splitlines()[0] == "Exempleville: 4 scenarios; base is the study without one"
    assert "heir: sweep of 2 scenarios; extends small" in text
    assert text.count("time_limit_s  30 -> removed") == 1
    assert text.endswith("same\n  changes nothing")
    assert "  heir=2\n    targets.each.providers  not stated -> 2\n" in text
    data = with_scenarios({})
    assert say_scenarios(list_scenarios(write_study(tmp_path, data))).startswith("Exempleville: no scenarios")


def test_the_command_prints_one_document_or_a_text(tmp_path: Path):
    path = str(written(tmp_path))
    document = json.loads(CliRunner().invoke(app, ["scenarios", path, "--json"]).stdout)
    assert document == json.loads(json.dumps(list_scenarios(Path(path))))
    assert "heir=2" in CliRunner().invoke(app, ["scenarios", path]).stdout


def test_diagnose_takes_a_scenario(tmp_path: Path):
    path = write_tiny_town(tmp_path, study=STUDY)
    plain, half = (diagnose_study(path, scenario=name).summary for name in ("base", "half"))
    assert (plain["scenario"], half["scenario"]) == ("", "half")
    fibre = [[row["required"] for row in one["coverage"] if row["target"] == "fibre"] for one in (plain, half)]
    assert fibre[0] != fibre[1]
    text = CliRunner().invoke(app, ["diagnose", str(path), "--scenario", "half"]).stdout
    assert "[half]" in text.splitlines()[0]
