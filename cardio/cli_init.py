"""The command ``init``."""

# ruff: noqa: PLC0415 (heavy imports wait until the command runs, so that --help answers at once)

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cardio.cli_documents import print_document
from cardio.cli_options import JsonOption


def init(
    folder: Annotated[Path, typer.Argument(help="Folder of survey files.", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", help="Study file to write (default: FOLDER/study.yaml).")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the study (default: that of the folder).")] = None,
    language: Annotated[str, typer.Option("--language", help="Language of the study: fr or en.")] = "fr",
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists already.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a first study file from a folder of survey files; what is not sure stands in its comments."""
    from cardio.init import as_document, say_first_study, write_first_study
    from cardio.progress import shown_progress

    with shown_progress(quiet=as_json) as progress:
        study = write_first_study(folder, out=out, name=name, language=language, force=force, progress=progress)
    print_document(as_document(study) if as_json else say_first_study(study), as_json=as_json)
