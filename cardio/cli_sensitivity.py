"""The command ``sensitivity``."""

# ruff: noqa: PLC0415 (heavy imports wait until the command runs, so that --help answers at once)

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cardio.cli_documents import print_document
from cardio.cli_options import DataOption, GapOption, JsonOption, ScenarioOption, StudyArgument, TimeLimitOfAllOption


def sensitivity(
    study: StudyArgument,
    data: DataOption = None,
    draws: Annotated[int, typer.Option("--draws", min=1, max=200, help="Price lists to draw and plan with.")] = 10,
    scenario: ScenarioOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the pictures and tables; replaced whole.")
    ] = None,
    time_limit: TimeLimitOfAllOption = None,
    gap: GapOption = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, max=2**31 - 1, help="Seed of the solver and of the draws.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say how sure the cost of the plan is, and what other prices within their ranges would change."""
    from cardio.progress import shown_progress
    from cardio.sensitivity import study_sensitivity
    from cardio.sensitivity_texts import say_sensitivity

    with shown_progress(quiet=as_json) as progress:
        result = study_sensitivity(
            study,
            draws=draws,
            data=data or (),
            out=out,
            scenario=scenario,
            time_limit_s=time_limit,
            gap=gap,
            seed=seed,
            progress=progress,
        )
    print_document(result.document if as_json else say_sensitivity(result.document, result.folder), as_json=as_json)
    if result.message:
        typer.echo(f"cardio: {result.message}", err=True)
    raise typer.Exit(result.exit_code)
