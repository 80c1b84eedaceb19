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
GapOption = Annotated[float | None, typer.Option("--gap", min=0.0, max=1.0, help="Gap at which a solve stops.")]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, max=2**31 - 1, help="Seed of the solver.")]
TimeLimitOfAllOption = Annotated[
    float | None, typer.Option("--time-limit", min=0.0, help="Seconds for all solves together.", metavar="S")
]
