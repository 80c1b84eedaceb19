"""``init``: from a folder of survey files to a first study file that runs, with its doubts told."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardio.exporters.files import write_files
from cardio.init_files import LeftOut, find_layers
from cardio.init_kinds import guess_kind
from cardio.init_study import Layers, choose_crs, explain_unused, layer_doubts, name_layers, write_study
from cardio.init_works import write_works
from cardio.study_values import check_text
from gis_layers import Progress, StudyError, silent

SCHEMA = "cardio-init/1"
LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class FirstStudy:
    """A study file that was written.

    Attributes
    ----------
    path : Path
    folder : Path
        Of the survey files.
    layers : Layers
    unused : tuple of str
        Sentences about layers that can be read and are not used.
    left_out : tuple of LeftOut
        Files and layers that cannot be read.
    crs, language : str
    files : int
        Survey files that were opened.
    """

    path: Path
    folder: Path
    layers: Layers
    unused: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    crs: str
    language: str
    files: int


def write_first_study(
    folder: Path,
    *,
    out: Path | None = None,
    name: str | None = None,
    language: str = "fr",
    force: bool = False,
    progress: Progress = silent,
) -> FirstStudy:
    """Look into the survey files of a folder, recognise what they are, and write a study of them.

    Parameters
    ----------
    folder : Path
        Searched with the folders in it, within bounds; nothing outside is read.
    out : Path, optional
        Study file; ``study.yaml`` in the folder without it.
    name : str, optional
        Name of the study; that of the folder without it.
    language : str
        ``fr`` or ``en``: of the outputs of the study and of its comments.
    force : bool
        Whether a file at `out` is replaced.

    Raises
    ------
    StudyError
        The file exists, or the folder holds nothing from which a study could be made.
    """
    out = folder / "study.yaml" if out is None else out
    if language not in LANGUAGES:
        raise StudyError(f"--language {language}: not one of {', '.join(LANGUAGES)}", "choose fr or en")
    if out.suffix.lower() not in (".yaml", ".yml"):
        raise StudyError(f"{out}: a study file ends in .yaml", "choose another --out")
    if out.exists() and not force:
        raise StudyError(f"{out} exists: it is not replaced", "choose another --out, or add --force")
    title = _title(folder, name)
    found = find_layers(folder, progress=progress)
    guessed = [(layer, guess_kind(layer)) for layer in found.layers]
    usable = [(layer, guess) for layer, guess in guessed if guess.kind and layer.look.crs]
    if not any("line" in layer.look.families for layer in found.layers):
        raise StudyError(
            f"{folder}: none of its {found.files} survey files holds lines that can be read"
            + "".join(f"\n     {each.shown}: {each.reason}" for each in found.left_out[:5]),
            "works follow streets: add the layer of their lines",
        )
    layers = name_layers(usable)
    lost = [layer.shown for layer, guess in guessed if guess.kind == "street" and not layer.look.crs]
    if lost and layers.first("street", "route_segment") is None:
        raise StudyError(
            f"{lost[0]}: the layer of streets states no CRS", "deliver it with its CRS (.prj of a shapefile)"
        )
    works = write_works(layers, language)
    crs = choose_crs([layer for layer, _ in usable])
    unused = tuple(
        explain_unused(layer, guess, crs, language) for layer, guess in guessed if not (guess.kind and layer.look.crs)
    )
    content = write_study(
        layers,
        crs=crs,
        name=title,
        language=language,
        files=found.files,
        unused=unused,
        left_out=found.left_out,
        works=works,
    )
    write_files({out: content}, force=force)
    return FirstStudy(out, folder, layers, unused, found.left_out, crs, language, found.files)


def _title(folder: Path, name: str | None) -> str:
    title = folder.resolve().name if name is None else name
    try:
        return check_text(title)
    except ValueError as error:
        if name is None:
            return "survey"
        raise StudyError(f"--name: {error}", "choose another name") from error


def next_command(study: FirstStudy) -> str:
    """Return the command that checks what was written."""
    words = ["cardio", "check", str(study.path)]
    if study.path.resolve().parent != study.folder.resolve():
        words += ["--data", str(study.folder)]
    return shlex.join(words)


def as_document(study: FirstStudy) -> dict[str, Any]:
    """Return what was recognised as a JSON document."""
    return {
        "schema": SCHEMA,
        "study": str(study.path),
        "crs": study.crs,
        "files": study.files,
        "layers": [
            {
                "name": layer.name,
                "kind": layer.kind,
                "path": layer.found.path,
                "layer": layer.found.layer,
                "rows": layer.found.look.rows,
                "doubts": layer_doubts(layer, study.language),
            }
            for layer in study.layers.named
        ],
        "unused": list(study.unused),
        "left_out": [{"path": each.shown, "reason": each.reason} for each in study.left_out],
        "next": next_command(study),
    }


def say_first_study(study: FirstStudy) -> str:
    """Return what was recognised as a short table, and the next command."""
    rows = [
        (layer.name, layer.kind, str(layer.found.look.rows), "; ".join(layer_doubts(layer, study.language)))
        for layer in study.layers.named
    ]
    head = ("layer", "kind", "rows", "doubt")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(3)]
    lines = [
        f"{name:<{widths[0]}}  {kind:<{widths[1]}}  {count:>{widths[2]}}  {doubt}".rstrip()
        for name, kind, count, doubt in (head, *rows)
    ]
    passed = len(study.unused) + len(study.left_out)
    more = f"; not used, as its comments say: {passed}" if passed else ""
    return "\n".join(
        [
            *lines,
            "",
            f"{study.path}: {len(rows)} layers, survey files opened: {study.files}, measured in {study.crs}{more}",
            "read its lines marked doubt:, then run",
            f"  {next_command(study)}",
        ]
    )
