"""``check``: everything that is wrong with the survey, at once; a layer that cannot be used hides no other."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cardio
from cardio.exporters import export_check
from cardio.run import EXIT_DONE, check_output
from cardio.stopwatch import Stopwatch
from cardio.study import Study, load_study
from cardio.summary import layer_row, summarise_town
from cardio.town import read_layers, survey_town
from gis_layers import (
    CardioError,
    Finding,
    Layer,
    LayerSpec,
    Progress,
    StudyError,
    SurveyError,
    check_output_folder,
    compare_extents,
    count_by_severity,
    metric_crs_of,
    rank_findings,
    read_layer,
    replace_folder,
    silent,
)

SCHEMA = "cardio-check/1"


@dataclass(frozen=True)
class SurveyCheck:
    """What a check found.

    Attributes
    ----------
    findings : tuple of Finding
        Worst first.
    summary : dict
        Layers, graph and counts; as summary.json of ``plan`` where they share fields, schema ``cardio-check/1``. The
        graph is None where it could not be built, and ``complete`` is False.
    exit_code : int
        2 where the study asks for something that is not there, 3 where a finding is an error, else 0.
    folder : Path or None
        Output folder, None where nothing was written.
    """

    findings: tuple[Finding, ...]
    summary: dict[str, Any]
    exit_code: int
    folder: Path | None


def check_study(
    path: Path, *, data: Sequence[Path] = (), out: Path | None = None, progress: Progress = silent
) -> SurveyCheck:
    """Read the study and its layers, build the graph and attach the demand; list every finding, worst first.

    Parameters
    ----------
    path : Path
        Study file.
    data : sequence of Path
        Folders searched for survey files after the study's own.
    out : Path, optional
        Folder for findings.csv, survey.gpkg, map.html and summary.json, replaced whole.

    Raises
    ------
    StudyError
        The study file itself is wrong. What is wrong with a layer is a finding.
    """
    study = load_study(path, data=data)
    if out is not None:
        check_output(study, data, out)
    return _check(study, out, progress)


def _check(study: Study, out: Path | None, progress: Progress) -> SurveyCheck:
    stopwatch = Stopwatch()
    failures: list[tuple[str, CardioError]] = []
    with stopwatch.time("read"):
        layers = read_layers(study, progress=progress, on_failure=lambda name, error: failures.append((name, error)))
    findings = [
        _failed(error, code="layer-unusable", layer=name, file=study.layers[name].shown_path)
        for name, error in failures
    ]
    town = None
    if not failures:
        try:
            town = survey_town(study, stopwatch=stopwatch, progress=progress, layers=layers)
        except (StudyError, SurveyError) as error:
            failures.append(("", error))
            findings.append(_failed(error, code="study-unusable"))
    if town is not None:
        found = list(town.findings)
    else:
        found = [each for layer in layers.values() for each in layer.findings]
        found += compare_extents(list(layers.values()))
    ranked = tuple(rank_findings([*findings, *found]))
    if town is None:
        summary = _summary_of_layers(study.name, layers, ranked, stopwatch) | {"study_sha256": study.sha256}
    else:
        summary = summarise_town(town, (), stopwatch, schema=SCHEMA)
    summary["complete"] = town is not None
    _write(summary, layers, ranked, out, language=study.language, crs=study.crs, labels=study.labels, progress=progress)
    return SurveyCheck(ranked, summary, _exit_code(failures, ranked), out)


def check_file(
    path: Path,
    *,
    kind: str = "other",
    crs: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
    out: Path | None = None,
    progress: Progress = silent,
) -> SurveyCheck:
    """Read one survey file, without a study, and list every finding.

    Parameters
    ----------
    path : Path
        Survey file, or folder of a delivery.
    kind : str
        Kind of layer that it should be.
    crs, layer, encoding : str, optional
        As in a study.
    columns : mapping of str to str, optional
        As in a study: column of the kind, or x, y or geometry -> column of the file.
    out : Path, optional
        As for `check_study`.

    Raises
    ------
    StudyError
        The file, its CRS or its layer is not there.
    SurveyError
        The file cannot be used.
    """
    stopwatch = Stopwatch()
    name = path.name.split(".")[0] or "survey"
    spec = LayerSpec(
        name, kind, path, shown_path=path.name, layer=layer, crs=crs, encoding=encoding, columns=dict(columns or {})
    )
    if out is not None:
        check_output_folder(out, inputs=[path])
    with stopwatch.time("read"):
        metric = metric_crs_of(spec)
        layers = {name: read_layer(spec, crs=metric, progress=progress)}
    findings = tuple(rank_findings(layers[name].findings))
    summary = _summary_of_layers(path.name, layers, findings, stopwatch) | {"complete": True}
    _write(summary, layers, findings, out, language="en", crs=metric, labels={}, progress=progress)
    return SurveyCheck(findings, summary, _exit_code((), findings), out)


def _failed(error: CardioError, *, code: str, layer: str = "", file: str = "") -> Finding:
    return Finding("error", code, layer, file, message=error.message, done="not used", advice=error.hint)


def _summary_of_layers(
    name: str, layers: Mapping[str, Layer], findings: Sequence[Finding], stopwatch: Stopwatch
) -> dict[str, Any]:
    """Summary where there is no town: no graph, no demand."""
    return {
        "schema": SCHEMA,
        "study": name,
        "scenario": "",
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cardio_version": cardio.__version__,
        "coverage": [],
        "equity": [],
        "graph": None,
        "layers": [layer_row(layer, findings) for layer in layers.values()],
        "findings": count_by_severity(findings),
        "timings_s": stopwatch.rounded(),
    }


def _write(
    summary: Mapping[str, Any],
    layers: Mapping[str, Layer],
    findings: Sequence[Finding],
    out: Path | None,
    *,
    language: str,
    crs: str,
    labels: Mapping[tuple[str, str], str],
    progress: Progress,
) -> None:
    if out is not None:
        with replace_folder(out) as folder:
            export_check(
                summary, layers, findings, folder, language=language, crs=crs, labels=labels, progress=progress
            )


def _exit_code(failures: Sequence[tuple[str, CardioError]], findings: Sequence[Finding]) -> int:
    if any(isinstance(error, StudyError) for _, error in failures):
        return StudyError.exit_code
    return SurveyError.exit_code if any(finding.severity == "error" for finding in findings) else EXIT_DONE
