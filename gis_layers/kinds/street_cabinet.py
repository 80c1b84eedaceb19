"""Street cabinets."""

from gis_layers.kinds.kind import POINT, Column, Kind, identity_columns

KIND = Kind(
    name="street_cabinet",
    title="street cabinets",
    families=POINT,
    columns=(
        *identity_columns(id_aliases=("st_code",), name_aliases=("st_nom",)),
        Column(
            "free_slots",
            "free equipment slots",
            dtype="integer",
            aliases=("empl_lib",),
            minimum=0.0,
            plausible_maximum=1_000.0,
        ),
    ),
)
