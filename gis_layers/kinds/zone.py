"""Zones: districts, IRIS, perimeters."""

from gis_layers.kinds.kind import POLYGON, Kind, identity_columns

KIND = Kind(
    name="zone",
    title="zones in which targets are set",
    families=POLYGON,
    columns=identity_columns(id_aliases=("code_iris", "insee", "code_insee"), name_aliases=("nom_iris",)),
    unmarked_exists=True,
)
