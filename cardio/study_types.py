"""The type, the bounds and the default of each key, in words, read from the form of the study file."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from cardio.study_section import Section
from cardio.study_values import check_day

_WORDS: dict[Any, str] = {str: "text", float: "number", int: "whole", tuple: "list", dict: "mapping", Any: "any"}
_LIMITS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
_SHARE = {"ge": 0, "le": 1}
Bounds = dict[str, float]


def type_words(annotation: Any) -> str:
    """Return what may stand in a key: ``share or mapping``, ``whole (1 to 1000)``, choices in code marks."""
    choices = choices_of(annotation, {})
    *words, last = dict.fromkeys(word for choice, bounds in choices for word in _type_words(choice, bounds))
    return f"{', '.join(words)} or {last}" if words else last


def choices_of(annotation: Any, bounds: Bounds) -> Iterator[tuple[Any, Bounds]]:
    """Yield each type that a declared type allows, with the bounds that it states; ``None`` is left out."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        day = any(getattr(item, "func", None) is check_day for item in metadata)
        yield from choices_of("date" if day else inner, bounds | _bounds(metadata))
    elif get_origin(annotation) in (Union, UnionType):
        for choice in get_args(annotation):
            yield from choices_of(choice, bounds)
    elif annotation is not NoneType:
        yield annotation, bounds


def declared(section: type[Section]) -> dict[str, tuple[Any, FieldInfo]]:
    """Return key -> its declared type, with the field; a key has its name in the file."""
    types = get_type_hints(section, include_extras=True)
    return {field.alias or name: (types[name], field) for name, field in section.model_fields.items()}


def default_words(field: FieldInfo) -> str:
    """Return the default of a key in words: ``required``, ``none``, ``empty``, or the value in code marks."""
    value = field.get_default(call_default_factory=True)
    if field.is_required():
        return "required"
    if value is None or isinstance(value, Section):
        return "none" if value is None else "those of its keys"
    return "empty" if value in ((), {}) else f"`{as_yaml(value)}`"


def as_yaml(value: str | float) -> str:
    """Return a value as a study states it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _type_words(choice: Any, bounds: Bounds) -> list[str]:
    if get_origin(choice) is Literal:
        return [f"`{value}`" for value in get_args(choice)]
    if choice is bool:
        return ["`true`", "`false`"]
    if choice == "date":
        return ["date"]
    if isinstance(choice, type) and issubclass(choice, Section):
        return ["mapping"]
    if choice is float and bounds == _SHARE:
        return ["share"]
    word = _WORDS.get(get_origin(choice) or choice, "list")
    return [f"{word} ({_bounds_words(bounds)})" if bounds and choice in (int, float) else word]


def _bounds(metadata: list[Any]) -> Bounds:
    stated = [one for item in metadata for one in (item.metadata if isinstance(item, FieldInfo) else [item])]
    return {key: float(getattr(one, key)) for one in stated for key in _LIMITS if hasattr(one, key)}


def _bounds_words(bounds: Bounds) -> str:
    # years have no thousands separator
    said = {key: f"{value:,.0f}" if value >= 10_000 else f"{value:g}" for key, value in bounds.items()}
    if {"ge", "le"} <= said.keys():
        return f"{said['ge']} to {said['le']}"
    return ", ".join(f"{_LIMITS[key]} {number}" for key, number in said.items())
