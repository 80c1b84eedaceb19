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
        The path is not allowed, found nowhere or in more than one folder, or a link out of the folders; the message
        says which.
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
    if not found and any(each.exists() and not each.is_dir() for each in named):
        raise ValueError(f"{shown(name)} is not a plain file, but a pipe or device: copy it into a file")
    if not found:
        raise ValueError(f"no file {shown(name)} in {', '.join(str(folder) for folder in folders)}")
    target = found[0].resolve()  # a delivery must not lend its names to files of whoever reads it
    if not any(target.is_relative_to(folder) for folder in searched):
        raise ValueError(f"{shown(name)} is a link out of {found[0].parent}: put the file itself in its place")
    return found[0]
