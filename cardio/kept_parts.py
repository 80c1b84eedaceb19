"""Computed objects kept as pickles: parts of a survey, plans and what their searches learnt.

A pickle runs what it holds. These are read only from the user's own folder, which nobody else may write, and only where
their digest is the one that was written beside them.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from cardio.kept import DamagedError, Kept
from cardio.kept_answers import Sources
from cardio.kept_inputs import digest, fingerprint
from cardio.survey_store import Key, SurveyStore

T = TypeVar("T")
_FILE = "value.pickle"


class KeptStore(SurveyStore):
    """A survey store that also finds what earlier runs computed from the same files.

    Parameters
    ----------
    kept : Kept
    names : sequence of str
        Files of the layers, as the study names them.
    folders : sequence of Path
        Where they are looked for.
    """

    def __init__(self, kept: Kept, names: Sequence[str], folders: Sequence[Path]) -> None:
        super().__init__()
        self._kept_on_disk = kept
        self._names, self._folders = names, folders
        self._before = Sources.take(names, folders)

    def once(self, part: str, key: Key, compute: Callable[[], T]) -> T:
        """As `SurveyStore.once`; what is computed now is kept, unless the files changed meanwhile."""
        whole = digest(fingerprint(), part, as_plain(key), self._before.digests)

        def find_or_compute() -> T:
            found = load(self._kept_on_disk, "parts", whole)
            if found is not None:
                part_found: T = found
                return part_found
            computed = compute()
            if Sources.take(self._names, self._folders) == self._before:
                save(self._kept_on_disk, "parts", whole, computed)
            return computed

        return super().once(part, key, find_or_compute)


def load(kept: Kept, kind: str, key: str) -> Any | None:
    """Return a kept object; None where there is none, or only a damaged one, which is noted."""
    entry = kept.find(kind, key)
    if entry is None:
        return None
    try:
        return pickle.loads(entry.read(_FILE))  # noqa: S301 (see the head of this module)
    except DamagedError as error:
        kept.give_up(kind, key, str(error))
        return None


def save(kept: Kept, kind: str, key: str, value: object) -> None:
    """Keep an object other than None."""
    content = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)

    def write(folder: Path) -> None:
        (folder / _FILE).write_bytes(content)

    kept.put(kind, key, write)


def as_plain(value: Any) -> Any:
    """What a digest needs of a key: all that equality looks at, in plain lists, texts and numbers.

    Raises
    ------
    TypeError
        A type of which this is not known: a key that is told wrongly would find what belongs to another one.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Path):
        return ["path", str(value)]
    if is_dataclass(value) and not isinstance(value, type):
        parts = [[field.name, as_plain(getattr(value, field.name))] for field in fields(value) if field.compare]
        return [type(value).__qualname__, parts]
    if isinstance(value, Mapping):
        return ["mapping", [[as_plain(key), as_plain(held)] for key, held in value.items()]]
    if isinstance(value, tuple | list):
        return ["sequence", [as_plain(held) for held in value]]
    if isinstance(value, set | frozenset):
        return ["set", sorted(as_plain(held) for held in value)]
    raise TypeError(f"a key holds a {type(value).__qualname__}")
