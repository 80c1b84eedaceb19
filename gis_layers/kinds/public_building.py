"""Public buildings and sites."""

from gis_layers.kinds.kind import POINT, POLYGON, Kind, identity_columns, people_column

KIND = Kind(
    name="public_building",
    title="public buildings and sites",
    families=POINT | POLYGON,
    columns=(*identity_columns(), people_column(required=False)),
    unmarked_exists=True,
)
