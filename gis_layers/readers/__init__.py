"""Readers of survey files, one file each: a module here that states ``EXTENSIONS`` and ``read`` is a reader.

A module that states ``FOLDER`` (a file by which a delivery in a folder is known) and ``read`` reads folders.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping

from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import PLACE_COLUMNS, LayerSpec
from gis_layers.postgis_reading import read_postgis
from gis_layers.readers.vector import describe
from gis_layers.table import RawTable

Reader = Callable[[LayerSpec], RawTable]

_URL = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)


def _discover() -> tuple[Mapping[str, Reader], Mapping[str, Reader], frozenset[str]]:
    """Readers by extension (the longest first) and by the file that marks a folder; which take place columns."""
    by_extension: dict[str, Reader] = {}
    by_folder: dict[str, Reader] = {}
    tables: set[str] = set()
    for found in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{found.name}")
        for extension in getattr(module, "EXTENSIONS", ()):
            by_extension[extension] = module.read
            if getattr(module, "TAKES_PLACE_COLUMNS", False):
                tables.add(extension)
        if hasattr(module, "FOLDER"):
            by_folder[module.FOLDER] = module.read
    longest_first = dict(sorted(by_extension.items(), key=lambda item: (-len(item[0]), item[0])))
    return longest_first, by_folder, frozenset(tables)


_READERS, _FOLDER_READERS, _TABLES = _discover()


def read_table(spec: LayerSpec) -> RawTable:
    """Read the table of a layer, its file with the reader of its extension, or a folder with that of its delivery.

    Raises
    ------
    StudyError
        When the path is not a local file or folder, is missing, or has an extension that is not read.
    SurveyError
        When the file is there but cannot be read.
    """
    if spec.postgis is not None:
        return read_postgis(spec)
    _refuse_remote(spec)
    reader = _folder_reader(spec) if spec.path.is_dir() else _file_reader(spec)
    try:
        return reader(spec)
    except OSError as error:
        raise SurveyError(f"{describe(spec)} cannot be opened: {error}", "check its permissions") from error


def known_formats() -> tuple[str, ...]:
    """Extensions of the files that are read, in order."""
    return tuple(sorted(_READERS))


def is_read(name: str) -> bool:
    """Whether a file of this name has a reader."""
    return name.lower().endswith(tuple(_READERS))


def is_delivery(names: Iterable[str]) -> bool:
    """Whether files of these names make a folder that is read as one delivery."""
    return not _FOLDER_READERS.keys().isdisjoint(name.lower() for name in names)


def _file_reader(spec: LayerSpec) -> Reader:
    extension = next((ending for ending in _READERS if spec.path.name.lower().endswith(ending)), None)
    if extension is None:
        shown = "".join(spec.path.suffixes[-2:]).lower() or "without extension"
        known = ", ".join(sorted(_READERS))
        if shown in (".dbf", ".shx"):
            what = f"{describe(spec)}: files {shown} are not read: a part of a shapefile, without geometry of its own"
            raise StudyError(what, "name its .shp, with all parts beside it; a table with coordinates: convert to .csv")
        raise StudyError(f"{describe(spec)}: files {shown} are not read", f"convert it to one of {known}")
    if spec.path.exists() and not spec.path.is_file():
        raise SurveyError(f"{describe(spec)} is not a plain file, but a pipe or device", "copy it into a file")
    if not spec.path.is_file():
        raise StudyError(f"{describe(spec)}: file not found: {spec.path}", "check path: of this layer")
    stated = [name for name in PLACE_COLUMNS if name in spec.columns]
    if stated and extension not in _TABLES:
        raise StudyError(
            f"{describe(spec)}: columns: {', '.join(stated)} is stated, but such a file has geometry", "remove it"
        )
    return _READERS[extension]


def _folder_reader(spec: LayerSpec) -> Reader:
    present = {path.name.lower() for path in spec.path.iterdir()}
    for marker, reader in _FOLDER_READERS.items():
        if marker in present:
            return reader
    known = ", ".join(sorted(_FOLDER_READERS)) or "none"
    raise StudyError(
        f"{describe(spec)} is a folder, and none of the deliveries that are read as one",
        f"name one file in it; deliveries are known by a file in them: {known}",
    )


def _refuse_remote(spec: LayerSpec) -> None:
    """Refuse what GDAL would fetch, unpack or execute instead of opening a plain local file."""
    for text in (spec.shown_path, str(spec.path)):
        if text.startswith(("/vsi", "\\vsi")) or _URL.match(text) or "!" in text:
            raise StudyError(
                f"layer {spec.name}: {text} is not a plain local file", "copy the file here and name it by its path"
            )


__all__ = ["is_delivery", "is_read", "known_formats", "read_table"]
