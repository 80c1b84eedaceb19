"""Route segments: where cables can run, whatever carries them; a trench or a row of poles, with its ducts."""

from gis_layers.kinds.kind import LINE, Column, Kind, identity_columns

KIND = Kind(
    name="route_segment",
    title="route segments of a cable network: trenches, galleries, overhead and façade runs",
    families=LINE,
    columns=(
        *identity_columns(id_aliases=("cm_code",), name_aliases=("cm_voie",)),
        Column("laying", "what carries the cables: duct, trench, poles, façade", aliases=("cm_typ_imp_label",)),
        Column("network", "network that it was built for", aliases=("cm_nature_label",)),
        Column("surface", "surface above it", aliases=("cm_revet",)),
        Column("owner", "who owns it", aliases=("cm_prop_do_name", "cm_prop_do")),
        Column("manager", "who manages it", aliases=("cm_gest_do_name", "cm_gest_do")),
        Column(
            "depth_m",
            "depth of the cover, m",
            dtype="number",
            aliases=("cm_charge",),
            minimum=0.0,
            plausible_maximum=20.0,
            unit="m",
        ),
        Column(
            "width_m",
            "width of the trench, m",
            dtype="number",
            aliases=("cm_larg",),
            minimum=0.0,
            plausible_maximum=20.0,
            unit="m",
        ),
        Column("free_ducts", "ducts without a cable", dtype="integer", aliases=("cm_cddispo",), minimum=0.0),
    ),
)
