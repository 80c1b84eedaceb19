"""The command line: every command is one call of the library. Heavy imports wait until a command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cardio.cli_check import refuse_options_of_files, stated_columns, stated_options
from cardio.cli_compare import compare
from cardio.cli_documents import SCHEMAS, cancelled_document, print_document, without_controls
from cardio.cli_export import export
from cardio.cli_init import init
from cardio.cli_kept import forget
from cardio.cli_keys import keys
from cardio.cli_options import (
    DataOption,
    GapOption,
    JsonOption,
    OutOption,
    ScenarioOption,
    SeedOption,
    StudyArgument,
    TimeLimitOfAllOption,
)
from cardio.cli_plan import plan
from cardio.cli_scenarios import scenarios
from cardio.cli_sensitivity import sensitivity

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Map the digital infrastructure of a town and plan the least-cost investment that meets its targets.",
)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder for the town and its plan.")] = Path("cardio-demo"),
    seed: Annotated[int, typer.Option("--seed", help="Seed of the sample town.")] = 62000,
    as_json: JsonOption = False,
) -> None:
    """Build the sample town, run its whole study and say where to look."""
    from cardio.demo import run_demo
    from cardio.progress import shown_progress
    from cardio.texts import say_result

    with shown_progress(quiet=as_json) as progress:
        result = run_demo(out, seed=seed, progress=progress)
    print_document(result.summary if as_json else say_result(result), as_json=as_json)
    raise typer.Exit(result.exit_code)


app.command()(init)
app.command()(scenarios)


@app.command()
def check(
    study: Annotated[Path, typer.Argument(help="Study file (YAML), or one survey file.", show_default=False)],
    data: DataOption = None,
    out: OutOption = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Of a survey file: its kind (see cardio kinds).")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Of a survey file: its CRS, where it states none.")] = None,
    layer: Annotated[str | None, typer.Option("--layer", help="Of a survey file: the layer inside.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Of a survey file: its text encoding.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="KEY=COLUMN", help="Of a survey file: a column of it; may be repeated."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read a study or one survey file and list every finding, worst first; with --out also as layer and map."""
    from cardio.progress import shown_progress
    from cardio.survey_check import check_file, check_study
    from cardio.texts import findings_document, say_check

    own = stated_options(kind=kind, crs=crs, layer=layer, encoding=encoding, columns=stated_columns(column or ()))
    with shown_progress(quiet=as_json) as progress:
        if study.suffix.lower() in (".yaml", ".yml"):
            refuse_options_of_files(own)
            result = check_study(study, data=data or (), out=out, progress=progress)
        else:
            result = check_file(study, out=out, progress=progress, **own)
    document = findings_document(result.findings, result.summary)
    print_document(document if as_json else say_check(result), as_json=as_json)
    raise typer.Exit(result.exit_code)


