"""The command ``keys``."""

# ruff: noqa: PLC0415 (heavy imports wait until the command runs, so that --help answers at once)

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cardio.cli_documents import print_document
from cardio.cli_options import JsonOption


def keys(
    path: Annotated[str, typer.Argument(help="Dotted path; this key and those below it.", show_default=False)] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Write them as a page: FILE.md.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the keys of a study file with type, unit, default and meaning."""
    from cardio.study_reference import as_document, say_reference, study_reference, write_reference

    rows = study_reference(path)
    if out is not None:
        write_reference(rows, out)
    said = say_reference(rows) if out is None else f"{out}: {len(rows)} keys"
    print_document(as_document(rows) if as_json else said, as_json=as_json)
