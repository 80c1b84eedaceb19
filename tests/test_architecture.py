"""The house itself: import direction, file lengths, and what the repository may not contain."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("gis_layers", "network_model", "costing", "optimise", "cardio")


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_import_contracts_hold() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


def test_packages_are_entered_by_their_front_door() -> None:
    pattern = re.compile(r"^\s*(?:from|import) (" + "|".join(PACKAGES) + r")\.", re.MULTILINE)
    intruders = [
        f"{path.relative_to(ROOT)}: {match.group(0).strip()}"
        for path in python_files(*PACKAGES)
        for match in pattern.finditer(path.read_text("utf-8"))
        if match.group(1) != path.relative_to(ROOT).parts[0]
    ]
    assert intruders == []


def test_files_stay_below_400_lines() -> None:
    long_files = {
        str(path.relative_to(ROOT)): lines
        for path in python_files(*PACKAGES, "tests")
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert long_files == {}


def test_no_town_is_named_in_the_code_outside_the_sample_town() -> None:
    towns = re.compile(r"rodez|geneva|genève|arras", re.IGNORECASE)
    sample = ROOT / "cardio" / "sample_town"
    named = [
        str(path.relative_to(ROOT))
        for path in python_files(*PACKAGES)
        if sample not in path.parents and towns.search(path.read_text("utf-8"))
    ]
    assert named == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_of_a_package_is_installed(package: str) -> None:
    listed = set(re.findall(r'"([a-z_.]+)"', (ROOT / "pyproject.toml").read_text("utf-8").split("package-data")[0]))
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / package).rglob("__init__.py")}
    assert folders <= listed
