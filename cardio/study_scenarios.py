"""Scenarios: dotted paths that change or remove what the study states."""

from __future__ import annotations

from typing import Any

from cardio.study_checks import Complaint, line_of
from cardio.study_keys import ANY, keys_below, suggest
from cardio.study_schema import LATER_KEYS
from cardio.study_yaml import Document, KeyPath, shown, shown_path

FIXED = ("cardio", "scenarios")


def apply_scenario(document: Document, name: str) -> tuple[Document, list[Complaint]]:
    """Return the study with a scenario applied, and what is wrong with the scenario's paths.

    A value replaces what stands at its path, null removes it. A path leads to what the study states, or to an optional
    key of a mapping that it states; it never adds a name. Lines of replaced parts are those of the scenario.

    Parameters
    ----------
    document : Document
    name : str
        A key of ``scenarios``.
    """
    complaints = []
    overrides = document.data["scenarios"][name]
    changed = document
    for dotted, value in overrides.items() if isinstance(overrides, dict) else ():
        at: KeyPath = ("scenarios", name, dotted)
        path = tuple(dotted.split("."))
        wrong = _wrong_path(document.data, path, removes=value is None)
        if wrong:
            complaints.append(Complaint(line_of(document, at), f"{shown_path(at[:2])}: {shown(dotted)}: {wrong}"))
            continue
        lines = {key: line for key, line in changed.lines.items() if key[: len(path)] != path}
        own = {key: line for key, line in document.lines.items() if key[:3] == at}
        lines |= {(*path, *key[3:]): line for key, line in own.items()}
        changed = Document(document.file, _replaced(changed.data, path, value), lines)
    return changed, complaints


def _wrong_path(data: Any, path: tuple[str, ...], *, removes: bool) -> str:
    """Say why a scenario cannot override a path; empty where it can."""
    if path[0] in FIXED:
        return "a scenario cannot change this"
    node = data
    for depth, part in enumerate(path):
        if path[: depth + 1] in LATER_KEYS:
            return "not implemented in this version"
        known = keys_below(path[:depth])
        if known is None:
            return f"unknown path; {'.'.join(path[:depth])} has no keys below it"
        present = tuple(node) if isinstance(node, dict) else ()
        known = present if known == (ANY,) else known
        if part not in known:
            return f"unknown path; {shown(part)}: {suggest(part, known)}"
        if removes and depth == len(path) - 1 and part not in present:
            return "nothing to remove: the study does not state it"
        node = node.get(part) if isinstance(node, dict) else None
    return ""


def _replaced(tree: Any, path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Return a copy of a mapping with one value replaced, or removed where it is None."""
    copy = dict(tree) if isinstance(tree, dict) else {}
    head, rest = path[0], path[1:]
    if rest:
        copy[head] = _replaced(copy.get(head), rest, value)
    elif value is None:
        copy.pop(head, None)
    else:
        copy[head] = value
    return copy
