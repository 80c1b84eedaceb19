"""Overrides: dotted paths by which a scenario changes or removes what the study states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cardio.study_checks import Complaint, line_of
from cardio.study_inheritance import EXTENDS
from cardio.study_keys import ANY, keys_below, suggest
from cardio.study_schema import LATER_KEYS
from cardio.study_yaml import Document, KeyPath, shown, shown_path

FIXED = ("cardio", "scenarios")


@dataclass(frozen=True)
class Override:
    """One change of a scenario.

    Attributes
    ----------
    path : tuple of str
        Key that it changes.
    value : object
        What takes its place; None removes it.
    at : key path
        Where the value stands in the study file.
    """

    path: tuple[str, ...]
    value: Any
    at: KeyPath


def overrides_of(document: Document, name: str) -> list[Override]:
    """Return the overrides that a scenario states itself, as written."""
    stated = document.data["scenarios"][name]
    if not isinstance(stated, dict):
        return []
    return [
        Override(tuple(dotted.split(".")), value, ("scenarios", name, dotted))
        for dotted, value in stated.items()
        if dotted != EXTENDS
    ]


def merge_overrides(stated: Iterable[Override]) -> tuple[Override, ...]:
    """Leave of several overrides those that count: a later one takes the place of what stands at or below its path."""
    counting: list[Override] = []
    for override in stated:
        counting = [one for one in counting if one.path[: len(override.path)] != override.path]
        counting.append(override)
    return tuple(counting)


def apply_overrides(document: Document, overrides: Sequence[Override]) -> Document:
    """Return the study with overrides applied in order; lines of replaced parts are those of the scenario."""
    lines = dict(document.lines)
    for override in overrides:
        path, at = override.path, override.at
        lines = {key: line for key, line in lines.items() if key[: len(path)] != path}
        lines |= {(*path, *key[len(at) :]): line for key, line in document.lines.items() if key[: len(at)] == at}
    return Document(document.file, _changed(document.data, overrides), lines)


def check_overrides(
    document: Document, inherited: Sequence[Override], own: Sequence[Override]
) -> tuple[list[Override], list[Complaint]]:
    """Return those of a scenario's own overrides whose path holds, and what is wrong with the others.

    A path leads to what the study states, or to an optional key of a mapping that it states; it never adds a name.

    Parameters
    ----------
    document : Document
        The study.
    inherited, own : sequence of Override
        Of what the scenario extends, and its own; in order.
    """
    good: list[Override] = []
    complaints: list[Complaint] = []
    now = _changed(document.data, inherited)
    for override in own:
        wrong = _wrong_path((document.data, now), override.path, removes=override.value is None)
        if override.path[0] in FIXED:
            wrong = "a scenario cannot change this"
        if wrong:
            where, key = shown_path(override.at[:2]), shown(str(override.at[2]))
            complaints.append(Complaint(line_of(document, override.at), f"{where}: {key}: {wrong}"))
            continue
        good.append(override)
        now = _replaced(now, override.path, override.value)
    return good, complaints


def _wrong_path(trees: tuple[Any, Any], path: tuple[str, ...], *, removes: bool) -> str:
    """Say why a scenario cannot override a path; empty where it can.

    Of the two trees the first is the study as stated, the second as the scenario finds it.
    """
    stated, now = trees
    for depth, part in enumerate(path):
        if path[: depth + 1] in LATER_KEYS:
            return "not implemented in this version"
        known = keys_below(path[:depth])
        if known is None:
            return f"unknown path; {'.'.join(path[:depth])} has no keys below it"
        present = tuple(dict.fromkeys((*_keys(now), *_keys(stated))))
        known = present if known == (ANY,) else known
        if part not in known:
            return f"unknown path; {shown(part)}: {suggest(part, known)}"
        last = depth == len(path) - 1
        if removes and last and part not in present:
            return "nothing to remove: the study does not state it"
        if not last and part in _keys(stated) and part not in _keys(now):
            gone = ".".join(path[: depth + 1])
            return f"{gone} is removed by this scenario or by one that it extends"
        stated, now = _below(stated, part), _below(now, part)
    return ""


def _keys(node: Any) -> tuple[str, ...]:
    return tuple(node) if isinstance(node, dict) else ()


def _below(node: Any, part: str) -> Any:
    return node.get(part) if isinstance(node, dict) else None


def _changed(data: Any, overrides: Iterable[Override]) -> Any:
    for override in overrides:
        data = _replaced(data, override.path, override.value)
    return data


def _replaced(tree: Any, path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return a copy of a mapping with one value replaced, or removed where it is None."""
    copy = dict(tree) if isinstance(tree, dict) else {}
    head, rest = path[0], path[1:]
    if value is None and head not in copy:
        return copy
    if rest:
        copy[head] = _replaced(copy.get(head), rest, value)
    elif value is None:
        del copy[head]
    else:
        copy[head] = value
    return copy
