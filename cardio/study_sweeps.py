"""Sweeps: a scenario that lists values for a key that takes one stands for one scenario a value."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import product
from typing import Any

from cardio.study_keys import takes_one_value
from cardio.study_overrides import Override
from cardio.study_values import as_written
from cardio.study_yaml import KeyPath, shown

MOST_OF_SWEEP = 50
"""Scenarios of one sweep: each is a whole plan to compute and a column to read."""
_LONGEST_LABEL = 40


def is_swept(override: Override) -> bool:
    """Say whether an override lists values, each for a scenario of its own."""
    return isinstance(override.value, tuple) and takes_one_value(override.path)


def read_sweep(override: Override) -> tuple[dict[str, Override], list[tuple[KeyPath, str]]]:
    """Return the overrides that one with a list of values stands for, by their part of a name.

    Also what is wrong with the others, each with its place.
    """
    complaints: list[tuple[KeyPath, str]] = []
    good: dict[str, Override] = {}
    for number, value in enumerate(override.value):
        path = (*override.at, number)
        label = value_label(value)
        if isinstance(value, dict | tuple):
            complaints.append((path, "a sweep lists single values: write a scenario of its own for this one"))
        elif any(_same(value, other.value) for other in good.values()):
            complaints.append((path, f"is listed twice: {shown(str(as_written(value)))}"))
        elif label in good:
            complaints.append((path, f"makes a second scenario named {label}: write a scenario of its own for it"))
        else:
            good[label] = Override(override.path, value, path)
    if not override.value:
        complaints.append((override.at, "lists no value: each makes a scenario"))
    return good, complaints


def count_scenarios(overrides: Sequence[Override]) -> int:
    """Count the scenarios that a scenario with these overrides stands for."""
    return math.prod(len(override.value) for override in overrides if is_swept(override))


def expand_sweep(name: str, overrides: Sequence[Override]) -> dict[str, tuple[Override, ...]]:
    """Return the scenarios that a scenario stands for, by name: itself alone where it lists no values.

    Those of a sweep are named ``wifi=0.1``, of several swept keys ``wifi=0.1+duct``: the last key varies fastest.

    Parameters
    ----------
    name : str
    overrides : sequence of Override
        All that apply, in order.
    """
    choices = [read_sweep(one)[0].items() if is_swept(one) else (("", one),) for one in overrides]
    scenarios = {}
    for chosen in product(*choices):
        labels = "+".join(label for label, _ in chosen if label)
        scenarios[f"{name}={labels}" if labels else name] = tuple(override for _, override in chosen)
    return scenarios


def value_label(value: Any) -> str:
    """Return a value as part of a name that no shell and no file system minds: letters, digits, ``_``, ``.``, ``-``."""
    text = "null" if value is None else str(as_written(value))
    return re.sub(r"[^\w.-]", "_", text)[:_LONGEST_LABEL] or "_"


def _same(one: Any, other: Any) -> bool:
    """Say whether two values are the same, however written; true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
