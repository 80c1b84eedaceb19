"""``diagnose``: how well today's network serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from cardio.exporters import export_diagnosis
from cardio.prospects import Prospects, survey_prospects
from cardio.run import build_deliverable, check_output
from cardio.stopwatch import Stopwatch
from cardio.study import load_study
from cardio.summary import summarise_town
from gis_layers import Finding, Progress, replace_folder, silent
from network_model import find_gaps


@dataclass(frozen=True)
class Diagnosis:
    """Coverage today against the targets.

    Attributes
    ----------
    summary : dict
        As summary.json of ``plan`` where they share fields; schema ``cardio-diagnosis/1``.
    gaps : DataFrame
        Demand not served well enough, heaviest first.
    findings : tuple of Finding
    folder : Path or None
    """

    summary: dict[str, Any]
    gaps: pd.DataFrame
    findings: tuple[Finding, ...]
    folder: Path | None


def diagnose_study(
    path: Path,
    *,
    data: Sequence[Path] = (),
    scenario: str | None = None,
    out: Path | None = None,
    progress: Progress = silent,
) -> Diagnosis:
    """Measure coverage today and at best, list the gaps, and write them with a map where a folder is given.

    Raises
    ------
    StudyError, SurveyError
        As `load_study` and `survey_prospects`.
    """
    stopwatch = Stopwatch()
    study = load_study(path, data=data, scenario=scenario)
    if out is not None:
        check_output(study, data, out)
    prospects = survey_prospects(study, stopwatch=stopwatch, progress=progress)
    town = prospects.town
    summary = summarise_town(town, prospects.coverage, stopwatch, schema="cardio-diagnosis/1")
    gaps = find_gaps(town.graph, town.scopes, town.providers, town.demand, town.places, town.study.services)
    if out is not None:
        _write(prospects, summary, gaps, out, progress)
    return Diagnosis(summary, gaps, town.findings, out)


def _write(prospects: Prospects, summary: dict[str, Any], gaps: pd.DataFrame, out: Path, progress: Progress) -> None:
    deliverable = build_deliverable(prospects, summary, prospects.coverage, (), None)
    with replace_folder(out) as folder:
        export_diagnosis(deliverable, gaps, folder, progress)
