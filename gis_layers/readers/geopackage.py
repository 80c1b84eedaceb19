"""GeoPackage: an SQLite file that may hold several layers."""

from __future__ import annotations

import difflib

from gis_layers.errors import StudyError, SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_VECTOR_BYTES, require_size
from gis_layers.readers.geopackage_copy import put_right
from gis_layers.readers.geopackage_guard import check_catalogue, check_table, list_layers
from gis_layers.readers.geopackage_reduced import find_reduced
from gis_layers.readers.plain_files import require_plain
from gis_layers.readers.vector import describe, read_head, read_with_gdal, require_utf8
from gis_layers.table import RawTable

EXTENSIONS = (".gpkg",)

_JOURNALS = ("-journal", "-shm", "-wal")  # that SQLite opens beside a file


def read(spec: LayerSpec) -> RawTable:
    """Read one layer of a GeoPackage.

    Raises
    ------
    StudyError
        When the file holds several layers and the study names none of them.
    SurveyError
        When the file is not a GeoPackage, is too large, or its layer cannot be computed within limits.
    """
    require_utf8(spec)
    for journal in (spec.path.with_name(f"{spec.path.name}{ending}") for ending in _JOURNALS):
        if journal.is_symlink() or journal.exists():
            require_plain(journal, spec.path, what=f"{describe(spec)}: {journal.name}", hint="remove it")
    if not read_head(spec.path, 16).startswith(b"SQLite format 3\x00"):
        raise SurveyError(f"{describe(spec)} is not a GeoPackage", "export the file again")
    require_size(spec.path, MAX_VECTOR_BYTES, where=describe(spec))
    check_catalogue(spec)
    layer = _choose_layer(spec, list_layers(spec))
    with put_right(spec, layer, check_table(spec, layer)) as (path, found):
        notes = (*found, *find_reduced(spec, path, layer))
        table = read_with_gdal(spec, driver="GPKG", parts=[spec.path], layer=layer, notes=notes, path=path)
    return table


def layers_inside(spec: LayerSpec) -> tuple[str, ...]:
    """Names of the layers with geometry.

    Raises
    ------
    SurveyError
        When the file is not a GeoPackage.
    """
    if not read_head(spec.path, 16).startswith(b"SQLite format 3\x00"):
        raise SurveyError(f"{describe(spec)} is not a GeoPackage", "export the file again")
    require_size(spec.path, MAX_VECTOR_BYTES, where=describe(spec))
    check_catalogue(spec)
    return tuple(list_layers(spec))


def _choose_layer(spec: LayerSpec, names: list[str]) -> str:
    if not names:
        raise SurveyError(f"{describe(spec)} holds no layer with geometry", "export the layer again")
    shown = ", ".join(names)
    if spec.layer is None:
        if len(names) > 1:
            raise StudyError(f"{describe(spec)} holds several layers: {shown}", "name one with layer:")
        return names[0]
    if spec.layer not in names:
        near = difflib.get_close_matches(spec.layer, names, n=1)
        hint = f"did you mean {near[0]}?" if near else "name one of them with layer:"
        raise StudyError(f"{describe(spec)} has no layer {spec.layer} with geometry; it holds {shown}", hint)
    return spec.layer
