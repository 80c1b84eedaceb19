"""JSON documents of the command line: how they are printed, and what a command that is stopped prints instead."""

from __future__ import annotations

import json
import re
from typing import Any

import typer

SCHEMAS = {
    "plan": "cardio-summary/1",
    "demo": "cardio-summary/1",
    "diagnose": "cardio-diagnosis/1",
    "check": "cardio-check/1",
    "scenarios": "cardio-scenarios/1",
    "graph": "cardio-graph/1",
    "explain": "cardio-explanation/1",
    "frontier": "cardio-frontier/1",
    "alternatives": "cardio-alternatives/1",
    "sensitivity": "cardio-sensitivity/1",
    "compare": "cardio-comparison/1",
}
"""Documents that a command may be stopped before."""


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and end of line


def print_document(content: Any, *, as_json: bool) -> None:
    """Print a text, or a document as JSON."""
    if as_json:
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        typer.echo(without_controls(content))


def without_controls(text: str) -> str:
    """Text whose control characters a terminal shows instead of obeying: survey text may hold any."""
    return _CONTROLS.sub(lambda found: repr(found.group())[1:-1], text)


def cancelled_document(command: str, message: str) -> dict[str, Any]:
    """Document of a command that was stopped before it had any to give."""
    document: dict[str, Any] = {"schema": SCHEMAS[command], "status": "cancelled", "message": message}
    if command in ("plan", "demo"):
        document["objective"] = {"name": "least_cost", "unit": None, "value": None, "bound": None, "gap": None}
    return document
