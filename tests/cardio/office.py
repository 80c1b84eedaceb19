"""LibreOffice without a window: what the formulas of a workbook really give."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

SETTINGS = "registry"  # what LibreOffice calls its settings
# by default LibreOffice trusts the values that another program stored beside the formulas; 0: always recalculate
ALWAYS_RECALCULATE = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/{SETTINGS}">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">\
<value>0</value></prop></item>
</oor:items>
"""
TIME_LIMIT_S = 120


def require_office() -> str:
    """Return the path of LibreOffice; skip where it is absent, fail in CI."""
    if office := shutil.which("soffice"):
        return office
    reason = "LibreOffice not found (Debian package libreoffice-calc-nogui)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def recalculate(books: Sequence[Path], folder: Path) -> list[Path]:
    """Recalculate workbooks in one call, with a profile of our own in `folder`; return the copies written there."""
    office = require_office()
    profile, out = folder / "profile", folder / "recalculated"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    out.mkdir(exist_ok=True)
    names = [book.name for book in books]
    assert len(set(names)) == len(names), "two workbooks of one name would overwrite each other"
    done = subprocess.run(
        [office, f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless", "--norestore",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), *map(str, books)],
        capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False,
    )  # fmt: skip
    written = [out / name for name in names]
    assert done.returncode == 0 and all(book.exists() for book in written), done.stdout + done.stderr
    return written


def formula_cells(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield sheet, cell and text of every formula of a workbook."""
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, str(cell.value)


def values_of(path: Path) -> openpyxl.Workbook:
    """Open a workbook with the values stored in it."""
    return openpyxl.load_workbook(path, data_only=True)


def differences(book: Path, recalculated: Path) -> list[str]:
    """List the formulas whose stored value is not what LibreOffice gives, to a hundredth of a cent, or is an error."""
    before, after = values_of(book), values_of(recalculated)
    found = []
    for sheet, cell, formula in formula_cells(book):
        old, new = before[sheet][cell].value, after[sheet][cell].value
        if not _same(old, new):
            found.append(f"{sheet}!{cell} {formula}: {old!r} stored, {new!r} recalculated")
    return found


def error_cells(path: Path) -> list[str]:
    """List the cells of every sheet that hold an error, formula or not."""
    return [
        f"{sheet.title}!{cell.coordinate}: {cell.value}"
        for sheet in values_of(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
        or str(cell.value).startswith(("Err:", "#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!"))
    ]


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, int | float) and isinstance(new, int | float):
        return abs(old - new) < 0.0001
    return type(old) is type(new) and old == new and not str(new).startswith(("#", "Err:"))
