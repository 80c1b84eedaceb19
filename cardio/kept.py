"""What was computed before: a bounded folder of the user's own, whose entries are whole or not there.

Nothing here imports more than the standard library, so that an unchanged question is answered at once.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

VARIABLE = "CARDIO_CACHE"
"""Environment variable that names another folder."""
MOST_BYTES = 2_000_000_000
MOST_ENTRIES = 400
"""Least recently used entries go beyond either; an answer, a part of a survey and a plan are one entry each."""
_SUMS = "sums.json"
_BEING_WRITTEN = ".new-"
_ABANDONED_S = 86_400.0
_TRIES = 20
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# Kept by Cardio. See https://bford.info/cachedir/\n"
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class DamagedError(Exception):
    """An entry is not as it was written, or was removed meanwhile."""


class UnusableError(Exception):
    """The folder cannot be trusted or written; the message says why."""


def kept_root(environ: Mapping[str, str] = os.environ) -> Path:
    """Folder of what is kept: ``CARDIO_CACHE``, or ``cardio`` in the user's cache (XDG Base Directory)."""
    if named := environ.get(VARIABLE):
        return Path(named).absolute()
    cache = Path(environ.get("XDG_CACHE_HOME", ""))
    return (cache if cache.is_absolute() else Path.home() / ".cache") / "cardio"


@dataclass(frozen=True)
class Entry:
    """Files kept together.

    Attributes
    ----------
    folder : Path
    sums : mapping of str to str
        Name of each file -> its SHA-256.
    """

    folder: Path
    sums: Mapping[str, str]

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises
        ------
        DamagedError
            It is not what was written.
        """
        try:
            content = (self.folder / name).read_bytes()
        except OSError as error:
            raise DamagedError(f"{name}: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != self.sums.get(name):
            raise DamagedError(f"{name} is not as it was written")
        return content


@dataclass
class Kept:
    """The folder of what is kept.

    Attributes
    ----------
    root : Path
    fresh : bool
        Whether nothing is found, so that everything is computed anew and takes the place of what was kept.
    notes : list of str
        What the user should know: entries that could not be used, or not be written.
    """

    root: Path
    fresh: bool = False
    notes: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, root: Path, *, fresh: bool = False) -> Kept:
        """Make the folder where there is none.

        Raises
        ------
        UnusableError
            It cannot be written, or somebody else could write what would be trusted here.
        """
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            state = root.stat()
            if os.name != "nt" and state.st_uid != os.geteuid():
                raise UnusableError(f"{root} belongs to another user: what it holds is not trusted")
            if os.name != "nt" and state.st_mode & _OTHERS_MAY_WRITE:
                raise UnusableError(f"other users may write {root}: what it holds is not trusted (chmod 700 it)")
            tag = root / "CACHEDIR.TAG"
            if not tag.exists():
                tag.write_text(_TAG, encoding="utf-8")
        except OSError as error:
            raise UnusableError(f"{root} cannot be written ({error.strerror})") from error
        return cls(root, fresh)

    def find(self, kind: str, key: str) -> Entry | None:
        """Return an entry and count it as used now; None where there is none, or only a damaged one, which is noted."""
        if self.fresh:
            return None
        folder = self.root / kind / key
        try:
            sums = json.loads((folder / _SUMS).read_text(encoding="utf-8"))
            os.utime(folder)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self.give_up(kind, key, str(error))
            return None
        if isinstance(sums, dict):
            return Entry(folder, sums)
        self.give_up(kind, key, f"{_SUMS} is not as it was written")
        return None

    def give_up(self, kind: str, key: str, why: str) -> None:
        """Remove an entry that cannot be used, and note it."""
        self.notes.append(f"a kept result is damaged and is computed anew ({kind}: {why})")
        _remove(self.root / kind / key)

    def put(self, kind: str, key: str, write: Callable[[Path], None]) -> None:
        """Keep an entry: `write` fills an empty folder, which then takes the place of what was kept under the key.

        What cannot be kept for want of room or rights is noted: the result itself stands.
        """
        try:
            place = self.root / kind
            place.mkdir(mode=0o700, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(prefix=_BEING_WRITTEN, dir=place))
            try:
                write(fresh)
                sums = {name: hashlib.sha256((fresh / name).read_bytes()).hexdigest() for name in _names(fresh)}
                (fresh / _SUMS).write_text(json.dumps(sums), encoding="utf-8")
                _put_in_place(fresh, place / key)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
            self._forget_oldest()
        except OSError as error:
            self.notes.append(f"a result could not be kept in {self.root} ({error.strerror})")

    def measure(self) -> tuple[int, int]:
        """Return the number of entries and their bytes."""
        sizes = [_size(folder) for folder in self._entries()]
        return len(sizes), sum(sizes)

    def forget(self) -> tuple[int, int]:
        """Remove everything; return the number of entries and their bytes."""
        removed = self.measure()
        for place in self._places():
            shutil.rmtree(place)
        return removed

    def _places(self) -> list[Path]:
        return [place for place in sorted(self.root.iterdir()) if place.is_dir() and not place.is_symlink()]

    def _entries(self) -> Iterator[Path]:
        for place in self._places():
            yield from (folder for folder in place.iterdir() if not folder.name.startswith(_BEING_WRITTEN))

    def _forget_oldest(self) -> None:
        """Keep within the bounds, and clear what a killed process was writing."""
        for place in self._places():
            for left in place.glob(f"{_BEING_WRITTEN}*"):
                if time.time() - _used(left) > _ABANDONED_S:
                    shutil.rmtree(left, ignore_errors=True)
        newest_first = sorted(self._entries(), key=_used, reverse=True)
        total = 0
        for count, folder in enumerate(newest_first, start=1):
            total += _size(folder)
            if count > MOST_ENTRIES or (total > MOST_BYTES and count > 1):
                _remove(folder)


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _put_in_place(fresh: Path, target: Path) -> None:
    """Rename a folder into place; of several processes that keep the same at once, one wins."""
    for _ in range(_TRIES):
        try:
            fresh.rename(target)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            _remove(target)
        else:
            return


def _remove(folder: Path) -> None:
    """Remove an entry in one step for everybody who looks: it is renamed first."""
    aside = Path(tempfile.mkdtemp(prefix=_BEING_WRITTEN, dir=folder.parent))
    with suppress(FileNotFoundError):  # another process was faster
        folder.rename(aside / "old")
    shutil.rmtree(aside, ignore_errors=True)


def _used(folder: Path) -> float:
    """When an entry was last used; an entry that another process removed meanwhile is the oldest."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(place) / name).stat().st_size
            except FileNotFoundError:  # removed meanwhile
                continue
    return total
