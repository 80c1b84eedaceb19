"""Files of an export: written beside their place and moved there, so that none is ever half there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gis_layers import StudyError


def write_files(contents: Mapping[Path, str | bytes], *, force: bool) -> None:
    """Write texts or bytes to files of one folder, each whole or not at all; none where one may not be written.

    Raises
    ------
    StudyError
        A file exists and `force` is off, or cannot be written.
    """
    for path in contents:
        if path.is_dir() or (path.exists() and not force):
            raise StudyError(f"{path} exists: it is not replaced", "choose another target, or add --force")
    target = next(iter(contents))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
            fresh = {path: Path(beside) / path.name for path in contents}
            for path, content in contents.items():
                _write_synced(fresh[path], content.encode() if isinstance(content, str) else content)
            for path in contents:
                fresh[path].replace(path)
    except OSError as error:
        raise StudyError(f"{target} cannot be written ({error.strerror})", "choose another target") from error


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
