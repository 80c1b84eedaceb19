"""Survey layers from shapes written in a test."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from gis_layers import Layer


def layer(
    name: str,
    kind: str,
    shapes: Sequence[shapely.Geometry],
    source_row: Sequence[int] | None = None,
    /,
    **columns: object,
) -> Layer:
    """Return a layer as `gis_layers` delivers it; ids are ``<name><source row>`` unless given."""
    rows = np.arange(len(shapes)) if source_row is None else np.asarray(source_row)
    data = {"source_row": rows, "id": [f"{name}{row}" for row in rows], **columns}
    frame = gpd.GeoDataFrame(data, geometry=list(shapes), crs="EPSG:2154")
    kept = len(set(rows.tolist()))
    return Layer(name, kind, f"{name}.gpkg", "0" * 64, frame, rows_read=kept, rows_kept=kept, set_aside={})
