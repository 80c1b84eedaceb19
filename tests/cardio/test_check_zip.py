"""``cardio check`` on deliveries as they arrive: one .zip, with tables, code lists and lines in it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from cardio.survey_check import check_file
from cardio.texts import say_check
from tests.gis_layers.gracethd_files import DUCTS, deliver, with_status
from tests.gis_layers.test_ofds import network, node, package, span


def pack(path: Path, folder: Path, *, below: str = "") -> Path:
    """Pack the files of a folder."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"{below}{file.name}")
    return path


@pytest.mark.parametrize("below", ["", "livrable/"])
def test_a_gracethd_delivery_in_a_zip(tmp_path: Path, below: str) -> None:
    path = pack(tmp_path / "delivery.zip", deliver(tmp_path / "files"), below=below)
    check = check_file(path, kind="duct", out=tmp_path / "out")
    (layer,) = check.summary["layers"]
    assert (layer["rows_read"], layer["rows_kept"]) == (3, 3)
    assert check.exit_code == 0
    bare = check_file(tmp_path / "files", kind="duct")
    assert {finding.code for finding in check.findings} == {finding.code for finding in bare.findings}
    assert str(tmp_path) not in json.dumps(check.summary)


def test_what_is_wrong_in_a_zipped_delivery_is_found(tmp_path: Path) -> None:
    ducts = with_status([*DUCTS, {**DUCTS[0], "cd_dia_int": 60}], "cd")
    path = pack(tmp_path / "delivery.zip", deliver(tmp_path / "files", t_conduite=ducts))
    said = say_check(check_file(path, kind="duct"))
    assert "duplicate-code" in said and "t_conduite" in said
    assert "cardio-zip-" not in said


def test_a_fibre_network_in_a_zip(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    nodes = [node("1"), node("2", 500.0)]
    document = package(network(nodes=nodes, spans=[span("s", 0.0, 500.0, start=nodes[0], end=nodes[1])]))
    (folder / "network.json").write_text(json.dumps(document), encoding="utf-8")
    path = pack(tmp_path / "network.zip", folder)
    for kind, rows in (("fibre_node", 2), ("fibre_cable", 1)):
        check = check_file(path, kind=kind)
        assert [layer["rows_kept"] for layer in check.summary["layers"]] == [rows]
        assert check.exit_code == 0
