"""The tree of accepted keys, read from the schema: for suggestions, scenario paths and the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from cardio.study_schema import StudyFile
from cardio.study_section import Section
from cardio.study_yaml import shown

ANY = "*"
_SCALARS = (str, int, float, bool)


def accepted_keys() -> tuple[tuple[str, ...], ...]:
    """Return the path of every accepted key; ``*`` stands for names that the study chooses."""
    return tuple(_walk(StudyFile, ()))


def keys_below(path: Iterable[str | int], form: type[Section] = StudyFile) -> tuple[str, ...] | None:
    """Return the keys that a mapping of a form may have: its fixed keys, ``("*",)`` where names are free.

    None where the path does not lead to a mapping.
    """
    node: Any = form
    for part in path:
        node = _child(node, str(part))
        if node is None:
            return None
    return _keys(node) or None


def takes_one_value(path: Iterable[str]) -> bool:
    """Say whether a key takes one value: a list in its place is then several values, each on its own.

    False for keys that take a list or a mapping only, and for paths that lead nowhere.
    """
    *parents, key = path
    node: Any = StudyFile
    for part in parents:
        node = _child(node, part)
    choices = tuple(_choices(_annotation(node, key)))
    return any(choice in _SCALARS or get_origin(choice) is Literal for choice in choices) and not any(
        get_origin(choice) is tuple for choice in choices
    )


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
    choices = tuple(_choices(_annotation(node, key)))
    return next((choice for choice in choices if _keys(choice)), choices[0] if choices else None)


def _annotation(node: Any, key: str) -> Any:
    """Return the type of what stands below a key, as declared; None for an unknown key."""
    if isinstance(node, type) and issubclass(node, Section):
        return next(
            (field.annotation for name, field in node.model_fields.items() if key == (field.alias or name)), None
        )
    return get_args(node)[1] if get_origin(node) is dict else None


def _choices(annotation: Any) -> Iterator[Any]:
    """Yield the types that a declared type allows, without ``Annotated`` and ``None``."""
    if annotation is None or annotation is NoneType:
        return
    if hasattr(annotation, "__metadata__"):
        yield from _choices(annotation.__origin__)
    elif get_origin(annotation) in (Union, UnionType):
        for choice in get_args(annotation):
            yield from _choices(choice)
    else:
        yield annotation
