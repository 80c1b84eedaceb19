"""What a kept result was made from: digests of the files, and of the program that read them."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import platform
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

PACKAGES = ("gis_layers", "network_model", "costing", "optimise", "cardio")


def digest(*content: Any) -> str:
    """SHA-256 of plain content (texts, numbers, lists, mappings with text keys)."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=True).encode()).hexdigest()


@cache
def fingerprint() -> str:
    """Digest of Cardio's own files, of the libraries' versions and of the Python that runs them.

    An edited line of code is another program, whose results may differ.
    """
    own = hashlib.sha256()
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        folder = Path(str(spec.origin)).parent if spec is not None else Path()
        for path in sorted(folder.rglob("*")):
            if "__pycache__" not in path.parts and path.is_file():  # compiled code follows from the source
                own.update(path.relative_to(folder.parent).as_posix().encode())
                own.update(hashlib.sha256(path.read_bytes()).digest())
    searched = [Path(entry) for entry in sys.path if Path(entry).is_dir()]
    installed = sorted({found.name for folder in searched for found in folder.glob("*.dist-info")})
    return digest(own.hexdigest(), installed, sys.version, platform.machine(), platform.system())


def parts_of(path: Path) -> list[Path]:
    """The files that reading one may read: all below a folder; else those beside it that begin with its name.

    The parts of a shapefile, the journal of a GeoPackage, a projection or an encoding in a file of its own.
    """
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    start = f"{path.stem}.".casefold()
    beside = path.parent.iterdir() if path.parent.is_dir() else ()
    return sorted(part for part in beside if part.name.casefold().startswith(start) and part.is_file())


def digest_files(names: Sequence[str], folders: Sequence[Path]) -> list[list[str]]:
    """Return place, name and SHA-256 of every part of the named files, in every folder in which they are looked for.

    Parameters
    ----------
    names : sequence of str
        Relative paths, as a study writes them.
    folders : sequence of Path
        The study's own first, then the data folders.
    """
    parts = {
        (str(number), part.relative_to(folder).as_posix()): part
        for number, folder in enumerate(folders)
        for name in names
        for part in parts_of(folder / name)
    }
    return [[*key, digest_file(part)] for key, part in sorted(parts.items())]


def digest_file(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
