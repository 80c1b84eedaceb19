"""Findings as cells of tables and popups: titled and explained in the language of the study, the detail as it is told.

The detail of a finding, with the values of the survey, is told in English; in a French output its heading says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cardio.exporters.findings_catalogue import finding_words
from cardio.exporters.page import Table
from cardio.exporters.texts import Words, capital
from gis_layers import SEVERITIES, Finding, rank_findings

WORST = 20
# in English the finding itself says what was done and what to do, with its values
FIELDS = {
    "fr": ("title", "layer", "feature", "meaning", "what_to_do", "detail"),
    "en": ("title", "layer", "feature", "detail", "done", "advice"),
}
SAID = ("title", "meaning", "what_to_do")


def finding_heads(words: Words) -> list[str]:
    """Heads of `finding_cells`."""
    return [words[f"finding.{field}" if field in (*SAID, "detail") else field] for field in FIELDS[words.language]]


def finding_cells(finding: Finding, words: Words) -> list[str]:
    """What a finding is, where, what it means and what to do."""
    return [finding_cell(finding, field, words) for field in FIELDS[words.language]]


def finding_cell(finding: Finding, field: str, words: Words) -> str:
    """One of title, meaning, what_to_do, layer, detail, or an attribute of the finding."""
    said = finding_words(finding.code, words.language)
    if field in SAID:
        return {"title": capital(said.title), "meaning": said.meaning, "what_to_do": said.advice}[field]
    if field == "layer":
        return words.labels.get(("layers", finding.layer), finding.layer)
    return str(finding.message if field == "detail" else getattr(finding, field))


def say_counts(counts: Mapping[str, int], words: Words) -> str:
    """Say how many findings there are of each severity, worst first."""
    return ", ".join(words.counted(f"count.{severity}", counts[severity]) for severity in SEVERITIES) + "."


def findings_tables(findings: Sequence[Finding], words: Words) -> dict[str, Any]:
    """Counts by severity and kind, and the worst few in full."""
    ranked = rank_findings(findings)
    counts = Counter((finding.severity, finding.code) for finding in ranked)
    worst = ranked[:WORST]
    return {
        "counts": Table(
            [words[name] for name in ("severity", "finding.title", "code", "count")],
            [
                [
                    words[f"severity.{severity}"],
                    capital(finding_words(code, words.language).title),
                    code,
                    words.number(count),
                ]
                for (severity, code), count in counts.items()
            ],
            frozenset({3}),
        ),
        "worst": Table(
            [words["severity"], *finding_heads(words)],
            [[words[f"severity.{finding.severity}"], *finding_cells(finding, words)] for finding in worst],
        ),
        "shown": words["all_findings"].format(shown=words.number(len(worst)), total=words.number(len(findings))),
    }
