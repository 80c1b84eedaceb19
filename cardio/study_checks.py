"""What is wrong with a study file: form, references between its parts, and files; everything at once, with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any

from pydantic import ValidationError

from cardio.study_files import find_file
from cardio.study_keys import keys_below, suggest
from cardio.study_labels import check_labels
from cardio.study_plan_checks import check_plan
from cardio.study_prices import check_prices
from cardio.study_schema import LATER_KEYS, StudyFile
from cardio.study_section import Section
from cardio.study_values import JUNCTIONS, as_written
from cardio.study_yaml import Document, KeyPath, shown, shown_path
from gis_layers import KINDS, PLACE_COLUMNS, StudyError, hide_passwords, require_metric_crs

# Key path of every reference to a layer, and the geometry that its kind must be able to have there.
LAYER_REFERENCES: tuple[tuple[KeyPath, frozenset[str]], ...] = (
    (("network", "routes", "*"), frozenset({"line"})),
    (("network", "backbone", "*"), frozenset({"point", "line"})),
    (("services", "*", "demand", "layer"), frozenset({"point", "line", "polygon"})),
    (("services", "*", "demand", "spread_over"), frozenset({"polygon"})),
    (("services", "*", "provided_by", "*"), frozenset({"point", "line", "polygon"})),
    (("services", "*", "reach", "walls"), frozenset({"polygon"})),
    (("services", "*", "reach", "walls", "*"), frozenset({"polygon"})),
    (("targets", "*", "zone", "layer"), frozenset({"polygon"})),
    (("targets", "*", "in_each"), frozenset({"polygon"})),
    (("options", "*", "sites", "*"), frozenset({"point", "polygon"})),
    (("laying", "*", "along"), frozenset({"line"})),
)
SERVICE_REFERENCES: tuple[KeyPath, ...] = (("targets", "*", "service"), ("options", "*", "service"))
# parts of a place in the schema that stand for no key of the file
_NO_KEYS = ("[key]", "[number]", "[column]")
_SHAPES = {
    "model_type": "should be a mapping of keys",
    "model_attributes_type": "should be a mapping of keys",
    "dict_type": "should be a mapping of keys",
    "tuple_type": "should be a list",
    "string_type": "should be text",
    "too_short": "should name at least one",
}


@dataclass(frozen=True, order=True)
class Complaint:
    """One thing wrong, at a line of the study file (1 is the first)."""

    line: int
    text: str


WrongFile = Callable[[str, bool], str]
"""What is wrong with a file that a study names, and that may be a folder where the second is true; empty if nothing."""


def file_check(folders: Sequence[Path]) -> WrongFile:
    """Return a check of files that looks for each once, however many scenarios name it.

    Parameters
    ----------
    folders : sequence of Path
        Where files are looked for: the study's folder, then the data folders.
    """

    @cache
    def wrong(name: str, or_folder: bool) -> str:
        try:
            find_file(name, folders, or_folder=or_folder)
        except ValueError as error:
            return str(error)
        return ""

    return wrong


def list_complaints(document: Document, wrong_file: WrongFile) -> list[Complaint]:
    """List everything that is wrong with a study, in line order.

    Parameters
    ----------
    document : Document
        Its data is a mapping.
    wrong_file : callable
        See `file_check`.
    """
    found = [
        *check_form(StudyFile, document.data),
        *_layers(document.data),
        *_references(document.data),
        *check_plan(document.data),
        *check_prices(document.data),
        *check_labels(document.data),
        *_crs(document.data),
        *_files(document.data, wrong_file),
    ]
    return sorted(
        {Complaint(line_of(document, path), hide_passwords(f"{shown_path(path)}: {text}")) for path, text in found}
    )


def line_of(document: Document, path: KeyPath) -> int:
    """Return the line of a key path, or of its nearest parent that stands in the file."""
    for end in range(len(path), 0, -1):
        if path[:end] in document.lines:
            return document.lines[path[:end]]
    return 1


Found = Iterator[tuple[KeyPath, str]]


def check_form(form: type[Section], data: Any) -> Found:
    """Yield what pydantic finds wrong with the data of a form: key path and complaint."""
    try:
        form.model_validate(data)
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            path: KeyPath = tuple(part for part in wrong["loc"] if part not in _NO_KEYS)
            yield path, _words(form, path, wrong)


def _words(form: type[Section], path: KeyPath, wrong: Any) -> str:
    """Return a pydantic error in the words of a study."""
    kind, value = wrong["type"], wrong["input"]
    if kind == "extra_forbidden":
        return "not implemented in this version" if path in LATER_KEYS else unknown_key(form, path)
    if kind == "missing":
        return "missing"
    text = _SHAPES.get(kind) or wrong["msg"].removeprefix("Input ").removeprefix("Value error, ")
    if isinstance(value, dict | tuple | NoneType) or kind == "value_error":
        return str(text)
    return f"{text} (is {shown(str(value))})"


def unknown_key(form: type[Section], path: KeyPath) -> str:
    """Return the complaint about an unknown key, with the nearest right one."""
    return f"unknown key; {suggest(str(path[-1]), keys_below(path[:-1], form) or ())}"


def _layers(data: Any) -> Found:
    """Check kinds and the canonical columns that the study asks of them."""
    for path, kind in match(data, ("layers", "*", "kind")):
        if kind not in KINDS:
            yield path, f"unknown kind {shown(kind)}; {suggest(kind, KINDS)}"
            continue
        columns = [column.name for column in KINDS[kind].columns]
        for name in _names(data, (*path[:-1], "columns")):
            if name not in (*columns, *PLACE_COLUMNS):
                yield (
                    (*path[:-1], "columns", name),
                    f"kind {kind} has no column {shown(name)}; {suggest(name, columns)}",
                )
    kinds = _kinds(data)
    for path, weight in match(data, ("services", "*", "demand", "weight")):
        layer = next((text for _, text in match(data, (*path[:-1], "layer"))), "")
        if layer in kinds:
            numbers = [column.name for column in KINDS[kinds[layer]].columns if column.dtype != "text"]
            if weight not in numbers:
                yield path, f"kind {kinds[layer]} has no number column {shown(weight)}; {suggest(weight, numbers)}"


def _kinds(data: Any) -> dict[str, str]:
    """Return layer name -> kind, of layers whose kind is known."""
    return {str(path[1]): kind for path, kind in match(data, ("layers", "*", "kind")) if kind in KINDS}


def _references(data: Any) -> Found:
    layers, kinds = _names(data, ("layers",)), _kinds(data)
    for pattern, families in LAYER_REFERENCES:
        others = (JUNCTIONS,) if pattern[0] == "options" else ()
        for path, name in match(data, pattern):
            if name in others:
                continue
            if name not in layers:
                yield path, f"no layer is named {shown(name)}; {suggest(name, (*layers, *others))}"
            elif name in kinds and not families & KINDS[kinds[name]].families:
                yield path, f"layer {name} is of kind {kinds[name]}; it takes {' or '.join(sorted(families))} layers"
    services = _names(data, ("services",))
    for pattern in SERVICE_REFERENCES:
        for path, name in match(data, pattern):
            if name not in services:
                yield path, f"no service is named {shown(name)}; {suggest(name, services)}"


def _crs(data: Any) -> Found:
    for path, text in match(data, ("study", "crs")):
        try:
            require_metric_crs(text, where="study.crs")
        except StudyError as error:
            yield path, f"{error.message.removeprefix('study.crs: ')}; {error.hint}"


def _files(data: Any, wrong_file: WrongFile) -> Found:
    for pattern in (("layers", "*", "path"), ("prices", "list"), ("report", "template"), ("report", "pictures", "*")):
        for path, name in match(data, pattern):
            if wrong := wrong_file(name, pattern[0] == "layers"):
                yield path, wrong


def match(data: Any, pattern: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield (path, text) of the texts at a path pattern; ``*`` stands for every key or list item."""
    nodes: list[tuple[KeyPath, Any]] = [((), data)]
    for part in pattern:
        nodes = [((*path, key), value) for path, node in nodes for key, value in _children(node, part)]
    texts = ((path, as_written(value)) for path, value in nodes)
    yield from ((path, text) for path, text in texts if isinstance(text, str))


def _children(node: Any, part: str | int) -> Iterable[tuple[str | int, Any]]:
    if isinstance(node, dict):
        return node.items() if part == "*" else [(part, node[part])] if part in node else []
    return enumerate(node) if isinstance(node, tuple) and part == "*" else []


def _names(data: Any, path: KeyPath) -> tuple[str, ...]:
    """Return the keys of the mapping at a path, none where there is no mapping."""
    node = data
    for part in path:
        node = node.get(part) if isinstance(node, dict) else None
    return tuple(node) if isinstance(node, dict) else ()
