"""The command ``plan``."""

# ruff: noqa: PLC0415 (heavy imports wait until the command runs, so that --help answers at once)

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cardio.cli_documents import print_document
from cardio.cli_kept import CANCELLED, FreshOption, Keeping
from cardio.cli_options import DataOption, GapOption, JsonOption, ScenarioOption, SeedOption, StudyArgument
from cardio.kept_answers import KeptAnswer, Question

if TYPE_CHECKING:
    from cardio.run import RunResult


def plan(
    study: StudyArgument,
    data: DataOption = None,
    scenario: ScenarioOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Output folder (default: out/STUDY); replaced whole.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", min=0.0, help="Seconds for the solve stage.", metavar="S")
    ] = None,
    gap: GapOption = None,
    seed: SeedOption = None,
    problem: Annotated[
        Path | None, typer.Option("--problem", help="Also write the problem as cardio-problem/1.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write report.pdf, the report on A4.")] = False,
    fresh: FreshOption = False,
    as_json: JsonOption = False,
) -> None:
    """Find the least-cost plan that meets the targets and write map, report, workbook, tender and layers."""
    from cardio.texts import default_folder, say_result

    out = out or default_folder(study, scenario)
    if pdf:
        from cardio.exporters.pdf import require_weasyprint

        require_weasyprint()  # before the plan, not after it
    options = {"scenario": scenario, "time_limit_s": time_limit, "gap": gap, "seed": seed}
    question, keeping = Question("plan", study, tuple(data or ()), options), Keeping(fresh=fresh)
    result: RunResult | KeptAnswer | None = None if problem else keeping.recall(question, out)
    if result is None:
        from cardio.progress import shown_progress
        from cardio.run import run_study

        with shown_progress(quiet=as_json) as progress:
            result = run_study(
                study,
                data=data or (),
                out=out,
                scenario=scenario,
                time_limit_s=time_limit,
                gap=gap,
                seed=seed,
                problem_path=problem,
                kept=keeping.kept,
                progress=progress,
            )
        keeping.keep(question, result, result.summary, stopped=result.summary["status"] == CANCELLED)
    if pdf and (out / "report.html").is_file():
        from cardio.export_pdf import export_pdf

        export_pdf(out, out / "report.pdf", force=True)
    print_document(result.summary if as_json else say_result(result), as_json=as_json)
    if result.message:
        typer.echo(f"cardio: {result.message}", err=True)
    raise typer.Exit(result.exit_code)
