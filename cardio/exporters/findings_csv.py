"""findings.csv: every finding, worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from cardio.exporters.csv_table import write_csv
from gis_layers import Finding, rank_findings

COLUMNS = tuple(field.name for field in fields(Finding))


def write_findings_csv(findings: Iterable[Finding], path: Path) -> None:
    """Write all findings, ranked."""
    write_csv(COLUMNS, ([getattr(finding, name) for name in COLUMNS] for finding in rank_findings(findings)), path)
