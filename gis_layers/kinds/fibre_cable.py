"""Fibre cables."""

from gis_layers.kinds.kind import LINE, Kind, identity_columns

KIND = Kind(
    name="fibre_cable",
    title="fibre cables",
    families=LINE,
    columns=identity_columns(),
)
