"""Squares and other places with measured or estimated footfall."""

from gis_layers.kinds.kind import POINT, POLYGON, Kind, identity_columns, people_column

KIND = Kind(
    name="footfall_zone",
    title="places with the people that pass or stay there",
    families=POINT | POLYGON,
    columns=(*identity_columns(), people_column(required=True)),
    unmarked_exists=True,
)
