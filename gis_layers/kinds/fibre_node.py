"""Fibre nodes: NRO, SRO, PBO, chambers."""

from gis_layers.kinds.kind import POINT, Column, Kind, identity_columns

KIND = Kind(
    name="fibre_node",
    title="fibre nodes: exchanges, distribution points, chambers",
    families=POINT,
    columns=(
        *identity_columns(id_aliases=("object_code",), name_aliases=("st_nom", "bp_etiquet", "nd_nom")),
        Column("type", "what stands there, as the survey codes it: NRO, SRO, PBO, chamber", aliases=("node_type",)),
    ),
)
