"""Arguments and options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

StudyArgument = Annotated[Path, typer.Argument(help="Study file (YAML).", show_default=False)]
DataOption = Annotated[
    list[Path] | None,
    typer.Option("--data", help="Folder searched for survey files after the study's own; may be repeated."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Output folder; replaced whole.")]
ScenarioOption = Annotated[
    str | None,
    typer.Option("--scenario", metavar="NAME", help="Scenario of the study to apply (see cardio scenarios)."),
]
