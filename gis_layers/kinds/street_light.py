"""Street lights."""

from gis_layers.kinds.kind import POINT, Kind, identity_columns

KIND = Kind(
    name="street_light",
    title="street lights",
    families=POINT,
    columns=identity_columns(),
)
