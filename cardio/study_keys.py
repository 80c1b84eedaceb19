"""The tree of accepted keys, read from the schema: for suggestions, scenario paths and the test of docs/study.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from cardio.study_schema import StudyFile
from cardio.study_section import Section
from cardio.study_yaml import shown

ANY = "*"


def accepted_keys() -> tuple[tuple[str, ...], ...]:
    """Return the path of every accepted key; ``*`` stands for names that the study chooses."""
    return tuple(_walk(StudyFile, ()))


def keys_below(path: Iterable[str | int]) -> tuple[str, ...] | None:
    """Return the keys that a mapping of the study may have: its fixed keys, ``("*",)`` where names are free.

    None where the path does not lead to a mapping.
    """
    node: Any = StudyFile
    for part in path:
        node = _child(node, str(part))
        if node is None:
            return None
    return _keys(node) or None


def suggest(wrong: str, known: Iterable[str]) -> str:
    """Return ``did you mean ...?`` or the known words."""
    known = list(known)
    near = get_close_matches(wrong, known, n=1, cutoff=0.5)
    if near:
        return f"did you mean {shown(near[0])}?"
    return f"known: {', '.join(shown(word) for word in known)}" if known else "there are none"


def _walk(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key in _keys(node):
        here = (*path, key)
        yield here
        yield from _walk(_child(node, key), here)


def _keys(node: Any) -> tuple[str, ...]:
    if isinstance(node, type) and issubclass(node, Section):
        return tuple(field.alias or name for name, field in node.model_fields.items())
    return (ANY,) if get_origin(node) is dict else ()


def _child(node: Any, key: str) -> Any:
    """Return what stands below a key: a section, a dict type, or None for a value or an unknown key."""
    if isinstance(node, type) and issubclass(node, Section):
        found = [field for name, field in node.model_fields.items() if key == (field.alias or name)]
        return _bare(found[0].annotation) if found else None
    return _bare(get_args(node)[1]) if get_origin(node) is dict else None


def _bare(annotation: Any) -> Any:
    """Return a type without ``Annotated`` and without ``| None``; of several choices the one that has keys."""
    if hasattr(annotation, "__metadata__"):
        return _bare(annotation.__origin__)
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    choices = [_bare(choice) for choice in get_args(annotation) if choice is not NoneType]
    return next((choice for choice in choices if _keys(choice)), choices[0])
