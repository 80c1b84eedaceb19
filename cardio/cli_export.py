"""``cardio export``."""

# ruff: noqa: PLC0415 (heavy imports wait until the command runs, so that --help answers at once)

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from cardio.cli_documents import print_document
from cardio.cli_options import JsonOption


def export(
    plan_folder: Annotated[
        Path, typer.Argument(help="Output folder of cardio plan or cardio demo.", show_default=False)
    ],
    target: Annotated[
        str,
        typer.Argument(
            help="FILE.json (Open Fibre Data Standard 0.3), FILE.geojson (the same as GeoJSON: FILE-nodes.geojson and"
            " FILE-spans.geojson), FILE.pdf (the report on A4), postgresql://..., or a FOLDER: of open data"
            " (--policy) or of all layers (--format).",
            show_default=False,
        ),
    ],
    policy: Annotated[
        Path | None,
        typer.Option("--policy", help="Publication policy (YAML) of open data: licence, fields, least count."),
    ] = None,
    file_format: Annotated[
        Literal["geojson", "csv"] | None,
        typer.Option("--format", help="Every layer as a file of a FOLDER, for use inside the town: nothing left out."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that exist already.")] = False,
    schema: Annotated[str, typer.Option("--schema", help="Schema of the tables in a database.")] = "cardio",
    as_json: JsonOption = False,
) -> None:
    """Write a plan for other programs and people: its fibre network, all its layers as tables, or open data."""
    from cardio.export import export_plan
    from cardio.export_texts import say_export

    document = export_plan(plan_folder, target, policy=policy, file_format=file_format, force=force, schema=schema)
    print_document(document if as_json else say_export(document), as_json=as_json)
