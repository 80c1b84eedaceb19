"""Fibre nodes: NRO, SRO, PBO, chambers."""

from gis_layers.kinds.kind import POINT, Kind, identity_columns

KIND = Kind(
    name="fibre_node",
    title="fibre nodes: exchanges, distribution points, chambers",
    families=POINT,
    columns=identity_columns(),
)
