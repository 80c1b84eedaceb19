"""What a run leaves behind: map, report, workbooks, GeoPackage, summary and findings, one file each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cardio.deliverable import Deliverable
from cardio.exporters.alternatives import export_alternatives
from cardio.exporters.compare import export_comparison
from cardio.exporters.csv_table import write_csv
from cardio.exporters.findings_csv import write_findings_csv
from cardio.exporters.frontier import export_frontier
from cardio.exporters.geopackage import write_geopackage
from cardio.exporters.graph import render_graph, write_graph_layers
from cardio.exporters.map import folium_map, render_map
from cardio.exporters.report import render_report
from cardio.exporters.sensitivity import export_sensitivity
from cardio.exporters.summary import summary_text, write_summary
from cardio.exporters.survey import survey_deliverable, write_survey_layers
from cardio.exporters.tender import write_tender
from cardio.exporters.texts import Words
from cardio.exporters.totals import check_totals
from cardio.exporters.workbook import write_workbook
from gis_layers import Finding, Layer, Progress, silent
from network_model import SpatialGraph, write_graphml

__all__ = [
    "export_all",
    "export_alternatives",
    "export_check",
    "export_comparison",
    "export_diagnosis",
    "export_failure",
    "export_frontier",
    "export_graph",
    "export_sensitivity",
    "folium_map",
    "render_map",
    "render_report",
    "summary_text",
]

Writer = Callable[[Path], object]
STAGE = "export"


def export_all(deliverable: Deliverable, folder: Path, progress: Progress = silent) -> dict[str, Path]:
    """Write every document of a plan into an existing folder.

    Returns
    -------
    dict
        ``summary``, ``findings``, ``map``, ``report``, ``workbook``, ``tender``, ``geopackage`` -> file written.

    Raises
    ------
    CardioError
        The totals of the deliverable disagree.
    """
    check_totals(deliverable)
    progress(STAGE, 0.0, "map.html")
    page = render_map(deliverable)
    return _write(
        folder,
        {
            "summary": ("summary.json", lambda path: write_summary(deliverable.summary, path)),
            "findings": (
                "findings.csv",
                lambda path: write_findings_csv(deliverable.findings, path, deliverable.language),
            ),
            "map": ("map.html", lambda path: path.write_text(page, encoding="utf-8")),
            "report": (
                "report.html",
                lambda path: path.write_text(render_report(deliverable, page), encoding="utf-8"),
            ),
            "workbook": ("plan.xlsx", lambda path: write_workbook(deliverable, path)),
            "tender": ("tender.xlsx", lambda path: write_tender(deliverable, path)),
            "geopackage": ("plan.gpkg", lambda path: write_geopackage(deliverable, path)),
        },
        progress,
    )


def export_diagnosis(
    deliverable: Deliverable, gaps: pd.DataFrame, folder: Path, progress: Progress = silent
) -> dict[str, Path]:
    """Write what is there and what lacks: summary, findings, map and the gap list.

    Returns
    -------
    dict
        ``summary``, ``findings``, ``map``, ``gaps`` -> file written.
    """
    return _write(
        folder,
        {
            "summary": ("summary.json", lambda path: write_summary(deliverable.summary, path)),
            "findings": (
                "findings.csv",
                lambda path: write_findings_csv(deliverable.findings, path, deliverable.language),
            ),
            "map": ("map.html", lambda path: path.write_text(render_map(deliverable), encoding="utf-8")),
            "gaps": (
                "gaps.csv",
                lambda path: write_csv(list(gaps.columns), gaps.itertuples(index=False, name=None), path),
            ),
        },
        progress,
    )


def export_check(
    summary: Mapping[str, Any],
    layers: Mapping[str, Layer],
    findings: Sequence[Finding],
    folder: Path,
    *,
    language: str,
    crs: str,
    labels: Mapping[tuple[str, str], str],
    progress: Progress = silent,
) -> dict[str, Path]:
    """Write what a check found.

    Returns
    -------
    dict
        ``summary``, ``findings``, ``map``, ``geopackage`` -> file written.
    """
    deliverable = survey_deliverable(summary, layers, findings, language=language, crs=crs, labels=labels)
    return _write(
        folder,
        {
            "summary": ("summary.json", lambda path: write_summary(summary, path)),
            "findings": ("findings.csv", lambda path: write_findings_csv(findings, path, language)),
            "map": ("map.html", lambda path: path.write_text(render_map(deliverable), encoding="utf-8")),
            "geopackage": (
                "survey.gpkg",
                lambda path: write_survey_layers(layers, findings, path, crs=crs, language=language),
            ),
        },
        progress,
    )


def export_graph(
    document: Mapping[str, Any],
    graph: SpatialGraph,
    findings: Sequence[Finding],
    folder: Path,
    *,
    language: str,
    labels: Mapping[tuple[str, str], str],
    progress: Progress = silent,
) -> dict[str, Path]:
    """Write a graph for other tools, and drawn.

    Returns
    -------
    dict
        ``summary``, ``findings``, ``geopackage``, ``graphml``, ``page`` -> file written.
    """
    words = Words(language, labels=labels)
    return _write(
        folder,
        {
            "summary": ("summary.json", lambda path: write_summary(document, path)),
            "findings": ("findings.csv", lambda path: write_findings_csv(findings, path, language)),
            "geopackage": ("graph.gpkg", lambda path: write_graph_layers(graph, document["crs"], path)),
            "graphml": ("graph.graphml", lambda path: write_graphml(graph, path)),
            "page": ("graph.html", lambda path: path.write_text(render_graph(document, graph, words), "utf-8")),
        },
        progress,
    )


def export_failure(
    summary: Mapping[str, Any], findings: Iterable[Finding], folder: Path, *, language: str
) -> dict[str, Path]:
    """Write what a run without a plan leaves: ``summary`` and ``findings``."""
    return _write(
        folder,
        {
            "summary": ("summary.json", lambda path: write_summary(summary, path)),
            "findings": ("findings.csv", lambda path: write_findings_csv(findings, path, language)),
        },
        silent,
    )


def _write(folder: Path, files: Mapping[str, tuple[str, Writer]], progress: Progress) -> dict[str, Path]:
    written = {}
    for number, (name, (file_name, write)) in enumerate(files.items()):
        progress(STAGE, number / len(files), file_name)
        write(folder / file_name)
        written[name] = folder / file_name
    progress(STAGE, 1.0)
    return written
