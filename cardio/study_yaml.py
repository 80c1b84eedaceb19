"""YAML as written: one plain document of mappings, lists and scalars, with the line of every key.

Read from the parser's events, so that nothing is expanded, constructed or overwritten on the way: duplicate keys,
anchors, aliases, tags and directives are refused with their line. Plain scalars resolve as in the YAML 1.2 core schema
(``no``, ``12:30`` and dates are text), but a number with leading zeros (``012``) stays text, as survey codes are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from gis_layers import StudyError

GREATEST_BYTES = 1_000_000
GREATEST_DEPTH = 20
KeyPath = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", "+.inf", ".Inf", ".INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


class WrittenInt(int):
    """A whole number that remembers how it was written, for keys that want text."""

    text: str


class WrittenFloat(float):
    """A decimal number that remembers how it was written, for keys that want text."""

    text: str


@dataclass(frozen=True)
class Document:
    """A YAML file as read.

    Attributes
    ----------
    file : str
        File as the user names it.
    data : object
        Mappings as dict with text keys, lists as tuple, scalars.
    lines : mapping of key path to int
        Line of every key and list item, 1 is the first.
    """

    file: str
    data: Any
    lines: Mapping[KeyPath, int]


def read_yaml(path: Path) -> Document:
    """Read a YAML file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    StudyError
        Missing, too large (over 1 MB), not UTF-8, or not plain YAML; every offending line is listed.
    """
    try:
        size = path.stat().st_size
        if size > GREATEST_BYTES:
            raise StudyError(
                f"{path}: {size} bytes, a study file has at most {GREATEST_BYTES}", "is it the right file?"
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise StudyError(f"{path}: cannot be read ({error.strerror})", "check the path of the file") from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{path}: not UTF-8 text (byte {error.start})", "save the file as UTF-8") from error
    return parse_yaml(text, file=str(path))


def parse_yaml(text: str, *, file: str) -> Document:
    """Parse YAML text; see `read_yaml`."""
    builder = _Builder(file)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise StudyError(
            f"{file}:{line}: not valid YAML: {error.problem}", "check indentation, quotes, colons"
        ) from error
    except YAMLError as error:
        raise StudyError(
            f"{file}: not valid YAML: {str(error).splitlines()[0]}", "remove control characters"
        ) from error
    if builder.complaints:
        raise StudyError("\n".join(builder.complaints), "write plain YAML: each key once, values in place")
    return Document(file, builder.root, builder.lines)


@dataclass
class _Open:
    """A mapping or list being read."""

    path: KeyPath
    mapping: bool
    items: list[Any] = field(default_factory=list)
    keyed: dict[str, Any] = field(default_factory=dict)
    key: str | None = None

    @property
    def content(self) -> Any:
        return self.keyed if self.mapping else tuple(self.items)


class _Builder:
    """Builds the tree from parser events, one at a time."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Any = None
        self.lines: dict[KeyPath, int] = {}
        self.complaints: list[str] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        """Take the next event."""
        line = event.start_mark.line + 1
        name = type(event).__name__
        if name == "DocumentStartEvent":
            self._start_document(event, line)
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            self._refuse_tags(event, line)
            self._start(name == "MappingStartEvent", line)
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            self._put(self._open.pop().content)
        elif name == "ScalarEvent":
            self._refuse_tags(event, line)
            self._scalar(event, line)
        elif name == "AliasEvent":
            self._complain(line, f"alias *{event.anchor}: repeat the value instead")
            self._scalar_value(None, "", line)

    def _complain(self, line: int, message: str) -> None:
        self.complaints.append(f"{self.file}:{line}: {message}")

    def _start_document(self, event: Any, line: int) -> None:
        self._documents += 1
        if self._documents > 1:
            self._complain(line, "a second YAML document: keep one")
        if event.version or event.tags:
            self._complain(line, "a YAML directive (%): remove it")

    def _refuse_tags(self, event: Any, line: int) -> None:
        if event.anchor:
            self._complain(line, f"anchor &{event.anchor}: remove it")
        if event.tag:
            self._complain(line, f"tag {event.tag}: remove it")

    def _start(self, mapping: bool, line: int) -> None:
        if len(self._open) >= GREATEST_DEPTH:
            raise StudyError(f"{self.file}:{line}: nested deeper than {GREATEST_DEPTH} levels", "flatten the file")
        parent = self._open[-1] if self._open else None
        if parent is not None and parent.mapping and parent.key is None:
            raise StudyError(f"{self.file}:{line}: a key that is itself a list or mapping", "write a word as key")
        self._open.append(_Open(self._next_path(line), mapping))

    def _scalar(self, event: Any, line: int) -> None:
        plain = not event.style
        self._scalar_value(resolve(event.value) if plain else event.value, event.value, line)

    def _scalar_value(self, value: Any, text: str, line: int) -> None:
        parent = self._open[-1] if self._open else None
        if parent is not None and parent.mapping and parent.key is None:
            parent.key = text
            if text in parent.keyed:
                first = self.lines[(*parent.path, text)]
                self._complain(line, f"{shown_path((*parent.path, text))}: given twice, first on line {first}")
            else:
                self.lines[(*parent.path, text)] = line
        else:
            self._next_path(line)
            self._put(value)

    def _next_path(self, line: int) -> KeyPath:
        """Return the path of the value that comes next; list items get their line here, mapping values at their key."""
        if not self._open:
            return ()
        parent = self._open[-1]
        if parent.mapping:
            return (*parent.path, str(parent.key))
        path = (*parent.path, len(parent.items))
        self.lines[path] = line
        return path

    def _put(self, value: Any) -> None:
        if not self._open:
            self.root = value
            return
        parent = self._open[-1]
        if parent.mapping:
            parent.keyed.setdefault(str(parent.key), value)
            parent.key = None
        else:
            parent.items.append(value)


def resolve(text: str) -> Any:
    """Return the value of a plain scalar, after the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) <= 18:
        whole = WrittenInt(text)
        whole.text = text
        return whole
    if _FLOAT.fullmatch(text):
        number = WrittenFloat(text)
        number.text = text
        return number
    return text


def shown_path(path: KeyPath) -> str:
    """Return a key path for messages: ``targets.wifi_town.at_least``, ``options.box.sites[1]``."""
    parts = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{shown(part)}" for part in path)
    return parts.removeprefix(".")


def shown(text: str) -> str:
    """Return text from a file fit for a message: no control characters, at most 60 characters."""
    clean = "".join(char if char.isprintable() or char in "\u00a0\u202f" else "\ufffd" for char in text)
    return clean if len(clean) <= 60 else f"{clean[:57]}..."
