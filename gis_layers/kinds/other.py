"""Anything else: read, checked and drawn, but no part of a network."""

from gis_layers.kinds.kind import LINE, POINT, POLYGON, Kind, identity_columns

KIND = Kind(
    name="other",
    title="anything else, checked and shown",
    families=POINT | LINE | POLYGON,
    columns=identity_columns(),
    unmarked_exists=True,
)
