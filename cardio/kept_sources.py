"""Which files a study reads: what a kept result of it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cardio.kept import Kept
from cardio.kept_answers import Sources
from cardio.kept_parts import KeptStore
from cardio.study import Study, load_study
from cardio.survey_store import SurveyStore


def take_sources(studies: Sequence[Study], data: Sequence[Path]) -> Sources | None:
    """Digest the files that one study file reads under one or several of its scenarios.

    Returns
    -------
    Sources or None
        None where a layer is a table of a database, which may change without notice.
    """
    options = {name for study in studies for name in study.report.options}  # the report plans them besides
    every = [*studies, *(load_study(studies[0].path, data=data, scenario=name) for name in sorted(options))]
    if any(layer.postgis is not None for study in every for layer in study.layers.values()):
        return None
    folders = [studies[0].path.parent, *data]
    names = [studies[0].path.name]
    for study in every:
        names += [layer.shown_path for layer in study.layers.values() if layer.shown_path]
        others = study.report.files if study.price_file is None else (study.price_file, *study.report.files)
        names += [_name_below(path, folders) for path in others]
    return Sources.take(names, folders)


def open_store(kept: Kept | None, studies: Sequence[Study], data: Sequence[Path]) -> SurveyStore:
    """A store for the surveys of one study file, with what earlier runs kept where nothing else is read than files."""
    specs = [layer for study in studies for layer in study.layers.values()]
    if kept is None or any(layer.postgis is not None for layer in specs):
        return SurveyStore()
    names = sorted({layer.shown_path for layer in specs if layer.shown_path})
    return KeptStore(kept, names, (studies[0].path.parent, *data))


def _name_below(path: Path, folders: Sequence[Path]) -> str:
    """Name of a file as the study writes it: `cardio.study_files.find_file` gives it below one of the folders."""
    resolved = [folder.resolve() for folder in folders]
    return next(path.relative_to(folder).as_posix() for folder in resolved if path.is_relative_to(folder))
