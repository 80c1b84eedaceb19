"""Published files as numbered lines of words, and complaints that name file and line."""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gis_layers import StudyError

MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Line:
    """Words of one line, with its number in the file from 1."""

    file: str
    number: int
    words: tuple[str, ...]

    def complain(self, what: str) -> StudyError:
        """An error that names this line."""
        return StudyError(f"{self.file}, line {self.number}: {what}", "Correct the file or name another.")

    def node(self, position: int, nodes: int) -> int:
        """A node or index 1..nodes, from 0."""
        value = self.whole(position)
        if not 1 <= value <= nodes:
            raise self.complain(f"{value} is not in 1..{nodes}")
        return value - 1

    def whole(self, position: int) -> int:
        """A whole number."""
        value = self.amount(position)
        if not value.is_integer():
            raise self.complain(f"{self.words[position]!r} is not a whole number of at least 0")
        return int(value)

    def amount(self, position: int) -> float:
        """A finite number of at least 0."""
        if position >= len(self.words):
            raise self.complain(f"{position + 1} words expected, found {len(self.words)}")
        try:
            value = float(self.words[position])
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0):
            raise self.complain(f"{self.words[position]!r} is not a finite number of at least 0")
        return value


def read_bytes(path: Path) -> bytes:
    """Content of a plain or gzipped file, unpacked."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(MAGIC) else data
    except (OSError, EOFError, zlib.error) as error:
        raise StudyError(f"{path}: cannot be read ({error})", "Name a published instance, plain or .gz.") from error


def split_lines(data: bytes, file: str) -> list[Line]:
    """Lines that hold anything."""
    if b"\0" in data:
        raise StudyError(f"{file}: holds binary data", "Name a published instance, plain or .gz.")
    text = data.decode("utf-8-sig", errors="replace")
    numbered = ((number, tuple(line.split())) for number, line in enumerate(text.splitlines(), start=1))
    return [Line(file, number, words) for number, words in numbered if words]


class Words:
    """The words of a file one after another, for forms that break their lines anywhere."""

    def __init__(self, lines: list[Line]) -> None:
        self._lines = [line for line in lines for _ in line.words]
        self._position = [position for line in lines for position in range(len(line.words))]
        self._next = 0
        self._last = lines[-1]

    @property
    def left(self) -> int:
        """How many words are left."""
        return len(self._lines) - self._next

    def take(self, what: str) -> tuple[Line, int]:
        """The next word as (line, position)."""
        if self.left == 0:
            raise self._last.complain(f"the file ends where {what} should follow")
        self._next += 1
        return self._lines[self._next - 1], self._position[self._next - 1]

    def whole(self, what: str) -> int:
        """The next word as a whole number."""
        line, position = self.take(what)
        return line.whole(position)

    def index(self, what: str, size: int) -> int:
        """The next word as an index 1..size, from 0."""
        line, position = self.take(what)
        return line.node(position, size)

    def amount(self, what: str) -> float:
        """The next word as an amount."""
        line, position = self.take(what)
        return line.amount(position)

    def amounts(self, what: str, count: int) -> np.ndarray:
        """The next words as amounts."""
        return np.array([self.amount(what) for _ in range(count)], dtype=np.float64)

    def end(self) -> None:
        """Complain about words left over."""
        if self.left:
            line, position = self.take("nothing")
            raise line.complain(f"{line.words[position]!r} follows where the instance is complete")
