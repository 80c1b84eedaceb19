"""GeoJSON: always UTF-8, in longitude and latitude unless it has a (pre-2016) ``crs`` member.

A fibre network of the Open Fibre Data Standard, as JSON or GeoJSON, is known by its content and has its own reader.
"""

from __future__ import annotations

from gis_layers.errors import SurveyError
from gis_layers.layer import LayerSpec
from gis_layers.readers.ofds import read_ofds
from gis_layers.readers.ofds_document import read_document
from gis_layers.readers.vector import describe, read_head, read_with_gdal, require_single_layer, require_utf8
from gis_layers.table import RawTable

EXTENSIONS = (".geojson", ".json")


def read(spec: LayerSpec) -> RawTable:
    """Read a GeoJSON file, or a fibre network.

    Raises
    ------
    StudyError
        When the study states a layer or another encoding.
    SurveyError
        When the file is not GeoJSON.
    """
    require_utf8(spec)
    if not read_head(spec.path, 1024).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise SurveyError(f"{describe(spec)} is not GeoJSON: it does not begin with {{", "export the file again")
    document = read_document(spec)
    if document is not None:
        return read_ofds(spec, document)
    require_single_layer(spec)
    return read_with_gdal(spec, driver="GeoJSON", parts=[spec.path])
