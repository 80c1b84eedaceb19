"""Where the files of a study are: beside it, then in the data folders, nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from cardio.study_yaml import shown


def find_file(name: str, folders: Sequence[Path], *, or_folder: bool = False) -> Path:
    """Find a file that a study names.

    Parameters
    ----------
    name : str
        Relative path with forward slashes, without ``..``.
    folders : sequence of Path
        The study's own folder first, then the data folders.
    or_folder : bool
        Whether a folder will do: some deliveries are one.

    Raises
    ------
    ValueError
        The path is not allowed, found nowhere or in more than one folder; the message says which.
    """
    path = PurePosixPath(name)
    if name.startswith(("postgresql:", "postgres:")):
        raise ValueError("a table is not named by path: but by postgis: (docs/postgis.md)")
    if "://" in name or name.startswith("/vsi"):
        raise ValueError(f"{shown(name)} is not a file: download it and name the file")
    if path.is_absolute() or ":" in name or "\\" in name:
        raise ValueError(f"{shown(name)} should be relative to the study or a --data folder, written with /")
    if ".." in path.parts:
        raise ValueError(f"{shown(name)} leaves its folder (..): use --data for a folder elsewhere")
    searched = list(dict.fromkeys(folder.resolve() for folder in folders))
    try:
        named = [folder / path for folder in searched]
        found = [each for each in named if each.is_file() or (or_folder and path.parts and each.is_dir())]
    except OSError as error:
        raise ValueError(f"{shown(name)} cannot be a file ({error.strerror})") from error
    if len(found) > 1:
        raise ValueError(f"{shown(name)} is in {' and in '.join(str(file.parent) for file in found)}: keep one")
    if not found:
        raise ValueError(f"no file {shown(name)} in {', '.join(str(folder) for folder in folders)}")
    return found[0]
