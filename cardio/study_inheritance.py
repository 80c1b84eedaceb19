"""Inheritance: which scenarios a scenario extends, and in which order they apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardio.study_checks import Complaint, line_of
from cardio.study_keys import suggest
from cardio.study_yaml import Document, KeyPath, shown, shown_path

EXTENDS = "extends"


def trace_lineages(document: Document) -> tuple[dict[str, tuple[str, ...]], list[Complaint]]:
    """Return for each scenario those that apply, in order and itself last, and what is wrong with ``extends``.

    A scenario that is reached in two ways counts once, where it comes first. Scenarios whose lineage is not known (a
    cycle, an unknown name, and all that extend such a one) are left out.

    Parameters
    ----------
    document : Document
        A study whose ``scenarios`` is a mapping.
    """
    scenarios = document.data["scenarios"]
    parents, complaints = {}, []
    for name, stated in scenarios.items():
        extended, wrong = _extended(name, stated, scenarios)
        if not wrong:
            parents[name] = extended
        for path, text in wrong:
            complaints.append(Complaint(line_of(document, path), f"{shown_path(path)}: {text}"))
    lineages = _order(parents)
    told: set[str] = set()
    for name in parents:
        circle = _circle(name, parents)
        if circle and name not in told:
            told.update(circle)
            at: KeyPath = ("scenarios", name, EXTENDS)
            text = f"extends itself: {' -> '.join(circle)}"
            complaints.append(Complaint(line_of(document, at), f"{shown_path(at)}: {text}"))
    return lineages, complaints


def extends_of(stated: Any) -> tuple[Any, ...]:
    """Return what a scenario extends, as it is written; one name is a list of one."""
    value = stated.get(EXTENDS, ()) if isinstance(stated, dict) else ()
    return value if isinstance(value, tuple) else (value,)


def _extended(
    name: str, stated: Any, scenarios: Mapping[str, Any]
) -> tuple[tuple[str, ...], list[tuple[KeyPath, str]]]:
    """Return the names that a scenario extends, and what is wrong with them."""
    at: KeyPath = ("scenarios", name, EXTENDS)
    listed = extends_of(stated)
    if not all(isinstance(each, str) for each in listed):
        return (), [(at, "should name a scenario, or list scenarios")]
    wrong: list[tuple[KeyPath, str]] = []
    for number, parent in enumerate(listed):
        path = (*at, number) if isinstance(stated[EXTENDS], tuple) else at
        if parent not in scenarios:
            known = [other for other in scenarios if other != name]
            wrong.append((path, f"no scenario is named {shown(parent)}; {suggest(parent, known)}"))
        elif parent in listed[:number]:
            wrong.append((path, f"names {shown(parent)} twice"))
    return listed, wrong


def _order(parents: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the lineage of every scenario all of whose parents have one, parents before heirs."""
    lineages: dict[str, tuple[str, ...]] = {}
    waiting = dict(parents)
    while ready := [name for name, above in waiting.items() if all(parent in lineages for parent in above)]:
        for name in ready:
            above = [ancestor for parent in waiting.pop(name) for ancestor in lineages[parent]]
            lineages[name] = (*dict.fromkeys(above), name)
    return lineages


def _circle(name: str, parents: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return a shortest way from a scenario by what it extends back to itself; empty where there is none."""
    ways: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    for way in ways:
        for parent in parents.get(way[-1], ()):
            if parent == name:
                return (*way, name)
            if parent not in seen:
                seen.add(parent)
                ways.append((*way, parent))
    return ()
