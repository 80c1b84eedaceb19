"""``cardio export`` as a user meets it: what it says, what it refuses, and that nothing is replaced unasked."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest

from cardio.cli import main
from cardio.plan_folder import read_plan_folder
from gis_layers import StudyError, SurveyError


@pytest.fixture
def cardio(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cardio", "export", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return run


def test_the_command_says_what_it_wrote(cardio: Callable[..., Any], tiny_plan: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "fibre.geojson"
    code, out, _ = cardio(tiny_plan, target)
    assert code == 0
    assert "1 existing nodes, 4 proposed nodes, 0 existing spans, 4 proposed spans" in out
    assert "fibre-nodes.geojson" in out and "left out: 2 sites without fibre" in out
    assert sorted(path.name for path in target.parent.iterdir()) == ["fibre-nodes.geojson", "fibre-spans.geojson"]


def test_json_is_one_document(cardio: Callable[..., Any], tiny_plan: Path, tmp_path: Path) -> None:
    code, out, err = cardio(tiny_plan, tmp_path / "out.json", "--json")
    document = json.loads(out)
    assert (code, err, document["schema"]) == (0, "", "cardio-export/1")
    assert document["files"] == [str(tmp_path / "out.json")]


def test_a_file_that_exists_is_replaced_only_by_force(
    cardio: Callable[..., Any], tiny_plan: Path, tmp_path: Path
) -> None:
    (tmp_path / "out-spans.geojson").write_text("mine", encoding="utf-8")
    code, _, err = cardio(tiny_plan, tmp_path / "out.geojson")
    assert code == 2 and "--force" in err
    assert [path.name for path in tmp_path.iterdir()] == ["out-spans.geojson"], "none of the pair is written"
    assert cardio(tiny_plan, tmp_path / "out.geojson", "--force")[0] == 0
    assert json.loads((tmp_path / "out-spans.geojson").read_text("utf-8"))["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    ("target", "words"), [("out.shp", "not a target"), ("out", "not a target"), ("mysql://host/db", "not a target")]
)
def test_unknown_targets_are_refused(cardio: Callable[..., Any], tiny_plan: Path, target: str, words: str) -> None:
    code, _, err = cardio(tiny_plan, target)
    assert code == 2 and words in err and "postgresql://" in err


def test_folders_without_a_plan_are_refused(cardio: Callable[..., Any], tiny_plan: Path, tmp_path: Path) -> None:
    code, _, err = cardio(tmp_path / "nowhere", tmp_path / "out.json")
    assert code == 2 and "holds no summary.json" in err
    code, _, err = cardio(tiny_plan.parent, tmp_path / "out.json")
    assert code == 2 and f"name {tiny_plan}" in err
    failed = tmp_path / "failed"
    shutil.copytree(tiny_plan, failed)
    (failed / "plan.gpkg").unlink()
    code, _, err = cardio(failed, tmp_path / "out.json")
    assert code == 2 and "holds no plan" in err
    (failed / "summary.json").write_text('{"schema": "cardio-frontier/1"}', encoding="utf-8")
    assert cardio(failed, tmp_path / "out.json")[0] == 2


@pytest.mark.parametrize("name", ["summary.json", "plan.gpkg"])
def test_a_damaged_plan_is_unusable_data(
    cardio: Callable[..., Any], tiny_plan: Path, tmp_path: Path, name: str
) -> None:
    damaged = tmp_path / "plan"
    shutil.copytree(tiny_plan, damaged)
    (damaged / name).write_bytes(b"\xff not what it was")
    code, _, err = cardio(damaged, tmp_path / "out.json")
    assert code == 3 and name in err and "plan again" in err
    with pytest.raises(SurveyError):
        read_plan_folder(damaged)


def test_a_plan_of_another_version_is_named_as_such(tiny_plan: Path, tmp_path: Path) -> None:
    old = tmp_path / "plan"
    shutil.copytree(tiny_plan, old)
    sites = gpd.read_file(old / "plan.gpkg", layer="sites").drop(columns="backhaul")
    pyogrio.write_dataframe(sites, old / "plan.gpkg", layer="sites")
    with pytest.raises(StudyError, match=r"sites\.backhaul: another version"):
        read_plan_folder(old)
