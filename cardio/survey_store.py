"""Parts of a survey that are computed once and handed to every study that asks for the very same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Key = tuple[object, ...]


class SurveyStore:
    """Keeps what was computed beside all that it was computed from, and finds it again by equality of that.

    One store serves the scenarios of one run: files are read once, so a file that changes meanwhile is not noticed.
    """

    def __init__(self) -> None:
        self._kept: dict[str, list[tuple[Key, Any]]] = {}

    def once(self, part: str, key: Key, compute: Callable[[], T]) -> T:
        """Return what `compute` gave for an equal key, or compute it now; what raises is not kept.

        Parameters
        ----------
        part : str
            Name of the part: what is computed, so that keys of different parts never meet.
        key : tuple
            All that `compute` reads of the study. Mappings are given as their items where their order matters.
        """
        rows = self._kept.setdefault(part, [])
        for known, value in rows:
            if known == key:
                found: T = value
                return found
        computed = compute()
        rows.append((key, computed))
        return computed
