"""What was found wrong in a survey: one ``Finding`` a fact, never silent, never a crash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "repaired", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "repaired", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about survey data that a user should know.

    Attributes
    ----------
    severity : {"error", "warning", "repaired", "note"}
        error: the row (or layer) could not be used; warning: used, but doubtful; repaired: changed by us;
        note: worth knowing.
    code : str
        Stable code in kebab-case, listed in docs/findings.md.
    layer : str
        Layer name of the study; empty for the whole study.
    file : str
        File as the study names it; empty when no single file is concerned.
    feature : str
        Row number in the file (0 is the first) or feature id; empty when the whole layer is concerned.
    message : str
        What is wrong, with figures and units.
    done : str
        What Cardio did about it.
    advice : str
        What the user can do.
    x, y : float or None
        Place, in metres in the study CRS.
    """

    severity: Severity
    code: str
    layer: str
    file: str = ""
    feature: str = ""
    message: str = ""
    done: str = ""
    advice: str = ""
    x: float | None = None
    y: float | None = None


def count_by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    """Count findings by severity; every severity is present, in rank order."""
    counts = Counter(finding.severity for finding in findings)
    return {severity: counts[severity] for severity in SEVERITIES}


def rank_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings: worst severity first, then by layer, code and feature."""
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    return sorted(findings, key=lambda f: (order[f.severity], f.layer, f.code, f.file, f.feature))
