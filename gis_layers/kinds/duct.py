"""Ducts, the pipes in which cables lie."""

from gis_layers.duct_reuse import find_reusable
from gis_layers.kinds.kind import LINE, Column, Kind, identity_columns

KIND = Kind(
    name="duct",
    title="ducts",
    families=LINE,
    columns=(
        *identity_columns(id_aliases=("duct_segment",)),
        Column("code", "code of the duct, the same on every route segment that it follows", aliases=("cd_code",)),
        Column("parent", "code of the duct in which it lies", aliases=("cd_cd_code",)),
        Column("owner", "who owns it", aliases=("cd_prop_name", "cd_prop")),
        Column("manager", "who manages it", aliases=("cd_gest_name", "cd_gest")),
        Column("tenure", "by what right it is used: built, bought, leased", aliases=("cd_proptyp",)),
        Column("access", "whether a new cable may use it: yes or no, whatever the tenure", aliases=("acces",)),
        Column(
            "bore_mm",
            "inner diameter, mm",
            dtype="number",
            aliases=("cd_dia_int",),
            minimum=0.0,
            plausible_maximum=500.0,
            unit="mm",
        ),
        Column(
            "occupancy_percent",
            "share of the bore in use, %",
            dtype="number",
            aliases=("cd_occup",),
            minimum=0.0,
            maximum=100.0,
            unit="%",
        ),
        Column("cables", "cables in it", dtype="integer", aliases=("cd_nbcable",), minimum=0.0),
        Column("cables_counted", "cables that the survey lists in it", dtype="integer", minimum=0.0),
        Column("room", "whether a cable still fits: yes or no, whatever bore and occupancy"),
    ),
    derive=find_reusable,
)