@app.command()
def restore(
    study: StudyArgument,
    layer: Annotated[str, typer.Argument(help="Layer of the study.", show_default=False)],
    target: Annotated[Path, typer.Argument(help="GeoPackage to write.", show_default=False)],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a layer as it was delivered, before any repair."""
    from cardio.progress import shown_progress
    from cardio.restore import restore_layer
    from cardio.texts import say_restored

    with shown_progress(quiet=as_json) as progress:
        document = restore_layer(study, layer, target, data=data or (), progress=progress)
    print_document(document if as_json else say_restored(document), as_json=as_json)


@app.command()
def diagnose(
    study: StudyArgument,
    data: DataOption = None,
    scenario: ScenarioOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure coverage today against the targets and list the gaps; with --out also a map."""
    from cardio.diagnosis import diagnose_study
    from cardio.progress import shown_progress
    from cardio.texts import say_diagnosis

    with shown_progress(quiet=as_json) as progress:
        diagnosis = diagnose_study(study, data=data or (), scenario=scenario, out=out, progress=progress)
    print_document(diagnosis.summary if as_json else say_diagnosis(diagnosis), as_json=as_json)


@app.command()
def graph(
    study: StudyArgument,
    data: DataOption = None,
    out: OutOption = None,
    by: Annotated[str, typer.Option("--by", help="Column of the route layers by whose values lengths are summed.")] = (
        "layer"
    ),
    as_json: JsonOption = False,
) -> None:
    """Describe the spatial graph; with --out also its nodes and edges as GeoPackage and GraphML, and a picture."""
    from cardio.graph_description import describe_graph
    from cardio.graph_texts import say_graph
    from cardio.progress import shown_progress

    with shown_progress(quiet=as_json) as progress:
        result = describe_graph(study, data=data or (), out=out, by=by, progress=progress)
    print_document(result.document if as_json else say_graph(result.document, result.folder), as_json=as_json)


app.command()(plan)


@app.command()
def explain(
    study: StudyArgument,
    work: Annotated[
        str, typer.Argument(help="Id of a site or route as the outputs show it, or a target.", show_default=False)
    ],
    data: DataOption = None,
    scenario: ScenarioOption = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", min=0.0, help="Seconds for each solve.", metavar="S")
    ] = None,
    gap: GapOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why a work is in the plan or not, or what one percent of a target costs, by planning again without it."""
    from cardio.explain import explain_study
    from cardio.explain_texts import say_explanation
    from cardio.progress import shown_progress

    with shown_progress(quiet=as_json) as progress:
        result = explain_study(
            study,
            work,
            data=data or (),
            scenario=scenario,
            time_limit_s=time_limit,
            gap=gap,
            progress=progress,
        )
    print_document(result.document if as_json else say_explanation(result.document), as_json=as_json)
    if result.message:
        typer.echo(f"cardio: {result.message}", err=True)
    raise typer.Exit(result.exit_code)


@app.command()
def frontier(
    study: StudyArgument,
    data: DataOption = None,
    points: Annotated[int, typer.Option("--points", min=1, help="Levels of coverage beyond today's.")] = 10,
    target: Annotated[
        str | None, typer.Option("--target", help="Only this target moves; the others stay as the study asks.")
    ] = None,
    scenario: ScenarioOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the curve as picture and data; replaced whole.")
    ] = None,
    time_limit: TimeLimitOfAllOption = None,
    gap: GapOption = None,
    seed: SeedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what each level of coverage costs at least, from today's to all that can be reached."""
    from cardio.frontier import trace_frontier
    from cardio.frontier_texts import say_frontier
    from cardio.progress import shown_progress

    with shown_progress(quiet=as_json) as progress:
        result = trace_frontier(
            study,
            points=points,
            target=target,
            data=data or (),
            out=out,
            scenario=scenario,
            time_limit_s=time_limit,
            gap=gap,
            seed=seed,
            progress=progress,
        )
    print_document(result.document if as_json else say_frontier(result.document, result.folder), as_json=as_json)
    if result.message:
        typer.echo(f"cardio: {result.message}", err=True)
    raise typer.Exit(result.exit_code)


@app.command()
def alternatives(
    study: StudyArgument,
    data: DataOption = None,
    within: Annotated[
        float, typer.Option("--within", help="Most that a plan may cost more than the best one known, as a part.")
    ] = 0.02,
    count: Annotated[int, typer.Option("--count", min=1, help="Alternatives to find.")] = 3,
    scenario: ScenarioOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the plans as layers and tables; replaced whole.")
    ] = None,
    time_limit: TimeLimitOfAllOption = None,
    gap: GapOption = None,
    seed: SeedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find plans of nearly the same cost that differ as much as they can, and the works that all of them share."""
    from cardio.alternatives import find_alternatives
    from cardio.alternatives_texts import say_alternatives
    from cardio.progress import shown_progress

    with shown_progress(quiet=as_json) as progress:
        result = find_alternatives(
            study,
            within=within,
            count=count,
            data=data or (),
            out=out,
            scenario=scenario,
            time_limit_s=time_limit,
            gap=gap,
            seed=seed,
            progress=progress,
        )
    print_document(result.document if as_json else say_alternatives(result.document, result.folder), as_json=as_json)
    if result.message:
        typer.echo(f"cardio: {result.message}", err=True)
    raise typer.Exit(result.exit_code)


app.command()(compare)
app.command()(forget)
app.command()(sensitivity)


app.command()(export)
app.command()(keys)


@app.command()
def kinds(as_json: JsonOption = False) -> None:
    """List the kinds of layer that can be read, with their columns."""
    from cardio.catalogue import kinds_document
    from cardio.texts import say_kinds

    document = kinds_document()
    print_document(document if as_json else say_kinds(document), as_json=as_json)


@app.command()
def prices(
    study: Annotated[Path | None, typer.Argument(help="Study file (YAML); without one, the packaged prices.")] = None,
    data: DataOption = None,
    scenario: ScenarioOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write them as a price list: FILE.yaml, FILE.csv or FILE.xlsx.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists already.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List unit prices with their sources, or write them (--out): those packaged, or those of a study at its date."""
    from cardio.price_listing import as_document, list_prices, say_prices

    listing = list_prices(study, data=data or (), scenario=scenario, out=out, force=force)
    print_document(as_document(listing) if as_json else say_prices(listing), as_json=as_json)


@app.command()
def solvers(as_json: JsonOption = False) -> None:
    """List the solvers that are installed."""
    from cardio.catalogue import solvers_document
    from cardio.texts import say_solvers

    document = solvers_document()
    print_document(document if as_json else say_solvers(document), as_json=as_json)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Say what is installed, and what in the environment would break a run."""
    from cardio.catalogue import doctor_document
    from cardio.texts import say_doctor

    document = doctor_document()
    print_document(document if as_json else say_doctor(document), as_json=as_json)
    raise typer.Exit(0 if document["ok"] else 2)


def main() -> None:
    """Run the command line; turn errors that a user can act on into one message and an exit code."""
    try:
        app()
    except Exception as error:
        # imported only now: the error classes sit in a package that loads geopandas
        from gis_layers import CancelledError, CardioError

        if not isinstance(error, CardioError):
            raise
        command = next((word for word in sys.argv[1:] if word in SCHEMAS), "")
        if isinstance(error, CancelledError) and command and "--json" in sys.argv:
            print_document(cancelled_document(command, error.message), as_json=True)
        typer.echo(without_controls(f"cardio: {error}"), err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
