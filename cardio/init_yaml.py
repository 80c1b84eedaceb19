"""YAML of a first study: values from survey files are quoted unless they are plain words, comments stay on a line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from cardio.study_yaml import resolve

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*([./-][A-Za-z0-9_]+)*")
_MOST_CHARACTERS = 1_000


def scalar(value: object) -> str:
    """Write a text or number so that it reads back as it is."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) is not None and isinstance(resolve(value), str)
    return value if plain else json.dumps(value, ensure_ascii=False)


def flow(value: object) -> str:
    """Write a mapping, list or scalar on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{scalar(name)}: {flow(each)}' for name, each in value.items())}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(flow(each) for each in value)}]"
    return scalar(value)


def comment(words: str) -> str:
    """Write a comment; whatever could end its line becomes a blank."""
    shown = "".join(c if c.isprintable() else " " for c in words)
    return f"# {shown if len(shown) <= _MOST_CHARACTERS else shown[: _MOST_CHARACTERS - 1] + '…'}"


def doubt(words: str) -> str:
    """Write a comment that is to be settled."""
    return comment(f"doubt: {words}")


def indented(lines: Sequence[str], by: int = 2) -> list[str]:
    """Move lines to the right."""
    return [f"{' ' * by}{line}" for line in lines]
