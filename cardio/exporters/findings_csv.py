"""findings.csv: every finding, worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from cardio.exporters.csv_table import write_csv
from cardio.exporters.findings_catalogue import finding_words
from gis_layers import Finding, rank_findings

COLUMNS = tuple(field.name for field in fields(Finding))
SAID = ("title", "meaning", "what_to_do")


def write_findings_csv(findings: Iterable[Finding], path: Path, language: str) -> None:
    """Write all findings, ranked: as they are told, then titled and explained in ``fr`` or ``en``."""
    write_csv((*COLUMNS, *SAID), (_row(finding, language) for finding in rank_findings(findings)), path)


def _row(finding: Finding, language: str) -> list[object]:
    said = finding_words(finding.code, language)
    return [*(getattr(finding, name) for name in COLUMNS), said.title, said.meaning, said.advice]
