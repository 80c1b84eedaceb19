"""Fibre cables."""

from gis_layers.kinds.kind import LINE, Column, Kind, identity_columns

KIND = Kind(
    name="fibre_cable",
    title="fibre cables",
    families=LINE,
    columns=(
        *identity_columns(id_aliases=("cl_cb_code",), name_aliases=("cb_etiquet",)),
        Column("fibres", "fibres in the cable", dtype="integer", aliases=("cb_capafo",), minimum=0.0),
        Column("free_fibres", "fibres free for use", dtype="integer", aliases=("cb_fo_disp",), minimum=0.0),
        Column("used_fibres", "fibres in use", dtype="integer", aliases=("cb_fo_util",), minimum=0.0),
        Column("owner", "who owns it", aliases=("cb_prop_name", "cb_prop")),
        Column("manager", "who manages it", aliases=("cb_gest_name", "cb_gest")),
        Column("tenure", "by what right it is used: built, bought, leased", aliases=("cb_proptyp",)),
    ),
)
