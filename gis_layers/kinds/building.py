"""Building footprints."""

from gis_layers.kinds.kind import POLYGON, Kind, dwellings_column, identity_columns, people_column

KIND = Kind(
    name="building",
    title="buildings",
    families=POLYGON,
    columns=(*identity_columns(), people_column(required=False), dwellings_column()),
    unmarked_exists=True,
)
