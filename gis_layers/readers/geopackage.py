"""GeoPackage: an SQLite file that may hold several layers."""

from __future__ import annotations

import difflib
import warnings

from gis_layers.errors import StudyError, SurveyError
from gis_layers.gdal import pyogrio
from gis_layers.layer import LayerSpec
from gis_layers.limits import MAX_VECTOR_BYTES, require_size
from gis_layers.readers.geopackage_guard import check_catalogue, check_table
from gis_layers.readers.vector import describe, read_head, read_with_gdal, reader_notes, require_utf8
from gis_layers.table import FileNote, RawTable

EXTENSIONS = (".gpkg",)


def read(spec: LayerSpec) -> RawTable:
    """Read one layer of a GeoPackage.

    Raises
    ------
    StudyError
        When the file holds several layers and the study names none of them.
    SurveyError
        When the file is not a GeoPackage, is too large, or its layer is computed while it is read.
    """
    require_utf8(spec)
    if not read_head(spec.path, 16).startswith(b"SQLite format 3\x00"):
        raise SurveyError(f"{describe(spec)} is not a GeoPackage", "export the file again")
    require_size(spec.path, MAX_VECTOR_BYTES, where=describe(spec))
    check_catalogue(spec)
    names, notes = _list_layers(spec)
    layer = _choose_layer(spec, names)
    check_table(spec, layer)
    return read_with_gdal(spec, driver="GPKG", parts=[spec.path], layer=layer, notes=notes)


def _list_layers(spec: LayerSpec) -> tuple[list[str], tuple[FileNote, ...]]:
    """Layers with geometry: neither tables nor the styles that QGIS stores."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            listed = pyogrio.list_layers(str(spec.path.absolute()))
    except RuntimeError as error:  # base of all pyogrio errors
        raise SurveyError(f"{describe(spec)} cannot be read: {error}", "export the file again") from error
    return [str(name) for name, geometry_type in listed if geometry_type is not None], reader_notes(caught)


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
