"""Parking bays and car parks."""

from gis_layers.kinds.kind import LINE, POINT, POLYGON, Column, Kind, identity_columns

KIND = Kind(
    name="parking_bay",
    title="parking places, streets sides and car parks",
    families=POINT | LINE | POLYGON,
    columns=(
        *identity_columns(),
        Column(
            "places",
            "parking places",
            dtype="integer",
            aliases=("capacity", "nb_places", "capacite"),
            minimum=0.0,
            plausible_maximum=20_000.0,
        ),
    ),
)
