"""What ``cardio check FILE`` is told of the file on the command line, where no study states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import typer


def stated_columns(texts: Sequence[str]) -> dict[str, str]:
    """Take ``KEY=COLUMN`` apart; a column may have ``=`` in its name, a key has none.

    Raises
    ------
    typer.BadParameter
        When one is not written so, or a key is stated twice.
    """
    columns: dict[str, str] = {}
    for text in texts:
        key, _, column = text.partition("=")
        if not (key and column):
            raise typer.BadParameter(f"--column {text}: write KEY=COLUMN, for example x=lon")
        if key in columns:
            raise typer.BadParameter(f"--column {key} is stated twice: {columns[key]} and {column}")
        columns[key] = column
    return columns


def stated_options(**options: str | Mapping[str, str] | None) -> dict[str, Any]:
    """Options that are stated at all."""
    return {name: value for name, value in options.items() if value}


def refuse_options_of_files(stated: Mapping[str, object]) -> None:
    """Refuse options of a survey file beside a study.

    Raises
    ------
    typer.BadParameter
    """
    if stated:
        option = next(iter(stated)).removesuffix("s")  # --column, which becomes columns
        raise typer.BadParameter(f"--{option} is for a survey file; a study states it itself")
