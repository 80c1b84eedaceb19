"""A published file to its instance, told apart by content."""

from __future__ import annotations

from pathlib import Path

from gis_layers import StudyError
from tests.benchmarks.published_instances import Instance
from tests.benchmarks.published_orlib import read_orlib
from tests.benchmarks.published_stp import is_stp, read_stp
from tests.benchmarks.published_text import read_bytes, split_lines


def read_instance(path: Path, *, capacity: float | None = None) -> Instance:
    """Read a published instance, plain or gzipped.

    Parameters
    ----------
    path : Path
    capacity : float, optional
        Stands where a warehouse file says ``capacity``.

    Raises
    ------
    StudyError
        Naming file and line.
    """
    lines = split_lines(read_bytes(path), path.name)
    if not lines:
        raise StudyError(f"{path}: holds nothing", "Name a published instance, plain or .gz.")
    return read_stp(lines) if is_stp(lines) else read_orlib(lines, capacity=capacity)
