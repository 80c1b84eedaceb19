"""Reading back a layer that Cardio wrote itself: nothing in it has to be judged or repaired."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from gis_layers.errors import SurveyError
from gis_layers.gdal import pyogrio


def read_back(path: Path, layer: str) -> gpd.GeoDataFrame:
    """Read a layer of a GeoPackage as it was written by `write_layers`.

    Raises
    ------
    SurveyError
        When the file is no GeoPackage, has no such layer, or the layer has no geometry or CRS.
    """
    try:
        if (driver := pyogrio.read_info(path.absolute(), layer=layer)["driver"]) != "GPKG":
            raise SurveyError(f"{path} is not a GeoPackage but {driver}", "plan again")
        frame = gpd.read_file(path.absolute(), layer=layer)
    except RuntimeError as error:  # base of all pyogrio errors
        raise SurveyError(f"{path}, layer {layer}, cannot be read: {error}", "plan again") from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        raise SurveyError(f"{path}, layer {layer}, has no geometry or no CRS", "plan again")
    return frame
