"""Ducts, the pipes in which cables lie."""

from gis_layers.kinds.kind import LINE, Kind, identity_columns

KIND = Kind(
    name="duct",
    title="ducts",
    families=LINE,
    columns=identity_columns(),
)
