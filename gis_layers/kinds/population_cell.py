"""Cells of a population grid."""

from gis_layers.kinds.kind import POINT, POLYGON, Kind, identity_columns, people_column

KIND = Kind(
    name="population_cell",
    title="cells with their inhabitants",
    families=POINT | POLYGON,
    columns=(
        *identity_columns(id_aliases=("id_car2010", "idcar_200m", "id_carr_1km", "idinspire")),
        people_column(required=True),
    ),
    unmarked_exists=True,
)
