"""Every finding code that the libraries use is explained in docs/findings.md."""

from __future__ import annotations

import re
from pathlib import Path

from gis_layers import SEVERITIES

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
CODE = re.compile(r"""\bcode="([^"]+)"|\bFinding\(\s*"(?:error|warning|repaired|note)",\s*"([^"]+)\"""")


def documented() -> dict[str, tuple[str, str, str]]:
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    rows = ROW.findall(text)
    assert len({code for code, *_ in rows}) == len(rows), "a code is explained twice"
    return {code: (severity, meaning, advice) for code, severity, meaning, advice in rows}


def used() -> set[str]:
    files = [path for package in ("gis_layers", "network_model") for path in (ROOT / package).rglob("*.py")]
    return {code for path in files for pair in CODE.findall(path.read_text(encoding="utf-8")) for code in pair if code}


def test_every_code_in_use_is_explained() -> None:
    assert sorted(used() - set(documented())) == []


def test_the_search_finds_codes() -> None:
    assert {"null-geometry", "duplicate-id", "encoding-guessed"} <= used()


def test_entries_are_whole() -> None:
    for code, (severity, meaning, advice) in documented().items():
        assert set(severity.strip().split(", ")) <= set(SEVERITIES), code
        assert len(meaning.strip()) > 10, code
        assert advice.strip(), code
