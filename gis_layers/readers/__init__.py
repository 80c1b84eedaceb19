"""Readers of survey files, one file each with its ``EXTENSIONS`` and ``read``; a new one is listed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.readers import geojson, geopackage, shapefile
from gis_layers.readers.table import RawTable
from gis_layers.readers.vector import describe

_READERS: Mapping[str, Callable[[LayerSpec], RawTable]] = {
    **dict.fromkeys(geojson.EXTENSIONS, geojson.read),
    **dict.fromkeys(geopackage.EXTENSIONS, geopackage.read),
    **dict.fromkeys(shapefile.EXTENSIONS, shapefile.read),
}
_URL = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)


def read_table(spec: LayerSpec) -> RawTable:
    """Read the file of a layer with the reader of its extension.

    Raises
    ------
    StudyError
        When the path is not a local file, is missing, or has an extension that is not read yet.
    SurveyError
        When the file is there but cannot be read.
    """
    _refuse_remote(spec)
    extension = spec.path.suffix.lower()
    if extension not in _READERS:
        shown = "".join(spec.path.suffixes[-2:]).lower() or "without extension"
        known = ", ".join(sorted(_READERS))
        raise StudyError(f"{describe(spec)}: files {shown} are not read yet", f"convert it to one of {known}")
    if not spec.path.is_file():
        raise StudyError(f"{describe(spec)}: file not found: {spec.path}", "check path: of this layer")
    try:
        return _READERS[extension](spec)
    except OSError as error:
        raise SurveyError(f"{describe(spec)} cannot be opened: {error}", "check its permissions") from error


def _refuse_remote(spec: LayerSpec) -> None:
    """Refuse what GDAL would fetch, unpack or execute instead of opening a plain local file."""
    for text in (spec.shown_path, str(spec.path)):
        if text.startswith(("/vsi", "\\vsi")) or _URL.match(text) or "!" in text:
            raise StudyError(
                f"layer {spec.name}: {text} is not a plain local file", "copy the file here and name it by its path"
            )


__all__ = ["read_table"]
