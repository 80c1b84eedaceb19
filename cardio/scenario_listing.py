"""``scenarios``: the scenarios of a study, and what each changes in the end, inheritance and sweeps resolved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cardio.study import read_scenarios
from cardio.study_checks import line_of
from cardio.study_inheritance import extends_of
from cardio.study_scenarios import Scenarios
from cardio.study_yaml import Document

SCHEMA = "cardio-scenarios/1"


def list_scenarios(path: Path, *, data: Sequence[Path] = ()) -> dict[str, Any]:
    """Return the scenarios of a study and what they change; schema ``cardio-scenarios/1``.

    ``scenarios`` has one row a scenario, those of sweeps one by one. In ``changes`` null is what is not stated.

    Raises
    ------
    StudyError
        As `load_study`.
    """
    scenarios = read_scenarios(path, data=data)
    return {
        "schema": SCHEMA,
        "study": scenarios.study.data["study"]["name"],
        "sweeps": [{"name": name, "scenarios": list(members)} for name, members in scenarios.sweeps.items()],
        "scenarios": list(_rows(scenarios)),
    }


def _rows(scenarios: Scenarios) -> Iterator[dict[str, Any]]:
    for written in scenarios.written:
        for name in scenarios.members(written):
            yield {
                "name": name,
                "sweep": written if written in scenarios.sweeps else None,
                "extends": list(extends_of(scenarios.study.data["scenarios"][written])),
                "line": line_of(scenarios.study, ("scenarios", written)),
                "changes": list_changes(scenarios.study, scenarios.documents[name]),
            }


def list_changes(study: Document, scenario: Document) -> list[dict[str, Any]]:
    """Return what differs between a study and a scenario: one row a value that is replaced, removed or stated anew."""
    return [
        {"path": ".".join(path), "study": before, "scenario": after, "line": line_of(scenario, path)}
        for path, before, after in _differences(study.data, scenario.data, ())
    ]


def _differences(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _differences(before.get(key), after.get(key), (*path, key))
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield path, before, after
