"""What ``cardio scenarios`` says: each scenario with its changes; what those of a sweep share is said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from cardio.study_scenarios import BASE
from cardio.study_values import as_written
from cardio.study_yaml import shown


def say_scenarios(document: Mapping[str, Any]) -> str:
    """Return the scenarios as text."""
    rows = document["scenarios"]
    if not rows:
        return f"{document['study']}: no scenarios; docs/study.md says how to write one"
    lines = [f"{document['study']}: {_count(len(rows), 'scenario')}; {BASE} is the study without one"]
    for sweep, group in groupby(rows, key=lambda row: row["sweep"] or row["name"]):
        members = list(group)
        lines += ["", _heading(sweep, members), *_changes(members)]
    return "\n".join(lines)


def _heading(name: str, members: Sequence[Mapping[str, Any]]) -> str:
    said = [f"sweep of {_count(len(members), 'scenario')}"] if members[0]["sweep"] else []
    said += [f"extends {', '.join(members[0]['extends'])}"] if members[0]["extends"] else []
    return f"{name}{': ' if said else ''}{'; '.join(said)}"


def _changes(members: Sequence[Mapping[str, Any]]) -> list[str]:
    shared = [change for change in members[0]["changes"] if all(change in one["changes"] for one in members)]
    lines = _rows(shared, "  ")
    if members[0]["sweep"]:
        for member in members:
            own = [change for change in member["changes"] if change not in shared]
            lines += [f"  {member['name']}", *(_rows(own, "    ") or ["    as the study"])]
    return lines or ["  changes nothing"]


def _rows(changes: Sequence[Mapping[str, Any]], margin: str) -> list[str]:
    width = max((len(change["path"]) for change in changes), default=0)
    return [
        f"{margin}{change['path']:{width}}  {_value(change['study'], 'not stated')} -> "
        f"{_value(change['scenario'], 'removed')}"
        for change in changes
    ]


def _value(value: Any, nothing: str) -> str:
    return nothing if value is None else shown(_flow(value))


def _flow(value: Any) -> str:
    """Return a value as one line of YAML, near enough to be read."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return "null" if value is None else str(as_written(value))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
