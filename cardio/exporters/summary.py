"""summary.json: the run as data. Numbers are finite or null, keys are sorted."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def summary_text(summary: Mapping[str, Any]) -> str:
    """Return the summary as JSON text with sorted keys; NaN and infinities become null.

    Raises
    ------
    TypeError
        A value is neither a JSON value nor a numpy scalar, or a key is no text.
    """
    return json.dumps(_plain(summary), ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True) + "\n"


def write_summary(summary: Mapping[str, Any], path: Path) -> None:
    """Write summary.json."""
    path.write_text(summary_text(summary), encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        if wrong := [key for key in value if not isinstance(key, str)]:
            raise TypeError(f"summary keys must be text, not {wrong[0]!r}")
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence):
        return [_plain(entry) for entry in value]
    raise TypeError(f"the summary holds a {type(value).__name__}, which JSON cannot")
