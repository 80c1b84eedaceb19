"""Addresses and premises."""

from gis_layers.kinds.kind import POINT, POLYGON, Kind, dwellings_column, identity_columns, people_column

KIND = Kind(
    name="address",
    title="addresses and premises",
    families=POINT | POLYGON,
    columns=(
        *identity_columns(id_aliases=("ad_code",), name_aliases=("address",)),
        people_column(required=False),
        dwellings_column(),
    ),
    unmarked_exists=True,
)
