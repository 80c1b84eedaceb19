"""``cardio check`` on every nasty file, one by one, as a user would: words and an exit code, never a traceback."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyogrio
import pytest

from cardio.cli import main
from tests.real_data import DATA, real_data

pytestmark = pytest.mark.real_data

PARTS = {".md", ".dbf", ".prj", ".shx", ".cpg", ".sbn", ".sbx", ".xml", ".idx", ".qpj", ".cpg~"}
NASTY = [
    str(path.relative_to(DATA))
    for path in sorted((DATA / "nasty").rglob("*"))
    if path.is_file() and (path.suffix.lower() not in PARTS or path.parent.name == "dbf_only")
]


def cardio(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["cardio", "check", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


@pytest.mark.parametrize("name", NASTY or ["nasty"])
def test_a_nasty_file_is_told_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    path = real_data(*name.split("/"))
    layers = [str(layer) for layer, _ in pyogrio.list_layers(path)] if path.suffix == ".gpkg" else [""]
    for layer in layers:
        own = ["--layer", layer] if layer else []
        code, out, err = cardio(capsys, monkeypatch, str(path), *own, "--json", "--out", str(tmp_path / f"out{layer}"))
        assert code in (0, 2, 3)
        assert "Traceback" not in err
        if not out:
            assert code in (2, 3) and path.name in err and "->" in err
            continue
        document = json.loads(out)
        (row,) = document["layers"]
        assert row["rows_read"] == row["rows_kept"] + sum(row["set_aside"].values())
        errors = [finding for finding in document["findings"] if finding["severity"] == "error"]
        assert code == (3 if errors else 0)
        assert all(finding["message"] for finding in document["findings"])
        assert (tmp_path / f"out{layer}" / "map.html").exists()
