"""The command ``compare``."""

# ruff: noqa: PLC0415 (heavy imports wait until the command runs, so that --help answers at once)

from __future__ import annotations

from typing import Annotated

import typer

from cardio.cli_documents import print_document
from cardio.cli_kept import CANCELLED, FreshOption, Keeping
from cardio.cli_options import DataOption, GapOption, JsonOption, OutOption, SeedOption, StudyArgument
from cardio.kept_answers import KeptAnswer, Question


def compare(
    study: StudyArgument,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME NAME...",
            help="Scenarios, the first against each other; base is the study alone, a sweep is all of its scenarios.",
            show_default=False,
        ),
    ],
    data: DataOption = None,
    out: OutOption = None,
    time_limit: Annotated[
        float | None,
        typer.Option("--time-limit", min=0.0, help="Seconds for all solves, in equal parts.", metavar="S"),
    ] = None,
    gap: GapOption = None,
    seed: SeedOption = None,
    fresh: FreshOption = False,
    as_json: JsonOption = False,
) -> None:
    """Plan scenarios of a study and put them side by side: cost, coverage, metres, equipment, works."""
    from cardio.compare_texts import say_comparison

    options = {"names": names, "time_limit_s": time_limit, "gap": gap, "seed": seed, "written": out is not None}
    question, keeping = Question("compare", study, tuple(data or ()), options), Keeping(fresh=fresh)
    answer = keeping.recall(question, out)
    if answer is None:
        from cardio.compare import compare_scenarios
        from cardio.progress import shown_progress

        with shown_progress(quiet=as_json) as progress:
            result = compare_scenarios(
                study,
                names,
                data=data or (),
                out=out,
                time_limit_s=time_limit,
                gap=gap,
                seed=seed,
                kept=keeping.kept,
                progress=progress,
            )
        stopped = any(row["status"] == CANCELLED for row in result.document["scenarios"])
        keeping.keep(question, result, result.document, stopped=stopped)
        answer = KeptAnswer(result.document, result.message, result.exit_code, result.folder)
    print_document(answer.document if as_json else say_comparison(answer.document, answer.folder), as_json=as_json)
    if answer.message:
        typer.echo(f"cardio: {answer.message}", err=True)
    raise typer.Exit(answer.exit_code)
