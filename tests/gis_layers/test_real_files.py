"""Every file of the real survey data, nasty ones included: rows kept, why others are not, and what is found.

The table is real_files.md; each of its rows says why it is right. A file that the table lacks is a failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gis_layers import CardioError, LayerSpec, StudyError, SurveyError, metric_crs_of, read_layer
from tests.real_data import real_data

pytestmark = pytest.mark.real_data

TABLE = Path(__file__).with_name("real_files.md")
ERRORS = {"StudyError": StudyError, "SurveyError": SurveyError}
# parts of a shapefile or of its index, and files about data: read with, or instead of, another file
PARTS = {".md", ".dbf", ".prj", ".shx", ".cpg", ".sbn", ".sbx", ".xml", ".idx", ".qpj", ".tsv", ".cpg~"}
# planning problems are no survey; the GraceTHD delivery is one folder with tests of its own
ELSEWHERE = {"problems", "gracethd_sample"}


@dataclass(frozen=True)
class Expected:
    """One row of the table."""

    file: str
    layer: str | None
    kind: str
    options: dict[str, str]
    outcome: str
    kept: str
    set_aside: str
    found: str
    why: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.layer}" if self.layer else self.file

    def spec(self) -> LayerSpec:
        columns = {key: self.options[key] for key in ("x", "y", "geometry") if key in self.options}
        path = real_data(*self.file.split("/"))
        return LayerSpec("survey", self.kind, path, path.name, self.layer, self.options.get("crs"), columns=columns)


def rows_of_table() -> Iterator[Expected]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 9 and cells[0] != "file" and not set(cells[0]) <= {"-"}:
            file, layer, kind, options, *rest = cells
            asked = dict(re.findall(r"(\w+)=(\S+)", options))
            yield Expected(file, layer or None, kind, asked, *rest)


CASES = list(rows_of_table())


@pytest.mark.parametrize("expected", CASES, ids=lambda expected: expected.name)
def test_a_file_gives_what_the_table_says(expected: Expected) -> None:
    assert expected.why, "the table says why"
    spec = expected.spec()
    if expected.outcome in ERRORS:
        with pytest.raises(ERRORS[expected.outcome], match=re.escape(expected.set_aside)) as caught:
            read_layer(spec, crs=expected.options.get("study") or metric_crs_of(spec))
        assert caught.value.hint, "an error says what to do"
        assert spec.path.name in caught.value.message
        return
    layer = read_layer(spec, crs=expected.options.get("study") or metric_crs_of(spec))
    assert layer.rows_read == layer.rows_kept + sum(layer.set_aside.values())
    assert (layer.rows_read, layer.rows_kept) == (int(expected.outcome), int(expected.kept))
    assert ", ".join(f"{code} {count}" for code, count in layer.set_aside.items()) == expected.set_aside
    assert " ".join(sorted({finding.code for finding in layer.findings})) == expected.found
    assert layer.frame["id"].is_unique or "multipart" in expected.found
    assert layer.frame.is_valid.all()


def test_no_file_is_missing_from_the_table() -> None:
    root = real_data()
    covered = {expected.file for expected in CASES}
    missing = []
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        is_part = path.suffix.lower() in PARTS and not path.match("nasty/dbf_only/*")
        if path.is_file() and not is_part and relative.parts[0] not in ELSEWHERE and str(relative) not in covered:
            missing.append(str(relative))
    assert missing == []


def test_errors_of_the_table_are_ours() -> None:
    assert {row.outcome for row in CASES if not row.outcome.isdigit()} <= set(ERRORS)
    assert all(issubclass(error, CardioError) for error in ERRORS.values())
    assert len({(row.file, row.layer) for row in CASES}) == len(CASES)
