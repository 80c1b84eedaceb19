"""Parking meters."""

from gis_layers.kinds.kind import POINT, Kind, identity_columns

KIND = Kind(
    name="parking_meter",
    title="parking meters",
    families=POINT,
    columns=identity_columns(),
)
