"""Every finding code that the libraries use is explained in docs/findings.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from gis_layers import SEVERITIES

PACKAGES = ("gis_layers", "network_model", "costing", "optimise", "cardio")
ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def documented() -> dict[str, tuple[str, str, str]]:
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    rows = ROW.findall(text)
    assert len({code for code, *_ in rows}) == len(rows), "a code is explained twice"
    return {code: (severity, meaning, advice) for code, severity, meaning, advice in rows}


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Codes given as ``code="..."``, or as the second argument of a Finding."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            values = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            if isinstance(call.func, ast.Name) and call.func.id == "Finding":
                values += call.args[1:2]
            yield from (value.value for value in values if isinstance(value, ast.Constant))


def used() -> set[str]:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return {code for path in files for code in codes_in(ast.parse(path.read_text(encoding="utf-8")))}


def test_every_code_in_use_is_explained() -> None:
    assert sorted(used() - set(documented())) == []


def test_the_search_finds_codes() -> None:
    assert {"null-geometry", "duplicate-id", "encoding-guessed", "gap-closed"} <= used()
    source = 'Finding("note", "a", "x")\nledger.tell("note", code="b")\nFinding("note", code="c", layer="")\nprint("d")'
    assert list(codes_in(ast.parse(source))) == ["a", "b", "c"]


def test_entries_are_whole() -> None:
    for code, (severity, meaning, advice) in documented().items():
        assert set(severity.strip().split(", ")) <= set(SEVERITIES), code
        assert len(meaning.strip()) > 10, code
        assert advice.strip(), code
